"""`Q:` and `A:` lines, also 问：/答：, `**Front:**` / `**Back:**`, and hashcards' `C:` for cloze.

An answer ends at the next question, be it a line or a callout, at a `---` or a heading, and at a list that begins anew and
asks. Beside them `Q. …` / `A. …` and `【问题】` / `【答案】` are questions, too, and bold `**Q: …?**` above an answer without a
label. Where no such line stands by itself, those in list items and quotes count: an answer there ends with the item or
quote as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from markdown_it.token import Token

from exporter.reading.dialects.dialect import Dialect, Question
from exporter.reading.dialects.list_items import asking_lists
from exporter.reading.dialects.obsidian_callouts import ASKS, callout_kind
from exporter.reading.markdown import label_text
from exporter.reading.page.line_starts import any_label
from exporter.reading.page.lines import Cut, Line, split_lines
from exporter.reading.page.marks import is_bold_line
from exporter.reading.page.page import weigh
from exporter.reading.page.question_titles import Title, drop_start, read_title
from exporter.reading.page.vocabulary import belong, lower
from exporter.reading.page.wording import answer_line, asking, front_line, question_line

CLOZE = re.compile(r"\s*C\s*:(?=(?>.*?\[).+\])\s*\S", re.DOTALL)
_START = 80
_FRAMES = tuple(f"{name}_{end}" for name in ("list", "list_item", "blockquote") for end in ("open", "close"))


def cut_qa(text: str, line: Line) -> Cut:  # noqa: ARG001 - a dialect's `cut`
    """A line that begins a question, an answer or a cloze begins a paragraph."""
    begins = _asks(text) or answer_line(text) or CLOZE.match(text) or _signed_label(text, "question")
    return Cut.BEFORE if begins else Cut.NOWHERE


def find_qa(tokens: Sequence[Token], strict: bool) -> Sequence[Question]:  # noqa: ARG001, FBT001 - a dialect's `find`
    """Every question line. One that no answer line follows before the next question, rule or heading has no answer.

    Where none has one, it is not this dialect.
    """
    return _find(tokens, _ends(tokens)) or _find_framed(tokens)


def _ends(tokens: Sequence[Token]) -> Iterator[tuple[int, bool]]:
    """The places of what ends an answer, and of paragraphs; whether it is a paragraph."""
    lists = {start for start in asking_lists(tokens) if not _leads_in(tokens, start)}
    for index, token in enumerate(tokens):
        ends = token.type in ("hr", "heading_open") or callout_kind(tokens, index) in ASKS or index in lists
        if token.level == 0 and ends:
            yield index, False
        elif token.type == "paragraph_open" and not token.level:
            yield index, True


def _leads_in(tokens: Sequence[Token], start: int) -> bool:
    """Whether what stands above a list leads in to it: `A:` alone, or a line that ends with a colon."""
    above = tokens[start - 2] if start > 1 else None
    text = label_text(above.children or ()) if above is not None and above.type == "inline" else ""
    return text.endswith((":", "："))


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
        elif other := _other_pair(tokens, index):
            questions = [*_ended(tokens, questions, pending, index), other]
            pending = None
    questions = _ended(tokens, questions, pending, len(tokens))
    return questions if answered else ()


def _other_pair(tokens: Sequence[Token], start: int) -> Question | None:
    """A question and its answer whose labels have another sign behind them: `Q. …` and `A. …`, in one paragraph or two."""
    children = tokens[start + 1].children or []
    asked = _signed_label(label_text(next(split_lines(children))), "question")
    if asked is None:
        return None
    position, place = 0, start
    for line in split_lines(children):
        if position and _signed_label(label_text(line), "answer"):
            break
        position += len(line) + 1
    else:
        position, place = 0, start + 3
    if place + 1 >= len(tokens) or tokens[place].type != "paragraph_open":
        return None
    told = _signed_label(label_text((tokens[place + 1].children or [])[position:]), "answer")
    if told is None or not belong(asked["label"], told["label"]):
        return None
    front = children if place > start else children[: position - 1]
    title = read_title(tokens[start + 1].copy(children=drop_start(front, asked.end())), asked["number"] or "")
    rest = drop_start((tokens[place + 1].children or [])[position:], told.end())
    lead = (tokens[place], tokens[place + 1].copy(children=rest, content=label_text(rest)), tokens[place + 2])
    return Question(start, place + 3, title, lead=lead)


def _signed_label(text: str, role: str) -> re.Match[str] | None:
    """The label that a text begins with, if a sign parts it from the words: `Q. `, `【问题】`."""
    match = any_label(role).match(lower(text[:_START]))
    return match if match and match["sign"].strip() and text[match.end() :] else None


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
                questions[-1] = replace(questions[-1], end=index)
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


def _asks(text: str) -> bool:
    return question_line(text) > 0 or front_line(text) > 0


def _title(tokens: Sequence[Token], start: int) -> Title:
    """The words of a question without `Front:`; what other questions begin with is no part of any title."""
    inline = tokens[start + 1]
    width = front_line(label_text(inline.children or ()))
    return read_title(inline.copy(children=drop_start(inline.children or (), width)) if width else inline)


def _ended(tokens: Sequence[Token], questions: list[Question], pending: int | None, index: int) -> list[Question]:
    """The last question, if it is still open, ends here; so does one that nothing answers.

    What stands below one that is bold and asks answers it without a label.
    """
    if pending is not None and _is_told(tokens, pending, index):
        return [*questions, Question(pending, pending + 3, _title(tokens, pending), end=index)]
    if pending is not None:
        return [*questions, Question(pending, pending + 3, _title(tokens, pending), answer=index, end=index)]
    if questions and questions[-1].end is None:
        questions[-1] = replace(questions[-1], end=index)
    return questions


def _is_told(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Whether a question without an answer line is a bold line that asks, above something else."""
    children = tuple(tokens[start + 1].children or ())
    asks = asking(label_text(children)) == 1 and is_bold_line(children)
    return asks and any(map(weigh, tokens[start + 3 : end]))


DIALECT = Dialect("qa", "Q: / A: lines", find_qa, cut_qa)
