"""What an edition changes, by comparing the locks before and after.

In: the locks before and after, and the matching between. Out: `Changes`, for who has the edition that was released last:
what drafts changed since then counts, though the lock before has it already.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from exporter.editions.identity import Crossing, Entry, How, Link, Lock, Matching, Offer, pair_id
from exporter.reading.text_fingerprints import question_key


class Kind(StrEnum):
    """What became of a note. One can be reworded, edited and moved at once.

    `retyped` is a new note, whose question was a card of another type before: Anki cannot change a note's type, so that
    its history begins anew. A `split` one is new, too, and was a part of another; a `merged` one is removed, and another
    took it in. One that `came` or `went` has its history with it, from another deck of the same notes or to it.
    `recorded` is a change of the lock alone, such as an `{#id}`.
    """

    NEW = "new"
    CAME = "from another deck"
    SPLIT = "split"
    RESTORED = "brought back"
    REWORDED = "reworded"
    EDITED = "edited"
    MOVED = "moved"
    RENUMBERED = "renumbered"
    RETYPED = "retyped"
    RECORDED = "recorded"
    WENT = "to another deck"
    MERGED = "merged"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Change:
    """A note that is not as it was. `id` undoes a link that the question's own text did not make.

    A `drafted` one was changed by a draft, and the lock has no word of what readers have: it may be reworded, too. `whole`
    is the note that a split one was a part of, or that a merged one is a part of now; `deck` the one whence or whither.
    """

    kinds: tuple[Kind, ...]
    before: Entry | None
    after: Entry
    line: int = 0
    how: How = How.NEW
    id: str = ""
    drafted: bool = False
    whole: Entry | None = None
    deck: str = ""

    @property
    def is_gone(self) -> bool:
        """Whether its question stands in the notes no longer."""
        return bool({Kind.REMOVED, Kind.MERGED, Kind.WENT}.intersection(self.kinds))


@dataclass(frozen=True, slots=True)
class Moved:
    """Notes that changed their file or deck together."""

    before: str
    after: str
    notes: int


@dataclass(frozen=True, slots=True)
class Reread:
    """A file in which make-deck finds other questions by itself than it did: the rules that say which."""

    path: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Changes:
    """An edition against the last one that readers have.

    `tombstones` counts the removed notes that the package still names; `written_over` those that readers have and that
    the import replaces, their own tags and edits included. `held` are files that are read as for the last edition, though
    make-deck would choose otherwise now. `unreleased` says that no edition was released, so that the last build counts as
    the last edition: a first release counts all notes as new.
    """

    number: int
    notes: tuple[Change, ...]
    files: tuple[Moved, ...]
    decks: tuple[Moved, ...]
    notetypes: tuple[str, ...]
    tombstones: int
    written_over: int
    unchanged: int
    offers: tuple[Offer, ...]
    reread: tuple[Reread, ...] = ()
    held: tuple[Reread, ...] = ()
    unreleased: bool = False

    @property
    def costs_history(self) -> bool:
        """Whether readers lose what they learnt, where their author has not said that this is right."""
        undecided = any(not offer.entry.removed for offer in self.offers)
        return undecided or bool(self.reread) or bool(self.counts.get(Kind.RETYPED))

    @property
    def counts(self) -> dict[Kind, int]:
        """How many notes there are of each kind of change, without zeros."""
        counts = Counter(kind for change in self.notes for kind in change.kinds)
        return {kind: counts[kind] for kind in Kind if counts[kind]}

    def __str__(self) -> str:
        parts = [f"{count} {kind}" for kind, count in self.counts.items()]
        types = "a new look" if self.notetypes else ""
        return ", ".join(filter(None, [*parts, types])) or "nothing changes"


def compare(before: Lock, after: Lock, crossing: Crossing, offers: tuple[Offer, ...], *, tombstones: int) -> Changes:
    """Everything that the lock after says differently from the edition that readers have."""
    matching = crossing.matching
    since = before.released if after.released else before.edition
    entries = {entry.guid: entry for entry in after.notes}
    files = _renamed(matching)
    renamed = {(moved.before, moved.after) for moved in files}
    gone = [entry for entry in crossing.vanished if not entry.removed]
    types_before = {question_key(entry.question): entry for entry in gone}
    drafted = frozenset(
        entry.guid
        for entry in before.notes
        if entry.edition > since and (entry.removed or entry.mod > before.released_at)
    )
    touched = [link for link in matching.links if not _is_same(link, entries[link.guid], since, drafted)]
    found = [_compare_link(link, entries[link.guid], renamed, types_before) for link in touched]
    lately = {
        question_key(e.question): e for e in matching.vanished if e.guid in drafted and e.removed and e.born <= since
    }
    found = [_for_readers(change, since, drafted, lately) for change in found]
    wholes = {**entries, **{entry.guid: entry for entry in before.notes if entry.born <= since}}
    found = [_as_split(_as_come(change, crossing.came), wholes) for change in found]
    changes = [change for change in found if change.kinds]
    removed = [
        _remove(entry, entries, crossing.went)
        for entry in matching.vanished
        if entry.born <= since and (not entry.removed or entry.guid in drafted)
    ]
    types = tuple(sorted(key for key, entry in after.notetypes.items() if entry != before.notetypes.get(key, entry)))
    moves = ((link.entry.deck, entries[link.guid].deck) for link in matching.links if link.entry and link.entry.deck)
    decks = _count_moves((old, new) for old, new in moves if old != new)
    known = ((link.entry, entries[link.guid]) for link in matching.links if link.entry)
    written_over = sum(
        (old.mod != new.mod or old.guid in drafted) and not old.removed and old.born <= since for old, new in known
    )
    unchanged = len(matching.links) - len(changes)
    reread = tuple(
        Reread(path, before.rules[path], rule)
        for path, rule in sorted(after.rules.items())
        if before.rules.get(path, rule) != rule
    )
    return Changes(
        after.edition, (*changes, *removed), files, decks, types, tombstones, written_over, unchanged, offers, reread,
        unreleased=not after.released and bool(before.notes),
    )  # fmt: skip


def _is_same(link: Link, after: Entry, since: int, drafted: frozenset[str]) -> bool:
    """Whether readers of the edition `since` have a note as it is now."""
    return link.entry is after and after.born <= since and link.guid not in drafted


def _compare_link(link: Link, after: Entry, renamed: set[tuple[str, str]], gone: Mapping[str, Entry]) -> Change:
    """`renamed` are pairs of files; `gone` the notes that this edition removes, by question."""
    before, line = link.entry, link.placed.card.span.line
    if before is None:
        twin = gone.get(link.placed.question)
        retyped = twin is not None and twin.kind != after.kind
        return Change((Kind.RETYPED,) if retyped else (Kind.NEW,), twin if retyped else None, after, line)
    undo = pair_id(before, link.placed.question) if link.how in (How.ANSWER, How.SIDE, How.DECISION) else ""
    if before is after:
        return Change((), before, after, line, link.how, undo)
    checks = {
        Kind.RESTORED: before.removed,
        Kind.REWORDED: question_key(before.question) != question_key(after.question),
        Kind.MOVED: before.path != after.path and (before.path, after.path) not in renamed,
        Kind.RENUMBERED: before.number != after.number,
    }
    kinds = [kind for kind, is_so in checks.items() if is_so]
    content = before.digest != after.digest and not before.removed
    if content and (before.answer != after.answer or (not kinds and before.path == after.path)):
        kinds.append(Kind.EDITED)
    if before.mod != after.mod and not {Kind.RESTORED, Kind.REWORDED, Kind.EDITED, Kind.MOVED}.intersection(kinds):
        kinds.append(Kind.EDITED)  # the lock went back, and readers have another text
    if not kinds and (before.key, before.nth, before.gaps) != (after.key, after.nth, after.gaps):
        kinds.append(Kind.RECORDED)
    return Change(tuple(sorted(kinds, key=list(Kind).index)), before, after, line, link.how, undo)


def _as_split(change: Change, notes: Mapping[str, Entry]) -> Change:
    """A new note as what it is where it was a part of one of `notes`."""
    whole = notes.get(change.after.split_from) if Kind.NEW in change.kinds else None
    return replace(change, kinds=(Kind.SPLIT,), whole=whole) if whole else change


def _as_come(change: Change, came: Mapping[str, str]) -> Change:
    """A new note as what it is where another deck had it."""
    deck = came.get(change.after.guid, "") if Kind.NEW in change.kinds else ""
    return replace(change, kinds=(Kind.CAME,), deck=deck) if deck else change


def _remove(entry: Entry, entries: Mapping[str, Entry], went: Mapping[str, str]) -> Change:
    after = entries.get(entry.guid, entry)
    if deck := went.get(entry.guid):
        return Change((Kind.WENT,), entry, after, deck=deck)
    whole = entries.get(after.merged_into)
    return Change((Kind.MERGED if whole else Kind.REMOVED,), entry, after, whole=whole)


def find_retyped(matching: Matching) -> Iterator[tuple[Link, Entry]]:
    """New cards whose question was a card of another type in the last edition, with the note that goes."""
    gone = {question_key(entry.question): entry for entry in matching.vanished if not entry.removed}
    for link in matching.links:
        twin = gone.get(link.placed.question) if link.entry is None else None
        if twin is not None and twin.kind != link.placed.card.kind:
            yield link, twin


def _for_readers(change: Change, since: int, drafted: frozenset[str], lately: Mapping[str, Entry]) -> Change:
    """The change with what drafts did to its note after the edition `since`.

    `drafted` are the notes that they touched, `lately` those that they removed, by question.
    """
    before = change.before
    if before is None or Kind.RETYPED in change.kinds:
        return change
    if before.born > since:
        twin = lately.get(question_key(change.after.question))
        if twin is not None and twin.kind != change.after.kind:
            return replace(change, kinds=(Kind.RETYPED,), before=twin)
        return replace(change, kinds=(Kind.NEW,), before=None)
    if before.guid not in drafted or before.removed or {Kind.REWORDED, Kind.EDITED}.intersection(change.kinds):
        return change
    return replace(change, kinds=tuple(sorted((*change.kinds, Kind.EDITED), key=list(Kind).index)), drafted=True)


def _renamed(matching: Matching) -> tuple[Moved, ...]:
    """Files that are gone, and the new file that took over at least half of their notes."""
    links = [link for link in matching.links if link.entry]
    moves = Counter((link.entry.path, link.placed.path) for link in links if link.entry)
    totals = Counter(link.entry.path for link in links if link.entry)
    here = {link.placed.path for link in matching.links}
    found = [
        Moved(old, new, count)
        for (old, new), count in sorted(moves.items())
        if old not in here and new not in totals.keys() - {old} and 2 * count >= totals[old]
    ]
    heirs = [
        moved for moved in found if not any(other.after == moved.after and other.notes > moved.notes for other in found)
    ]
    return tuple(moved for moved in heirs if moves[moved.after, moved.after] == 0)


def _count_moves(moves: Iterable[tuple[str, str]]) -> tuple[Moved, ...]:
    return tuple(Moved(old, new, count) for (old, new), count in sorted(Counter(moves).items()))
