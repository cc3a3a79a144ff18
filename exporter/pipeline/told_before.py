"""What a build has said of the notes before, so that the commands that print do not say it again and again.

In: a deck and what a command has to say. Out: what is to be said in full, and what was. Errors and what concerns paper are
always said, and so is what an edition costs its readers. Nothing is remembered but what a person has read.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from exporter.config import Config
from exporter.diagnostics import OF_PAPER, Diagnostic, Severity
from exporter.machinery.cache import Cache

_KIND = "told"
_OF_READERS = frozenset({"question-ambiguous", "history-anew", "history-shallow"})
"""Who releases an edition has to know of it then."""


def split_told(
    config: Config, destination: Path, diagnostics: Sequence[Diagnostic]
) -> tuple[tuple[Diagnostic, ...], tuple[Diagnostic, ...]]:
    """What a command says in full, and what was said before of the same notes."""
    known = set(_known(config, Cache(config.cache_folder(destination))))
    again = tuple(d for d in diagnostics if _is_of_notes(d) and str(d) in known)
    return tuple(d for d in diagnostics if d not in again), again


def remember_told(config: Config, destination: Path, diagnostics: Sequence[Diagnostic]) -> None:
    """Keep what was said of the notes; of a part of a deck, beside what is known of the whole."""
    cache = Cache(config.cache_folder(destination))
    told = {str(d) for d in diagnostics if _is_of_notes(d)}
    kept = told.union(_known(config, cache)) if config.part else told
    if told or kept != set(_known(config, cache)):
        cache.keep_json(_KIND, _key(config), sorted(kept))


def _is_of_notes(diagnostic: Diagnostic) -> bool:
    return diagnostic.severity is not Severity.ERROR and diagnostic.code not in OF_PAPER | _OF_READERS


def _known(config: Config, cache: Cache) -> list[str]:
    return cache.find_json(_KIND, _key(config)) or []


def _key(config: Config) -> tuple[str, ...]:
    return str(config.root if config.file else config.source_path), config.name
