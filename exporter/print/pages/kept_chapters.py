"""Rendered chapters kept between builds.

In: a chapter with its surroundings, a look, a cache. Out: the `PageChapter` that was rendered of the same before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, fields
from typing import Any

from exporter.diagnostics import read_record, write_record
from exporter.machinery.cache import Cache
from exporter.machinery.html_text import Html
from exporter.machinery.libraries import library_versions
from exporter.markup.math import MathBackend
from exporter.print.pages.appearance import Look
from exporter.print.pages.chapters import ChapterJob, render_chapter
from exporter.print.pages.page import PageChapter, PageItem
from exporter.reading.anchors import anchor_of

_KIND = "rendered"
_NAMES = tuple(f.name for f in fields(PageItem))
_MARKUP = tuple(f.type == "Html" for f in fields(PageItem))


def is_kept(job: ChapterJob, look: Look, cache: Cache) -> bool:
    """Whether the cache has this chapter in this look."""
    return cache.has(_KIND, _key(job, look))


def render_kept(job: ChapterJob, look: Look, backend: MathBackend, cache: Cache) -> PageChapter:
    """A chapter as a template sees it: from the cache, else rendered and kept there."""
    key = _key(job, look)
    known = cache.find_json(_KIND, key)
    if known is not None:
        return _read(known, job)
    made = render_chapter(job, look, backend)
    if not made.is_passing:
        cache.keep_json(_KIND, key, _write(made))
    return made


def _key(job: ChapterJob, look: Look) -> tuple[object, ...]:
    """All that a chapter's HTML is made of."""
    around = job.around
    images = [(address, a.sha256, a.name, a.media_type, a.width, a.height) for address, a in around.assets.items()]
    places = (
        around.number,
        around.first,
        around.counted,
        images,
        [*around.targets.items()],
        sorted(around.macros.items()),
        around.links,
        [
            (name, astuple(referred))
            for names in (around.own, around.others)
            for name, referred in sorted(names.items())
        ],
    )
    looks = (
        look.theme,
        sorted(look.labels.items()),
        look.page,
        look.width,
        look.binding,
        look.is_wide,
        look.smart_quotes,
    )
    return (job.chapter.digest, places, looks, library_versions())


def _write(page: PageChapter) -> dict[str, object]:
    return {
        "lang": page.lang,
        "items": [[getattr(item, name) for name in _NAMES] for item in page.items],
        "pictures": [*page.pictures],
        "more_text": page.more_text,
        "said": [*map(write_record, page.said)],
    }


def _read(record: Mapping[str, Any], job: ChapterJob) -> PageChapter:
    files = {f"deck:{asset.sha256}": asset.file for asset in job.around.assets.values()}
    return PageChapter(
        anchor_of(job.chapter), job.chapter.title, record["lang"], tuple(map(_item, record["items"])), job.around.number,
        job.chapter.source.path, {address: files[address] for address in record["pictures"]}, record["more_text"],
        tuple(map(read_record, record["said"])),
    )  # fmt: skip


def _item(values: list[object]) -> PageItem:
    read = (Html(value) if is_markup else value for value, is_markup in zip(values, _MARKUP, strict=True))
    return PageItem(*(tuple(value) if isinstance(value, list) else value for value in read))  # type: ignore[arg-type]
