"""What the next edition changes, and the author's word on what only he can tell."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from exporter.config import Config
from exporter.diagnostics import Outcome, failed, settle
from exporter.editions.changes import Changes
from exporter.editions.edition import plan_after
from exporter.editions.identity import decide, render_lock
from exporter.machinery.cache import Cache
from exporter.machinery.whole_files import write_files
from exporter.model import Book
from exporter.pipeline.against import changes_against, read_base
from exporter.pipeline.book import kept_sources, read_book
from exporter.pipeline.edition_time import lock_bytes, now
from exporter.pipeline.faults import unwritable
from exporter.pipeline.held_rules import as_published
from exporter.pipeline.planning import find_sisters, plan_now


def plan(
    config: Config, destination: Path, *, accept: Iterable[str] = (), refuse: Iterable[str] = ()
) -> Outcome[Changes | None]:
    """What the next edition changes. Nothing is written but decisions, into the lock."""
    config = as_published(config, destination)
    cache = Cache(config.cache_folder(destination), read_only=True)
    book = read_book(config, destination, kept_sources(cache))
    if failed(book.diagnostics):
        return Outcome(None, settle(book.diagnostics))
    lock_file = config.lock_file(destination)
    last = lock_bytes(lock_file)
    edition = plan_now(book.value, config, destination, cache)
    diagnostics = [*book.diagnostics, *edition.diagnostics]
    accept, refuse = tuple(accept), tuple(refuse)
    if (accept or refuse) and not failed(diagnostics):
        value = edition.value
        decided = decide(value.before, value.matching, value.offers, accept=accept, refuse=refuse)
        diagnostics.extend(decided.diagnostics)
        if not failed(diagnostics):
            data = render_lock(decided.value).encode()
            try:
                written = write_files({lock_file: data}, still=lambda: lock_bytes(lock_file) == last)
            except OSError as error:
                return Outcome(None, settle([*diagnostics, unwritable(error, destination)]))
            if not written:
                return plan(config, destination, accept=accept, refuse=refuse)
            edition = plan_now(book.value, config, destination, cache)
    return Outcome(edition.value.changes, settle(diagnostics))


def plan_against(config: Config, destination: Path, revision: str) -> Outcome[Changes | None]:
    """What changes for readers between a revision in git and the notes as they are now. Nothing is written.

    What was said of the revision already is not said again, unless it is an error.
    """
    config = as_published(config, destination)
    cache = Cache(config.cache_folder(destination), read_only=True)
    base = read_base(config, revision, cache)
    if base.value is None:
        return Outcome(None, settle(base.diagnostics))
    book: Outcome[Book] = read_book(config, destination, kept_sources(cache))
    if failed(book.diagnostics):
        return Outcome(None, settle(book.diagnostics))
    lock_file = config.lock_file(destination)
    if (lock_bytes(lock_file) or b"") == base.value.committed:  # whoever changed the notes did not build
        sisters = find_sisters(config, destination, cache)
        edition = plan_after(base.value.lock, book.value, config, now(lock_file), cache, sisters=sisters)
    else:
        edition = plan_now(book.value, config, destination, cache)
    found = settle((*book.diagnostics, *edition.diagnostics))
    if failed(found):
        return Outcome(None, found)
    tombstones = len(edition.value.plan.tombstones)
    news = tuple(filter(base.value.is_news, found))
    return Outcome(changes_against(base.value, edition.value, tombstones=tombstones), news)
