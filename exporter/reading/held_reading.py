"""A file is read as it was for the last edition, where make-deck only guesses that another reading is better.

In: what was read of a file, and the rule that read it for the last edition. Out: the reading by that rule, where it has cards
that the other lacks; and that a reader of the diagnostics may want to look. Readers have the questions of the last edition: a
new version of make-deck that guesses otherwise would begin their history anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from exporter.diagnostics import Outcome, report
from exporter.model import Alternative, Card, Decision
from exporter.reading.questions import Reading, is_rule
from exporter.reading.unsure_files import is_authors, pinning_rule
from exporter.source import Span

HELD = "lock"
"""How a decision says that the last edition made it."""


def agrees(decision: Decision, held: str) -> bool:
    """Whether the rule of the last edition has nothing to say against a decision: a file is read as if there were none."""
    sure = decision.sure and decision.decided_by != "choice"
    return not is_rule(held) or sure or is_authors(decision) or held == pinning_rule(decision)


def hold_reading(
    read: Outcome[Reading], held: str, again: Callable[[str], Outcome[Reading]], path: str
) -> Outcome[Reading]:
    """The reading that holds. `held` is the rule of the last edition, `again` reads the file by a rule."""
    decision = read.value.decision
    if agrees(decision, held):
        return read
    before = again(held)
    old, new = _questions(before.value), _questions(read.value)
    if not old or old == new or _keeps(read.value, before.value):
        return read
    words = before.value.rule
    chosen = Alternative(held, words, len(old), tuple(old[:3]))
    held_decision = replace(decision, alternatives=(chosen, *decision.alternatives), sure=False, decided_by=HELD)
    message = f"this version would read it otherwise: {read.value.rule}; and not {words}"
    hint = 'it is read as for the last edition; "make-deck outline --choose" settles it for good'
    said = report("reading-held", Span(path), message, hint)
    return Outcome(replace(before.value, decision=held_decision), (*before.diagnostics, said))


def _keeps(read: Reading, before: Reading) -> bool:
    """Whether a reading has each card of the one before it, word for word: more cards begin nobody's history anew."""
    return not Counter(_cards(before)) - Counter(_cards(read))


def _cards(reading: Reading) -> list[tuple[str, str, str]]:
    return [(item.kind, item.front.markdown, item.back.markdown) for item in reading.items if isinstance(item, Card)]


def _questions(reading: Reading) -> list[str]:
    return [item.text for item in reading.items if isinstance(item, Card)]
