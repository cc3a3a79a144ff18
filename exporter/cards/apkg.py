"""Note plan → .apkg, with genanki.

In: a `NotePlan` whose notes have guid and `mod`. Out: the bytes of a package; the same plan gives the same bytes on one
machine (the version of SQLite stands in the file's header).
"""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import re
import sqlite3
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import genanki

from exporter.cards.history import CardHistory, LearntCard, first_moment
from exporter.machinery.cache import Cache
from exporter.machinery.html_text import escape
from exporter.media.scaled import media_bytes
from exporter.model import Note, NotePlan, NoteType

_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_COMPRESSED_ALREADY = (
    ".png",
    ".jpg",
    ".webp",
    ".gif",
    ".avif",
    ".mp3",
    ".m4a",
    ".ogg",
    ".opus",
    ".mp4",
    ".mov",
    ".webm",
    ".mkv",
)
_CLOZE = re.compile(r"\{\{c(\d+)::")


def write_apkg(
    plan: NotePlan, edition: int, cache: Cache, histories: Mapping[str, Sequence[CardHistory]] = MappingProxyType({})
) -> bytes:
    """The package of a plan. `edition` (seconds since 1970) dates what has no `mod` of its own.

    `histories` are what one reader has learnt of notes, by guid: for a package that nobody else gets.
    """
    models = {notetype.key: _Model(notetype) for notetype in plan.notetypes}
    decks: dict[str, genanki.Deck] = {}
    if plan.description:
        decks[plan.deck] = genanki.Deck(_deck_id(plan.deck), plan.deck, escape(plan.description))
    for note in plan.notes:
        deck = decks.setdefault(note.deck, genanki.Deck(_deck_id(note.deck), note.deck))
        deck.add_note(_Note(note, models[note.notetype], histories.get(note.guid, ())))
    for note in plan.tombstones:
        deck = decks.setdefault(note.deck, genanki.Deck(_deck_id(note.deck), note.deck))
        deck.add_note(_Tombstone(note, models[note.notetype]))
    connection = sqlite3.connect(":memory:")
    package = genanki.Package(list(decks.values()))
    ids = itertools.count(max(edition, 1) * 1000)  # Anki takes the id 0 for no note
    package.write_to_db(connection.cursor(), edition, ids)
    if histories:
        connection.execute("UPDATE col SET crt = ?", (first_moment(),))
    connection.commit()
    database = connection.serialize()
    connection.close()
    return _zip(plan, database, cache)


def _zip(plan: NotePlan, database: bytes, cache: Cache) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        _add(archive, "collection.anki2", database, compress=True)
        names = {str(index): media.name for index, media in enumerate(plan.media)}
        _add(archive, "media", json.dumps(names, ensure_ascii=False).encode(), compress=True)
        for index, media in enumerate(plan.media):
            _add(archive, str(index), media_bytes(media, cache), compress=not media.name.endswith(_COMPRESSED_ALREADY))
    return out.getvalue()


def _add(archive: zipfile.ZipFile, name: str, data: bytes, *, compress: bool) -> None:
    info = zipfile.ZipInfo(name, _ZIP_DATE)
    info.create_system, info.external_attr = 3, 0o644 << 16  # the same on every system
    archive.writestr(info, data, zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED)


def _deck_id(name: str) -> int:
    """A stable id. Anki matches decks by name, so that an id only must not collide."""
    return (1 << 30) + int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") % (1 << 30)


class _Model(genanki.Model):  # type: ignore[misc]
    """A note type with the ids that let Anki follow a renamed field, and a `mod` of its own."""

    def __init__(self, notetype: NoteType) -> None:
        super().__init__(
            notetype.id,
            notetype.name,
            fields=[dict(field) for field in notetype.fields],
            templates=[
                {
                    "name": t.name,
                    "id": t.id,
                    "qfmt": t.front,
                    "afmt": t.back,
                    "bqfmt": t.browser_front,
                    "bafmt": t.browser_back,
                }
                for t in notetype.templates
            ],
            css=notetype.css,
            model_type=genanki.Model.CLOZE if notetype.is_cloze else genanki.Model.FRONT_BACK,
        )
        self._mod = notetype.mod

    def to_json(self, timestamp: float, deck_id: int) -> dict[str, Any]:  # noqa: ARG002 - genanki's signature
        return super().to_json(self._mod, deck_id)  # type: ignore[no-any-return]


class _Note(genanki.Note):  # type: ignore[misc]
    """A note with guid and `mod` of its own."""

    tags: list[str] = []  # noqa: RUF012 - in the place of genanki's list, which looks for spaces in each tag of each note

    def __init__(self, note: Note, model: _Model, histories: Sequence[CardHistory] = ()) -> None:
        super().__init__(model, list(note.fields), tags=list(note.tags), guid=note.guid, due=note.due)
        self._mod = note.mod
        self._histories = {history.ordinal: history for history in histories}

    @property
    def cards(self) -> Iterable[genanki.Card]:
        """Those that were learnt already as they were, the others new."""
        return (LearntCard(self._histories[card.ord]) if card.ord in self._histories else card for card in self._new())

    def _new(self) -> Iterable[genanki.Card]:
        """Genanki finds only the outermost of nested clozes."""
        if self.model.model_type != genanki.Model.CLOZE:
            return self._front_back_cards()  # type: ignore[no-any-return]
        numbers = sorted({int(n) for n in _CLOZE.findall(self.fields[0])})
        return [genanki.Card(number - 1) for number in numbers if number > 0]

    def write_to_db(self, cursor: sqlite3.Cursor, timestamp: float, deck_id: int, id_gen: Any) -> None:  # noqa: ARG002
        super().write_to_db(cursor, self._mod, deck_id, id_gen)

    def _check_invalid_html_tags_in_fields(self) -> None:
        """The fields have passed the sanitiser; genanki's own search costs more than writing them."""


class _Tombstone(_Note):
    """A note without cards: readers who have it keep theirs, and new readers get none."""

    @property
    def cards(self) -> Iterable[genanki.Card]:
        return ()
