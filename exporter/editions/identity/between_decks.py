"""Questions that go over from one deck to another of the same notes, and keep their note.

In: a matching, and the other decks of one `deck.toml` with their cards and locks. Out: `Crossing`. A note that stands in
its own deck no longer, and whose question is new in another one, is the same note there: a reader who has both keeps what
he learnt. Between two decks only the same question with the same answer counts, or the same long answer, or an `{#id}`:
"Summary?" stands in every deck. A question that stands in two decks at once has a note in each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from exporter.editions.identity.compared_cards import Placed
from exporter.editions.identity.lock import LATEST, Entry, Lock
from exporter.editions.identity.matching import Matching, match_among, match_cards
from exporter.model import Chapter


@dataclass(frozen=True)
class Sister:
    """Another deck of the same notes: its name, its lock, and how its chapters are come by."""

    name: str
    lock: Lock
    read: Callable[[], Sequence[Chapter]]

    @cached_property
    def matching(self) -> Matching:
        """Which of its notes its questions are."""
        return match_cards(self.read(), self.lock, self.lock.identity)

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """Its notes, by guid."""
        return {entry.guid: entry for entry in self.lock.notes}

    @cached_property
    def held(self) -> frozenset[str]:
        """The guids of the notes that it had and still has."""
        return frozenset(link.guid for link in self.matching.links if link.entry and not link.entry.removed)


@dataclass(frozen=True, slots=True)
class Crossing:
    """A matching with the notes of other decks. `came` and `went` name the deck whence and whither, by guid.

    `mods` are the dates that a note has to pass which crosses now, from other locks (seconds since 1970).
    """

    matching: Matching
    came: Mapping[str, str] = field(default_factory=dict)
    went: Mapping[str, str] = field(default_factory=dict)
    mods: Mapping[str, int] = field(default_factory=dict)

    @property
    def vanished(self) -> tuple[Entry, ...]:
        """The notes that no card of any deck claims."""
        return tuple(entry for entry in self.matching.vanished if entry.guid not in self.went)


def cross(
    matching: Matching, chapters: Sequence[Chapter], lock: Lock, sisters: Sequence[Sister], *, tombstones: int
) -> Crossing:
    """The matching of a deck, where questions went over to its sisters or came from them.

    The sisters are read only where something may have: so many editions back, as tombstones travel.
    """
    if not sisters or not _may_cross(matching, lock, sisters, tombstones):
        return Crossing(matching)
    held = {guid: sister for sister in sisters for guid in sister.held}
    if elsewhere := {link.guid for link in matching.links if link.entry and link.entry.removed} & held.keys():
        matching = match_cards(chapters, lock, lock.identity, without=elsewhere)
    went = _leave(matching, sisters, held)
    matching = _enter(matching, sisters, {*held, *went})
    came: dict[str, str] = {}
    mods: dict[str, int] = {}
    for sister in sisters:
        for link in matching.links:
            if known := sister.entries.get(link.guid):
                came.setdefault(link.guid, sister.name)
                if link.entry is None or link.entry.removed:
                    mods[link.guid] = max(mods.get(link.guid, 0), min(known.mod + 1, LATEST))
    return Crossing(matching, came, went, mods)


def _may_cross(matching: Matching, lock: Lock, sisters: Sequence[Sister], tombstones: int) -> bool:
    if any(not entry.removed or lock.edition - entry.edition <= tombstones for entry in matching.vanished):
        return True
    drafted = lock.released or lock.edition
    is_new = any(link.entry is None or link.entry.removed or link.entry.born > drafted for link in matching.links)
    return is_new and any(sister.lock.notes for sister in sisters)


def _leave(matching: Matching, sisters: Sequence[Sister], held: Mapping[str, Sister]) -> dict[str, str]:
    """The notes that went over, with the decks that have them now."""
    went = {entry.guid: held[entry.guid].name for entry in matching.vanished if entry.guid in held}
    for sister in sisters:
        left = [entry for entry in matching.vanished if entry.guid not in went]
        restored = {link.guid for link in sister.matching.links if link.entry}
        went |= {entry.guid: sister.name for entry in left if entry.guid in restored}
        went |= {link.guid: sister.name for link in match_among(_new(sister.matching), left)}
    return went


def _enter(matching: Matching, sisters: Sequence[Sister], taken: set[str]) -> Matching:
    """The matching with the notes that sisters no longer have, for what would be new."""
    own = {link.guid for link in matching.links if link.entry} | {entry.guid for entry in matching.vanished}
    free: dict[str, Entry] = {}
    for sister in sisters:
        for entry in sister.matching.vanished:
            known = free.get(entry.guid)
            if entry.guid not in taken | own and (
                known is None or (known.removed, -known.mod) > (entry.removed, -entry.mod)
            ):
                free[entry.guid] = entry
    found = {link.placed.index: link.guid for link in match_among(_new(matching), free.values())}
    links = (link._replace(guid=found.get(link.placed.index, link.guid)) for link in matching.links)
    return replace(matching, links=tuple(links))


def _new(matching: Matching) -> Iterator[Placed]:
    return (link.placed for link in matching.links if link.entry is None)
