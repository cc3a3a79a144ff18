"""The notes as they were read, for whoever only looks.

What was read is kept in the user's own folder: who only looks changes nothing beside the notes, and no build's caches.
"""

from __future__ import annotations

from pathlib import Path

from exporter.config import Config
from exporter.diagnostics import Outcome
from exporter.machinery.cache import Cache
from exporter.machinery.workers import Workers, processors
from exporter.model import Book
from exporter.pipeline.book import kept_sources, read_book
from exporter.pipeline.chapters_ahead import read_notes_ahead
from exporter.pipeline.held_rules import as_published


def read_outline(config: Config, destination: Path) -> Outcome[Book]:
    """The book, and what reading has to say of it. Writes nothing but caches."""
    from platformdirs import user_cache_path

    config = as_published(config, destination)
    cache = Cache(user_cache_path("make-deck", appauthor=False) / "outlines")
    with Workers(processors()) as workers:
        read_notes_ahead(config, destination, cache, workers, only_read=True)
    book = read_book(config, destination, kept_sources(cache))
    cache.trim()
    return book
