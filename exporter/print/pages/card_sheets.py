"""The geometry of cards on a sheet: sizes, places, and how front and back meet. All lengths are in mm from the top left.

Knows nothing of what stands on a card.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from exporter.config import FlashcardsConfig, PageSize
from exporter.print.pages.appearance import PAGE_SIZES

CARD_SIZES = {"A7": (74.0, 105.0), "A8": (52.0, 74.0), "3x5in": (76.2, 127.0), "4x6in": (101.6, 152.4)}
"""Width and height in mm, upright: ISO 216 and index cards."""

_DEFAULT_GRID = {"A4": (2, 4), "Letter": (2, 4), "A5": (1, 3)}
_EDGE = 10.0
"""The margin around a grid: room for crop marks where every printer prints."""

_GRID = re.compile(r"([1-9])\s*[x×]\s*([1-9]|1[0-2])")
_SMALLEST = (40.0, 30.0)


@dataclass(frozen=True, slots=True)
class Grid:
    """Cards on a page. `left`, `top` is the corner of the first one; `fill` says that cards reach the page's edge."""

    page: tuple[float, float]
    columns: int
    rows: int
    width: float
    height: float

    @property
    def left(self) -> float:
        """The margin on the left, and on the right."""
        return (self.page[0] - self.columns * self.width) / 2

    @property
    def top(self) -> float:
        """The margin at the top, and at the bottom."""
        return (self.page[1] - self.rows * self.height) / 2

    @property
    def count(self) -> int:
        """How many cards stand on a sheet."""
        return self.columns * self.rows

    def front(self, index: int) -> tuple[float, float]:
        """The corner of card `index` on the front, row by row."""
        row, column = divmod(index, self.columns)
        return self.left + column * self.width, self.top + row * self.height

    def back(self, index: int, duplex: str) -> tuple[float, float]:
        """The corner of its back: over the long edge columns change places, over the short edge rows do."""
        row, column = divmod(index, self.columns)
        if duplex == "long":
            column = self.columns - 1 - column
        else:
            row = self.rows - 1 - row
        return self.left + column * self.width, self.top + row * self.height

    def cuts(self) -> Iterator[tuple[str, float]]:
        """The lines to cut along: ("x", mm) upright ones, ("y", mm) level ones."""
        yield from (("x", self.left + i * self.width) for i in range(self.columns + 1))
        yield from (("y", self.top + i * self.height) for i in range(self.rows + 1))


def plan_grid(settings: FlashcardsConfig, page: PageSize) -> Grid | str:
    """The grid that settings ask for on a page, or why there is none."""
    size = PAGE_SIZES[page]
    if settings.cards in CARD_SIZES:
        return _of_size(CARD_SIZES[settings.cards], size) or f"{settings.cards} is larger than {page}"
    match = _GRID.fullmatch(settings.cards)
    if settings.cards and not match:
        return f'"{settings.cards}" is neither a grid such as "2x4" (columns x rows) nor one of {", ".join(CARD_SIZES)}'
    columns, rows = (int(match[1]), int(match[2])) if match else _DEFAULT_GRID[page]
    width, height = (int(2 * (size[0] - 2 * _EDGE) / columns) / 2, int(2 * (size[1] - 2 * _EDGE) / rows) / 2)
    if width < _SMALLEST[0] or height < _SMALLEST[1]:
        return f"{columns} x {rows} cards on {page} are {width:g} x {height:g} mm each, too small to read"
    return Grid(size, columns, rows, width, height)


def _of_size(card: tuple[float, float], page: tuple[float, float]) -> Grid | None:
    """As many cards of a size as a page holds, level or upright; level where both hold as many."""
    grids = [
        Grid(page, int(page[0] / width + 1e-6), int(page[1] / height + 1e-6), width, height)
        for width, height in (card[::-1], card)
    ]
    best = max(grids, key=lambda grid: grid.count)
    return best if best.count else None
