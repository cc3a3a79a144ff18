"""Headings of all kinds and bold lines, answered by what stands below them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial

from exporter.reading.detection.ends import find_labels
from exporter.reading.detection.forms.candidate import Candidate, Form
from exporter.reading.dialects.dialect import Question
from exporter.reading.page.marks import BOLD_LEVEL, Kind, Mark
from exporter.reading.page.page import Page
from exporter.reading.page.question_titles import asked_words, is_picture
from exporter.reading.page.wording import Style, fold, is_answer_label


def find_headings(page: Page) -> Iterator[Candidate]:
    """Every mark, up to the next one that is not deeper; a bold line up to the next heading.

    A heading that names a part of every answer (核心回答) ends none. Several of a level that are only a picture ask.
    """
    following = [len(page.tokens)] * (BOLD_LEVEL + 1)
    labels = find_labels(page)
    shown = Counter(mark.level for mark in page.marks if mark.kind is not Kind.BOLD and is_picture(mark.title))
    found: list[Candidate] = []
    for mark in reversed(page.marks):
        form = Form.BOLD if mark.kind is Kind.BOLD else Form.HEADING
        numbered = mark.title.style in (Style.PREFIX, Style.NUMBER, Style.DECIMAL)
        kind = "numbered" if numbered else str(mark.title.style)
        group = (str(form), kind) if form is Form.BOLD else (str(form), str(mark.level), kind)
        title = mark.title
        end, ask = following[mark.level], partial(_ask, mark)
        text = asked_words(title) if form is Form.HEADING and shown[mark.level] > 1 else title.text
        found.append(Candidate(mark.start, mark.stop, end, form, group, mark.level, text, title.number, 0, ask))
        if form is Form.HEADING and fold(title.full) not in labels and not is_answer_label(title.text):
            for level in range(mark.level, len(following)):
                following[level] = mark.start
    return reversed(found)


def _ask(mark: Mark) -> Question:
    return Question(mark.start, mark.stop, mark.title, level=mark.level, anchors=mark.anchors)
