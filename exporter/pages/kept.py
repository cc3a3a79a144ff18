"""Rendered chapters kept between builds.

In: a chapter with its surroundings, a look, a cache. Out: the `PageChapter` that was rendered of the same before.
"""

from __future__ import annotations

import json
from dataclasses import fields

from markupsafe import Markup

from exporter.anchors import anchor_of
from exporter.cache import Cache
from exporter.diagnostics import Diagnostic, Severity
from exporter.math import MathBackend
from exporter.pages.chapters import ChapterJob, render_chapter
from exporter.pages.looks import Look
from exporter.pages.page import PageChapter, PageItem
from exporter.resources import library_versions
from exporter.source import Span

_KIND = "rendered"
_NAMES = tuple(f.name for f in fields(PageItem))
_MARKUP = tuple(f.type == "Markup" for f in fields(PageItem))


def is_kept(job: ChapterJob, look: Look, cache: Cache) -> bool:
    """Whether the cache has this chapter in this look."""
    return cache.has(_KIND, _key(job, look))


def render_kept(job: ChapterJob, look: Look, backend: MathBackend, cache: Cache) -> PageChapter:
    """A chapter as a template sees it: from the cache, else rendered and kept there."""
    key = _key(job, look)
    known = cache.find(_KIND, key)
    if known is not None:
        return _read(known, job)
    made = render_chapter(job, look, backend)
    if not made.is_passing:
        cache.keep(_KIND, key, _write(made))
    return made


def _key(job: ChapterJob, look: Look) -> tuple[object, ...]:
    """All that a chapter's HTML is made of."""
    around = job.around
    images = [(address, a.sha256, a.name, a.media_type, a.width, a.height) for address, a in around.assets.items()]
    places = (
        around.number,
        around.first,
        images,
        [*around.targets.items()],
        sorted(around.macros.items()),
        around.links,
    )
    looks = (look.theme, sorted(look.labels.items()), look.page, look.small, look.width)
    return (job.chapter.digest, places, looks, library_versions())


def _write(page: PageChapter) -> bytes:
    record = {
        "lang": page.lang,
        "items": [[getattr(item, name) for name in _NAMES] for item in page.items],
        "pictures": [*page.pictures],
        "more_text": page.more_text,
        "said": [[d.code, str(d.severity), d.span and [d.span.path, d.span.line, d.span.col, d.span.end_line],
                  d.message, d.hint] for d in page.said],
    }  # fmt: skip
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _read(known: bytes, job: ChapterJob) -> PageChapter:
    record = json.loads(known.decode("utf-8", "surrogatepass"))
    files = {f"deck:{asset.sha256}": asset.file for asset in job.around.assets.values()}
    return PageChapter(
        anchor_of(job.chapter), job.chapter.title, record["lang"], tuple(map(_item, record["items"])), job.around.number,
        job.chapter.source.path, {address: files[address] for address in record["pictures"]}, record["more_text"],
        tuple(Diagnostic(code, Severity(severity), span and Span(*span), message, hint)
              for code, severity, span, message, hint in record["said"]),
    )  # fmt: skip


def _item(values: list[object]) -> PageItem:
    read = (Markup(value) if is_markup else value for value, is_markup in zip(values, _MARKUP, strict=True))
    return PageItem(*(tuple(value) if isinstance(value, list) else value for value in read))  # type: ignore[arg-type]
