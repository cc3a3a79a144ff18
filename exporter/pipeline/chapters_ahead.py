"""Chapters read ahead, in several processes.

In: what a build is going to read, and its cache. Out: nothing but entries of the cache: chapters, the fields of their
cards, what is wrong with their formulas. The build finds them as if they had lain there from the beginning, and does itself
what could not be done here; so the same comes out with any number of processes.
"""

from __future__ import annotations

import gc
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache as once
from functools import partial
from pathlib import Path
from typing import TypeVar

from exporter.cards import Links, chapter_fields
from exporter.config import Config
from exporter.machinery.cache import Cache
from exporter.machinery.workers import Work, Workers
from exporter.markup.math import MathJax
from exporter.media.assets import load_assets, load_image
from exporter.model import Asset
from exporter.pipeline.formulas import check_chapter, only_checked
from exporter.reading.chapter import without_held
from exporter.reading.folder import find_notes
from exporter.reading.kept_chapters import has_chapter, keep_chapters

_LEAST_BYTES = 150_000
"""Less Markdown is read at once, sooner than a process starts."""

SHARES = 3
"""Into how many parts the share of each process is cut, so that none waits long for another."""

SECONDS = 600
"""How long a process may take for its share, before the build does it itself."""

Assets = Mapping[tuple[str, str], Asset]
Found = tuple[Assets, Links]
"""What the cards of a book show that does not stand in their own file."""
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class _Files:
    """Some files of a deck, with the images and links of the book where these are known.

    `only_read` where no cards are made.
    """

    files: tuple[Path, ...]
    config: Config
    cache: Cache
    found: Found | None
    only_read: bool


def read_ahead(  # noqa: PLR0913 - as many things tell what to read
    files: Sequence[Path],
    config: Config,
    cache: Cache,
    workers: Workers,
    found: Found | None = None,
    *,
    only_read: bool = False,
) -> None:
    """Let processes fill the cache for these files, where that is worth starting them.

    Without what was `found` they look for the images of each file themselves; those on the network are not among them, nor
    are links into other files.
    """
    sizes: list[tuple[Path, int]] = []
    for file in files:
        with suppress(OSError):  # it is gone: the build will say so
            sizes.append((file, file.stat().st_size))
    if is_worth_it(sizes, cache, workers):
        runs = cut(sizes, workers.count * SHARES)
        works = [Work(_Files(run, config, cache, found, only_read), SECONDS, config.limits.print_bytes) for run in runs]
        workers.run(_fill, works)


def read_notes_ahead(config: Config, destination: Path, cache: Cache, workers: Workers, *, only_read: bool) -> None:
    """Let processes read what the cache lacks of a deck's notes, as if there were no last edition."""
    config = without_held(config)
    files = find_notes(config, destination)[: config.limits.notes]
    unread = [file for file in files if not has_chapter(file, config, cache)]
    read_ahead(unread, config, cache, workers, only_read=only_read)


def is_worth_it(sizes: Sequence[tuple[object, int]], cache: Cache, workers: Workers) -> bool:
    """Whether work on so many bytes of Markdown is worth starting processes."""
    return workers.count > 1 and cache.keeps and len(sizes) > 1 and sum(size for _, size in sizes) >= _LEAST_BYTES


def cut(sizes: Sequence[tuple[Item, int]], parts: int) -> list[tuple[Item, ...]]:
    """Items in so many runs of about the same size."""
    most = sum(size for _, size in sizes) / parts
    runs: list[list[Item]] = [[]]
    there = 0.0
    for item, size in sizes:
        if runs[-1] and there + size / 2 > most:
            runs.append([])
            there = 0
        runs[-1].append(item)
        there += size
    return [tuple(run) for run in runs]


def _fill(work: _Files) -> None:
    config, cache = work.config, work.cache
    read = keep_chapters(cache)
    gc.disable()  # tokens go when their chapter does, and live until then
    try:
        chapters = [chapter for file in work.files if (chapter := read(file, config).value)]
        if work.only_read:
            return
        if work.found is None:
            load = partial(load_image, cache=cache)
            found: Found = load_assets(chapters, config.root, {}, load, limits=config.limits).value, {}
            chapters = [chapter for chapter in chapters if not (config.source_url and chapter.links)]
        else:
            found = work.found
        for chapter in chapters:
            chapter_fields(chapter, *found, config, cache)
            if only_checked(config):
                check_chapter(chapter, config, one_mathjax(), cache)
    finally:
        gc.enable()


@once
def one_mathjax() -> MathJax:
    """The MathJax of a process."""
    return MathJax()
