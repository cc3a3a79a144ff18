"""Questions of a second dialect, where the first is silent: outside of every answer, and reading like a question."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from exporter.dialects.ends import place_marks, sections
from exporter.dialects.page import Page
from exporter.dialects.questions import Question
from exporter.dialects.wording import asks
from exporter.model import CardKind


def find_silent(page: Page, taken: Sequence[Question], questions: Sequence[Question]) -> tuple[Question, ...]:
    """Those of `questions` that ask, or have gaps, and stand in no answer of the questions `taken`."""
    closing = [(mark.start, True) for mark in sections(place_marks(page, taken))]
    closing += [(question.end, True) for question in taken if question.end is not None]
    edges = sorted([*closing, *((question.start, False) for question in taken)])
    silent: list[Question] = []
    for question in questions:
        place = bisect_right(edges, (question.start, True)) - 1
        outside = place < 0 or (edges[place][1] and edges[place][0] <= question.start)
        if outside and (question.kind is CardKind.CLOZE or asks(question.title.text)):
            silent.append(question)
    return tuple(silent)
