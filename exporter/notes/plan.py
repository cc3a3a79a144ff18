"""All notes of a book."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from exporter.config import Config
from exporter.html import Target
from exporter.math import expand
from exporter.model import Asset, Book, Chapter, MediaFile, Note, NotePlan, NoteType
from exporter.notes.fields import note_fields, write_sound
from exporter.notes.naming import deck_name, media_file, tags_of
from exporter.notetypes import card_environment, load_notetype


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
                notetypes[card.kind] = load_notetype(card.kind, environment, config.anki.theme)
            target, shown = _target(chapter, book, config)
            guid = next(remaining)
            fields = note_fields(card, chapter, guid, target, config.source_url)
            media.update(shown)
            values = tuple(fields.get(name, "") for name in notetypes[card.kind].field_names)
            tags = tags_of(card, chapter, config)
            notes.append(Note(guid, card.kind, deck, values, tags, tuple(shown), len(notes), card.span))
    types = tuple(notetypes[key] for key in sorted(notetypes))
    return NotePlan(root, types, tuple(notes), tuple(media[name] for name in sorted(media)))


def _target(chapter: Chapter, book: Book, config: Config) -> tuple[Target, dict[str, MediaFile]]:
    """Where a note's HTML goes, and the media that it will have shown."""
    shown: dict[str, MediaFile] = {}

    def file_of(asset: Asset) -> MediaFile:
        file = media_file(asset, config.anki.image_max)
        shown[file.name] = file
        return file

    def math(tex: str, display: bool) -> str:  # noqa: FBT001 - Target's signature
        text = html.escape(expand(tex, config.math.macros), quote=False)
        return rf"\[{text}\]" if display else rf"\({text}\)"

    def link(href: str) -> str | None:
        return href if re.match(r"https?:|mailto:", href) else None

    target = Target(
        lambda address: book.assets.get((chapter.source.path, address)),
        lambda asset: file_of(asset).name,
        math,
        link,
        media=lambda asset: write_sound(file_of(asset)),
    )
    return target, shown
