"""All notes of a book."""

from __future__ import annotations

from collections.abc import Sequence

from exporter.cards.anki_syntax import field_html
from exporter.cards.chapter_fields import chapter_fields, media_of
from exporter.cards.deck_names import deck_names, deck_of, root_deck
from exporter.cards.naming import branch_tag, tags_of
from exporter.cards.notetypes import card_environment, load_notetype
from exporter.cards.source_links import source_links
from exporter.config import Config
from exporter.machinery.cache import Cache
from exporter.machinery.html_text import FieldHtml, escape
from exporter.model import Book, MediaFile, Note, NotePlan, NoteType

_NO_CACHE = Cache(None)
_EMPTY = FieldHtml()


def plan_notes(book: Book, guids: Sequence[str], config: Config, cache: Cache = _NO_CACHE) -> NotePlan:
    """All notes of a book, in source order; `guids` are those of its cards in the same order."""
    root = root_deck(book.title, config)
    environment = card_environment(config.own_templates)
    notetypes: dict[str, NoteType] = {}
    names: dict[str, tuple[str, ...]] = {}
    notes: list[Note] = []
    media: dict[str, MediaFile] = {}
    remaining = iter(guids)
    links = source_links(book, config)
    for chapter, deck in zip(book.chapters, deck_names(book.chapters, root, config), strict=True):
        files = media_of(chapter, book.assets, config)
        for card, made in zip(chapter.cards, chapter_fields(chapter, book.assets, links, config, cache), strict=True):
            if card.kind not in notetypes:
                notetypes[card.kind] = load_notetype(card.kind, environment, config.anki.theme)
                names[card.kind] = notetypes[card.kind].field_names
            guid = next(remaining)
            media.update((name, files[name]) for name in made.media)
            fields = {**made.values, "Key": field_html(escape(guid))}
            values = tuple([fields.get(name, _EMPTY) for name in names[card.kind]])
            tags = tags_of(card, chapter, config)
            own = deck_of(card, chapter, root, config) or deck
            branch = (branch_tag(card, chapter),)
            notes.append(Note(guid, card.kind, own, values, tags, made.media, len(notes), card.span, branch=branch))
    types = tuple(notetypes[key] for key in sorted(notetypes))
    return NotePlan(root, types, tuple(notes), tuple(media[name] for name in sorted(media)))
