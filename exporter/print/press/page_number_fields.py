"""The fields of page numbers in a PDF that is written: where WeasyPrint's pages could not be opened before.

In: the bytes of a part of a book. Out: the same with its fields set apart, and the fonts that they are in, for binding.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping
from typing import Any

from exporter.print.page_numbers import FAMILY
from exporter.print.press.refinements.fonts import FIELD, Glyphs

_WEIGHT = 400


def save(pdf: Any) -> bytes:
    """The bytes of a pikepdf document, the same for the same objects."""
    import pikepdf

    out = io.BytesIO()
    pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return out.getvalue()


def set_fields_apart(data: bytes) -> tuple[bytes, Mapping[str, Glyphs]]:
    """A part whose fields are set apart, and by resource name the fonts of the fields."""
    import pikepdf

    found: dict[str, Glyphs] = {}
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            fonts = page.obj.Resources.get("/Font", pikepdf.Dictionary())
            folio = {name: font for name, font in fonts.items() if FAMILY.replace(" ", "-") in str(font.BaseFont)}
            if folio:
                _set_apart(pdf, page, folio.keys())
            found |= {name[1:]: Glyphs(FAMILY, _WEIGHT, {1: _width(font)}, {}) for name, font in folio.items()}
        return save(pdf), found


def _width(font: Any) -> float:
    """The width of all glyphs of the font, in 1/1000 em: the first that is listed (ISO 32000-1, 9.7.4.3)."""
    return float(font.DescendantFonts[0].W[1][0])


def _set_apart(pdf: Any, page: Any, folio: Collection[str]) -> None:
    """Cut a page's content in two before the first field, with `FIELD` on both sides of each."""
    import pikepdf

    pieces: tuple[list[bytes], list[bytes]] = ([], [])
    in_folio = False
    for instruction in pikepdf.parse_content_stream(page):
        operator = str(instruction.operator)
        if operator == "Tf":
            in_folio = str(instruction.operands[0]) in folio
        if in_folio and operator == "TJ":
            texts = (bytes(item) for item in instruction.operands[0] if isinstance(item, pikepdf.String))
            pieces[1].extend((FIELD, f"[<{b''.join(texts).hex()}>] TJ".encode(), FIELD))
        else:
            pieces[bool(pieces[1])].append(pikepdf.unparse_content_stream([instruction]))
    if pieces[1]:
        streams = (pdf.make_stream(b"\n".join([b"", *piece, b""])) for piece in pieces)
        page.obj.Contents = pikepdf.Array(list(streams))
