"""A short text stands a little above the middle of its card.

WeasyPrint centres a box only when it knows how high it is. Here a card's page is moved down once it is laid out. Changed when
the PDF is finished: the operations that draw a page. Instead, pikepdf could put the same in front of them in the PDF that is
written.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from exporter.print.press.refinements.objects import content, lacks_pages
from exporter.print.press.refinements.refinement import Refinement

MIDDLE = Refinement("raised_middle", "the text of cards to cut out stands at their top", lacks_pages)


def move_down(pdf: Any, distances: Iterable[float]) -> None:
    """Move what each page shows down, by so many pt."""
    for reference, distance in zip(pdf.page_references, distances, strict=True):
        content(pdf, reference).stream.insert(0, f"1 0 0 1 0 {-distance:.4f} cm".encode())
