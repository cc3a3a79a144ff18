"""Pages for a binding: the margin along the fold is wider, on the left of a right page and on the right of a left one.

In: a PDF whose pages all have the wider margin on the side where a book opens. Out: the same, with what a left page shows
moved by the binding: its boxes (ISO 32000-1, 14.11.2) are, so that links and destinations stay with the text.
"""

from __future__ import annotations

import io

from exporter.print.press.page_number_fields import save

_BOXES = ("/MediaBox", "/CropBox", "/TrimBox", "/BleedBox", "/ArtBox")
_MM = 72 / 25.4


def mirror(data: bytes, binding: float) -> bytes:
    """A PDF for a binding of so many mm; below 0 for a book that opens from right to left. Turned pages stay as they are."""
    import pikepdf

    move = binding * _MM
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for page in list(pdf.pages)[1::2]:
            left, bottom, right, top = map(float, page.mediabox)
            if right - left > top - bottom:
                continue
            for name in _BOXES:
                if name in page.obj:
                    left, bottom, right, top = map(float, page.obj[name])
                    page.obj[name] = pikepdf.Array([round(left + move, 3), bottom, round(right + move, 3), top])
        return save(pdf)
