"""Which note is which, through every edition.

In: the cards, and `deck.lock` from the last edition. Out: a guid for each card, `mod` times that rise only where content
changed, and the lock of this edition. Anki updates a note when its guid is known and its `mod` is later, and never
otherwise; so both are decided here and nowhere else.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from exporter.diagnostics import Outcome, report
from exporter.model import Card, Chapter, Note, NoteType
from exporter.source import Span

_VERSION = 1
_GUID_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@dataclass(frozen=True, slots=True)
class Entry:
    """What the lock keeps of a note: where it stood, its question, the digest of its content, and `mod` in seconds."""

    guid: str
    path: str
    question: str
    digest: str
    mod: int


@dataclass(frozen=True, slots=True)
class Lock:
    """The last edition: its notes, and digest and `mod` of each note type."""

    notes: tuple[Entry, ...] = ()
    notetypes: Mapping[str, tuple[str, int]] = field(default_factory=dict)

    @property
    def edition(self) -> int:
        """When anything last changed, in seconds since 1970; 0 for an empty lock."""
        return max([0, *(entry.mod for entry in self.notes), *(mod for _, mod in self.notetypes.values())])


def read_lock(file: Path, shown: str) -> Outcome[Lock]:
    """The lock, or an empty one where there is none. A damaged lock is an error: a fresh one would lose every guid."""
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        if data["version"] != _VERSION:
            raise ValueError(f"version {data['version']}, and this make-deck reads {_VERSION}")
        notes = tuple(Entry(**entry) for entry in data["notes"])
        types = {key: (str(digest), int(mod)) for key, (digest, mod) in data["notetypes"].items()}
    except (FileNotFoundError, NotADirectoryError):
        return Outcome(Lock())
    except (OSError, ValueError, KeyError, TypeError) as error:
        line = getattr(error, "lineno", 1)
        hint = "restore it from version control; without it every note would be new to Anki"
        return Outcome(Lock(), (report("lock-invalid", Span(shown, line), f"cannot be read: {error}", hint),))
    return Outcome(Lock(notes, types))


def render_lock(lock: Lock) -> str:
    """The lock as JSON, one note a line, sorted, so that version control merges it well."""
    notes = sorted(lock.notes, key=lambda entry: (entry.path, entry.question, entry.guid))
    lines = [json.dumps({name: getattr(e, name) for name in Entry.__slots__}, ensure_ascii=False) for e in notes]
    types = json.dumps({key: list(value) for key, value in sorted(lock.notetypes.items())}, ensure_ascii=False)
    return f'{{"version": {_VERSION},\n"notetypes": {types},\n"notes": [\n' + ",\n".join(lines) + "\n]}\n"


def assign_guids(chapters: Sequence[Chapter], lock: Lock, deck: str) -> tuple[str, ...]:
    """The guid of every card, in book order.

    A card keeps the guid that the lock has for its question: in its own file first, then anywhere. A new one gets a
    guid from deck and question alone, so that two authors who lose their lock still agree.
    """
    cards = [(chapter.source.path, card) for chapter in chapters for card in chapter.cards]
    known: dict[str, list[Entry]] = {}
    for entry in lock.notes:
        known.setdefault(question_key(entry.question), []).append(entry)
    guids: list[str | None] = [None] * len(cards)
    for same_file in (True, False):
        for index, (path, card) in enumerate(cards):
            candidates = known.get(question_key(card.text), [])
            match = next((e for e in candidates if e.path == path or not same_file), None)
            if guids[index] is None and match:
                candidates.remove(match)
                guids[index] = match.guid
    taken = {guid for guid in guids if guid} | {entry.guid for entry in lock.notes}
    for index, (_, card) in enumerate(cards):
        if guids[index] is None:
            guids[index] = _new_guid(deck, card, taken)
    return tuple(guid for guid in guids if guid)


def question_key(text: str) -> str:
    """A question without case, punctuation and spaces: what stays when an author polishes it."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold()) or text


def _new_guid(deck: str, card: Card, taken: set[str]) -> str:
    basis = card.key or question_key(card.text)
    for occurrence in range(len(taken) + 1):
        digest = hashlib.sha256(f"{deck}\0{basis}\0{occurrence}".encode()).digest()
        guid = "".join(_GUID_ALPHABET[byte % 64] for byte in digest[:12])
        if guid not in taken:
            taken.add(guid)
            return guid
    raise AssertionError("more guids taken than there are")


def date_notes(
    notes: Iterable[Note], notetypes: Iterable[NoteType], lock: Lock, now: int, questions: Mapping[str, str]
) -> tuple[tuple[Note, ...], tuple[NoteType, ...], Lock]:
    """Notes and note types with their `mod`, and the new lock.

    What did not change keeps its `mod`, so that an edit a reader made in Anki survives; what changed gets a later one
    even when two builds fall into one second or the clock went back.
    """
    before = {entry.guid: entry for entry in lock.notes}
    dated: list[Note] = []
    entries: list[Entry] = []
    for note in notes:
        digest = _digest(note.notetype, *note.fields, *note.tags)
        mod = _mod(before.get(note.guid), digest, now)
        dated.append(replace(note, mod=mod))
        entries.append(Entry(note.guid, note.span.path, questions[note.guid], digest, mod))
    types: list[NoteType] = []
    digests = dict(lock.notetypes)
    for notetype in notetypes:
        digest = _digest(notetype.css, *(part for t in notetype.templates for part in (t.front, t.back)))
        old = lock.notetypes.get(notetype.key)
        mod = now if old is None else old[1] if old[0] == digest else max(now, old[1] + 1)
        types.append(replace(notetype, mod=mod))
        digests[notetype.key] = (digest, mod)
    return tuple(dated), tuple(types), Lock(tuple(entries), digests)


def _mod(entry: Entry | None, digest: str, now: int) -> int:
    if entry is None:
        return now
    return entry.mod if entry.digest == digest else max(now, entry.mod + 1)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
