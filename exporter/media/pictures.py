"""Pictures opened with Pillow.

In: the bytes of a file. Out: Pillow's image. Its own cap on pixels is lifted: `[limits]` has one that speaks to the
author, and only what passed it is opened again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, TYPE_CHECKING, TypeVar

from exporter.machinery.workers import Fault, call_apart

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

_SECONDS = 60
_BYTES, _BYTES_PER_PIXEL = 600_000_000, 20
"""Address space of a process, and what the hungriest decoder needs: WebP's has the picture five times."""

Out = TypeVar("Out")


def draw_apart(work: Callable[[], Out], pixels: int) -> Out | Fault:
    """What comes of work with a picture of so many pixels that may take much, in a process of its own."""
    return call_apart(work, _SECONDS, _BYTES + _BYTES_PER_PIXEL * pixels)


def open_picture(source: IO[bytes], formats: tuple[str, ...] | None = None) -> ImageFile:
    """An image, to be closed. `formats` are Pillow's names of those that are tried: each has a decoder that may have faults.

    Raises whatever a decoder does.
    """
    from PIL import Image, ImageFile

    Image.MAX_IMAGE_PIXELS = None
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint lets half a picture pass, in all of its process
    return Image.open(source, formats=formats)
