"""What a chapter mentions: pictures, sounds and films, and links to other places in the notes.

In: items with their tokens. Out: `Mention`s in source order, so that later stages need no tokens to look them up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from markdown_it.token import Token

from exporter.model import Body, Card, Item, Mention, Prose
from exporter.source import SourceFile

_FAR = re.compile(r"https?:|mailto:")


def bodies_of(item: Item) -> tuple[Body, ...]:
    """The bodies of an item that are read as text: not the title of a section."""
    match item:
        case Card():
            return tuple(body for body in (item.front, item.back, item.hint, item.extra) if body)
        case Prose():
            return (item.body,)
    return ()


def find_images(items: Iterable[Item], source: SourceFile) -> tuple[Mention, ...]:
    """Each picture, sound and film with the address as it is written."""
    return tuple(mention for item in items for body in bodies_of(item) for mention in _images_of(body, source))


def _images_of(body: Body, source: SourceFile) -> Iterator[Mention]:
    after = (0, 0)
    for token in body.tokens:
        if token.type not in ("inline", "figure"):
            continue
        for child in _children(token):
            if child.type not in ("image", "media"):
                continue
            start, end = token.map or (body.span.line - 1, body.span.end_line)
            address = str(child.attrs["src"])
            span = source.find(address, start, end, after)
            if span.col > 1 or span.line > start + 1:
                after = (span.line - 1, span.col)
            yield Mention(address, span)


def find_links(items: Iterable[Item], source: SourceFile) -> tuple[Mention, ...]:
    """Each link that does not lead to the network."""
    return tuple(mention for item in items for body in bodies_of(item) for mention in _links_of(body, source))


def _links_of(body: Body, source: SourceFile) -> Iterator[Mention]:
    for token in body.tokens:
        for child in _children(token):
            href = str(child.attrs.get("href", "")) if child.type == "link_open" else ""
            if href and not _FAR.match(href):
                start, end = token.map or (body.span.line - 1, body.span.end_line)
                yield Mention(
                    href, source.find(href, start, end), bool(child.meta.get("wiki") and not child.meta.get("embed"))
                )


def _children(token: Token) -> Iterator[Token]:
    """The inline tokens of a block, with those of the footnotes that it refers to."""
    for child in token.children or ():
        yield child
        for below in child.meta.get("note", ()):
            yield from _children(below)


def addresses(mentions: Sequence[Mention]) -> tuple[str, ...]:
    """The addresses, each once."""
    return tuple(dict.fromkeys(mention.address for mention in mentions))
