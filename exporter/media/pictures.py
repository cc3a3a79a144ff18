"""Pictures opened with Pillow.

In: the bytes of a file. Out: Pillow's image. Its own cap on pixels is lifted: `[limits]` has one that speaks to the
author, and only what passed it is opened again.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile


def open_picture(source: IO[bytes], formats: tuple[str, ...] | None = None) -> ImageFile:
    """An image, to be closed. `formats` are Pillow's names of those that are tried: each has a decoder that may have faults.

    Raises whatever a decoder does.
    """
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None
    return Image.open(source, formats=formats)
