"""From a book to the edition that a build would make of it now.

In: a book, settings, and the output folder. Out: an `Edition`, against the lock and the other decks of the same notes.
Writes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from exporter.config import Config
from exporter.diagnostics import Outcome
from exporter.editions.edition import Edition, plan_edition
from exporter.editions.identity import Sister, read_lock
from exporter.machinery.cache import Cache
from exporter.model import Book, Chapter
from exporter.pipeline.book import kept_sources, read_chapters_of
from exporter.pipeline.edition_time import now
from exporter.pipeline.held_rules import as_published


def plan_now(book: Book, config: Config, destination: Path, cache: Cache, *, release: bool = False) -> Outcome[Edition]:
    """The edition of a book as it is now; `release` says that it goes out."""
    lock_file = config.lock_file(destination)
    sisters = find_sisters(config, destination, cache)
    return plan_edition(book, config, lock_file, now(lock_file), cache, sisters=sisters, release=release)


def find_sisters(config: Config, destination: Path, cache: Cache) -> tuple[Sister, ...]:
    """The other decks of the same notes. Their notes are read when somebody asks for them."""
    locks = [sister.lock_file(destination) for sister in config.sisters]
    return tuple(
        Sister(sister.title, read_lock(lock, lock.name).value, partial(_chapters, sister, destination, cache))
        for sister, lock in zip(config.sisters, locks, strict=True)
    )


def _chapters(config: Config, destination: Path, cache: Cache) -> Sequence[Chapter]:
    return read_chapters_of(as_published(config, destination), destination, kept_sources(cache))
