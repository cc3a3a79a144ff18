"""Pictures opened with Pillow.

In: a file or its bytes. Out: Pillow's image. Its own cap on pixels is lifted: `[limits]` has one that speaks to the
author, and only what passed it is opened again.
"""

from __future__ import annotations

from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile


def open_picture(source: Path | IO[bytes]) -> ImageFile:
    """An image, to be closed. Raises `PIL.UnidentifiedImageError` and OSError."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None
    return Image.open(source)
