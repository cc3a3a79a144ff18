"""Cards to cut out → PDF: each side is laid out in the largest size that fits, then imposed on sheets.

In: runs of `Cards`, typeset apart in worker processes, and the sheets. Out: the bytes of a PDF. A side is a page as large
as a card; WeasyPrint itself says whether it fits (one page) or goes on (more), and each of these pages becomes a form
XObject (ISO 32000-1, 8.10) that a sheet shows in its place. Lengths are mm, but pt in PDF and px (1/96 in) in WeasyPrint.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from exporter.print.fonts import FontSet
from exporter.print.pages import Cards
from exporter.print.pages.flashcards import MARGINS, Place, Setting, Side
from exporter.print.press.page_number_fields import save
from exporter.print.press.press import Press, write_document
from exporter.print.press.refinements import EDGES, FONTS, MIDDLE
from exporter.print.press.refinements.fonts import Glyphs, open_fonts
from exporter.print.press.refinements.overflow import find_cuts
from exporter.print.press.refinements.raised_middle import move_down
from exporter.print.press.sharing import share
from exporter.print.press.typeset import Typeset, at_press, make_typeset

_PT = 72 / 25.4
_PX = 96 / 25.4
_TRIES = 6
"""How many sizes are tried for a side: a few cards' text may be a step smaller than it could be."""

_TOO_MANY = 1_000
"""As good as so many cards is a way in which something is cut off."""

_STEPS_FOR_FIGURES = 3
"""How many sizes of text are tried with large figures, from the size that fits with small ones."""

_MIDDLE = 0.46
"""The part of the empty room that stands above a short text: it stands a little above the middle."""


@dataclass(frozen=True, slots=True)
class Run:
    """Cards whose sides are fitted in one job."""

    cards: Cards
    pictures: Mapping[str, Path]
    fonts: FontSet
    image_dpi: int


@dataclass(frozen=True, slots=True)
class _Part:
    """A card-sized page of WeasyPrint's, and how many mm at its foot are empty."""

    page: Any
    slack: float


def typeset_run(run: Run) -> Typeset:
    """The sides of cards, as pages of a part that is open for binding. The anchor of a page is the side that it is of."""
    with at_press(run.fonts, run.pictures, run.image_dpi) as press:
        fitted = _fit(press, run.cards)
        pages = [(side.id, part) for side in run.cards.sides for part in fitted[side.id]]
        used: dict[str, Glyphs] = {}

        def finish(document: Any, pdf: Any) -> None:
            if press.has(MIDDLE, document, pdf):
                move_down(pdf, (part.slack * _MIDDLE * _PT for _, part in pages))
            if press.has(FONTS, document, pdf):
                used.update(open_fonts(document, pdf, run.fonts))

        document = press.render(run.cards.sides_markup((), run.cards.ways[0]))
        data = write_document(document.copy([part.page for _, part in pages]), tags=False, finisher=finish)
        return make_typeset(data, [(name,) for name, _ in pages], used, press, [part.page for _, part in pages])


@dataclass(slots=True)
class _Search:
    """The way to set one side: on as few cards as it takes, and among those the one with the largest text.

    `way` is the one to try next; every way after `low` may fit, the one at `high` does.
    """

    side: Side
    ways: Sequence[Setting]
    way: int
    target: int = 1
    low: int = -1
    high: int = 0
    tried: dict[int, Sequence[_Part]] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)

    def learn(self, parts: Sequence[_Part], used: float, *, is_cut: bool) -> bool:
        """Take in what a way came to: its parts, how many cards they fill, and whether something leaves its card.

        Returns whether there is a way left to try. A way in which something is cut off is none, but for the last one.
        """
        last = len(self.ways) - 1
        self.tried[self.way] = parts
        self.counts[self.way] = count = len(parts) if self.way == last or not is_cut else _TOO_MANY
        if count <= self.target:
            self.high = self.way
        elif self.way < last:
            self.low = self.way
        else:  # it takes more than one card: as many as here, and no more
            self.target = len(parts)
            self.low = max((way for way, known in self.counts.items() if known > self.target), default=-1)
            self.high = min(way for way in self.tried if way > self.low)
        end = self.high if self.high in self.tried else len(self.ways)
        if end - self.low <= 1 or (len(self.tried) >= _TRIES and end <= last):
            return False
        wanted = self.ways[self.way].size * (self.target / used) ** 0.5
        near = next((i for i, way in enumerate(self.ways) if way.size <= wanted), last)
        self.way = min(max(near, self.low + 1), end - 1)
        return True


def _fit(press: Press, cards: Cards) -> Mapping[str, Sequence[_Part]]:
    """The parts of each side."""
    ways = cards.ways
    last = len(ways) - 1
    found: dict[str, _Search] = {}
    for side in cards.sides:
        first = next((i for i, way in enumerate(ways) if way.size <= min(side.largest, cards.guess(side))), last - 1)
        found[side.id] = _Search(side, ways, first, high=len(ways))
    queue = list(found.values())
    while queue:
        for way in sorted({search.way for search in queue}):
            searches = [search for search in queue if search.way == way]
            laid = _lay_out(press, cards, [search.side for search in searches], ways[way])
            for search, (parts, used, is_cut) in zip(searches, laid, strict=True):
                if not search.learn(parts, used, is_cut=is_cut):
                    queue.remove(search)
    fitted = {name: search.tried[search.high] for name, search in found.items()}
    return fitted | _with_large_figures(press, cards, found)


def _with_large_figures(press: Press, cards: Cards, found: Mapping[str, _Search]) -> dict[str, Sequence[_Part]]:
    """The sides on several cards whose figures can be larger there: with text of the same size, or little smaller."""
    better: dict[str, Sequence[_Part]] = {}
    tight = len(cards.ways) - 1
    searches = [search for search in found.values() if search.target > 1 and "<figure" in search.side.markup]
    for step in range(_STEPS_FOR_FIGURES):
        for way in range(len(cards.ways)):
            sides = [
                s.side
                for s in searches
                if s.side.id not in better and s.high + step == way and (not step or way < tight)
            ]
            laid = _lay_out(press, cards, sides, cards.ways[way].with_large_figures) if sides else []
            for side, (parts, _, is_cut) in zip(sides, laid, strict=True):
                if len(parts) <= found[side.id].target and not is_cut:
                    better[side.id] = parts
    return better


def _lay_out(
    press: Press, cards: Cards, sides: Sequence[Side], way: Setting
) -> list[tuple[Sequence[_Part], float, bool]]:
    """The parts of sides that are set in one way, how many cards each of them fills, and whether something leaves them."""
    document = press.render(cards.sides_markup(sides, way))
    height = cards.grid.height
    room = height - MARGINS[0] - MARGINS[2]
    laid: list[tuple[Sequence[_Part], float, bool]] = []
    for side, pages in zip(sides, _split(document.pages, sides), strict=True):
        breaks = way.size > side.largest + 1e-6
        is_cut = breaks or (press.has(EDGES) and any(cut.fault == "cut" for cut in find_cuts(pages)))
        parts, slack = _parts(side, pages, height)
        laid.append((parts, max(0.05, len(pages) - slack / room), is_cut))
    return laid


def _split(pages: Sequence[Any], sides: Sequence[Side]) -> list[list[Any]]:
    """The pages of each side. A side begins where its anchor stands."""
    groups: list[list[Any]] = []
    for page in pages:
        if len(groups) < len(sides) and sides[len(groups)].id in page.anchors:
            groups.append([])
        groups[-1].append(page)
    return groups


def _parts(side: Side, pages: Sequence[Any], height: float) -> tuple[tuple[_Part, ...], float]:
    """A side's pages, and how many mm are empty at the foot of the last one."""
    end = pages[-1].anchors.get(f"{side.id}-end")
    used = end[1] / _PX if end else height
    slack = max(0.0, height - MARGINS[2] - used)
    for page in pages:
        page.anchors.clear()
        page.bookmarks.clear()
        page.links.clear()
    return tuple(_Part(page, slack if len(pages) == 1 else 0.0) for page in pages), slack


def impose(sheets: Typeset, runs: Sequence[Typeset], places: Sequence[Place], fonts: FontSet, height: float) -> bytes:
    """The sheets, with the pages of all runs in their places, in order. `height` is that of a card."""
    import pikepdf

    pdf = pikepdf.open(io.BytesIO(sheets.data))
    resources = [pdf.pages[0].obj.Resources]
    cards = resources[0].XObject
    lines: list[list[str]] = [[] for _ in pdf.pages]
    size = float(pdf.pages[0].mediabox[3])
    to_place = iter(places)
    for run in runs:
        forms = _forms(pdf, run)
        resources.append(forms[0].Resources)
        for form in forms:
            place = next(to_place)
            name = f"/card{len(cards)}"
            cards[name] = form
            foot = size / _PT - place.y - height
            # WeasyPrint leaves the page upside down: its y axis points downwards
            lines[place.page].append(
                f"q 1 0 0 -1 0 {size:.4f} cm 1 0 0 1 {place.x * _PT:.4f} {foot * _PT:.4f} cm {name} Do Q"
            )
    for page, shown in zip(pdf.pages, lines, strict=True):
        page.contents_add("\n".join(shown).encode())
    share(pdf, [sheets, *runs], resources, fonts)
    return save(pdf)


def _forms(pdf: Any, run: Typeset) -> Sequence[Any]:
    """The pages of a run as forms of another PDF."""
    import pikepdf

    source = pikepdf.open(io.BytesIO(run.data))
    forms = source.make_indirect(pikepdf.Array())
    for page in source.pages:
        form = page.obj.Contents
        form.Type, form.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
        form.BBox, form.Resources = page.obj.MediaBox, page.obj.Resources
        forms.append(form)
    return list(pdf.copy_foreign(forms))
