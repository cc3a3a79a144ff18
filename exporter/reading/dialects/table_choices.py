"""Tables of questions whose options are columns: `Question | A | B | C | Answer`.

A run of columns is counted (`A`, `B`, `C`; `Option 1`, `Option 2`), and another column names one of them in nearly every
row, by its letter, number or words. What further columns say explains the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from exporter.model import CardKind
from exporter.reading.dialects.dialect import Dialect, Question
from exporter.reading.dialects.multiple_choice import read_choice, told_and_reason
from exporter.reading.dialects.table_rows import Row, Table, counted, paragraph, read_tables
from exporter.reading.markdown import plain_text
from exporter.reading.page.key_entries import Said
from exporter.reading.page.option_keys import key_pattern, key_place
from exporter.reading.page.question_titles import read_title
from exporter.reading.page.right_options import right_options
from exporter.reading.page.wording import column_role, is_right_word

_SHARE = 0.8
"""Of the rows, so many must say which option is right."""
_FEWEST = 2
_MOST_DIGITS = 3
"""Of the number of an option."""


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which column asks, which are the options, in order, and which says what is right."""

    asking: int
    options: tuple[int, ...]
    answer: int


def find_table_choices(tokens: Sequence[Token], strict: bool) -> Sequence[Question]:  # noqa: ARG001, FBT001 - a dialect's `find`
    """Every row of such a table that says which option is right."""
    found = [
        question
        for table in read_tables(tokens)
        if len(table.head) > _FEWEST + 1 and (columns := _columns(table))
        for row in table.rows
        if (question := _read(table, row, columns))
    ]
    return sorted(found, key=lambda question: question.start)


def _columns(table: Table) -> _Columns | None:
    heads = [plain_text(cell.children or ()).strip() for cell in table.head]
    options = next((run for start in range(len(heads)) if len(run := tuple(_run(heads, start))) >= _FEWEST), ())
    others = [place for place in range(len(heads)) if place not in options]
    asking = table.column if table.column in others else next(iter(others), 0)
    named = [place for place in others if column_role(heads[place]) == "back" or is_right_word(heads[place])]
    for answer in (*named, *others):
        said = [_right(row, options, answer, number=answer in named) for row in table.rows]
        if options and answer != asking and said and sum(map(bool, said)) >= _SHARE * len(said):
            return _Columns(asking, options, answer)
    return None


def _run(heads: Sequence[str], start: int) -> Iterator[int]:
    """The columns from one on that are counted, with the same word before each letter or number."""
    word: str | None = None
    for place, head in enumerate(heads[start:]):
        match = _head().fullmatch(head)
        if not match or (word is not None and match["word"].lower() != word):
            return
        key = match["key"]
        if (int(key) - 1 if key.isdecimal() else key_place(key)) != place:
            return
        word = match["word"].lower()
        yield start + place


def _head() -> re.Pattern[str]:
    return re.compile(rf"(?P<word>(?:[^\W\d_]+[\s.:-]*?)??)[\s(]*(?P<key>{key_pattern()}|[1-9])\s*[).:：]?")


def _right(row: Row, options: Sequence[int], answer: int, *, number: bool) -> str:
    """What names the right options of a row, "" where nothing does. `number`: a number may."""
    if len(row.cells) <= max((*options, answer)):
        return ""
    said = plain_text(row.cells[answer].children or ()).strip()
    words = [plain_text(row.cells[place].children or ()).strip() for place in options]
    if right_options(said, words):
        return said
    is_number = number and len(said) <= _MOST_DIGITS and said.isdecimal() and 0 < int(said) <= len(options)
    return chr(ord("A") + int(said) - 1) if is_number else ""


def _read(table: Table, row: Row, columns: _Columns) -> Question | None:
    said = _right(row, columns.options, columns.answer, number=True)
    cells = [row.cells[place] for place in columns.options if row.cells[place].content.strip()] if said else []
    choice = read_choice(tuple(_as_list(cells)), Said(said)) if len(cells) >= _FEWEST else None
    if not choice or not choice.correct:
        return None
    known = {columns.asking, columns.answer, *columns.options}
    number = counted(row.cells, columns.asking)
    others = [place for place in range(len(table.head)) if place not in known and place != number]
    extra = [token for place in others for token in paragraph(row.cells[place], table.head[place])]
    answer = row.cells[columns.answer]
    words = [plain_text(cell.children or ()) for cell in cells]
    told, added = told_and_reason(tuple(answer.children or ()), 0, words)
    reason = paragraph(answer.copy(children=added), None) if added else ()
    title = read_title(row.cells[columns.asking], row.cells[number].content.strip() if number is not None else "")
    return Question(
        row.start, row.stop, title, end=row.stop, kind=CardKind.CHOICE,
        more=_carrying(choice.front, told), back=(*choice.back, *reason),
        extra=tuple(extra),
    )  # fmt: skip


def _carrying(options: Sequence[Token], told: Sequence[Token]) -> tuple[Token, ...]:
    """The options, of which the first carries what the cell said that says which is right: a card shows it by them."""
    place = next(place for place, token in enumerate(options) if token.type == "inline")
    first = options[place].copy(children=[*(options[place].children or ()), *told])
    return (*options[:place], first, *options[place + 1 :])


def _as_list(cells: Sequence[Token]) -> Iterator[Token]:
    """The cells as a list of options."""
    yield Token("bullet_list_open", "ul", 1, markup="-", block=True, map=cells[0].map)
    for cell in cells:
        yield Token("list_item_open", "li", 1, markup="-", block=True, map=cell.map, meta={"checked": False}, level=1)
        yield Token("paragraph_open", "p", 1, block=True, hidden=True, map=cell.map, level=2)
        yield cell.copy(level=3)
        yield Token("paragraph_close", "p", -1, block=True, hidden=True, level=2)
        yield Token("list_item_close", "li", -1, markup="-", block=True, level=1)
    yield Token("bullet_list_close", "ul", -1, markup="-", block=True)


DIALECT = Dialect(
    "table-choices", "the rows of tables whose columns are options", find_table_choices, share=0.0,
    sign=re.compile(r"\||<td", re.IGNORECASE).search,
)  # fmt: skip
