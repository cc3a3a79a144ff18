"""The file as one card: its title asks, all the rest answers."""

from __future__ import annotations

from collections.abc import Iterator

from markdown_it.token import Token

from exporter.reading.detection.forms.candidate import Candidate, Form
from exporter.reading.dialects.dialect import Question
from exporter.reading.page.page import Page
from exporter.reading.page.question_titles import read_title


def find_whole(page: Page) -> Iterator[Candidate]:
    """The file, where a heading begins it."""
    question = whole_file(page)
    if question is not None and question.stop > question.start:
        title = question.title
        yield Candidate(
            question.start, question.stop, len(page.tokens), Form.FILE, ("file",), 1, title.text, title.number, 0,
            lambda: question,
        )  # fmt: skip


def whole_file(page: Page, name: str = "") -> Question | None:
    """The question that a file asks: by the `name` its author gave, its first heading, or the name of the file."""
    if not page.tokens:
        return None
    top = next((i for i, token in enumerate(page.tokens) if token.type not in ("front_matter", "comment")), 0)
    first = page.marks[0] if page.marks and page.marks[0].start == top else None
    if first and not name:
        return Question(first.start, first.stop, first.title, end=len(page.tokens), level=1, anchors=first.anchors)
    name = name or page.source.file.stem
    inline = Token("inline", "", 0, content=name, map=[0, 1], children=[Token("text", "", 0, content=name)])
    return Question(0, 0, read_title(inline), end=len(page.tokens), level=1)
