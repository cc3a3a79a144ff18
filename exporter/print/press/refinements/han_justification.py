"""Lines of Chinese and Japanese are equally long (CLREQ 3.1.6, JLREQ 3.8).

WeasyPrint stretches spaces alone, which such text hardly has: a justified paragraph stays ragged, or opens holes around its
few spaces. Here what a line lacks is shared among all its wide characters and spaces. Changed while it lasts:
`justify_line` (`weasyprint.layout.inline`) and `show_text` (`weasyprint.pdf.stream`): a gap at the beginning of a text is
written behind an empty string, and PDFium, which Chrome has, then forgets the one at its end. Read: `Layout`
(`weasyprint.text.line_break`). No public interface stands near:
`letter-spacing` is for whole boxes, and nobody knows before the layout what a line lacks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from exporter.print.press.refinements.refinement import Refinement, lacks_attributes, lacks_parameters
from exporter.reading.markdown.cjk import WIDE

_GAP = re.compile(f"[{WIDE}“”‘’…— \u00a0]")
_RUN = re.compile(f"{_GAP.pattern}+")
"""What is opened as one: marks that are set closer to each other must not be parted by it."""

_WIDE_CHARACTER = re.compile(f"[{WIDE}]")
_MOST_EM = 0.25
"""A line that would be opened more than so much at each place stays as it is: it is short since what follows cannot break."""

_ROUNDS, _NEAR_PX = 3, 0.05

_FEWEST = 4
"""A line with fewer wide characters is one of another language, where spaces are stretched."""


def _lacks() -> str:
    from weasyprint.layout import inline
    from weasyprint.pdf.stream import Stream
    from weasyprint.text import line_break

    return (
        lacks_parameters(getattr(Stream, "show_text", None), "self", "text")
        or lacks_parameters(getattr(inline, "justify_line", None), "context", "line", "extra_width")
        or lacks_attributes(line_break, "Layout", "line_size", "pango", "ffi", "TO_UNITS")
    )


JUSTIFICATION = Refinement("han_justification", "lines of Chinese are not equally long", _lacks)


@contextmanager
def even_lines() -> Iterator[None]:
    """While this lasts, a justified line is opened between its wide characters."""
    from weasyprint.layout import inline
    from weasyprint.pdf.stream import Stream

    own, own_text = inline.justify_line, Stream.show_text

    def justify(context: Any, line: Any, extra_width: float) -> None:
        pieces = list(_texts(line))
        wide = sum(len(_WIDE_CHARACTER.findall(piece.text)) for piece in pieces)
        if wide < _FEWEST:
            own(context, line, extra_width)
            return
        gaps = sum(len(_GAP.findall(piece.text)) for piece in pieces) - 1
        if extra_width <= gaps * _MOST_EM * line.style["font_size"]:
            _open(line, pieces, extra_width, extra_width / gaps)

    def show(stream: Any, text: str) -> None:
        own_text(stream, text.replace("<>", " "))  # a number stands on both sides

    inline.justify_line, Stream.show_text = justify, show
    try:
        yield
    finally:
        inline.justify_line, Stream.show_text = own, own_text


def _texts(box: Any) -> Iterator[Any]:
    """The texts of a line, in order. What is a box of its own, as a formula, is none."""
    for child in getattr(box, "children", ()):
        if not child.is_in_normal_flow():
            continue
        if hasattr(child, "pango_layout"):
            yield child
        elif type(child).__name__ == "InlineBox":
            yield from _texts(child)


def _open(line: Any, pieces: Sequence[Any], extra: float, spacing: float) -> None:
    """Set the texts again, opened by about `spacing` px at each place: so much that together they are `extra` px wider."""
    first, last = pieces[0], pieces[-1]
    for _ in range(_ROUNDS):
        made = {id(piece): _opened(piece, spacing, first, last) for piece in pieces}
        grown = sum(made[id(piece)].advance - piece.width for piece in pieces)
        if grown <= 0 or abs(grown - extra) < _NEAR_PX:
            break
        spacing *= extra / grown
    _place(line, made, 0.0)


@dataclass(frozen=True, slots=True)
class _Opened:
    """A text with its gaps opened: its layout, its width in px, and what stands before and behind it."""

    layout: Any
    width: float
    before: float
    behind: float

    @property
    def advance(self) -> float:
        return self.before + self.width + self.behind


def _opened(piece: Any, spacing: float, first: Any, last: Any) -> _Opened:
    """Pango leaves out its half of a gap at both ends of a text: within a line it stands there all the same."""
    from weasyprint.text.line_break import line_size

    layout = _opened_layout()(piece.style, spacing)
    layout.set_text(piece.text, justify=True)
    width, _ = line_size(layout.get_first_line()[0], piece.style)
    layout.deactivate()
    before = spacing / 2 if piece is not first and _GAP.match(piece.text) else 0.0
    behind = spacing / 2 if piece is not last and _GAP.match(piece.text[-1:]) else 0.0
    return _Opened(layout, width, before, behind)


def _opened_layout() -> type:
    """A layout of WeasyPrint's that opens the text behind every wide character and space."""
    from weasyprint.text import line_break

    class Opened(line_break.Layout):  # type: ignore[misc]
        justification_spacing: float

        def set_text(self, text: str, justify: bool = False) -> None:  # noqa: FBT001, FBT002 - WeasyPrint's own signature
            spacing, self.justification_spacing = self.justification_spacing, 0
            super().set_text(text, justify)
            self.justification_spacing = spacing
            _add_spacing(self, line_break, spacing)

    return Opened


def _add_spacing(layout: Any, line_break: Any, spacing: float) -> None:
    """Letter spacing of Pango's for the gaps of a layout's text."""
    pango, ffi = line_break.pango, line_break.ffi
    attributes = pango.pango_layout_get_attributes(layout.layout)
    if attributes == ffi.NULL:
        attributes = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
    for match in _RUN.finditer(layout.text):
        attribute = pango.pango_attr_letter_spacing_new(int(spacing * line_break.TO_UNITS))
        attribute.start_index = len(layout.text[: match.start()].encode())
        attribute.end_index = attribute.start_index + len(match[0].encode())
        pango.pango_attr_list_change(attributes, attribute)
    pango.pango_layout_set_attributes(layout.layout, attributes)


def _place(box: Any, made: dict[int, _Opened], advance: float) -> float:
    """Move the boxes of a line by what those before them have grown, and return by how much it is wider."""
    if text := made.get(id(box)):
        box.position_x += advance + text.before
        advance += text.advance - box.width
        box.pango_layout, box.width = text.layout, text.width
    elif type(box).__name__ in ("LineBox", "InlineBox"):
        box.position_x += advance
        before = advance
        children = box.children[::-1] if box.style["direction"] == "rtl" else box.children
        for child in children:
            if child.is_in_normal_flow():
                advance = _place(child, made, advance)
        box.width += advance - before
    else:
        box.translate(advance, 0)
    return advance
