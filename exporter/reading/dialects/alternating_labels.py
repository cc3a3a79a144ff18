"""Two labels that take turns, in a language whose words we do not know: `Kérdés: …?`, `Válasz: …`.

One word with a colon before what asks with a question mark, another before what does not, again and again. `qa_lines` and
`labelled_lines` are for the words that we know.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markdown_it.token import Token

from exporter.reading.dialects.dialect import Dialect, Question
from exporter.reading.markdown import label_text
from exporter.reading.page.lines import Cut, Line
from exporter.reading.page.question_titles import drop_start, read_title
from exporter.reading.page.vocabulary import LETTER
from exporter.reading.page.wording import answer_line, asking, question_line

_FEWEST = 3
_SHARE = 0.8
"""Of the questions, so many must have a question mark."""
_LABEL = re.compile(rf"\s*(?P<label>{LETTER}{{2,20}})\s*+(?:(?P<number>\d{{1,3}})\s*+)?[:：](?!//)\s*(?=\S)")
_LINES = re.compile(rf"^[ \t*_]*({LETTER}{{2,20}})\s*+(?:(?:\d{{1,3}}[*_]*+|[*_]++)\s*+)?[:：]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Labelled:
    """A paragraph that begins with a word and a colon."""

    start: int
    label: str
    number: str
    length: int
    text: str


def cut_labels(text: str, line: Line) -> Cut:  # noqa: ARG001 - a dialect's `cut`
    """A line that begins with a word and a colon begins a paragraph."""
    return Cut.BEFORE if _LABEL.match(text) else Cut.NOWHERE


def find_alternating(tokens: Sequence[Token], strict: bool) -> Sequence[Question]:  # noqa: ARG001, FBT001 - a dialect's `find`
    """Every question of two labels that take turns."""
    found = [labelled for index in range(len(tokens)) if (labelled := _read(tokens, index))]
    common = [label for label, count in Counter(one.label for one in found).most_common(2) if count >= _FEWEST]
    turns = [one for one in found if one.label in common]
    if len(common) < 2 or any(one.label == other.label for one, other in pairwise(turns)):
        return ()
    pairs = list(zip(turns[::2], turns[1::2], strict=False))
    asked = sum(asking(question.text) == 1 for question, _ in pairs)
    told = sum(asking(answer.text) == 1 for _, answer in pairs)
    known = question_line(f"{turns[0].label}: x") or answer_line(f"{turns[0].label}: x")
    if known or len(pairs) < _FEWEST or asked < _SHARE * len(pairs) or told > (1 - _SHARE) * len(pairs):
        return ()
    edges = [i for i, token in enumerate(tokens) if not token.level and token.type in ("heading_open", "hr")]
    ends = sorted([*edges, *(question.start for question, _ in pairs), len(tokens)])
    return [_question(tokens, *pair, ends[bisect_right(ends, pair[1].start)]) for pair in pairs]


def _read(tokens: Sequence[Token], start: int) -> _Labelled | None:
    if tokens[start].type != "paragraph_open" or tokens[start].level:
        return None
    text = label_text(tokens[start + 1].children or ())
    match = _LABEL.match(text)
    if not match:
        return None
    return _Labelled(start, match["label"].casefold(), match["number"] or "", match.end(), text[match.end() :])


def _question(tokens: Sequence[Token], asked: _Labelled, told: _Labelled, end: int) -> Question:
    front, back = tokens[asked.start + 1], tokens[told.start + 1]
    title = read_title(front.copy(children=drop_start(front.children or (), asked.length)), asked.number)
    back = back.copy(children=drop_start(back.children or (), told.length))
    answer = (tokens[told.start], back, *tokens[told.start + 2 : end])
    more = tuple(tokens[asked.start + 3 : told.start])
    return Question(asked.start, asked.start + 3, title, end=end, back=answer, more=more)


def may_take_turns(text: str) -> bool:
    """Whether two words with a colon come again and again."""
    if "?" not in text and "？" not in text:
        return False
    counts = Counter(word.casefold() for word in _LINES.findall(text)).most_common(2)
    return len(counts) > 1 and counts[1][1] >= _FEWEST


DIALECT = Dialect("turns", "lines of two labels that take turns", find_alternating, cut_labels, sign=may_take_turns)
