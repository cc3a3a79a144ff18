"""Cards as they are compared: each where it stands, with its question as a key and its answer as text.

In: chapters. Out: `Placed`, in book order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from exporter.model import Card, Chapter
from exporter.reading.text_fingerprints import answer_text, grams, question_key


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
        return grams(answer_text(self.card.kind, self.card.front, self.card.back))


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
