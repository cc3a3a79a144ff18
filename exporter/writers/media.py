"""The bytes of a picture as a package carries them."""

from __future__ import annotations

import io

from exporter.model import MediaFile

_FORMATS = {"png": "PNG", "jpg": "JPEG", "webp": "WEBP"}
_JPEG_QUALITY = 88


def media_bytes(media: MediaFile) -> bytes:
    """The file's own bytes, or those of a smaller picture where it is larger than a screen needs.

    The same picture gives the same bytes on one machine. Formats that Anki does not show become PNG.
    """
    asset = media.asset
    suffix = media.name.rpartition(".")[2]
    converted = asset.media_type in ("image/bmp", "image/tiff")
    if not media.longest and not converted:
        return asset.file.read_bytes()
    from PIL import Image, ImageOps

    with Image.open(asset.file) as original:
        image = ImageOps.exif_transpose(original)
        if media.longest:
            indexed = image.mode == "P"
            image = image.convert("RGBA" if indexed and "transparency" in image.info else "RGB") if indexed else image
            image.thumbnail((media.longest, media.longest), Image.Resampling.LANCZOS)
        if suffix == "jpg" and image.mode not in ("RGB", "L"):
            image = image.convert("RGB")
        out = io.BytesIO()
        image.save(out, _FORMATS[suffix], optimize=suffix == "png", quality=_JPEG_QUALITY)
    smaller = out.getvalue()
    return smaller if converted or len(smaller) < asset.file.stat().st_size else asset.file.read_bytes()
