"""What the syntax of tools marks: the findings of the dialects, as candidates beside all others."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from exporter.model import CardKind
from exporter.reading.detection.forms.candidate import Candidate, Form
from exporter.reading.dialects import dialects_of, list_items
from exporter.reading.dialects.dialect import Question
from exporter.reading.page.page import Page


def find_explicit(page: Page) -> Iterator[Candidate]:
    """The questions of every dialect that this file gives proof of."""
    for dialect in dialects_of(page.signs):
        if dialect is list_items.DIALECT or dialect.share > 2:
            continue
        for question in dialect.find_proven(page):
            end = question.end if question.end is not None else page.next_mark(question.start)
            inside = sum(len(token.content) for token in (*question.lead, *question.back)) + (
                question.kind is CardKind.CLOZE
            )
            stop = question.stop if question.answer is None else question.answer
            yield Candidate(
                question.start, stop, end, Form.EXPLICIT, (str(Form.EXPLICIT), dialect.rule), question.level,
                question.title.text, question.title.number, inside, partial(_known, question),
            )  # fmt: skip


def _known(question: Question) -> Question:
    return question
