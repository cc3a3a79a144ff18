"""Which explanation of a file its author means.

In: a page. Out: a `Detection`: the explanations worth a look, best first, each with its questions, and how sure the
choice is. What is sure by itself stays sure: the syntax of a tool that rules the file, and headings that ask and cover
it. The rest is decided by few learned numbers, which lie in `weights.json` (fitted by `tools/fit_detection.py`). Sums
are taken in one order and compared after rounding, so that every machine chooses the same.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from math import exp, log
from operator import mul
from pathlib import Path

from exporter.reading.detection.certainty import are_rules, cost_outside, odds_of_rules, sure_by
from exporter.reading.detection.explanations import Explained, find_explained, find_explanations, same_cuts
from exporter.reading.detection.features import FEATURES, read_features
from exporter.reading.detection.forms import Form, find_candidates
from exporter.reading.detection.notes import NOTES, read_notes
from exporter.reading.detection.rule_names import describe
from exporter.reading.detection.totals import Totals, cards_of, read_totals
from exporter.reading.detection.traits import TRAITS, Field, read_field
from exporter.reading.dialects.dialect import Finding, Question
from exporter.reading.page.page import Page

_KEPT = 4
"""So many explanations a detection names."""

_MOST_NEAR = 60
"""So many explanations are held against those of the files beside."""

INTERVIEW = "interview"
"""The rule of questions that go by their names and numbers, across levels: what interview books have."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """One way to read a file. `rule` pins it in deck.toml, `words` say it to an author."""

    rule: str
    words: str
    questions: tuple[Question, ...] = field(repr=False)
    score: float


@dataclass(frozen=True, slots=True)
class Detection:
    """What a file means, the best explanation first; `confidence` is how likely the first one is right, 0 to 1.

    `decided_by` is "explicit syntax", "numbering" or "choice"; of a choice, `near` are the rules that were nearly chosen,
    and how far each is behind. `found` is what was chosen from, where it was looked at.
    """

    explanations: tuple[Explanation, ...]
    confidence: float
    decided_by: str
    near: tuple[tuple[str, float], ...] = ()
    found: Field | None = field(default=None, repr=False, compare=False)

    @property
    def sure(self) -> bool:
        """Whether an author need not look."""
        return self.confidence >= SURE


SURE = 0.9
_AHEAD, _AHEAD_OF_NO_NOTES, _AHEAD_OF_NOTHING = 2.2, 3.0, 0.62
"""Log-odds that a choice is right which is as likely as all others together; and how fast those that these are notes grow
with the distance to nothing, and that there is nothing with the distance to notes.

Set on 191 labelled files, each read by what was fitted without its repository (`tools/fit_detection.py` prints how many
are called sure, and how many of these are exactly right).
"""
_HARDLY = 1e-3
"""So much less likely than the best, a choice of the same cards adds nothing."""
_FEW_WORDS = 200
"""Characters of a file that is too short for learned numbers."""
_SEVERAL = 3
"""Questions of a short file that no syntax marks: fewer may be anything."""
_BY_DEFAULT = 0.3
"""Log-odds that a short text is notes which the rules read, or which is a table: read so, and worth a look."""
_MOST_ODDS = 5.0
"""Log-odds that stand for as good as certain."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The learned numbers: of a candidate, of an explanation, and of notes against pages that teach nothing."""

    traits: tuple[float, ...]
    features: tuple[float, ...]
    notes: tuple[float, ...]


@cache
def read_weights() -> Weights:
    """The weights that come with the program."""
    return weights_of(json.loads(Path(__file__).with_name("weights.json").read_text(encoding="utf-8")))


def weights_of(record: Mapping[str, Mapping[str, float]]) -> Weights:
    """Weights from their names; one that is not named counts nothing."""
    return Weights(
        tuple(record["traits"].get(name, 0.0) for name in TRAITS),
        tuple(record["features"].get(name, 0.0) for name in FEATURES),
        tuple(record["notes"].get(name, 0.0) for name in NOTES),
    )


def candidate_odds(found: Field, weights: Weights) -> list[float]:
    """How likely each candidate is a question by itself, as log-odds."""
    return [_weigh(row, weights.traits) for row in found.rows]


def detect(page: Page, ruled: Finding, weights: Weights | None = None) -> Detection:
    """Choose among the explanations of a page. `ruled` is what explicit syntax, names and numbers say."""
    weights = weights or read_weights()
    found = read_field(page, find_candidates(page))
    totals = read_totals(found, candidate_odds(found, weights), rule_members(found, ruled[1]))
    if ruled[1] and not totals.rules:  # gaps that belong to no question: no form knows them
        return Detection((Explanation("auto", *ruled, 0.0),), 1.0, "explicit syntax", found=found)
    choices = rank(totals, weights)
    decided_by = sure_by(totals, ruled)
    if decided_by != "choice":
        choices.sort(key=lambda choice: choice.explained.members != totals.rules)
    kept: dict[tuple[tuple[int, int], ...], Explanation] = {}
    for choice in choices:
        explained = choice.explained
        cards = cards_of(totals, explained.members)
        if cards not in kept:
            by_rules = bool(totals.rules) and explained.members == totals.rules and are_rules(totals, ruled)
            words = ruled[0] if by_rules else describe(explained.rule, len(cards))
            questions = ruled[1] if by_rules else make_questions(found, explained)
            kept[cards] = Explanation(explained.rule, words, questions, choice.score)
        if len(kept) == _KEPT:
            break
    explanations = tuple(kept.values())
    notes = _notes_odds(choices)
    learned = [choice for choice in choices if choice.explained.members]
    sure = confidence(totals, decided_by, [c.explained for c in learned], [c.score for c in learned], notes)
    near = _near(totals, choices) if decided_by == "choice" else ()
    return Detection(explanations, sure, decided_by, near, found)


@dataclass(frozen=True, slots=True)
class _Choice:
    explained: Explained
    score: float


def rank(totals: Totals, weights: Weights) -> list[_Choice]:
    """The explanations of a file, best first. That it means nothing at all scores by how little it looks like notes."""
    nothing = Explained("none", (), 0)
    found = list_explanations(totals)
    if not found:
        return [_Choice(nothing, 0.0)]
    rows = [read_features(totals, explained) for explained in found]
    scores = [_weigh(row, weights.features) for row in rows]
    best = max(range(len(found)), key=lambda index: scores[index])
    odds = _weigh(read_notes(totals, rows[best]), weights.notes)
    if totals.field.total < _FEW_WORDS and (_is_ruled(totals, found[best]) or _is_plain(totals.field, found[best])):
        odds = max(odds, _BY_DEFAULT)
    choices = [_Choice(explained, score) for explained, score in zip(found, scores, strict=True)]
    choices.append(_Choice(nothing, round(scores[best] - odds, 6)))
    return sorted(choices, key=lambda choice: -choice.score)


def _weigh(row: Sequence[float], weights: Sequence[float]) -> float:
    return round(float(sum(map(mul, row, weights))), 6)


def list_explanations(totals: Totals) -> list[Explained]:
    """All explanations of a file, with what the rules say among them.

    So few words that no share means anything are what the rules say, a table, items that all ask, or several terms.
    """
    found = list(find_explanations(totals.field, totals.odds))
    if totals.rules and all(explained.members != totals.rules for explained in found):
        found.append(Explained(INTERVIEW, totals.rules))
    if totals.field.total >= _FEW_WORDS:
        return found
    ruled = [explained for explained in found if _is_ruled(totals, explained)]
    plain = ruled or [explained for explained in found if _is_plain(totals.field, explained)]
    return plain or [explained for explained in found if _are_terms(totals.field, explained)]


def _is_ruled(totals: Totals, explained: Explained) -> bool:
    """Whether an explanation is what the rules say."""
    return bool(totals.rules) and explained.members == totals.rules


def _are_terms(found: Field, explained: Explained) -> bool:
    """Whether an explanation is one of several headings, or of several terms with what they mean behind them."""
    members = [found.candidates[member] for member in explained.members]
    return len({candidate.text for candidate in members}) >= _SEVERAL and all(
        candidate.form in (Form.HEADING, Form.LEAD) or (candidate.form is Form.ITEM and candidate.inside)
        for candidate in members
    )


def _is_plain(found: Field, explained: Explained) -> bool:
    """Whether an explanation needs no shares: rows, definitions, or lines that all ask.

    Two items by their question mark are enough, or several by their words; of paragraphs, several by their marks.
    """
    forms = [found.candidates[member].form for member in explained.members]
    asks = [found.locals[member].asks for member in explained.members]
    asked = (len(asks) > 1 and min(asks) == 1) or (len(asks) >= _SEVERAL and min(asks) > 0)
    alone = len(asks) >= _SEVERAL and min(asks) == 1
    return all(
        form in (Form.ROW, Form.DEFINITION) or (asked and form is Form.ITEM) or (alone and form is Form.PARAGRAPH)
        for form in forms
    )


def pinned(page: Page, rule: str) -> tuple[Question, ...]:
    """The questions of a page by a rule that pins an explanation."""
    found = read_field(page, find_candidates(page))
    explained = find_explained(found, rule)
    return make_questions(found, explained) if explained else ()


def rule_members(found: Field, questions: Sequence[Question]) -> tuple[int, ...]:
    """The candidates that stand where questions do."""
    places: dict[int, int] = {}
    for index, candidate in enumerate(found.candidates):
        if candidate.form is not Form.FILE and not found.locals[index].echo:
            places.setdefault(candidate.start, index)
    return tuple(sorted(places[q.start] for q in questions if q.start in places))


def make_questions(found: Field, explained: Explained) -> tuple[Question, ...]:
    """The questions of an explanation, each with the place where its answer ends."""
    questions: list[Question] = []
    for place, member in enumerate(explained.members):
        candidate = found.candidates[member]
        last = place + 1 == len(explained.members)
        following = len(found.page.tokens) if last else found.candidates[explained.members[place + 1]].start
        question = candidate.ask()
        if following < question.stop:
            continue
        end = candidate.end if question.end is None else question.end
        questions.append(replace(question, end=min(end, following)))
    return tuple(questions)


def _near(totals: Totals, choices: Sequence[_Choice]) -> tuple[tuple[str, float], ...]:
    """The rules that are not far behind; two that make the same cards are equally far."""
    same = same_cuts(totals.field)
    scores: dict[tuple[tuple[int, int], ...], float] = {}
    near: dict[str, float] = {}
    for choice in choices[:_MOST_NEAR]:
        score = scores.setdefault(cards_of(totals, choice.explained.members), choice.score)
        cut, plus, lines = choice.explained.rule.partition("+")
        for name in same.get(cut, (cut,)):
            near.setdefault(name + plus + lines, round(choices[0].score - score, 4))
    return tuple(near.items())


def _notes_odds(choices: Sequence[_Choice]) -> float:
    """The log-odds that a file is notes: how far what makes cards of it is ahead of nothing."""
    nothing = next(choice.score for choice in choices if not choice.explained.members)
    return max((choice.score for choice in choices if choice.explained.members), default=nothing) - nothing


def confidence(
    totals: Totals, decided_by: str, found: Sequence[Explained], scores: Sequence[float], notes: float
) -> float:
    """How likely the decision is right; of a learned choice: that the file is notes, and that its lines are these.

    The second goes by its share among all, each as likely as its score says. Much text in which nothing looks like a
    question is worth a look, a few words are not. `notes` are the log-odds that the file is one to learn from.
    """
    if decided_by != "choice":
        questions = make_questions(totals.field, Explained(INTERVIEW, totals.rules))
        return _chance(odds_of_rules(totals, questions, decided_by, notes))
    if notes <= 0 or not found:
        is_short = not found and totals.field.total < _FEW_WORDS
        return _chance(_MOST_ODDS if is_short else _AHEAD_OF_NOTHING * -notes)
    best = max(range(len(found)), key=lambda index: scores[index])
    cards = cards_of(totals, found[best].members)
    likely = [exp(score - scores[best]) for score in scores]
    near = (pair for pair in zip(found, likely, strict=True) if pair[1] > _HARDLY)
    same = (chance for explained, chance in near if cards_of(totals, explained.members) == cards)
    share = sum(same) / sum(likely) * _chance(_AHEAD_OF_NO_NOTES * notes)
    if totals.field.total < _FEW_WORDS:  # what is likelier than all else has not been tried there
        return round(share, 4)
    odds = _AHEAD + log(share / (1 - share)) if share < 1 else _MOST_ODDS
    return _chance(odds - cost_outside(totals, found[best].members))


def _chance(odds: float) -> float:
    return round(1 / (1 + exp(-max(-_MOST_ODDS, min(_MOST_ODDS, odds)))), 4)
