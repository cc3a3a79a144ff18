"""List items that ask, with the answer in the rest of the item: `1. question?` and an indented answer.

Items with a box to tick are a checklist, whatever they ask.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from exporter.reading.dialects.dialect import Dialect, Question
from exporter.reading.markdown import plain_text
from exporter.reading.page.lines import split_lines
from exporter.reading.page.page import weigh
from exporter.reading.page.question_titles import read_title
from exporter.reading.page.wording import asking

_FEWEST = 2
_SHARE = 0.6
"""Of the items of a list, so many must ask and have an answer."""
_LISTS = ("bullet_list_open", "ordered_list_open")


def find_bullets(tokens: Sequence[Token], strict: bool) -> Sequence[Question]:  # noqa: FBT001 - a dialect's `find`
    """The items that ask, of every top-level list of which most ask and have something below."""
    questions: list[Question] = []
    for items in list_ranges(tokens):
        found = [question for start, end in items if (question := _read(tokens, start, end, strict=strict))]
        answered = sum(_is_answered(tokens, question) for question in found)
        if answered >= (_FEWEST if strict else 1) and (not strict or answered >= _SHARE * len(items)):
            questions += found
    return questions


def asking_lists(tokens: Sequence[Token]) -> Iterator[int]:
    """Where the top-level lists open that begin with 1, and whose items nearly all ask and have something below."""
    for items in list_ranges(tokens):
        if items and tokens[items[0][0]].info == "1":
            told = sum(_asks_above(tokens, start, end) for start, end in items)
            if told >= _SHARE * len(items):
                yield items[0][0] - 1


def _asks_above(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Whether the first line of an item has a question mark, and something stands below it that does not."""
    if end < start + 4 or tokens[start + 1].type != "paragraph_open":
        return False
    first, *more = (plain_text(line) for line in split_lines(tokens[start + 2].children or ()))
    below = [*more, *(token.content for token in tokens[start + 4 : end] if weigh(token))]
    return asking(first) == 1 and any(asking(text) < 1 for text in below)


def unanswered_beside(tokens: Sequence[Token], questions: Sequence[Question]) -> list[Question]:
    """The items with a question mark and nothing below, in the lists that hold some of the questions.

    Boxes are questions where one of them is.
    """
    known = {question.start for question in questions}
    lists = [items for items in list_ranges(tokens) if any(start in known for start, _ in items)]
    bare = [(start, end) for items in lists for start, end in items if start not in known and end == start + 4]
    boxes = any("checked" in tokens[start].meta for start in known)
    return [question for start, end in bare if (question := _read(tokens, start, end, strict=True, boxes=boxes))]


def list_ranges(tokens: Sequence[Token]) -> Iterator[list[tuple[int, int]]]:
    """For each top-level list, its items as ranges of tokens."""
    items: list[tuple[int, int]] = []
    depth = start = 0
    for index, token in enumerate(tokens):
        if token.type in _LISTS:
            depth += 1
            items = [] if depth == 1 else items
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            depth -= 1
            if depth == 0:
                yield items
        elif token.type == "list_item_open" and depth == 1:
            start = index
        elif token.type == "list_item_close" and depth == 1:
            items.append((start, index))


def _read(tokens: Sequence[Token], start: int, end: int, *, strict: bool, boxes: bool = False) -> Question | None:
    """An item as a question."""
    is_text = end >= start + 4 and tokens[start + 1].type == "paragraph_open" and tokens[start + 2].type == "inline"
    if not is_text or tokens[start].level != 1 or ("checked" in tokens[start].meta and not boxes):
        return None
    title = read_title(tokens[start + 2], tokens[start].info)
    if not title.text or (strict and asking(title.text) < 1):
        return None
    return Question(start, start + 4, title, end=end)


def _is_answered(tokens: Sequence[Token], question: Question) -> bool:
    """Whether something stands below that is more than further questions."""
    below = [token for token in tokens[question.stop : question.end] if weigh(token)]
    return any(token.type != "inline" or asking(token.content) < 1 for token in below)


DIALECT = Dialect("list", "list items that ask", find_bullets)
