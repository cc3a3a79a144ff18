"""A file as the dialects see it: tokens, marks, contents, and how much stands between two places.

In: a `Document`. Out: `Page`. Every question about the file is answered here in constant time, so that detection is
linear in the length of the file.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from markdown_it.token import Token

from exporter.config import DEFAULT_SIGNS, SpacedRepetitionConfig
from exporter.reading.markdown import plain_text
from exporter.reading.page.answer_keys import Key, find_keys
from exporter.reading.page.contents import Contents, Range, find_contents, find_lost, read_blocks
from exporter.reading.page.marks import Mark, find_marks
from exporter.reading.page.wording import introduces, is_back_to_top, points_to_figure
from exporter.source import SourceFile

_EMBEDDED = re.compile(r"<(?:video|audio|iframe|object|embed|svg|img)\b", re.IGNORECASE)
_TAGS = re.compile(r"(?:#[^\W\d][\w/-]*\s*)+")
_PROPERTIES = re.compile(r"(?:[a-z][\w-]*::(?: [^\n]*)?(?:\n|$))+")
_MAX_NOISE = 300
_SOLID = ("fence", "code_block", "math_block", "figure", "html_block")


@dataclass(frozen=True, slots=True)
class Document:
    """What a dialect reads: a file and its tokens. `signs` are those of Obsidian's Spaced Repetition in this deck."""

    source: SourceFile
    tokens: tuple[Token, ...]
    signs: SpacedRepetitionConfig = DEFAULT_SIGNS


@dataclass(frozen=True, slots=True)
class Page:
    """A document with its marks (those of the contents excluded).

    `lost` are entries of the contents that stand where their heading should; `has_ticks`: there are `- [x]` boxes.
    `keys` are the answers to multiple choices that stand apart.
    `mass[i]` is how much content stands before token i (characters; a picture counts as 10), `prose[i]` how much of it
    explains something: no links, no quotes, no "本节介绍…". `found` is what was looked for already, by who looked.
    """

    source: SourceFile
    tokens: tuple[Token, ...]
    blocks: tuple[Range, ...] = field(repr=False)
    marks: tuple[Mark, ...] = field(repr=False)
    contents: Contents = field(repr=False)
    lost: tuple[Range, ...] = field(repr=False)
    has_ticks: bool
    keys: tuple[Key, ...] = field(repr=False)
    mass: tuple[int, ...] = field(repr=False)
    prose: tuple[int, ...] = field(repr=False)
    signs: SpacedRepetitionConfig = DEFAULT_SIGNS
    found: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def content(self, start: int, stop: int) -> int:
        """How much stands in `tokens[start:stop]`."""
        return self.mass[stop] - self.mass[start]

    def explanation(self, start: int, stop: int) -> int:
        """How much prose of its own stands in `tokens[start:stop]`."""
        return self.prose[stop] - self.prose[start]

    def next_mark(self, index: int) -> int:
        """Where the first mark behind a token begins, or the end of the file."""
        place = bisect_right(self.marks, index, key=lambda mark: mark.start)
        return self.marks[place].start if place < len(self.marks) else len(self.tokens)

    def marks_at(self, index: int) -> tuple[Mark, ...]:
        """The mark that begins at a token, if any."""
        place = bisect_right(self.marks, index, key=lambda mark: mark.start) - 1
        return self.marks[place : place + 1] if place >= 0 and self.marks[place].start == index else ()

    def line(self, index: int) -> int:
        """The line (from 0) of a token, or of the next one that has a line."""
        while index < len(self.tokens):
            if lines := self.tokens[index].map:
                return lines[0]
            index += 1
        return len(self.source.lines)


def read_page(source: SourceFile, tokens: Sequence[Token], signs: SpacedRepetitionConfig = DEFAULT_SIGNS) -> Page:
    """Find the marks and the contents, and weigh the tokens."""
    marks = find_marks(tokens)
    blocks = read_blocks(tokens)
    contents = find_contents(tokens, blocks, marks)
    outside = tuple(mark for mark in marks if not contents.covers(mark.start))
    weights = [_weights(token) if token.type == "inline" else None for token in tokens]
    mass = accumulate(map(_mass, tokens, weights), initial=0)
    prose = accumulate(_explanations(tokens, weights), initial=0)
    lost = find_lost(tokens, blocks, outside, contents)
    ticks = any(token.meta.get("checked") for token in tokens if token.type == "list_item_open")
    return Page(
        source,
        tuple(tokens),
        blocks,
        outside,
        contents,
        lost,
        ticks,
        find_keys(tokens),
        tuple(mass),
        tuple(prose),
        signs,
    )


def weigh(token: Token) -> int:
    """How much a reader sees of a token: nothing of tags, comments and links back to the top."""
    return _mass(token, _weights(token) if token.type == "inline" else None)


def _mass(token: Token, weights: tuple[int, int] | None) -> int:
    """The same, where the `weights` of an inline token are known."""
    if weights is not None:
        return weights[0] + weights[1]
    if token.type == "figure":
        return 10
    return len(token.content.strip()) if token.type in _SOLID else 0


def is_noise(inline: Token) -> bool:
    """Whether a paragraph is there for a program: a link back to the top, `#tags`, Logseq's `key:: value`."""
    text = inline.content
    if len(text) < _MAX_NOISE and is_back_to_top(plain_text(inline.children or ())):
        return True
    if text.startswith("#"):
        return bool(_TAGS.fullmatch(text))
    return "::" in text and bool(_PROPERTIES.fullmatch(text))


def _weights(inline: Token) -> tuple[int, int]:
    """The characters of an inline token outside and inside of links."""
    free = linked = 0
    link: list[str] | None = None
    if is_noise(inline):
        return 0, 0
    for child in inline.children or ():
        if child.type == "link_open":
            link = []
        elif child.type == "link_close":
            words = "".join(link or ()).strip()
            linked += 0 if is_back_to_top(words) or not words else len(words)
            link = None
        elif child.type in ("image", "media") or (child.type == "html_inline" and _EMBEDDED.match(child.content)):
            free += 10
        elif child.type != "html_inline" and link is not None:
            link.append(child.content)
        elif child.type != "html_inline":
            free += len(child.content.strip())
    return free, linked


def _explanations(tokens: Sequence[Token], known: Sequence[tuple[int, int] | None]) -> Iterator[int]:
    quotes, above = 0, ""
    for token, weights in zip(tokens, known, strict=True):
        quotes += {"blockquote_open": 1, "blockquote_close": -1}.get(token.type, 0)
        in_block = not quotes and above.endswith("_open") and above != "heading_open"
        if token.type in ("fence", "math_block"):
            yield len(token.content)
        elif weights and (token.content.startswith("<table") or (in_block and not _leads_on(token.content))):
            yield weights[0]
        else:
            yield 0
        above = token.type


def _leads_on(text: str) -> bool:
    """Whether a paragraph only says what follows, or where it is shown."""
    return introduces(text) or points_to_figure(text)
