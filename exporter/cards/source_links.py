"""Links between notes on cards: to the place in the notes on the network that they lead to.

In: a book, and `source_url`. Out: addresses by (chapter path, link as it is written). Anki itself has no address for a
card that works on the desktop as on phones, so that without `source_url` the words of such a link stand alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from exporter.config import Config
from exporter.model import Book
from exporter.reading.anchors import anchor_index, find_anchor
from exporter.reading.references import addresses

Links = Mapping[tuple[str, str], str]
"""Addresses on the network by chapter path and link."""


def source_links(book: Book, config: Config) -> Links:
    """Where the links of all chapters lead; none without `source_url`."""
    if not config.source_url or not any(chapter.links for chapter in book.chapters):
        return {}
    index = anchor_index(book.chapters)
    found: dict[tuple[str, str], str] = {}
    for chapter in book.chapters:
        path = chapter.source.path
        for href in addresses(chapter.links):
            if place := find_anchor(index, path, href):
                found[path, href] = source_address(place[0], index.lines[place[1]], config)
    return found


def source_address(path: str, line: int, config: Config) -> str:
    """The address of a line of the notes."""
    return config.source_url.replace("{path}", quote(path)).replace("{line}", str(line))
