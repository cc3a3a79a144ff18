"""Which deck a chapter or a card is in, and the order of chapters that follows from it.

In: chapters and settings. Out: names of decks, `::` between levels. Anki sorts decks by name, so the number that orders a
file or folder stands before its name; where none does, the pages follow Anki, and nothing moves when a file comes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from exporter.cards.naming import COLONS, seen
from exporter.config import Config
from exporter.machinery.exclusion import read_patterns
from exporter.model import Card, Chapter
from exporter.reading.page.vocabulary import counted, words_of
from exporter.reading.staying_out import tag_levels

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_LEADING = re.compile(r"(\d{4}-\d\d(?:-\d\d)?(?!\d)|\d{1,3}|0\d{3})(?:(?:[-_.、]+ *| +)(?=\S)|$)")
"""The number or date that orders a file or folder, with what parts it from the name."""

_FEWEST_DIGITS = 2


def deck_names(chapters: Sequence[Chapter], root: str, config: Config) -> tuple[str, ...]:
    """The deck of each chapter: the root, the folders below the source, the chapter's title; `::` parts levels.

    The number that orders a file or folder stands before its name, with as many digits as the largest beside it, two at
    least. Where two files would share a deck, the second is told apart by the name of its file.
    """
    widths = _widths(chapters, config)
    taken: set[str] = set()
    names: list[str] = []
    for chapter in chapters:
        name = _deck_name(root, chapter, config, widths)
        if name in taken and name != _deck_path(root):
            name = f"{name} ({_deck_part(chapter.source.file.stem)})"
        taken.add(name)
        names.append(name)
    return tuple(names)


def in_deck_order(chapters: Sequence[Chapter], config: Config) -> tuple[Chapter, ...]:
    """The chapters as Anki sorts their decks: level by level, by the characters of their names in one case.

    Where a deck holds several, those stay in the order of their files.
    """
    root = root_deck("", config)
    decks = [
        deck_of(chapter.cards[0], chapter, root, config) or deck if chapter.cards else deck
        for chapter, deck in zip(chapters, deck_names(chapters, root, config), strict=True)
    ]
    order = sorted(range(len(chapters)), key=lambda place: decks[place].casefold().split("::"))
    return tuple(chapters[place] for place in order)


def root_deck(title: str, config: Config) -> str:
    """The deck above all others. `title` is that of the book: a second file in a folder must not move the first."""
    alone = config.source_path.is_file()
    return _deck_path(config.anki.deck or config.title or (title if alone else config.name) or title)


def deck_of(card: Card, chapter: Chapter, root: str, config: Config) -> str:
    """The deck that the notes or a rule name for a card, in the place of its chapter's; "" for none."""
    named = card.deck or _ruled_deck(card, chapter, config)
    return _own_deck(named, root, config) if named else ""


def _own_deck(own: str, root: str, config: Config) -> str:
    """A deck that the notes name, such as `TARGET DECK: Physics::Optics`, in the place of their chapter's.

    It lies below the root as well, since all that is pushed, moved or removed does.
    """
    base, name = _deck_path(root), _deck_path(own)
    if not config.anki.subdecks:
        return base
    return name if f"{name}::".startswith(f"{base}::") else f"{base}::{name}"


def _ruled_deck(card: Card, chapter: Chapter, config: Config) -> str:
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


def _widths(chapters: Iterable[Chapter], config: Config) -> Mapping[tuple[str, ...], int]:
    """The digits of the largest number that orders something, by folder."""
    widths: dict[tuple[str, ...], int] = {}
    for chapter in chapters:
        parts = _parts(chapter, config)
        for depth, part in enumerate(parts):
            if number := _order(part)[0]:
                widths[parts[:depth]] = max(widths.get(parts[:depth], 0), len(number) if number.isdecimal() else 0)
    return widths


def _parts(chapter: Chapter, config: Config) -> tuple[str, ...]:
    """The folders below the source, and the name of the file."""
    file, source = chapter.source.file, config.source_path
    if file == source:
        return ()
    return tuple(unicodedata.normalize("NFC", part) for part in (*file.parent.relative_to(source).parts, file.stem))


def _deck_name(root: str, chapter: Chapter, config: Config, widths: Mapping[tuple[str, ...], int]) -> str:
    parts = _parts(chapter, config)
    if not config.anki.subdecks or not parts:
        return _deck_path(root)
    digits = [max(widths.get(parts[:depth], 0), _FEWEST_DIGITS) for depth in range(len(parts))]
    folders = [_padded(part, width) for part, width in zip(parts[:-1], digits, strict=False)]
    return "::".join(
        [_deck_path(root), *map(_deck_part, folders), _deck_path(_numbered(chapter.title, parts[-1], digits[-1]))]
    )


def _order(name: str) -> tuple[str, int]:
    """The number or date that orders what is called so, "" for none, and where in the name it begins.

    It leads the name (`02-trees`), or counts a chapter (`Chapter 2`, `lesson_2`).
    """
    if match := _LEADING.match(name):
        return match[1], 0
    match = _chapter().match(name)
    groups = range(1, _chapter().groups + 1) if match else ()
    return next(((match[n], match.start(n)) for n in groups if match and (match[n] or "").isdecimal()), ("", 0))


@cache
def _chapter() -> re.Pattern[str]:
    around = counted("chapter_counted", r"(\d{1,3})")
    return re.compile(
        rf"(?:{words_of('chapter')}|{words_of('counts_files')})[-_. #]*(\d{{1,3}})(?![^\W_])|{around}", re.IGNORECASE
    )


def _padded(name: str, width: int) -> str:
    """A name with enough digits for the number that orders it; `2024-03-01` is left alone."""
    number, start = _order(name)
    return f"{name[:start]}{number.zfill(width)}{name[start + len(number) :]}" if number else name


def _numbered(title: str, stem: str, width: int) -> str:
    """The title with the number that orders its file. A title that leads with another one has its own."""
    (number, start), (own, place) = _order(stem), _order(title)
    is_equal = bool(own) and own.lstrip("0") == number.lstrip("0")  # 0 is a number, too
    if not number or (own and not start and not place and not is_equal):
        return title
    is_same = is_equal and bool(start) == bool(place)
    return _padded(title, width) if is_same else f"{number.zfill(width)} {title}"


def _deck_path(name: str) -> str:
    """A name in which an author may part levels with `::`."""
    return "::".join(_deck_part(part) for part in name.split("::") if part.strip(": ")) or "-"


def _deck_part(name: str) -> str:
    return COLONS.sub(":", seen(name)).replace('"', "").strip(": ") or "-"
