"""The notes as they were read, for whoever only looks.

What was read, and what was told of it, is kept in the user's own folder: who only looks changes nothing beside the notes,
and no build's caches.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from exporter.config import Config
from exporter.diagnostics import Outcome
from exporter.machinery.cache import Cache
from exporter.model import Book
from exporter.pipeline.unchanged import tell_unless_told

T = TypeVar("T")


def read_outline(config: Config, destination: Path) -> Outcome[Book]:
    """The book, and what reading has to say of it. Writes nothing but caches."""
    from exporter.machinery.workers import Workers, processors
    from exporter.pipeline.book import kept_sources, read_book
    from exporter.pipeline.chapters_ahead import read_notes_ahead
    from exporter.pipeline.held_rules import as_published

    config, cache = as_published(config, destination), _cache()
    with Workers(processors()) as workers:
        read_notes_ahead(config, destination, cache, workers, only_read=True)
    book = read_book(config, destination, kept_sources(cache))
    cache.trim()
    return book


def told_of_outline(config: Config, destination: Path, wanted: tuple[object, ...], tell: Callable[[], T]) -> T:
    """What was told of the same notes before, or else what `tell` tells: anything that JSON has. `wanted` says what of them."""
    return tell_unless_told(config, destination, ("outline", *wanted), _cache(), tell)


def _cache() -> Cache:
    from platformdirs import user_cache_path

    return Cache(user_cache_path("make-deck", appauthor=False) / "outlines")
