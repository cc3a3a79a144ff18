"""An index of terms: what is set in bold in the text, and what a list of definitions defines.

In: chapters. Out: each term with the questions and pieces of prose it stands in, in alphabetical order.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence

from exporter.print.pages.page import PageChapter, PageItem

_TERM = re.compile(r"<(strong|b|dt)>(.*?)</\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_LONGEST, _MOST_WORDS = 40, 4
_MOST_PLACES = 8
"""What stands in more places is no term: "Note", "Advantages"."""

_NO_TERM = re.compile(r"[:：.!?。！？;；]$|^\W|^\d+\W*$|<img")


def term_index(chapters: Sequence[PageChapter]) -> tuple[tuple[str, tuple[PageItem, ...]], ...]:
    """The terms; those that differ in case alone are one, as it is first written."""
    found: dict[str, tuple[str, list[PageItem]]] = {}
    for chapter in chapters:
        for item in chapter.items:
            for term in dict.fromkeys(_terms(item)):
                _, places = found.setdefault(term.casefold(), (term, []))
                if item not in places[-1:]:
                    places.append(item)
    ordered = sorted(found.items())
    return tuple((term, tuple(places)) for _, (term, places) in ordered if len(places) <= _MOST_PLACES)


def _terms(item: PageItem) -> Iterator[str]:
    for _, written in _TERM.findall(item.body + item.answer + item.extra):
        term = " ".join(html.unescape(_TAG.sub("", written)).split())
        if 1 < len(term) <= _LONGEST and len(term.split()) <= _MOST_WORDS and not _NO_TERM.search(term):
            yield term
