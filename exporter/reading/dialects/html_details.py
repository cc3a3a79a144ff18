"""`<details><summary>question</summary> answer </details>`.

A summary that only says "Answer" or "点击查看" folds the answer of a question that stands above it: no question. Nor is one
that comes again and again, whatever its language.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from markdown_it.token import Token

from exporter.reading.dialects.dialect import Dialect, Question
from exporter.reading.page.question_titles import read_title
from exporter.reading.page.wording import is_invitation

_AGAIN = 3
"""So many folds with one summary: it only invites to unfold."""
_CLOSING = re.compile(r"</details\s*>", re.IGNORECASE)


def find_details(tokens: Sequence[Token], strict: bool) -> Sequence[Question]:  # noqa: FBT001 - a dialect's `find`
    """Every outermost fold whose summary is a text of its own."""
    questions: list[Question] = []
    ends = _ends(tokens)
    behind = 0
    for index in ends:
        question = _read(tokens, index, ends[index], strict=strict) if index >= behind else None
        if question:
            questions.append(question)
            behind = ends[index]
    same = Counter(question.title.text for question in questions)
    return [question for question in questions if not strict or same[question.title.text] < _AGAIN]


def _read(tokens: Sequence[Token], start: int, end: int, *, strict: bool) -> Question | None:
    opening = next((i for i in range(start + 1, min(start + 4, end)) if tokens[i].type == "summary_open"), None)
    if opening is None or opening + 2 >= end:
        return None
    words = opening + 1 + (tokens[opening + 1].type in ("heading_open", "paragraph_open"))  # blank lines around them
    if tokens[words].type != "inline":
        return None
    closing = words
    while closing < end and tokens[closing].type not in ("summary_close", "details_open"):
        closing += 1
    title = read_title(tokens[words])
    if closing >= end or tokens[closing].type != "summary_close":
        return None
    if not title.text or (strict and is_invitation(title.text)):
        return None
    return Question(start, words + 1, title, answer=closing + 1, end=end)


def _ends(tokens: Sequence[Token]) -> dict[int, int]:
    """For each fold, in order, the place behind it. One that is not closed ends at the next heading or fold."""
    ends: dict[int, int] = {}
    unclosed: list[int] = []
    for index, token in enumerate(tokens):
        if token.type == "details_open":
            ends[index] = 0
            unclosed.append(index)
        closed = token.type == "details_close" or (
            token.type == "inline" and "</" in token.content and bool(_CLOSING.search(token.content))
        )
        if closed and unclosed:
            ends[unclosed.pop()] = _behind_paragraph(tokens, index)
    following = len(tokens)
    loose = set(unclosed)
    for index in range(len(tokens) - 1, -1, -1):
        if index in loose:
            ends[index] = following
        if tokens[index].type in ("heading_open", "details_open"):
            following = index
    return ends


def _behind_paragraph(tokens: Sequence[Token], index: int) -> int:
    following = index + 1
    return following + 1 if following < len(tokens) and tokens[following].type == "paragraph_close" else following


DIALECT = Dialect("details", "<summary>", find_details, share=1.01)
