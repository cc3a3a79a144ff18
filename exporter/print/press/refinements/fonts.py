"""Parts of a book without its fonts, which they will share, and with their fields of page numbers set apart.

WeasyPrint gives each document its own part of each font. Here the files of the book's fonts stay out of a part, and what it
shows in them is returned, so that a book holds each font once. Changed while a document is made:
`Font.get_unused_glyph_id` (`weasyprint.pdf.fonts`), so that a character that a font lacks has one number in all parts; read
when it is finished: the fonts of the document, and the operations that draw its pages. Instead, `print.press.fields` finds
the fields in the PDF that is written, with pikepdf; fonts could be found and joined there too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from exporter.print import page_numbers
from exporter.print.fonts import FontSet
from exporter.print.press.refinements.objects import follow, lacks_pages
from exporter.print.press.refinements.refinement import Refinement, lacks_attributes, lacks_parameters

FIELD = b"%"
"""The line, a comment (ISO 32000-1, 7.2.3), before and behind each field in a page's content."""

MISSING = 0x8000
"""From here on glyph numbers are those of characters that a font lacks; no packaged font has so many."""


@dataclass(frozen=True, slots=True)
class Glyphs:
    """What a part shows in one of the book's fonts: by glyph number, widths in 1/1000 em and text."""

    family: str
    weight: int
    widths: Mapping[int, float]
    text: Mapping[int, str]


def _lacks(document: Any = None, pdf: Any = None) -> str:
    from weasyprint.pdf.fonts import Font

    if lack := lacks_parameters(getattr(Font, "get_unused_glyph_id", None), "self", "codepoint"):
        return lack
    if document is None:
        return ""
    names = ("family", "weight", "hash", "name", "widths", "to_unicode", "glyph_count", "missing")
    lacks = (lacks_attributes(font, *names) for font in getattr(document, "fonts", {}).values())
    return next(filter(None, lacks), "") or lacks_pages(document, pdf)


FONTS = Refinement("fonts", "each part of a book holds fonts of its own, and files are larger", _lacks)


@contextmanager
def steady_boxes() -> Iterator[None]:
    """While this lasts, a character that a font lacks has one number in all parts: WeasyPrint counts behind the glyphs."""
    from weasyprint.pdf.fonts import Font

    own = Font.get_unused_glyph_id

    def number(self: Any, codepoint: int) -> int:
        if self.glyph_count > MISSING:
            return int(own(self, codepoint))
        return int(self.missing.setdefault(codepoint, MISSING + codepoint % MISSING))

    Font.get_unused_glyph_id = number
    try:
        yield
    finally:
        Font.get_unused_glyph_id = own


def open_fonts(document: Any, pdf: Any, fonts: FontSet) -> Mapping[str, Glyphs]:
    """Take the book's fonts out of a part, and set its fields of page numbers apart.

    Returns what the part shows in each of `fonts`, by resource name.
    """
    used: dict[str, Glyphs] = {}
    for font in document.fonts.values():
        face = next((f for f in fonts.faces if (f.family, f.weight) == (font.family, font.weight)), None)
        if face:
            known = used.setdefault(font.hash, Glyphs(face.family, face.weight, {}, {}))
            used[font.hash] = Glyphs(face.family, face.weight, known.widths | font.widths, known.text | font.to_unicode)
    names = {font.name for font in document.fonts.values() if font.hash in used}
    for item in pdf.objects:
        if isinstance(item, dict) and item.get("Type") == "/FontDescriptor" and item["FontName"] in names:
            follow(pdf, item["FontFile2"]).stream = [b""]
    folio = {f"/{name} ".encode() for name, glyphs in used.items() if glyphs.family == page_numbers.FAMILY}
    for reference in pdf.page_references:
        _set_fields_apart(pdf, follow(pdf, reference), tuple(folio))
    return used


def _set_fields_apart(pdf: Any, page: Any, folio: tuple[bytes, ...]) -> None:
    """Cut a page's content in two before the first text in the folio font, and set `FIELD` on both sides of each.

    The pieces are joined again where the page is shown (ISO 32000-1, 7.8.2). Most fields are in running heads, which come
    last: what has to be read and written again when a book is bound is short.
    """
    import pydyf

    drawing = follow(pdf, page["Contents"])
    pieces: tuple[list[Any], list[Any]] = ([], [])
    in_folio = False
    for operation in drawing.stream:
        is_bytes = isinstance(operation, bytes)
        if is_bytes and operation.endswith(b" Tf"):
            in_folio = bool(folio) and operation.startswith(folio)
        if in_folio and is_bytes and operation.endswith(b"TJ"):
            pieces[1].extend((FIELD, operation, FIELD))
        else:
            pieces[bool(pieces[1])].append(operation)
    if pieces[1]:
        drawing.stream = pieces[0]
        rest = pydyf.Stream([b"", *pieces[1], b""], compress=True)
        pdf.add_object(rest)
        page["Contents"] = pydyf.Array([drawing.reference, rest.reference])
