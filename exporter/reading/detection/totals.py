"""What is the same for all explanations of a file, and how much answers what an explanation calls questions.

In: a `Field`, and the odds of its candidates. Out: `Totals`, by which explanations are held against each other.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from math import exp, log1p

from exporter.reading.detection.forms import Form
from exporter.reading.detection.traits import TRAITS, Field

_NAMED = TRAITS.index("named by contents")


@dataclass(frozen=True, slots=True)
class Totals:
    """What is the same for all explanations of a file. `odds` and `chances` are those of its candidates.

    `asking` are the places where something stands that has a question mark: a heading with options below it is a
    candidate twice. `asked` and `headed` count those places and headings up to each candidate; `leaves` are the headings
    with text and none below them, `lengths` the logarithms of how long the candidates' texts are.
    """

    field: Field
    odds: Sequence[float]
    chances: tuple[float, ...]
    likely: float
    asking: frozenset[int]
    asked: tuple[int, ...]
    headed: tuple[int, ...]
    starts: tuple[int, ...]
    leaves: tuple[int, ...]
    classes: Mapping[tuple[str, ...], float]
    listed: float
    rules: tuple[int, ...]
    lengths: tuple[float, ...]


def read_totals(field: Field, odds: Sequence[float], rules: Sequence[int]) -> Totals:
    """Sum up the candidates. `rules` are the members that the rules of explicit syntax and classes would choose."""
    chances = tuple(1 / (1 + exp(-max(-30.0, min(30.0, odd)))) for odd in odds)
    by_place: dict[int, float] = {}
    asked, headed = [0], [0]
    asking: set[int] = set()
    leaves: list[int] = []
    for index, (candidate, local) in enumerate(zip(field.candidates, field.locals, strict=True)):
        by_place[candidate.start] = max(chances[index], by_place.get(candidate.start, 0.0))
        asks = local.asks == 1 and candidate.form is not Form.FILE and candidate.start not in asking
        asked.append(asked[-1] + asks)
        if asks:
            asking.add(candidate.start)
        headed.append(headed[-1] + (candidate.form is Form.HEADING))
        if candidate.form is Form.HEADING and local.leaf and local.own and not local.never:
            leaves.append(index)
    return Totals(
        field, odds, chances, sum(by_place.values()), frozenset(asking), tuple(asked),
        tuple(headed), tuple(candidate.start for candidate in field.candidates), tuple(leaves),
        {group: mean_odds(odds, members) for group, members in field.groups.items()},
        sum(row[_NAMED] for row in field.rows), tuple(rules), tuple(log1p(len(c.text)) for c in field.candidates),
    )  # fmt: skip


def mean_odds(odds: Sequence[float], members: Sequence[int]) -> float:
    """How likely members are questions by themselves, in the mean; one that cannot be counts no more than unlikely."""
    return sum([max(-4.0, min(4.0, odds[m])) for m in members]) / len(members)


def count_named(totals: Totals, members: Sequence[int]) -> float:
    """How many members the contents name."""
    return sum([totals.field.rows[member][_NAMED] for member in members])


def answer_masses(totals: Totals, members: Sequence[int]) -> list[int]:
    """How much answers each member."""
    return weigh_answers(totals, members)[0]


def answered(totals: Totals, members: Sequence[int]) -> tuple[int, ...]:
    """The members that have an answer."""
    masses = answer_masses(totals, members)
    return tuple(member for member, mass in zip(members, masses, strict=True) if mass)


def cards_of(totals: Totals, members: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Where the cards of an explanation begin and end: the same for the file as one card and its only heading."""
    kept = answered(totals, members)
    places = [(totals.starts[member], totals.field.candidates[member].end) for member in kept]
    following = [start for start, _ in places[1:]]
    return (*((start, min(end, after)) for (start, end), after in zip(places, following, strict=False)), *places[-1:])


def weigh_answers(totals: Totals, members: Sequence[int]) -> tuple[list[int], int, int]:
    """How much answers each member, and how many that ask and how many headings stand in the answers."""
    candidates, starts, mass = totals.field.candidates, totals.starts, totals.field.page.mass
    masses: list[int] = []
    asks = heads = 0
    for member, following in zip_longest(members, [starts[member] for member in members[1:]]):
        c = candidates[member]
        end = c.end if following is None else min(c.end, following)
        masses.append(c.inside + mass[end] - mass[c.stop] if end > c.stop else c.inside)
        behind = bisect_left(starts, end)
        if behind > member + 1:
            asks += totals.asked[behind] - totals.asked[member + 1]
            heads += totals.headed[behind] - totals.headed[member + 1]
    return masses, asks, heads
