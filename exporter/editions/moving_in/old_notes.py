"""Notes as another tool left them in Anki.

In: what Anki exported: a package or a collection of any age, or plain text. Out: `OldNote`s, or `UnfitError`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from exporter.editions.identity.lock import LATEST
from exporter.editions.identity.lock_reader import is_guid
from exporter.editions.moving_in.text_export import Row, is_text_export, read_text_export
from exporter.editions.packages import read_package
from exporter.machinery.plain_files import read_plain
from exporter.machinery.strange_databases import UnfitError, read_apart, refuse

_LARGEST_TEXT = 200_000_000
_SECONDS, _BYTES = 300, 2_000_000_000
"""What a text may take in a process of its own."""


@dataclass(frozen=True, slots=True)
class OldNote:
    """A note of another tool. `id` is Anki's own, 0 where the export does not say; `mod` in seconds since 1970.

    `fields` are names and HTML; `cards` is how many it has, `reviews` how often they were answered, 0 where the export
    does not say.
    """

    guid: str
    id: int
    notetype: str
    fields: tuple[tuple[str, str], ...]
    deck: str
    mod: int
    cards: int = 0
    reviews: int = 0


def read_old_notes(file: Path) -> tuple[OldNote, ...]:
    """All notes of an export, in the order in which they were made. Raises `UnfitError`."""
    if file.suffix.lower() in (".txt", ".tsv", ".csv"):
        rows = read_apart(partial(_read_text, file.absolute()), _SECONDS, _BYTES)
        notes = tuple(OldNote(row.guid, 0, row.notetype, row.fields, row.deck, 0) for row in rows)
    else:
        notes = _from_package(file)
    _check(notes)
    return notes


def _read_text(file: Path) -> tuple[Row, ...] | UnfitError:
    try:
        data = read_plain(file, _LARGEST_TEXT)
        if not is_text_export(data):
            return UnfitError("it is no text that Anki exported: those begin with #separator")
        return read_text_export(data)
    except (OSError, MemoryError, UnfitError) as error:
        return refuse(error)


def _from_package(file: Path) -> tuple[OldNote, ...]:
    package = read_package(file)
    return tuple(
        OldNote(
            note.guid,
            note.id,
            package.notetypes.get(note.notetype, ""),
            tuple(zip(_names(package.fields.get(note.notetype, ()), len(note.fields)), note.fields, strict=True)),
            note.deck,
            note.mod,
            note.cards,
            note.reviews,
        )
        for note in package.notes
    )


def _names(names: tuple[str, ...], count: int) -> tuple[str, ...]:
    return (*names, *("" for _ in range(count)))[:count]


def _check(notes: tuple[OldNote, ...]) -> None:
    """What a lock could not hold, or could not tell apart."""
    twice = [guid for guid, count in Counter(note.guid for note in notes).items() if count > 1]
    if twice:
        raise UnfitError(f"two of its notes have the id {twice[0][:20]!r}")
    for note in notes:
        if not is_guid(note.guid):
            raise UnfitError(f"the id {note.guid[:20]!r} of a note is none of Anki's")
        if not 0 <= note.mod <= LATEST:
            raise UnfitError(f"the note {note.guid!r} was changed in a year that there is not")
