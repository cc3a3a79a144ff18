"""Each card finds the note that it was in the last edition.

In: the cards and the lock. Out: a guid for every card, by what it was found, and offers where only the author can tell.
One card, one note, in this order: what the author decided; an explicit `{#id}`; the same question anywhere in the deck;
the same answer. A similar title is never enough ("介绍一下Hallo" is not "介绍一下hash": `../shared/facts/editions.md`). A note
keeps its type: Anki cannot turn a basic note into a cloze.
"""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from exporter.identity.fingerprints import Sketch, grams, likeness, question_key, read_sketch, title_words
from exporter.identity.lock import Entry, Lock
from exporter.markdown import plain_text
from exporter.model import Card, CardKind, Chapter

_GUID_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

SAME = 0.6
"""From here on an answer is the old one. Any value from 0.4 to 0.8 gives nearly the same links."""

_ALIKE = 0.2
"""Below this, answers have nothing in common."""

_MARGIN = 0.15
"""How much better than its rivals an answer must fit to be linked without asking."""

_COMMON = 50
"""A piece that stands in more old answers than this is boilerplate, and evidence of nothing."""

_LEAST = 8
"""Pieces that must be left of a sample without its boilerplate."""

_MANY = 100_000
"""Pairs of equal questions up to which answers are compared; beyond, number and order decide."""


Pair = tuple[int, str]
"""A card's index, and an entry's guid."""


class How(StrEnum):
    """By what a card found its note."""

    DECISION = "decision"
    KEY = "key"
    TEXT = "text"
    ANSWER = "answer"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Placed:
    """A card where it stands. `nth` is its place among the equal questions of its file, `index` that in the book."""

    index: int
    path: str
    nth: int
    card: Card
    question: str

    def pieces(self) -> frozenset[int]:
        """The pieces of its answer: some 60 kB, so they are made anew when they are needed."""
        return grams(answer_text(self.card))


@dataclass(frozen=True, slots=True)
class Link:
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


def match_cards(chapters: Sequence[Chapter], lock: Lock, deck: str, *, within: str = "") -> Matching:
    """Find each card's note. A new one gets a guid from deck and question alone, so that a lost lock loses little.

    `within` is the folder or file that was read, where that is only a part of the deck: notes elsewhere are left alone.
    """
    search = _Search(place_cards(chapters), [entry for entry in lock.notes if _lies_within(entry.path, within)])
    _match_decisions(search)
    _match_keys(search, deck)
    _match_questions(search)
    _match_answers(search)
    taken = {entry.guid for entry in lock.notes}
    for placed in search.cards.values():
        guid = _new_guid(deck, placed, taken)
        taken.add(guid)
        search.links[placed.index] = Link(placed, guid, None, How.NEW)
    return Matching(tuple(search.links[index] for index in sorted(search.links)), tuple(search.entries.values()))


def place_cards(chapters: Iterable[Chapter]) -> tuple[Placed, ...]:
    """The cards in book order, with what they are compared by."""
    seen: Counter[tuple[str, str]] = Counter()
    placed: list[Placed] = []
    for chapter in chapters:
        for card in chapter.cards:
            key = question_key(card.text)
            place = (chapter.source.path, key)
            placed.append(Placed(len(placed), place[0], seen[place], card, key))
            seen[place] += 1
    return tuple(placed)


def answer_text(card: Card) -> str:
    """What tells a card from another beside its question: the answer; of a cloze, the whole text."""
    bodies = (card.front, card.back) if card.kind is CardKind.CLOZE else (card.back,)
    return "\n".join(plain_text(body.tokens) for body in bodies)


class _Search:
    """What is still free on both sides, and the links so far."""

    def __init__(self, cards: Iterable[Placed], entries: Iterable[Entry]) -> None:
        self.cards = {placed.index: placed for placed in cards}
        self.entries = {entry.guid: entry for entry in sorted(entries, key=lambda entry: (entry.removed, entry.guid))}
        self.links: dict[int, Link] = {}

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
        first = search.entries.get(_guid(deck, key, 0))
        known = entries[kind, key] or ([first] if first and first.kind == kind and not first.key else [])
        for placed, entry in [(p, e) for p in group for e in known if p.path == e.path or len(group) == len(known) == 1]:
            if placed.index in search.cards and entry.guid in search.entries:
                search.link(placed, entry, How.KEY)


def _match_questions(search: _Search) -> None:
    """The same question anywhere in the deck; among equal ones the closest pair first."""
    entries: defaultdict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in search.entries.values():
        entries[entry.kind, question_key(entry.question)].append(entry)
    cards: defaultdict[tuple[str, str], list[Placed]] = defaultdict(list)
    for placed in search.cards.values():
        cards[placed.card.kind, placed.question].append(placed)
    for key, group in cards.items():
        for placed, entry in _closest_first(group, entries.get(key, [])):
            if placed.index in search.cards and entry.guid in search.entries:
                search.link(placed, entry, How.TEXT)


def _closest_first(cards: Sequence[Placed], entries: Sequence[Entry]) -> Iterable[tuple[Placed, Entry]]:
    """All pairs of equal questions, the closest first: by file, answer, number, and order."""
    pairs = list(itertools.product(cards, entries))
    if len(pairs) < 2:
        return pairs
    compare = len(pairs) <= _MANY
    sketches = {entry.guid: read_sketch(entry.answer) for entry in entries if compare}
    pieces = {placed.index: placed.pieces() for placed in cards if compare}

    def distance(pair: tuple[Placed, Entry]) -> tuple[object, ...]:
        placed, entry = pair
        other = compare and answer_likeness(sketches[entry.guid], pieces[placed.index]) < SAME
        elsewhere = placed.path != entry.path
        order = abs(placed.nth - entry.nth)
        return entry.removed, elsewhere, other, placed.card.number != entry.number, order, entry.guid, placed.index

    return sorted(pairs, key=distance)


def answer_likeness(sketch: Sketch, pieces: frozenset[int]) -> float:
    """How alike the answer of a sketch and a new answer are, 0 to 1. Two empty answers are alike."""
    if not sketch.size or not pieces:
        return float(not sketch.size and not pieces)
    return likeness(len(sketch.sample & pieces) / len(sketch.sample), sketch.size, len(pieces))


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
        others = [pair for pair in (*rivals[index], *rivals[guid]) if pair != (index, guid) and _is_rival(search, pair, entry)]
        alike = title_likeness(placed, entry)
        if not refuses(entry, placed.question) and all(
            scores[index, guid] - scores[pair] >= _MARGIN
            or (alike >= SAME and title_likeness(search.cards[pair[0]], search.entries[pair[1]]) < SAME / 2)
            for pair in others
        ):
            search.link(placed, entry, How.ANSWER)


def _is_rival(search: _Search, pair: Pair, entry: Entry) -> bool:
    """Whether a pair is still to be had, and not of a note that was removed where `entry` is alive."""
    other = search.entries.get(pair[1])
    return other is not None and pair[0] in search.cards and (entry.removed or not other.removed)


def title_likeness(placed: Placed, entry: Entry) -> float:
    """How many words two titles share, 0 to 1 (Dice's coefficient)."""
    old, new = title_words(entry.question), title_words(placed.card.text)
    return 2 * len(old & new) / (len(old) + len(new)) if old and new else 0.0


def score_answers(cards: Iterable[Placed], entries: Iterable[Entry]) -> dict[Pair, float]:
    """The likeness of every pair (card, entry) whose answers have something in common, and are long enough to prove it.

    Only pairs that share a sampled piece are looked at, so that 10,000 notes need no 100 million comparisons.
    """
    sketches = {entry.guid: sketch for entry in entries if (sketch := read_sketch(entry.answer)).proves}
    kinds = {entry.guid: entry.kind for entry in entries}
    holders: defaultdict[int, list[str]] = defaultdict(list)
    for guid, sketch in sketches.items():
        for piece in sketch.sample:
            holders[piece].append(guid)
    rare = {piece: guids for piece, guids in holders.items() if len(guids) <= _COMMON}
    samples = {guid: sum(piece in rare for piece in sketch.sample) for guid, sketch in sketches.items()}
    scores: dict[Pair, float] = {}
    for placed in cards:
        pieces = placed.pieces()
        shared = Counter(guid for piece in rare.keys() & pieces for guid in rare[piece])
        for guid, count in shared.items():
            if samples[guid] < _LEAST or count < _ALIKE / 2 * samples[guid] or kinds[guid] != placed.card.kind:
                continue
            score = likeness(count / samples[guid], sketches[guid].size, len(pieces))
            if score >= _ALIKE:
                scores[placed.index, guid] = score
    return scores


def refuses(entry: Entry, question: str) -> bool:
    """Whether the author said that an entry is not this question (a key)."""
    return question in entry.refused or "*" in entry.refused


def _lies_within(path: str, folder: str) -> bool:
    return not folder or path == folder or path.startswith(f"{folder}/")


def _new_guid(deck: str, placed: Placed, taken: set[str]) -> str:
    guids: Iterator[str] = (_guid(deck, placed.card.key or placed.question, n) for n in itertools.count())
    return next(guid for guid in guids if guid not in taken)


def _guid(deck: str, basis: str, occurrence: int) -> str:
    digest = hashlib.sha256(f"{deck}\0{basis}\0{occurrence}".encode()).digest()
    return "".join(_GUID_ALPHABET[byte % 64] for byte in digest[:12])
