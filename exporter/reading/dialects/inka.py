"""inka: a block between `---` lines with `Deck:` or `Tags:`; in it `1. question` and the answer in lines with `> `.

An item without an answer is a cloze where it has `{gaps}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from exporter.model import CardKind
from exporter.reading.dialects.cloze import mark_braces
from exporter.reading.dialects.dialect import Dialect, Question
from exporter.reading.markdown import has_gaps
from exporter.reading.page.question_titles import read_title

_GAP = re.compile(r"(?<!\{)\{++(?:c?\d+::)?([^{}]+)\}+")
_HEAD = ("Deck:", "Tags:")


def find_inka(tokens: Sequence[Token], strict: bool) -> Sequence[Question]:  # noqa: FBT001 - a dialect's `find`
    """Every question of every block."""
    questions: list[Question] = []
    inside = not strict
    for index, token in enumerate(tokens):
        if token.level:
            continue
        if token.type == "hr":
            inside = not strict
        elif token.type == "comment" and token.content.startswith(_HEAD):
            inside = True
        elif inside and token.type == "ordered_list_open":
            questions += _read(tokens, index)
    return questions


def _read(tokens: Sequence[Token], start: int) -> Iterator[Question]:
    """The items of a list; the quote below it answers the last one."""
    items, behind = _items(tokens, start)
    for number, (begin, stop) in enumerate(items):
        inline = tokens[begin + 2]
        if inline.type != "inline":
            continue
        first = start if number == 0 else begin
        answer = _quote(tokens, behind) if number == len(items) - 1 else None
        if answer is not None:
            more = tuple(tokens[begin + 4 : stop])
            back = tuple(tokens[behind + 1 : answer - 1])
            yield Question(first, behind, read_title(inline), end=answer, back=back, more=more)
            continue
        children, gaps = mark_braces(inline.children or (), 0, _GAP)
        if gaps or has_gaps(children):
            title = read_title(inline.copy(children=children))
            yield Question(first, stop, title, end=stop + 1, kind=CardKind.CLOZE)


def _items(tokens: Sequence[Token], start: int) -> tuple[list[tuple[int, int]], int]:
    """The items of a list as the places of their opening and closing tokens, and the place behind the list."""
    items: list[tuple[int, int]] = []
    for index in range(start + 1, len(tokens)):
        token = tokens[index]
        if token.level == 1 and token.type == "list_item_open":
            items.append((index, index))
        elif token.level == 1 and token.type == "list_item_close":
            items[-1] = (items[-1][0], index)
        elif token.level == 0:
            return items, index + 1
    return items, len(tokens)


def _quote(tokens: Sequence[Token], start: int) -> int | None:
    """The place behind the quote that begins at `start`."""
    if start >= len(tokens) or tokens[start].type != "blockquote_open":
        return None
    return next((i + 1 for i in range(start + 1, len(tokens)) if not tokens[i].level), len(tokens))


DIALECT = Dialect("inka", "inka's blocks", find_inka, share=0.0)
