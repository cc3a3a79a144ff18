"""The bytes of a picture as a package carries them."""

from __future__ import annotations

import errno
import hashlib
import io
from functools import partial

from exporter.machinery.cache import Cache
from exporter.machinery.plain_files import read_plain
from exporter.machinery.workers import Fault
from exporter.media.looks import takes_much
from exporter.media.pictures import draw_apart, open_picture
from exporter.model import MediaFile

_FORMATS = {"png": "PNG", "jpg": "JPEG", "webp": "WEBP"}
_JPEG_QUALITY = 88


class ChangedError(OSError):
    """A file is no longer what it was when the notes were read."""


def media_bytes(media: MediaFile, cache: Cache) -> bytes:
    """The file's own bytes, or those of a smaller picture where it is larger than a screen needs.

    The same picture gives the same bytes on one machine. Formats that Anki does not show become PNG. Raises
    `ChangedError` where the file is no longer the one that was read.
    """
    converted = media.asset.media_type in ("image/bmp", "image/tiff")
    if not media.longest and not converted:
        return _original(media)
    parts = (media.asset.sha256, media.longest, media.name[-4:])
    smaller = cache.remember("media", parts, lambda: _smaller(media, _original(media)))
    return smaller if converted or len(smaller) < _size(media) else _original(media)


def _size(media: MediaFile) -> int:
    try:
        return media.asset.file.stat().st_size
    except OSError as error:
        raise ChangedError(error.errno, error.strerror, str(media.asset.file)) from error


def _original(media: MediaFile) -> bytes:
    """The bytes that the asset was made of: its name in the package carries their digest, and its checks were on them."""
    try:
        data = read_plain(media.asset.file)
    except OSError as error:
        raise ChangedError(error.errno, error.strerror, str(media.asset.file)) from error
    if hashlib.sha256(data).hexdigest() != media.asset.sha256:
        raise ChangedError(errno.EAGAIN, "it changed while it was read", str(media.asset.file))
    return data


def _smaller(media: MediaFile, original: bytes) -> bytes:
    """The picture scaled; as it is, where that takes more than looking at it did."""
    form = _FORMATS[media.name.rpartition(".")[2]]
    if not takes_much(original):
        return _scaled(original, form, media.longest)
    asset = media.asset
    made = draw_apart(partial(_scaled, original, form, media.longest), asset.width * asset.height)
    return original if isinstance(made, Fault) else made


def _scaled(original: bytes, form: str, longest: int) -> bytes:
    from PIL import Image, ImageOps

    with open_picture(io.BytesIO(original)) as opened:
        image = ImageOps.exif_transpose(opened)
        if longest:
            indexed = image.mode == "P"
            image = image.convert("RGBA" if indexed and "transparency" in image.info else "RGB") if indexed else image
            image.thumbnail((longest, longest), Image.Resampling.LANCZOS)
        if form == "JPEG" and image.mode not in ("RGB", "L"):
            image = image.convert("RGB")
        out = io.BytesIO()
        image.save(out, form, quality=_JPEG_QUALITY)
    return out.getvalue()
