"""Cards → notes: fields, tags, decks and media, as Anki will have them.

In: a `Book`, a guid for each card, the templates. Out: a `NotePlan`. Media names carry the digest of their bytes, so a
new picture is a new name and an old one never lingers. Writes nothing.
"""

from exporter.cards.chapter_fields import chapter_fields, has_fields
from exporter.cards.deck_names import deck_names, in_deck_order
from exporter.cards.naming import media_file, tag_part, tags_of
from exporter.cards.notes import plan_notes
from exporter.cards.source_links import Links, source_links

__all__ = [
    "Links",
    "chapter_fields",
    "deck_names",
    "has_fields",
    "in_deck_order",
    "media_file",
    "plan_notes",
    "source_links",
    "tag_part",
    "tags_of",
]
