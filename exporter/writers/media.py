"""The bytes of a picture as a package carries them."""

from __future__ import annotations

import io

from exporter.cache import Cache
from exporter.model import MediaFile

_FORMATS = {"png": "PNG", "jpg": "JPEG", "webp": "WEBP"}
_JPEG_QUALITY = 88


def media_bytes(media: MediaFile, cache: Cache) -> bytes:
    """The file's own bytes, or those of a smaller picture where it is larger than a screen needs.

    The same picture gives the same bytes on one machine. Formats that Anki does not show become PNG.
    """
    converted = media.asset.media_type in ("image/bmp", "image/tiff")
    if not media.longest and not converted:
        return media.asset.file.read_bytes()
    smaller = cache.remember("media", (media.asset.sha256, media.longest, media.name[-4:]), lambda: _scaled(media))
    return smaller if converted or len(smaller) < media.asset.file.stat().st_size else media.asset.file.read_bytes()


def _scaled(media: MediaFile) -> bytes:
    from PIL import Image, ImageOps

    form = _FORMATS[media.name.rpartition(".")[2]]
    with Image.open(media.asset.file) as original:
        image = ImageOps.exif_transpose(original)
        if media.longest:
            indexed = image.mode == "P"
            image = image.convert("RGBA" if indexed and "transparency" in image.info else "RGB") if indexed else image
            image.thumbnail((media.longest, media.longest), Image.Resampling.LANCZOS)
        if form == "JPEG" and image.mode not in ("RGB", "L"):
            image = image.convert("RGB")
        out = io.BytesIO()
        image.save(out, form, quality=_JPEG_QUALITY)
    return out.getvalue()
