"""From a file or folder to chapters.

In: `Config`. Out: one `Chapter` for each Markdown file, in natural order.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from exporter.config import LIMIT, Config
from exporter.diagnostics import Outcome, report
from exporter.machinery.exclusion import read_patterns
from exporter.machinery.plain_files import walk
from exporter.model import Chapter
from exporter.reading.answer_files import with_keys
from exporter.reading.chapter import read_chapter, without_held
from exporter.reading.held_reading import agrees
from exporter.reading.logseq_graph import with_blocks
from exporter.reading.neighbours import shared_rules
from exporter.reading.rules import check_found, check_rules, held_rule
from exporter.reading.unsure_files import check_choices
from exporter.source import Span, shown_path

_SUFFIXES = (".md", ".markdown")
_SKIPPED = frozenset({"node_modules", "dist", "logseq", "__pycache__"})
"""Folders that hold no notes, besides those that begin with a dot."""

Read = Callable[[Path, Config], Outcome[Chapter | None]]
"""From a file to a chapter."""


def read_chapters(
    config: Config, *, skip: Path | None = None, read: Read | None = None
) -> Outcome[tuple[Chapter, ...]]:
    """All chapters below `config.source_path`; `skip` is the output folder. A file that cannot be read is an error.

    `read` takes the place of `read_chapter`.
    """
    files = find_notes(config, skip)
    if not files:
        place = Span(shown_path(config.source_path, config.root))
        hint = f"notes end in {' or '.join(_SUFFIXES)}"
        hint += (
            "; all others are left out by include and exclude in deck.toml" if config.include or config.exclude else ""
        )
        return Outcome((), (report("no-markdown", place, "no Markdown file here", hint),))
    if len(files) > config.limits.notes:
        message = f"{len(files):,} Markdown files here; the limit is {config.limits.notes:,}"
        hint = f"build the folder that holds the deck, or raise the limit: {LIMIT}notes=…"
        return Outcome(
            (), (report("notes-too-many", Span(shown_path(config.source_path, config.root)), message, hint),)
        )
    config = with_keys(with_blocks(config, files), files)
    found = _read_alike([*files], config, read or read_chapter)
    chapters = [outcome.value for outcome in found if outcome.value is not None]
    diagnostics = [
        *config.said,
        *check_rules(config, files),
        *(said for outcome in found for said in outcome.diagnostics),
    ]
    diagnostics.extend(check_found(config, chapters))
    if chapters and not any(chapter.cards for chapter in chapters) and len(chapters) == len(files):
        place = Span(shown_path(files[0] if len(files) == 1 else config.source_path, config.root))
        hint = 'run "make-deck outline" to see what was read; [questions] in deck.toml or <!-- card --> marks questions'
        diagnostics.append(report("no-questions", place, "no question with an answer was found", hint))
    diagnostics.extend(check_choices(chapters))
    return Outcome(tuple(chapters), tuple(diagnostics))


def _read_alike(files: Sequence[Path], config: Config, read: Read) -> list[Outcome[Chapter | None]]:
    """Read files, and once more those whose folder explains them otherwise, or the lock of the last edition."""
    found = [read(file, without_held(config)) for file in files]
    beside = shared_rules(outcome.value for outcome in found if outcome.value is not None)
    config = replace(config, beside=MappingProxyType(beside))

    def is_otherwise(chapter: Chapter) -> bool:
        path = chapter.source.path
        return path in beside or not agrees(chapter.decision, held_rule(path, config))

    again = [outcome.value is not None and is_otherwise(outcome.value) for outcome in found]
    return [read(file, config) if anew else first for file, first, anew in zip(files, found, again, strict=True)]


def find_notes(config: Config, skip: Path | None = None) -> tuple[Path, ...]:
    """The Markdown files that are part of the deck. Patterns are paths from the source on, whatever part is asked for."""
    files = find_files(config.source_path, skip)
    if not (config.include or config.exclude) or config.source_path.is_file():
        return files
    whole = config.root / config.source
    home = whole if config.file and config.source_path.is_relative_to(whole) else config.source_path
    include, exclude = read_patterns(config.include), read_patterns(config.exclude)

    def is_part(file: Path) -> bool:
        path = shown_path(file, home)
        return (not config.include or include.match_file(path)) and not exclude.match_file(path)

    return tuple(filter(is_part, files))


def find_files(path: Path, skip: Path | None = None) -> tuple[Path, ...]:
    """The Markdown files below `path` (or `path` itself), numbers in names counted as numbers."""
    if path.is_file():
        return (path,)

    def holds_notes(folder: Path) -> bool:
        return folder.name not in _SKIPPED and not folder.name.startswith(".") and folder != skip

    files = walk(path, holds_notes)
    found = [file for file in files if file.name.lower().endswith(_SUFFIXES) and not file.name.startswith(".")]
    return tuple(sorted(found, key=lambda file: [natural_key(part) for part in file.relative_to(path).parts]))


def natural_key(name: str) -> tuple[tuple[int, int | str], ...]:
    """A sort key by which "2" comes before "10"."""
    parts = re.split(r"(\d+)", unicodedata.normalize("NFC", name).casefold())
    return tuple((0, int(part)) if part.isdecimal() else (1, part) for part in parts if part)
