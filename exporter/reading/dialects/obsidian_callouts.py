"""Obsidian callouts: `> [!question]- question` with the answer in the rest of the quote.

The answer may also be a callout of its own (`> [!success]- Answer`), inside the quote or right below it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from markdown_it.token import Token

from exporter.reading.dialects.dialect import Dialect, Question
from exporter.reading.markdown import plain_text
from exporter.reading.page.lines import Cut, Line
from exporter.reading.page.page import weigh
from exporter.reading.page.question_titles import read_title

_CALLOUT = re.compile(r"\[!([\w-]+)\][-+]?\s*")
ASKS = ("question", "faq", "help", "card", "flashcard")
_FEWEST_SAME = 3
"""So many callouts with one and the same title only unfold something (`[!question]- See the solution`)."""
_ANSWERS = ("success", "check", "done", "answer", "solution")


def cut_callout(text: str, line: Line) -> Cut:  # noqa: ARG001 - a dialect's `cut`
    """The first line of a callout is a paragraph."""
    return Cut.AROUND if _CALLOUT.match(text) else Cut.NOWHERE


def callout_kind(tokens: Sequence[Token], index: int) -> str:
    """The kind of the callout that a `blockquote_open` begins, or ""."""
    if index >= len(tokens) or tokens[index].type != "blockquote_open":
        return ""
    if [token.type for token in tokens[index + 1 : index + 3]] != ["paragraph_open", "inline"]:
        return ""
    match = _CALLOUT.match(plain_text(tokens[index + 2].children or ()))
    return match[1].lower() if match else ""


def find_callouts(tokens: Sequence[Token], strict: bool) -> Sequence[Question]:  # noqa: ARG001, FBT001 - a dialect's `find`
    """Every outermost callout that asks."""
    questions: list[Question] = []
    index = 0
    while index < len(tokens):
        if callout_kind(tokens, index) not in ASKS:
            index += 1
            continue
        end = _end(tokens, index)
        if not any(map(weigh, tokens[index + 4 : end])) and callout_kind(tokens, end) in _ANSWERS:
            end = _end(tokens, end)
        inline = tokens[index + 2]
        title = read_title(inline.copy(children=without_marker(inline.children or [])))
        if title.text:
            questions.append(Question(index, index + 4, title, end=end))
        index = end
    titles = [next(iter(tokens[question.start + 2].content.splitlines()), "") for question in questions]
    same = Counter(titles)
    return [question for question, title in zip(questions, titles, strict=True) if same[title] < _FEWEST_SAME]


def without_marker(children: Sequence[Token]) -> list[Token]:
    """The inline tokens without `[!question]-` at the start, however the parser cut it."""
    rest = list(children)
    text = ""
    last = Token("text", "", 0)
    while rest and not _CALLOUT.match(text):
        last = rest.pop(0)
        text += last.content
    match = _CALLOUT.match(text)
    left = text[match.end() :] if match else text
    return [last.copy(type="text", content=left), *rest] if left else rest


def _end(tokens: Sequence[Token], start: int) -> int:
    depth = 0
    for index in range(start, len(tokens)):
        depth += (tokens[index].type == "blockquote_open") - (tokens[index].type == "blockquote_close")
        if depth == 0:
            return index + 1
    return len(tokens)


DIALECT = Dialect("callout", "> [!question] callouts", find_callouts, cut_callout)
