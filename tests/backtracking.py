"""Whether a pattern may take more than time in proportion to a text: texts are made of its own repeats, and looked through.

In: a compiled pattern and how it is called. Out: the text for which its time grows faster than the text does. A repeat is
pumped with each kind of sign that it takes, behind what the pattern begins with, and with that beginning again and again;
what follows spoils the match. Kinds of signs are those that no class of the pattern tells apart.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from re import _constants as names  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

Node = tuple[Any, Any]
Find = Callable[[str], object]

_USUAL = " \t\n\u00a0aZ0_é一。.-(\x01"
_SIZES = (24, 96, 384, 1_536)
_MOST_SIGNS = 12
_SHORT = 0.0002
"""Seconds of a processor that no text of 1,500 signs is looked at for: 0.13 µs for each."""
_LONG = 0.03
"""Seconds after which nothing longer is tried: twenty times as many as 1,500 signs may take of the slowest pattern."""
_MOST = 8.0
"""How much longer four times the text may take. Linear is 4, quadratic 16."""
_LEAST = 4.8
"""How much longer a text of middle size takes where a longer one could take so much."""
_REPEATS = (names.MAX_REPEAT, names.MIN_REPEAT, names.POSSESSIVE_REPEAT)
_CATEGORIES = {
    names.CATEGORY_DIGIT: re.compile(r"\d"), names.CATEGORY_NOT_DIGIT: re.compile(r"\D"),
    names.CATEGORY_SPACE: re.compile(r"\s"), names.CATEGORY_NOT_SPACE: re.compile(r"\S"),
    names.CATEGORY_WORD: re.compile(r"\w"), names.CATEGORY_NOT_WORD: re.compile(r"\W"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Repeat:
    """A repeat without an end, a text that leads to it, and the part of that which is behind the repeat before it."""

    before: str
    between: str
    body: Sequence[Node]


def ways(pattern: re.Pattern[Any]) -> dict[str, Find]:
    """How a pattern is called; what looks for all matches goes on where `search` ends."""
    return {
        "search": lambda text: [*pattern.finditer(text)],
        "match": pattern.match,
        "fullmatch": pattern.fullmatch,
    }


def growing_text(pattern: re.Pattern[Any], how: str) -> str | None:
    """The parts of a text, as `before + pump * n + behind`, for which a call takes more than time in proportion."""
    find = ways(pattern)[how]
    for before, pump, behind in _texts(pattern.pattern, pattern.flags):
        if _grows(find, partial(_written_out, pattern, before, pump, behind)):
            return f"{before!r} + {pump!r} * n + {behind!r}"
    return None


def _written_out(pattern: re.Pattern[Any], before: str, pump: str, behind: str, size: int) -> Any:
    text = f"{before}{pump * (size // len(pump))}{behind}"
    return text.encode("latin-1", "ignore") if isinstance(pattern.pattern, bytes) else text


def _grows(find: Find, text: Callable[[int], Any]) -> bool:
    """Whether four times the text takes much more than four times the time, the best of a few: a machine is busy at times."""
    times = [0.0]
    for size in _SIZES:
        times.append(_seconds(find, text(size)))
        if times[-1] > _LONG:
            return min(_seconds(find, text(size)) for _ in range(2)) > _LONG
        if size == _SIZES[-2] and times[-1] < max(_SHORT / 16, _LEAST * times[-2]):
            return False
    if times[-1] < max(_SHORT, _MOST * times[-2]):
        return False
    small, large = (min(_seconds(find, text(size)) for _ in range(3)) for size in _SIZES[-2:])
    return large > max(_SHORT, _MOST * small)


def _seconds(find: Find, text: Any) -> float:
    begin = time.thread_time()
    find(text)
    return time.thread_time() - begin


@lru_cache(maxsize=4_000)
def _texts(pattern: str | bytes, flags: int) -> tuple[tuple[str, str, str], ...]:
    tree = parser.parse(pattern, flags)
    kinds = _kinds(tree)
    found: dict[tuple[str, str, str], None] = {}
    told: set[tuple[str, str, str]] = set()
    for repeat in _repeats(tree, "", kinds):
        if (alike := (str(repeat.body), repeat.before[-1:], repeat.between[-3:])) in told:
            continue
        told.add(alike)
        signs = [sign for sign in kinds if any(_takes(node, sign) for node in _singles(repeat.body))]
        spoilers = ["", "\x01", *[sign for sign in kinds if sign not in signs][:2]]
        one = _sample(repeat.body, kinds)
        again = [start + end for start in (repeat.before, repeat.between) for end in (one, *signs[:1], "")]
        pumps = dict.fromkeys([*signs[:_MOST_SIGNS], one, *again])
        for before in dict.fromkeys([repeat.before, ""]):
            found |= dict.fromkeys((before, pump, behind) for pump in pumps if pump for behind in spoilers)
    return tuple(found)


def _kinds(tree: Sequence[Node]) -> list[str]:
    """One sign of each kind that the pattern tells apart."""
    singles = list(_singles(tree))
    written = {sign for node in singles for sign in _written(node)}
    kinds: dict[tuple[bool, ...], str] = {}
    for sign in [*_USUAL, *sorted(written)]:
        kinds.setdefault(tuple(_takes(node, sign) for node in singles), sign)
    return list(kinds.values())


def _written(node: Node) -> Iterator[str]:
    kind, value = node
    if kind in (names.LITERAL, names.NOT_LITERAL):
        yield chr(value)
    elif kind is names.RANGE:
        yield chr(value[0])
    elif kind is names.IN:
        for part in value:
            yield from _written(part)


def _takes(node: Node, sign: str) -> bool:
    kind, value = node
    if kind is names.IN:
        negated = value[0][0] is names.NEGATE
        return any(_takes(part, sign) for part in value[negated:]) != negated
    if kind is names.RANGE:
        return bool(value[0] <= ord(sign) <= value[1])
    if kind is names.CATEGORY:
        return _CATEGORIES[value].match(sign) is not None
    if kind is names.ANY:
        return sign != "\n"
    return (ord(sign) == value) == (kind is names.LITERAL)


def _parts(node: Node) -> list[Sequence[Node]]:
    """What a node holds, each a sequence of its own."""
    kind, value = node
    if kind in _REPEATS:
        return [value[2]]
    if kind is names.SUBPATTERN:
        return [value[3]]
    if kind is names.BRANCH:
        return list(value[1])
    if kind is names.ATOMIC_GROUP:
        return [value]
    if kind in (names.ASSERT, names.ASSERT_NOT):
        return [value[1]]
    if kind is names.GROUPREF_EXISTS:
        return [part for part in value[1:] if part]
    return []


def _singles(tree: Sequence[Node]) -> Iterator[Node]:
    for node in tree:
        if node[0] in (names.LITERAL, names.NOT_LITERAL, names.IN, names.ANY):
            yield node
        for part in _parts(node):
            yield from _singles(part)


def _repeats(tree: Sequence[Node], before: str, kinds: Sequence[str]) -> Iterator[Repeat]:
    between = ""
    for node in tree:
        if node[0] in _REPEATS and node[1][1] is names.MAXREPEAT:
            yield Repeat(before, between, node[1][2])
            between = ""
        else:
            between += _sample([node], kinds, least=True)
        for part in _parts(node):
            yield from _repeats(part, before, kinds)
        before += _sample([node], kinds, least=True)


def _sample(tree: Sequence[Node], kinds: Sequence[str], *, least: bool = False) -> str:
    """A text that the nodes take; with `least` without what may be left out."""
    found = ""
    for node in tree:
        kind, value = node
        if kind in (names.LITERAL, names.NOT_LITERAL, names.IN, names.ANY):
            found += chr(value) if kind is names.LITERAL else next((sign for sign in kinds if _takes(node, sign)), "")
        elif kind in _REPEATS:
            found += _sample(value[2], kinds, least=least) * min(max(value[0], not least), 3)
        elif kind is names.ASSERT and value[0] < 0 and not found:
            found += _sample(value[1], kinds, least=least)
        elif kind in (names.SUBPATTERN, names.BRANCH, names.ATOMIC_GROUP):
            found += _sample(_parts(node)[0], kinds, least=least)
    return found
