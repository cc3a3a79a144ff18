"""The real Anki backend: import a package, look at what a reader then has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

anki = pytest.importorskip("anki.collection", reason="the anki backend is not installed")


@dataclass(frozen=True)
class Imported:
    """How many notes an import found new, updated, already there, and in conflict."""

    new: int
    updated: int
    duplicate: int
    conflicting: int


@contextmanager
def collection(folder: Path) -> Iterator[anki.Collection]:
    """A collection of one reader; the same folder opens the same one again."""
    folder.mkdir(parents=True, exist_ok=True)
    col = anki.Collection(str(folder / "collection.anki2"))
    try:
        yield col
    finally:
        col.close()


def import_package(
    col: anki.Collection, apkg: Path, *, always: bool = False, merge: bool = False, learnt: bool = False
) -> Imported:
    """Import with the defaults of Anki's import dialog.

    Or with "Update notes: Always", "Merge note types" or "Import any learning progress".
    """
    options = anki.ImportAnkiPackageOptions(update_notes=int(always), merge_notetypes=merge, with_scheduling=learnt)
    log = col.import_anki_package(anki.ImportAnkiPackageRequest(package_path=str(apkg), options=options)).log
    col.models._clear_cache()
    return Imported(len(log.new), len(log.updated), len(log.duplicate), len(log.conflicting))


def notes(col: anki.Collection) -> list[dict[str, str]]:
    """All notes as field tables, in the order of their cards."""
    cards = sorted((col.get_card(i) for i in col.find_cards("")), key=lambda card: card.due)
    ordered = dict.fromkeys(card.nid for card in cards)
    return [dict(col.get_note(nid).items()) for nid in ordered]


def study(col: anki.Collection, days: int = 30) -> dict[str, int]:
    """Give every card a history; returns the interval by note guid."""
    intervals = {}
    for number, card_id in enumerate(sorted(col.find_cards(""))):
        card = col.get_card(card_id)
        card.type, card.queue, card.ivl, card.reps, card.due = 2, 2, days + number, 5, 100
        col.update_card(card)
        intervals[col.get_note(card.nid).guid] = card.ivl
    return intervals


def intervals(col: anki.Collection) -> dict[str, int]:
    """The interval of every card by note guid."""
    cards = [col.get_card(i) for i in col.find_cards("")]
    return {col.get_note(card.nid).guid: card.ivl for card in cards}
