"""`Q:` and `A:` lines, also 问：/答： and hashcards' `C:` for cloze.

An answer ends at the next question, a `---` or a heading.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

from exporter.reading.dialects.dialect import Dialect, Question
from exporter.reading.markdown import plain_text
from exporter.reading.page.lines import Cut, Line
from exporter.reading.page.titles import read_title
from exporter.reading.page.wording import answer_line, question_line

CLOZE = re.compile(r"\s*C\s*:\s*\S")


def cut_qa(text: str, line: Line) -> Cut:  # noqa: ARG001 - a dialect's `cut`
    """A line that begins a question, an answer or a cloze begins a paragraph."""
    return Cut.BEFORE if question_line(text) or answer_line(text) or CLOZE.match(text) else Cut.NOWHERE


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
        if question_line(text) or CLOZE.match(text):
            questions = _ended(questions, index)
            pending = index if question_line(text) else None
        elif pending is not None and answer_line(text):
            title = read_title(tokens[pending + 1])
            questions.append(Question(pending, pending + 3, title, answer=index))
            pending = None
    return _ended(questions, len(tokens))


def _ended(questions: list[Question], index: int) -> list[Question]:
    """The last question, if it is still open, ends here."""
    if questions and questions[-1].end is None:
        last = questions.pop()
        questions.append(Question(last.start, last.stop, last.title, answer=last.answer, end=index))
    return questions


DIALECT = Dialect("qa", "Q: / A: lines", find_qa, cut_qa)
