"""Pictures of strangers: what may take much is looked at in a process of its own, and what breaks there is said."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from PIL import Image

from exporter.config import LimitsConfig
from exporter.machinery import workers
from exporter.media import pictures
from exporter.media.looks import Look, Unfit, look_at, takes_much
from tests.pipeline.test_hostile import png

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">%s</svg>'


def saved(form: str, width: int = 8, height: int = 8, **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height)).save(out, form, **options)
    return out.getvalue()


def progressive(scans: int) -> bytes:
    """A JPEG whose last scan comes again and again."""
    data = saved("JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * scans + data[-2:]


WEBP = saved("WEBP")
MUCH = {
    "a PNG of 100 million pixels": png(10_000, 10_000),
    "a GIF of 100 million pixels": b"GIF89a" + (10_000).to_bytes(2, "little") * 2 + saved("GIF")[10:],
    "a TIFF": saved("TIFF"),
    "an AVIF": saved("AVIF"),
    "a WebP of 100 million pixels": b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + (9999).to_bytes(3, "little") * 2,
    "a lossy one": b"RIFF\0\0\0\0WEBPVP8 \x0a\0\0\0\0\0\0\x9d\x01\x2a" + (10_000).to_bytes(2, "little") * 2,
    "a lossless one": b"RIFF\0\0\0\0WEBPVP8L\x0a\0\0\0/" + (9999 << 14 | 9999).to_bytes(4, "little"),
    "an SVG of a megabyte": SVG % (b"<g/>" * 250_000),
}
LITTLE = {
    "a PNG": saved("PNG"),
    "a JPEG": saved("JPEG"),
    "a progressive JPEG": saved("JPEG", progressive=True),
    "a GIF": saved("GIF"),
    "a WebP": WEBP,
    "a lossless WebP": saved("WEBP", lossless=True),
    "a BMP": saved("BMP"),
    "an SVG": SVG % b"<g/>",
    "a photograph": saved("JPEG", 4000, 3000),
    "no picture": b"not a picture",
}


@pytest.mark.parametrize("name", MUCH)
def test_what_may_take_much(name: str) -> None:
    assert takes_much(MUCH[name])


@pytest.mark.parametrize("name", LITTLE)
def test_what_is_ordinary(name: str) -> None:
    assert not takes_much(LITTLE[name])


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "AVIF"])
def test_a_picture_is_the_same_wherever_it_is_looked_at(form: str) -> None:
    kind = {"JPEG": "jpeg"}.get(form, form.lower())
    assert look_at(saved(form, 8, 5), LimitsConfig()) == Look(f"image/{kind}", 8, 5)


def test_half_a_picture_is_none_after_something_was_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("PIL.ImageFile.LOAD_TRUNCATED_IMAGES", True)  # as WeasyPrint leaves it
    found = look_at(saved("PNG", 200, 200)[:-40], LimitsConfig())
    assert isinstance(found, Unfit)
    assert found.code == "image-invalid"


def test_a_picture_is_not_drawn_again_and_again() -> None:
    assert look_at(progressive(30), LimitsConfig()) == Look("image/jpeg", 8, 8)
    seen = look_at(progressive(1000), LimitsConfig())
    assert isinstance(seen, Unfit)
    assert re.fullmatch(r"is drawn 1,0\d\d times over", seen.reason)


def test_what_needs_too_much_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    workers._beside().stop()  # one that has worked has memory to spare
    monkeypatch.setattr(pictures, "_BYTES", 50_000_000)
    monkeypatch.setattr(pictures, "_BYTES_PER_PIXEL", 0)
    seen = look_at(SVG % (b"<g/>" * 250_000), LimitsConfig())
    assert isinstance(seen, Unfit)
    assert (seen.code, seen.reason) == ("image-invalid", "cannot be drawn: it needed more than 0.05 GB of memory")


def test_what_takes_too_long_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(pictures, "_SECONDS", 0.1)
        seen = look_at(SVG % (b"<g/>" * 1_000_000), LimitsConfig())
    assert isinstance(seen, Unfit)
    assert seen.reason == "cannot be drawn: it took longer than 0 s"
    assert look_at(saved("TIFF"), LimitsConfig()) == Look("image/tiff", 8, 8)  # the next one has a process again


def test_a_picture_for_a_dark_screen_is_seen(tmp_path: Path) -> None:
    for colour, is_light in ((250, True), (20, False)):
        picture = Image.new("RGBA", (40, 40))
        picture.paste((colour, colour, colour, 255), (5, 5, 20, 20))
        picture.save(tmp_path / "a.png")
        seen = look_at((tmp_path / "a.png").read_bytes(), LimitsConfig())
        assert isinstance(seen, Look)
        assert (seen.width, seen.height, seen.is_light) == (40, 40, is_light)
