"""Definition lists: a term, and below it lines that begin with `: `."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from exporter.reading.detection.forms.candidate import Candidate, Form
from exporter.reading.dialects.dialect import Question
from exporter.reading.markdown import plain_text
from exporter.reading.page.page import Page
from exporter.reading.page.question_titles import read_title


def find_definitions(page: Page) -> Iterator[Candidate]:
    """Every term of a definition list, up to the next one."""
    starts: list[int] = []
    for index, token in enumerate(page.tokens):
        if token.type == "dt_open":
            starts.append(index)
        if starts and token.type in ("dt_open", "dl_close"):
            while starts and (starts[0] != index or token.type == "dl_close"):
                start = starts.pop(0)
                words = plain_text(page.tokens[start + 1].children or ())
                if words and page.content(start + 3, index):
                    ask = partial(_ask, page, start, index)
                    yield Candidate(start, start + 3, index, Form.DEFINITION, ("definition",), 8, words, "", 0, ask)


def _ask(page: Page, start: int, end: int) -> Question:
    back = [
        token
        for token in page.tokens[start + 3 : end]
        if token.type not in ("dd_open", "dd_close", "dt_open", "dt_close")
    ]
    return Question(start, start + 3, read_title(page.tokens[start + 1]), end=end, back=tuple(back))
