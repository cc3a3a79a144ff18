"""The door of packages: an .apkg or .colpkg of anybody is read, and every cell of it checked.

In: a file, of any form that Anki ever exported, or its own `collection.anki2`. Out: a `Package` of its note types and
notes, or `UnfitError` with what is wrong. Nothing is believed: not what the archive says of sizes, not that a table is
one, not that a number is a number.
"""

from __future__ import annotations

import importlib
import json
import os
import sqlite3
import sys
import zipfile
from collections import Counter, defaultdict
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from exporter.machinery.plain_files import open_plain, read_plain
from exporter.machinery.strange_databases import (
    MAGIC,
    MOST_FIELDS,
    UnfitError,
    open_database,
    read_apart,
    read_rows,
    refuse,
)

_MEMBERS = ("collection.anki21b", "collection.anki21", "collection.anki2")
"""Newest first: newer exports hold an empty older collection that asks for an update."""

_LARGEST = 500_000_000
_GROWTH, _FREE = 50, 20_000_000
"""Notes are packed to a tenth of their size: a package holds at most so many times its own bytes, and these."""
_SECONDS, _BYTES = 300, 4_000_000_000
_MOST_MEMBERS = 100_000


@dataclass(frozen=True, slots=True)
class PackedNote:
    """A note as it lies in a package: `mod` in seconds since 1970, fields in the order of its note type, its deck's name.

    `id` is Anki's own; `cards` is how many it has, `reviews` how often they were answered.
    """

    id: int
    guid: str
    notetype: int
    mod: int
    tags: tuple[str, ...]
    fields: tuple[str, ...]
    deck: str
    cards: int
    reviews: int


@dataclass(frozen=True, slots=True)
class Package:
    """The names of note types and of their fields by id, and the notes in the order of their ids."""

    notetypes: Mapping[int, str]
    fields: Mapping[int, tuple[str, ...]]
    notes: tuple[PackedNote, ...]


def read_package(file: Path) -> Package:
    """The notes of a package, which a process of its own takes out of it. Raises `UnfitError`."""
    return read_apart(partial(_read_file, file.absolute()), _SECONDS, _BYTES)


def _read_file(file: Path) -> Package | UnfitError:
    try:
        with closing(open_database(_read_collection(file))) as database:
            return _read(database)
    except Exception as error:  # noqa: BLE001 - whatever a library says of bytes that nobody vouches for
        return refuse(error)


def _read_collection(file: Path) -> bytes:
    with closing(open_plain(file)) as stream:
        if stream.read(len(MAGIC)) == MAGIC:
            return read_plain(file, _LARGEST)
        stream.seek(0)
        return _unpack(stream)


def _unpack(stream: IO[bytes]) -> bytes:
    most = min(_LARGEST, _GROWTH * os.fstat(stream.fileno()).st_size + _FREE)
    with zipfile.ZipFile(stream) as archive:
        members = archive.infolist()
        if len(members) > _MOST_MEMBERS:
            raise UnfitError(f"it holds more than {_MOST_MEMBERS:,} files")
        known = {member.filename: member for member in members}
        name = next((name for name in _MEMBERS if name in known), None)
        if name is None:
            raise UnfitError("it holds no collection")
        member = known[name]
        if member.flag_bits & 1:
            raise UnfitError("it is encrypted")
        if member.file_size > most:
            raise UnfitError(f"its collection has more than {most:,} bytes")
        with archive.open(member) as packed:
            data = packed.read(most + 1)
    data = _decompress(data, most) if name.endswith("b") else data
    if len(data) > most:
        raise UnfitError(f"its collection has more than {most:,} bytes")
    return data


def _decompress(data: bytes, most: int) -> bytes:
    """Zstandard, which Python has from 3.14 on. At most one byte too many."""
    zstd = importlib.import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")
    return bytes(zstd.ZstdDecompressor().decompress(data, max_length=most + 1))


def _read(database: sqlite3.Connection) -> Package:
    collection = next(read_rows(database, "col", {"models": str, "decks": str}), None)
    if collection is None:
        raise UnfitError("its collection is empty")
    models, decks = collection
    notetypes, fields = _read_models(models) if models not in ("", "{}") else _read_notetypes(database)
    if decks:
        names = _names(decks)
    else:
        found = read_rows(database, "decks", {"id": int, "name": str})
        names = {number: name.replace("\x1f", "::") for number, name in found}
    homes: dict[int, int] = {}
    cards: Counter[int] = Counter()
    reviews: Counter[int] = Counter()
    for note, deck, count in read_rows(database, "cards", {"nid": int, "did": int, "reps": int}, "ORDER BY ord DESC"):
        homes[note] = deck
        cards[note] += 1
        reviews[note] += max(count, 0)
    columns = {"id": int, "guid": str, "mid": int, "mod": int, "tags": str, "flds": str}
    notes = tuple(
        PackedNote(
            nid, guid, mid, mod, tuple(tags.split()), _fields(nid, values), names.get(homes.get(nid, 0), ""),
            cards[nid], reviews[nid],
        )
        for nid, guid, mid, mod, tags, values in read_rows(database, "notes", columns, "ORDER BY id")
    )  # fmt: skip
    return Package(notetypes, fields, notes)


def _fields(note: int, values: str) -> tuple[str, ...]:
    count = values.count("\x1f") + 1
    if count > MOST_FIELDS:
        raise UnfitError(f"its note {note} has {count:,} fields; {MOST_FIELDS:,} is the most")
    return tuple(values.split("\x1f"))


def _read_notetypes(database: sqlite3.Connection) -> tuple[dict[int, str], dict[int, tuple[str, ...]]]:
    """Note types as newer versions keep them, in tables."""
    names = dict(read_rows(database, "notetypes", {"id": int, "name": str}))
    fields: defaultdict[int, list[str]] = defaultdict(list)
    for number, name in read_rows(database, "fields", {"ntid": int, "name": str}, "ORDER BY ord"):
        fields[number].append(name)
    return names, {number: tuple(found) for number, found in fields.items()}


def _read_models(packed: str) -> tuple[dict[int, str], dict[int, tuple[str, ...]]]:
    """Note types as older versions keep them, in JSON."""
    names = _names(packed)
    fields: dict[int, tuple[str, ...]] = {}
    for number, model in json.loads(packed).items():
        found = model.get("flds", [])
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise UnfitError("the fields of its note types are no list")
        fields[int(number)] = tuple(str(one.get("name", "")) for one in found)
    return names, fields


def _names(packed: str) -> dict[int, str]:
    """Names by id, from a table in JSON."""
    table = json.loads(packed)
    entries = table.items() if isinstance(table, dict) else None
    if entries is None or not all(isinstance(v, dict) and isinstance(v.get("name"), str) for _, v in entries):
        raise UnfitError("its note types or decks are no table of names")
    return {int(number): value["name"] for number, value in entries}
