"""Where an answer ends: which marks belong to it, and which are sections.

In: a page and its questions. Out: the role of every mark. An answer ends at the next question, at a shallower heading,
and at one of the same rank only where a reader would turn the page: a chapter, an entry of the contents, an epilogue,
or a heading directly above a question (facts/notes.md).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from exporter.dialects.marks import Kind, Mark
from exporter.dialects.page import Page
from exporter.dialects.questions import Question
from exporter.dialects.wording import Style, asking, fold, is_epilogue, is_role, is_summary


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


def find_labels(page: Page) -> frozenset[str]:
    """Folded texts of marks that only name a part of every answer (核心回答): repeated, unnumbered, not in the contents."""
    counts = Counter(fold(mark.title.full) for mark in page.marks if not mark.title.number and asking(mark.title.text) < 1)
    listed = {fold(mark.title.full) for mark in page.marks if page.contents.lists(mark)}
    return frozenset(text for text, count in counts.items() if count >= 3 and text not in listed)


def place_marks(page: Page, questions: Iterable[Question]) -> tuple[Placed, ...]:
    """Walk through the marks and tell questions, parts of answers, and sections apart."""
    by_start = {question.start: question for question in questions}
    labels = find_labels(page)
    leads = _leads_to_question(page, by_start)
    last_start = max(by_start, default=-1)
    listing = _lists_are_sections(page, by_start)
    explicit = sorted(question.start for question in by_start.values() if question.end is not None)
    placed: list[Placed] = []
    current: Question | None = None
    position = 0
    same_rank = False  # a heading of the question's rank was found to be a part of the answer
    for mark, leads_on in zip(page.marks, leads, strict=True):
        while position < len(explicit) and explicit[position] <= mark.start:
            current, position = by_start[explicit[position]], position + 1
        if current is not None and current.end is not None and mark.start >= current.end:
            current = None
        if mark.start in by_start and (current is None or current.end is None or current.start == mark.start):
            current, same_rank = by_start[mark.start], False
            placed.append(Placed(mark, Role.QUESTION))
            continue
        if current is None or (
            current.end is None
            and _ends(
                page,
                mark,
                current,
                label=fold(mark.title.full) in labels,
                leads_on=leads_on,
                listing=listing,
                closes=current.start == last_start and not same_rank,
            )
        ):
            current = None
            placed.append(Placed(mark, Role.SECTION))
        else:
            same_rank = same_rank or mark.level == current.level
            placed.append(Placed(mark, Role.ANSWER))
    return tuple(placed)


def _ends(page: Page, mark: Mark, current: Question, *, label: bool, leads_on: bool, listing: bool, closes: bool) -> bool:
    title, level = mark.title, current.level
    if mark.kind is Kind.BOLD or label:
        return False
    if mark.level <= level and is_epilogue(title.text):
        return True
    if mark.level >= level and is_role(title.text) and not is_summary(title.text):
        return False
    if mark.level < level:
        return True
    listed = page.contents.lists(mark)
    if leads_on and (listed or title.style is Style.CHAPTER):
        return True
    if mark.level > level:
        return False
    if is_summary(title.text):
        return closes
    return leads_on or listed or title.style is Style.CHAPTER or (title.style is Style.LIST and listing)


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
