"""Pages of a PDF as pictures, so that the preview keeps its place in them and no plug-in is needed.

In: the bytes of a PDF. Out: PNG. pdfium is not made for threads: one call at a time.
"""

from __future__ import annotations

import io
import threading
from functools import lru_cache

_LOCK = threading.Lock()


def page_sizes(pdf: bytes) -> tuple[tuple[float, float], ...]:
    """Width and height of each page in pt."""
    import pypdfium2

    with _LOCK:
        document = pypdfium2.PdfDocument(pdf)
        try:
            return tuple(document.get_page_size(number) for number in range(len(document)))
        finally:
            document.close()


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
