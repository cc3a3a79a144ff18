"""How an option says of itself that it is right: a sign (`✓`), a word behind it (`(richtig)`, `← correct`), its dress.

In: options. Out: the same with `meta["checked"]`, freed from what said so. The words lie in the files of languages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from markdown_it.token import Token

from exporter.reading.markdown import plain_text
from exporter.reading.page.option_keys import option_start
from exporter.reading.page.question_titles import drop_end, drop_start
from exporter.reading.page.vocabulary import words_of

_RIGHT, _WRONG = "✓✔✅☑√", "✗✘❌✖☒"
_STAR = re.compile(r"\s*\*\s*(?=\S)")
_STAR_BEHIND = re.compile(r"(?<![\s*])\s*+\*\s*$")
_ENDS = frozenset(f"{_RIGHT}{_WRONG}\ufe0f)）]】.!*_")
_BEGINS = frozenset(f"{_RIGHT}([（【*_")
_DASHES = frozenset("←⟵-–—")
_LONGEST = 60
"""Characters at the end of an option that may say that it is right."""
_MOST = 10
"""Options of a question."""

Item = list[Token]
"""An option: its `list_item_open`, what is in it, its `list_item_close`."""


@cache
def _says() -> re.Pattern[str]:
    word = words_of("right")
    at_end = rf"\*?[(（\[【]\s*{word}\s*[)）\]】]|(?:←|⟵|<-+|(?<=\s)[-–—])\s*{word}(?!\w)"
    return re.compile(
        rf"^\s*(?:[{_RIGHT}]\ufe0f?|[(（\[【]\s*{word}\s*[)）\]】])\s*|(?<!\s)\s*+(?:[{_RIGHT}]\ufe0f?|{at_end})\s*+(?:[.!]\s*+)?$",
        re.IGNORECASE,
    )


_SAYS_WRONG = re.compile(rf"^\s*[{_WRONG}]\ufe0f?\s*|(?<!\s)\s*+[{_WRONG}]\ufe0f?\s*$")


def right_ones(items: Sequence[Item]) -> list[Item]:
    """The items, with those marked as right that say so, or that alone are bold or starred; the marks are taken off."""
    if any(item[0].meta["checked"] for item in items):
        return list(items)
    said = [says_right(_words(item)) for item in items]
    starred = [bool(_STAR.match(text) or _STAR_BEHIND.search(text)) for text in map(_words, items)]
    bold = [_is_bold(item) for item in items]
    for marks in (said, starred, bold):
        if any(marks) and not all(marks):
            return [_marked(item, is_right=mark) for item, mark in zip(items, marks, strict=True)]
    return list(items)


def says_right(text: str) -> bool:
    """Whether an option says that it is right."""
    return _may_say_right(text) and bool(_says().search(text[:_LONGEST]) or _says().search(text[-_LONGEST:]))


def _may_say_right(text: str) -> bool:
    """The same, quick to see of most texts that they do not."""
    bare = text.strip()
    return bool(bare) and (bare[-1] in _ENDS or bare[0] in _BEGINS or not _DASHES.isdisjoint(bare[-_LONGEST:]))


def told_apart(items: Sequence[Item]) -> list[Item] | None:
    """Items without letters or boxes of which one alone says that it is right, as options; None for any others."""
    if not 2 <= len(items) <= _MOST or any(len(item) < 5 or item[2].type != "inline" for item in items):
        return None
    said = [says_right(_words(item)) for item in items]
    if sum(said) != 1:
        return None
    return [_marked(item, is_right=mark) for item, mark in zip(items, said, strict=True)]


def _words(item: Item) -> str:
    return plain_text(item[2].children or ()) if len(item) > 2 else ""


def _is_bold(item: Item) -> bool:
    """Whether all words of an option are bold, but for its letter."""
    depth = 0
    bold = loose = ""
    for child in (item[2].children or ()) if len(item) > 2 else ():
        depth += {"strong_open": 1, "strong_close": -1}.get(child.type, 0)
        if depth:
            bold += child.content
        else:
            loose += child.content
    return bool(bold.strip()) and not option_start().sub("", f"{loose.strip()}\0").strip("\0").strip(" .")


def _marked(item: Item, *, is_right: bool) -> Item:
    opening = item[0].copy(meta={**item[0].meta, "checked": is_right})
    if len(item) < 3:
        return [opening, *item[1:]]
    sign = _says() if is_right else _SAYS_WRONG
    children = [
        child.copy(content=sign.sub("", child.content)) if child.type == "text" else child
        for child in item[2].children or ()
    ]
    if is_right:
        star = _STAR.match(plain_text(children))
        children = drop_start(children, star.end()) if star else children
        behind = _STAR_BEHIND.search(text := plain_text(children))
        children = drop_end(children, len(text) - behind.start()) if behind else children
        is_bold = _is_bold(item)
        children = [c for c in children if not is_bold or c.type not in ("strong_open", "strong_close")]
    return [opening, item[1], item[2].copy(children=children), *item[3:]]
