"""The cards of a chapter as fields, kept between builds.

In: a chapter, the images it shows, settings. Out: `CardFields` of each card. They depend on nothing else, so that those
of a chapter that did not change are found in the cache.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from exporter.cards.anki_syntax import write_sound
from exporter.cards.fields import note_fields
from exporter.cards.formulas import card_formula
from exporter.cards.naming import media_file
from exporter.cards.source_links import Links
from exporter.config import Config
from exporter.machinery.addresses import far_address
from exporter.machinery.cache import Cache
from exporter.machinery.html_text import FieldHtml
from exporter.machinery.libraries import library_versions
from exporter.markup.html import Target
from exporter.model import Asset, Chapter, MediaFile
from exporter.reading.question_numbers import question_numbers
from exporter.reading.references import addresses

Assets = Mapping[tuple[str, str], Asset]
"""The images of a book by chapter path and address."""

_KIND = "fields"


@dataclass(frozen=True, slots=True)
class CardFields:
    """The fields of a card by name, without those that are empty, and the names of the media files that they show."""

    values: Mapping[str, FieldHtml]
    media: tuple[str, ...]


def has_fields(chapter: Chapter, assets: Assets, links: Links, config: Config, cache: Cache) -> bool:
    """Whether the cache has the fields of a chapter."""
    return cache.has(_KIND, _key(chapter, assets, links, config))


def chapter_fields(
    chapter: Chapter, assets: Assets, links: Links, config: Config, cache: Cache
) -> tuple[CardFields, ...]:
    """The fields of each card of a chapter, in its order: from the cache, else rendered and kept there."""
    key = _key(chapter, assets, links, config)
    known = cache.find_json(_KIND, key)
    if known is not None:
        return tuple(
            CardFields({name: FieldHtml(text) for name, text in values.items()}, tuple(media))
            for values, media in known
        )
    made = _render(chapter, assets, links, config)
    cache.keep_json(_KIND, key, [(card.values, card.media) for card in made])
    return tuple(made)


def most_characters(chapter: Chapter) -> int:
    """How much a chapter may become on cards. One that says the same again and again, by macros or notes, is no book."""
    return 20 * len(chapter.source.text) + 1_000_000


def media_of(chapter: Chapter, assets: Assets, config: Config) -> dict[str, MediaFile]:
    """The media files that a chapter can show, by name."""
    found = (assets.get((chapter.source.path, address)) for address in addresses(chapter.images))
    files = (media_file(asset, config.anki.image_max) for asset in found if asset)
    return {file.name: file for file in files}


def _key(chapter: Chapter, assets: Assets, links: Links, config: Config) -> tuple[object, ...]:
    shown = [(address, assets.get((chapter.source.path, address))) for address in addresses(chapter.images)]
    images = [
        (address, a and (a.name, a.media_type, a.sha256, a.width, a.height, a.is_light, a.is_line_art))
        for address, a in shown
    ]
    anki = config.anki
    settings = (config.source_url, anki.shuffle, anki.show_path, anki.image_max, sorted(config.math.macros.items()))
    cards = (" ".join([card.kind for card in chapter.cards]), [card.span.line for card in chapter.cards])
    known = [(href, links.get((chapter.source.path, href))) for href in addresses(chapter.links)] if links else []
    return (chapter.digest, images, known, settings, cards, library_versions())


def _render(chapter: Chapter, assets: Assets, links: Links, config: Config) -> list[CardFields]:
    shown: dict[str, None] = {}

    def name_of(asset: Asset) -> str:
        name = media_file(asset, config.anki.image_max).name
        shown[name] = None
        return name

    target = Target(
        lambda address: assets.get((chapter.source.path, address)),
        name_of,
        lambda tex, display: card_formula(tex, config.math.macros, display=display),
        lambda href: far_address(href) or links.get((chapter.source.path, href)),
        media=lambda asset: write_sound(name_of(asset)),
    )
    made: list[CardFields] = []
    room = most_characters(chapter)
    numbers = question_numbers(chapter.cards) or ("",) * len(chapter.cards)
    for card, number in zip(chapter.cards, numbers, strict=True):
        shown.clear()
        values = (
            {name: text for name, text in note_fields(card, number, chapter, target, config).items() if text}
            if room > 0
            else {}
        )
        room -= sum(map(len, values.values()))
        made.append(CardFields(values, tuple(shown)))
    return made
