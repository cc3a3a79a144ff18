"""What can be said of an explanation in numbers.

In: a `Field`, the odds of its candidates, and an explanation. Out: a row of numbers by the names in `FEATURES`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log1p

from exporter.reading.detection.explanations import Explained
from exporter.reading.detection.forms import Form
from exporter.reading.detection.notes_or_project import SUBJECT
from exporter.reading.detection.traits import TRAITS, Field

_PLACES = {name: place for place, name in enumerate(TRAITS)}
_MEANS = (
    "answer label", "short", "repeated", "named by contents", "prefixed", "numbered", "chapter", "role", "code first",
    "asks by words",
)  # fmt: skip

FEATURES = (
    "expected", "odds", "weak members", "likely left out", "covers", "uncovered some", "answered",
    "asks", "asking left out", "asking in answers", "headings in answers", "evenness", "answer mass", "largest answer",
    "size", "parts", "headings", "items", "rows", "bold", "leads", "paragraphs", "little answers", "long answers",
    "one card", "contents left out",
    *(f"mean {name}" for name in _MEANS),
)  # fmt: skip
"""The numbers of an explanation, by name."""

_OF_BEST = (
    "expected", "odds", "covers", "asks", "size", "evenness", "answer mass", "little answers", "headings", "items",
    "rows", "paragraphs", "largest answer", "answered", "likely left out", "mean answer label", "mean prefixed", "mean short", "parts",
)  # fmt: skip
NOTES = ("one", "file mass", "file asks", "file headings", *(f"file {name}" for name in SUBJECT), *_OF_BEST)
"""The numbers by which notes to learn from are told from other pages: of the file, and of its best explanation."""


@dataclass(frozen=True, slots=True)
class Totals:
    """What is the same for all explanations of a file. `odds` and `chances` are those of its candidates."""

    field: Field
    odds: Sequence[float]
    chances: tuple[float, ...]
    likely: float
    asking: float
    asked: tuple[int, ...]
    headed: tuple[int, ...]
    starts: tuple[int, ...]
    listed: float
    rules: tuple[int, ...]


def read_totals(field: Field, odds: Sequence[float], rules: Sequence[int]) -> Totals:
    """Sum up the candidates. `rules` are the members that the rules of explicit syntax and classes would choose."""
    chances = tuple(1 / (1 + exp(-max(-30.0, min(30.0, odd)))) for odd in odds)
    by_place: dict[int, float] = {}
    asked, headed = [0], [0]
    for candidate, local, chance in zip(field.candidates, field.locals, chances, strict=True):
        by_place[candidate.start] = max(chance, by_place.get(candidate.start, 0.0))
        asked.append(asked[-1] + (local.asks == 1 and candidate.form is not Form.FILE))
        headed.append(headed[-1] + (candidate.form is Form.HEADING))
    listed = sum(row[_PLACES["named by contents"]] for row in field.rows)
    return Totals(
        field, odds, chances, sum(by_place.values()), float(asked[-1]), tuple(asked),
        tuple(headed), tuple(candidate.start for candidate in field.candidates), listed, tuple(rules),
    )  # fmt: skip


def read_features(totals: Totals, explained: Explained) -> tuple[float, ...]:
    """The numbers of one explanation."""
    field, members = totals.field, explained.members
    masses, inner_asks, inner_heads = _answers(totals, members)
    size = len(members)
    found = [field.locals[m] for m in members]
    forms = [field.candidates[m].form for m in members]
    inside = sum(totals.chances[m] for m in members)
    expected = 2 * inside / (size + max(totals.likely, inside))
    logs = sorted(log1p(mass) for mass in masses)
    median = logs[size // 2]
    covered = min(1.0, sum(masses) / field.total)
    asks = sum(local.asks for local in found)
    asks_out = 1 - sum(local.asks == 1 for local in found) / totals.asking if totals.asking else 0.0
    listed = count_named(totals, members)
    return (
        expected, sum(max(-4.0, min(4.0, totals.odds[m])) for m in members) / size,
        sum(totals.chances[m] < 0.2 for m in members) / size, max(0.0, totals.likely - inside) / (1 + totals.likely),
        covered, float(covered < 0.5), sum(mass > 0 for mass in masses) / size,
        asks / size, max(0.0, asks_out), log1p(inner_asks / size), log1p(inner_heads / size),
        1 / (1 + sum(abs(log - median) for log in logs) / size), median, max(masses) / max(1, sum(masses)),
        log1p(size), float(explained.parts),
        *(forms.count(form) / size for form in (Form.HEADING, Form.ITEM, Form.ROW, Form.BOLD, Form.LEAD, Form.PARAGRAPH)),
        sum(mass < 15 for mass in masses) / size, sum(mass > 2500 for mass in masses) / size,
        float(size == 1), 1 - listed / totals.listed if totals.listed else 0.0,
        *(sum(field.rows[m][_PLACES[name]] for m in members) / size for name in _MEANS),
    )  # fmt: skip


def read_notes(totals: Totals, features: Sequence[float]) -> tuple[float, ...]:
    """The numbers of `NOTES`, from the features of the best explanation."""
    return (1.0, *totals.field.file, *(features[FEATURES.index(name)] for name in _OF_BEST))


def count_named(totals: Totals, members: Sequence[int]) -> float:
    """How many members the contents name."""
    return sum(totals.field.rows[member][_PLACES["named by contents"]] for member in members)


def answer_masses(totals: Totals, members: Sequence[int]) -> list[int]:
    """How much answers each member."""
    return _answers(totals, members)[0]


def answered(totals: Totals, members: Sequence[int]) -> tuple[int, ...]:
    """The members that have an answer."""
    masses = answer_masses(totals, members)
    return tuple(member for member, mass in zip(members, masses, strict=True) if mass)


def _answers(totals: Totals, members: Sequence[int]) -> tuple[list[int], int, int]:
    """How much answers each member, and how many that ask and how many headings stand in the answers."""
    field = totals.field
    masses: list[int] = []
    asks = heads = 0
    for place, member in enumerate(members):
        c = field.candidates[member]
        following = field.candidates[members[place + 1]].start if place + 1 < len(members) else c.end
        end = min(c.end, following)
        masses.append(c.inside + field.page.content(c.stop, end) if end > c.stop else c.inside)
        behind = bisect_left(totals.starts, end)
        if behind > member + 1:
            asks += totals.asked[behind] - totals.asked[member + 1]
            heads += totals.headed[behind] - totals.headed[member + 1]
    return masses, asks, heads
