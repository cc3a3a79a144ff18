"""Each card finds the note that it was in the last edition.

In: the cards and the lock. Out: a guid for every card, by what it was found, and offers where only the author can
tell. One card, one note, in this order: what the author decided; an explicit `{#id}`; the same question anywhere in
the deck; the same answer; of short cards one side, with what else speaks for it (`sides`). A similar title is never
enough ("介绍一下Hallo" is not "介绍一下hash":
`../shared/facts/editions.md`). A note keeps its type: Anki cannot turn a basic note into a cloze.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from exporter.editions.identity.answer_likeness import Pair, answer_likeness, score_answers
from exporter.editions.identity.compared_cards import Placed, place_cards
from exporter.editions.identity.guids import guid_of, new_guid
from exporter.editions.identity.lock import Entry, Lock
from exporter.editions.identity.sides import is_homonym, weigh_sides
from exporter.model import Chapter
from exporter.reading.text_fingerprints import question_key, read_sketch, title_words

SAME = 0.6
"""From here on an answer is the old one. Any value from 0.4 to 0.8 gives nearly the same links."""

_MARGIN = 0.15
"""How much better than its rivals an answer must fit to be linked without asking."""

_MANY = 100_000
"""Pairs of equal questions up to which answers are compared; beyond, number and order decide."""


class How(StrEnum):
    """By what a card found its note."""

    DECISION = "decision"
    KEY = "key"
    TEXT = "text"
    ANSWER = "answer"
    SIDE = "side"
    NEW = "new"


class Link(NamedTuple):
    """A card's note: its guid, the entry of the last edition (None for a new one), and how it was found."""

    placed: Placed
    guid: str
    entry: Entry | None
    how: How


@dataclass(frozen=True, slots=True)
class Matching:
    """Every card with its note, in book order, and the entries that no card claims."""

    links: tuple[Link, ...]
    vanished: tuple[Entry, ...]

    @property
    def guids(self) -> tuple[str, ...]:
        """The guid of every card, in book order."""
        return tuple(link.guid for link in self.links)


def match_cards(
    chapters: Sequence[Chapter], lock: Lock, deck: str, *, within: str = "", without: Collection[str] = ()
) -> Matching:
    """Find each card's note. A new one gets a guid from the deck's identity and its question.

    `deck` is that identity; see `guids`.
    `within` is the folder or file that was read, where that is only a part of the deck: notes elsewhere are left alone.
    `without` are guids of notes that no card may have.
    """
    entries = [entry for entry in lock.notes if _lies_within(entry.path, within)]
    search = _Search(place_cards(chapters), [entry for entry in entries if entry.guid not in without])
    _match_decisions(search)
    _match_keys(search, deck)
    _match_questions(search)
    _match_answers(search)
    _match_sides(search)
    taken = {entry.guid for entry in lock.notes}
    tried: Counter[str] = Counter()
    for placed in search.cards.values():
        guid = new_guid(deck, placed, taken, tried)
        taken.add(guid)
        search.links[placed.index] = Link(placed, guid, None, How.NEW)
    left = (*search.entries.values(), *(entry for entry in entries if entry.guid in without))
    return Matching(tuple(search.links[index] for index in sorted(search.links)), left)


def match_among(cards: Iterable[Placed], entries: Iterable[Entry]) -> Iterable[Link]:
    """The cards that are notes of another deck: by an id, by question and answer, or by a long answer."""
    search = _Search(tuple(cards), entries)
    _match_keys(search, "")
    _match_questions(search, wholly=True)
    _match_answers(search)
    return search.links.values()


class _Search:
    """What is still free on both sides, and the links so far."""

    def __init__(self, cards: Sequence[Placed], entries: Iterable[Entry]) -> None:
        self.book = cards
        self.cards = {placed.index: placed for placed in cards}
        self.entries = {entry.guid: entry for entry in sorted(entries, key=lambda entry: (entry.removed, entry.guid))}
        self.links: dict[int, Link] = {}
        self.answers = Counter(entry.answer for entry in self.entries.values())

    def link(self, placed: Placed, entry: Entry, how: How) -> None:
        del self.cards[placed.index], self.entries[entry.guid]
        self.links[placed.index] = Link(placed, entry.guid, entry, how)


def _match_decisions(search: _Search) -> None:
    """Where the author said so: the same file before another."""
    for entry in [entry for entry in search.entries.values() if entry.becomes]:
        path, text = entry.becomes
        fits = [p for p in search.cards.values() if p.question == question_key(text) and p.card.kind == entry.kind]
        if fits:
            search.link(min(fits, key=lambda placed: placed.path != path), entry, How.DECISION)


def _match_keys(search: _Search, deck: str) -> None:
    """An explicit `{#id}`, in its own file first; elsewhere only where one card and one note have it.

    Where the lock is lost, the guid that a note got from its id still names it.
    """
    cards: defaultdict[tuple[str, str], list[Placed]] = defaultdict(list)
    for placed in search.cards.values():
        if placed.card.key:
            cards[placed.card.kind, placed.card.key].append(placed)
    entries: defaultdict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in search.entries.values():
        if entry.key:
            entries[entry.kind, entry.key].append(entry)
    for (kind, key), group in cards.items():
        first = search.entries.get(guid_of(deck, key, 0))
        known = entries[kind, key] or ([first] if first and first.kind == kind and not first.key else [])
        for placed, entry in [
            (p, e) for p in group for e in known if p.path == e.path or len(group) == len(known) == 1
        ]:
            if placed.index in search.cards and entry.guid in search.entries:
                search.link(placed, entry, How.KEY)


def _match_questions(search: _Search, *, wholly: bool = False) -> None:
    """The same question anywhere in the deck; among equal ones the closest pair first. `wholly`: with the same answer."""
    entries: defaultdict[tuple[str, str], list[Entry]] = defaultdict(list)
    keys = {placed.card.text: placed.question for placed in search.cards.values()}  # a lock has nearly all of them
    for entry in search.entries.values():
        entries[entry.kind, keys.get(entry.question) or question_key(entry.question)].append(entry)
    cards: defaultdict[tuple[str, str], list[Placed]] = defaultdict(list)
    for placed in search.cards.values():
        cards[placed.card.kind, placed.question].append(placed)
    for key, group in cards.items():
        for placed, entry in _closest_first(group, entries.get(key, [])):
            if placed.index not in search.cards or entry.guid not in search.entries or is_homonym(entry, placed):
                continue
            if not wholly or has_its_answer(placed, entry):
                search.link(placed, entry, How.TEXT)


def _closest_first(cards: Sequence[Placed], entries: Sequence[Entry]) -> Iterable[tuple[Placed, Entry]]:
    """All pairs of equal questions, the closest first: by answer, file, number, and order.

    "Summary?" stands in every chapter: when files are renumbered, its answer goes with it, the name of its file does not.
    """
    pairs = list(itertools.product(cards, entries))
    if len(pairs) < 2:
        return pairs
    compare = len(pairs) <= _MANY
    sketches = {entry.guid: read_sketch(entry.answer) for entry in entries if compare}
    pieces = {placed.index: placed.pieces() for placed in cards if compare}

    def distance(pair: tuple[Placed, Entry]) -> tuple[object, ...]:
        placed, entry = pair
        other = compare and entry.answer != placed.card.sketch
        wholly = other and answer_likeness(sketches[entry.guid], pieces[placed.index]) < SAME
        elsewhere = placed.path != entry.path
        order = abs(placed.nth - entry.nth)
        return (
            entry.removed,
            wholly,
            elsewhere if wholly else other,
            elsewhere,
            placed.card.number != entry.number,
            order,
            entry.guid,
            placed.index,
        )

    return sorted(pairs, key=distance)


def _match_answers(search: _Search) -> None:
    """The same answer under another question: the best pair on both sides, and clearly better than any other."""
    scores = score_answers(search.cards.values(), search.entries.values())
    rivals: defaultdict[int | str, list[Pair]] = defaultdict(list)
    for pair in scores:
        rivals[pair[0]].append(pair)
        rivals[pair[1]].append(pair)
    good = [pair for pair, score in scores.items() if score >= SAME]
    for index, guid in sorted(good, key=lambda pair: (search.entries[pair[1]].removed, -scores[pair], pair)):
        if index not in search.cards or guid not in search.entries:
            continue
        placed, entry = search.cards[index], search.entries[guid]
        others = [
            pair for pair in (*rivals[index], *rivals[guid]) if pair != (index, guid) and _is_rival(search, pair, entry)
        ]
        alike = title_likeness(placed, entry)
        if search.answers[entry.answer] > 1 and alike < SAME:
            continue  # a phrase that answers many questions
        if not refuses(entry, placed.question) and all(
            scores[index, guid] - scores[pair] >= _MARGIN
            or (alike >= SAME and title_likeness(search.cards[pair[0]], search.entries[pair[1]]) < SAME / 2)
            for pair in others
        ):
            search.link(placed, entry, How.ANSWER)


def _match_sides(search: _Search) -> None:
    """Short cards by one side, where all else speaks for it and no other pair comes near."""
    alive = [entry for entry in search.entries.values() if not entry.removed]
    known = {index: link.entry for index, link in search.links.items() if link.entry}
    weighed = weigh_sides(list(search.cards.values()), alive, search.book, known)
    best: defaultdict[int | str, list[int]] = defaultdict(list)
    for (index, guid), evidence in weighed.items():
        best[index].append(evidence.weight)
        best[guid].append(evidence.weight)
    for (index, guid), evidence in sorted(weighed.items(), key=lambda found: (-found[1].weight, found[0])):
        if not evidence.proves or index not in search.cards or guid not in search.entries:
            continue
        rivals = sorted(best[index], reverse=True)[1:2] + sorted(best[guid], reverse=True)[1:2]
        placed, entry = search.cards[index], search.entries[guid]
        if all(rival < evidence.weight for rival in rivals) and not refuses(entry, placed.question):
            search.link(placed, entry, How.SIDE)


def _is_rival(search: _Search, pair: Pair, entry: Entry) -> bool:
    """Whether a pair is still to be had, and not of a note that was removed where `entry` is alive."""
    other = search.entries.get(pair[1])
    return other is not None and pair[0] in search.cards and (entry.removed or not other.removed)


def title_likeness(placed: Placed, entry: Entry) -> float:
    """How many words two titles share, 0 to 1 (Dice's coefficient)."""
    old, new = title_words(entry.question), title_words(placed.card.text)
    return 2 * len(old & new) / (len(old) + len(new)) if old and new else 0.0


def has_its_answer(placed: Placed, entry: Entry) -> bool:
    """Whether a card's answer is that of an entry, or nearly."""
    if not entry.answer or entry.answer == placed.card.sketch:
        return bool(entry.answer)  # that neither says anything proves nothing
    return answer_likeness(read_sketch(entry.answer), placed.pieces()) >= SAME


def refuses(entry: Entry, question: str) -> bool:
    """Whether the author said that an entry is not this question (a key)."""
    return question in entry.refused or "*" in entry.refused


def _lies_within(path: str, folder: str) -> bool:
    return not folder or path == folder or path.startswith(f"{folder}/")
