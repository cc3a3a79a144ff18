"""Questions and answers whose labels are followed by no colon, or are one letter: `Q. …`, `[Q] …`, `**F –** …`, `問 …`.

One label for questions and one for answers come again and again, and nothing else is a question by it. Where only the
questions have one (`**Q:** What …?`), they must ask, and the answer follows at once. `qa_lines` is for what is usual.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

from markdown_it.token import Token

from exporter.reading.dialects.dialect import Dialect, Question
from exporter.reading.dialects.qa_lines import find_qa
from exporter.reading.markdown import label_text, plain_text
from exporter.reading.page.line_starts import EMOJI, any_label
from exporter.reading.page.lines import Cut, Line, split_lines
from exporter.reading.page.marks import is_bold_line
from exporter.reading.page.page import weigh
from exporter.reading.page.question_titles import drop_start, read_title
from exporter.reading.page.vocabulary import LETTER, belong, first_words, lower, pairs
from exporter.reading.page.wording import asking

_FEWEST = 2
_SHARE = 0.8
"""Of the lines with the label of a question, so many must have an answer, or ask."""
_START = 80
_LONGEST_TITLE = 40
_MOST_LINES = 40
"""Paragraphs of a question before its answer."""
_SIGNS = frozenset(EMOJI["question"])
_FIRST = re.compile(rf"^[ \t*_\[(（【]*({LETTER}+|[{EMOJI['question']}])", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Labelled:
    """A paragraph that begins with a label: where, which, its length in characters, and the number that it counts.

    `is_bare`: no sign parts it from the words. Where it has no `text`, the words are the next paragraph.
    """

    start: int
    label: str
    is_bare: bool
    length: int
    number: str
    text: str


def cut_labelled(text: str, line: Line) -> Cut:  # noqa: ARG001 - a dialect's `cut`
    """A line that begins with a label begins a paragraph."""
    small = lower(text[:_START])
    return Cut.BEFORE if any_label("question").match(small) or any_label("answer").match(small) else Cut.NOWHERE


def find_labelled(tokens: Sequence[Token], strict: bool) -> Sequence[Question]:  # noqa: FBT001 - a dialect's `find`
    """Every question of the label that comes again, with the answer of the label that follows it."""
    edges = [i for i, t in enumerate(tokens) if not t.level and t.type in ("paragraph_open", "heading_open", "hr")]
    asked = [found for i in edges if (found := _read(tokens, i, "question"))]
    if len(asked) < _FEWEST or find_qa(tokens, strict):
        return ()
    answers = {found.start: found for i in edges if (found := _read(tokens, i, "answer"))}
    for label, _ in Counter(question.label for question in asked).most_common():
        if pairs := _find_pairs(tokens, edges, _without_answers(asked, answers, label), answers):
            return pairs
    return _find_asked(tokens, edges, asked)


def _without_answers(asked: Sequence[_Labelled], answers: Mapping[int, _Labelled], label: str) -> Sequence[_Labelled]:
    """The questions without the answers to one label: `S` asks in Turkish, and answers in Swedish behind `F`."""
    return [
        line
        for line in asked
        if line.label == label or line.start not in answers or not belong(label, answers[line.start].label)
    ]


def _read(tokens: Sequence[Token], start: int, role: str) -> _Labelled | None:
    if tokens[start].type != "paragraph_open":
        return None
    text = label_text(tokens[start + 1].children or ())
    match = any_label(role).match(lower(text[:_START]))
    alone = match is not None and not text[match.end() :]
    if not match or (alone and (start + 3 >= len(tokens) or tokens[start + 3].type != "paragraph_open")):
        return None
    is_bare = not match["sign"] and match["label"][0].isalpha()
    return _Labelled(start, match["label"], is_bare, match.end(), match["number"] or "", text[match.end() :])


def _find_pairs(
    tokens: Sequence[Token], edges: Sequence[int], asked: Sequence[_Labelled], answers: dict[int, _Labelled]
) -> list[Question]:
    """The questions that an answer of one and the same label follows before anything else is asked."""
    places = {start: place for place, start in enumerate(edges)}
    found: list[tuple[_Labelled, _Labelled, int]] = []
    for question, following in zip(asked, [*asked, None][1:], strict=True):
        end = following.start if following else len(tokens)
        between = [start for start in edges[places[question.start] + 1 :][:_MOST_LINES] if start < end]
        told = (answers[start] for start in between if start in answers)
        alike = (a for a in told if a.is_bare == question.is_bare and (a.number == question.number or not a.is_bare))
        answer = next(alike, None)
        if answer and not any(tokens[start].type != "paragraph_open" for start in between if start < answer.start):
            below = (start for start in between if start > answer.start)
            ends = (start for start in below if tokens[start].type != "paragraph_open" or _leads_on(tokens, start))
            found.append((question, answer, next(ends, end)))
    if not found:
        return []
    (named, said), count = Counter((q.label, a.label) for q, a, _ in found).most_common(1)[0]
    of_label = sum(question.label == named for question in asked)
    if count < _FEWEST or count < _SHARE * of_label or not belong(named, said):
        return []
    return [
        _question(tokens, question, end, answer)
        for question, answer, end in found
        if (question.label, answer.label) == (named, said)
    ]


def _leads_on(tokens: Sequence[Token], start: int) -> bool:
    """Whether a short line with a colon stands above a list that asks: it is the title of what follows, and no answer."""
    text = plain_text(tokens[start + 1].children or ())
    is_short = len(text) <= _LONGEST_TITLE and text.rstrip().endswith((":", "："))
    first = next((token for token in tokens[start + 3 : start + 7] if token.type == "inline"), None)
    is_list = start + 3 < len(tokens) and tokens[start + 3].type == "ordered_list_open"
    return is_short and is_list and first is not None and asking(plain_text(first.children or ())) == 1


def _find_asked(tokens: Sequence[Token], edges: Sequence[int], asked: Sequence[_Labelled]) -> list[Question]:
    """The questions of one label, where no answer has one: they ask, and something stands below them."""
    label, _ = Counter(question.label for question in asked).most_common(1)[0]
    chosen = [question for question in asked if question.label == label and not question.is_bare]
    stops = [start for start in edges if tokens[start].type != "paragraph_open"]
    found: list[Question] = []
    place = 0
    for question, following in zip(chosen, [*chosen, None][1:], strict=True):
        end = following.start if following else len(tokens)
        while place < len(stops) and stops[place] <= question.start:
            place += 1
        end = min(end, stops[place]) if place < len(stops) else end
        if is_bold_line(next(split_lines(tokens[question.start + 1].children or ()))):
            return []
        if asking(question.text) and any(map(weigh, tokens[question.start + 3 : end])):
            found.append(_question(tokens, question, end, None))
    return found if len(found) >= max(_FEWEST, _SHARE * len(chosen)) else []


def _question(tokens: Sequence[Token], asked: _Labelled, end: int, answer: _Labelled | None) -> Question:
    inline = tokens[asked.start + 1]
    words = inline.copy(children=drop_start(inline.children or (), asked.length))
    stop = asked.start + (3 if asked.text else 6)
    title = read_title(words if asked.text else tokens[stop - 2], asked.number)
    if answer is None:
        return Question(asked.start, stop, title, end=end)
    told = tokens[answer.start + 1]
    told = told.copy(children=drop_start(told.children or (), answer.length))
    lead = (tokens[answer.start], told, tokens[answer.start + 2]) if answer.text else ()
    if stop == answer.start:  # so that the answer can be cut where another question begins
        return Question(asked.start, answer.start + 3, title, end=end, lead=lead)
    back = (*lead, *tokens[answer.start + 3 : end])
    return Question(asked.start, stop, title, end=end, back=back, more=tuple(tokens[stop : answer.start]))


@cache
def _first_words() -> frozenset[str]:
    """What the label of a question may begin with, letters that stand for it among them."""
    return first_words("question") | {lower(question).split()[0] for question, _ in pairs()}


def may_be_labelled(text: str) -> bool:
    """Whether some lines of a file begin with what may be the label of a question."""
    known = _first_words()
    found = (match[1] for match in _FIRST.finditer(text))
    return len([*islice((word for word in found if word in _SIGNS or lower(word) in known), _FEWEST)]) == _FEWEST


DIALECT = Dialect(
    "labels",
    "lines that begin with one label for questions and one for answers",
    find_labelled,
    cut_labelled,
    sign=may_be_labelled,
)
