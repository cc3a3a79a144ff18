"""Drawings in black on white are turned around at night; whatever has a colour, or is a photo, is not."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image, ImageDraw

from exporter.media.looks import is_line_art
from exporter.media.svg import is_line_svg
from tests.conftest import Deck
from tests.reading.test_links import fields


def drawn(ink: str, ground: str | tuple[int, ...] = "white", *, share: float = 0.05) -> Image.Image:
    image = Image.new("RGBA", (400, 300), ground)
    draw = ImageDraw.Draw(image)
    for number in range(int(30 * share / 0.05)):
        draw.line((10, 9 * number + 5, 390, 9 * number + 5), fill=ink)
    return image


@pytest.mark.parametrize(
    ("image", "is_drawing"),
    [
        (drawn("black"), True),
        (drawn("#555"), True),
        (drawn("black", (0, 0, 0, 0)), True),
        (drawn("red"), False),
        (drawn("black", "#ffd"), False),
        (drawn("white", "black"), False),
        (Image.new("RGB", (50, 50), "white"), False),
        (Image.linear_gradient("L"), False),
        (Image.effect_noise((200, 200), 90), False),
    ],
)
def test_only_black_on_white_is_line_art(image: Image.Image, is_drawing: bool) -> None:  # noqa: FBT001 - a row
    assert is_line_art(image) is is_drawing


SKY = '<linearGradient id="sky">{}</linearGradient><rect fill="url(#sky)"/><path stroke="#000" d="M0 0L9 9"/>'


@pytest.mark.parametrize(
    ("inner", "is_drawing"),
    [
        ('<path d="M0 0L9 9"/>', True),
        ('<path stroke="#000" fill="none" d="M0 0L9 9"/>', True),
        ('<rect fill="white"/><path style="stroke: rgb(20, 20, 22)"/>', True),
        ("<style>.a{fill:#333;stroke:currentColor!important}</style>", True),
        ('<path stroke="#c00" d="M0 0L9 9"/>', False),
        ('<path stroke="#fff" fill="none" d="M0 0L9 9"/>', False),
        (SKY.format('<stop stop-color="#fff"/><stop offset="1" stop-color="#e8e8e8"/>'), True),
        (SKY.format('<stop stop-color="#000"/><stop offset="1" style="stop-color: #444"/>'), True),
        (SKY.format('<stop stop-color="#fff"/><stop offset="1" stop-color="#000"/>'), False),
        (SKY.format('<stop stop-color="#fff"/><stop offset="1"/>'), False),
        (SKY.format('<stop stop-color="#fff"/><stop offset="1" stop-color="#9cf"/>'), False),
        ('<pattern id="dots"><circle fill="#000" r="1"/></pattern><rect fill="url(#dots)"/>', True),
        ('<pattern id="dots"><circle fill="red" r="1"/></pattern><rect fill="url(#dots)"/>', False),
        ('<rect fill="url(#dots) red"/>', False),
        ("<style>.a{fill:var(--ink)}</style>", False),
        ('<path stroke="tomato"/>', False),
        ('<image href="data:image/png;base64,AA"/>', False),
        ("<style>@media (prefers-color-scheme: dark) { path { stroke: #fff } }</style><path stroke='#000'/>", False),
    ],
)
def test_an_svg_without_hue_is_line_art(inner: str, is_drawing: bool) -> None:  # noqa: FBT001 - a row
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{inner}</svg>'
    assert is_line_svg(svg.encode()) is is_drawing


def test_a_card_says_how_a_picture_is_shown_by_day_and_night(deck: Deck) -> None:
    """Black on white is turned around at night; what was drawn in white for a dark screen gets a dark ground by day."""
    chalk = Image.new("RGBA", (400, 300), (0, 0, 0, 0))
    ImageDraw.Draw(chalk).rectangle((50, 50, 350, 250), fill="white")
    images = {"plan": drawn("black"), "photo": drawn("red"), "chalk": chalk}
    files: dict[str, str | bytes] = {"a.md": "## Which?\n\n" + "\n\n".join(f"![{name}]({name}.png)" for name in images)}
    for name, image in images.items():
        out = io.BytesIO()
        image.save(out, "PNG")
        files[f"{name}.png"] = out.getvalue()
    answer = fields(deck(files))[0]["Which?"]
    shown = re.findall(r'<img(?: class="([\w-]+)")? src="(\w+)', answer)
    assert shown == [("line-art", "plan"), ("", "photo"), ("on-dark", "chalk")]
