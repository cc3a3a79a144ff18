"""All settings of a deck, and where its files lie."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from exporter.config.tables import (
    AnkiConfig,
    DeckConfig,
    LimitsConfig,
    MathConfig,
    Output,
    PrintConfig,
    SpacedRepetitionConfig,
)
from exporter.config.toml import NO_KEY
from exporter.diagnostics import Diagnostic
from exporter.machinery.templates import Own

CACHE_FOLDER = ".make-deck"


@dataclass(frozen=True, slots=True)
class Config:
    """All settings, and where they came from. `breaks`: a line of the notes is a line of the text, as in verses.

    `exclude` are files below the source that are no part of the deck, in the grammar of gitignore(5); where there are
    patterns in `include`, all others are none either. `edition_in_name` gives the files of a release its number.

    `root` is the deck's folder; `source_path` the file or folder to read; `file` the `deck.toml`, or None. Without one
    nothing is written outside the output folder. `trusted` says that the user lets the deck's templates do anything;
    `proxy` is the user's, for the network.
    `held` are the rules that read files for the last edition, by path; `beside` those that the files beside them gave.
    `one_of` is the name of the deck where `[decks]` has several, `sisters` are the others, and `only_tags` are what its
    questions have. `said` is what there is to say of settings that are another tool's, and `blocks` the words of Logseq's
    blocks by their names. `keys` are lists of answers in files of their own, by the path of the notes that they answer:
    their path and their text. `in_vault`: the notes lie in a vault of Obsidian's or a graph of Logseq's.
    """

    name: str = ""
    title: str = ""
    lang: str = ""
    author: str = ""
    subtitle: str = ""
    date: str = ""
    keywords: tuple[str, ...] = ()
    url: str = ""
    license: str = ""
    source_url: str = ""
    source: str = "source"
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    outputs: tuple[Output, ...] = ("apkg", "handout")
    edition_in_name: bool = False
    anki: AnkiConfig = AnkiConfig()
    print: PrintConfig = PrintConfig()
    math: MathConfig = MathConfig()
    spaced_repetition: SpacedRepetitionConfig = SpacedRepetitionConfig()
    limits: LimitsConfig = LimitsConfig()
    fetch: bool = False
    breaks: bool = False
    questions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    decks: Mapping[str, DeckConfig] = field(default_factory=lambda: MappingProxyType({}))
    root: Path = field(default=Path(), metadata=NO_KEY)
    source_path: Path = field(default=Path(), metadata=NO_KEY)
    file: Path | None = field(default=None, metadata=NO_KEY)
    trusted: bool = field(default=False, metadata=NO_KEY)
    proxy: str = field(default="", metadata=NO_KEY)
    one_of: str = field(default="", metadata=NO_KEY)
    sisters: tuple[Config, ...] = field(default=(), metadata=NO_KEY)
    only_tags: tuple[str, ...] = field(default=(), metadata=NO_KEY)
    held: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), metadata=NO_KEY)
    beside: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), metadata=NO_KEY)
    said: tuple[Diagnostic, ...] = field(default=(), metadata=NO_KEY)
    blocks: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), metadata=NO_KEY)
    keys: Mapping[str, tuple[str, str]] = field(default_factory=lambda: MappingProxyType({}), metadata=NO_KEY)
    in_vault: bool = field(default=False, metadata=NO_KEY)

    @property
    def own_templates(self) -> Own | None:
        """Where templates of the deck's own may lie."""
        return Own(self.root, self.trusted) if self.file else None

    def cache_folder(self, destination: Path) -> Path:
        """Where caches lie: in the deck's root, or beside the outputs where there is no `deck.toml`."""
        return (self.root if self.file else destination) / CACHE_FOLDER

    @property
    def part(self) -> str:
        """The file or folder below the root that was asked for, where that is less than the deck; else ""."""
        if not self.file or self.source_path == self.root / self.source:
            return ""
        return unicodedata.normalize("NFC", self.source_path.relative_to(self.root).as_posix())

    @property
    def file_name(self) -> str:
        """What the names of the outputs begin with. A part of a deck never takes the place of the whole."""
        if not self.part:
            return self.name
        below = self.part.removeprefix(f"{self.source}/")
        return f"{self.name}-preview-{PurePosixPath(below).with_suffix('').as_posix().replace('/', '-')}"

    def lock_file(self, destination: Path) -> Path:
        """Where the lock lies: in the deck's root, or beside the outputs where there is no `deck.toml`."""
        if self.one_of:
            return self.root / f"{self.one_of}.lock"
        return self.root / "deck.lock" if self.file else destination / f"{self.name}.lock"


def with_outputs(config: Config, outputs: tuple[Output, ...]) -> Config:
    """The settings with other outputs, where any are given."""
    return replace(config, outputs=outputs) if outputs else config


def one_deck(config: Config, name: str) -> Config:
    """The settings of one of several decks, with those of its sisters. Raises KeyError for one that there is not."""
    sisters = tuple(_alone(config, other) for other in config.decks if other != name)
    return replace(_alone(config, name), sisters=sisters)


def _alone(config: Config, name: str) -> Config:
    deck = config.decks[name]
    return replace(
        config,
        name=name,
        title=deck.title or name,
        include=deck.include or config.include,
        exclude=(*config.exclude, *deck.exclude),
        outputs=deck.outputs or config.outputs,
        anki=replace(config.anki, deck=deck.deck) if deck.deck else config.anki,
        decks=MappingProxyType({}),
        one_of=name,
        only_tags=deck.tags,
    )
