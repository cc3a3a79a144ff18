"""Passages of a note: all of it, what stands below a heading, a block; and how one is moved into another note.

In: the tokens of a note, and what stands behind `#` in `![[note#…]]`. Out: tokens, with the addresses that they need where
they will stand. The parsed tokens are copied where they change.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from markdown_it.token import Token

from exporter.reading.anchors import loosely
from exporter.reading.cutting.bodies import clean
from exporter.reading.markdown import plain_text
from exporter.reading.markdown.block_ids import find_block

_ABSOLUTE = re.compile(r"[a-z][a-z0-9+.-]*:|/", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Headings:
    """The headings of a note: where each stands, and what it says; `named` is the first one of a name, loosely."""

    places: tuple[int, ...]
    words: tuple[str, ...]
    named: Mapping[str, int]


def read_headings(tokens: Sequence[Token]) -> Headings:
    """All headings, read once for all that embeds one of them."""
    places = tuple(index for index, token in enumerate(tokens) if token.type == "heading_open")
    words = tuple(plain_text(tokens[index + 1].children or ()) for index in places)
    named = {loosely(text): count for count, text in reversed([*enumerate(words)])}
    return Headings(places, words, named)


def find_passage(tokens: Sequence[Token], headings: Headings, fragment: str) -> tuple[Token, ...]:
    """What `#heading`, `#heading#heading below it` or `#^block` means; all of the note without any; () where it is not there."""
    wanted = fragment.rpartition("#")[2].strip()
    if wanted.startswith("^"):
        return clean(find_block(tokens, wanted[1:]))
    return clean(_below(tokens, headings, loosely(wanted)) if wanted else tokens)


def _below(tokens: Sequence[Token], headings: Headings, name: str) -> Sequence[Token]:
    """A heading, and what stands below it up to one that is not deeper."""
    if name not in headings.named:
        return ()
    places, first = headings.places, headings.named[name]
    start = places[first]
    following = (places[i] for i in range(first + 1, len(places)) if tokens[places[i]].tag <= tokens[start].tag)
    return tokens[start : next(following, len(tokens))]


def move(tokens: Sequence[Token], path: str, to: str, lines: list[int] | None) -> list[Token]:
    """The tokens of the note `path` as part of the note `to`, in its `lines`.

    Addresses lead where they led, and footnotes are not taken for those of the other note.
    """
    here, there = PurePosixPath(path), PurePosixPath(to)
    way = os.path.relpath(here.parent, there.parent) if here.parent != there.parent else ""
    name = "" if here == there else f"{way}/{here.name}" if way else here.name

    def moved(token: Token) -> Token:
        attributes = dict(token.attrs)
        meta = {key: value for key, value in token.meta.items() if key not in ("piece", "block")}
        for attribute in {"src", "href"} & attributes.keys():
            address = str(attributes[attribute])
            if meta.get("embed") or _ABSOLUTE.match(address):
                continue
            if address.startswith("#"):
                attributes[attribute] = name + address
            elif way and not (meta.get("wiki") or meta.get("anywhere")):
                attributes[attribute] = f"{way}/{address}"
        meta["wiki"] = False  # what leads nowhere was said where it is written
        if "note" in meta:
            meta["id"] = f"{path} {meta['id']}"
            meta["note"] = tuple(map(moved, meta["note"]))
        children = token.children and [moved(child) for child in token.children]
        return token.copy(attrs=attributes, meta=meta, children=children, map=lines if token.map else None)

    return [moved(token) for token in tokens]
