"""Rows of tables: one cell asks, the others answer."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from exporter.reading.detection.forms.candidate import Candidate, Form
from exporter.reading.dialects.table_rows import read_tables, row_question
from exporter.reading.markdown import plain_text
from exporter.reading.page.page import Page
from exporter.reading.page.wording import fold

_MOST_COLUMNS = 8


def find_rows(page: Page) -> Iterator[Candidate]:
    """Every row of every table with two columns or more that is no contents."""
    for table in read_tables(page.tokens):
        if not 2 <= len(table.head) <= _MOST_COLUMNS or page.contents.covers(table.start):
            continue
        column = table.column
        group = (str(Form.ROW), fold(plain_text(table.head[column].children or ()))[:20])
        for run in table.runs():
            first, last = run[0], run[-1]
            words = plain_text(first.cells[column].children or ())
            others = sum(len(c.content) for row in run for i, c in enumerate(row.cells) if i != column)
            if words and others:
                ask = partial(row_question, table.head, run, column)
                yield Candidate(
                    first.start, last.stop, last.stop, Form.ROW, group, 8, words, "", others, ask,
                )  # fmt: skip
