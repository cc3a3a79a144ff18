"""How alike answers are: old ones as sketches, new ones whole.

In: cards and entries. Out: a score for each pair that has something in common.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from exporter.editions.identity.compared_cards import Placed
from exporter.editions.identity.lock import Entry
from exporter.reading.text_fingerprints import Sketch, likeness, read_sketch

_ALIKE = 0.2
"""Below this, answers have nothing in common."""

_COMMON = 50
"""A piece that stands in more old answers than this is boilerplate, and evidence of nothing."""

_LEAST = 8
"""Pieces that must be left of a sample without its boilerplate. They speak of what is rare in an answer, and not of all of
it: the whole sample has to agree."""

Pair = tuple[int, str]
"""A card's index, and an entry's guid."""


def answer_likeness(sketch: Sketch, pieces: frozenset[int]) -> float:
    """How alike the answer of a sketch and a new answer are, 0 to 1. Two empty answers are alike."""
    if not sketch.size or not pieces:
        return float(not sketch.size and not pieces)
    return likeness(len(sketch.sample & pieces) / len(sketch.sample), sketch.size, len(pieces))


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
    for placed in cards if rare else ():  # cutting answers into pieces is most of the work
        pieces = placed.pieces()
        shared = Counter(guid for piece in rare.keys() & pieces for guid in rare[piece])
        for guid, count in shared.items():
            if samples[guid] < _LEAST or count < _ALIKE / 2 * samples[guid] or kinds[guid] != placed.card.kind:
                continue
            whole = answer_likeness(sketches[guid], pieces)
            score = min(whole, likeness(count / samples[guid], sketches[guid].size, len(pieces)))
            if score >= _ALIKE:
                scores[placed.index, guid] = score
    return scores
