"""Headings and bold lines as questions: the dialect of most notes.

In: a page. Out: the marks that are questions. Marks are sorted into classes, the classes are scored (`classes`), the
best one is taken, and with it what a reader takes along: interview questions by name, a level that slipped, a second
dialect where the first is silent, and parents with an answer of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise

from exporter.reading.detection.classes import MarkClass, find_classes, is_convincing, score
from exporter.reading.detection.ends import find_labels, place_marks, sections
from exporter.reading.dialects.dialect import Finding, Question
from exporter.reading.page.marks import BOLD_LEVEL, Kind, Mark
from exporter.reading.page.page import Page
from exporter.reading.page.question_titles import asked_words
from exporter.reading.page.wording import Style, asking, asks, is_contents, is_epilogue, is_interview_question

_OWN_PROSE = 40
"""Characters of explanation that make a card of a heading with questions beneath it (facts/notes.md)."""
_ALL, _MANY = 0.95, 20
"""Where that share of so many bold lines asks, one that does not is a question too."""
_ROUNDS = 3
"""At most this many classes are questions of one file."""
_FEWEST_SLIPPED = 3
_MAX_GAP = 5
"""Numbers that may be missing in a row of questions that the contents list."""


def as_question(mark: Mark, level: int | None = None) -> Question:
    """A mark as a question; its answer follows."""
    return Question(mark.start, mark.stop, mark.title, level=level or mark.level, anchors=mark.anchors)


def find_level(page: Page, level: int) -> tuple[Question, ...]:
    """All headings of a level (bold lines: `BOLD_LEVEL`), because the user says so."""
    return tuple(
        as_question(mark)
        for mark in page.marks
        if mark.level == level and not is_contents(mark.title.text) and not is_epilogue(mark.title.text)
    )


def find_headings(page: Page, taken: Sequence[Question] = ()) -> Finding:
    """The questions among the marks that are not in the answers `taken` by other dialects, and their class in words."""
    if not taken and (slipped := _slipped(page)):
        return "headings that ask, whatever their level", slipped
    labels = find_labels(page)
    chosen = {question.start: question for question in taken}
    words: list[str] = []
    for _ in range(_ROUNDS):
        silent = _silent(page, chosen)
        classes = [c for c in find_classes(page, silent, labels) if is_convincing(c)]
        if words or taken:
            classes = [c for c in classes if c.answered >= 0.5 and len(c.members) > 1]
        if not classes:
            break
        best = max(classes, key=score)
        words.append(best.words)
        for mark in _with_companions(page, best, silent):
            chosen[mark.start] = as_question(mark, min(mark.level, best.level))
    for mark in _parents(page, chosen):
        chosen[mark.start] = as_question(mark)
    known = {question.start for question in taken}
    found = tuple(chosen[start] for start in sorted(chosen) if start not in known)
    return " and ".join(dict.fromkeys(words)), found


def _slipped(page: Page) -> tuple[Question, ...]:
    """All headings, where each asks and is answered, and their levels say nothing: they leap, or begin below others."""
    marks = [mark for mark in page.marks if mark.kind is not Kind.BOLD]
    levels = [mark.level for mark in marks]
    if len(marks) < _FEWEST_SLIPPED or not any(b - a > 1 for a, b in pairwise(levels)) or levels[0] == min(levels):
        return ()
    all_ask = all(
        asking(mark.title.text) == 1 and page.content(mark.stop, page.next_mark(mark.start)) for mark in marks
    )
    return tuple(as_question(mark, min(levels)) for mark in marks) if all_ask else ()


def _silent(page: Page, chosen: Mapping[int, Question]) -> list[Mark]:
    """The marks that stand in no answer and above no question."""
    if not chosen:
        return list(page.marks)
    groups = {mark.start for mark, _ in _groups(page, chosen)}
    return [mark for mark in sections(place_marks(page, chosen.values())) if mark.start not in groups]


def _groups(page: Page, chosen: Mapping[int, Question]) -> Iterator[tuple[Mark, int]]:
    """The sections with a question beneath them, and where the first one begins."""
    first = end = len(page.tokens)
    following = [end] * (BOLD_LEVEL + 2)
    starts = sorted(chosen)
    for mark in reversed(sections(place_marks(page, chosen.values()))):
        while starts and starts[-1] > mark.start:
            first = starts.pop()
        if first < following[mark.level]:
            yield mark, first
        for level in range(mark.level, len(following)):
            following[level] = mark.start


def _with_companions(page: Page, best: MarkClass, silent: Sequence[Mark]) -> list[Mark]:
    """The best class, and the marks that a reader takes for the same kind of question."""
    taken = {mark.start: mark for mark in best.members if best.kind is not Kind.BOLD or _is_bold_question(best, mark)}
    others = [mark for mark in silent if mark.start not in taken and mark.kind is not Kind.BOLD]
    companions = [mark for mark in others if is_interview_question(mark.title.full) or _is_prefixed(best, mark)]
    if best.style is Style.NUMBER:
        companions += _continuing(page, best, others)
    if best.listed >= 0.5:
        companions += [m for m in others if m.title.style is best.style and asks(m.title.text) and _is_topic(page, m)]
    return [*taken.values(), *companions]


def _is_bold_question(best: MarkClass, mark: Mark) -> bool:
    """Whether a bold line asks, is dressed like the others of its class (`⭐` at the end), or is one among many that ask."""
    all_ask = best.asking >= _ALL and len(best.members) >= _MANY
    return (
        best.style is not Style.PLAIN or all_ask or asks(mark.title.text) or not asked_words(mark.title)[-1].isalnum()
    )


def _is_prefixed(best: MarkClass, mark: Mark) -> bool:
    """Whether a mark on the level of the class says that it is a question."""
    return mark.title.style is Style.PREFIX and mark.level == best.level


def _is_topic(page: Page, mark: Mark) -> bool:
    """Whether the contents name a mark that has something of its own below it."""
    return page.contents.lists(mark) and page.content(mark.stop, page.next_mark(mark.start)) > 0


def _continuing(page: Page, best: MarkClass, others: Iterable[Mark]) -> list[Mark]:
    """Marks of another level whose numbers continue those of the class: h2 1–11, h1 12–21, h2 22–44."""
    members = {mark.start for mark in best.members}
    candidates = (mark for mark in others if mark.title.style is Style.NUMBER)
    numbered = sorted([*best.members, *candidates], key=lambda mark: mark.start)
    result: list[Mark] = []
    before: Mark | None = None
    runs = [(key, list(run)) for key, run in groupby(numbered, key=lambda mark: mark.start in members)]
    for index, (is_member, run) in enumerate(runs):
        if is_member:
            before = run[-1]
            continue
        after = runs[index + 1][1][0] if index + 1 < len(runs) else None
        for level in sorted({mark.level for mark in run}):
            slipped = [mark for mark in run if mark.level == level]
            if _continues(page, before, slipped, after, best):
                result += slipped
    return result


def _continues(page: Page, before: Mark | None, slipped: Sequence[Mark], after: Mark | None, best: MarkClass) -> bool:
    """Whether a run of one level fills the gap between two members, or goes on behind the last or before the first."""
    numbers = [int(mark.title.number) for mark in slipped]
    listed = all(page.contents.lists(mark) for mark in slipped)
    rises = all(0 < second - first <= (_MAX_GAP if listed else 1) for first, second in pairwise(numbers))
    if not rises or numbers[0] != (int(before.title.number) + 1 if before else 1):
        return False
    if after is not None and int(after.title.number) == numbers[-1] + 1:
        return True
    return before is not None and (listed or all(mark.level < best.level for mark in slipped))


def _parents(page: Page, chosen: Mapping[int, Question]) -> list[Mark]:
    """Headings that group questions and answer one of their own."""
    parents: list[Mark] = []
    for mark, first in _groups(page, chosen):
        title = mark.title
        topic = asking(title.text) > 0 or (title.style in (Style.NUMBER, Style.DECIMAL) and page.contents.lists(mark))
        if mark.kind is Kind.BOLD or title.style is Style.CHAPTER or not topic:
            continue
        if page.explanation(mark.stop, first) >= _OWN_PROSE:
            parents.append(mark)
    return parents
