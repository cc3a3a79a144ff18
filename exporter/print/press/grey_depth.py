"""Pictures whose greys have more than eight bits → with eight: WeasyPrint draws the others black, and cut.

In: the bytes of a picture. Out: those of a PNG with 256 greys, or the same bytes.
"""

from __future__ import annotations

import io

from exporter.media.pictures import open_picture

_PNG = b"\x89PNG\r\n\x1a\n"
_TIFF = (b"II*\0", b"MM\0*")
_DEPTH = slice(24, 26)
"""Where a PNG says its bits and its kind of colour (ISO/IEC 15948, 11.2.2)."""

_DEEP_GREY = b"\x10\x00"


def in_eight_bits(data: bytes) -> bytes:
    """The picture, whose greys are at most 255."""
    is_deep = data.startswith(_PNG) and data[_DEPTH] == _DEEP_GREY
    if not is_deep and not data.startswith(_TIFF):
        return data
    with open_picture(io.BytesIO(data), ("PNG", "TIFF")) as image:
        if image.mode != "I" and not image.mode.startswith("I;16"):
            return data
        grey = image.convert("I").point(lambda level: level * (1 / 256) + 0).convert("L")
        out = io.BytesIO()
        grey.save(out, "PNG", dpi=image.info.get("dpi"))
    return out.getvalue()
