"""What a picture is: its real format and its size, or why it cannot be shown.

In: its bytes, which nobody vouches for. Out: `Look`, or `Unfit`. The bytes decide the format, not the name of a file. What
may take much is looked at in a process of its own, within limits of time and memory.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from exporter.config import LIMIT, LimitsConfig
from exporter.machinery.workers import Fault
from exporter.media.pictures import draw_apart, open_picture
from exporter.media.svg import is_drawn_without_end, is_line_svg, measure_svg

if TYPE_CHECKING:
    from PIL.Image import Image

_FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "MPO": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp",
            "AVIF": "image/avif", "BMP": "image/bmp", "TIFF": "image/tiff"}  # fmt: skip
"""Pillow's names of the formats that can be shown, and their media types."""

_TRIED = tuple(name for name in _FORMATS if name != "MPO")  # several pictures in a JPEG: its decoder finds them

_PLAIN_HEADERS = ("PNG", "JPEG", "GIF", "BMP")
"""Formats whose size Pillow says before a decoder has begun."""

_OTHERS = re.compile(rb"II\*\0|MM\0\*|....ftyp", re.DOTALL)
"""How TIFF and AVIF begin, whose decoders begin with the header."""

_WEBP = re.compile(rb"RIFF....WEBP(?:VP8X.{8}(.{3})(.{3})|VP8 .{10}(..)(..)|VP8L.{5}(.{4}))", re.DOTALL)
"""The places of width and height in the three kinds of WebP (RFC 9649)."""

_SVG = re.compile(rb"<svg[\s>]")

_MUCH_PIXELS = 25_000_000
"""More than a telephone's camera takes, as a rule. It becomes 100 MB."""
_MUCH_SVG = 300_000
"""In bytes. It becomes 35 MB."""
_SMALL = 96
"""In px: a sample of a picture's colours."""
_WHITE, _HUE = 225, 28
"""From this value (of 255) a pixel is white; up to this distance between its channels it has no hue."""
_LEAST_WHITE, _MOST_HUE = 0.8, 0.004
"""Shares of a sample of line art."""
_MANY_SCANS = 100
"""A JPEG has ten. Each may cost as much as the whole picture, and be of twenty bytes."""


@dataclass(frozen=True, slots=True)
class Look:
    """A picture's media type, width and height in px, and what it was drawn for: a dark screen, or white paper alone."""

    media_type: str
    width: int
    height: int
    is_light: bool = False
    is_line_art: bool = False


@dataclass(frozen=True, slots=True)
class Unfit:
    """Why a file cannot be shown: a code, and words for the author."""

    code: str
    reason: str
    hint: str = ""


def look_at(data: bytes, limits: LimitsConfig) -> Look | Unfit:
    """What a picture is."""
    if not takes_much(data):
        return _look(data, limits)
    seen = draw_apart(partial(_look, data, limits), limits.image_pixels)
    if isinstance(seen, Fault):
        return Unfit("image-invalid", f"cannot be drawn: {seen.reason}", "make it smaller, or save it anew")
    return seen


def takes_much(data: bytes) -> bool:
    """Whether to look at a picture may need more time or memory than its bytes let expect."""
    if _is_svg(data):
        return len(data) > _MUCH_SVG
    if _OTHERS.match(data):
        return True
    if webp := _WEBP.match(data):
        return _webp_pixels(webp) > _MUCH_PIXELS
    try:
        with open_picture(io.BytesIO(data), _PLAIN_HEADERS) as image:
            width, height = image.size
    except Exception:  # noqa: BLE001 - whatever is said of such bytes
        return False  # it is none
    return width * height > _MUCH_PIXELS


def _webp_pixels(webp: re.Match[bytes]) -> int:
    width, height, lossy_width, lossy_height, lossless = (
        int.from_bytes(part or b"", "little") for part in webp.groups()
    )
    if webp[1]:
        return (width + 1) * (height + 1)
    if webp[3]:
        return (lossy_width & 0x3FFF) * (lossy_height & 0x3FFF)
    return ((lossless & 0x3FFF) + 1) * ((lossless >> 14 & 0x3FFF) + 1)


def _is_svg(data: bytes) -> bool:
    return data[:4].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and bool(_SVG.search(data[:2000]))


def _look(data: bytes, limits: LimitsConfig) -> Look | Unfit:
    if _is_svg(data):
        if is_drawn_without_end(data):
            return Unfit("image-invalid", "its parts refer to each other without end")
        return Look("image/svg+xml", *measure_svg(data), is_line_art=is_line_svg(data))
    try:
        with open_picture(io.BytesIO(data), _TRIED) as image:
            width, height = image.size
            media_type = _FORMATS[image.format or ""]
            if width * height > limits.image_pixels:
                message = f"{width} × {height} pixels; the limit is {limits.image_pixels:,}"
                hint = f"scale it down, or raise the limit: {LIMIT}image_pixels=…"
                return Unfit("image-too-large", message, hint)
            if image.format in ("JPEG", "MPO") and (scans := data.count(b"\xff\xda")) > _MANY_SCANS:
                return Unfit("image-invalid", f"is drawn {scans:,} times over", "save it anew")
            image.load()
            drawing = is_line_art(image)
            is_light = _is_light_on_nothing(image)
            return Look(media_type, width, height, is_light, drawing and not is_light)
    except MemoryError:
        raise  # it is the process that has no more
    except Exception:  # noqa: BLE001 - whatever a decoder says of bytes that nobody vouches for
        return Unfit("image-invalid", "is no image, or a damaged one")


def is_line_art(image: Image) -> bool:
    """Whether a picture is black, or grey, on white: a drawing that glares at night, and may be turned around there."""
    from PIL import Image as Images

    step = max(1, max(image.size) // (2 * _SMALL))
    small = image.resize((-(-image.width // step), -(-image.height // step)), Images.Resampling.NEAREST).convert("RGBA")
    ground = Images.new("RGBA", small.size, "white")
    ground.alpha_composite(small)
    data = ground.convert("RGB").tobytes()
    pixels = list(zip(data[::3], data[1::3], data[2::3], strict=True))
    white = sum(min(pixel) >= _WHITE for pixel in pixels)
    coloured = sum(max(pixel) - min(pixel) > _HUE for pixel in pixels)
    return len(pixels) > white >= _LEAST_WHITE * len(pixels) and coloured <= _MOST_HUE * len(pixels)


def _is_light_on_nothing(image: Image) -> bool:
    """Whether the ink of a transparent picture is nearly white."""
    if image.mode not in ("RGBA", "LA", "PA") and "transparency" not in image.info:
        return False
    from PIL import ImageStat

    image.thumbnail((_SMALL, _SMALL))
    small = image.convert("RGBA")
    alpha = small.getchannel("A").point(lambda value: 255 if value > 127 else 0)
    inked = ImageStat.Stat(alpha).mean[0] / 255
    return 0 < inked < 0.9 and ImageStat.Stat(small.convert("L"), alpha).mean[0] > 205
