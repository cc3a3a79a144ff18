"""What a collection last got from this deck: the memory of pushes, one file for each collection.

In: the folder of a target. Out: a `Record`. It lies in the user's own folder, where no deck can bring one along, and holds
no text and no password. Where it is lost, what the collection holds counts as the reader's own until he says otherwise.

`finished` is False from the first change of a push to its end, so that a push that was killed is seen by the next one.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from exporter.machinery.plain_files import read_plain
from exporter.machinery.whole_files import write_files, write_plain

_VERSION = 2
_FILE = "record.json"


@dataclass(frozen=True, slots=True)
class Delivered:
    """The state in which a note was pushed: the edition's `mod` (seconds since 1970), its deck and tags.

    `replaced` is the digest of the text that the collection had before; "" where there was none.
    """

    mod: int
    deck: str
    tags: tuple[str, ...]
    replaced: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """The last push. `deck` is the root deck; `notetypes` maps keys to the `mod` that was pushed.

    `delivered` are the guids of all notes that this deck ever brought into the collection, or was to bring when a push was
    killed: only those are ever changed or deleted. `identity` is the deck's own, "" in a record of before they had it.
    """

    deck: str = ""
    notes: Mapping[str, Delivered] = field(default_factory=dict)
    notetypes: Mapping[str, int] = field(default_factory=dict)
    finished: bool = True
    delivered: frozenset[str] = frozenset()
    identity: str = ""


def read_record(folder: Path, identity: str) -> Record:
    """The record of a deck in a folder. None, or one that cannot be read, is an empty one.

    So is that of another deck, which once lay where this one lies now: what it delivered is not this one's to delete.
    """
    try:
        data = json.loads(read_plain(folder / _FILE))
        if data["version"] != _VERSION:
            return Record(identity=identity)
        if data.get("identity") not in (None, "", identity):
            return Record(identity=identity)
        rows = data["notes"].items()
        notes = {guid: Delivered(mod, deck, tuple(tags), replaced) for guid, (mod, deck, tags, replaced) in rows}
        types = {str(key): int(mod) for key, mod in data["notetypes"].items()}
        delivered = frozenset(map(str, data["delivered"]))
        return Record(str(data["deck"]), notes, types, bool(data["finished"]), delivered, identity)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Record(identity=identity)


def write_record(folder: Path, record: Record) -> None:
    """Write the record, whole or not at all. Raises OSError."""
    notes = {guid: [note.mod, note.deck, list(note.tags), note.replaced] for guid, note in record.notes.items()}
    head = {
        "version": _VERSION,
        "identity": record.identity,
        "finished": record.finished,
        "deck": record.deck,
        "notetypes": dict(record.notetypes),
    }
    data = {**head, "notes": notes, "delivered": sorted(record.delivered)}
    write_files({folder / _FILE: json.dumps(data, ensure_ascii=False).encode()})


def private(folder: Path) -> Path:
    """A folder that only its owner reads and that version control passes over. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        write_plain(ignore, b"*\n")
    return folder


@contextmanager
def alone(folder: Path) -> Iterator[bool]:
    """Hold the folder for this process; False where another one has it.

    An open transaction of SQLite is a lock on every system, and the system lets go of it when the process dies.
    """
    connection = sqlite3.connect(folder / "alone.db", timeout=0, isolation_level=None)
    try:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            yield False
        else:
            yield True
    finally:
        connection.close()
