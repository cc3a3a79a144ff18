"""What is printed or packed apart: a book in volumes.

In: a `Book`, or the plan of all its notes. Out: its volumes, and the plan of each. Knows nothing of pages and packages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from exporter.config import Volumes
from exporter.model import Book, Chapter, NotePlan

_OTHER_FORMS = re.compile(r"quiz|flashcards|testpage|test(-.*)?|(.*-)?(2up|booklet)", re.IGNORECASE)
"""What the files of other forms are called: a volume of that name, of `quiz.md`, would be written over."""


@dataclass(frozen=True, slots=True)
class Volume:
    """Chapters that make one file. `name` is added to the file's name; "" where the book is one volume."""

    name: str
    title: str
    chapters: tuple[Chapter, ...]

    @property
    def tail(self) -> str:
        """What the file's name has between the deck's name and its suffix."""
        return f"-{self.name}" if self.name else ""


def cut_volumes(book: Book, by: Volumes) -> tuple[Volume, ...]:
    """The volumes of a book, in the order of their first chapters."""
    groups: dict[PurePosixPath, list[Chapter]] = {}
    for chapter in book.chapters:
        path = PurePosixPath(chapter.source.path)
        groups.setdefault(path.parent if by == "folder" else path, []).append(chapter)
    if by == "book" or len(groups) < 2:
        return (Volume("", book.title, book.chapters),)
    names = _unique((key.name if by == "folder" else key.stem) or "notes" for key in groups)
    return tuple(
        Volume(name, chapters[0].title if by == "file" else name, tuple(chapters))
        for name, chapters in zip(names, groups.values(), strict=True)
    )


def cut_plan(plan: NotePlan, volumes: Sequence[Volume]) -> Iterator[tuple[Volume, NotePlan]]:
    """The part of a plan that stands in each volume; a volume without notes is left out.

    A removed note is told of where it stood; where that is no volume any more, in all of them.
    """
    if len(volumes) == 1:
        yield volumes[0], plan
        return
    paths = {note.span.path for note in plan.notes}
    for volume in volumes:
        own = {chapter.source.path for chapter in volume.chapters} & paths
        notes = tuple(note for note in plan.notes if note.span.path in own)
        shown = {name for note in notes for name in note.media}
        media = tuple(file for file in plan.media if file.name in shown)
        tombstones = tuple(note for note in plan.tombstones if note.span.path in own or note.span.path not in paths)
        if notes:
            yield volume, replace(plan, notes=notes, media=media, tombstones=tombstones)


def _unique(names: Iterable[str]) -> Iterator[str]:
    """The names with a number behind those that came before, where letters of both cases are the same in file names."""
    seen: set[str] = set()
    for name in names:
        free = f"notes-{name}" if _OTHER_FORMS.fullmatch(name) else name
        unique, number = free, 1
        while unique.casefold() in seen:
            number += 1
            unique = f"{free}-{number}"
        seen.add(unique.casefold())
        yield unique
