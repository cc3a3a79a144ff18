"""Cards → notes: fields, tags, decks and media, as Anki will have them.

In: a `Book`, a guid for each card, the templates. Out: a `NotePlan`. Media names carry the digest of their bytes, so a
new picture is a new name and an old one never lingers. Writes nothing.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from pathlib import PurePosixPath

from exporter.config import Config
from exporter.html import Target, render_body
from exporter.math import expand
from exporter.model import Asset, Book, Card, Chapter, MediaFile, Note, NotePlan, NoteType
from exporter.notetypes import card_environment, load_notetype

_MEDIA_NAME_BYTES = 120
"""Anki cuts longer media names without a word."""

_FORBIDDEN = re.compile(r'[?":*<>\[\]^\\|/\x00-\x1f#%&\']+')
_ANKI_SYNTAX = re.compile(r"\[(?=sound:|latex\]|/latex\]|\$|/\$|anki:)", re.IGNORECASE)
_SUFFIX = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp", "image/avif": "avif",
           "image/svg+xml": "svg", "image/bmp": "png", "image/tiff": "png"}  # fmt: skip
_SCALABLE = frozenset({"image/png", "image/jpeg", "image/webp", "image/bmp", "image/tiff"})


def plan_notes(book: Book, guids: Sequence[str], config: Config) -> NotePlan:
    """All notes of a book, in source order; `guids` are those of its cards in the same order."""
    root = config.anki.deck or book.title
    environment = card_environment(config.root if config.file else None)
    notetypes: dict[str, NoteType] = {}
    notes: list[Note] = []
    media: dict[str, MediaFile] = {}
    remaining = iter(guids)
    for chapter in book.chapters:
        deck = deck_name(root, chapter, config)
        for card in chapter.cards:
            if card.kind not in notetypes:
                notetypes[card.kind] = load_notetype(card.kind, environment)
            target, shown = _target(chapter, book, config)
            guid = next(remaining)
            fields = _fields(card, chapter, guid, target)
            media.update(shown)
            values = tuple(fields.get(name, "") for name in notetypes[card.kind].field_names)
            tags = tags_of(card, chapter, config)
            notes.append(Note(guid, card.kind, deck, values, tags, tuple(shown), len(notes), card.span))
    types = tuple(notetypes[key] for key in sorted(notetypes))
    return NotePlan(root, types, tuple(notes), tuple(media[name] for name in sorted(media)))


def deck_name(root: str, chapter: Chapter, config: Config) -> str:
    """The deck of a chapter: the root, the folders below the source, the chapter's title."""
    source = config.source_path
    if not config.anki.subdecks or chapter.source.file == source:
        return _deck_part(root)
    folders = chapter.source.file.parent.relative_to(source).parts
    return "::".join(_deck_part(part) for part in (root, *folders, chapter.title))


def _deck_part(name: str) -> str:
    name = unicodedata.normalize("NFC", name).replace("::", ":").replace('"', "").strip(": ")
    return re.sub(r"^\d+[-_. 、]+(?=\S)", "", name) or "-"


def tags_of(card: Card, chapter: Chapter, config: Config) -> tuple[str, ...]:
    """Tags from settings, chapter, sections and the author, in Anki's form: no spaces, `::` between levels."""
    branch = "::".join(tag_part(part) for part in (chapter.title, *card.sections))
    return tuple(dict.fromkeys([*(tag_part(tag) for tag in config.anki.tags), branch, *(tag_part(tag) for tag in card.tags)]))


def tag_part(text: str) -> str:
    """Text as one level of a tag."""
    text = unicodedata.normalize("NFC", text).replace("::", ":")
    return re.sub(r"[\s\"]+", "-", text.strip()).strip("-:") or "-"


def media_file(asset: Asset, longest: int) -> MediaFile:
    """The package's file for an image: `stem-digest.suffix`, at most 120 bytes, with nothing that Anki strips."""
    scaled = asset.media_type in _SCALABLE and max(asset.width, asset.height) > longest
    digest = asset.sha256[:10] + (f"-{longest}" if scaled else "")
    tail = f"-{digest}.{_SUFFIX[asset.media_type]}"
    stem = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", PurePosixPath(asset.name).stem)).strip(". _") or "image"
    room = _MEDIA_NAME_BYTES - len(tail.encode())
    return MediaFile(stem.encode()[:room].decode("utf-8", "ignore").rstrip(". ") + tail, asset, longest if scaled else 0)


def _target(chapter: Chapter, book: Book, config: Config) -> tuple[Target, dict[str, MediaFile]]:
    shown: dict[str, MediaFile] = {}

    def image(asset: Asset) -> str:
        file = media_file(asset, config.anki.image_max)
        shown[file.name] = file
        return file.name

    def math(tex: str, display: bool) -> str:  # noqa: FBT001 - Target's signature
        text = html.escape(expand(tex, config.math.macros), quote=False)
        return rf"\[{text}\]" if display else rf"\({text}\)"

    def link(href: str) -> str | None:
        return href if re.match(r"https?:|mailto:", href) else None

    return Target(lambda address: book.assets.get((chapter.source.path, address)), image, math, link), shown


def _fields(card: Card, chapter: Chapter, guid: str, target: Target) -> dict[str, str]:
    """The fields of a note by name; those that are not named stay empty."""
    crumbs = "".join(f'<span class="crumb">{html.escape(crumb)}</span>' for crumb in (chapter.title, *card.sections))
    fields = {
        "Question": render_body(card.front, target),
        "Answer": render_body(card.back, target),
        "Hint": render_body(card.hint, target),
        "Extra": render_body(card.extra, target),
        "Breadcrumb": crumbs,
        "Number": html.escape(card.number),
        "Source": f'<span class="source">{html.escape(f"{card.span.path}:{card.span.line}")}</span>',
        "Lang": chapter.lang,
        "Key": guid,
    }
    return {name: _ANKI_SYNTAX.sub("&#91;", value) for name, value in fields.items()}
