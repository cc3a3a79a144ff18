"""Questions of a second dialect, where the first is silent: outside of every answer, and reading like a question."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from exporter.reading.detection.ends import place_marks, sections
from exporter.reading.dialects.dialect import Question
from exporter.reading.page.page import Page
from exporter.reading.page.wording import asks


def find_silent(
    page: Page, taken: Sequence[Question], questions: Sequence[Question], *, sure: bool = False
) -> tuple[Question, ...]:
    """Those of `questions` that ask and stand in no answer of the questions `taken`. `sure`: they need not ask."""
    closing = [(mark.start, True) for mark in sections(place_marks(page, taken))]
    closing += [(question.end, True) for question in taken if question.end is not None]
    edges = sorted([*closing, *((question.start, False) for question in taken)])
    silent: list[Question] = []
    for question in questions:
        place = bisect_right(edges, (question.start, True)) - 1
        outside = place < 0 or (edges[place][1] and edges[place][0] <= question.start)
        if outside and (sure or asks(question.title.text)):
            silent.append(question)
    return tuple(silent)
