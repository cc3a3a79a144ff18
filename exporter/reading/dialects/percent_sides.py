"""ankdown: cards between `---` lines, their sides parted by a `%` alone on its line."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it.token import Token

from exporter.reading.dialects.deck_headings import is_split
from exporter.reading.dialects.dialect import Dialect, Question
from exporter.reading.page.question_titles import read_title


def find_sides(tokens: Sequence[Token], strict: bool) -> Sequence[Question]:  # noqa: ARG001, FBT001 - a dialect's `find`
    """Every card between two rules; under a heading, a `%` belongs to that (`deck_headings`)."""
    questions: list[Question] = []
    start = 0
    for index, token in enumerate(tokens):
        if token.level:
            continue
        if token.type == "hr":
            start = index + 1
        elif is_split(token):
            question = _read(tokens, start, index)
            questions += [question] if question else []
            start = (question.end if question else None) or index + 1
    return questions


def _read(tokens: Sequence[Token], start: int, split: int) -> Question | None:
    begin = next((i for i in range(start, split) if tokens[i].type == "paragraph_open" and not tokens[i].level), None)
    if begin is None or any(tokens[i].type == "heading_open" for i in range(start, begin)):
        return None
    rules = (i for i in range(split, len(tokens)) if tokens[i].type == "hr" and not tokens[i].level)
    title = read_title(tokens[begin + 1])
    return Question(begin, begin + 3, title, answer=split + 1, end=next(rules, len(tokens)))


DIALECT = Dialect("percent", "sides parted by %", find_sides, share=0.0)
