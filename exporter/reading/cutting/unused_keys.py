"""Entries of a key at the end of a part that answer no card: their question is missing, or has another number.

In: a page and its questions. Out: a diagnostic for each key that has such entries, where it answers any.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from exporter.diagnostics import Diagnostic, report
from exporter.reading.dialects.dialect import Question
from exporter.reading.page.answer_keys import Key, key_at
from exporter.reading.page.page import Page
from exporter.source import Span

_MOST = 8
"""So many numbers are named."""


def find_unused(page: Page, questions: Iterable[Question]) -> Iterator[Diagnostic]:
    """What a key says that nobody asked."""
    if not page.keys:
        return
    used: list[set[str]] = [set() for _ in page.keys]
    for question in questions:
        place = key_at(page.keys, question.start)
        if place is not None:
            used[place].add(question.title.number.lstrip("0"))
    for key, numbers in zip(page.keys, used, strict=True):
        if key.since == key.until:
            message = "the answers count anew in each part, and the questions have no parts of these names"
            hint = "put the same headings above the questions as above their answers"
            yield report("key-unused", page.source.span(page.line(key.start)), message, hint)
            continue
        unused = [number for number in key.answers if number.strip("0") and number not in numbers]
        is_elsewhere = "answers" in page.tokens[key.start].meta
        if is_elsewhere or not unused or not numbers & key.answers.keys():
            continue
        named = ", ".join(unused[:_MOST]) + (" …" if len(unused) > _MOST else "")
        are = "answer to {} belongs" if len(unused) == 1 else "answers to {} belong"
        message = f"the {are.format(named)} to no card"
        hint = "number the questions above as the answers are, one number before each"
        yield report("key-unmatched", _place(page, key, unused[0]), message, hint)


def _place(page: Page, key: Key, number: str) -> Span:
    """Where an entry stands; the beginning of the key where its number is not written."""
    start, stop = page.line(key.start), page.line(key.stop)
    entry = re.compile(rf"(?<!\d)0*{number}(?!\d)")
    for line in range(start, min(stop, len(page.source.lines))):
        if match := entry.search(page.source.lines[line]):
            return page.source.span(line, col=match.start() + 1)
    return page.source.span(start)
