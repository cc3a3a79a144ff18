"""Statements that say whether they are true: `Ice is hot. (false)`, or in a line of their own below: `Answer: false`.

Most items of a list must say so, and several statements of a file, or one among questions with options. `statements` reads
each of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from exporter.reading.dialects.choices import find_choices
from exporter.reading.dialects.dialect import Dialect, Question
from exporter.reading.dialects.options import begins_options
from exporter.reading.dialects.statements import LETTERS, STOP, is_told, judge, read_statement
from exporter.reading.markdown import plain_text
from exporter.reading.page.lines import Cut, Line
from exporter.reading.page.right_options import label_length
from exporter.reading.page.wording import names_part

_FEWEST = 2
_SHARE = 0.7
"""Of the items of a list, so many must say whether they are true."""


def cut_statements(text: str, line: Line) -> Cut:  # noqa: ARG001 - a dialect's `cut`
    """A statement with its verdict is a paragraph, and so is a line with the verdict alone."""
    return Cut.AROUND if judge(text) or is_told(text) else Cut.NOWHERE


def find_verdicts(tokens: Sequence[Token], strict: bool) -> Sequence[Question]:  # noqa: FBT001 - a dialect's `find`
    """Every statement that says whether it is true, in lists of such statements and in paragraphs."""
    found: list[Question] = []
    for items in _lists(tokens):
        judged = [question for start, stop in items if (question := read_statement(tokens, start, start + 1, stop))]
        asked = sum(not _is_answered(tokens, start + 4, stop) for start, stop in items)
        enough = not strict or len(judged) >= _SHARE * asked
        found += [question for question in judged if enough or _says_kind(question.title.text)]
    for index, token in enumerate(tokens):
        if (
            token.type == "paragraph_open"
            and not token.level
            and (question := read_statement(tokens, index, index, None))
        ):
            found.append(question)
    found.sort(key=lambda question: question.start)
    if all(len(question.back) > 1 and question.back[1].content.lower() in LETTERS for question in found):
        return ()
    return found if len(found) >= _FEWEST or (found and (not strict or find_choices(tokens, strict))) else ()


def _says_kind(text: str) -> bool:
    """Whether a statement says itself that it is to be judged: `True or false: Ice is hot.`."""
    match = _KIND.match(text)
    return match is not None and names_part(match[1])


def _is_answered(tokens: Sequence[Token], below: int, stop: int) -> bool:
    """Whether options stand below an item, or an answer in words with a label."""
    if below + 1 >= stop:
        return False
    text = plain_text(tokens[below + 1].children or ()) if tokens[below].type == "paragraph_open" else ""
    return begins_options(tokens, below) or (label_length(text) > 0 and not is_told(text))


def _lists(tokens: Sequence[Token]) -> Iterator[list[tuple[int, int]]]:
    """For each top-level list, where its items open and close."""
    items: list[tuple[int, int]] = []
    start = 0
    for index, token in enumerate(tokens):
        if token.level == 1 and token.type == "list_item_open":
            start = index
        elif token.level == 1 and token.type == "list_item_close":
            items.append((start, index))
        elif not token.level and token.type in ("bullet_list_close", "ordered_list_close"):
            yield items
            items = []


_KIND = re.compile(r"([^:：]{4,40})[:：]\s*(?=\S)")
_SIGN = re.compile(rf"[)）\]】]|{STOP}.{{1,24}}$|[:：]", re.MULTILINE)
DIALECT = Dialect(
    "verdicts", "statements that say whether they are true", find_verdicts, cut_statements, sign=_SIGN.search
)
