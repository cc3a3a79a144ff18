"""Pages of a PDF as pictures, so that the preview keeps its place in them and no plug-in is needed.

In: the bytes of a PDF. Out: PNG, and what the PDF says of its pages. pdfium is not made for threads: one call at a time.
"""

from __future__ import annotations

import ctypes
import io
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_LOCK = threading.Lock()


@dataclass(frozen=True, slots=True)
class Contents:
    """What a PDF says of its pages, which count from 0.

    `sizes` are width and height in pt; `outline` its bookmarks: depth, title, page; `anchors` the pages of what links
    lead to, by name.
    """

    sizes: tuple[tuple[float, float], ...]
    outline: tuple[tuple[int, str, int], ...]
    anchors: Mapping[str, int]


def read_contents(pdf: bytes) -> Contents:
    """Sizes, outline and anchors of a PDF."""
    import pypdfium2

    with _LOCK:
        document = pypdfium2.PdfDocument(pdf)
        try:
            sizes = tuple(document.get_page_size(number) for number in range(len(document)))
            marks = tuple(
                (mark.level, mark.get_title(), dest.get_index() or 0)
                for mark in document.get_toc()
                if (dest := mark.get_dest())
            )
            return Contents(sizes, marks, dict(_anchors(document)))
        finally:
            document.close()


def _anchors(document: PdfDocument) -> Iterator[tuple[str, int]]:
    """Names and pages. pdfium is asked twice for each: how long a name is, and the name (`fpdfview.h`)."""
    from pypdfium2 import raw

    for place in range(raw.FPDF_CountNamedDests(document.raw)):
        length = ctypes.c_long(0)
        raw.FPDF_GetNamedDest(document.raw, place, None, ctypes.byref(length))
        if length.value <= 0:
            continue
        name = ctypes.create_string_buffer(length.value)
        dest = raw.FPDF_GetNamedDest(document.raw, place, name, ctypes.byref(length))
        yield name.raw.decode("utf-16-le").rstrip("\0"), raw.FPDFDest_GetDestPageIndex(document.raw, dest)


@lru_cache(maxsize=48)
def draw_page(pdf: bytes, number: int, width: int) -> bytes:
    """Page `number` (from 0), `width` px wide. IndexError where there is no such page."""
    import pypdfium2

    with _LOCK:
        document = pypdfium2.PdfDocument(pdf)
        try:
            if not 0 <= number < len(document):
                raise IndexError(number)
            page = document[number]
            image = page.render(scale=width / page.get_width()).to_pil()
        finally:
            document.close()
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1)
    return out.getvalue()
