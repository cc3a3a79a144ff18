"""`Q:` and `A:` lines, also 问：/答：, `**Front:**` / `**Back:**`, and hashcards' `C:` for cloze.

An answer ends at the next question, a `---` or a heading.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

from exporter.reading.dialects.dialect import Dialect, Question
from exporter.reading.markdown import plain_text
from exporter.reading.page.lines import Cut, Line
from exporter.reading.page.question_titles import drop_start, read_title
from exporter.reading.page.wording import answer_line, question_line

CLOZE = re.compile(r"\s*C\s*:(?=.*\[.+\])\s*\S", re.DOTALL)
_FRONT = re.compile(r"\s*Front\s*:\s*(?=\S)", re.IGNORECASE)


def cut_qa(text: str, line: Line) -> Cut:  # noqa: ARG001 - a dialect's `cut`
    """A line that begins a question, an answer or a cloze begins a paragraph."""
    return Cut.BEFORE if _asks(text) or answer_line(text) or CLOZE.match(text) else Cut.NOWHERE


def find_qa(tokens: Sequence[Token], strict: bool) -> Sequence[Question]:  # noqa: ARG001, FBT001 - a dialect's `find`
    """Every question line that an answer line follows before the next question, rule or heading."""
    questions: list[Question] = []
    pending: int | None = None  # where a question without an answer line began
    for index, token in enumerate(tokens):
        if token.level == 0 and token.type in ("hr", "heading_open"):
            questions = _ended(questions, index)
            pending = None
        if token.type != "paragraph_open" or token.level:
            continue
        text = plain_text(tokens[index + 1].children or ())
        if _asks(text) or CLOZE.match(text):
            questions = _ended(questions, index)
            pending = index if _asks(text) else None
        elif pending is not None and answer_line(text):
            title = read_title(_without_label(tokens[pending + 1]))
            questions.append(Question(pending, pending + 3, title, answer=index))
            pending = None
    return _ended(questions, len(tokens))


def _asks(text: str) -> bool:
    return question_line(text) > 0 or _FRONT.match(text) is not None


def _without_label(inline: Token) -> Token:
    """The question without `Front:`; what other questions begin with is no part of any title."""
    match = _FRONT.match(plain_text(inline.children or ()))
    return inline.copy(children=drop_start(inline.children or (), match.end())) if match else inline


def _ended(questions: list[Question], index: int) -> list[Question]:
    """The last question, if it is still open, ends here."""
    if questions and questions[-1].end is None:
        last = questions.pop()
        questions.append(Question(last.start, last.stop, last.title, answer=last.answer, end=index))
    return questions


DIALECT = Dialect("qa", "Q: / A: lines", find_qa, cut_qa)
