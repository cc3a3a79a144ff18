"""Chapters read ahead, in several processes.

In: files that a build will read, and its cache. Out: nothing but entries of the cache: the chapters, and the fields of
their cards. The build reads them as if they had lain there from the beginning, and does itself what could not be done
here; so the same comes out with any number of processes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from exporter.assets import load_assets, load_image
from exporter.cache import Cache
from exporter.config import Config
from exporter.model import Asset
from exporter.notes import chapter_fields
from exporter.records import keep_chapters
from exporter.workers import Work, Workers

_LEAST_BYTES = 150_000
"""Less is read at once, sooner than a process starts."""

_SHARES = 3
"""Into how many parts the share of each process is cut, so that none waits long for another."""

_SECONDS = 600

Assets = Mapping[tuple[str, str], Asset]


@dataclass(frozen=True, slots=True)
class _Files:
    """Some files of a deck, with the images of the book where these are known."""

    files: tuple[Path, ...]
    config: Config
    cache: Cache
    assets: Assets | None


def read_ahead(
    files: Sequence[Path], config: Config, cache: Cache, workers: Workers, assets: Assets | None = None
) -> None:
    """Let processes fill the cache for these files, where that is worth starting them.

    Without `assets` they look for the images of each file themselves; those on the network are not among them.
    """
    sizes = {file: file.stat().st_size for file in files if file.is_file()}
    if workers.count < 2 or not cache.keeps or len(sizes) < 2 or sum(sizes.values()) < _LEAST_BYTES:
        return
    works = [
        Work(_Files(part, config, cache, assets), _SECONDS, config.limits.print_bytes)
        for part in _cut(sizes, workers.count * _SHARES)
    ]
    workers.run(_fill, works)


def _cut(sizes: dict[Path, int], parts: int) -> list[tuple[Path, ...]]:
    """The files in so many runs of about the same number of bytes."""
    most = sum(sizes.values()) / parts
    runs: list[list[Path]] = [[]]
    bytes_there = 0
    for file, size in sizes.items():
        if runs[-1] and bytes_there + size / 2 > most:
            runs.append([])
            bytes_there = 0
        runs[-1].append(file)
        bytes_there += size
    return [tuple(run) for run in runs]


def _fill(work: _Files) -> None:
    config, cache = work.config, work.cache
    read = keep_chapters(cache)
    chapters = [chapter for file in work.files if (chapter := read(file, config).value)]
    assets = work.assets
    if assets is None:
        load = partial(load_image, cache=cache)
        assets = load_assets(chapters, config.root, {}, load, limits=config.limits).value
    for chapter in chapters:
        chapter_fields(chapter, assets, config, cache)
