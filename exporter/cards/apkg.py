"""Note plan → .apkg: the tables of genanki, with rows of our own.

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
from collections.abc import Collection, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import genanki

from exporter.cards.history import CardHistory, first_moment, learnt_rows
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
    for note in (*plan.notes, *plan.tombstones):
        if note.deck not in decks:
            decks[note.deck] = genanki.Deck(_deck_id(note.deck), note.deck)
        decks[note.deck].add_model(models[note.notetype])
    connection = sqlite3.connect(":memory:")
    genanki.Package([]).write_to_db(connection.cursor(), edition, itertools.count())  # its tables, and settings
    _write_col(connection, decks.values(), edition)
    if histories:
        connection.execute("UPDATE col SET crt = ?", (first_moment(),))
    places = {name: deck.deck_id for name, deck in decks.items()}
    rows = _Rows(models, places, histories, max(edition, 1) * 1000)  # Anki takes the id 0 for no note
    rows.write(plan, connection)
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
        quantifiers = {"any": any, "all": all}
        self.required = [(ordinal, quantifiers[how], shown) for ordinal, how, shown in self._req]
        """For each card its ordinal, and which fields, any of them or all, it is made for."""

    def to_json(self, timestamp: float, deck_id: int) -> dict[str, Any]:  # noqa: ARG002 - genanki's signature
        return super().to_json(self._mod, deck_id)  # type: ignore[no-any-return]


def _write_col(connection: sqlite3.Connection, decks: Collection[genanki.Deck], edition: int) -> None:
    """Decks and note types, once for all: genanki writes all of them again for each deck."""
    known = json.loads(connection.execute("SELECT decks FROM col").fetchone()[0])
    tables = {**known, **{str(deck.deck_id): deck.to_json() for deck in decks}}
    models = {
        str(model.model_id): model.to_json(edition, deck.deck_id) for deck in decks for model in deck.models.values()
    }
    connection.execute("UPDATE col SET decks = ?, models = ?", (json.dumps(tables), json.dumps(models)))


def _ordinals(note: Note, model: _Model) -> Sequence[int]:
    """The numbers of a note's cards, from 0. Genanki finds only the outermost of nested clozes."""
    if model.model_type == genanki.Model.CLOZE:
        return [number - 1 for number in sorted({int(n) for n in _CLOZE.findall(note.fields[0])}) if number > 0]
    return [ordinal for ordinal, quantifier, shown in model.required if quantifier(note.fields[i] for i in shown)]


class _Rows:
    """Rows of Anki's tables. Notes and cards count their ids together, from `first` on.

    What notes say is put together one note after another: of all of them at once it would be another book in memory.
    """

    def __init__(
        self,
        models: Mapping[str, _Model],
        places: Mapping[str, int],
        histories: Mapping[str, Sequence[CardHistory]],
        first: int,
    ) -> None:
        self.models, self.places, self.histories = models, places, histories
        self.ids = itertools.count(first)
        self.cards: list[tuple[object, ...]] = []
        self.answers: list[tuple[object, ...]] = []

    def write(self, plan: NotePlan, connection: sqlite3.Connection) -> None:
        """Write all. Of two answers that were given in one millisecond, Anki has room for one."""
        connection.executemany(f"INSERT INTO notes VALUES({_places(11)})", self._of_notes(plan))
        connection.executemany(f"INSERT INTO cards VALUES({_places(18)})", self.cards)
        connection.executemany(f"INSERT OR IGNORE INTO revlog VALUES({_places(9)})", self.answers)

    def _of_notes(self, plan: NotePlan) -> Iterator[tuple[object, ...]]:
        for note in plan.notes:
            number = next(self.ids)
            yield self._note(note, number)
            self._add_cards(note, number)
        for note in plan.tombstones:  # without cards: readers who have it keep theirs, and new readers get none
            yield self._note(note, next(self.ids))

    def _note(self, note: Note, number: int) -> tuple[object, ...]:
        model, tags, text = self.models[note.notetype], f" {' '.join(note.tags)} ", "\x1f".join(note.fields)
        head = note.fields[model.sort_field_index]
        return (number, note.guid, model.model_id, note.mod, -1, tags, text, head, 0, 0, "")

    def _add_cards(self, note: Note, number: int) -> None:
        """The cards of a note: those that were learnt already as they were, the others new."""
        learnt = {history.ordinal: history for history in self.histories.get(note.guid, ())}
        place = self.places[note.deck]
        for ordinal in _ordinals(note, self.models[note.notetype]):
            card = next(self.ids)
            state, answers = learnt_rows(learnt[ordinal], card) if ordinal in learnt else (_new_card(note.due), ())
            self.cards.append((card, number, place, ordinal, note.mod, -1, *state))
            self.answers.extend(answers)


def _places(count: int) -> str:
    return ",".join("?" * count)


def _new_card(due: int) -> tuple[object, ...]:
    return (0, 0, due, 0, 0, 0, 0, 0, 0, 0, 0, "")
