"""Questions that were split, or merged into another: what a matching, which is one to one, cannot say.

In: a matching. Out: `Parts`. Sketches tell it, for the old answers are not kept: a card that is new and says what another
one no longer says was split from it; a note that is gone and whose answer another card has taken in was merged into it.
Short answers prove nothing alone, so that their questions have to be parts of each other, too.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from exporter.editions.identity.answer_likeness import score_answers
from exporter.editions.identity.compared_cards import Placed
from exporter.editions.identity.lock import Entry, Lock
from exporter.editions.identity.matching import SAME, Link, Matching
from exporter.editions.identity.offers import Offer
from exporter.reading.text_fingerprints import Sketch, read_sketch, title_words

_FROM = 0.5
"""How much of a split card has to come from the old answer. The rest its author added to make it whole."""

_PART, _PIECES = 0.15, 4
"""How much of an old answer has to go over to a split card: a share of its sample, and pieces."""

_COMMON = 50
"""A word that stands in more questions than this is evidence of nothing."""

_Part = TypeVar("_Part")
_Whole = TypeVar("_Whole")

_ALL = 0.8
"""How much of a short answer has to be there."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Guids: of each split card the note that it was a part of, of each merged note the card that took it in."""

    split: Mapping[str, str] = field(default_factory=dict)
    merged: Mapping[str, str] = field(default_factory=dict)

    def settle(self, offers: Iterable[Offer]) -> tuple[Offer, ...]:
        """Offers without pairs of a merged note and a split card: it is known what became of the one, whence the other is."""
        left = [
            replace(offer, candidates=tuple(c for c in offer.candidates if c.link.guid not in self.split))
            if offer.entry.guid in self.merged
            else offer
            for offer in offers
        ]
        return tuple(offer for offer in left if offer.candidates)

    def write(self, lock: Lock) -> Lock:
        """The lock with them: a later build of the same edition still says so."""
        if not (self.split or self.merged):
            return lock
        notes = [
            entry._replace(split_from=self.split.get(entry.guid, entry.split_from),
                           merged_into=self.merged.get(entry.guid, entry.merged_into))
            for entry in lock.notes
        ]  # fmt: skip
        return replace(lock, notes=tuple(notes))


def find_parts(matching: Matching) -> Parts:
    """What was split and what was merged with this edition."""
    gone = [entry for entry in matching.vanished if not entry.removed]
    new = [link for link in matching.links if link.entry is None]
    edited = [link for link in matching.links if _is_edited(link)]
    kept = {link.guid: link for link in edited}
    whole = [link.entry for link in edited if link.entry and not link.entry.removed]
    split = _find_split(new, [*whole, *gone], kept) if new else {}
    merged = _find_merged([*edited, *new], gone, set(kept)) if gone else {}
    return Parts(split, {guid: into for guid, into in merged.items() if guid not in set(split.values())})


def _is_edited(link: Link) -> bool:
    """Whether a note says something else than in the last edition; one that is brought back said nothing there."""
    old, card = link.entry, link.placed.card
    return old is not None and (old.removed or old.answer != card.sketch or old.question != card.text)


def _find_split(new: Sequence[Link], entries: Sequence[Entry], kept: Mapping[str, Link]) -> dict[str, str]:
    """The new cards that say what an old note no longer says; of a note that is gone, there are two at least."""
    by_guid = {entry.guid: entry for entry in entries}
    found: dict[str, tuple[int, str]] = {}
    for link, guid in _pairs(new, entries):
        entry, heir = by_guid[guid], kept.get(guid)
        share = _taken(link.placed, entry, heir.placed if heir else None)
        if share > found.get(link.guid, (0, ""))[0]:
            found[link.guid] = share, guid
    split = {part: guid for part, (_, guid) in found.items()}
    parts = Counter(split.values())
    return {part: guid for part, guid in split.items() if guid in kept or parts[guid] > 1}


def _find_merged(links: Sequence[Link], gone: Sequence[Entry], known: set[str]) -> dict[str, str]:
    """The notes whose answer another card has now; into a new card, that are two at least. `known` are cards that are not."""
    by_guid = {entry.guid: entry for entry in gone}
    found: dict[str, tuple[float, str]] = {}
    for link, guid in _pairs(links, gone):
        share = _gained(link, by_guid[guid])
        if share > found.get(guid, (0.0, ""))[0]:
            found[guid] = share, link.guid
    merged = {guid: into for guid, (_, into) in found.items()}
    parts = Counter(merged.values())
    return {guid: into for guid, into in merged.items() if into in known or parts[into] > 1}


def _pairs(links: Sequence[Link], entries: Sequence[Entry]) -> Iterator[tuple[Link, str]]:
    """Cards and notes with something in common: of long answers pieces, of short ones all words of one's question."""
    by_index = {link.placed.index: link for link in links}
    for index, guid in score_answers((link.placed for link in links), entries):
        yield by_index[index], guid
    short = {entry.guid: entry for entry in entries if not read_sketch(entry.answer).proves}
    if not short:
        return
    asked = {link.placed.index: title_words(link.placed.card.text) for link in links}
    told = {guid: title_words(entry.question) for guid, entry in short.items()}
    shared = {*_within(asked, told), *((index, guid) for guid, index in _within(told, asked))}
    for index, guid in sorted(shared):
        if short[guid].kind == by_index[index].placed.card.kind:
            yield by_index[index], guid


def _within(
    parts: Mapping[_Part, frozenset[str]], wholes: Mapping[_Whole, frozenset[str]]
) -> Iterator[tuple[_Part, _Whole]]:
    """Questions that may have all words of another: those with its rarest word. One that stands in many proves nothing."""
    holders: defaultdict[str, list[_Whole]] = defaultdict(list)
    for whole, words in wholes.items():
        for word in words:
            holders[word].append(whole)
    for name, words in parts.items():
        rare = min((holders.get(word, []) for word in words), key=len, default=[])
        if len(rare) <= _COMMON:
            yield from ((name, whole) for whole in rare)


def _taken(part: Placed, entry: Entry, heir: Placed | None) -> int:
    """How many pieces of an old answer's sample a new card has, and the heir of the note no longer; 0 where it is no part."""
    sketch, pieces = read_sketch(entry.answer), part.pieces()
    left = heir.pieces() if heir else frozenset()
    taken = len((sketch.sample & pieces) - left)
    if sketch.proves:
        enough = max(_PIECES, _PART * len(sketch.sample))
        return taken if taken >= enough and _share_from(pieces, sketch) >= _FROM else 0
    words, whole = title_words(part.card.text), title_words(entry.question)
    now = title_words(heir.card.text) if heir else frozenset()
    is_part = bool(words) and words < whole and not words <= now and (not heir or now < whole)
    return len(sketch.sample & pieces) if is_part and _share_from(pieces, sketch) >= _ALL else 0


def _gained(link: Link, entry: Entry) -> float:
    """How much of an old answer a card has, 0 to 1; 0 where it had it before, or has too little of it."""
    sketch, pieces = read_sketch(entry.answer), link.placed.pieces()
    share = len(sketch.sample & pieces) / len(sketch.sample) if sketch.sample else 0.0
    old = link.entry if link.entry and not link.entry.removed else None
    before = read_sketch(old.answer) if old else None
    if sketch.proves:
        return share if share >= SAME and not (before and _share_from(sketch.sample, before) >= _FROM) else 0.0
    words, whole = title_words(entry.question), title_words(link.placed.card.text)
    had = title_words(old.question) if old else frozenset()
    return share if share >= _ALL and words < whole and not words <= had else 0.0


def _share_from(pieces: Iterable[int], sketch: Sketch) -> float:
    """How many of some pieces an old answer had, 0 to 1, told by those that its sample would have."""
    last = max(sketch.sample, default=0) if sketch.size > len(sketch.sample) else None
    tellable = [piece for piece in pieces if last is None or piece <= last]
    return sum(piece in sketch.sample for piece in tellable) / len(tellable) if tellable else 0.0
