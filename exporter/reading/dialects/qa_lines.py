"""`Q:` and `A:` lines, also 问：/答：, `**Front:**` / `**Back:**`, and hashcards' `C:` for cloze.

An answer ends at the next question, be it a line or a callout, at a `---` or a heading. Where no such line stands by
itself, those in list items and quotes count: an answer there ends with the item or quote as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from markdown_it.token import Token

from exporter.reading.dialects.dialect import Dialect, Question
from exporter.reading.dialects.obsidian_callouts import ASKS, callout_kind
from exporter.reading.markdown import label_text
from exporter.reading.page.lines import Cut, Line
from exporter.reading.page.question_titles import Title, drop_start, read_title
from exporter.reading.page.wording import answer_line, front_line, question_line

CLOZE = re.compile(r"\s*C\s*:(?=.*\[.+\])\s*\S", re.DOTALL)
_FRAMES = tuple(f"{name}_{end}" for name in ("list", "list_item", "blockquote") for end in ("open", "close"))


def cut_qa(text: str, line: Line) -> Cut:  # noqa: ARG001 - a dialect's `cut`
    """A line that begins a question, an answer or a cloze begins a paragraph."""
    return Cut.BEFORE if _asks(text) or answer_line(text) or CLOZE.match(text) else Cut.NOWHERE


def find_qa(tokens: Sequence[Token], strict: bool) -> Sequence[Question]:  # noqa: ARG001, FBT001 - a dialect's `find`
    """Every question line. One that no answer line follows before the next question, rule or heading has no answer.

    Where none has one, it is not this dialect.
    """
    return _find(tokens, _ends(tokens)) or _find_framed(tokens)


def _ends(tokens: Sequence[Token]) -> Iterator[tuple[int, bool]]:
    """The places of what ends an answer, and of paragraphs; whether it is a paragraph."""
    for index, token in enumerate(tokens):
        if token.level == 0 and (token.type in ("hr", "heading_open") or callout_kind(tokens, index) in ASKS):
            yield index, False
        elif token.type == "paragraph_open" and not token.level:
            yield index, True


def _find(tokens: Sequence[Token], places: Iterable[tuple[int, bool]]) -> Sequence[Question]:
    questions: list[Question] = []
    pending: int | None = None  # where a question without an answer line began
    answered = 0
    for index, is_paragraph in places:
        if not is_paragraph:
            questions = _ended(tokens, questions, pending, index)
            pending = None
            continue
        text = label_text(tokens[index + 1].children or ())
        if _asks(text) or CLOZE.match(text):
            questions = _ended(tokens, questions, pending, index)
            pending = index if _asks(text) else None
        elif pending is not None and answer_line(text):
            questions.append(Question(pending, pending + 3, _title(tokens, pending), answer=index))
            pending = None
            answered += 1
    questions = _ended(tokens, questions, pending, len(tokens))
    return questions if answered else ()


def _find_framed(tokens: Sequence[Token]) -> Sequence[Question]:
    """Those in list items and quotes: an answer ends with what holds its question, too."""
    questions: list[Question] = []
    pending: int | None = None
    frames: list[int] = []  # the lists, items and quotes that are open
    around: tuple[int, ...] = ()  # those of the question
    answered = 0
    for index, token in enumerate(tokens):
        if token.type.endswith(_FRAMES):
            if token.nesting > 0:
                frames.append(index)
                continue
            closed = frames.pop() if frames else -1
            if questions and questions[-1].end is None and closed in around and closed <= questions[-1].start:
                questions[-1] = _until(questions[-1], index)
            if pending is not None and not frames:
                questions, pending = _ended(tokens, questions, pending, index), None
        elif token.type == "paragraph_open" and frames:
            text = label_text(tokens[index + 1].children or ())
            if _asks(text):
                questions = _ended(tokens, questions, pending, index)
                pending, around = index, tuple(frames)
            elif pending is not None and answer_line(text):
                questions.append(Question(pending, pending + 3, _title(tokens, pending), answer=index))
                around = tuple(frame for frame in around if frame in frames)[-1:]
                pending = None
                answered += 1
    return _ended(tokens, questions, pending, len(tokens)) if answered else ()


def _until(question: Question, end: int) -> Question:
    return Question(question.start, question.stop, question.title, answer=question.answer, end=end)


def _asks(text: str) -> bool:
    return question_line(text) > 0 or front_line(text) > 0


def _title(tokens: Sequence[Token], start: int) -> Title:
    """The words of a question without `Front:`; what other questions begin with is no part of any title."""
    inline = tokens[start + 1]
    width = front_line(label_text(inline.children or ()))
    return read_title(inline.copy(children=drop_start(inline.children or (), width)) if width else inline)


def _ended(tokens: Sequence[Token], questions: list[Question], pending: int | None, index: int) -> list[Question]:
    """The last question, if it is still open, ends here; so does one that nothing answers."""
    if pending is not None:
        return [*questions, Question(pending, pending + 3, _title(tokens, pending), answer=index, end=index)]
    if questions and questions[-1].end is None:
        questions[-1] = _until(questions[-1], index)
    return questions


DIALECT = Dialect("qa", "Q: / A: lines", find_qa, cut_qa)
