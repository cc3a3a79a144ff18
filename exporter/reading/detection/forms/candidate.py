"""A place of a page that could be a question, whatever the form it is written in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from exporter.reading.dialects.dialect import Question


class Form(StrEnum):
    """How a candidate is written."""

    HEADING = "heading"
    BOLD = "bold"  # a line that is bold from end to end
    LEAD = "lead"  # a paragraph that begins with its term: `**term**: text`
    ITEM = "item"  # a list item, answered by what is below it or behind its term
    ROW = "row"  # a row of a table
    DEFINITION = "definition"  # a term with `: definition` below it
    PARAGRAPH = "paragraph"  # a paragraph that asks
    EXPLICIT = "explicit"  # the syntax of a tool
    FILE = "file"  # the whole file


@dataclass(frozen=True, slots=True)
class Candidate:
    """`tokens[start:stop]` are its own, its answer reaches to `end` at most, or to the next question before that.

    `group` is its class: candidates that an author writes alike. `level` is that of a heading, or the nesting of an
    item. `inside` is how much of the answer stands in its own tokens (behind a term, in the other cells of a row).
    `ask` makes the question of it.
    """

    start: int
    stop: int
    end: int
    form: Form
    group: tuple[str, ...]
    level: int
    text: str
    number: str
    inside: int
    ask: Callable[[], Question]
