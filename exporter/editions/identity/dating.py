"""The lock of this edition, and the `mod` of everything in it.

In: notes with their cards, the last lock, and the time. Out: dated notes and note types, and the new lock. What did
not change keeps its `mod`, so that an edit a reader made in Anki survives; what changed gets a later one even when two
builds fall into one second or the clock went back. The line in the notes counts for nothing: a file grows above a
question without the question changing.
"""

from __future__ import annotations

import hashlib
import html
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from exporter.editions.identity.lock import BELIEVED, LATEST, Entry, Lock, TypeEntry
from exporter.editions.identity.matching import Link, Matching
from exporter.model import CardKind, Note, NoteType

_PLACE = frozenset({"Source", "Breadcrumb", "Number", "Lang"})
"""The fields that say where a question stands. They follow it when its note changes anyway: a file, a heading or a number
that changes touches no reader's note."""

_GAP = re.compile(r"\{\{c(\d+)::")


@dataclass(frozen=True, slots=True)
class Dated:
    """Notes with their `mod`, and what the lock shall keep."""

    notes: tuple[Note, ...]
    lock: Lock


def date_notes(  # noqa: PLR0913 - as many things date a note
    notes: Sequence[Note],
    fields: Mapping[str, Sequence[str]],
    matching: Matching,
    lock: Lock,
    *,
    now: int,
    published: Mapping[str, int] = MappingProxyType({}),
) -> Dated:
    """Date the notes, which stand in the order of the matching's links, and renew their entries.

    A question that its author moved to another file takes its new place along; a file that was renamed or cut touches nothing.

    `fields` are the field names of each note type; `now` is in seconds since 1970.
    `published` has the latest `mod` that readers may have of a note, where the lock is older than what went out.
    An entry that no card claims becomes a removed one, or leaves nothing behind where no edition had it; those that the
    matching did not look at stay as they are.
    """
    edition = lock.draft
    entries = {entry.guid: entry for entry in lock.notes}
    dated: list[Note] = []
    here = {link.placed.path for link in matching.links} & {entry.path for entry in lock.notes if not entry.removed}
    for note, link in zip(notes, matching.links, strict=True):
        shown = dict(zip(fields[note.notetype], note.fields, strict=True))
        digest = digest_note(note.notetype, shown, note.tags, note.branch)
        follows = dated[-1].guid if dated and dated[-1].span.path == note.span.path else ""
        moved = (
            link.entry is not None
            and link.entry.path != link.placed.path
            and {link.entry.path, link.placed.path} <= here
        )
        number = html.unescape(shown["Number"]) if "Number" in shown else link.placed.card.number
        entry = _renew(link, note, digest, follows, now, number=number, moved=moved)
        if (
            entry.mod < published.get(note.guid, 0) <= BELIEVED
        ):  # the lock went back: readers have a later text, and keep it otherwise
            entry = entry._replace(mod=later(published[note.guid], now))
        if link.entry is None:
            entry = entry._replace(edition=edition, born=edition)
        elif entry == link.entry:
            entry = link.entry  # the same object: who compares editions sees at once that nothing changed
        elif entry._replace(follows=link.entry.follows) != link.entry:  # another neighbour alone is no change
            entry = entry._replace(edition=edition)
        entries[note.guid] = entry
        dated.append(note._replace(mod=entry.mod))
    for entry in matching.vanished:
        if lock.released and entry.born > lock.released:
            del entries[entry.guid]
        elif not entry.removed:
            mod = later(entry.mod, now)
            entries[entry.guid] = entry._replace(removed=True, edition=edition, mod=mod, digest="", becomes=())
    return Dated(tuple(dated), replace(lock, notes=tuple(entries.values())))


def _renew(  # noqa: PLR0913 - as many things
    link: Link, note: Note, digest: str, follows: str, now: int, *, number: str, moved: bool
) -> Entry:
    """The entry of a card as it stands now, with the `number` that readers see; the old one where nothing changed."""
    placed, old = link.placed, link.entry
    same = old is not None and old.digest == digest and not old.removed and not moved
    card = placed.card
    return Entry(
        guid=link.guid,
        path=placed.path,
        question=card.text,
        digest=digest,
        mod=now if old is None else old.mod if same else later(old.mod, now),
        number=number,
        nth=placed.nth,
        deck=note.deck,
        kind=str(card.kind),
        key=card.key,
        gaps=max(map(int, _GAP.findall(note.fields[0])), default=0) if card.kind is CardKind.CLOZE else 0,
        born=old.born if old else 0,
        edition=old.edition if old else 0,
        refused=old.refused if old else (),
        answer=old.answer if old and same else card.sketch,
        follows=follows,
        split_from=old.split_from if old else "",
    )


_A_DAY_S = 86_400
"""How far clocks may differ."""


def date_notetypes(
    notetypes: Iterable[NoteType], lock: Lock, *, edition: int, now: int
) -> tuple[tuple[NoteType, ...], Lock]:
    """Date the note types as `date_notes` dates notes."""
    entries = dict(lock.notetypes)
    dated: list[NoteType] = []
    latest = int(time.time()) + _A_DAY_S
    for notetype in notetypes:
        old = entries.get(notetype.key)
        digest = _digest_type(notetype)
        if old is None or old.digest != digest:
            entries[notetype.key] = TypeEntry(digest, later(old.mod, now) if old else now, edition, notetype.theme)
        # a later one than now would keep the looks of all decks that have this type from being mended
        dated.append(replace(notetype, mod=min(entries[notetype.key].mod, latest)))
    return tuple(dated), replace(lock, notetypes=entries)


def later(mod: int, now: int) -> int:
    """The `mod` of what changed: now, but always later than before, as far as a lock can hold it."""
    return min(max(now, mod + 1), LATEST)


def digest_note(notetype: str, fields: Mapping[str, str], tags: Iterable[str], branch: Iterable[str]) -> str:
    """The digest of what a note says, but for where it stands. Media names carry the digest of their bytes."""
    shown = [value for name, value in fields.items() if name not in _PLACE]
    return _digest(notetype, *shown, " ".join([tag for tag in tags if tag not in branch]))


def _digest_type(notetype: NoteType) -> str:
    templates = ((t.name, t.front, t.back, t.browser_front, t.browser_back) for t in notetype.templates)
    return _digest(notetype.name, notetype.css, *(part for template in templates for part in template))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
