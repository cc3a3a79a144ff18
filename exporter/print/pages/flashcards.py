"""Cards to cut out: the sides that have to be fitted, and the sheets on which they meet.

In: a `Book` and `[print.flashcards]`. Out: `Cards`, which the writer lays out, run by run, at ever smaller sizes of text
until each side fits, and asks for the sheets when it knows into how many parts each side falls. What stands on a sheet
besides the text (number, chapter, crop marks) is the template's.
"""

from __future__ import annotations

import html
import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from exporter.config import Config, FlashcardsConfig
from exporter.diagnostics import Diagnostic, Outcome, report
from exporter.machinery.html_text import Html
from exporter.machinery.toml_text import read_toml_text
from exporter.model import Book
from exporter.print.pages.appearance import Look, load_look
from exporter.print.pages.card_fit import fit_tables, largest_text
from exporter.print.pages.card_sheets import Grid, plan_grid
from exporter.print.pages.chapters import RenderChapters, plan_chapters
from exporter.print.pages.handout import front_matter
from exporter.print.pages.page import Page, PageChapter, PageItem, Part, finish
from exporter.print.pages.plain_titles import width_of
from exporter.source import Span

MARGINS = (9.0, 5.5, 5.5)
"""What a card keeps free of text, in mm: at the top (for number and chapter), at the sides, at the bottom."""

_STEP = 0.92
"""Each smaller size of text is this part of the one before."""

_PT = 25.4 / 72
_QUESTION_SIZE = 1.18
_AGAIN_PT, _AGAIN_MARGIN = 9.0, 9.0
"""How large a question is to the text of its card, and the size and margin (pt, mm) of one that is repeated: as in CSS."""

_BOLDNESS = 1.07

_RUN = 40
"""How many cards are fitted at once."""

_TAG = re.compile(r"<[^>]+>")
_LATIN_WORD = re.compile(r"[!-\u2e7f]+")
_FORMULA = re.compile(r'<img class="math[^>]*?style="width:([\d.]+)em[^>]*>')

Face = Literal["front", "back"]


@dataclass(frozen=True, slots=True)
class Setting:
    """A way to set a side: the size of text in pt, with its lines closer or not, and the part of a card that a figure fills."""

    size: float
    tight: bool = False
    figure: float = 0.6

    @property
    def with_large_figures(self) -> Setting:
        """The same, where a figure may have nearly all of a card."""
        return replace(self, figure=0.86)


@dataclass(frozen=True, slots=True)
class Side:
    """One side of one card. `id` is its anchor."""

    id: str
    face: Face
    lang: str
    item: PageItem
    largest: float = math.inf
    """The largest text in pt in which nothing breaks that need not."""

    @property
    def markup(self) -> Html:
        """All that stands on it."""
        item = self.item
        return item.title + item.body + item.hint if self.face == "front" else item.answer + item.extra


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part of a side stands: the sheet page (from 0) and the corner in mm."""

    side: str
    part: int
    page: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Frame:
    """What a template draws at a place on a sheet: a card's number and chapter.

    `again` is the question where it is repeated, `again_em` the width at which its lines are equally long; `goes_on` says
    that the text does so on the next card.
    """

    x: float
    y: float
    number: str
    chapter: str
    lang: str
    face: Face
    part: int
    parts: int
    again: Html
    again_em: float
    goes_on: bool


@dataclass(frozen=True, slots=True)
class Sheets:
    """The sheets as a document, and where on its pages the parts go, side by side."""

    markup: Html
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Cards:
    """Everything that cards to cut out are made of."""

    book: Book
    look: Look
    grid: Grid
    settings: FlashcardsConfig
    sides: tuple[Side, ...]
    page: Page
    context: Mapping[str, object]

    @property
    def ways(self) -> tuple[Setting, ...]:
        """The ways to set a side, from the one with the largest text to the one that takes the least room."""
        sizes = [self.settings.largest]
        while sizes[-1] * _STEP > self.settings.smallest:
            sizes.append(round(sizes[-1] * _STEP, 2))
        if sizes[-1] > self.settings.smallest:
            sizes.append(self.settings.smallest)
        return (*map(Setting, sizes), Setting(sizes[-1], tight=True))

    def runs(self) -> tuple[Cards, ...]:
        """The cards by what is fitted at once: those of a chapter (or of several with one title), not too many.

        A run says nothing of what is around it: its sides are counted from 0, and it stays what it is when cards before it
        come or go.
        """
        book = replace(self.book, chapters=(), assets={})
        context = {**self.context, "book": book}
        runs: list[Cards] = []
        for title, chapter in itertools.groupby(self.sides, self._chapter):
            for sides in _cut(tuple(chapter), 2 * _RUN):
                own = tuple(replace(side, id=f"k{i // 2}{side.face[0]}") for i, side in enumerate(sides))
                run = replace(self, book=book, sides=own, context=context)
                part = Part(run.sides_markup(own, self.ways[0]), title=title)
                runs.append(replace(run, page=replace(self.page, parts=(part,), text="", code="")))
        return tuple(runs)

    def guess(self, side: Side) -> float:
        """About the size of text in pt at which a side fills a card."""
        top, beside, bottom = MARGINS
        room = (self.grid.width - 2 * beside) * (self.grid.height - top - bottom) / _PT**2
        return math.sqrt(room / (0.75 * max(1, width_of(_TAG.sub("", side.markup)))))  # half an em wide, 1.5 em high

    def sides_markup(self, sides: Sequence[Side], way: Setting) -> Html:
        """A document with a page as large as a card for each side, and more pages where it does not fit."""
        top, beside, bottom = MARGINS
        column = (self.grid.width - 2 * beside) / (way.size * _QUESTION_SIZE * _PT)
        widths = {side.id: _even_width(side.item.title, column, _BOLDNESS) for side in sides if side.face == "front"}
        context = {**self.context, "sides": sides, "way": way, "widths": widths, "margins": (top, beside, bottom)}
        return self.look.render("cards.html.j2", context)

    def sheets(self, parts: Mapping[str, int]) -> Sheets:
        """The sheets for sides that fall into so many parts. A longer side's continuation faces the question again."""
        pages: list[list[Frame]] = []
        places: list[Place] = []
        slots = list(self._slots(parts))
        total = slots[-1][2] + 1 if slots else 0
        for side, part, slot in slots:
            sheet, index = self.grid.slot(slot, total, self.settings.order)
            page = 2 * sheet + (side.face == "back")
            while len(pages) <= page:
                pages.append([])
            shift = (self.settings.shift_x, self.settings.shift_y) if side.face == "back" else (0.0, 0.0)
            x, y = self.grid.front(index) if side.face == "front" else self.grid.back(index, self.settings.duplex)
            chapter, of = self._chapter(side), max(parts[f"{side.id[:-1]}f"], parts[f"{side.id[:-1]}b"])
            again = side.item.title if side.face == "front" and part >= parts[side.id] else Html()
            again_em = _even_width(again, (self.grid.width - 2 * _AGAIN_MARGIN) / (_AGAIN_PT * _PT))
            goes_on = part + 1 < parts[side.id]
            frame = Frame(x, y, side.item.label, chapter, side.lang, side.face, part + 1, of, again, again_em, goes_on)
            pages[page].append(frame)
            if part < parts[side.id]:
                places.append(Place(side.id, part, page, x + shift[0], y + shift[1]))
        context = {
            **self.context,
            "sheets": pages,
            "count": len(self.sides) // 2,
            "margins": MARGINS,
            "shift": (self.settings.shift_x, self.settings.shift_y),
        }
        order = {side.id: number for number, side in enumerate(self.sides)}
        places.sort(key=lambda place: (order[place.side], place.part))
        return Sheets(self.look.render("flashcards.html.j2", context), tuple(places))

    def _slots(self, parts: Mapping[str, int]) -> Iterator[tuple[Side, int, int]]:
        """Each side with each of its parts, and the number of the paper card on which it stands."""
        slot = 0
        for front, back in zip(self.sides[::2], self.sides[1::2], strict=True):
            for part in range(max(parts[front.id], parts[back.id])):
                yield front, part, slot
                yield back, part, slot
                slot += 1

    def _chapter(self, side: Side) -> str:
        chapters: Mapping[str, str] = self.context["chapter_titles"]  # type: ignore[assignment]
        return chapters[side.id[:-1]]


def _cut(sides: tuple[Side, ...], length: int) -> Iterator[tuple[Side, ...]]:
    """Sides in pieces of at most `length`."""
    return (sides[start : start + length] for start in range(0, len(sides), length))


def _even_width(markup: Html, column: float, boldness: float = 1.0) -> float:
    """The width in em at which the lines of a short text are about equally long.

    `column` is the room there is in em; `boldness` is how much wider Latin letters are than in the regular font.
    """
    text = html.unescape(_TAG.sub("", markup))
    latin = sum(
        0.22 if char == " " else 0.6 if char.isupper() or char.isdigit() else 0.5 for char in text if char < "\u2e80"
    )
    width = sum(char >= "\u2e80" for char in text) + latin * boldness
    width += sum(float(formula) for formula in _FORMULA.findall(markup))
    lines = math.ceil(width / column)
    ragged = 1 + max((min(len(word), 8) for word in _LATIN_WORD.findall(text)), default=0) / 4  # half of a long word
    return column if lines < 2 else min(column, width / lines + ragged)


def plan_cards(book: Book, config: Config, render: RenderChapters, edition: int) -> Outcome[Cards | None]:
    """The cards of a book; None, with an error, where settings do not fit. `edition` is in seconds since 1970."""
    settings = config.print.flashcards
    look = load_look(config, book.lang)
    if isinstance(look, Diagnostic):
        return Outcome(None, (look,))
    grid = plan_grid(settings, config.print.page, card_stocks(look))
    place = Span(config.file.name) if config.file else None
    if isinstance(grid, str):
        return Outcome(None, (report("cards-unfit", place, grid),))
    if not 4 <= settings.smallest <= settings.largest <= 40:
        message = f"smallest = {settings.smallest:g} and largest = {settings.largest:g} must rise, between 4 and 40 pt"
        return Outcome(None, (report("cards-unfit", place, message),))
    look = replace(look, sheet=grid.page)
    # text and code of a middling size decide what is wide on a card
    narrow = replace(look, width=grid.width - 2 * MARGINS[1], theme=":root { --text-size: 8.6pt; --code-size: 6.7pt }")
    chapters = render(plan_chapters(book, config, links=False), narrow)
    sides: list[Side] = []
    titles: dict[str, str] = {}
    for page in chapters:
        for item in page.cards:
            titles[f"k{item.number}"] = page.title
            sides += _sides(item, (grid.width - 2 * MARGINS[1]) / _PT, settings.smallest)
    context = {**front_matter(book, config, edition), "grid": grid, "chapter_titles": titles}
    cards = Cards(book, look.showing(chapters), grid, settings, tuple(sides), Page((), {}, "", "", book.lang), context)
    return Outcome(_with_page(cards, chapters), tuple(said for page in chapters for said in page.said))


def _sides(item: PageItem, width: float, smallest: float) -> list[Side]:
    """The two sides of a question on cards whose text is so many pt wide."""
    fitted = fit_tables(item, width, smallest)
    faces: tuple[Face, Face] = ("front", "back")
    sides = [Side(f"k{item.number}{face[0]}", face, item.lang, fitted) for face in faces]
    return [replace(side, largest=largest_text(side.markup, width, smallest)) for side in sides]


def card_stocks(look: Look) -> Mapping[str, Any]:
    """The stocks of cards by name, as the template says them."""
    return read_toml_text(look.source("card-stocks.toml"))


def _with_page(cards: Cards, chapters: Sequence[PageChapter]) -> Cards:
    """The cards with pictures and all the text that fonts must have."""
    markup = cards.sides_markup(cards.sides, cards.ways[0])
    more = "".join(cards.look.labels.values()) + "".join(c.title for c in cards.book.chapters)
    page = finish(markup, chapters, more + "↪→/…", cards.book.lang)
    return replace(cards, page=replace(page, tagged=False))


def render_test_page(book: Book, config: Config, edition: int) -> Outcome[Page | None]:
    """A sheet that shows how a printer is off: scales on the front, a cross on the back, read against the light."""
    look = load_look(config, book.lang)
    if isinstance(look, Diagnostic):
        return Outcome(None, (look,))
    settings = config.print.flashcards
    grid = plan_grid(settings, config.print.page, card_stocks(look))
    look = replace(look, sheet=look.sheet if isinstance(grid, str) else grid.page)
    # Seen from the front, the back is mirrored: left and right over the long edge, up and down over the short one.
    # The scales are numbered with what has to be entered, not with what is seen.
    signs = (1, -1) if settings.duplex == "long" else (-1, 1)
    context = {**front_matter(book, config, edition), "duplex": settings.duplex, "signs": signs,
               "shift": (settings.shift_x, settings.shift_y), "marks": _test_marks(look.sheet)}  # fmt: skip
    markup = look.render("testpage.html.j2", context)
    return Outcome(finish(markup, (), "".join(look.labels.values()) + "−+", book.lang))


def _test_marks(sheet: tuple[float, float]) -> tuple[tuple[float, float], ...]:
    """The places of the crosses in mm: the middle and the four corners of the page."""
    width, height = sheet
    inset = 30.0
    corners = [(x, y) for y in (inset, height - inset) for x in (inset, width - inset)]
    return ((width / 2, height / 2), *corners)
