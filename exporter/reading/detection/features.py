"""What can be said of an explanation in numbers.

In: the totals of a file, and an explanation. Out: a row of numbers by the names in `FEATURES`. Each is a
function below that is called so; its docstring says why a careful person looks at it. Shares are 0 to 1.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log1p
from operator import itemgetter

from exporter.reading.detection.explanations import Explained
from exporter.reading.detection.forms import Form
from exporter.reading.detection.totals import Totals, count_named, mean_odds, weigh_answers
from exporter.reading.detection.traits import TRAITS, Local

_LITTLE, _LONG = 15, 2500
"""Characters of an answer that says little, and of one that is a chapter."""


@dataclass(frozen=True, slots=True)
class _View:
    """An explanation, and what its members are and hold."""

    totals: Totals
    explained: Explained
    masses: tuple[int, ...]
    logs: tuple[float, ...]
    inner_asks: int
    inner_heads: int
    found: tuple[Local, ...]
    forms: tuple[Form, ...]
    lengths: tuple[float, ...]
    groups: Counter[tuple[str, ...]]
    inside: float
    covered: float
    served: tuple[int, int]

    @property
    def members(self) -> tuple[int, ...]:
        return self.explained.members

    @property
    def size(self) -> int:
        return len(self.explained.members)


def _look(totals: Totals, explained: Explained) -> _View:
    field, members = totals.field, explained.members
    masses, inner_asks, inner_heads = weigh_answers(totals, members)
    return _View(
        totals, explained, tuple(masses), tuple(map(log1p, masses)), inner_asks, inner_heads,
        tuple([field.locals[m] for m in members]), tuple([field.candidates[m].form for m in members]),
        tuple([totals.lengths[m] for m in members]), Counter([field.candidates[m].group for m in members]),
        sum([totals.chances[m] for m in members]), min(1.0, sum(masses) / field.total), _served(totals, members),
    )  # fmt: skip


def _served(totals: Totals, members: Sequence[int]) -> tuple[int, int]:
    """How many leaves are members, and how many are none and hold members."""
    chosen = set(members)
    own = holding = 0
    for leaf in totals.leaves:
        if leaf in chosen:
            own += 1
        else:
            place = bisect_left(members, leaf)
            end = totals.field.candidates[leaf].end
            holding += place < len(members) and totals.starts[members[place]] < end
    return own, holding


def expected(v: _View) -> float:
    """The F1 that the candidates by themselves let expect."""
    return 2 * v.inside / (v.size + max(v.totals.likely, v.inside))


def odds(v: _View) -> float:
    """What is chosen must look like questions."""
    return mean_odds(v.totals.odds, v.members)


def weak_members(v: _View) -> float:
    """A rule that calls many unlikely lines questions is the wrong one."""
    return sum([v.totals.chances[m] < 0.2 for m in v.members]) / v.size


def likely_left_out(v: _View) -> float:
    """So is one that leaves out likely lines."""
    return max(0.0, v.totals.likely - v.inside) / (1 + v.totals.likely)


def best_headings_left_out(v: _View) -> float:
    """Nor does an author number or phrase headings alike and mean only some of them."""
    left = [
        worth
        for group, worth in v.totals.classes.items()
        if group[0] == Form.HEADING and 2 * v.groups[group] < len(v.totals.field.groups[group])
    ]
    return max(left, default=-4.0)


def weakest_class(v: _View) -> float:
    """Nor does he ask lines written alike of which hardly one looks like a question."""
    return min(v.totals.classes[group] for group in v.groups)


def complete_classes(v: _View) -> float:
    """Lines that are written alike are questions all, or none."""
    groups = v.totals.field.groups
    return sum(count * count / len(groups[group]) for group, count in v.groups.items()) / v.size


def covers(v: _View) -> float:
    """Notes are made of their questions and answers."""
    return v.covered


def uncovered_some(v: _View) -> float:
    """Half of the text outside of all answers is much."""
    return float(v.covered < 0.5)


def uncovered_most(v: _View) -> float:
    """And most of it is more."""
    return float(v.covered < 0.3)


def text_before_first(v: _View) -> float:
    """Questions that begin late are those of a quiz, or of the wrong form."""
    first = v.totals.starts[v.members[0]]
    return min(1.0, v.totals.field.page.content(0, first) / v.totals.field.total)


def answered_share(v: _View) -> float:
    """What has no answer is no card."""
    return (v.size - v.masses.count(0)) / v.size


def asks(v: _View) -> float:
    """What asks is a question."""
    return sum([local.asks for local in v.found]) / v.size


def asking_left_out(v: _View) -> float:
    """So what asks should not be left out."""
    asking = len(v.totals.asking)
    return max(0.0, 1 - sum([local.asks == 1 for local in v.found]) / asking) if asking else 0.0


def asking_in_answers(v: _View) -> float:
    """Nor stand in answers."""
    return log1p(v.inner_asks / v.size)


def headings_in_answers(v: _View) -> float:
    """Answers with many headings are chapters."""
    return log1p(v.inner_heads / v.size)


def leaves_chosen(v: _View) -> float:
    """The deepest headings with text of their own are topics."""
    return v.served[0] / len(v.totals.leaves) if v.totals.leaves else 0.0


def leaves_served(v: _View) -> float:
    """Or what they hold is asked one by one: then no section is left aside."""
    return float(sum(v.served) == len(v.totals.leaves) > 0)


def evenness(v: _View) -> float:
    """Answers to questions of one kind have much the same length."""
    return 1 / (1 + _spread(v.forms, v.logs))


def length_spread(v: _View) -> float:
    """And so have the questions."""
    return _spread(v.forms, v.lengths)


def front_length(v: _View) -> float:
    """A question is longer than a word, and a term shorter than a sentence."""
    return sum(v.lengths) / v.size


def answer_mass(v: _View) -> float:
    """How long an answer is."""
    return sorted(v.logs)[v.size // 2]


def largest_answer(v: _View) -> float:
    """One answer that holds all the rest swallows questions."""
    return max(v.masses) / max(1, sum(v.masses))


def size(v: _View) -> float:
    """Of two good rules, that with more questions."""
    return log1p(v.size)


def parts(v: _View) -> float:
    """One rule is likelier than two."""
    return float(v.explained.parts)


def little_answers(v: _View) -> float:
    """Answers of a word are those of glossaries, or labels."""
    return sum([mass < _LITTLE for mass in v.masses]) / v.size


def long_answers(v: _View) -> float:
    """Answers of pages are chapters."""
    return sum([mass > _LONG for mass in v.masses]) / v.size


def one_card(v: _View) -> float:
    """A file may be one card."""
    return float(v.size == 1)


def one_card_of_many(v: _View) -> float:
    """With headings inside it is rarely."""
    return (v.size == 1) * log1p(v.inner_heads)


def one_card_of_much(v: _View) -> float:
    """And hardly ever with much text."""
    return (v.size == 1) * log1p(v.totals.field.total)


def one_card_asks(v: _View) -> float:
    """But likely where its title asks."""
    return (v.size == 1) * v.found[0].asks


def contents_left_out(v: _View) -> float:
    """What the contents name is worth asking."""
    listed = count_named(v.totals, v.members)
    return 1 - listed / v.totals.listed if v.totals.listed else 0.0


_READ: tuple[Callable[[_View], float], ...] = (
    expected, odds, weak_members, likely_left_out, best_headings_left_out, weakest_class, complete_classes, covers, uncovered_some,
    uncovered_most, text_before_first, answered_share, asks, asking_left_out, asking_in_answers, headings_in_answers,
    leaves_chosen, leaves_served, evenness, length_spread, front_length, answer_mass, largest_answer, size, parts,
    little_answers, long_answers, one_card, one_card_of_many, one_card_of_much, one_card_asks, contents_left_out,
)  # fmt: skip
_SHARES = (Form.HEADING, Form.ITEM, Form.ROW, Form.BOLD, Form.LEAD, Form.PARAGRAPH)
"""Forms that are not equally likely to begin with."""
_MEANS = (
    "answer label", "short", "repeated", "named by contents", "prefixed", "numbered", "chapter", "role", "code first",
    "asks by words", "link",
)  # fmt: skip
"""Traits of which an explanation has the mean of its members."""
_TRAITS_OF = itemgetter(*(TRAITS.index(name) for name in _MEANS))

FEATURES = (
    *(read.__name__.replace("_", " ") for read in _READ),
    *(f"is {form}" for form in _SHARES),
    *(f"mean {name}" for name in _MEANS),
)
"""The numbers of an explanation, by name."""


def read_features(totals: Totals, explained: Explained) -> tuple[float, ...]:
    """The numbers of one explanation."""
    view = _look(totals, explained)
    columns = zip(*[_TRAITS_OF(totals.field.rows[m]) for m in view.members], strict=True)
    return (
        *(read(view) for read in _READ),
        *(view.forms.count(form) / view.size for form in _SHARES),
        *(sum(column) / view.size for column in columns),
    )


def _spread(forms: Sequence[Form], values: Sequence[float]) -> float:
    """How far values lie from the median of their form, in the mean."""
    if forms.count(forms[0]) == len(forms):
        median = sorted(values)[len(values) // 2]
        return sum([abs(value - median) for value in values]) / len(values)
    by_form: dict[Form, list[float]] = {}
    for form, value in zip(forms, values, strict=True):
        by_form.setdefault(form, []).append(value)
    apart = 0.0
    for mine in by_form.values():
        median = sorted(mine)[len(mine) // 2]
        apart += sum([abs(value - median) for value in mine])
    return apart / len(values)
