"""`Q:` and `A:` lines, also 问：/答：, `**Front:**` / `**Back:**`, and hashcards' `C:` for cloze.

An answer ends at the next question, be it a line or a callout, at a `---` or a heading.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

from exporter.reading.dialects.dialect import Dialect, Question
from exporter.reading.dialects.obsidian_callouts import ASKS, callout_kind
from exporter.reading.markdown import plain_text
from exporter.reading.page.lines import Cut, Line
from exporter.reading.page.question_titles import Title, drop_start, read_title
from exporter.reading.page.wording import answer_line, question_line

CLOZE = re.compile(r"\s*C\s*:(?=.*\[.+\])\s*\S", re.DOTALL)
_FRONT = re.compile(r"\s*Front\s*:\s*(?=\S)", re.IGNORECASE)


def cut_qa(text: str, line: Line) -> Cut:  # noqa: ARG001 - a dialect's `cut`
    """A line that begins a question, an answer or a cloze begins a paragraph."""
    return Cut.BEFORE if _asks(text) or answer_line(text) or CLOZE.match(text) else Cut.NOWHERE


def find_qa(tokens: Sequence[Token], strict: bool) -> Sequence[Question]:  # noqa: ARG001, FBT001 - a dialect's `find`
    """Every question line. One that no answer line follows before the next question, rule or heading has no answer.

    Where none has one, it is not this dialect.
    """
    questions: list[Question] = []
    pending: int | None = None  # where a question without an answer line began
    answered = 0
    for index, token in enumerate(tokens):
        if token.level == 0 and (token.type in ("hr", "heading_open") or callout_kind(tokens, index) in ASKS):
            questions = _ended(tokens, questions, pending, index)
            pending = None
        if token.type != "paragraph_open" or token.level:
            continue
        text = plain_text(tokens[index + 1].children or ())
        if _asks(text) or CLOZE.match(text):
            questions = _ended(tokens, questions, pending, index)
            pending = index if _asks(text) else None
        elif pending is not None and answer_line(text):
            questions.append(Question(pending, pending + 3, _title(tokens, pending), answer=index))
            pending = None
            answered += 1
    questions = _ended(tokens, questions, pending, len(tokens))
    return questions if answered else ()


def _asks(text: str) -> bool:
    return question_line(text) > 0 or _FRONT.match(text) is not None


def _title(tokens: Sequence[Token], start: int) -> Title:
    """The words of a question without `Front:`; what other questions begin with is no part of any title."""
    inline = tokens[start + 1]
    match = _FRONT.match(plain_text(inline.children or ()))
    return read_title(inline.copy(children=drop_start(inline.children or (), match.end())) if match else inline)


def _ended(tokens: Sequence[Token], questions: list[Question], pending: int | None, index: int) -> list[Question]:
    """The last question, if it is still open, ends here; so does one that nothing answers."""
    if pending is not None:
        return [*questions, Question(pending, pending + 3, _title(tokens, pending), answer=index, end=index)]
    if questions and questions[-1].end is None:
        last = questions.pop()
        questions.append(Question(last.start, last.stop, last.title, answer=last.answer, end=index))
    return questions


DIALECT = Dialect("qa", "Q: / A: lines", find_qa, cut_qa)
