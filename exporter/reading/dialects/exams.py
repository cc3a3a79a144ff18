"""Exams without options: statements, gaps and short answers below titles that say what kind of questions follows.

Where some questions have options, `choices` finds the others beside them.
"""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it.token import Token

from exporter.reading.dialects.choices import cut_options, find_choices
from exporter.reading.dialects.dialect import Dialect, Question
from exporter.reading.dialects.exam_items import find_beside
from exporter.reading.page.answer_keys import find_keys
from exporter.reading.page.wording import names_part


def find_parts(tokens: Sequence[Token], strict: bool) -> Sequence[Question]:  # noqa: FBT001 - a dialect's `find`
    """Every question in the parts of an exam."""
    return () if find_choices(tokens, strict) else find_beside(tokens, (), find_keys(tokens))


def may_have_parts(text: str) -> bool:
    """Whether a line of a file says what kind of questions follows."""
    return any(names_part(line.lstrip("# ")) for line in text.splitlines())


DIALECT = Dialect("exam", "questions in the parts of an exam", find_parts, cut_options, sign=may_have_parts)
