"""Names as Anki takes them: of tags and media files."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import PurePosixPath

from exporter.cards.anki_syntax import raw_name
from exporter.config import Config
from exporter.machinery.printable import plain_name
from exporter.model import Asset, Card, Chapter, MediaFile

_MEDIA_NAME_BYTES = 120
"""Anki cuts longer media names without a word."""

_FORBIDDEN = re.compile(r'[?":*<>\[\]^\\|/#%&\']+')
COLONS = re.compile(r"::+")
_LEVELS = re.compile("::+|/")
_OURS = "make-deck"
_LONGEST_NAME = 200
"""Each note has the names of its tags and its deck."""
_SUFFIX = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp", "image/avif": "avif",
           "image/svg+xml": "svg", "image/bmp": "png", "image/tiff": "png"}  # fmt: skip
_SCALABLE = frozenset({"image/png", "image/jpeg", "image/webp", "image/bmp", "image/tiff"})


def tags_of(card: Card, chapter: Chapter, config: Config) -> tuple[str, ...]:
    """Tags from settings, chapter, sections and the author, in Anki's form: no spaces, `::` between levels."""
    return tuple(
        dict.fromkeys([*map(_author_tag, config.anki.tags), branch_tag(card, chapter), *map(_author_tag, card.tags)])
    )


def _author_tag(tag: str) -> str:
    """A tag with the levels that its author gave it: Obsidian and Logseq write `a/b`, Anki `a::b`. Those of ours are not theirs."""
    levels = [level for level in _LEVELS.split(tag) if level.strip()]
    return tag_part(tag) if not levels or levels[0].casefold() == _OURS else branch_of(levels)


def branch_tag(card: Card, chapter: Chapter) -> str:
    """The tag that says where a card stands: its chapter and the headings above it."""
    return branch_of((chapter.title, *card.sections))


def branch_of(headings: Iterable[str]) -> str:
    """Headings, outermost first, as a tag."""
    return "::".join(map(tag_part, headings))


@lru_cache(4096)
def tag_part(text: str) -> str:
    """Text as one level of a tag: that of a heading is asked for with each question below it."""
    text = COLONS.sub(":", seen(re.sub(r"\s+", " ", text)))
    return re.sub(r"[\s\"]+", "-", text.strip()).strip("-:") or "-"


def seen(name: str) -> str:
    """A name with nothing that Anki does instead of showing it."""
    shown = raw_name(name)
    return shown if len(shown) <= _LONGEST_NAME else shown[:_LONGEST_NAME] + "…"


def media_file(asset: Asset, longest: int) -> MediaFile:
    """The package's file for an asset: `stem-digest.suffix`, at most 120 bytes, with nothing that Anki strips."""
    scaled = asset.media_type in _SCALABLE and max(asset.width, asset.height) > longest
    digest = asset.sha256[:10] + (f"-{longest}" if scaled else "")
    name = PurePosixPath(unicodedata.normalize("NFC", plain_name(asset.name)))
    tail = f"-{digest}.{_SUFFIX.get(asset.media_type) or name.suffix[1:].lower()}"
    stem = _FORBIDDEN.sub("_", name.stem).strip(". _") or asset.media_type.partition("/")[0]
    room = _MEDIA_NAME_BYTES - len(tail.encode())
    stem = stem.encode()[:room].decode("utf-8", "ignore").rstrip(". ")
    return MediaFile(stem + tail, asset, longest if scaled else 0)
