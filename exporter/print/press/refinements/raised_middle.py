"""A short text stands a little above the middle of its card.

WeasyPrint centres a box only when it knows how high it is. Here a card's page is moved down once it is laid out. Changed when
the PDF is finished: the operations that draw a page. Instead, pikepdf could put the same in front of them in the PDF that is
written.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from exporter.print.press.refinements.objects import content, follow, lacks_pages
from exporter.print.press.refinements.refinement import Refinement

_PATTERN = re.compile(rb"/(\w+) scn")

MIDDLE = Refinement("raised_middle", "the text of cards to cut out stands at their top", lacks_pages)


def move_down(pdf: Any, distances: Iterable[float]) -> None:
    """Move what each page shows down, by so many pt."""
    for reference, distance in zip(pdf.page_references, distances, strict=True):
        drawing = content(pdf, reference).stream
        drawing.insert(0, f"1 0 0 1 0 {-distance:.4f} cm".encode())
        names = {match[1].decode() for operation in drawing if (match := _PATTERN.fullmatch(operation))}
        for matrix in _matrices(pdf, reference, names):
            matrix[5] -= distance


def _matrices(pdf: Any, page: bytes, names: Collection[str]) -> Iterator[Any]:
    """Where patterns begin: not where what they fill is, but in the space of the page (ISO 32000-1, 8.7.3.1)."""
    resources = follow(pdf, page).get("Resources")
    resources = follow(pdf, resources) if isinstance(resources, bytes) else resources
    patterns = (resources or {}).get("Pattern") or {}
    patterns = follow(pdf, patterns) if isinstance(patterns, bytes) else patterns
    for name in names:
        pattern = patterns.get(name)
        pattern = follow(pdf, pattern) if isinstance(pattern, bytes) else pattern
        matrix = getattr(pattern, "extra", {}).get("Matrix")
        if isinstance(matrix, list) and len(matrix) == 6:
            yield matrix
