"""`<details><summary>question</summary> answer </details>`.

A summary that only says "Answer" or "点击查看" folds the answer of a question that stands above it: no question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

from exporter.dialects.questions import Dialect, Question
from exporter.dialects.titles import read_title
from exporter.dialects.wording import is_answer_label
from exporter.markdown import plain_text

_GENERIC = re.compile(
    r"(?:点击|单击)?(?:展开|查看|显示|详情|提示|代码|更多|完整代码|参考代码|示例)*|"
    r"(?:click (?:here )?(?:to|for) )?(?:show|see|view|expand|more|details?|hints?|code|example|toggle|spoiler|click|here|me|full|the|to| )+",
    re.IGNORECASE,
)
_CLOSING = re.compile(r"</details\s*>", re.IGNORECASE)


def find_details(tokens: Sequence[Token], strict: bool) -> Sequence[Question]:  # noqa: FBT001 - a dialect's `find`
    """Every outermost fold whose summary is a text of its own."""
    questions: list[Question] = []
    index = 0
    while index < len(tokens):
        question = _read(tokens, index, strict=strict) if tokens[index].type == "details_open" else None
        if question:
            questions.append(question)
        index = question.end if question and question.end else index + 1
    return questions


def is_generic(text: str) -> bool:
    """Whether a summary only invites to unfold."""
    bare = re.sub(r"^\W+|\W+$", "", text)
    return is_answer_label(text) or bool(_GENERIC.fullmatch(bare))


def _read(tokens: Sequence[Token], start: int, *, strict: bool) -> Question | None:
    opening = next((i for i in range(start + 1, min(start + 4, len(tokens))) if tokens[i].type == "summary_open"), None)
    if opening is None or tokens[opening + 1].type != "inline":
        return None
    closing = opening + 1
    while closing < len(tokens) and tokens[closing].type not in ("summary_close", "details_open", "details_close"):
        closing += 1
    title = read_title(tokens[opening + 1])
    end = _end(tokens, start)
    if closing >= end or tokens[closing].type != "summary_close" or not title.text or (strict and is_generic(title.text)):
        return None
    return Question(start, opening + 2, title, answer=closing + 1, end=end)


def _end(tokens: Sequence[Token], start: int) -> int:
    """Behind the closing tag; where it is missing, at the next heading."""
    depth = 0
    for index in range(start, len(tokens)):
        token = tokens[index]
        if token.type == "heading_open" and not token.level and depth == 0:
            return index
        depth += (token.type == "details_open") - (token.type == "details_close")
        if token.type == "inline" and "</" in token.content:
            depth -= len(_CLOSING.findall(token.content))
        if depth <= 0:
            return _behind_paragraph(tokens, index)
    return next((i for i in range(start + 1, len(tokens)) if tokens[i].type in ("heading_open", "details_open")), len(tokens))


def _behind_paragraph(tokens: Sequence[Token], index: int) -> int:
    following = index + 1
    return following + 1 if following < len(tokens) and tokens[following].type == "paragraph_close" else following


DIALECT = Dialect("details", "<summary>", find_details, share=1.01)
