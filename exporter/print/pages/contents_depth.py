"""How much the contents of a handout lists, so that it is two pages long at most.

In: the chapters and a `Look`. Out: a `Contents` that templates follow. What is left out stands in the outline of the PDF.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from exporter.print.pages.appearance import Look
from exporter.print.pages.page import PageChapter
from exporter.print.pages.plain_titles import width_of

_PAGES = 2
_FRONT_MM = 60.0
"""What the title takes of the first page."""

_LEADING, _PADDING_MM = 1.43, 0.7
_TWO_COLUMNS = 0.84
"""How large entries in two columns are to those in one, as in CSS."""

_CHARACTER = 0.5
"""The width of a Latin character in em, and room for the leader with a page number in characters."""
_LEADER = 8


@dataclass(frozen=True, slots=True)
class Contents:
    """`sections` is the lowest level of sections that is listed, 0 for none; of `every` so many questions one is."""

    cards: bool
    sections: int
    two_columns: bool = False
    every: int = 1


_WAYS = (
    Contents(cards=True, sections=2),
    Contents(cards=True, sections=2, two_columns=True),
    Contents(cards=False, sections=2),
    Contents(cards=False, sections=1),
    Contents(cards=False, sections=0),
)
_SIGNPOSTS = tuple(Contents(cards=True, sections=0, two_columns=True, every=step) for step in (2, 5, 10, 20, 50, 100))


def choose_contents(chapters: Sequence[PageChapter], look: Look) -> Contents:
    """The way that lists most on two pages; of one chapter without sections, the first of every so many questions."""
    for way in (*_WAYS, *(_SIGNPOSTS if len(chapters) == 1 else ())):
        entries = sum(1 for chapter in chapters for _ in _entries(chapter, way, many=len(chapters) > 1))
        if entries > 1 and _pages(chapters, way, look) <= _PAGES:
            return way
    return _WAYS[-1] if len(chapters) > 1 else _SIGNPOSTS[-1]


def _entries(chapter: PageChapter, way: Contents, *, many: bool) -> Iterator[str]:
    if many:
        yield chapter.title
    for item in chapter.items:
        if item.kind == "section" and item.level <= way.sections:
            yield item.text
    if way.cards:
        yield from (card.text for card in chapter.cards[:: way.every])


def _pages(chapters: Sequence[PageChapter], way: Contents, look: Look) -> float:
    """About how many pages it takes."""
    columns = max(2 if way.two_columns else 1, int(look.length("columns")))
    size = look.length("text-size") * look.text_scale * (_TWO_COLUMNS if way.two_columns else 1.0)
    text = look.column if columns == int(look.length("columns")) else look.column / columns - 3
    room = max(1.0, text / (size * _CHARACTER) - _LEADER)
    lines = sum(
        max(1, math.ceil(width_of(entry) / room))
        for chapter in chapters
        for entry in _entries(chapter, way, many=len(chapters) > 1)
    )
    return (lines * (size * _LEADING + _PADDING_MM) / columns + _FRONT_MM * look.margin_scale) / look.height
