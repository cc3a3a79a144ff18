"""What a chapter mentions: pictures, sounds and films, and links to other places in the notes.

In: items with their tokens. Out: `Mention`s in source order, so that later stages need no tokens to look them up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from markdown_it.token import Token

from exporter.model import Body, Card, Item, Mention, Prose
from exporter.source import SourceFile, Span

_NEAR = 20
"""Lines from where a link should stand to where it does: its words, and HTML around it, may have several."""

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
    for link, span in links_of(body, source):
        href = str(link.attrs.get("href", ""))
        if href and not _FAR.match(href):
            yield Mention(href, span, bool(link.meta.get("wiki") and not link.meta.get("embed")))


def links_of(body: Body, source: SourceFile) -> Iterator[tuple[Token, Span]]:
    """Each link that a body opens, and where. It is looked for near its line: a paragraph may have thousands."""
    for token in body.tokens:
        line, end = token.map or (body.span.line - 1, body.span.end_line)
        for child in _children(token):
            if child.type == "link_open":
                yield child, source.find(str(child.attrs.get("href", "")), line, min(end, line + _NEAR))
            elif child.type in ("softbreak", "hardbreak"):
                line += 1


def find_labels(items: Iterable[Item]) -> tuple[tuple[str, str], ...]:
    """The names of figures, tables and formulas that references may use, each with its number."""
    tokens = (token for item in items for body in bodies_of(item) for token in body.tokens)
    named = (piece for token in tokens for piece in (token, *_children(token)) if "names" in piece.meta)
    return tuple(pair for piece in named for pair in piece.meta["names"].items())


def _children(token: Token) -> Iterator[Token]:
    """The inline tokens of a block, with those of the footnotes that it refers to."""
    for child in token.children or ():
        yield child
        for below in child.meta.get("note", ()):
            yield from _children(below)


def addresses(mentions: Sequence[Mention]) -> tuple[str, ...]:
    """The addresses, each once."""
    return tuple(dict.fromkeys(mention.address for mention in mentions))
