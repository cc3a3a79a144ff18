"""Headings beside the questions that ask as they do: a number, a label, a word more is a hint, never a condition.

In: a page and its questions. Out: the same with their siblings: headings of a question's level that ask, that are only
a picture, or that count on under another word (`Exercise 3:` among `Question 1:`); and lines beside bold ones. Whoever
forgets a number would else find his question in the answer above it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace

from exporter.reading.detection.bold_siblings import bold_siblings
from exporter.reading.detection.ends import find_labels
from exporter.reading.dialects.dialect import Question
from exporter.reading.page.marks import Kind, Mark
from exporter.reading.page.page import Page
from exporter.reading.page.question_titles import is_picture
from exporter.reading.page.wording import (
    Style,
    asking,
    fold,
    is_answer_label,
    is_contents,
    is_epilogue,
    is_role,
    is_summary,
)

_COUNTED = re.compile(r"[^\W\d_]+ (\d{1,3})\s*(?:[:：.)–-]|$)")
"""A word and a number: `Exercise 3:`."""


def with_siblings(page: Page, questions: Sequence[Question]) -> tuple[Question, ...]:
    """The questions and their siblings, in order. An answer that held a sibling ends where it begins."""
    known = {question.start: question for question in questions}
    asked = [mark for mark in page.marks if mark.start in known]
    found = [*_headings(page, asked, known), *(one for one in bold_siblings(page, asked) if one.start not in known)]
    if not found:
        return tuple(questions)
    edges = sorted({*known, *(question.start for question in found)})
    fresh = [_shortened(question, edges) for question in found]
    fresh = [question for question in fresh if question.lead or page.content(question.stop, question.end or 0)]
    places = sorted(question.start for question in fresh)
    kept = [_shortened(question, places) for question in questions]
    return tuple(sorted((*kept, *fresh), key=lambda question: question.start))


def _shortened(question: Question, places: Sequence[int]) -> Question:
    """A question whose answer ends at the first of some places in order that stands in it."""
    place = bisect_right(places, question.start)
    inside = question.end is not None and place < len(places) and places[place] < question.end
    return replace(question, end=places[place]) if inside else question


def _headings(page: Page, asked: Sequence[Mark], known: dict[int, Question]) -> Iterator[Question]:
    """The headings that stand on the level of questions and are of their kind."""
    labels = find_labels(page)
    before: Mark | None = None
    for mark in page.marks:
        if mark.start in known:
            before = mark
        elif mark.kind is Kind.BOLD or (before and mark.start < before.stop):
            continue
        elif fold(mark.title.full) not in labels and _is_sibling(mark, before, asked):
            end = _end(page, mark)
            if page.content(mark.stop, end):
                yield Question(mark.start, mark.stop, mark.title, end=end, level=mark.level, anchors=mark.anchors)


def _end(page: Page, mark: Mark) -> int:
    """Where the next heading begins that is not deeper."""
    following = (m.start for m in page.marks if m.start > mark.start and m.level <= mark.level)
    return next(following, len(page.tokens))


def _is_sibling(mark: Mark, before: Mark | None, asked: Sequence[Mark]) -> bool:
    """Whether a heading is of the kind of the questions of its level. `before` is the question above it.

    Above the first one, and with a number where the others have none, it must have a question mark.
    """
    beside = [other for other in asked if other.level == mark.level and other.kind is not Kind.BOLD]
    if before and not beside and _slipped(mark, before):
        return True
    text, style = mark.title.text, mark.title.style
    if not beside or style is Style.CHAPTER:
        return False
    if is_picture(mark.title):
        return True
    if is_contents(text) or is_epilogue(text) or is_summary(text) or is_answer_label(text):
        return False
    styles = {other.title.style for other in beside}
    if style is Style.PLAIN and Style.PREFIX in styles and _COUNTED.match(text):
        return True
    if before is None or (style is Style.NUMBER and styles == {Style.PLAIN}):
        return asking(text) == 1
    if style in (Style.LIST, Style.NUMBER, Style.DECIMAL):  # it counts on, or counts something inside of the answer
        counts_on = style is not Style.LIST and before.level == mark.level and _follows(mark, before)
        if style not in styles or not (counts_on or style is Style.LIST):
            return False
    marked = sum(asking(other.title.text) == 1 for other in beside)
    labelled = style is Style.PLAIN and sum(o.title.style is Style.PREFIX for o in beside) * 2 >= len(beside)
    needed = 1.0 if labelled or 2 * marked >= len(beside) else 0.6
    return asking(text) >= needed and (needed == 1 or not is_role(text))


def _slipped(mark: Mark, before: Mark) -> bool:
    """Whether a heading goes on with labels and numbers on another level: `### Q4` below `#### Q3`."""
    first, second = before.title, mark.title
    labelled = first.style is second.style is Style.PREFIX and before.kind is not Kind.BOLD
    return (
        labelled and first.number.isdecimal() and second.number.isdecimal() and int(second.number) > int(first.number)
    )


def _follows(mark: Mark, before: Mark) -> bool:
    first, second = before.title.number, mark.title.number
    return first.isdecimal() and second.isdecimal() and int(second) == int(first) + 1
