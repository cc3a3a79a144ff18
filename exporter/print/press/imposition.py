"""Pages of a handout → sheets with two of them on each side: side by side to save paper, or as a booklet to fold.

In: a PDF. Out: a PDF to print; what can only be clicked stays in the first one. Pages that are narrower than A4 keep their
size, on sheets of twice their width; others shrink to half a sheet of their own size.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from exporter.print.press.page_number_fields import save

_NARROW_PT = 165 / 25.4 * 72
"""Pages up to this width have twice as wide sheets: A5 on A4."""

Pair = tuple[int | None, int | None]
"""The pages on the left and on the right of a side, from 0; None where it is empty."""


def impose_pages(data: bytes, how: str, *, right_to_left: bool = False) -> tuple[bytes, int]:
    """The sheets of a PDF, and how many sides there are. `how` is "2up" or "booklet"."""
    import pikepdf

    with pikepdf.open(io.BytesIO(data)) as source, pikepdf.new() as sheets:
        pairs = booklet_pairs(len(source.pages)) if how == "booklet" else two_up_pairs(len(source.pages))
        left, bottom, right, top = map(float, source.pages[0].mediabox)
        width, height = sorted((right - left, top - bottom))
        size = (2 * width, height) if width <= _NARROW_PT else (height, width)
        for pair in pairs:
            sheets.add_blank_page(page_size=size)
            sheet = sheets.pages[-1]
            for place, number in enumerate(pair[::-1] if right_to_left else pair):
                if number is not None:
                    corner = place * size[0] / 2
                    page = source.pages[number]
                    if float(page.mediabox[2]) - float(page.mediabox[0]) > width + 1:
                        page.rotate(90, relative=True)
                    sheet.add_overlay(page, pikepdf.Rectangle(corner, 0, corner + size[0] / 2, size[1]))
        for key in ("/Title", "/Author"):
            if key in source.docinfo:
                sheets.docinfo[key] = str(source.docinfo[key])
        return save(sheets), len(pairs)


def two_up_pairs(count: int) -> Sequence[Pair]:
    """Pages in their order, two on each side."""
    return [(first, first + 1 if first + 1 < count else None) for first in range(0, count, 2)]


def booklet_pairs(count: int) -> Sequence[Pair]:
    """Pages such that sheets, printed on both sides, laid on each other and folded, are a booklet."""
    whole = -(-count // 4) * 4

    def page(number: int) -> int | None:
        return number if number < count else None

    sides: list[Pair] = []
    for sheet in range(whole // 4):
        low, high = 2 * sheet, whole - 1 - 2 * sheet
        sides += [(page(high), page(low)), (page(low + 1), page(high - 1))]
    return sides
