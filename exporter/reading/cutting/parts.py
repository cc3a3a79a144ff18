"""The parts of an answer: what an author folds away as a hint or an extra, and what explains.

In: the tokens below a question. Out: `Parts`, divided at `<!-- hint -->`, `<!-- extra -->` and `<!-- answer -->`, each
up to the next. A callout or a fold that says "Hint" at the very top, or "Extra" at the very end, is one too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from exporter.reading.cutting.bodies import clean, nesting
from exporter.reading.dialects.obsidian_callouts import callout_kind, without_marker
from exporter.reading.markdown import plain_text
from exporter.reading.page.overrides import PART_WORDS, comment_word
from exporter.reading.page.page import weigh
from exporter.reading.page.question_titles import drop_start
from exporter.reading.page.wording import is_extra, is_hint


@dataclass(frozen=True, slots=True)
class Parts:
    """An answer in its parts. `body` stands before any comment; `answer` is None where no comment names one.

    `comments` are the ids of the tokens that divide.
    """

    body: tuple[Token, ...]
    answer: tuple[Token, ...] | None
    hint: tuple[Token, ...]
    extra: tuple[Token, ...]
    comments: frozenset[int]


def divide(tokens: Sequence[Token]) -> Parts:
    """Cut at the comments that stand between blocks."""
    parts: dict[str, list[Token]] = {"": []}
    comments: set[int] = set()
    name, depth = "", 0
    skip = False
    for index, token in enumerate(tokens):
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        leading = _leading_comment(token, following) if depth == 0 else None
        if leading is not None or (depth == 0 and comment_word(token) in PART_WORDS):
            comment = leading or token
            comments.add(id(comment))
            name = comment_word(comment)
            parts.setdefault(name, [])
            if leading is None:
                continue
        depth = max(0, depth + nesting(token))
        parts[name].append(_without_comment(token) if skip else token)
        skip = leading is not None
    return Parts(
        tuple(parts[""]),
        tuple(parts["answer"]) if "answer" in parts else None,
        clean(parts.get("hint", ())),
        clean(parts.get("extra", ())),
        frozenset(comments),
    )


def _leading_comment(token: Token, inline: Token | None) -> Token | None:
    """The comment with which a paragraph begins, where it divides (`<!-- hint --> Think of heat`)."""
    if token.type != "paragraph_open" or inline is None or not inline.children:
        return None
    first = inline.children[0]
    return first if comment_word(first) in PART_WORDS else None


def _without_comment(inline: Token) -> Token:
    return inline.copy(children=drop_start(inline.children[1:] if inline.children else (), 0))


def take_hint(back: tuple[Token, ...]) -> tuple[tuple[Token, ...], tuple[Token, ...]]:
    """The answer without the hint at its top, and the hint; what would leave no answer is no hint."""
    end = _block_end(back, 0)
    hint = _labelled(back[:end], is_hint, "hint")
    rest = clean(back[end:])
    return (rest, hint) if hint and any(map(weigh, rest)) else (back, ())


def take_extra(back: tuple[Token, ...]) -> tuple[tuple[Token, ...], tuple[Token, ...]]:
    """The answer without the extra at its end, and the extra."""
    start = end = 0
    while end < len(back):
        start, end = end, _block_end(back, end)
    extra = _labelled(back[start:], is_extra, "extra")
    rest = clean(back[:start])
    return (rest, extra) if extra and any(map(weigh, rest)) else (back, ())


def _block_end(tokens: Sequence[Token], start: int) -> int:
    """The place behind the block that begins at `start`; a fold is a block."""
    depth = 0
    for index in range(start, len(tokens)):
        depth += nesting(tokens[index])
        if depth <= 0:
            return index + 1
    return len(tokens)


def _labelled(block: tuple[Token, ...], says: Callable[[str], bool], kind: str) -> tuple[Token, ...]:
    """What a callout of this kind, or a fold with this label, holds; nothing for any other block."""
    if callout_kind(block, 0) == kind:
        title = drop_start(without_marker(block[2].children or []), 0)
        inside = (block[1], block[2].copy(children=title), block[3]) if plain_text(title) else ()
        return clean((*inside, *block[4:-1]))
    if len(block) < 5 or block[0].type != "details_open" or block[-1].type != "details_close":
        return ()
    opening = next((i for i in (1, 2) if block[i].type == "summary_open"), None)
    if opening is None or block[opening + 1].type != "inline":
        return ()
    if not says(plain_text(block[opening + 1].children or ())):
        return ()
    behind = next(i for i in range(opening, len(block)) if block[i].type in ("summary_close", "details_close"))
    return clean(block[behind + 1 : -1])
