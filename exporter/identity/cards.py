"""Cards as they are compared: each where it stands, with its question as a key and its answer as text.

In: chapters. Out: `Placed`, in book order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from exporter.identity.fingerprints import grams, question_key
from exporter.markdown import plain_text
from exporter.model import Card, CardKind, Chapter


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
