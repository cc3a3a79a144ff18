"""What makes the finding of the rules sure, and how sure: without learned numbers, by what a reader sees.

In: a field with its totals, and what explicit syntax, names and numbers say. Out: what decided, and the log-odds that
it is right. The syntax of a tool rules what it marks, whatever else a file looks like; headings must ask and cover.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Container, Sequence
from itertools import pairwise

from exporter.reading.detection.forms import Form
from exporter.reading.detection.left_over import Answered, with_left_over
from exporter.reading.detection.totals import Totals, answer_masses, cards_of, count_named
from exporter.reading.detection.traits import Local
from exporter.reading.dialects import (
    DIALECTS,
    alternating_labels,
    choices,
    cloze,
    deck_headings,
    exams,
    fill_ins,
    keyed,
    labelled_lines,
    percent_sides,
    qa_lines,
    table_choices,
    term_lines,
)
from exporter.reading.dialects.dialect import Finding, Question
from exporter.reading.page.wording import Style

_COMMON = frozenset(
    d.DIALECT.rule
    for d in (
        choices, table_choices, exams, keyed, fill_ins, deck_headings, percent_sides,
        qa_lines, labelled_lines, alternating_labels, term_lines, cloze,
    )
)  # fmt: skip
"""What may stand in notes that no tool is to read: it must hold what the file says."""
_UNNAMED = frozenset(
    d.DIALECT.rule for d in (choices, table_choices, exams, keyed, fill_ins, alternating_labels, term_lines)
)
"""What is no syntax of a tool's own, only a way to write."""
_PROVEN = frozenset(d.rule for d in DIALECTS if not d.share and d is not cloze.DIALECT)
"""The rules of tools that leave a sign of their own in a file; `C:` may stand in any answer."""
_SIGNED = _PROVEN - _COMMON
"""What rules a file, however much else stands in it: `<details>` and call-outs are in pages of every kind."""
_HALF, _MOST, _ASKING, _OUTSIDE, _NAMED = 0.5, 0.6, 0.6, 0.25, 0.8
"""Shares: of a file that answers must hold, of questions that must ask, of what asks that may stand elsewhere;
of the entries of the contents that must be questions, and of questions that must be entries."""
_SURE, _COVERED, _ASKED, _ALIKE = 3.4, 0.8, 0.9, 0.8
"""Log-odds of rules that nothing speaks against (0.97); shares: of a file that questions and answers hold where they are
all of it, of questions that ask where that is their mark, of the lines of a class that are questions where all are."""
_ONE = 1.5
"""So many likely questions are one, with a doubt: where a title asks, more of them are what it asks for."""
_UNCOVERED, _LEFT, _ANY_LEFT, _UNASKED, _NO_NOTES = 5.0, 20.0, 1.5, 6.0, 1.5
"""What a share of the file outside, of questions left out, one of them or one in another form, and a share that does not
ask costs, in log-odds, and that it looks little like notes."""


def sure_by(totals: Totals, ruled: Finding) -> str:
    """What makes the finding of the rules sure; "choice" where nothing does.

    The syntax of a tool that left its sign, or any that holds half of the file, where no more headings with text stand
    beside it than it has questions, and half of what asks if it has no sign; or questions whose answers are most of the
    file, and that ask, where hardly anything that asks stands elsewhere, or that are what the contents name.
    """
    size = len(totals.rules)
    if not size or not are_rules(totals, ruled):
        return "choice"
    covered = _covered(totals, totals.rules)
    explicit = _tools(totals)
    leaves_topics = _topics_left(totals) > size
    holds = covered >= _HALF and not leaves_topics
    proven = sum(name in _PROVEN and (holds or name not in _COMMON) for name in explicit)
    found = [totals.field.locals[member] for member in totals.rules]
    outside = len(totals.asking - {totals.field.candidates[member].start for member in totals.rules})
    if proven > size / 2 or (len(explicit) > size / 2 and holds and outside <= _HALF * len(totals.asking)):
        return "explicit syntax"
    if covered < _MOST or leaves_topics:
        return "choice"
    asking = sum(local.asks > 0 or local.style is Style.PREFIX for local in found)
    named = count_named(totals, totals.rules)
    if (asking >= _ASKING * size and outside <= _OUTSIDE * len(totals.asking)) or named >= _NAMED * max(
        size, totals.listed
    ):
        return "numbering"
    return "choice"


def _topics_left(totals: Totals) -> int:
    """How many headings with text of their own stand in no answer, and above no question: topics of the same notes."""
    cards = cards_of(totals, totals.rules)
    starts = [start for start, _ in cards]
    left = 0
    for leaf in totals.leaves:
        candidate = totals.field.candidates[leaf]
        place = bisect_right(starts, candidate.start)
        inside = place > 0 and candidate.start < cards[place - 1][1]
        left += not inside and (place == len(starts) or starts[place] >= candidate.end)
    return left


def are_rules(totals: Totals, ruled: Finding) -> bool:
    """Whether nearly all that the rules find stands among the candidates."""
    return len(totals.rules) >= 0.9 * len(ruled[1])


def odds_of_rules(totals: Totals, questions: Sequence[Question], decided_by: str, notes: float) -> float:
    """The log-odds that the finding of the rules is right, where "explicit syntax" or "numbering" makes it sure.

    `questions` are those of the rules. What stands beside them in another form is read too, and nothing that is left out,
    but worth a look. `notes` are the log-odds that the file is one to learn from: exercises are numbered too, and guests
    are asked.
    """
    found = [totals.field.locals[member] for member in totals.rules]
    size = len(found)
    read = with_left_over(totals.field, questions)
    left = _alone(totals, read) + _missing_numbers(totals)
    explicit = _tools(totals)
    own = 2 * sum(name in _SIGNED for name in explicit) > size
    outside = 0.0 if own else cost_outside(totals, totals.rules)
    odds = _SURE - outside - sum(name in _UNNAMED for name in explicit) / size
    if not own:
        odds -= _NO_NOTES * max(0.0, -notes)
    if decided_by == "numbering":
        odds -= _ANY_LEFT * (size == 1 and totals.likely > _ONE)
        odds -= _UNASKED * max(0.0, _ASKED - sum(_is_asked(local) for local in found) / size)
        left += _unlike(totals, {question.start for question in read})
    return odds - _LEFT * left / size - _ANY_LEFT * (left > 0 or len(read) > len(questions))


def cost_outside(totals: Totals, members: Sequence[int]) -> float:
    """What the share of a file that stands in no question and no answer costs, in log-odds; a little is usual."""
    return _UNCOVERED * max(0.0, _COVERED - _covered(totals, members))


def _covered(totals: Totals, members: Sequence[int]) -> float:
    """The share of a file that its questions and answers are."""
    asked = (totals.field.candidates[member] for member in members)
    own = sum(totals.field.page.content(candidate.start, candidate.stop) for candidate in asked)
    return (sum(answer_masses(totals, members)) + own) / totals.field.total


def _tools(totals: Totals) -> list[str]:
    """For each question that explicit syntax marks, the rule of that."""
    tools = {c.start: c.group[1] for c in totals.field.candidates if c.form is Form.EXPLICIT}
    return [tools[start] for m in totals.rules if (start := totals.field.candidates[m].start) in tools]


def _is_asked(local: Local) -> bool:
    return local.asks == 1 or local.style is Style.PREFIX


def _alone(totals: Totals, read: Sequence[Question]) -> int:
    """How many lines with a question mark and an answer stand in no question that is read, and in no answer."""
    field, answered = totals.field, Answered(totals.field.page, read)
    return sum(
        local.asks == 1 and local.whole > 0 and not local.never and candidate.start not in answered
        for candidate, local in zip(field.candidates, field.locals, strict=True)
        if candidate.form is not Form.FILE
    )


def _missing_numbers(totals: Totals) -> int:
    """How often the numbers of questions leave one out: they rise by one, or begin anew."""
    numbers = [totals.field.candidates[member].number for member in totals.rules]
    counted = [int(number) for number in numbers if number.isdecimal()]
    return sum(second not in (first + 1, 1) for first, second in pairwise(counted))


def _unlike(totals: Totals, read: Container[int]) -> int:
    """How many lines are not `read`, though they are written as the questions are and nearly all such lines are."""
    field = totals.field
    groups = {field.candidates[member].group for member in totals.rules}
    counts = Counter(candidate.group for candidate in field.candidates if candidate.start in read)
    return sum(_left_out(field.groups[group], field.locals, counts[group]) for group in groups)


def _left_out(members: Sequence[int], found: Sequence[Local], count: int) -> int:
    """How many of a class are left out that have an answer, or a question mark; none where many are."""
    alike = sum(_may_be_asked(found[member]) for member in members)
    return alike - count if _ALIKE * alike <= count < alike else 0


def _may_be_asked(local: Local) -> bool:
    return (local.answered and not local.never) or (local.asks == 1 and not local.echo)
