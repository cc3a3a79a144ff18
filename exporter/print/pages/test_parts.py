"""The parts of a class test: what its notes set under a heading of its own stays together, with that heading.

In: a chapter, and which headings are wanted. Out: for each place in the chapter the heading of its part. Headings of an
exam say so: they give points, are numbered as parts, or name a kind of question. Those of notes are topics, which may
give an answer away, and on a sheet their questions are mixed.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache

from exporter.config import Headings
from exporter.model import Chapter, Section
from exporter.print.pages.test_points import says_points
from exporter.reading.page.vocabulary import exam_parts, exam_words

_COUNT = r"(?:[A-ZА-Я]|\d{1,2}|[IVX]+|[אבגד]|[أاب]\w*)"


@cache
def _numbered() -> re.Pattern[str]:
    return re.compile(rf"^\W{{0,20}}(?:{exam_parts(_COUNT)})", re.IGNORECASE)


@cache
def _kind() -> re.Pattern[str]:
    return re.compile(exam_words("kind"), re.IGNORECASE)


def is_part(heading: str) -> bool:
    """Whether a heading is one of an exam."""
    return says_points(heading) or bool(_numbered().search(heading) or _kind().search(heading))


def part_places(chapter: Chapter, wanted: Headings) -> tuple[int, ...]:
    """The places of the headings that begin a part, in order; -1 is the title of the chapter.

    Where one is that of an exam, all of its level are: "Grammar" beside "Reading (20 points)".
    """
    if wanted == "none":
        return ()
    sections = [(place, item) for place, item in enumerate(chapter.items) if isinstance(item, Section)]
    if wanted == "all":
        return (-1, *(place for place, _ in sections))
    levels = [section.level for _, section in sections if is_part(section.text)]
    places = tuple(place for place, section in sections if levels and section.level == min(levels))
    return (-1, *places) if is_part(chapter.title) else places


def part_of(position: int, places: tuple[int, ...]) -> int | None:
    """The place of the heading that the item at a position stands below; None for none."""
    count = bisect_right(places, position)
    return places[count - 1] if count else None
