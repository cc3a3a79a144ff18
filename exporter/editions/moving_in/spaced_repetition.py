"""Obsidian's Spaced Repetition: `<!--SR:!2024-05-01,30,250-->` beside a card: due, interval in days, ease in per cent.

A card asked both ways, or with several gaps, has a schedule for each, in order. One that was not reviewed yet has the date
2000-01-01. Older versions wrote a single one without `!`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from exporter.cards.history import CardHistory
from exporter.editions.moving_in.schedules import NonsenseError, check_history, read_date
from exporter.model import Card

_PIECE = re.compile(r"([\d-]{8,10}),(-?\d{1,9}(?:\.\d{1,9})?),(-?\d{1,9})")
_NOT_YET = "2000-01-01"


def read_card(card: Card) -> Iterator[CardHistory]:
    """The histories of a card. Raises `NonsenseError`."""
    for text in card.foreign_ids:
        if not text.startswith("SR:"):
            continue
        for ordinal, piece in enumerate(text.removeprefix("SR:").removeprefix("!").split("!")):
            match = _PIECE.fullmatch(piece.strip())
            if match is None:
                raise NonsenseError(f'"{piece.strip()[:40]}" is no date, interval and ease')
            if match[1] != _NOT_YET:
                yield check_history(ordinal, read_date(match[1]), float(match[2]), 10 * float(match[3]))
