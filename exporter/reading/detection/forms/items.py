"""List items: answered by what is below them, or behind their term.

Also the last item of a list, answered by what follows the list.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from markdown_it.token import Token

from exporter.reading.detection.forms.candidate import Candidate, Form
from exporter.reading.detection.forms.terms import Term, read_statement, read_term
from exporter.reading.dialects.dialect import Question
from exporter.reading.markdown import plain_text, reworded
from exporter.reading.page.page import Page
from exporter.reading.page.question_titles import read_title

_LISTS = ("bullet_list_open", "ordered_list_open")
_DEEPEST = 3
"""Levels of lists whose items may be questions; deeper ones are parts of an answer."""


def find_items(page: Page) -> Iterator[Candidate]:
    """Every item with something below it, or with a term and a text."""
    tokens = page.tokens
    ends = _ends(tokens)
    depth = 0
    for index, token in enumerate(tokens):
        if token.type in _LISTS:
            depth += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            depth -= 1
        elif token.type == "list_item_open" and depth <= _DEEPEST and index + 2 < len(tokens):
            if tokens[index + 1].type != "paragraph_open" or page.contents.covers(index):
                continue
            if candidate := _read(page, index, ends[index], depth):
                yield candidate


def _read(page: Page, start: int, end: int, depth: int) -> Candidate | None:
    tokens = page.tokens
    inline = tokens[start + 2]
    ordered = "numbered" if tokens[start].markup in (".", ")") else "bulleted"
    below = page.content(start + 4, end)
    children = inline.children or ()
    term = read_term(children) or read_statement(children)
    lone = not below and term is None and _is_open(tokens, start, end)
    if lone:
        end = _next_box(tokens, end, page.next_mark(end)) if "checked" in tokens[start].meta else page.next_mark(end)
    elif term is None and not below:
        return None
    words = plain_text(term.front if term else inline.children or ())
    if not words:
        return None
    way = term.way if term else "box" if "checked" in tokens[start].meta else "whole"
    inside = len(plain_text(term.back)) if term else 0
    place = "lone" if lone and way != "box" else str(depth)
    group = (str(Form.ITEM), place, ordered, way)
    ask = partial(_ask, tokens, start, end, term)
    return Candidate(start, start + 4, end, Form.ITEM, group, depth, words, tokens[start].info, inside, ask)


def _is_open(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Whether an item is the last of its list, and something else than another such list follows."""
    if tokens[start].level != 1 or end + 2 >= len(tokens) or not tokens[end + 1].type.endswith("list_close"):
        return False
    own = tokens[end + 1].type.replace("_close", "_open")
    return tokens[end + 2].type not in (own, "heading_open", "hr")


def _next_box(tokens: Sequence[Token], start: int, end: int) -> int:
    """The list behind `start` whose first item has a box, or `end`."""
    boxes = (i for i in range(start + 2, end) if "checked" in tokens[i].meta and tokens[i - 1].type in _LISTS)
    return next(boxes, end + 1) - 1


def _ask(tokens: Sequence[Token], start: int, end: int, term: Term | None) -> Question:
    inline = tokens[start + 2]
    if term is None:
        return Question(start, start + 4, read_title(inline, tokens[start].info), end=end)
    title = read_title(inline.copy(children=list(term.front)), tokens[start].info)
    return Question(start, start + 4, title, end=end, lead=behind(tokens, start + 1, term))


def behind(tokens: Sequence[Token], start: int, term: Term) -> tuple[Token, Token, Token]:
    """The paragraph at `start` with what stands behind its term alone."""
    children = list(term.back)
    return tokens[start], reworded(tokens[start + 1], children), tokens[start + 2]


def _ends(tokens: Sequence[Token]) -> dict[int, int]:
    """For each list item, where it closes."""
    ends: dict[int, int] = {}
    unclosed: list[int] = []
    for index, token in enumerate(tokens):
        if token.type == "list_item_open":
            unclosed.append(index)
        elif token.type == "list_item_close" and unclosed:
            ends[unclosed.pop()] = index
    return ends | {index: len(tokens) for index in unclosed}
