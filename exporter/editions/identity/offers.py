"""What only the author can tell: which new question a vanished one has become.

In: a matching and the lock. Out: for each vanished note up to five cards, the best first. The rare words of the
titles lead ("介绍一下LivePortrait" → "LivePortrait 为什么仍采用…？"), then the answers, the words of the old title that
the new answer has, and the file that took over most of the old file's questions. Nothing here is ever linked without the
author's word.

Of 57 titles rewritten by hand into a book of 1,198 others, 41 of them with most of their answer replaced, 53 to 56 are
linked or offered; by the words of the titles and three candidates alone 43 to 49.
"""

from __future__ import annotations

import base64
import hashlib
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from exporter.editions.identity.answer_likeness import Pair, score_answers
from exporter.editions.identity.lock import Entry, Lock
from exporter.editions.identity.matching import Link, Matching, refuses
from exporter.editions.identity.sides import weigh_sides
from exporter.reading.text_fingerprints import answer_text, title_words

_CANDIDATES = 5

_PLAUSIBLE = 0.15
"""The score from which a candidate is shown."""

LIKELY = 0.5
"""The score from which a build warns."""

_LETTER_PAIR = 0.35
"""The weight of a pair of letters against a word: a Chinese word is two or three pairs."""

_TOLD = 0.5
"""What it adds when a new card has all words of the old title somewhere."""

_HEIR = 0.2
"""What it adds when all of the old file's questions now stand in the candidate's file."""

_NAME = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]++(?:-[A-Za-z0-9]+)+|[A-Z][a-z]+(?: [A-Z][a-z]+)+")
"""Words that are one name: with hyphens, or with capitals."""

_COMMON = 300
"""A word that more cards have than this finds none of them."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A card that a vanished note may have become. `id` names the pair for `--accept` and `--refuse`.

    `title` and `answer` say how alike these are, 0 to 1; `rank` orders candidates, `score` says whether a build warns.
    """

    id: str
    link: Link
    rank: float
    score: float
    title: float
    answer: float


@dataclass(frozen=True, slots=True)
class Offer:
    """A vanished note, and the cards that it may have become, the best first."""

    entry: Entry
    candidates: tuple[Candidate, ...]


def pair_id(entry: Entry, question: str) -> str:
    """A short name for a note and a question (a key); the same in every run. One in 33 million is another's too."""
    digest = hashlib.sha256(f"{entry.guid}\0{question}".encode()).digest()
    return base64.b32encode(digest).decode().lower()[:5]


def find_offers(matching: Matching, lock: Lock, tombstones: int) -> tuple[Offer, ...]:
    """Offers for the notes that vanish now, and for those whose tombstones still travel (for so many editions).

    A note that vanished in an earlier edition may have become any card that is new since then.
    """
    since = lock.edition - tombstones
    vanished = [e for e in matching.vanished if "*" not in e.refused and (not e.removed or e.edition > since)]
    editions = {entry.edition for entry in vanished if entry.removed}
    if not vanished:
        return ()
    cards = [link for link in matching.links if link.entry is None or link.entry.born in editions]
    words = _title_scores(cards, vanished, [link.placed.card.text for link in matching.links])
    answers = score_answers((link.placed for link in cards), vanished)
    sides = _side_scores(cards, vanished, matching)
    told = _told_scores(cards, vanished)
    heirs = _heirs(matching)
    links = {link.placed.index: link for link in cards}
    entries = {entry.guid: entry for entry in vanished}
    found: defaultdict[str, list[tuple[float, float, int]]] = defaultdict(list)
    for pair in {**words, **answers, **sides, **told}:
        index, guid = pair
        entry, link = entries[guid], links[index]
        unlike = (1 - words.get(pair, 0.0)) * (1 - answers.get(pair, 0.0)) * (1 - sides.get(pair, 0.0))
        rank = 1 - unlike * (1 - _TOLD * told.get(pair, 0.0))
        if rank >= _PLAUSIBLE and _may_be(entry, link) and not refuses(entry, link.placed.question):
            heir = _HEIR * heirs.get((entry.path, link.placed.path), 0.0)
            found[guid].append((1 - (1 - rank) * (1 - heir), 1 - unlike + heir, index))

    def candidate(entry: Entry, rank: float, score: float, index: int) -> Candidate:
        pair = (index, entry.guid)
        placed = links[index].placed
        is_same = bool(entry.answer) and entry.answer == placed.card.sketch  # a short answer has no other likeness
        answer = 1.0 if is_same else answers.get(pair, 0.0)
        return Candidate(pair_id(entry, placed.question), links[index], rank, score, words.get(pair, 0.0), answer)

    offers = [
        Offer(entry, tuple(candidate(entry, *best) for best in sorted(found[entry.guid], key=_rank)[:_CANDIDATES]))
        for entry in vanished
        if entry.guid in found
    ]
    return tuple(sorted(offers, key=lambda offer: (offer.entry.path, offer.entry.question, offer.entry.guid)))


def _side_scores(cards: Sequence[Link], vanished: Sequence[Entry], matching: Matching) -> dict[Pair, float]:
    """What speaks for pairs of short cards; see `sides`."""
    known = {link.placed.index: link.entry for link in matching.links if link.entry}
    book = [link.placed for link in matching.links]
    weighed = weigh_sides([link.placed for link in cards], vanished, book, known)
    return {pair: evidence.score for pair, evidence in weighed.items()}


def _rank(found: tuple[float, float, int]) -> tuple[float, int]:
    return -found[0], found[2]


def _may_be(entry: Entry, link: Link) -> bool:
    """Whether a card is new, or came when the note went, and is of its type."""
    came = link.entry is None or (entry.removed and 0 < link.entry.born == entry.edition)
    return came and link.placed.card.kind == entry.kind


def _title_scores(cards: Sequence[Link], entries: Sequence[Entry], titles: Iterable[str]) -> dict[Pair, float]:
    """How much of an old title's meaning a new one has: shared words, weighted by how rare they are in all titles.

    `titles` are those of the whole book.
    """
    new = {link.placed.index: _words(link.placed.card.text) for link in cards}
    weigh = _weights([_words(title) for title in (*titles, *(entry.question for entry in entries))])
    weights = {index: sum(map(weigh, words)) for index, words in new.items()}
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for index, words in new.items():
        for word in words:
            holders[word].append(index)
    scores: dict[Pair, float] = {}
    for entry in entries:
        words = _words(entry.question)
        own = sum(map(weigh, words))
        shared: Counter[int] = Counter()
        for word in words:
            if len(holders[word]) <= _COMMON:
                weight = weigh(word)
                for index in holders[word]:
                    shared[index] += weight  # type: ignore[assignment]
        for index, weight in shared.items():
            scores[index, entry.guid] = 0.7 * weight / own + 0.3 * 2 * weight / (own + weights[index])
    return scores


def _words(text: str) -> frozenset[str]:
    """The words of a text, and its names as others write them: `BLIP-2` is `BLIP2`, `Graph-of-Thought` is `GoT`."""
    words = set(title_words(_NAME.sub(" ", text)))
    for name in _NAME.findall(text):
        parts = re.split(r"[-\s]+", name.casefold())
        words |= {"".join(parts), *(part for part in parts if len(part) > 2)}
        if len(parts) > 2:
            words.add("".join(part[0] for part in parts))
    return frozenset(words)


def _told_scores(cards: Sequence[Link], entries: Iterable[Entry]) -> dict[Pair, float]:
    """How much of an old title a new card tells anywhere: what "介绍一下GoT" asks, "Graph-of-Thought 为什么…？" answers."""
    told = {
        link.placed.index: _words(
            f"{link.placed.card.text}\n{answer_text(link.placed.card.kind, link.placed.card.front, link.placed.card.back)}"
        )
        for link in cards
    }
    counts = Counter(word for words in told.values() for word in words)
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for index, words in told.items():
        for word in words:
            if counts[word] <= _COMMON:
                holders[word].append(index)
    weigh = _weigh(counts, len(told))
    scores: dict[Pair, float] = {}
    for entry in entries:
        words = _words(entry.question)
        own = sum(map(weigh, words))
        shared: defaultdict[int, float] = defaultdict(float)
        for word in words:
            for index in holders.get(word, ()):
                shared[index] += weigh(word)
        scores |= {(index, entry.guid): weight / own for index, weight in shared.items()}
    return scores


def _weights(titles: Sequence[frozenset[str]]) -> Callable[[str], float]:
    """The weight of a word: the logarithm of how many titles there are for each that has it."""
    return _weigh(Counter(word for words in titles for word in words), len(titles))


def _weigh(counts: Mapping[str, int], total: int) -> Callable[[str], float]:
    def weigh(word: str) -> float:
        weight = math.log((total + 1) / (counts[word] + 0.5))
        return weight if word.isascii() else weight * _LETTER_PAIR

    return weigh


def _heirs(matching: Matching) -> Mapping[tuple[str, str], float]:
    """Which share of an old file's questions now stands in which file."""
    moves = Counter((link.entry.path, link.placed.path) for link in matching.links if link.entry)
    totals = Counter(link.entry.path for link in matching.links if link.entry)
    return {(old, new): count / totals[old] for (old, new), count in moves.items()}
