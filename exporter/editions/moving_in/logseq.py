"""Logseq's own flashcards: `card-last-interval::` (days), `card-ease-factor::` and `card-next-schedule::` below a block.

An interval of -1 is a card that was forgotten: it starts anew. Logseq has one schedule for a block, whatever it asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from exporter.cards.history import CardHistory
from exporter.editions.moving_in.schedules import NonsenseError, check_history
from exporter.model import Card


def read_card(card: Card) -> Iterator[CardHistory]:
    """The history of a card. Raises `NonsenseError`."""
    said = dict(text.split(":: ", 1) for text in card.foreign_ids if text.startswith("card-") and ":: " in text)
    if "card-next-schedule" not in said or "card-last-interval" not in said:
        return
    try:
        interval = float(said["card-last-interval"])
        ease = float(said.get("card-ease-factor", "2.5"))
        moment = datetime.fromisoformat(said["card-next-schedule"].strip())
        due = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone().date()
    except (ValueError, OverflowError) as error:
        raise NonsenseError(f"Logseq's schedule cannot be read ({error})") from error
    if interval != -1:
        yield check_history(0, due, interval, 1_000 * ease)
