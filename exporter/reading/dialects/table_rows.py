"""Rows of tables: one cell asks, the others answer.

A row becomes a `Question`: the column that answers is the back, how a word is read stands below it, each further column
is a paragraph of the extra, with its head, in order. A column that only counts gives the number. A table that sets pairs
beside each other (`word | meaning | word | meaning`) is one of pairs. Whether a table is one of questions, `detection`
says; here it is the author, by the rule "table".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from markdown_it.token import Token

from exporter.reading.dialects.dialect import Dialect, Question
from exporter.reading.markdown import plain_text
from exporter.reading.page.question_titles import read_title
from exporter.reading.page.wording import column_role, fold

_COUNTS = re.compile(r"\W*\d+\W*")
_FIGURE = re.compile(r"\W*\d")
_TOLD = 24
"""Characters of a cell that tells something: too many for the head of a column, unless its cells are far longer."""

Cells = Sequence[Token]
"""The inline tokens of a row, a cell each."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row, or one pair of it: where it begins and ends in the page, and its cells."""

    start: int
    stop: int
    cells: Cells


@dataclass(frozen=True, slots=True)
class Table:
    """A table that opens at `start`: the cells of its head, empty ones where it has none, and its rows."""

    start: int
    head: Cells
    rows: Sequence[Row]

    @property
    def column(self) -> int:
        """The column whose head says that it asks, else the first with words in most of its cells.

        A language says nothing of the kind: `English | Deutsch` asks in English, `Deutsch | English` in German.
        """
        named = (
            place for place, cell in enumerate(self.head) if column_role(plain_text(cell.children or ())) == "front"
        )
        if (place := next(named, None)) is not None:
            return place
        for place in range(len(self.head) - 1):
            texts = [row.cells[place].content.strip() for row in self.rows]
            if 2 * sum(any(char.isalpha() for char in text) for text in texts) > len(texts):
                return place
        return 0

    def runs(self) -> Iterator[list[Row]]:
        """Each row with those right below it whose asking cell is empty: they go on with it, if it has an answer."""
        column = self.column
        run: list[Row] = []
        torn = False
        for row in self.rows:
            if row.cells[column].content.strip():
                if run:
                    yield run
                run, torn = [row], False
            elif run and not torn:
                answer = _columns(self.head, run[0].cells, column).answer
                torn = answer is not None and not run[0].cells[answer].content.strip()
                run += [] if torn else [row]
        if run:
            yield run


def find_rows(tokens: Sequence[Token], strict: bool) -> Sequence[Question]:  # noqa: FBT001 - a dialect's `find`
    """Every row of every table, because the user says so."""
    if strict:
        return ()
    questions = [
        row_question(table.head, run, table.column)
        for table in read_tables(tokens)
        if len(table.head) > 1
        for run in table.runs()
    ]
    return sorted(questions, key=lambda question: question.start)


@dataclass(frozen=True, slots=True)
class _Columns:
    """What the columns of a row are for: what their heads call them, and which count, tell and answer."""

    roles: Sequence[str]
    counting: Sequence[int]
    telling: Sequence[int]
    answer: int | None


def _columns(head: Cells, row: Cells, column: int) -> _Columns:
    roles = [column_role(plain_text(cell.children or ())) for cell in head]
    others = [number for number in range(len(head)) if number != column]
    counting = [number] if (number := counted(row, column)) is not None else []
    telling = [number for number in others if number not in counting]
    answers = (
        [number for number in telling if roles[number] == "back"]
        or [number for number in telling if roles[number] == "language"]
        or [number for number in telling if roles[number] == "front"]
        or [number for number in telling if roles[number] != "reading"]
    )
    return _Columns(roles, counting, telling, answers[0] if answers else None)


def counted(row: Cells, column: int) -> int | None:
    """The column before the one that asks that only counts the rows."""
    return next((number for number in range(column) if _COUNTS.fullmatch(row[number].content)), None)


def row_question(head: Cells, run: Sequence[Row], column: int) -> Question:
    """A row, and those below it that go on with it, as a question."""
    rows = [row.cells for row in run]
    columns = _columns(head, rows[0], column)
    back: list[Token] = []
    extra: list[Token] = []
    for number, row in enumerate(rows):
        place = len(back), len(extra)
        back += paragraph(row[answer], None) if (answer := columns.answer) is not None else []
        for other in columns.telling:
            name = head[other] if len(columns.telling) > 1 else None
            if other != answer:
                on_back = columns.roles[other] == "reading" or answer is None
                (back if on_back else extra).extend(paragraph(row[other], name))
        for block in (*back[place[0] :], *extra[place[1] :])[: bool(number)]:
            block.meta["goes_on"] = rows[0][column].map
    if not back:  # the cell that answers is empty, others are not
        back, extra = extra, []
    count = "".join(char for char in rows[0][columns.counting[0]].content if char.isdigit()) if columns.counting else ""
    title = read_title(rows[0][column], count)
    return Question(run[0].start, run[-1].stop, title, end=run[-1].stop, back=tuple(back), extra=tuple(extra))


def read_tables(tokens: Sequence[Token]) -> Iterator[Table]:
    """The tables of a page; one of pairs is a table for each."""
    cells: list[Token] = []
    rows: list[Row] = []
    opened = start = heads = 0
    for index, token in enumerate(tokens):
        match token.type:
            case "table_open":
                opened, heads, rows = index, 0, []
            case "tr_open":
                start, cells = index, []
            case "inline" if tokens[index - 1].type in ("td_open", "th_open"):
                cells.append(token)
            case "thead_close":
                heads = len(rows)
            case "tr_close":
                rows.append(Row(start, index + 1, cells))
            case "table_close" if rows:
                yield from _pairs(_as_table(opened, rows[0] if heads else None, rows[heads:]))


def _as_table(start: int, head: Row | None, rows: Sequence[Row]) -> Table:
    """A table whose head is a head: one that is written like the rows below it is the first of them."""
    width = len((head or rows[0]).cells)
    kept = [row for row in rows if len(row.cells) == width]
    if head is not None and not _is_row(head.cells, [row.cells for row in kept]):
        return Table(start, head.cells, kept)
    empty = Token("inline", "", 0, children=[], content="")
    return Table(start, [empty] * width, [head, *kept] if head else kept)


def _is_row(head: Cells, rows: Sequence[Cells]) -> bool:
    """Whether a head begins with a figure, as the column below it does, or tells as much as the cells below it."""
    if not rows or any(column_role(plain_text(cell.children or ())) for cell in head):
        return False
    firsts = [row[0].content for row in rows]
    if _FIGURE.match(head[0].content) and 2 * sum(bool(_FIGURE.match(text)) for text in firsts) > len(firsts):
        return len(head) == 2 and not _FIGURE.match(head[1].content)
    for column, cell in enumerate(head):
        usual = median(_length(row[column]) for row in rows)
        if _length(cell) >= _TOLD and 0.6 * usual <= _length(cell) <= 3 * usual:
            return True
    return False


def _length(cell: Token) -> int:
    return len(plain_text(cell.children or ()))


def _pairs(table: Table) -> Iterator[Table]:
    """The tables of two columns in one of four or six: its heads come again, or it has none and all cells are short."""
    heads = [fold(cell.content) for cell in table.head]
    width = len(heads)
    again = any(heads) and heads == heads[:2] * (width // 2)
    short = not any(heads) and all(_length(cell) < _TOLD for row in table.rows for cell in row.cells)
    if width not in (4, 6) or not (again or short) or not table.rows:
        yield table
        return
    for first in range(0, width, 2):
        rows = [
            _part(row, first)
            for row in table.rows
            if any(cell.content.strip() for cell in row.cells[first : first + 2])
        ]
        yield Table(table.start, table.head[first : first + 2], rows)


def _part(row: Row, first: int) -> Row:
    """Two cells of a row. A cell is three tokens; those of the row itself go to the pairs at its ends."""
    start = row.start + 1 + 3 * first if first else row.start
    stop = row.stop if first + 2 == len(row.cells) else row.start + 1 + 3 * (first + 2)
    return Row(start, stop, row.cells[first : first + 2])


def paragraph(cell: Token, name: Token | None) -> list[Token]:
    """A cell as a paragraph that the head of its column begins; nothing for an empty one."""
    if not cell.content.strip():
        return []
    children = list(cell.children or ())
    if name is not None and name.content.strip():
        opening, closing = (
            Token("strong_open", "strong", 1, markup="**"),
            Token("strong_close", "strong", -1, markup="**"),
        )
        children = [opening, *(name.children or ()), closing, Token("text", "", 0, content=": "), *children]
    inline = cell.copy(children=children, content=plain_text(children), level=1)
    opened = Token("paragraph_open", "p", 1, map=cell.map, block=True)
    return [opened, inline, Token("paragraph_close", "p", -1, block=True)]


DIALECT = Dialect("table", "rows of tables", find_rows, share=1e9)
