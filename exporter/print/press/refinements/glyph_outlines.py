"""The outline of a glyph that formulas show again and again is read once.

A formula is an SVG whose letters are paths. WeasyPrint reads the numbers of each path with regular expressions, wherever the
letter stands; what it writes into the PDF for it is the same each time, because the place is set apart from the path. Here
it is kept. Changed while it lasts: what draws a `path` (`weasyprint.svg.TAGS`). Instead, formulas could be drawn by us and
put in as PDF forms once the pages are made, which WeasyPrint's public `finisher` allows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from exporter.print.press.refinements.refinement import Refinement, lacks_parameters


def _lacks() -> str:
    from weasyprint import svg

    return lacks_parameters(getattr(svg, "TAGS", {}).get("path"), "svg", "node", "font_size")


OUTLINES = Refinement("glyph_outlines", "printing formulas takes longer", _lacks)


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
