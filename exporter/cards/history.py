"""What a reader has learnt already, written into a package of his own: due dates, intervals, ease, and answers.

In: a `CardHistory` for each card that has one. Out: the columns of Anki's tables. The package of an edition, which is for
everybody, never has any.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import genanki

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


class LearntCard(genanki.Card):  # type: ignore[misc]
    """A card that is not new."""

    def __init__(self, history: CardHistory) -> None:
        super().__init__(history.ordinal)
        self.history = history

    def write_to_db(  # noqa: PLR0913, PLR0917 - genanki's signature
        self,
        cursor: sqlite3.Cursor,
        timestamp: float,
        deck_id: int,
        note_id: int,
        id_gen: Any,
        due: int = 0,  # noqa: ARG002
    ) -> None:
        """The card, and its answers."""
        past = self.history
        card = next(id_gen)
        place = (card, note_id, deck_id, self.ord, int(timestamp), -1)
        lapses = sum(answer.grade == 1 for answer in past.answers)
        state = (
            _REVIEW,
            _REVIEW,
            (past.due - _DAY_ONE).days,
            past.interval,
            past.ease,
            len(past.answers),
            lapses,
            0,
            0,
            0,
            0,
        )
        memory = {"s": past.stability, "d": past.difficulty} if past.stability else {}
        row = (*place, *state, json.dumps(memory) if memory else "")
        cursor.execute(f"INSERT INTO cards VALUES({','.join('?' * len(row))})", row)
        rows = list(_rows(card, past.answers, past.ease))
        cursor.executemany("INSERT OR IGNORE INTO revlog VALUES(?,?,?,?,?,?,?,?,?)", rows)


def _rows(card: int, answers: Iterable[Answer], ease: int) -> Iterator[tuple[int, ...]]:
    """Answers as Anki's log has them: how long each took is not known."""
    for answer in answers:
        yield (answer.at, card, -1, answer.grade, answer.interval, answer.before, ease, 0, 1)
