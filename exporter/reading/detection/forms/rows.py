"""Rows of tables: one cell asks, the others answer, each with the head of its column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from markdown_it.token import Token

from exporter.reading.detection.forms.candidate import Candidate, Form
from exporter.reading.dialects.dialect import Question
from exporter.reading.markdown import plain_text
from exporter.reading.page.page import Page
from exporter.reading.page.question_titles import read_title
from exporter.reading.page.wording import fold

_MOST_COLUMNS = 8


@dataclass(frozen=True, slots=True)
class _Row:
    """Where a row stands, and the inline tokens of its cells."""

    start: int
    stop: int
    cells: tuple[Token, ...]


def find_rows(page: Page) -> Iterator[Candidate]:
    """Every row of every table with two columns or more."""
    for head, rows in _tables(page):
        if not 2 <= len(head) <= _MOST_COLUMNS:
            continue
        column = _asking(rows, len(head))
        group = (str(Form.ROW), fold(plain_text(head[column].children or ()))[:20])
        runs = list(_runs(rows, column))
        for run in runs:
            first, last = run[0], run[-1]
            words = plain_text(first.cells[column].children or ())
            others = sum(len(c.content) for row in run for i, c in enumerate(row.cells) if i != column)
            if words and others:
                ask = partial(_ask, head, run, column)
                yield Candidate(
                    first.start, last.stop, last.stop, Form.ROW, group, 8, words, "", others, ask,
                )  # fmt: skip


def _tables(page: Page) -> Iterator[tuple[tuple[Token, ...], list[_Row]]]:
    """The head and the rows of every table that is no contents."""
    head: tuple[Token, ...] = ()
    rows: list[_Row] = []
    cells: list[Token] = []
    start = 0
    in_head = False
    for index, token in enumerate(page.tokens):
        match token.type:
            case "table_open":
                head, rows = (), []
            case "thead_open":
                in_head = True
            case "thead_close":
                in_head = False
            case "tr_open":
                start, cells = index, []
            case "inline" if page.tokens[index - 1].type in ("td_open", "th_open"):
                cells.append(token)
            case "tr_close" if in_head:
                head = tuple(cells)
            case "tr_close":
                rows.append(_Row(start, index + 1, tuple(cells)))
            case "table_close" if not page.contents.covers(index):
                yield head, [row for row in rows if len(row.cells) == len(head)]


def _asking(rows: Sequence[_Row], columns: int) -> int:
    """The first column with words, not numbers that count the rows, in most rows."""
    for column in range(columns - 1):
        texts = [row.cells[column].content.strip() for row in rows]
        if sum(any(c.isalpha() for c in text) for text in texts) > 0.5 * len(texts):
            return column
    return 0


def _runs(rows: Sequence[_Row], column: int) -> Iterator[list[_Row]]:
    """Each row with those below it whose asking cell is empty: they go on."""
    run: list[_Row] = []
    for row in rows:
        if run and row.cells[column].content.strip():
            yield run
            run = []
        run.append(row)
    if run:
        yield run


def _ask(head: Sequence[Token], run: Sequence[_Row], column: int) -> Question:
    """The question of a row; of more than two columns each other cell is a paragraph that its head begins."""
    first = run[0]
    title = read_title(first.cells[column])
    back: list[Token] = []
    for row in run:
        for place, cell in enumerate(row.cells):
            if place != column and cell.content.strip():
                name = head[place] if len(head) > 2 and head[place].content.strip() else None
                back += _paragraph(cell, name)
    return Question(first.start, run[-1].stop, title, end=run[-1].stop, back=tuple(back))


def _paragraph(cell: Token, name: Token | None) -> list[Token]:
    children = list(cell.children or ())
    if name is not None:
        opening, closing = (
            Token("strong_open", "strong", 1, markup="**"),
            Token("strong_close", "strong", -1, markup="**"),
        )
        children = [opening, *(name.children or ()), closing, Token("text", "", 0, content=": "), *children]
    inline = cell.copy(children=children, content=plain_text(children), level=1)
    opening = Token("paragraph_open", "p", 1, map=cell.map, block=True)
    return [opening, inline, Token("paragraph_close", "p", -1, block=True)]
