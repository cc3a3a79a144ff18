"""Vocabularies that are lines of one paragraph: `Hund – dog` below `Katze – cat`, with nothing else in the file.

A line has a short term, a sign that is the same on all lines, and what the term means. Nearly all of the file must be
such lines: a letter's head and the data of a page look alike.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from markdown_it.token import Token

from exporter.reading.dialects.dialect import Dialect, Question
from exporter.reading.markdown import plain_text
from exporter.reading.page.lines import Cut, Line, halve
from exporter.reading.page.page import weigh
from exporter.reading.page.question_titles import drop_start, read_title
from exporter.reading.page.wording import fold

_LINE = re.compile(r"\S(?:.{0,58}?\S)??(?P<sign>\s+[-–—―=→]{1,2}\s+|\s*：\s*|:\s+|\t+\s*)(?=\S*[^\W\d_]).{1,300}")
_SPLIT = re.compile(r"\s+[-–—―=→]{1,2}\s+|\s*：\s*|:\s+|\t+\s*")
_FEWEST = 4
_SHARE = 0.8
"""Of the text outside of headings, so much must be such lines."""
_UNLIKE = 0.9
"""Of the terms, so many must be different: `Q:` and `A:` are labels."""


def cut_terms(text: str, line: Line) -> Cut:  # noqa: ARG001 - a dialect's `cut`
    """Each such line is a paragraph."""
    return Cut.AROUND if _LINE.fullmatch(text) else Cut.NOWHERE


def find_terms(tokens: Sequence[Token], strict: bool) -> Sequence[Question]:  # noqa: FBT001 - a dialect's `find`
    """Every line with the sign that most lines have, in a file of such lines."""
    found = [
        (index, match["sign"].strip() or "\t", weigh(tokens[index + 1]))
        for index, token in enumerate(tokens)
        if token.type == "paragraph_open"
        and not token.level
        and (match := _LINE.fullmatch(plain_text(tokens[index + 1].children or ())))
    ]
    if len(found) < _FEWEST:
        return ()
    (sign, _), *_ = Counter(sign for _, sign, _ in found).most_common(1)
    chosen = [(index, mass) for index, named, mass in found if named == sign]
    text = sum(weigh(token) for place, token in enumerate(tokens) if place and tokens[place - 1].type != "heading_open")
    if len(chosen) < _FEWEST or (strict and sum(mass for _, mass in chosen) < _SHARE * text):
        return ()
    questions = [question for index, _ in chosen if (question := _read(tokens, index))]
    names = {fold(question.title.full) for question in questions}
    return questions if len(names) >= _UNLIKE * len(questions) else ()


def _read(tokens: Sequence[Token], start: int) -> Question | None:
    """A line as a question: its words before the sign, and behind it."""
    inline = tokens[start + 1]
    children = list(inline.children or ())
    for place, child in enumerate(children):
        match = _SPLIT.search(child.content) if child.type == "text" else None
        if match and (place or match.start()):
            before, behind = halve(children, place, match)
            title = read_title(inline.copy(children=before))
            told = inline.copy(children=drop_start(behind, 0))
            back = (tokens[start], told.copy(content=plain_text(told.children or ())), tokens[start + 2])
            return Question(start, start + 3, title, end=start + 3, back=back)
    return None


def may_be_terms(text: str) -> bool:
    """Whether lines stand below each other that have a sign in them."""
    return bool(_NEIGHBOURS.search(text))


_PARTED = r"^[^\W\d_](?>[^\n]{0,58}?(?:：|: | [-–—―=→] |\t))"
_NEIGHBOURS = re.compile(rf"{_PARTED}[^\n]*\n{_PARTED}", re.MULTILINE)
DIALECT = Dialect("term-lines", "lines of a term and what it means", find_terms, cut_terms, sign=may_be_terms)
