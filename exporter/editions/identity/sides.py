"""Short cards: what tells that a word, a term or a date is the one of the last edition, a little changed.

In: cards and entries that are still free, and what their neighbours have become. Out: `Evidence` for each pair that may
be one note. An answer of a few letters proves little, so several things have to come together: the same other side,
a question that differs like a slip of the pen or has the old one in it, and the same neighbours. A number or a "not"
that changed is another fact more often than a slip.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from os.path import commonprefix
from string import punctuation

from exporter.editions.identity.answer_likeness import Pair
from exporter.editions.identity.compared_cards import Placed
from exporter.editions.identity.lock import Entry
from exporter.model import CardKind
from exporter.reading.text_fingerprints import read_sketch, title_words

_NUMBERS = re.compile(r"\d+")
_NEGATIONS = re.compile(
    r"\b(?:no|not|non|never|without|nicht|kein\w*|nie|ohne|pas|jamais|sans|sin|nunca|nem|não|senza|niet|geen|inte|ikke|нет|не|нi|ні|nie)\b|n't\b|[不没非无未]",
    re.IGNORECASE,
)
_LONG_BACK = 9
"""Pieces of an answer of twelve letters: as much as two cards of a deck seldom share by chance."""

_LONGEST = 400
"""Letters of questions that are compared letter by letter."""

_BESIDE = f"{punctuation}„“”»«¿¡…？。，、"
"""Signs that stand at words."""

_LEAST_WORD, _LONG_WORD = 5, 8
"""Letters of a word in which another letter is a slip, and of one in which two are."""

_NEAR = 60
"""Free cards and entries of one file up to which each is held against each."""

LINKED = 4
"""The weight from which a pair is one note, where no rival comes near; see `Evidence.weight`."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a pair being one note.

    `back`: 2 for the same answer that no other card has, 1 for one that several have. `front`: 2 for a slip of the pen
    or a question that has the other in it, 1 for a word in common. `neighbours`: how many of two are the old ones.
    `is_other_fact`: a number or a negation changed. `is_long`: the answer has a dozen letters and more. `is_typo`: of
    several words of a question one has another letter or two. `is_grown`: the whole old answer stands in the new one.
    """

    back: int
    front: int
    neighbours: int
    is_other_fact: bool
    is_long: bool
    is_typo: bool = False
    is_grown: bool = False

    @property
    def weight(self) -> int:
        """All of it in one number."""
        return self.back + self.front + self.neighbours - self.is_other_fact + self.is_typo + self.is_grown

    @property
    def proves(self) -> bool:
        """Whether this is enough to link without asking."""
        if self.is_typo and self.is_grown and self.neighbours and not self.is_other_fact:
            return True
        if not self.back or (self.front < 1 and not (self.back == 2 and self.is_long and self.neighbours == 2)):
            return False
        if self.is_other_fact and not self.is_long:
            return False
        return self.weight >= (LINKED if self.back == 2 else LINKED + 1)

    @property
    def score(self) -> float:
        """As a likeness of 0 to 1, for offers."""
        return min(self.weight, 6) / 6 * (0.9 if self.is_other_fact else 1.0)


def weigh_sides(
    cards: Sequence[Placed], entries: Iterable[Entry], all_cards: Sequence[Placed], known: Mapping[int, Entry]
) -> dict[Pair, Evidence]:
    """The evidence for each pair of a free card and a free entry that have anything in common.

    `all_cards` are those of the book, in order; `known` the entries of those that are found already, by index.
    """
    entries = list(entries)
    if not cards or not entries:
        return {}
    guids = {index: entry.guid for index, entry in known.items()}
    places = _Places(all_cards, guids, {entry.guid: entry.follows for entry in (*known.values(), *entries)})
    new_backs = Counter(placed.card.sketch for placed in all_cards)
    old_backs = Counter(entry.answer for entry in entries)
    old_backs.update(placed.card.sketch for placed in all_cards if placed.index in guids)
    found: dict[Pair, Evidence] = {}
    for placed, entry in _pairs(cards, entries, places):
        back = 0
        if entry.answer and entry.answer == placed.card.sketch:
            back = 2 if new_backs[entry.answer] == 1 and old_backs[entry.answer] == 1 else 1
        size = int(entry.answer.partition(":")[0] or 0)
        old, new = entry.question, placed.card.text
        is_typo = _is_typo(old, new)
        evidence = Evidence(
            back,
            _front(old, new),
            places.shared(placed, entry),
            _is_other_fact(old, new),
            size >= _LONG_BACK,
            is_typo,
            is_typo and not back and _is_grown(entry, placed),
        )
        if back + evidence.front:
            found[placed.index, entry.guid] = evidence
    return found


class _Places:
    """Who stands beside whom."""

    def __init__(self, cards: Sequence[Placed], guids: Mapping[int, str], followed: Mapping[str, str]) -> None:
        self.followed = followed
        self.last = frozenset(followed.values())
        self.before = {b.index: a.index for a, b in pairwise(cards) if a.path == b.path}
        self.after = {a: b for b, a in self.before.items()}
        self.guids = guids

    def shared(self, placed: Placed, entry: Entry) -> int:
        """How many of a card's two neighbours were those of an entry. A first card of a file has the file's edge."""
        before = self.before.get(placed.index)
        same = entry.follows == ("" if before is None else self.guids.get(before, "?"))
        return int(same) + int(self._follows(placed, entry))

    def _follows(self, placed: Placed, entry: Entry) -> bool:
        after = self.after.get(placed.index)
        if after is None:
            return entry.guid not in self.last
        return self.followed.get(self.guids.get(after, "?"), "?") == entry.guid


def _pairs(cards: Sequence[Placed], entries: Sequence[Entry], places: _Places) -> Iterator[tuple[Placed, Entry]]:
    """Pairs worth a look: the same kind, and the same answer, the same place between neighbours, or the same small file."""
    by_back: defaultdict[str, list[Entry]] = defaultdict(list)
    by_file: defaultdict[str, list[Entry]] = defaultdict(list)
    by_follows: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_back[entry.answer].append(entry)
        by_file[entry.path].append(entry)
        by_follows[entry.follows].append(entry)
    free = Counter(placed.path for placed in cards)
    for placed in cards:
        beside = by_follows.get(places.guids.get(places.before.get(placed.index, -1), "?"), [])
        near = by_file[placed.path] if len(by_file[placed.path]) <= _NEAR and free[placed.path] <= _NEAR else []
        alike = by_back.get(placed.card.sketch, []) if placed.card.sketch else []
        seen: set[str] = set()
        for entry in (*alike[:_NEAR], *beside[:_NEAR], *near):
            if entry.guid not in seen and entry.kind == placed.card.kind:
                seen.add(entry.guid)
                yield placed, entry


def _front(old: str, new: str) -> int:
    """How alike two questions are: 2 for a slip or one within the other, 1 for a word in common, 0 for none."""
    old, new = _plain(old), _plain(new)
    if not old or not new:
        return 0
    longest = max(len(old), len(new))
    allowed = max(1, longest // 6)
    if longest <= _LONGEST and abs(len(old) - len(new)) <= allowed and _distance(old, new, allowed) <= allowed:
        return 2 if longest >= 4 else 1
    first, second = title_words(old), title_words(new)
    if first and second and (first <= second or second <= first):
        return 2
    return int(any(len(word) > 3 or not word.isascii() for word in first & second))


def _is_typo(old: str, new: str) -> bool:
    """Whether two questions of several words are the same but for a letter in one of them, or two in a long one.

    Its first letter stays: `increases` and `decreases`, `legal` and `illegal` are no slips of each other.
    """
    first, second = ([word.strip(_BESIDE) for word in _plain(text).split()] for text in (old, new))
    if not 1 < len(first) == len(second):
        return False
    others = [(a, b) for a, b in zip(first, second, strict=True) if a != b]
    if len(others) != 1 or not "".join(others[0]).isalpha() or others[0][0][0] != others[0][1][0]:
        return False
    longest = max(map(len, others[0]))
    most = 1 + (longest >= _LONG_WORD)
    return _LEAST_WORD <= longest <= _LONGEST and _distance(*others[0], most) <= most


def _is_grown(entry: Entry, placed: Placed) -> bool:
    """Whether a card's answer has all of an old one; one of up to four letters stands in too many others."""
    sketch = read_sketch(entry.answer)
    return sketch.size > 1 and sketch.sample <= placed.pieces()


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _is_other_fact(old: str, new: str) -> bool:
    """Whether numbers or negations are not the same."""
    numbers = [Counter(_NUMBERS.findall(text)) for text in (old, new)]
    negations = [len(_NEGATIONS.findall(text)) for text in (old, new)]
    fewer = numbers[0] - numbers[1], numbers[1] - numbers[0]
    return (bool(fewer[0]) and bool(fewer[1])) or negations[0] != negations[1]


def _distance(old: str, new: str, most: int) -> int:
    """Letters to insert, delete, replace or exchange with their neighbour (Damerau); more than `most` is `most + 1`."""
    begin = len(commonprefix((old, new)))  # noqa: RUF071 - letters are what is meant
    old, new = old[begin:], new[begin:]
    end = len(commonprefix((old[::-1], new[::-1])))  # noqa: RUF071
    old, new = old[: len(old) - end], new[: len(new) - end]
    if (Counter(old) - Counter(new)).total() > most or (Counter(new) - Counter(old)).total() > most:
        return most + 1
    beyond = [most + 1] * (len(new) + 1)
    before, last = beyond, list(range(len(new) + 1))
    for row, letter in enumerate(old, 1):
        here = [*beyond]
        here[0] = row
        for column in range(max(1, row - most), min(len(new), row + most) + 1):  # beyond, it is more than `most`
            other = new[column - 1]
            cost = min(last[column] + 1, here[column - 1] + 1, last[column - 1] + (letter != other))
            if row > 1 and column > 1 and letter == new[column - 2] and old[row - 2] == other:
                cost = min(cost, before[column - 2] + 1)
            here[column] = cost
        if min(here) > most:
            return most + 1
        before, last = last, here
    return min(last[-1], most + 1)


def is_homonym(entry: Entry, placed: Placed) -> bool:
    """Whether the same letters in other case mean something else: `polish` and `Polish`, whose answers differ too."""
    if entry.question == placed.card.text:
        return False
    old, new = _letters(entry.question), _letters(placed.card.text)
    if old == new or old.casefold() != new.casefold() or placed.card.kind is CardKind.CLOZE:
        return False
    return bool(entry.answer) and bool(placed.card.sketch) and entry.answer != placed.card.sketch


def _letters(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFC", text) if char.isalnum())
