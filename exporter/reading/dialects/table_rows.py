"""Rows of tables: one cell asks, the others answer.

A row becomes a `Question`: the column that answers is the back, how a word is read stands below it, each further column
is a paragraph of the extra, with its head, in order. A column that only counts gives the number. Whether a table is one of
questions, `detection` says (it may use `row_question` for its rows); here it is the author, by the rule "table".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from exporter.reading.dialects.dialect import Dialect, Question
from exporter.reading.markdown import plain_text
from exporter.reading.page.question_titles import read_title
from exporter.reading.page.wording import column_role

_COUNTS = re.compile(r"\W*\d+\W*")

Cells = Sequence[Token]
"""The inline tokens of a row, a cell each."""

_Row = tuple[int, int, list[Token]]
"""Where a row begins and ends, and its cells."""


def find_rows(tokens: Sequence[Token], strict: bool) -> Sequence[Question]:  # noqa: FBT001 - a dialect's `find`
    """Every row of every table, because the user says so."""
    if strict:
        return ()
    questions: list[Question] = []
    for head, rows in _tables(tokens):
        whole = [row for row in rows if len(row[2]) == len(head) > 1]
        column = asking_column(head, [cells for _, _, cells in whole])
        for run in _runs(whole, column):
            place = (run[0][0], run[-1][1])
            questions.append(row_question(head, [cells for _, _, cells in run], column, place))
    return questions


def asking_column(head: Cells, rows: Sequence[Cells]) -> int:
    """The column whose head says that it asks, else the first with words in most of its cells."""
    named = (place for place, cell in enumerate(head) if column_role(plain_text(cell.children or ())) == "front")
    if (place := next(named, None)) is not None:
        return place
    for place in range(len(head) - 1):
        texts = [row[place].content.strip() for row in rows if place < len(row)]
        if 2 * sum(any(char.isalpha() for char in text) for text in texts) > len(texts):
            return place
    return 0


def row_question(head: Cells, rows: Sequence[Cells], column: int, place: tuple[int, int]) -> Question:
    """A row, and those below it that go on with it, as a question. `place` is where it begins and ends in the page."""
    roles = [column_role(plain_text(cell.children or ())) for cell in head]
    others = [number for number in range(len(head)) if number != column]
    counting = [number for number in others if _COUNTS.fullmatch(rows[0][number].content)]
    counting = counting[:1] if counting and counting[0] < column else []
    telling = [number for number in others if number not in counting]
    answers = [number for number in telling if roles[number] == "back"] or [
        number for number in telling if roles[number] != "reading"
    ]
    answer = answers[0] if answers else None
    back: list[Token] = []
    extra: list[Token] = []
    for row in rows:
        back += _paragraph(row[answer], None) if answer is not None else []
        for number in telling:
            name = head[number] if len(telling) > 1 else None
            if number != answer:
                (back if roles[number] == "reading" or answer is None else extra).extend(_paragraph(row[number], name))
    if not back:  # the cell that answers is empty, others are not
        back, extra = extra, []
    count = "".join(char for char in rows[0][counting[0]].content if char.isdigit()) if counting else ""
    title = read_title(rows[0][column], count)
    start, stop = place
    return Question(start, stop, title, end=stop, back=tuple(back), extra=tuple(extra))


def _runs(rows: Sequence[_Row], column: int) -> Iterator[list[_Row]]:
    """Each row with those right below it whose asking cell is empty: they go on with it."""
    run: list[_Row] = []
    for row in rows:
        if row[2][column].content.strip():
            if run:
                yield run
            run = [row]
        elif run:
            run.append(row)
    if run:
        yield run


def _tables(tokens: Sequence[Token]) -> Iterator[tuple[list[Token], list[_Row]]]:
    """For each table the cells of its head, and its rows: where each begins and ends, and its cells."""
    head: list[Token] = []
    cells: list[Token] = []
    rows: list[_Row] = []
    start = 0
    for index, token in enumerate(tokens):
        match token.type:
            case "table_open":
                head, rows = [], []
            case "tr_open":
                start, cells = index, []
            case "inline" if tokens[index - 1].type in ("td_open", "th_open"):
                cells.append(token)
            case "thead_close":
                head = cells
            case "tr_close" if head:
                rows.append((start, index + 1, cells))
            case "table_close":
                yield head, rows


def _paragraph(cell: Token, name: Token | None) -> list[Token]:
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
