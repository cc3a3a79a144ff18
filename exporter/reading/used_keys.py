"""Answer keys that are on cards: paper need not say them once more.

In: a page and the items that were cut from it. Out: the items; prose that is nothing but a key is marked as used where each
entry of the key has its card, and each of its words is on one or names an option. `used_up` tells what of a chapter is
used, with its headings: it is not printed, and counts as what is on cards.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise, takewhile

from markdown_it.token import Token

from exporter.model import Card, Item, Prose, Section
from exporter.reading.markdown.visible_pieces import numbered
from exporter.reading.page.answer_keys import Key
from exporter.reading.page.option_keys import key_pattern
from exporter.reading.page.page import Page
from exporter.reading.page.wording import is_answer_label, is_key_label, is_question_label
from exporter.reading.references import bodies_of


def mark_used(page: Page, items: Sequence[Item]) -> tuple[Item, ...]:
    """The items, with the keys among them that are used."""
    keys = [(page.line(key.start), page.line(key.stop)) for key in _answered(page, items)]
    if not keys:
        return tuple(items)
    tokens = (token for item in items if isinstance(item, Card) for body in bodies_of(item) for token in body.tokens)
    on_cards = {piece.meta["piece"] for token in tokens for piece in numbered(token)}
    return tuple(
        replace(item, is_used=True)
        if isinstance(item, Prose) and _lies_in(item, keys) and _is_told(item.body.tokens, on_cards)
        else item
        for item in items
    )


def used_up(items: Sequence[Item]) -> frozenset[int]:
    """The places of answer keys that are on cards, with the headings above nothing else: they are not said twice."""
    keys = {place for place, item in enumerate(items) if isinstance(item, Prose) and item.is_used}
    heads = (place for place, item in enumerate(items) if isinstance(item, Section)) if keys else ()
    return frozenset(keys).union(place for place in heads if _holds_only(items, place, keys))


def _holds_only(items: Sequence[Item], heading: int, keys: set[int]) -> bool:
    """Whether all that stands below a heading, and there is something, are keys and their headings."""
    section = items[heading]
    own = [*takewhile(lambda place: not _ends(items[place], section), range(heading + 1, len(items)))]
    return any(place in keys for place in own) and all(
        place in keys or isinstance(items[place], Section) for place in own
    )


def _ends(item: Item, section: Item) -> bool:
    return isinstance(item, Section) and isinstance(section, Section) and item.level <= section.level


def _answered(page: Page, items: Iterable[Item]) -> list[Key]:
    """The keys whose entries all belong to cards among the questions that they answer."""
    asked = [(item.span.line - 1, item.number.lstrip("0")) for item in items if isinstance(item, Card) and item.number]
    found: list[Key] = []
    for key in page.keys:
        since, until = page.line(key.since), page.line(key.until)
        numbers = {number for _, number in asked[bisect_left(asked, (since, "")) : bisect_right(asked, (until, ""))]}
        if key.answers.keys() <= numbers:
            found.append(key)
    return found


def _lies_in(prose: Prose, keys: Iterable[tuple[int, int]]) -> bool:
    return any(start < prose.body.span.line and prose.body.span.end_line <= stop for start, stop in keys)


def _is_told(tokens: Sequence[Token], on_cards: set[int]) -> bool:
    for above, block in pairwise((None, *tokens)):
        if block is None or (above is not None and above.type == "th_open"):  # what a column of the key is called
            continue
        missing = [piece for piece in numbered(block) if piece.meta["piece"] not in on_cards]
        if any(piece.type != "text" or not _names_options(piece.content) for piece in missing):
            return False
    return True


def _names_options(text: str) -> bool:
    bare = text.strip(" \t.:：*_()（）")
    return not any(map(str.isalpha, bare)) or bool(_letters().fullmatch(bare)) or _is_label(bare)


def _is_label(text: str) -> bool:
    return is_answer_label(text) or is_key_label(text) or is_question_label(text)


@cache
def _letters() -> re.Pattern[str]:
    """Letters of options with their numbers, and a label before them."""
    return re.compile(rf"(?:[^\W\d_]{{3,12}}\s*[:：])?(?:[\W\d]*+(?>Q\d+|[A-H]{{2,12}}|{key_pattern()}))++\W*")
