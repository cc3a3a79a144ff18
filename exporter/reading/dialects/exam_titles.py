"""Titles of the parts of an exam that are no headings, or need not be: `二、判断题（每题2分）`, `Part B`, `True or false?`.

In: tokens. Out: where such a title begins. Neither the answer above it nor a question holds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from exporter.reading.dialects.statements import is_judged
from exporter.reading.markdown import plain_text
from exporter.reading.page.question_titles import read_title
from exporter.reading.page.right_options import label_length
from exporter.reading.page.wording import Style, names_part, part_length

_LONGEST_TITLE = 60
"""Characters of the title of a part."""
_IN_ITEM = 2
"""The level of a paragraph in an item of a list."""
_ASKS = (Style.NUMBER, Style.PREFIX)
_SENTENCE = re.compile(r"[.。!！]['\"”’»)）*_]*$")
_COLON = re.compile(r"[:：]\s*(?=\S)")
_SHARE = 0.7
"""Of the items below words of any kind, so many must say whether they are true."""


def part_titles(tokens: Sequence[Token], since: int) -> Iterator[int]:
    """The short paragraphs and headings right above a part.

    They say what kind of questions it holds, count it, or stand above what says what is true.
    """
    for index in range(since, len(tokens) - 3):
        if tokens[index].type not in ("paragraph_open", "heading_open") or tokens[index].level not in (0, _IN_ITEM):
            continue
        text = plain_text(tokens[index + 1].children or ())
        if not text or len(text) > _LONGEST_TITLE or "\n" in tokens[index + 1].content or _is_more(tokens, index):
            continue
        if names_part(text):
            yield index
        elif tokens[index].level or not _may_be_title(text) or read_title(tokens[index + 1]).style in _ASKS:
            continue
        elif _begins(tokens, index + 3, anew=not part_length(text)) and (
            part_length(text) or _says_truth(tokens, index + 3)
        ):
            yield index


def _is_more(tokens: Sequence[Token], index: int) -> bool:
    """Whether a paragraph in an item begins it, or something follows in the item."""
    is_last = tokens[index + 3].type == "list_item_close"
    return tokens[index].level > 0 and (tokens[index - 1].type == "list_item_open" or not is_last)


def _may_be_title(text: str) -> bool:
    """Whether words are no sentence, no label and no statement."""
    inside = _COLON.search(text[part_length(text) :].rstrip(" :："))
    return not (_SENTENCE.search(text) or inside or label_length(text) or is_judged(text))


def _begins(tokens: Sequence[Token], place: int, *, anew: bool) -> bool:
    """Whether items or numbered paragraphs stand at a place. `anew`: their numbers begin with 1."""
    token = tokens[place]
    if token.type == "paragraph_open":
        title = read_title(tokens[place + 1])
        return is_judged(title.full) or (title.style in _ASKS and (title.number == "1" or not anew))
    is_ordered = token.type == "ordered_list_open" and (tokens[place + 1].info == "1" or not anew)
    return is_ordered or token.type == "bullet_list_open"


def _says_truth(tokens: Sequence[Token], start: int) -> bool:
    """Whether most items of a list, or the paragraph at a place, say whether they are true."""
    if tokens[start].type == "paragraph_open":
        return is_judged(plain_text(tokens[start + 1].children or ()))
    said = [is_judged(plain_text(words.children or ())) for words in _first_lines(tokens, start)]
    return sum(said) >= _SHARE * len(said) > 0


def _first_lines(tokens: Sequence[Token], start: int) -> Iterator[Token]:
    """The words that the items of a list begin with."""
    for index in range(start + 1, len(tokens) - 2):
        if tokens[index].level == tokens[start].level and tokens[index].nesting < 0:
            return
        if tokens[index].type == "list_item_open" and tokens[index].level == tokens[start].level + 1:
            yield tokens[index + 2]
