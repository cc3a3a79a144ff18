"""What a reader has learnt already, written into a package of his own: due dates, intervals, ease, and answers.

In: a `CardHistory` for each card that has one. Out: the columns of Anki's tables. The package of an edition, which is for
everybody, never has any.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

_REVIEW = 2
"""Anki's number of cards that are reviewed in days, as type and as queue."""

_DAY_ONE = date(2014, 9, 19)
"""The day from which the package counts: a due date is a number of days since then."""

_DAY_BEGINS = time(4)
"""When the next day begins in Anki, as it is set where nobody changed it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that was given: when (ms since 1970), 1 for again to 4 for easy, and the interval then and before, in days."""

    at: int
    grade: int
    interval: int
    before: int = 0


@dataclass(frozen=True, slots=True)
class CardHistory:
    """What is known of a card. `ordinal` is its number within its note, from 0; `interval` in days; `ease` in thousandths.

    `stability` (days) and `difficulty` (1 to 10) are FSRS's, 0 where there are none. `answers` are only those that were
    really given.
    """

    ordinal: int
    due: date
    interval: int
    ease: int = 2500
    stability: float = 0.0
    difficulty: float = 0.0
    answers: tuple[Answer, ...] = ()


def first_moment() -> int:
    """When the first day began here, in seconds since 1970: Anki counts days of the reader's own time zone."""
    return int(datetime.combine(_DAY_ONE, _DAY_BEGINS, datetime.now().astimezone().tzinfo).timestamp())


def learnt_rows(past: CardHistory, card: int) -> tuple[tuple[object, ...], list[tuple[object, ...]]]:
    """What Anki keeps of a card that is not new: its columns from `type` on, and the rows of its answers."""
    lapses = sum(answer.grade == 1 for answer in past.answers)
    due = (past.due - _DAY_ONE).days
    memory = {"s": past.stability, "d": past.difficulty} if past.stability else {}
    kept = json.dumps(memory) if memory else ""
    state = (_REVIEW, _REVIEW, due, past.interval, past.ease, len(past.answers), lapses, 0, 0, 0, 0, kept)
    return state, [*_rows(card, past.answers, past.ease)]


def _rows(card: int, answers: Iterable[Answer], ease: int) -> Iterator[tuple[object, ...]]:
    """Answers as Anki's log has them: how long each took is not known."""
    for answer in answers:
        yield (answer.at, card, -1, answer.grade, answer.interval, answer.before, ease, 0, 1)
