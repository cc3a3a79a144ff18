"""Settings around notes that lie in a folder already: what `make-deck init` writes, and what it says.

In: a folder without settings. Out: a `Found` with the text of its `deck.toml`. Where the notes are, which folders hold none
for a deck, their language and syntax: all of it stands in what was read, and nothing is asked.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from exporter.cli.starter import deck_names
from exporter.config import load_config
from exporter.editions.moving_in.ids import written_ids
from exporter.machinery.printable import printable
from exporter.model import Book, Chapter
from exporter.pipeline.book import read_book
from exporter.reading.embedding import embedded_notes

_NO_NOTES = frozenset(
    "templates template _templates 模板 vorlagen plantillas modèles modelli szablony "
    "journal journals daily diary tagebuch diario 日记 日記 private privat excalidraw attachments archive trash".split()
)
"""Folders whose notes are nobody else's, or no notes: left out where they hold no question today."""

_NOTES = frozenset(
    "notes note docs doc source content pages cards flashcards questions notizen notas appunti 笔记".split()
)
"""Folders that hold the notes of what lies around them: programs, a README."""

_MOST = 0.9
"""The share of questions from which their language is that of the deck."""

_SETTINGS = """\
# The settings of this deck: all keys and their defaults are in docs/configuration.md.
name = {name}    # file names of the outputs
title = {title}    # on the title page, and the name of the deck in Anki
source = {source}    # {place}
"""


@dataclass(frozen=True, slots=True)
class Found:
    """What lies in a folder: the settings for it, and the lines that tell of it."""

    settings: str
    lines: tuple[str, ...]
    questions: int


def look_around(folder: Path) -> Found:
    """The settings that build what is there."""
    config = load_config(folder).value
    assert config is not None  # without a deck.toml there is nothing to be wrong
    book = read_book(config, folder / "dist").value
    name, title = deck_names(folder)
    source = _source(book)
    source = source if (folder / source).is_dir() else "."  # a name that is no UTF-8 is no name of a setting
    place = "the notes lie here already" if source == "." else "all questions lie there"
    text = _SETTINGS.format(
        **{key: _quoted(v) for key, v in (("name", name), ("title", title), ("source", source))}, place=place
    )
    if lang := _language(book.chapters):
        text += f"lang = {_quoted(lang)}    # of nearly all questions\n"
    if exclude := _left_out(book, source):
        text += f"exclude = {json.dumps(exclude, ensure_ascii=False)}    # no question lies there\n"
    text += "".join(f"# read as: {words}\n" for words in _syntax(book.chapters))
    return Found(text, tuple(_tell(book, folder)), book.card_count)


def _source(book: Book) -> str:
    """The folder that holds the notes by its name, and all they show; "." where there is none, or nothing lies beside it."""
    folders = [PurePosixPath(chapter.source.path).parent for chapter in book.chapters if chapter.cards]
    common = folders[0] if folders else PurePosixPath()
    while not all(folder.is_relative_to(common) for folder in folders):
        common = common.parent
    named = next((folder for folder in (common, *common.parents) if folder.name.lower() in _NOTES), PurePosixPath())
    outside = {path for other in book.others if not PurePosixPath(path := other.source.path).is_relative_to(named)}
    embedded = embedded_notes(book.chapters, (*book.chapters, *book.others))
    return str(named) if outside and not outside & embedded else "."


def _language(chapters: Sequence[Chapter]) -> str:
    """The language of nearly all questions, or ""."""
    counts = Counter({chapter.lang: 0 for chapter in chapters})
    for chapter in chapters:
        counts[chapter.lang] += len(chapter.cards)
    lang, count = counts.most_common(1)[0] if counts else ("", 0)
    return lang if count and count >= _MOST * counts.total() else ""


def _left_out(book: Book, source: str) -> list[str]:
    """The folders below the source that hold no question, and by their names never will."""
    home = PurePosixPath(source)
    asked = {
        parent for chapter in book.chapters if chapter.cards for parent in PurePosixPath(chapter.source.path).parents
    }
    found: set[str] = set()
    for other in book.others:
        path = PurePosixPath(other.source.path)
        named = [parent for parent in path.parents if parent.name.lower() in _NO_NOTES and parent not in asked]
        if named and path.is_relative_to(home):
            found.add(f"/{named[-1].relative_to(home)}/")
    return sorted(found)


def _syntax(chapters: Sequence[Chapter]) -> list[str]:
    """How questions are marked, the commonest first, with how many are."""
    counts: Counter[str] = Counter()
    for chapter in chapters:
        counts[printable(chapter.rule)] += len(chapter.cards)
    return [f"{rule} ({count})" for rule, count in counts.most_common(3) if count]


def _tell(book: Book, folder: Path) -> list[str]:
    notes = len(book.chapters) + len(book.others)
    lines = [
        f"found {_counted(book.card_count, 'question')} in {_counted(notes, 'note')}; make-deck outline {folder} shows them"
    ]
    lines += [f"  {words}" for words in _syntax(book.chapters)]
    cards = [card for chapter in book.chapters for card in chapter.cards]
    if any(text.startswith("SR:") for card in cards for text in card.foreign_ids):
        lines.append("they have schedules: make-deck move-in spaced-repetition makes them Anki's")
    elif any(True for card in cards for _ in written_ids(card.foreign_ids)):
        lines.append("another tool's ids stand in them: make-deck move-in keeps what you have learnt with it")
    return lines


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
