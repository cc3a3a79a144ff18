"""What differs between an edition and what a collection holds, and so has to be delivered. Pure.

In: the plan of an edition, the notes that a collection holds, the record of the last push. Out: a `Delivery`. Three
rules, which hold for every target:

- **Text.** Anki's importer updates a note when the package's `mod` is later, and so does a push. Where the record says
  that this collection last got an older state of the note, the package's `mod` is raised above the reader's: else a
  tag that a reader set between the author's edit and its push would keep the edit away for good. The same where the
  very text that a push replaced has come back: a device that had not synced brought it, with a later tag.
- **Tags.** A note is shipped with the reader's own tags beside the edition's, so that the import itself keeps them and
  no moment exists at which they are lost. Own is every tag that the record does not name as ours.
- **Decks.** A card moves when its deck is not the edition's, unless the record says that the edition has not moved it
  since: then the reader put it there.

Without a record (another machine, a deleted cache) every tag counts as the reader's and every card goes to its deck.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from exporter.editions.tombstones import REMOVED_TAG
from exporter.model import Note, NotePlan
from exporter.push.last_push import Delivered, Record


@dataclass(frozen=True, slots=True)
class Held:
    """A note in a collection. `decks` maps its cards to the decks they belong to; `mod` is 0 where it is not known.

    `text` is a digest of its fields, to be compared with others of the same collection only: Anki may rewrite fields.
    """

    note: int
    mod: int
    tags: tuple[str, ...]
    decks: Mapping[int, str]
    text: str = ""


def digest(fields: Iterable[str]) -> str:
    """A digest of the fields of a note."""
    return hashlib.sha256("\x1f".join(fields).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a push does. `plan` is the edition as it is shipped: no tombstones, for what they speak of is deleted.

    `moved` maps decks to the cards that go there, `emptied` are decks that may be left without cards, `removed` are
    notes of the collection, by its own ids. `foreign` are the guids of notes that were there before this deck brought any
    such: a deck may claim the notes of another one, so they are left as they are.
    """

    plan: NotePlan
    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    moved: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    moved_notes: int = 0
    removed: tuple[int, ...] = ()
    notetypes: tuple[str, ...] = ()
    emptied: frozenset[str] = frozenset()
    foreign: tuple[str, ...] = ()

    @property
    def unchanged(self) -> int:
        """How many notes of the edition the collection has already, in text and tags."""
        return len(self.plan.notes) - len(self.new) - len(self.changed)

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.moved or self.removed or self.notetypes)


def compare(
    plan: NotePlan, gone: Iterable[str], held: Mapping[str, Held], record: Record, *, take_over: bool = False
) -> Delivery:
    """The way from what is held to `plan`. `gone` are the guids that the edition no longer has.

    Of what is held, only that changes and goes which the record says this deck delivered; with `take_over`, also what lies
    in its own decks. A lock may name any note as one of its own.
    """
    ours = record.delivered | (_lying_in({plan.deck, record.deck} - {""}, held) if take_over else set())
    foreign = tuple(note.guid for note in plan.notes if note.guid in held and note.guid not in ours)
    plan = replace(plan, notes=tuple(note for note in plan.notes if note.guid not in set(foreign))) if foreign else plan
    shipped: list[Note] = []
    new: list[str] = []
    changed: list[str] = []
    moved: dict[str, list[int]] = {}
    left: set[str] = set()
    moved_notes = 0
    for note in plan.notes:
        there = held.get(note.guid)
        if there is None:
            new.append(note.guid)
            shipped.append(note)
            continue
        updated = _shipped(note, there, record)
        shipped.append(updated)
        if _is_newer(updated, there, record):
            changed.append(note.guid)
        cards = [card for card, deck in there.decks.items() if _goes(note, deck, record)]
        if cards:
            moved_notes += 1
            moved.setdefault(note.deck, []).extend(cards)
            left.update(there.decks[card] for card in cards)
    removed = [held[guid] for guid in gone if guid in held and guid in ours]
    left.update(deck for there in removed for deck in there.decks.values())
    types = tuple(t.key for t in plan.notetypes if record.notetypes.get(t.key) != t.mod)
    return Delivery(
        plan=replace(plan, notes=tuple(shipped), tombstones=()),
        new=tuple(new),
        changed=tuple(changed),
        moved={deck: tuple(cards) for deck, cards in moved.items()},
        moved_notes=moved_notes,
        removed=tuple(there.note for there in removed),
        notetypes=types,
        emptied=_emptied(left, {plan.deck, record.deck} - {""}),
        foreign=foreign,
    )


def _lying_in(roots: Iterable[str], held: Mapping[str, Held]) -> set[str]:
    """The guids of the notes whose cards are all in these decks or below them."""
    within = tuple(f"{root}::" for root in roots)
    return {
        guid for guid, there in held.items() if all(f"{deck}::".startswith(within) for deck in there.decks.values())
    }


def missed(delivery: Delivery, held: Mapping[str, Held]) -> tuple[str, ...]:
    """The guids that an import was to bring and that are not, or not in their new state, in the collection after it."""
    mods = {note.guid: note.mod for note in delivery.plan.notes}
    absent = [guid for guid in (*delivery.new, *delivery.changed) if guid not in held]
    stale = [guid for guid in delivery.changed if guid in held and 0 < held[guid].mod < mods[guid]]
    return (*absent, *stale)


def recorded(
    plan: NotePlan, delivery: Delivery, record: Record, before: Mapping[str, Held], after: Mapping[str, Held]
) -> Record:
    """The record after a push of `plan`: what was held before it, and after it as far as it was changed."""
    notes = {}
    foreign = set(delivery.foreign)
    for note in plan.notes:
        if note.guid in foreign:
            continue
        old = record.notes.get(note.guid)
        replaced = old.replaced if old and old.mod == note.mod else ""
        if note.guid in before and note.guid in after and before[note.guid].text != after[note.guid].text:
            replaced = before[note.guid].text
        notes[note.guid] = Delivered(note.mod, note.deck, note.tags, replaced)
    types = {notetype.key: notetype.mod for notetype in plan.notetypes}
    delivered = record.delivered | notes.keys()
    return Record(plan.deck, notes, {**record.notetypes, **types}, delivered=delivered, identity=record.identity)


def _shipped(note: Note, there: Held, record: Record) -> Note:
    delivered = record.notes.get(note.guid)
    former = {tag.casefold() for tag in (*(delivered.tags if delivered else ()), *note.tags, REMOVED_TAG)}
    own = tuple(tag for tag in there.tags if tag.casefold() not in former)
    late = delivered is not None and (delivered.mod < note.mod <= there.mod or delivered.replaced == there.text != "")
    return note._replace(tags=(*note.tags, *own), mod=max(note.mod, there.mod + 1) if late else note.mod)


def _is_newer(note: Note, there: Held, record: Record) -> bool:
    if there.mod:
        return note.mod > there.mod
    delivered = record.notes.get(note.guid)
    return delivered is None or delivered.mod != note.mod


def _goes(note: Note, deck: str, record: Record) -> bool:
    delivered = record.notes.get(note.guid)
    if delivered is not None and delivered.deck == note.deck:
        return False
    return deck.casefold() != note.deck.casefold()


def _emptied(decks: Iterable[str], roots: Iterable[str]) -> frozenset[str]:
    """The decks and those above them, as far as they lie in one of our own trees: a reader's decks are left alone."""
    names: set[str] = set()
    for deck in decks:
        for root in roots:
            if deck == root or deck.startswith(f"{root}::"):
                parts = deck.split("::")
                names.update("::".join(parts[:n]) for n in range(len(root.split("::")), len(parts) + 1))
    return frozenset(names)
