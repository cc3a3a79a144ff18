"""ki, and cards by hand: a heading "Front" with the question below it, a heading "Back" with the answer, in 23 languages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from markdown_it.token import Token

from exporter.reading.dialects.dialect import Dialect, Question
from exporter.reading.page.page import weigh
from exporter.reading.page.question_titles import read_title
from exporter.reading.page.wording import side_of

_FIELDS = 3
"""Headings that are looked at behind "Front": "Back", "Extra", and what follows."""
_EXTRA = ("extra", "back extra")


def find_pairs(tokens: Sequence[Token], strict: bool) -> Sequence[Question]:  # noqa: ARG001, FBT001 - a dialect's `find`
    """Every heading "Front" with a heading "Back" on its level behind it."""
    questions: list[Question] = []
    headings = [i for i, token in enumerate(tokens) if token.type == "heading_open" and not token.level]
    for number, start in enumerate(headings):
        if _name(tokens, start) != "front":
            continue
        level = tokens[start].tag
        below = (headings[place] for place in range(number + 1, len(headings)))
        ends = list(islice((i for i in below if tokens[i].tag <= level), _FIELDS))
        if not ends or _name(tokens, ends[0]) != "back" or tokens[ends[0]].tag != level:
            continue
        stops = [*ends[1:3], len(tokens), len(tokens)]
        has_extra = len(ends) > 1 and _name(tokens, ends[1]) == "extra" and tokens[ends[1]].tag == level
        stops = [_begin(tokens, stop) for stop in stops]
        end = stops[1] if has_extra else stops[0]
        extra = tuple(tokens[stops[0] + 3 : end]) if has_extra else ()
        first = next((i for i in range(start + 3, ends[0]) if tokens[i].type == "inline" and weigh(tokens[i])), None)
        if first is not None:
            back, more = tuple(tokens[ends[0] + 3 : stops[0]]), tuple(tokens[first + 2 : ends[0]])
            level_number = int(level[1])
            title = read_title(tokens[first])
            questions.append(
                Question(
                    _begin(tokens, start), end, title, end=end, level=level_number, back=back, more=more, extra=extra
                )
            )
    return questions


def _begin(tokens: Sequence[Token], heading: int) -> int:
    """Where the head of ki's note begins that stands above a heading; else the heading."""
    start = heading
    while start and tokens[start - 1].type == "comment":
        start -= 1
    return start if any(token.content.startswith("guid:") for token in tokens[start:heading]) else heading


def _name(tokens: Sequence[Token], index: int) -> str:
    """What a heading says it is: "front", "back", "extra" or ""."""
    words = re.sub(r"\W+", " ", tokens[index + 1].content).strip().lower()
    return "extra" if words in _EXTRA else side_of(words)


DIALECT = Dialect("front-back", "headings Front and Back", find_pairs, share=0.0)
