"""The values that pass between the stages. All are frozen; none knows how it is read, shown or written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, overload

from markdown_it.token import Token

from exporter.machinery.html_text import FieldHtml
from exporter.source import SourceFile, Span


class CardKind(StrEnum):
    """The card types; each is a folder in `templates/anki/`."""

    BASIC = "basic"
    REVERSED = "reversed"
    CLOZE = "cloze"
    TYPE_IN = "typein"
    CHOICE = "choice"


class LateTokens(Sequence[Token]):
    """Tokens that are read when somebody asks for them. How many there are is known before."""

    __slots__ = ("_count", "_read")

    def __init__(self, count: int, read: Callable[[], Sequence[Token]]) -> None:
        self._count = count
        self._read = read

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Token: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Token]: ...
    def __getitem__(self, index: int | slice) -> Token | Sequence[Token]:
        return self._read()[index]

    def __iter__(self) -> Iterator[Token]:
        return iter(self._read())


@dataclass(frozen=True, slots=True)
class Body:
    """A run of block tokens from markdown-it, never changed, with the Markdown they came from.

    Those of a chapter that was kept from an earlier build are `LateTokens`.
    """

    tokens: Sequence[Token]
    markdown: str
    span: Span

    def __bool__(self) -> bool:
        return len(self.tokens) > 0


@dataclass(frozen=True, slots=True)
class Prose:
    """Text that is no card: before the first question, between sections, or left out on purpose. Printed, not asked.

    `is_used`: it is a key whose answers are all on cards, and need not be printed.
    """

    body: Body
    is_used: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A heading that groups questions. `level` counts from 1 within the chapter; `anchors` are link targets."""

    level: int
    title: Body
    text: str
    anchors: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Card:
    """One question with its answer.

    `text` is the question as plain text without its number; `number` is what was stripped ("3", "2.1.4", ""). `key` is
    an identity that the author gave (`{#id}`), or "". `sections` are the headings above it, outermost first. `sketch` is
    that of its answer (`text_fingerprints`). `deck` is one that the notes name, with `::` between its levels. `foreign_ids`
    are the ids and schedules that other tools keep for it, as they are written.
    """

    kind: CardKind
    key: str
    number: str
    text: str
    front: Body
    back: Body
    hint: Body | None
    extra: Body | None
    sections: tuple[str, ...]
    tags: tuple[str, ...]
    anchors: tuple[str, ...]
    span: Span
    sketch: str = ""
    deck: str = ""
    foreign_ids: tuple[str, ...] = ()


Item = Section | Prose | Card


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that looks like a question and became no card, and why."""

    text: str
    reason: str
    span: Span


@dataclass(frozen=True, slots=True)
class Accounts:
    """Where the characters of a file went: on cards, on pages only, into titles and contents, or nowhere (`visible_pieces`)."""

    cards: int = 0
    pages: int = 0
    aside: int = 0
    lost: int = 0
    pieces: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """An address as it is written, and where it stands. `is_wiki`: it names a note, as `[[note]]` does."""

    address: str
    span: Span
    is_wiki: bool = False


@dataclass(frozen=True, slots=True)
class Alternative:
    """A way to read a file: the `rule` that pins it, in words, how many cards it makes, and its first fronts."""

    rule: str
    words: str
    count: int
    fronts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What was taken for the questions of a file: the first of the alternatives, which are there best first.

    `confidence` is how likely it is right, 0 to 1; `sure`: an author need not look. `decided_by` is "explicit syntax",
    "rule", "numbering", "choice", "folder", or "lock" where the file is read as for the last edition. `near` are rules
    that were nearly chosen by learned numbers, and how far each is behind, 0 where it makes the cards that were.
    """

    alternatives: tuple[Alternative, ...] = ()
    confidence: float = 1.0
    sure: bool = True
    decided_by: str = "rule"
    near: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Imprint:
    """What a file or a book says of itself on a title page: plain text, as it is written."""

    author: str = ""
    subtitle: str = ""
    date: str = ""
    keywords: str = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """One source file as a sequence of sections, prose and cards. `rule` names what was taken for a question.

    `images` are its pictures, sounds and films, `links` what leads to other places in the notes. `digest` is that of all
    that the chapter was read from. `aliases` are other names that wiki links call it by. `stays_out` says why it is in no
    output, "" where it may be. `asking` are lines of answers that are nothing but a question.
    `labels` are what references may name, with its number: figures, tables, formulas.
    """

    slug: str
    title: str
    lang: str
    rule: str
    items: tuple[Item, ...]
    left_out: tuple[LeftOut, ...]
    source: SourceFile = field(repr=False)
    images: tuple[Mention, ...] = field(default=(), repr=False)
    links: tuple[Mention, ...] = field(default=(), repr=False)
    digest: str = ""
    stays_out: str = ""
    aliases: tuple[str, ...] = ()
    asking: tuple[LeftOut, ...] = ()
    labels: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    accounts: Accounts = Accounts()
    decision: Decision = Decision()
    imprint: Imprint = Imprint()

    @property
    def cards(self) -> tuple[Card, ...]:
        """The cards in source order."""
        return tuple(item for item in self.items if isinstance(item, Card))


@dataclass(frozen=True, slots=True)
class Asset:
    """An image, a sound or a film of the notes.

    `file` is the place on disk; sizes are in px, 0 where there are none; `sha256` is that of its bytes. `is_light` says
    that it is transparent and was drawn for a dark screen, `is_line_art` that it is black on white and nothing else.
    """

    file: Path
    name: str
    media_type: str
    sha256: str
    width: int
    height: int
    is_light: bool = False
    is_line_art: bool = False


@dataclass(frozen=True, slots=True)
class Book:
    """All chapters with their images. `assets` maps (chapter path, address as written) to the image found there.

    `others` are the files that are in no output.
    """

    title: str
    lang: str
    chapters: tuple[Chapter, ...]
    assets: Mapping[tuple[str, str], Asset]
    others: tuple[Chapter, ...] = ()
    imprint: Imprint = Imprint()

    @property
    def card_count(self) -> int:
        """How many cards the book has."""
        return sum(len(chapter.cards) for chapter in self.chapters)


class Note(NamedTuple):
    """A note as Anki keeps it: the plan that package, push and JSON share.

    `fields` are in the order of the note type; `media` the names of the files they show; `mod` is in seconds since
    1970 and rises only when the content does. `due` is the place among the new cards, `branch` those of the tags that say
    where it stands in the book.
    """

    guid: str
    notetype: str
    deck: str
    fields: tuple[FieldHtml, ...]
    tags: tuple[str, ...]
    media: tuple[str, ...]
    due: int
    span: Span
    mod: int = 0
    branch: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A file of the package: its name there, where its bytes come from, and the longer side it is scaled to in px."""

    name: str
    asset: Asset
    longest: int


@dataclass(frozen=True, slots=True)
class CardTemplate:
    """One card of a note type: Anki's templates for front and back, and for the two columns of its browser."""

    name: str
    id: int
    front: str
    back: str
    browser_front: str
    browser_back: str


@dataclass(frozen=True, slots=True)
class NoteType:
    """A note type as its folder in `templates/anki/` says. `fields` are Anki's own tables; `mod` is in seconds.

    `theme` is "" for the default one.
    """

    key: str
    id: int
    name: str
    is_cloze: bool
    fields: tuple[Mapping[str, str | int | bool], ...]
    templates: tuple[CardTemplate, ...]
    css: str
    mod: int = 0
    theme: str = ""

    @property
    def field_names(self) -> tuple[str, ...]:
        """The names of the fields, in order."""
        return tuple(str(field["name"]) for field in self.fields)


@dataclass(frozen=True, slots=True)
class NotePlan:
    """Everything that a package holds. `tombstones` are notes that were removed, and say so.

    `description` is plain text, shown under the name of the root deck.
    """

    deck: str
    notetypes: tuple[NoteType, ...]
    notes: tuple[Note, ...]
    media: tuple[MediaFile, ...]
    tombstones: tuple[Note, ...] = ()
    description: str = ""
