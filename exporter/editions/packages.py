"""The door of packages: an .apkg of anybody is read, and every cell of it checked.

In: a file. Out: a `Package` of its note types and notes, or `UnfitError` with what is wrong. Nothing is believed: not what
the archive says of sizes, not that a table is one, not that a number is a number.
"""

from __future__ import annotations

import importlib
import json
import sqlite3
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exporter.machinery.plain_files import open_plain

_MEMBERS = ("collection.anki21b", "collection.anki21", "collection.anki2")
"""Newest first: newer exports hold an empty older collection that asks for an update."""

_LARGEST = 500_000_000
_LONGEST_CELL = 20_000_000
_STEPS, _EVERY = 2_000, 1_000_000
"""SQLite's virtual machine stops after 2 billion instructions; a million notes take some ten million."""
_MOST_MEMBERS = 100_000


class UnfitError(Exception):
    """Why a package cannot be read, in words for its user."""


@dataclass(frozen=True, slots=True)
class PackedNote:
    """A note as it lies in a package: `mod` in seconds since 1970, fields in the order of its note type, its deck's name."""

    guid: str
    notetype: int
    mod: int
    tags: tuple[str, ...]
    fields: tuple[str, ...]
    deck: str


@dataclass(frozen=True, slots=True)
class Package:
    """The names of note types by id, and the notes in the order of their ids."""

    notetypes: Mapping[int, str]
    notes: tuple[PackedNote, ...]


def read_package(file: Path) -> Package:
    """The notes of a package. Raises `UnfitError`."""
    try:
        with closing(_open_database(_read_collection(file))) as database:
            return _read(database)
    except UnfitError:
        raise
    except MemoryError as error:
        raise UnfitError("it needs more memory than there is") from error
    except zipfile.BadZipFile as error:
        raise UnfitError("it is no package, or a damaged one") from error
    except OSError as error:
        raise UnfitError(f"it cannot be read ({error.strerror or error})") from error
    except Exception as error:  # whatever a library says of bytes that nobody vouches for
        raise UnfitError(f"it is damaged ({type(error).__name__})") from error


def _read_collection(file: Path) -> bytes:
    with closing(open_plain(file)) as stream, zipfile.ZipFile(stream) as archive:
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
        if member.file_size > _LARGEST:
            raise UnfitError(f"its collection has more than {_LARGEST:,} bytes")
        with archive.open(member) as packed:
            data = packed.read(_LARGEST + 1)
    data = _decompress(data) if name.endswith("b") else data
    if len(data) > _LARGEST:
        raise UnfitError(f"its collection has more than {_LARGEST:,} bytes")
    return data


def _decompress(data: bytes) -> bytes:
    """Zstandard, which Python has from 3.14 on; before, where a package brings it. At most one byte too many."""
    for module in ("compression.zstd", "backports.zstd", "pyzstd"):
        try:
            zstd = importlib.import_module(module)
        except ImportError:
            continue
        return bytes(zstd.ZstdDecompressor().decompress(data, max_length=_LARGEST + 1))
    raise UnfitError("it is in Anki's new form, which needs Python 3.14")


def _open_database(data: bytes) -> sqlite3.Connection:
    """SQLite as its authors advise for files of strangers (sqlite.org/security.html).

    No functions in schemas, a limit for all that could have no end, and nothing asked of what is no table (`_rows`).
    """
    database = sqlite3.connect(":memory:")
    database.deserialize(data)
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_CELL)
    database.setlimit(sqlite3.SQLITE_LIMIT_VDBE_OP, 100_000)
    for pragma in ("trusted_schema = off", "cell_size_check = on", "query_only = on", "mmap_size = 0"):
        database.execute(f"PRAGMA {pragma}")
    steps = iter(range(_STEPS))
    database.set_progress_handler(lambda: next(steps, None) is None, _EVERY)
    database.create_collation("unicase", lambda a, b: (a.lower() > b.lower()) - (a.lower() < b.lower()))
    return database


def _rows(
    database: sqlite3.Connection, table: str, columns: Mapping[str, type], order: str = ""
) -> Iterator[tuple[Any, ...]]:
    """The rows of what is a table, with every cell of its type."""
    kinds = database.execute("SELECT type, sql FROM sqlite_master WHERE name = ?", (table,)).fetchall()
    if len(kinds) != 1 or kinds[0][0] != "table" or not str(kinds[0][1]).lstrip().lower().startswith("create table"):
        raise UnfitError(f"it has no table {table}")
    names = list(columns)
    for row in database.execute(f"SELECT {', '.join(names)} FROM {table} {order}"):  # noqa: S608 - our own names
        for name, value in zip(names, row, strict=True):
            if type(value) is not columns[name]:
                raise UnfitError(f"{name} of {table} is no {'number' if columns[name] is int else 'text'}")
        yield row


def _read(database: sqlite3.Connection) -> Package:
    collection = next(_rows(database, "col", {"models": str, "decks": str}), None)
    if collection is None:
        raise UnfitError("its collection is empty")
    models, decks = collection
    notetypes = (
        _names(models) if models not in ("", "{}") else dict(_rows(database, "notetypes", {"id": int, "name": str}))
    )
    if decks:
        names = _names(decks)
    else:
        found = _rows(database, "decks", {"id": int, "name": str})
        names = {number: name.replace("\x1f", "::") for number, name in found}
    homes = dict(_rows(database, "cards", {"nid": int, "did": int}, "ORDER BY ord DESC"))
    columns = {"id": int, "guid": str, "mid": int, "mod": int, "tags": str, "flds": str}
    notes = tuple(
        PackedNote(guid, mid, mod, tuple(tags.split()), tuple(fields.split("\x1f")), names.get(homes.get(nid, 0), ""))
        for nid, guid, mid, mod, tags, fields in _rows(database, "notes", columns, "ORDER BY id")
    )
    return Package(notetypes, notes)


def _names(packed: str) -> dict[int, str]:
    """Names by id, from a table in JSON."""
    table = json.loads(packed)
    entries = table.items() if isinstance(table, dict) else None
    if entries is None or not all(isinstance(v, dict) and isinstance(v.get("name"), str) for _, v in entries):
        raise UnfitError("its note types or decks are no table of names")
    return {int(number): value["name"] for number, value in entries}
