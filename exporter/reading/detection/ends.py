"""Where an answer ends: which marks belong to it, and which are sections.

In: a page and its questions. Out: the role of every mark. An answer ends at the next question, at a shallower heading,
and at one of the same rank only where a reader would turn the page: a chapter, an entry of the contents, an epilogue,
or a heading directly above a question (facts/notes.md).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from exporter.reading.dialects.dialect import Question
from exporter.reading.page.marks import Kind, Mark
from exporter.reading.page.page import Page
from exporter.reading.page.wording import Style, asking, fold, is_epilogue, is_role, is_summary


class Role(Enum):
    """What a mark is, given the questions."""

    QUESTION = "question"
    ANSWER = "answer"  # it belongs to an answer
    SECTION = "section"


@dataclass(frozen=True, slots=True)
class Placed:
    """A mark and its role."""

    mark: Mark
    role: Role


_SIGNS = re.compile(r"[+#♯♭]")
"""Signs that make another word of one."""


def find_labels(page: Page) -> frozenset[str]:
    """Folded texts of marks that only name a part of every answer (核心回答).

    They are repeated, have no number, do not ask and are not in the contents. `C`, `C++` and `C#` are no repetition.
    """
    plain = (mark.title for mark in page.marks if not mark.title.number and asking(mark.title.text) < 1)
    spellings = Counter((fold(title.full), *_SIGNS.findall(title.full)) for title in plain)
    counts: Counter[str] = Counter()
    for (text, *_), count in spellings.items():
        counts[text] = max(counts[text], count)
    listed = {fold(mark.title.full) for mark in page.marks if page.contents.lists(mark)}
    return frozenset(text for text, count in counts.items() if text and count >= 3 and text not in listed)


def place_marks(page: Page, questions: Iterable[Question]) -> tuple[Placed, ...]:
    """Walk through the marks and tell questions, parts of answers, and sections apart."""
    by_start = {question.start: question for question in questions}
    explicit = sorted(question.start for question in by_start.values() if question.end is not None)
    surroundings = _surroundings(page, by_start)
    placed: list[Placed] = []
    current: Question | None = None
    position = 0
    shared_rank = False  # a heading of the question's rank belongs to its answer
    for index, mark in enumerate(page.marks):
        while position < len(explicit) and explicit[position] <= mark.start:
            current, position = by_start[explicit[position]], position + 1
        if current is not None and current.end is not None and mark.start >= current.end:
            current = None
        inside = current is not None and current.end is not None and current.start != mark.start
        if mark.start in by_start and not inside:
            current, shared_rank = by_start[mark.start], False
            placed.append(Placed(mark, Role.QUESTION))
        elif current is None or not (inside or _belongs(surroundings, index, current, alone=not shared_rank)):
            current = None
            placed.append(Placed(mark, Role.SECTION))
        else:
            shared_rank = shared_rank or mark.level == current.level
            placed.append(Placed(mark, Role.ANSWER))
    return tuple(placed)


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What place in the file has to do with the end of an answer.

    `leads`: for each mark, whether nothing but headings stands between it and a question. `last`: where the last
    question begins. `listing`: 一、二、 count sections.
    """

    page: Page
    labels: frozenset[str]
    leads: Sequence[bool]
    last: int
    listing: bool


def _surroundings(page: Page, questions: dict[int, Question]) -> _Surroundings:
    last = max(questions, default=-1)
    return _Surroundings(
        page, find_labels(page), _leads_to_question(page, questions), last, _lists_are_sections(page, questions)
    )


def _belongs(around: _Surroundings, index: int, current: Question, *, alone: bool) -> bool:
    """Whether a mark belongs to the answer of the question above it. `alone`: so far none of the same rank did."""
    mark, leads = around.page.marks[index], around.leads[index]
    title, level = mark.title, current.level
    if mark.kind is Kind.BOLD or fold(title.full) in around.labels:
        return True
    if mark.level <= level and is_epilogue(title.text):
        return False
    if mark.level >= level and is_role(title.text) and not is_summary(title.text):
        return True
    turns = title.style is Style.CHAPTER or around.page.contents.lists(mark)
    if mark.level < level or (leads and turns):
        return False
    if mark.level > level:
        return True
    if is_summary(title.text):
        return current.start < around.last or not alone
    return not (leads or turns or (title.style is Style.LIST and around.listing))


def _leads_to_question(page: Page, questions: dict[int, Question]) -> list[bool]:
    """For each mark: whether nothing but headings stands between it and the next question."""
    result = [False] * len(page.marks)
    for index in range(len(page.marks) - 2, -1, -1):
        mark, following = page.marks[index], page.marks[index + 1]
        if not page.content(mark.stop, following.start):
            result[index] = following.start in questions or (following.level >= mark.level and result[index + 1])
    return result


def _lists_are_sections(page: Page, questions: dict[int, Question]) -> bool:
    """Whether 一、二、 count sections: the first of them stands before every question."""
    first = min(questions, default=0)
    return any(mark.title.style is Style.LIST and mark.start < first for mark in page.marks)


def sections(placed: Sequence[Placed]) -> tuple[Mark, ...]:
    """The marks that are in no answer and no question."""
    return tuple(place.mark for place in placed if place.role is Role.SECTION)
