"""Names as Anki takes them: of decks, tags and media files."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from exporter.config import Config
from exporter.machinery.exclusion import read_patterns
from exporter.machinery.printable import plain_name
from exporter.model import Asset, Card, Chapter, MediaFile
from exporter.reading.staying_out import tag_levels

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_MEDIA_NAME_BYTES = 120
"""Anki cuts longer media names without a word."""

_FORBIDDEN = re.compile(r'[?":*<>\[\]^\\|/#%&\']+')
_COLONS = re.compile(r"::+")
_SHOWN_RAW = str.maketrans("<>", "＜＞")
"""Anki takes the name of a deck or tag for HTML where a template shows it."""
_LONGEST_NAME = 200
"""Each note has the names of its tags and its deck."""
_PLAYED = re.compile(r"\[(?=sound:|anki:|latex|\$)", re.IGNORECASE)
_SUFFIX = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp", "image/avif": "avif",
           "image/svg+xml": "svg", "image/bmp": "png", "image/tiff": "png"}  # fmt: skip
_ORDER = re.compile(r"(\d{1,3})(?:(?:[-_.、]+ *| +)(?=\S)|$)")
"""The number that orders a file or folder, with what parts it from the name."""

_SCALABLE = frozenset({"image/png", "image/jpeg", "image/webp", "image/bmp", "image/tiff"})


def deck_names(chapters: Iterable[Chapter], root: str, config: Config) -> tuple[str, ...]:
    """The deck of each chapter: the root, the folders below the source, the chapter's title; `::` parts levels.

    Anki sorts decks by name. So the number that orders a file or folder stands before its name, with two digits at
    least. Where two files would share a deck, the second is told apart by the name of its file.
    """
    taken: set[str] = set()
    names: list[str] = []
    for chapter in chapters:
        name = _deck_name(root, chapter, config)
        if name in taken and name != _deck_path(root):
            name = f"{name} ({_deck_part(chapter.source.file.stem)})"
        taken.add(name)
        names.append(name)
    return tuple(names)


def own_deck(own: str, root: str, config: Config) -> str:
    """A deck that the notes name, such as `TARGET DECK: Physics::Optics`, in the place of their chapter's.

    It lies below the root as well, since all that is pushed, moved or removed does.
    """
    base, name = _deck_path(root), _deck_path(own)
    if not config.anki.subdecks:
        return base
    return name if f"{name}::".startswith(f"{base}::") else f"{base}::{name}"


def ruled_deck(card: Card, chapter: Chapter, config: Config) -> str:
    """The deck that `[anki.decks]` names for a card, by a tag or by its file; "" for none. The last rule that fits holds."""
    path = chapter.source.path
    below = path.removeprefix(f"{config.source}/")
    found = ""
    for key, deck in config.anki.decks.items():
        if key.startswith("#"):
            tag = tag_levels(key)
            fits = any(tag_levels(own)[: len(tag)] == tag for own in card.tags)
        else:
            fits = _pattern(key).match_file(below)
        found = deck if fits else found
    return found


@cache
def _pattern(pattern: str) -> GitIgnoreSpec:
    return read_patterns([pattern])


def _deck_name(root: str, chapter: Chapter, config: Config) -> str:
    source = config.source_path
    if not config.anki.subdecks or chapter.source.file == source:
        return _deck_path(root)
    file = chapter.source.file
    folders = [_padded(part) for part in file.parent.relative_to(source).parts]
    return "::".join([_deck_path(root), *map(_deck_part, folders), _deck_path(_numbered(chapter.title, file.stem))])


def _padded(name: str) -> str:
    """A name with two digits at least for the number that orders it; `2024-03-01` is left alone."""
    match = _ORDER.match(name)
    return f"{match[1].zfill(2)}{name[match.end(1) :]}" if match else name


def _numbered(title: str, stem: str) -> str:
    """The title with the number that orders its file."""
    match, own = _ORDER.match(unicodedata.normalize("NFC", stem)), _ORDER.match(title)
    if match is None or (own and int(own[1]) != int(match[1])):
        return title
    return _padded(title) if own else f"{match[1].zfill(2)} {title}"


def _deck_path(name: str) -> str:
    """A name in which an author may part levels with `::`."""
    return "::".join(_deck_part(part) for part in name.split("::") if part.strip(": ")) or "-"


def _deck_part(name: str) -> str:
    return _COLONS.sub(":", _seen(name)).replace('"', "").strip(": ") or "-"


def tags_of(card: Card, chapter: Chapter, config: Config) -> tuple[str, ...]:
    """Tags from settings, chapter, sections and the author, in Anki's form: no spaces, `::` between levels."""
    return tuple(
        dict.fromkeys([*map(tag_part, config.anki.tags), branch_tag(card, chapter), *map(tag_part, card.tags)])
    )


def branch_tag(card: Card, chapter: Chapter) -> str:
    """The tag that says where a card stands: its chapter and the headings above it."""
    return branch_of((chapter.title, *card.sections))


def branch_of(headings: Iterable[str]) -> str:
    """Headings, outermost first, as a tag."""
    return "::".join(map(tag_part, headings))


def tag_part(text: str) -> str:
    """Text as one level of a tag."""
    text = _COLONS.sub(":", _seen(re.sub(r"\s+", " ", text)))
    return re.sub(r"[\s\"]+", "-", text.strip()).strip("-:") or "-"


def _seen(name: str) -> str:
    """A name with nothing that Anki does instead of showing it."""
    seen = _PLAYED.sub("［", unicodedata.normalize("NFC", plain_name(name)).translate(_SHOWN_RAW))
    return seen if len(seen) <= _LONGEST_NAME else seen[:_LONGEST_NAME] + "…"


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
