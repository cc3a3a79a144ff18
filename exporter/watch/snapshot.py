"""What the notes are at one moment: the book, a guid for each card, the media by name.

In: what was asked for on the command line, and the library. Out: a `Snapshot`, or why there is none. A card becomes
HTML only when it is looked at, so that a save of one question costs no more in a large book than in a small one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from exporter.cards import media_file, plan_notes
from exporter.config import Config, load_config, one_deck
from exporter.diagnostics import Diagnostic, Outcome, failed
from exporter.editions.identity import match_cards, read_lock
from exporter.model import Body, Book, Card, Chapter, MediaFile, Note, NoteType
from exporter.pipeline.book import read_book
from exporter.pipeline.held_rules import as_published
from exporter.watch.chapters_in_memory import Library


@dataclass(frozen=True, slots=True)
class Call:
    """What the command was called with. `destination` is where a build would write: nothing there is read."""

    path: Path
    destination: Path
    fetch: bool = False
    trusted: bool = False
    limits: tuple[tuple[str, int], ...] = ()
    deck: str = ""
    proxy: str = ""

    def settings(self) -> Outcome[Config | None]:
        """The settings as they are now."""
        loaded = load_config(self.path, dict(self.limits))
        if loaded.value is None:
            return loaded
        value = one_deck(loaded.value, self.deck) if self.deck in loaded.value.decks else loaded.value
        given = replace(
            value,
            fetch=self.fetch or value.fetch,
            proxy=self.proxy or value.proxy,
            trusted=self.trusted or value.trusted,
        )
        return Outcome(as_published(given, self.destination), loaded.diagnostics)


@dataclass(frozen=True, slots=True)
class Shown:
    """One question of the book, with its guid."""

    guid: str
    card: Card
    chapter: Chapter

    @property
    def _bodies(self) -> tuple[Body, ...]:
        card = self.card
        return tuple(body for body in (card.front, card.back, card.hint, card.extra) if body)

    @property
    def first(self) -> int:
        """The first line of the card in its file."""
        return min(self.card.span.line, *(body.span.line for body in self._bodies))

    @property
    def last(self) -> int:
        """The last line of the card in its file."""
        return max(self.card.span.line, *(body.span.end_line for body in self._bodies))

    @property
    def markdown(self) -> str:
        """All that was written of the card."""
        return "\0".join((str(self.card.kind), self.card.text, *(body.markdown for body in self._bodies)))


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A book with all that the preview asks of it. `cards` are in book order, by guid.

    `chapters` and `files`, which are their cards, are by path.
    """

    config: Config
    book: Book
    cards: Mapping[str, Shown]
    media: Mapping[str, MediaFile] = field(repr=False)
    chapters: Mapping[str, Chapter] = field(init=False, repr=False)
    files: Mapping[str, tuple[Shown, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        chapters = {chapter.source.path: chapter for chapter in self.book.chapters}
        files: dict[str, list[Shown]] = {path: [] for path in chapters}
        for shown in self.cards.values():
            files[shown.chapter.source.path].append(shown)
        object.__setattr__(self, "chapters", chapters)  # frozen: as dataclasses themselves do it
        object.__setattr__(self, "files", {path: tuple(cards) for path, cards in files.items()})

    def note_of(self, shown: Shown) -> tuple[Note, NoteType]:
        """The note of one card, planned as a build plans it."""
        book = replace(self.book, chapters=(replace(shown.chapter, items=(shown.card,)),))
        plan = plan_notes(book, (shown.guid,), self.config)
        return plan.notes[0], plan.notetypes[0]


def take_snapshot(call: Call, library: Library) -> Outcome[Snapshot | None]:
    """The notes as they are on disk now; None where there is an error."""
    settings = call.settings()
    config = settings.value
    if config is None:
        return Outcome(None, settings.diagnostics)
    with library.refresh(config) as sources:
        book = read_book(config, call.destination, sources)
    lock_file = config.lock_file(call.destination)
    lock = read_lock(lock_file, lock_file.name)
    diagnostics: tuple[Diagnostic, ...] = (*settings.diagnostics, *book.diagnostics, *lock.diagnostics)
    if failed(diagnostics):
        return Outcome(None, diagnostics)
    identity = library.identity_of(book.value.chapters, lock.value, config.name)
    guids = match_cards(book.value.chapters, lock.value, identity, within=config.part).guids
    pairs = [(chapter, card) for chapter in book.value.chapters for card in chapter.cards]
    cards = {guid: Shown(guid, card, chapter) for guid, (chapter, card) in zip(guids, pairs, strict=True)}
    files = [media_file(asset, config.anki.image_max) for asset in book.value.assets.values()]
    media = {file.name: file for file in files}
    return Outcome(Snapshot(config, book.value, cards, media), diagnostics)


def changed_cards(new: Snapshot, old: Snapshot) -> tuple[str, ...]:
    """The cards that are new or were edited. Chapters that did not change are the very same objects."""
    before = {id(chapter) for chapter in old.book.chapters}
    return tuple(
        shown.guid
        for path, chapter in new.chapters.items()
        if id(chapter) not in before
        for shown in new.files[path]
        if shown.guid not in old.cards or old.cards[shown.guid].markdown != shown.markdown
    )


def watched_folders(snapshot: Snapshot | None, call: Call) -> tuple[tuple[Path, ...], bool]:
    """Where changes matter, and whether folders below count too.

    A file without a `deck.toml` may lie in a folder as large as a home, so only its own folder and those of its images
    are watched.
    """
    config = snapshot.config if snapshot else call.settings().value
    if config is None:
        return ((call.path if call.path.is_dir() else call.path.parent),), False
    if config.file or config.source_path.is_dir():
        return (config.root,), True
    images = {asset.file.parent for asset in snapshot.book.assets.values()} if snapshot else set[Path]()
    return tuple(sorted({config.root, *images})), False
