"""What a reader of the notes sees, he sees on a card, on a page, or it is named with its place.

In: the tokens of a file, and what was made of them. Out: `Accounts`, and what is in no output. Nothing is compared by its
text: each piece (words, code, a formula, a picture) has a number, which it keeps however it is cut, shortened and moved.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from markdown_it.token import Token

from exporter.diagnostics import Diagnostic, report
from exporter.model import Accounts, Body, Card, Item, LeftOut, Section
from exporter.reading.markdown.visible_pieces import numbered
from exporter.reading.page.page import is_noise
from exporter.reading.page.wording import (
    is_answer_label,
    is_back_to_top,
    is_extra,
    is_hint,
    is_invitation,
    is_question_label,
    is_short_label,
    side_of,
)
from exporter.reading.references import bodies_of
from exporter.source import SourceFile

_MARK = re.compile(
    r"#[\w/-]+|\{#\S+\}|[QCA]\w{0,8}\s*\d*[:.：]|STARTI.*|ENDI|[A-H]\W*|.{1,16}?[:：]\W*[A-H]?(?:\W+[A-H])*\W*",
    re.IGNORECASE,
)
"""What dialects write beside a question: tags, ids, `Q:`, letters of options, `Answer: B`."""

_CALLOUT = re.compile(r"^\[!\w+\][-+]?\s*")

_LONGEST = 60


def account(
    source: SourceFile, tokens: Sequence[Token], items: Sequence[Item], aside: Sequence[Token]
) -> tuple[Accounts, tuple[Diagnostic, ...]]:
    """Where all pieces of a file went. `aside` are tokens that a page shows in its own way: title and contents."""
    cards = _pieces_in(body for item in items if isinstance(item, Card) for body in bodies_of(item))
    pages = _pieces_in(body for item in items if not isinstance(item, Card) for body in _printed(item))
    known = {piece.meta["piece"] for block in aside for piece in numbered(block)}
    sums = {"cards": 0, "pages": 0, "aside": 0}
    lost: list[tuple[Token, list[Token]]] = []
    for block in tokens:
        missing: list[Token] = []
        for piece in numbered(block):
            key = piece.meta["piece"]
            place = "cards" if key in cards else "pages" if key in pages else "aside" if key in known else ""
            if place:
                sums[place] += weight(piece)
            elif weight(piece):
                missing.append(piece)
        if missing and not _is_mark(block, missing):
            lost.append((block, missing))
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


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def weight(piece: Token) -> int:
    """How many characters a reader sees of a piece; a picture counts as one."""
    return 1 if piece.type in ("image", "media") else len(piece.content.strip())


def _printed(item: Item) -> tuple[Body, ...]:
    return (item.title,) if isinstance(item, Section) else bodies_of(item)


def _pieces_in(bodies: Iterable[Body]) -> set[int]:
    return {piece.meta["piece"] for body in bodies for token in body.tokens for piece in numbered(token)}


def _is_mark(block: Token, missing: Sequence[Token]) -> bool:
    """Whether all that is missing is there for a program, or only says what the rest is: a label, a number, a tag."""
    if block.type == "inline" and is_noise(block):
        return True
    words = [piece.content.strip() for piece in missing]
    text = _CALLOUT.sub("", "".join(words))
    if any(piece.type in ("image", "media", "fence", "math") for piece in missing):
        return False
    return (
        not any(map(str.isalpha, text))
        or bool(_MARK.fullmatch(text))
        or all(_MARK.fullmatch(word) or is_short_label(word) for word in words)
        or is_answer_label(text)
        or is_question_label(text)
        or side_of(text) != ""
        or is_hint(text)
        or is_extra(text)
        or is_invitation(text)
        or is_back_to_top(text)
    )


def _left_out(source: SourceFile, block: Token, missing: Sequence[Token]) -> LeftOut:
    text = " ".join("".join(piece.content for piece in missing).split()) or "a picture"
    count = sum(map(weight, missing))
    start, end = block.map or (0, len(source.lines))
    span = source.find(missing[0].content.strip().partition("\n")[0] or "\0", start, end)
    return LeftOut(
        _short(text), f"{count:,} character{'s' if count > 1 else ''} of it are on no card and no page", span
    )
