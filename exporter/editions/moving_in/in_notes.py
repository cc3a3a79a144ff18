"""Schedules that a tool keeps in the notes themselves. A new tool is a new file and a line in `IN_NOTES`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from exporter.cards.history import CardHistory
from exporter.diagnostics import Diagnostic, Outcome, report
from exporter.editions.moving_in import logseq, spaced_repetition
from exporter.editions.moving_in.schedules import NonsenseError, Schedules
from exporter.model import Card, Chapter

IN_NOTES: Mapping[str, Callable[[Card], Iterator[CardHistory]]] = {
    "spaced-repetition": spaced_repetition.read_card,
    "logseq": logseq.read_card,
}
"""What a tool is called, and how it is read."""


def read_schedules(chapters: Sequence[Chapter], tool: str) -> Outcome[Schedules]:
    """The schedules of a tool of `IN_NOTES`, by the place of their card; an error for each that cannot be."""
    found: dict[int, tuple[CardHistory, ...]] = {}
    faults: list[Diagnostic] = []
    for index, card in enumerate(card for chapter in chapters for card in chapter.cards):
        try:
            if histories := tuple(IN_NOTES[tool](card)):
                found[index] = histories
        except NonsenseError as error:
            hint = "mend or delete the schedule; without one, the card is new"
            faults.append(report("schedule-invalid", card.span, str(error), hint))
    return Outcome(Schedules(found), tuple(faults))
