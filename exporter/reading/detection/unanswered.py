"""Lists of questions without answers: no cards, and one message that says so."""

from __future__ import annotations

import re
from collections.abc import Sequence

from exporter.diagnostics import Diagnostic, report
from exporter.model import LeftOut
from exporter.reading.page.page import Page
from exporter.reading.page.question_titles import read_title
from exporter.reading.page.wording import asks

_FEWEST = 3
_ANSWERED = re.compile(r"[?？؟][*_\s]*\w[^?？؟]{2,}$")
"""What stands behind a question in its own paragraph answers it."""


def find_unanswered(
    page: Page, left_out: Sequence[LeftOut], diagnostics: Sequence[Diagnostic]
) -> tuple[list[LeftOut], list[Diagnostic]]:
    """For a file without a card: its questions without answers, as one finding instead of many."""
    empty = [left for left in left_out if left.reason == "it has no answer"]
    if len(empty) < _FEWEST:
        empty = _asking_bullets(page)
        left_out = [*left_out, *empty] if len(empty) >= _FEWEST else left_out
    if len(empty) < _FEWEST:
        return list(left_out), list(diagnostics)
    message = f"{len(empty)} questions, none with an answer: no card was made"
    hint = "write the answer below each question, or leave the file out with `cards: none` in its front matter"
    others = [diagnostic for diagnostic in diagnostics if diagnostic.code != "answer-empty"]
    return list(left_out), [*others, report("questions-without-answers", empty[0].span, message, hint)]


def _asking_bullets(page: Page) -> list[LeftOut]:
    """The bullets that ask, when most bullets of the file do."""
    found: list[LeftOut] = []
    bullets = 0
    for index, token in enumerate(page.tokens):
        if token.type != "list_item_open" or page.contents.covers(index) or index + 2 >= len(page.tokens):
            continue
        bullets += 1
        inline = page.tokens[index + 2]
        if inline.type != "inline":
            continue
        title = read_title(inline)
        if asks(title.text) and not _ANSWERED.search(title.text):
            start, end = token.map or (0, 1)
            found.append(LeftOut(title.text, "it has no answer", page.source.span(start, end)))
    return found if len(found) >= 0.6 * bullets and len(found) >= _FEWEST else []
