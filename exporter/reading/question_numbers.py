"""The numbers that the questions of a file are known by, on cards and on paper alike: the author's own.

In: the cards of a chapter. Out: a number for each that has one, since texts refer to it; none at all where the notes have none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from exporter.model import Card

_MOST_REPEATED = 0.5
"""Where more of the numbers than this are said again below one heading (`1.` `1.` `1.`), they count nothing."""


def question_numbers(cards: Sequence[Card]) -> tuple[str, ...]:
    """The number of each card; () where the notes have none that count.

    What stands unnumbered among numbered ones has the number that is missing there (1, 2, –, 4), else "". A number that stands
    twice has a letter behind it (3, 3a). Numbers may begin again below another heading.
    """
    given = [card.number for card in cards if card.number]
    if not given:
        return ()
    parts: list[list[str]] = [[card.number for card in cards]]
    if len(set(given)) < len(given):
        parts = [[card.number for card in group] for _, group in groupby(cards, lambda card: card.sections)]
    if sum(map(_repeated, parts)) > _MOST_REPEATED * len(given):
        return ()
    return tuple(number for part in parts for number in _with_letters(_with_missing(part)))


def _repeated(own: Iterable[str]) -> int:
    return sum(count - 1 for number, count in Counter(own).items() if number)


def _with_missing(own: Sequence[str]) -> list[str]:
    """The numbers, and those that are missing where as many questions have none."""
    numbers = list(own)
    start = before = 0
    for place, number in enumerate([*own, ""]):
        is_end = place == len(own)
        if not number and not is_end:
            continue
        count = place - start
        if number.isdecimal() and int(number) == before + count + 1:
            numbers[start:place] = [str(before + step + 1) for step in range(count)]
        start = place + 1
        before = int(number) if number.isdecimal() else -place - 2
    return numbers


def _with_letters(own: Iterable[str]) -> Iterator[str]:
    """Each number once: one that was there before has a letter."""
    known: set[str] = set()
    for number in own:
        shown, more = number, 0
        while shown and shown in known:
            more += 1
            shown = f"{number}{_letters(more)}"
        known.add(shown)
        yield shown


def _letters(number: int) -> str:
    """1 is a, 26 is z, 27 is aa."""
    return (_letters((number - 1) // 26) + chr(97 + (number - 1) % 26)) if number else ""
