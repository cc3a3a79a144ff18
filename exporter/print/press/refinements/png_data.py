"""The data of a PNG goes into the PDF as it is.

A PDF holds pixels as a PNG does (ISO 32000-1, 7.4.4.4), but WeasyPrint unpacks each picture and packs it anew, in every
part that shows it. Here that is left out for grey and coloured pictures of eight bits that are whole, without transparency
and not interlaced. Changed while it lasts: what takes the data out of a picture (`weasyprint.images.RasterImage`). Instead,
pictures could be put in their places by us once the pages are made, which WeasyPrint's public `finisher` allows.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from exporter.print.press.refinements.refinement import Refinement, lacks_attributes, lacks_parameters

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {("L", b"\x08\x00\x00\x00\x00"): 1, ("RGB", b"\x08\x02\x00\x00\x00"): 3}
"""By Pillow's mode and the end of the header: bits, kind of colour, ways to pack and filter, interlacing (ISO/IEC 15948)."""

_FILTERS = 5


def _lacks() -> str:
    from weasyprint.images import RasterImage

    return lacks_attributes(RasterImage, "_get_png_data") or lacks_parameters(
        RasterImage._get_png_data,  # noqa: SLF001 - what a refinement is for
        "pillow_image",
    )


PNGS = Refinement("png_data", "printing pictures takes longer", _lacks)


@contextmanager
def png_as_it_is() -> Iterator[None]:
    """While this lasts, PNGs are not packed anew."""
    from weasyprint.images import RasterImage

    own = RasterImage._get_png_data  # noqa: SLF001

    def data_of(pillow_image: Any) -> bytes:
        return _data_of(pillow_image) or own(pillow_image)

    RasterImage._get_png_data = staticmethod(data_of)  # noqa: SLF001
    try:
        yield
    finally:
        RasterImage._get_png_data = staticmethod(own)  # noqa: SLF001


def _data_of(picture: Any) -> bytes:
    """The packed rows of a picture that was opened and not read yet; b"" where they are no PDF's, or damaged."""
    file = getattr(picture, "fp", None)
    png = file.getvalue() if isinstance(file, io.BytesIO) else b""
    channels = _CHANNELS.get((picture.mode, png[24:29]))
    if not png.startswith(_SIGNATURE) or not channels:
        return b""
    data = _chunks(png)
    row = 1 + picture.width * channels
    unpacking = zlib.decompressobj()
    try:
        rows = unpacking.decompress(data, row * picture.height + 1)
    except zlib.error:
        return b""
    is_whole = unpacking.eof and not unpacking.unused_data and len(rows) == row * picture.height
    return data if is_whole and max(rows[::row]) < _FILTERS else b""


def _chunks(png: bytes) -> bytes:
    """The chunks of data, one behind the other."""
    found: list[bytes] = []
    place = len(_SIGNATURE)
    while place + 8 <= len(png):
        length, kind = struct.unpack_from(">I4s", png, place)
        if kind == b"IDAT":
            found.append(png[place + 8 : place + 8 + length])
        place += 12 + length
    return b"".join(found)
