"""Chapters rendered ahead for pages, in several processes; see `chapters_ahead`.

In: chapters to render, and the cache. Out: a way to render them, that finds their HTML in the cache.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from exporter.config import Config
from exporter.machinery.cache import Cache
from exporter.machinery.workers import Work, Workers
from exporter.markup.math import CachedMath, MathBackend
from exporter.pipeline.chapters_ahead import SECONDS, SHARES, cut, is_worth_it, one_mathjax
from exporter.print.pages import ChapterJob, PageChapter, RenderChapters, Surroundings, is_kept, render_kept
from exporter.print.pages.appearance import Look
from exporter.reading.kept_chapters import keep_chapters


@dataclass(frozen=True, slots=True)
class _Chapters:
    """Chapters to render: the file of each, its digest, its surroundings."""

    chapters: tuple[tuple[Path, str, Surroundings], ...]
    look: Look
    config: Config
    cache: Cache


def render_with(backend: MathBackend, config: Config, cache: Cache, workers: Workers) -> RenderChapters:
    """A way to render chapters: what the cache lacks is rendered in processes, where that is worth starting them."""

    def render(jobs: Sequence[ChapterJob], look: Look) -> Sequence[PageChapter]:
        _render_ahead((job for job in jobs if not is_kept(job, look, cache)), look, config, cache, workers)
        return [render_kept(job, look, backend, cache) for job in jobs]

    return render


def _render_ahead(jobs: Iterable[ChapterJob], look: Look, config: Config, cache: Cache, workers: Workers) -> None:
    sizes = [((j.chapter.source.file, j.chapter.digest, j.around), len(j.chapter.source.text.encode())) for j in jobs]
    if is_worth_it(sizes, cache, workers):
        runs = cut(sizes, workers.count * SHARES)
        works = [Work(_Chapters(run, look, config, cache), SECONDS, config.limits.print_bytes) for run in runs]
        workers.run(_render, works)


def _render(work: _Chapters) -> None:
    read = keep_chapters(work.cache)
    backend = CachedMath(one_mathjax(), work.cache)
    for file, digest, around in work.chapters:
        chapter = read(file, work.config).value
        if chapter and chapter.digest == digest:
            render_kept(ChapterJob(chapter, around), work.look, backend, work.cache)
