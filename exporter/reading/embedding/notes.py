"""`![[note]]`, `![[note#heading]]` and `![[note#^block]]` in the place where they stand: the text of the other note.

In: all chapters. Out: the same, with the text of what they embed, once on a card, within limits; and what could not be
embedded. What is embedded is read again from its file, so that chapters are kept between builds as they are written.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from markdown_it.token import Token

from exporter.config import Config
from exporter.diagnostics import Diagnostic, Outcome, report, suggest
from exporter.model import Body, Card, Chapter, Item, Prose
from exporter.reading.anchors import Anchors, anchor_index, find_note
from exporter.reading.embedding.passages import Headings, find_passage, move, read_headings
from exporter.reading.language import language
from exporter.reading.markdown import parse
from exporter.reading.references import find_images, find_links
from exporter.source import Span

_EMBED = re.compile(r"!\[\[(?![^\[\]|\n]*\.(?:png|jpe?g|gif|webp|svg|avif|bmp|tiff?)\s*(?:\||\]))", re.IGNORECASE)
"""Quickly seen: a file without it embeds no note."""
_NAME = re.compile(r"!\[\[([^\[\]|#\n]+)")
_DOCUMENTS = re.compile(r"\.(?!md$|markdown$)[a-z][a-z0-9]{1,6}$", re.IGNORECASE)
"""A canvas, a PDF, a base: no text of Markdown."""
_DEEPEST = 5
_MOST = 200_000
"""Characters that a file may embed; all files together, as many again as they have themselves."""

_SAYS = {
    "document": ("is shown as plain words: it is no note", "export it as a picture, or put its text here"),
    "cell": ("is shown as a link: a heading or a cell holds one paragraph", "put it on a line of its own"),
    "circular": ("is shown as a link: it would stand in itself", ""),
    "again": ("is shown as a link: its text stands above already", ""),
    "deep": (f"is shown as a link: notes stand in notes more than {_DEEPEST} deep", "embed the innermost one itself"),
    "much": ("is shown as a link: with it this file would become too long", "embed a section: ![[note#heading]]"),
}

_OF_PLACES = frozenset(_SAYS[fault][0] for fault in ("circular", "again", "deep", "much"))


def embed_notes(chapters: Sequence[Chapter], config: Config) -> Outcome[tuple[Chapter, ...]]:
    """The chapters with what they embed."""
    if not any(_EMBED.search(chapter.source.text) for chapter in chapters):
        return Outcome(tuple(chapters))
    shelf = _Shelf(
        {chapter.source.path: chapter for chapter in chapters},
        anchor_index(chapters),
        config,
        room=_MOST + sum(len(chapter.source.text) for chapter in chapters),
    )
    result: list[Chapter] = []
    diagnostics: list[Diagnostic] = []
    for chapter in chapters:
        if chapter.stays_out or not _EMBED.search(chapter.source.text):
            result.append(chapter)
            continue
        embedding = _Embedding(shelf, chapter)
        result.append(embedding.chapter())
        diagnostics += embedding.diagnostics
    return Outcome(tuple(result), tuple(diagnostics))


def embedded_notes(shown: Iterable[Chapter], chapters: Iterable[Chapter]) -> frozenset[str]:
    """The paths of those among all chapters that stand in what is shown."""
    index = anchor_index(chapters)
    found = (
        find_note(index, chapter.source.path, match[1].strip())
        for chapter in shown
        for match in _NAME.finditer(chapter.source.text)
    )
    return frozenset(path for path in found if path)


Name = tuple[str, str]
"""A passage: the path of its note, and what it is called there, "" for the whole note."""


@dataclass(slots=True)
class _Shelf:
    """All notes, and what was looked up in them. `room` is how many characters may still be embedded."""

    chapters: Mapping[str, Chapter]
    index: Anchors
    config: Config
    room: int
    tokens: dict[str, tuple[Token, ...]] = field(default_factory=dict)
    headings: dict[str, Headings] = field(default_factory=dict)
    passages: dict[Name, tuple[tuple[Token, ...], int]] = field(default_factory=dict)

    def tokens_of(self, path: str) -> tuple[Token, ...]:
        if path not in self.tokens:
            source = self.chapters[path].source
            self.tokens[path] = parse(source, self.config, lang=self.config.lang or language(source.text)).value
        return self.tokens[path]

    def headings_of(self, path: str) -> Headings:
        if path not in self.headings:
            self.headings[path] = read_headings(self.tokens_of(path))
        return self.headings[path]

    def passage(self, name: Name) -> tuple[tuple[Token, ...], int]:
        """The tokens of a passage, and how many characters it has."""
        if name not in self.passages:
            tokens = find_passage(self.tokens_of(name[0]), self.headings_of(name[0]), name[1])
            self.passages[name] = tokens, sum(len(token.content) for token in tokens)
        return self.passages[name]


@dataclass(frozen=True, slots=True)
class _At:
    """Where text stands: in which note, in which passages around it, and where these stand in the chapter (None: it is it)."""

    path: str
    around: tuple[Name, ...] = ()
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class _Embed:
    """`![[address]]` with its place in the chapter, the note that it stands in, and the passages around it."""

    address: str
    span: Span
    at: _At


class _Embedding:
    """One chapter, while texts of others are put into it. `seen` are the passages that a card has."""

    def __init__(self, shelf: _Shelf, chapter: Chapter) -> None:
        self._shelf = shelf
        self._chapter = chapter
        self._room = _MOST
        self._seen: set[Name] = set()
        self._used: dict[str, None] = {}
        self._said: dict[Diagnostic, None] = {}

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What could not be embedded."""
        return tuple(self._said)

    def chapter(self) -> Chapter:
        """The chapter with all that it embeds."""
        items = tuple(map(self._item, self._chapter.items))
        if not self._used:
            return self._chapter
        parts = [self._chapter.digest, *(self._shelf.chapters[path].digest for path in self._used)]
        return replace(
            self._chapter,
            items=items,
            images=find_images(items, self._chapter.source),
            links=find_links(items, self._chapter.source),
            digest=hashlib.sha256(repr(parts).encode()).hexdigest(),
        )

    def _item(self, item: Item) -> Item:
        self._seen = set()
        match item:
            case Prose():
                return replace(item, body=self._body(item.body))
            case Card():
                hint, extra = (body and self._body(body) for body in (item.hint, item.extra))
                return replace(item, front=self._body(item.front), back=self._body(item.back), hint=hint, extra=extra)
        return item

    def _body(self, body: Body) -> Body:
        if not any(map(_embeds, body.tokens)):
            return body
        return replace(body, tokens=tuple(self._blocks(body.tokens, _At(self._chapter.source.path))))

    def _blocks(self, tokens: Sequence[Token], at: _At) -> Iterator[Token]:
        """Block tokens of a note, with what they embed."""
        for index, token in enumerate(tokens):
            if not _embeds(token):
                yield token
            elif index and tokens[index - 1].type == "paragraph_open":
                yield from self._paragraph(tokens[index - 1], token, at)
            else:
                yield token.copy(children=list(self._line(token, at)))

    def _paragraph(self, opening: Token, inline: Token, at: _At) -> Iterator[Token]:
        """A paragraph up to an embed, what it embeds, and the rest; its own first and last tag stand around all of it."""
        text: list[Token] = []
        closing = Token("paragraph_close", "p", -1, hidden=opening.hidden, block=True, level=opening.level)
        for piece in _pieces(inline.children or ()):
            embed = self._read(piece, inline, at)
            name = self._find(embed) if embed else None
            if embed is None or name is None:
                text += piece
                continue
            yield inline.copy(children=text)
            yield closing
            yield from self._blocks(self._moved(name, inline), _At(name[0], (*at.around, name), embed.span))
            yield opening.copy()
            text = []
        yield inline.copy(children=text)

    def _line(self, inline: Token, at: _At) -> Iterator[Token]:
        """The children of a heading or cell, where only what is one paragraph has room."""
        for piece in _pieces(inline.children or ()):
            embed = self._read(piece, inline, at)
            name = self._find(embed) if embed else None
            lines = [token for token in self._moved(name, inline) if not token.nesting] if name else []
            if len(lines) == 1 and lines[0].type == "inline":
                yield from lines[0].children or ()
            else:
                if embed and name:
                    self._say("embed-unsupported", embed, *_SAYS["cell"])
                yield from piece

    def _read(self, piece: Sequence[Token], inline: Token, at: _At) -> _Embed | None:
        if not _is_embed(piece):
            return None
        address = str(piece[0].attrs["href"])
        start, end = inline.map or (0, len(self._chapter.source.lines))
        return _Embed(address, at.span or self._chapter.source.find(address, start, end), at)

    def _moved(self, name: Name, inline: Token) -> list[Token]:
        return move(self._shelf.passage(name)[0], name[0], self._chapter.source.path, inline.map)

    def _find(self, embed: _Embed) -> Name | None:
        """What an embed means; None, with a diagnostic, where it stays a link."""
        file, _, fragment = (part.strip() for part in embed.address.partition("#"))
        target = find_note(self._shelf.index, embed.at.path, file) if file else embed.at.path
        chapter = self._shelf.chapters.get(target or "")
        name = (chapter.source.path if chapter else "", fragment.rpartition("#")[2].strip())
        if _DOCUMENTS.search(file):
            self._say("embed-unsupported", embed, *_SAYS["document"])
        elif chapter is None:
            self._say(
                "embed-missing",
                embed,
                f'is shown as plain words: no note is called "{file}"',
                suggest(file, self._shelf.index.names),
            )
        elif chapter.stays_out:
            self._say("embed-unsupported", embed, f"is shown as plain words: {chapter.stays_out}")
        elif name[1] and not self._shelf.passage(name)[0]:
            self._miss(embed, name)
        elif fault := self._fault(name, embed.at):
            self._say("embed-circular" if fault == "circular" else "embed-unsupported", embed, *_SAYS[fault])
        else:
            self._take(name)
            return name
        return None

    def _take(self, name: Name) -> None:
        _, size = self._shelf.passage(name)
        self._room -= size
        self._shelf.room -= size
        self._seen.add(name)
        self._used[name[0]] = None

    def _miss(self, embed: _Embed, name: Name) -> None:
        path, wanted = name
        if wanted.startswith("^"):
            hint = f'write "{wanted}" at the end of the block there'
            self._say("embed-missing", embed, f'is shown as plain words: "{path}" has no block "{wanted[1:]}"', hint)
        else:
            hint = suggest(wanted, self._shelf.headings_of(path).words)
            self._say("embed-missing", embed, f'is shown as plain words: "{path}" has no heading "{wanted}"', hint)

    def _fault(self, name: Name, at: _At) -> str:
        """Why a passage may not stand at a place, "" where it may: none in itself, nothing twice, too deep or too long."""
        notes = {self._chapter.source.path, *(path for path, _ in at.around)}
        if name in at.around or (not name[1] and name[0] in notes):
            return "circular"
        if name in self._seen:
            return "again"
        if len(at.around) >= _DEEPEST:
            return "deep"
        return "much" if self._shelf.passage(name)[1] > min(self._room, self._shelf.room) else ""

    def _say(self, code: str, embed: _Embed, message: str, hint: str = "") -> None:
        """Of a passage only what has to do with its place; all else was said where it is written."""
        if not embed.at.around or message in _OF_PLACES:
            self._said[report(code, embed.span, f'"![[{embed.address}]]" {message}', hint)] = None


def _embeds(token: Token) -> bool:
    return token.type == "inline" and any(child.meta.get("embed") for child in token.children or ())


def _is_embed(piece: Sequence[Token]) -> bool:
    return bool(piece and piece[0].meta.get("embed"))


def _pieces(children: Sequence[Token]) -> Iterator[list[Token]]:
    """The children of a line: each embed with its words and its closing token, and what stands between."""
    piece: list[Token] = []
    for child in children:
        if child.meta.get("embed"):
            if piece:
                yield piece
            piece = [child]
        else:
            piece.append(child)
            if _is_embed(piece) and child.type == "link_close":
                yield piece
                piece = []
    if piece:
        yield piece
