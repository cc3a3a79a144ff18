"""The door of databases: a file of SQLite by anybody is read, and every cell of it checked.

In: bytes. Out: rows, or `UnfitError` with what is wrong. Nothing is believed: not that a table is one, not that a number
is a number. SQLite works as its authors advise for files of strangers (sqlite.org/security.html): no functions in
schemas, a limit for all that could have no end, and nothing asked of what is no table.
"""

from __future__ import annotations

import sqlite3
import zipfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from exporter.machinery.workers import Fault, call_apart

Out = TypeVar("Out")

MAGIC = b"SQLite format 3\0"

MOST_FIELDS = 1_000
"""Of a note. Anki's own types have few, and a text of nothing but separators would take a hundred times its size."""
_LONGEST_CELL = 20_000_000
_STEPS, _EVERY = 2_000, 1_000_000
"""SQLite's virtual machine stops after 2 billion instructions; a million notes take some ten million."""

_ROWS, _FREE = 4, 20_000_000
"""All rows together have at most so many times the bytes of their file, and these: pages may be named twice."""

_JOURNAL = slice(18, 20)
"""Bytes of the header that ask for a second file with what was written last. Who closes Anki has none."""

_WORDS: Mapping[type, str] = {int: "number", float: "number", str: "text"}


class UnfitError(Exception):
    """Why a file cannot be read, in words for its user."""


def refuse(error: Exception) -> UnfitError:
    """What a library says of bytes that nobody vouches for, in words for the file's user."""
    match error:
        case UnfitError():
            return error
        case MemoryError():
            return UnfitError("it needs more memory than there is")
        case zipfile.BadZipFile():
            return UnfitError("it is no package, or a damaged one")
        case OSError():
            return UnfitError(f"it cannot be read ({error.strerror or error})")
    return UnfitError(f"it is damaged ({type(error).__name__})")


def read_apart(read: Callable[[], Out | UnfitError], seconds: float, memory_bytes: int) -> Out:
    """What a process of its own reads from a stranger's file. Raises `UnfitError`, also for a fault of that process."""
    found = call_apart(read, seconds, memory_bytes)
    if isinstance(found, Fault):
        raise UnfitError(f"it is too much, or damaged: {found.reason}")
    if isinstance(found, UnfitError):
        raise found
    return found


def open_database(data: bytes) -> sqlite3.Connection:
    """A database in memory, to be closed. Raises `sqlite3.Error`."""
    whole = bytearray(data)
    whole[_JOURNAL] = b"\1\1"[: len(whole[_JOURNAL])]
    database = sqlite3.connect(":memory:")
    database.deserialize(bytes(whole))
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_CELL)
    database.setlimit(sqlite3.SQLITE_LIMIT_VDBE_OP, 100_000)
    for pragma in ("trusted_schema = off", "cell_size_check = on", "query_only = on", "mmap_size = 0"):
        database.execute(f"PRAGMA {pragma}")
    steps = iter(range(_STEPS))
    database.set_progress_handler(lambda: next(steps, None) is None, _EVERY)
    database.create_collation("unicase", lambda a, b: (a.lower() > b.lower()) - (a.lower() < b.lower()))
    return database


def read_rows(
    database: sqlite3.Connection, table: str, columns: Mapping[str, type], order: str = ""
) -> Iterator[tuple[Any, ...]]:
    """The rows of what is a table, with every cell of its type. Raises `UnfitError`."""
    kinds = database.execute("SELECT type, sql FROM sqlite_master WHERE name = ?", (table,)).fetchall()
    if len(kinds) != 1 or kinds[0][0] != "table" or not str(kinds[0][1]).lstrip().lower().startswith("create table"):
        raise UnfitError(f"it has no table {table}")
    if any(hidden for (hidden,) in database.execute("SELECT hidden FROM pragma_table_xinfo(?)", (table,))):
        raise UnfitError(f"{table} has columns that are reckoned")  # by functions that may take any time and memory
    names = list(columns)
    left = _ROWS * len(database.serialize()) + _FREE
    for row in database.execute(f"SELECT {', '.join(names)} FROM {table} {order}"):  # noqa: S608 - our own names
        for name, value in zip(names, row, strict=True):
            if type(value) is not columns[name]:
                raise UnfitError(f"{name} of {table} is no {_WORDS[columns[name]]}")
            left -= len(value) if isinstance(value, str) else 0
        if left < 0:
            raise UnfitError(f"the rows of {table} hold more than the file")
        yield row
