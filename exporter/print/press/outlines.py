"""The outline of a glyph that formulas show again and again is read once.

A formula is an SVG whose letters are paths. WeasyPrint reads the numbers of each path with regular expressions, wherever the
letter stands; what it writes into the PDF for it is the same each time, because the place is set apart from the path. Here
it is kept. This reaches into the drawing of WeasyPrint 70: where that looks different, each path is read as before
(`tests/print/test_sharing.py` shows which).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def known_outlines() -> Iterator[None]:
    """While this lasts, equal paths are read once."""
    from weasyprint import svg

    own = svg.TAGS["path"]
    known: dict[str, tuple[list[Any], list[Any]]] = {}

    def draw(image: Any, node: Any, font_size: float) -> None:
        written, outline = image.stream.stream, node.get("d", "")
        if outline not in known:
            start = len(written)
            own(image, node, font_size)
            known[outline] = written[start:], [*node.vertices]
        else:
            operations, vertices = known[outline]
            written.extend(operations)
            node.vertices.extend(vertices)

    svg.TAGS["path"] = draw
    try:
        yield
    finally:
        svg.TAGS["path"] = own
