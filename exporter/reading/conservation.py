"""What a reader of the notes sees, he sees on a card, on a page, or it is named with its place.

In: the tokens of a file, and what was made of them. Out: `Accounts`, and what is in no output. Each piece (words, code, a
formula, a picture) has a number, which it keeps however it is cut, shortened and moved; only what was cut off a piece is
found by its text, within that piece.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from itertools import compress
from operator import not_

from markdown_it.token import Token

from exporter.diagnostics import Diagnostic, report
from exporter.model import Accounts, Body, Card, Item, LeftOut, Section
from exporter.reading.asked_elsewhere import shorten
from exporter.reading.dialects.right_marks import says_right
from exporter.reading.markdown.visible_pieces import numbered
from exporter.reading.page.option_keys import option_start
from exporter.reading.page.page import is_noise
from exporter.reading.page.wording import (
    is_answer_label,
    is_back_to_top,
    is_extra,
    is_hint,
    is_invitation,
    is_question_label,
    is_short_label,
    is_verdict,
    read_wording,
    side_of,
)
from exporter.reading.references import bodies_of
from exporter.reading.used_keys import used_up
from exporter.source import SourceFile

_MARK = re.compile(
    r"(?:\}\}\s*)?(?:#++[\w/-]++[^\w#]*+)+#*|\{#\S+\}|[QCA]\w{0,8}\s*\d*[:.：]|STARTI.*|Tags:.*|ENDI|\W*(?:[A-H]\W*){1,8}|\{\{cloze"
    r"|.{1,16}?[:：]\W*+[A-H]?(?:\W++[A-H])*+\W*",
    re.IGNORECASE,
)
"""What dialects write beside a question: tags, ids, `Q:`, letters of options, `Answer: B`."""

_BOX = re.compile(r"[(（\[]\s?[xX√✓●*]?\s?[)）\]]|[*\s]+")
"""What may stand around the letter of an option, or a verdict: boxes, stars."""

_WORD = re.compile(r"#?[\w/-]+|\W")
_MOST_COMPARED = 2000
"""Characters of two texts that are compared word by word."""

_CALLOUT = re.compile(r"^\[!\w+\][-+]?\s*")


def account(
    source: SourceFile, tokens: Sequence[Token], items: Sequence[Item], aside: Sequence[Token]
) -> tuple[Accounts, tuple[Diagnostic, ...]]:
    """Where all pieces of a file went. `aside` are tokens that a page shows in its own way: title and contents.

    What was cut off a piece is looked for as well: a label may go, a word may not.
    """
    used = used_up(items)  # a key whose answers are on cards counts as they do
    on_cards = [isinstance(item, Card) or place in used for place, item in enumerate(items)]
    cards = _shown_in(body.tokens for item in compress(items, on_cards) for body in _printed(item))
    pages = _shown_in(body.tokens for item in compress(items, map(not_, on_cards)) for body in _printed(item))
    known = _shown_in([aside])
    sums = {"cards": 0, "pages": 0, "aside": 0}
    lost: list[tuple[Token, list[Token]]] = []
    for block in tokens:
        missing: list[Token] = []
        rests: list[Token] = []
        for piece in numbered(block):
            key = piece.meta["piece"]
            place = "cards" if key in cards else "pages" if key in pages else "aside" if key in known else ""
            if not place:
                missing += [piece] * bool(weight(piece))
                continue
            cut = _unshown(piece, [text for shown in (cards, pages, known) for text in shown.get(key, ())])
            rests += [piece.copy(content=text) for text in cut if not _is_mark([text])]
            sums[place] += weight(piece) - sum(map(len, cut))
        missing = [piece for piece in missing if piece.meta["piece"] not in _linked_tags(block)]
        if missing and not _is_program(block, missing):
            rests = [*missing, *rests]
        if rests:
            lost.append((block, rests))
    left = tuple(_left_out(source, block, missing) for block, missing in lost)
    count = sum(weight(piece) for _, missing in lost for piece in missing)
    said = tuple(
        report(
            "text-left-out",
            entry.span,
            f'"{entry.text}": {entry.reason}',
            'put it below a heading, or above "<!-- card -->"',
        )
        for entry in left
    )
    return Accounts(**sums, lost=count, pieces=left), said


def _linked_tags(block: Token) -> set[int]:
    """The pieces of a block that are tags with brackets: `#[[card]]` is a sign and a link."""
    children = block.children or []
    return {
        words.meta["piece"]
        for sign, opening, words in zip(children, children[1:], children[2:], strict=False)
        if opening.type == "link_open" and sign.content.endswith("#") and "piece" in words.meta
    }


def weight(piece: Token) -> int:
    """How many characters a reader sees of a piece; a picture counts as one."""
    return 1 if piece.type in ("image", "media") else len(piece.content.strip())


def _printed(item: Item) -> tuple[Body, ...]:
    return (item.title,) if isinstance(item, Section) else bodies_of(item)


def _shown_in(bodies: Iterable[Iterable[Token]]) -> dict[int, list[str]]:
    """What is shown of each piece, and what is said by other means ("told": the letter of a right option)."""
    shown: dict[int, list[str]] = {}
    for tokens in bodies:
        for token in tokens:
            for piece in numbered(token):
                shown.setdefault(piece.meta["piece"], []).append(piece.meta.get("told", piece.content))
    return shown


def _unshown(piece: Token, shown: Sequence[str]) -> list[str]:
    """The words of a text that were cut off wherever it is shown: what is shown are parts of it."""
    text = piece.content
    if piece.type != "text" or text in shown:
        return []
    left = [text]
    parts = Counter(part.strip() for part in shown)
    for part in sorted(parts.keys() - {""}, key=len, reverse=True):
        if part in text:
            left = [rest for whole in left for rest in whole.split(part, parts[part])]
        else:  # something was taken out of its middle, or stands in the place of it
            left = [rest for whole in left for rest in _unlike(whole, part)]
    return [rest.strip() for rest in left if rest.strip()]


def _unlike(text: str, shown: str) -> list[str]:
    """The words of a text that are not shown, where others stand in their place; nothing of a very long one."""
    if len(text) + len(shown) > _MOST_COMPARED:
        return []
    words = _WORD.findall(text)
    steps = SequenceMatcher(None, words, _WORD.findall(shown), autojunk=False).get_opcodes()
    return ["".join(words[start:end]) for step, start, end, *_ in steps if step in ("delete", "replace")]


def _is_program(block: Token, missing: Sequence[Token]) -> bool:
    """Whether all that is missing is there for a program, or only says what the rest is."""
    if block.type == "inline" and is_noise(block):
        return True
    if any(piece.type in ("image", "media", "fence", "math") for piece in missing):
        return False
    return _is_mark([piece.content.strip() for piece in missing])


def _is_mark(words: Sequence[str]) -> bool:
    """Whether words only say what the rest is: a label, a number, a tag, the letters of options."""
    text = _CALLOUT.sub("", "".join(words))
    return (
        not any(map(str.isalpha, text))
        or bool(_MARK.fullmatch(text))
        or all(_MARK.fullmatch(word) or is_short_label(word) for word in words)
        or is_answer_label(text)
        or is_question_label(text)
        or read_wording(f"{text} x").cut > len(text.rstrip())
        or says_right(text)
        or _is_option(text)
        or side_of(text) != ""
        or is_hint(text)
        or is_extra(text)
        or is_invitation(text)
        or is_back_to_top(text)
    )


def _is_option(text: str) -> bool:
    """Whether a text is only what an option begins with (`(x) b)`, `*c.`), or a verdict to be ticked."""
    bare = _BOX.sub("", text)
    match = option_start().match(f"{bare} x")
    return not any(map(str.isalpha, bare)) or is_verdict(bare) or (match is not None and match.end() >= len(bare))


def _left_out(source: SourceFile, block: Token, missing: Sequence[Token]) -> LeftOut:
    text = " ".join("".join(piece.content for piece in missing).split()) or "a picture"
    count = sum(map(weight, missing))
    start, end = block.map or (0, len(source.lines))
    span = source.find(missing[0].content.strip().partition("\n")[0] or "\0", start, end)
    return LeftOut(
        shorten(text), f"{count:,} character{'s' if count > 1 else ''} of it are on no card and no page", span
    )
