"""`deck.lock`: what the next edition has to know of this one, and how it is written.

One note a line, sorted by guid, and one file a line, sorted by path: a line never moves, so that version control shows a
reworded question as one changed line and merges what two people did. No line counts editions for all; the highest one
that a note names is the lock's. `lock_reader` is the way back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import NamedTuple

VERSION = 1
LATEST = 253_402_300_799
"""The last second of the year 9999."""

BELIEVED = LATEST - 1_000_000_000
"""What comes later, in the last thirty years before that, could in the end not become later any more, and then no reader
gets a note's edits: such a date counts as none. An earlier one, from a clock that was wrong, is followed by the next second."""


class Entry(NamedTuple):
    """What the lock keeps of a note. A tuple: each build makes and compares one for every note.

    `path`, `deck` and `number` say where it stood, `nth` its place among equal questions of that file (from 0); `key`
    is the author's `{#id}`, `gaps` the number of gaps of a cloze. `answer` is a sketch, `digest` that of all content.
    `mod` is in seconds since 1970. `follows` is the guid of the note before it in its file, "" for the first one. `born`
    and `edition` number the editions in which the note first appeared (0: unknown) and last changed; a `removed` one was
    removed in `edition`, and its guid stays reserved. `split_from` is the guid of the note that a split one was a part of,
    `merged_into` that of the note which took a removed one in.

    Decisions of the author: `becomes` is path and text of the question that it shall be in the next edition; `refused`
    the keys of questions that it never is, "*" for all.
    """

    guid: str
    path: str
    question: str
    digest: str
    mod: int
    number: str = ""
    nth: int = 0
    deck: str = ""
    kind: str = "basic"
    key: str = ""
    gaps: int = 0
    born: int = 0
    edition: int = 0
    removed: bool = False
    becomes: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    answer: str = ""
    follows: str = ""
    split_from: str = ""
    merged_into: str = ""


@dataclass(frozen=True, slots=True)
class TypeEntry:
    """What the lock keeps of a note type; see `Entry`. `theme` is "" for the default one."""

    digest: str
    mod: int
    edition: int = 0
    theme: str = ""


@dataclass(frozen=True, slots=True)
class Lock:
    """The last edition: its notes, its note types by key, the deck's own identity, and the rules of files, by path.

    `identity` is "" before the first edition. Guids are made with it, so that two decks of one name never share one.
    `rules` are only those that make-deck chose by itself: what a later version may choose otherwise.
    `released` is the number of the edition that went out last, at `released_at` (seconds since 1970); 0 where the author
    never releases: then every build that changes something counts as an edition.
    """

    notes: tuple[Entry, ...] = ()
    notetypes: Mapping[str, TypeEntry] = field(default_factory=dict)
    identity: str = ""
    rules: Mapping[str, str] = field(default_factory=dict)
    released: int = 0
    released_at: int = 0

    @property
    def edition(self) -> int:
        """The latest edition that anything changed in."""
        return max([self.released, *(entry.edition for entry in self._all())])

    @property
    def draft(self) -> int:
        """The edition that is being written: all that changes until it is released changes in it."""
        return min((self.released or self.edition) + 1, LATEST)

    @property
    def mod(self) -> int:
        """When anything last changed, in seconds since 1970; 0 for an empty lock."""
        return max([0, *(entry.mod for entry in self._all())])

    def _all(self) -> tuple[Entry | TypeEntry, ...]:
        return (*self.notes, *self.notetypes.values())


def render_lock(lock: Lock) -> str:
    """The lock as JSON. What has its default is left out."""
    notes = _encode([_table(entry) for entry in _in_order(lock)])[1:-1].replace(_NEXT, _NEXT_LINE)
    types = [f"{json.dumps(key)}: {_render_type(entry)}" for key, entry in sorted(lock.notetypes.items())]
    rules = [json.dumps({path: rule}, ensure_ascii=False)[1:-1] for path, rule in sorted(lock.rules.items())]
    deck = f'"identity": {json.dumps(lock.identity)},' if lock.identity else ""
    out = f'"released": [{lock.released}, {lock.released_at}],' if lock.released else ""
    head = [f'{{"version": {VERSION},', deck, out, '"notetypes": {', ",\n".join(types), "},"]
    head += ['"rules": {', ",\n".join(rules), "},"] if rules else []
    return "\n".join(filter(None, [*head, '"notes": [', notes, "]}"])) + "\n"


def says_the_same(lock: Lock, other: Lock) -> bool:
    """Whether two locks are written alike."""
    return replace(lock, notes=tuple(_in_order(lock))) == replace(other, notes=tuple(_in_order(other)))


_DEFAULTS = Entry._field_defaults
_encode = json.JSONEncoder(ensure_ascii=False).encode
_NEXT = '}, {"guid": "'
_NEXT_LINE = '},\n{"guid": "'
"""Where a note ends in JSON and the next one begins: within a text, quotation marks are escaped."""


def _render_type(entry: TypeEntry) -> str:
    return json.dumps([entry.digest, entry.mod, entry.edition, *([entry.theme] if entry.theme else [])])


def _in_order(lock: Lock) -> list[Entry]:
    return sorted(lock.notes, key=attrgetter("guid"))


def _table(entry: Entry) -> dict[str, object]:
    values = zip(Entry._fields, entry, strict=True)
    return {name: value for name, value in values if name not in _DEFAULTS or value != _DEFAULTS[name]}
