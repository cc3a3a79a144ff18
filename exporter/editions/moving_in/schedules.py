"""What another tool knows of when a card is due, checked: nothing that Anki could not hold or that never was.

In: numbers and dates as they are written. Out: a `CardHistory`, or `NonsenseError` with what is wrong.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from exporter.cards.history import Answer, CardHistory

_LONGEST = 36_500
"""Days of a hundred years: Anki's own longest interval."""

_EASE = range(1_000, 10_000)
"""Of a thousand: Anki's own lowest is 1,300."""

_DATES = (date(1990, 1, 1), date(2200, 1, 1))


class NonsenseError(ValueError):
    """A schedule that cannot be, in words for its owner."""


@dataclass(frozen=True, slots=True)
class Schedules:
    """Histories by the place of their card in the book, and how many belong to no question of it."""

    by_card: Mapping[int, tuple[CardHistory, ...]]
    left: int = 0


def check_history(  # noqa: PLR0913 - as many things are known of a card
    ordinal: int,
    due: date,
    interval: float,
    ease: float = 2_500,
    *,
    stability: float = 0.0,
    difficulty: float = 0.0,
    answers: tuple[Answer, ...] = (),
) -> CardHistory:
    """A history; `interval` and `stability` in days, `ease` in thousandths. Raises `NonsenseError`."""
    if not all(map(math.isfinite, (interval, ease, stability, difficulty))):
        raise NonsenseError("a number has no end")
    if not 0 < interval <= _LONGEST:
        raise NonsenseError(f"an interval of {interval:g} days")
    if round(ease) not in _EASE:
        raise NonsenseError(f"an ease of {ease / 10:g} %")
    if not 0 <= stability <= _LONGEST or (stability and not 1 <= difficulty <= 10):
        raise NonsenseError(f"a stability of {stability:g} days with a difficulty of {difficulty:g}")
    if not _DATES[0] <= due < _DATES[1]:
        raise NonsenseError(f"it is due in the year {due.year}")
    return CardHistory(ordinal, due, max(round(interval), 1), round(ease), stability, difficulty, answers)


def read_date(text: str) -> date:
    """`2024-05-01` or `01-05-2024`. Raises `NonsenseError`."""
    parts = text.split("-")
    order = parts if len(parts[0]) == 4 else parts[::-1]
    try:
        year, month, day = map(int, order)
        return date(year, month, day) + timedelta()
    except (ValueError, OverflowError) as error:
        raise NonsenseError(f'"{text[:20]}" is no date') from error
