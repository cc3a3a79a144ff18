"""The sheets of a class test, and its key, as templates see them.

In: the chosen questions, and their chapters as they are rendered for a version. Out: `SheetPart`s, with questions that are
numbered by their place; `SolvedPart`s, in the order of the notes.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from exporter.config import Config
from exporter.diagnostics import Diagnostic
from exporter.machinery.html_text import Html, escape
from exporter.print.pages.page import PageChapter, PageItem
from exporter.print.pages.quiz import Place
from exporter.print.pages.test_parts import part_of, part_places
from exporter.print.pages.test_points import check_points, share_points, without_points, without_sum
from exporter.print.pages.test_tasks import Task, Verdicts, find_task, find_verdicts

PartKey = tuple[str, int] | None
"""A part of a test: the path of its chapter and the place of its heading there. None: all that stands below none."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on a sheet: its number there, its points, and what the template shows."""

    number: int
    points: Fraction
    item: PageItem
    title: Html
    task: Task | None = None

    @property
    def right(self) -> str:
        """What is right: letters of options, or what a task says."""
        return self.task.solution if self.task else self.item.right

    @property
    def circles(self) -> Sequence[str]:
        """What stands in the circles of a sheet to fill in: letters of options, or the first ones of true and false."""
        if self.task:
            return tuple(word[:1].upper() for word in self.task.right) if self.task.kind == "verdict" else ()
        return self.item.keys


@dataclass(frozen=True, slots=True)
class SheetPart:
    """Questions that stand together, below the heading that they have in the notes. Without one, `title` is empty."""

    title: Html
    lang: str
    introduction: Html
    questions: tuple[Asked, ...]

    @property
    def points(self) -> Fraction:
        """What its questions are worth together."""
        return sum((asked.points for asked in self.questions), Fraction(0))


@dataclass(frozen=True, slots=True)
class Solved:
    """A question in the key: with its number and what is right in each version. `place` counts the answers of the key."""

    place: int
    item: PageItem
    title: Html
    points: Fraction
    places: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True, slots=True)
class SolvedPart:
    """Answers of the key that stand together, below the heading of their part."""

    title: Html
    lang: str
    answers: tuple[Solved, ...]


class Sheets:
    """Sets the chosen questions, in their parts, for one version after the other."""

    def __init__(self, chosen: Sequence[Place], config: Config) -> None:
        self._config = config.print.test
        self._chapters = {chapter.source.path: chapter for chapter, _, _ in chosen}
        places = {path: part_places(chapter, self._config.headings) for path, chapter in self._chapters.items()}
        self._parts: dict[PartKey, list[Place]] = {}
        for chapter, position, card in chosen:
            path = chapter.source.path
            heading = part_of(position, places[path])
            self._parts.setdefault(None if heading is None else (path, heading), []).append((chapter, position, card))
        self._points = {path: share_points(chapter, self._config.points) for path, chapter in self._chapters.items()}

    def check(self) -> tuple[Diagnostic, ...]:
        """What the notes say of points that does not come out."""
        chapters = self._chapters.items()
        return tuple(said for path, chapter in chapters for said in check_points(chapter, self._points[path]))

    def sheet(self, rendered: Mapping[str, PageChapter], mix: random.Random | None) -> tuple[SheetPart, ...]:
        """A version: what is shuffled stays in its part."""
        items = [
            rendered[c.source.path].items[position] for places in self._parts.values() for c, position, _ in places
        ]
        verdicts = find_verdicts(items)
        number = 1
        sheet: list[SheetPart] = []
        for key, part in self._parts.items():
            places = list(part)
            if mix:
                mix.shuffle(places)
            asked = tuple(
                self._asked(place, rendered, number + offset, verdicts, mix) for offset, place in enumerate(places)
            )
            number += len(asked)
            sheet.append(SheetPart(*_head(key, rendered), self._introduction(key, rendered), asked))
        return tuple(sheet)

    def _asked(
        self,
        place: Place,
        rendered: Mapping[str, PageChapter],
        number: int,
        verdicts: Verdicts | None,
        mix: random.Random | None,
    ) -> Asked:
        chapter, position, _ = place
        item = rendered[chapter.source.path].items[position]
        # one that is not shuffled would be solved already
        task = find_task(item, mix or random.Random(item.text), verdicts)  # noqa: S311 - a reproducible order, no secret
        title = without_points(task.asks if task else item.title)
        return Asked(number, self._points[chapter.source.path][position], item, title, task)

    def _introduction(self, key: PartKey, rendered: Mapping[str, PageChapter]) -> Html:
        """What stands between the heading of a part and its first question."""
        if not self._config.introductions:
            return Html()
        path, heading = key or (next(iter(self._chapters)), -1)
        said: list[Html] = []
        for item in rendered[path].items[heading + 1 :]:
            if item.kind != "prose":
                break
            said.append(item.body)
        return Html("\n").join(said)


def _head(key: PartKey, rendered: Mapping[str, PageChapter]) -> tuple[Html, str]:
    """The heading of a part, and its language."""
    if key is None:
        return Html(), next(iter(rendered.values())).lang
    chapter = rendered[key[0]]
    title = chapter.items[key[1]].title if key[1] >= 0 else escape(chapter.title)
    return without_sum(title), chapter.lang


def solve(sheets: Mapping[str, Sequence[SheetPart]]) -> tuple[SolvedPart, ...]:
    """The key: the answers in the order of the notes, with their numbers in all versions."""
    found: dict[int, list[tuple[str, Asked]]] = {}
    for version, sheet in sheets.items():
        for asked in (asked for part in sheet for asked in part.questions):
            found.setdefault(asked.item.number, []).append((version, asked))
    key: list[SolvedPart] = []
    place = 1
    for part in next(iter(sheets.values())):
        numbers = sorted(asked.item.number for asked in part.questions)
        answers = tuple(_solved(place + offset, found[number]) for offset, number in enumerate(numbers))
        place += len(answers)
        key.append(SolvedPart(part.title, part.lang, answers))
    return tuple(key)


def _solved(place: int, found: Sequence[tuple[str, Asked]]) -> Solved:
    asked = found[0][1]
    places = tuple((version, found.number, found.right) for version, found in found)
    return Solved(place, asked.item, asked.title, asked.points, places)


def key_rows(sheets: Mapping[str, Sequence[SheetPart]], key: Sequence[SolvedPart]) -> list[tuple[int, list[str]]]:
    """For each number, what is right in each version: the letters, else an arrow to the answer in the key."""
    places = {answer.item.number: answer.place for part in key for answer in part.answers}
    columns = [[asked for part in sheet for asked in part.questions] for sheet in sheets.values()]
    return [
        (number, [asked.right or f"→ {places[asked.item.number]}" for asked in row])
        for number, row in enumerate(zip(*columns, strict=True), 1)
    ]
