"""Everything below the source as one `Book`.

In: settings, and ways to come by chapters and images. Out: the book, and all that was found on the way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from exporter.cards import in_deck_order
from exporter.config import Config
from exporter.diagnostics import Outcome
from exporter.machinery.cache import Cache
from exporter.media.assets import Load, embedded_addresses, load_assets, load_image, remote_addresses
from exporter.media.download import Way
from exporter.media.embedded import keep_embedded
from exporter.media.fetch import fetch_images, fetched_folder
from exporter.media.looks import Unfit
from exporter.model import Book, Chapter, Imprint
from exporter.reading.chapter import read_chapter
from exporter.reading.checks import check_links
from exporter.reading.embedding import embed_notes
from exporter.reading.folder import Read, read_chapters
from exporter.reading.kept_chapters import keep_chapters
from exporter.reading.staying_out import split_chapters

_MOST_AUTHORS = 4


@dataclass(frozen=True, slots=True)
class Sources:
    """How a build comes by chapters and images. `watch` has ways that remember."""

    read: Read = read_chapter
    load: Load = load_image
    fetch: Callable[..., Mapping[str, Path | Unfit]] = fetch_images


def kept_sources(cache: Cache) -> Sources:
    """Ways that look into the cache first."""
    return Sources(keep_chapters(cache), partial(load_image, cache=cache))


def read_book(config: Config, destination: Path, sources: Sources = Sources()) -> Outcome[Book]:
    """Everything below the source but the outputs in `destination`, with the images it shows."""
    found = read_chapters(config, skip=destination, read=sources.read)
    whole = embed_notes(found.value, config)
    going, others = split_chapters(whole.value, config)
    chapters = in_deck_order(going, config)
    embedded = embedded_addresses(chapters)
    fetched = dict(keep_embedded(embedded, fetched_folder(), max_bytes=config.limits.media_bytes))
    if config.fetch:
        share = 1 + len(config.sisters)
        remote = remote_addresses(chapters)
        fetched |= sources.fetch(remote, fetched_folder(), config.limits, Way(config.proxy), share=share)
    assets = load_assets(chapters, config.root, fetched, sources.load, limits=config.limits)
    only = chapters[0] if len(chapters) == 1 else None
    title = config.title or (only.title if only else config.name)
    lang = config.lang or _language_of(chapters)
    book = Book(title, lang, chapters, assets.value, others, _imprint(chapters, config))
    return Outcome(book, (*found.diagnostics, *whole.diagnostics, *assets.diagnostics, *check_links(chapters, others)))


def _language_of(chapters: Sequence[Chapter]) -> str:
    """The language of most questions, and of most chapters where there are as many."""
    counts = Counter[str]()
    for chapter in chapters:
        counts[chapter.lang] += 1 + len(chapter.cards)
    return counts.most_common(1)[0][0] if counts else "en"


def read_chapters_of(config: Config, destination: Path, sources: Sources) -> tuple[Chapter, ...]:
    """The chapters of a book alone: what they show is not looked at."""
    found = read_chapters(config, skip=destination, read=sources.read)
    return split_chapters(embed_notes(found.value, config).value, config)[0]


def _imprint(chapters: Sequence[Chapter], config: Config) -> Imprint:
    """What the title page says: the settings, else the only file of a book; all its authors, where they are few."""
    own = chapters[0].imprint if len(chapters) == 1 else Imprint()
    authors = dict.fromkeys(chapter.imprint.author for chapter in chapters if chapter.imprint.author)
    return Imprint(
        config.author or (", ".join(authors) if len(authors) <= _MOST_AUTHORS else ""),
        config.subtitle or own.subtitle,
        config.date or own.date,
        ", ".join(config.keywords) or own.keywords,
    )
