"""The geometry of cards on a sheet: sizes, places, and how front and back meet. All lengths are in mm from the top left.

Knows nothing of what stands on a card.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from exporter.config import FlashcardsConfig
from exporter.machinery.paper_sizes import page_size, read_size

CARD_SIZES = {
    "A6": (105.0, 148.0), "A7": (74.0, 105.0), "A8": (52.0, 74.0), "3x5in": (76.2, 127.0), "4x6in": (101.6, 152.4),
    "business": (55.0, 85.0), "us-business": (50.8, 88.9),
}  # fmt: skip
"""Width and height in mm, upright: ISO 216, index cards, business cards (ISO/IEC 7810 is a mm narrower)."""

_ORDINARY = (95.0, 66.0)
"""About the size of a card where none is asked for: eight on A4."""

_EDGE = 10.0
"""The margin around a grid: room for crop marks where every printer prints."""

_GRID = re.compile(r"([1-9])\s*[x×]\s*([1-9]|1[0-2])")
_SMALLEST = (40.0, 30.0)


@dataclass(frozen=True, slots=True)
class Grid:
    """Cards on a page, with `gap` between them across and down. `is_cut` says that they come cut, or perforated."""

    page: tuple[float, float]
    columns: int
    rows: int
    width: float
    height: float
    gap: tuple[float, float] = (0.0, 0.0)
    is_cut: bool = False

    @property
    def left(self) -> float:
        """The margin on the left, and on the right."""
        return (self.page[0] - self.columns * self.width - (self.columns - 1) * self.gap[0]) / 2

    @property
    def top(self) -> float:
        """The margin at the top, and at the bottom."""
        return (self.page[1] - self.rows * self.height - (self.rows - 1) * self.gap[1]) / 2

    @property
    def count(self) -> int:
        """How many cards stand on a sheet."""
        return self.columns * self.rows

    def front(self, index: int) -> tuple[float, float]:
        """The corner of card `index` on the front, row by row."""
        row, column = divmod(index, self.columns)
        return self._corner(column, row)

    def back(self, index: int, duplex: str) -> tuple[float, float]:
        """The corner of its back: over the long edge columns change places, over the short edge rows do."""
        row, column = divmod(index, self.columns)
        if duplex == "long":
            column = self.columns - 1 - column
        else:
            row = self.rows - 1 - row
        return self._corner(column, row)

    def _corner(self, column: int, row: int) -> tuple[float, float]:
        return self.left + column * (self.width + self.gap[0]), self.top + row * (self.height + self.gap[1])

    def cuts(self) -> Iterator[tuple[str, float]]:
        """The lines to cut along: ("x", mm) upright ones, ("y", mm) level ones."""
        if self.is_cut:
            return
        yield from (("x", self.left + i * self.width) for i in range(self.columns + 1))
        yield from (("y", self.top + i * self.height) for i in range(self.rows + 1))

    def slot(self, number: int, total: int, order: str) -> tuple[int, int]:
        """The sheet and the place on it of card `number` of `total`.

        In stacks, the cards below each other in the pile of sheets follow each other: the piles that a cutter makes are
        laid one on the other.
        """
        if order == "rows":
            return divmod(number, self.count)
        index, sheet = divmod(number, max(1, -(-total // self.count)))
        return sheet, index


def plan_grid(settings: FlashcardsConfig, page: str, stocks: Mapping[str, Any] | None = None) -> Grid | str:
    """The grid that settings ask for on a page or on a stock of cards, or why there is none."""
    size, wanted = page_size(page), settings.cards
    if wanted in CARD_SIZES:
        return _of_size(CARD_SIZES[wanted], size) or f"{wanted} is larger than {page}"
    if own := read_size(wanted):
        return _of_own_size(own, size) or f"{wanted} is larger than {page}, or smaller than 30 x 40 mm"
    match = _GRID.fullmatch(wanted)
    if wanted and not match:
        return _stock(wanted, stocks or {})
    columns, rows = (int(match[1]), int(match[2])) if match else _ordinary_grid(size)
    width, height = (int(2 * (size[0] - 2 * _EDGE) / columns) / 2, int(2 * (size[1] - 2 * _EDGE) / rows) / 2)
    if width < _SMALLEST[0] or height < _SMALLEST[1]:
        return f"{columns} x {rows} cards on {page} are {width:g} x {height:g} mm each, too small to read"
    return Grid(size, columns, rows, width, height)


def stock_names(stocks: Mapping[str, Any]) -> Iterator[str]:
    """All names of stocks, as they are printed on their boxes."""
    for name, stock in stocks.items():
        yield name
        yield from stock.get("also", ())


def _stock(wanted: str, stocks: Mapping[str, Any]) -> Grid | str:
    """The grid of a stock of cards, by its maker and number or by its number alone."""
    plain = _plain(wanted)
    for name, stock in stocks.items():
        if any(plain in (_plain(known), _plain(known.split()[-1])) for known in (name, *stock.get("also", ()))):
            (columns, rows), (width, height) = stock["grid"], stock["size"]
            gap = tuple(stock.get("gap", (0.0, 0.0)))
            return Grid(page_size(stock["page"]), columns, rows, width, height, gap, is_cut=True)
    near = difflib.get_close_matches(plain, [_plain(name) for name in stock_names(stocks)], n=1, cutoff=0.75)
    meant = next((name for name in stock_names(stocks) if near and _plain(name) == near[0]), "")
    known = f'a grid such as "2x4" (columns x rows), one of {", ".join(CARD_SIZES)}, a size such as 90x60mm, or a stock'
    return f'"{wanted}" is none of these: {known} such as "Avery 5371"' + (
        f'; did you mean "{meant}"?' if meant else ""
    )


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _of_size(card: tuple[float, float], page: tuple[float, float]) -> Grid | None:
    """As many cards of a size as a page holds, level or upright; level where both hold as many."""
    grids = [_filled(page, *turned) for turned in (card[::-1], card)]
    best = max(grids, key=lambda grid: grid.count)
    return best if best.count else None


def _of_own_size(card: tuple[float, float], page: tuple[float, float]) -> Grid | None:
    """Cards that lie or stand as they are written: 5x3in lies."""
    if min(card) < min(_SMALLEST) or max(card) < max(_SMALLEST):
        return None
    grid = _filled(page, *card)
    return grid if grid.count else None


def _filled(page: tuple[float, float], width: float, height: float) -> Grid:
    return Grid(page, int(page[0] / width + 1e-6), int(page[1] / height + 1e-6), width, height)


def _ordinary_grid(page: Sequence[float]) -> tuple[int, int]:
    """Columns and rows of cards of about the ordinary size."""
    columns, rows = (max(1, round((side - 2 * _EDGE) / card)) for side, card in zip(page, _ORDINARY, strict=True))
    return columns, rows
