"""References to figures, tables, formulas and headings in a book: links to their places, from any of its files.

In: the labels of all chapters. Out: `Surroundings` get what their chapter may refer to, and HTML of references that its own
file does not answer. A figure beside the text is a link; what stands in another file, or has no number, says its page too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from exporter.machinery.html_text import Html
from exporter.markup.html import References
from exporter.model import Book, Card, Chapter, Section
from exporter.reading.anchors import anchor_of
from exporter.reading.markdown.numbered import kind_of, what_is_numbered

_SECTION = re.compile(r"sec[:-]")


@dataclass(frozen=True, slots=True)
class Referred:
    """Something with a name that references use: its anchor, its number, or its title, and where it stands.

    `chapter` counts those of the volume; `volume` is the title of another one, "" for this.
    """

    anchor: str
    number: str
    chapter: int
    volume: str = ""


def names_in(
    book: Book, chapters: Sequence[Chapter], volumes: Mapping[str, str]
) -> Mapping[str, Mapping[str, Referred]]:
    """What each chapter (by its path) has that references may mean. `volumes` are titles of others by chapter path."""
    places = {chapter.source.path: place for place, chapter in enumerate(chapters, 1)}
    return {
        chapter.source.path: dict(_named(chapter, places.get(chapter.source.path, 0), volumes))
        for chapter in book.chapters
    }


def _named(chapter: Chapter, place: int, volumes: Mapping[str, str]) -> Iterator[tuple[str, Referred]]:
    volume = volumes.get(chapter.source.path, "")
    for name, number in chapter.labels:
        yield name, Referred(f"{anchor_of(chapter)}.{name}", number, place, volume)
    for position, item in enumerate(chapter.items):
        if isinstance(item, Section | Card):
            for name in filter(_SECTION.match, item.anchors):
                yield name, Referred(anchor_of(chapter, position), item.text, place, volume)


def told_elsewhere(chapter: Chapter, names: Mapping[str, Mapping[str, Referred]]) -> Mapping[str, Referred]:
    """What other files have that a chapter may refer to: the first of each name."""
    if "@" not in chapter.source.text:
        return {}
    own = names[chapter.source.path]
    others = (pair for path, found in names.items() if path != chapter.source.path for pair in found.items())
    told: dict[str, Referred] = {}
    for name, referred in others:
        if name not in own and f"@{name}" in chapter.source.text:
            told.setdefault(name, referred)
    return told


class BookReferences(References):
    """References of one chapter: `own` is what its file names, `others` what other files do."""

    def __init__(self, own: Mapping[str, Referred], others: Mapping[str, Referred], lang: str, elsewhere: str) -> None:
        self._own = own
        self._others = others
        self._words = what_is_numbered(lang)
        self._elsewhere = elsewhere

    def anchor(self, name: str) -> str | None:
        """Where a figure, table or formula of this chapter can be reached."""
        return self._own[name].anchor if name in self._own else None

    def opening(self, name: str) -> Html | None:
        """The beginning of a link to something in this chapter."""
        if name not in self._own:
            return None
        link = Html('<a href="#{}">') if _SECTION.match(name) else Html('<a class="near" href="#{}">')
        return link.format(self._own[name].anchor)

    def mentioned(self, mentions: Iterable[tuple[str, str]]) -> Html | None:
        """What references say that lead to other files; None where one leads nowhere. Each is bare, or has its word."""
        pairs = tuple(mentions)
        if not all(name in self._others or name in self._own for _, name in pairs):
            return None
        return Html(", ").join(self._mention(name, is_bare=bool(bare)) for bare, name in pairs)

    def _mention(self, name: str, *, is_bare: bool) -> Html:
        referred = self._own.get(name) or self._others[name]
        said = self._said(name, referred, is_bare=is_bare)
        if name in self._own:
            return (self.opening(name) or Html()) + said + Html("</a>")
        if referred.volume:
            return said + Html('<span class="volume">{}</span>').format(self._elsewhere.replace("{}", referred.volume))
        return Html('<a href="#{}">{}</a>').format(referred.anchor, said)

    def _said(self, name: str, referred: Referred, *, is_bare: bool) -> Html:
        if _SECTION.match(name):
            return Html("{}").format(referred.number)
        kind = kind_of(name)
        word = "" if is_bare else f"{self._words[kind]} "
        if name.startswith("eq"):
            return Html("{}({})").format(word, referred.number)
        style = f'--chapter: "{referred.chapter}"' if referred.chapter else ""
        count = Html('<span class="count" style="{}">{}</span>').format(style, referred.number)
        return Html('<span class="ref">{}{}</span>').format(word, count)
