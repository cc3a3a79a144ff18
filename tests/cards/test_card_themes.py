"""Every card theme can be read: the contrast of its tokens by day and by night, as WCAG 2.2 counts it (1.4.3, 1.4.11)."""

from __future__ import annotations

import re
from itertools import chain, product

import pytest

from tests.conftest import ROOT

ANKI = ROOT / "templates" / "anki"
THEMES = {"paper": None, **{file.stem: file for file in sorted((ANKI / "themes").glob("*.css"))}}

TEXT = "ink ink-strong ink-soft accent emphasis red orange amber green blue purple".split()
CODE = "code-comment code-keyword code-string code-number code-name code-type code-meta".split()
PAIRS = (
    *product(TEXT, ("paper", "surface")),
    *product(CODE, ("surface",)),
    ("accent", "accent-tint"),
    ("green", "green-tint"),
    ("red", "red-tint"),
    ("ink-strong", "mark"),
    ("ink-strong", "green-tint"),
)


def tokens(css: str, *, night: bool) -> dict[str, str]:
    """The colours that a style sheet gives to `.card`, by day or for night alone."""
    blocks = re.findall(r"^(\.card[^{]*)\{(.*?)^\}", css, re.MULTILINE | re.DOTALL)
    chosen = (body for selector, body in blocks if ("night" in selector) == night)
    return dict(chain.from_iterable(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})\s*;", body) for body in chosen))


def colours_of(theme: str, *, night: bool) -> dict[str, str]:
    """As a browser has them: night, whoever asks for it, weighs more than day."""
    files = [ANKI / "theme.css", *filter(None, [THEMES[theme]])]
    layers = [(file.read_text("utf-8"), part) for part in (False, True)[: night + 1] for file in files]
    return dict(chain.from_iterable(tokens(css, night=part).items() for css, part in layers))


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("light", ["day", "night"])
@pytest.mark.parametrize("theme", THEMES)
def test_everything_can_be_read_and_what_can_be_pressed_has_an_edge(theme: str, light: str) -> None:
    colours = colours_of(theme, night=light == "night")
    pale = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in PAIRS}
    assert {pair: round(ratio, 2) for pair, ratio in pale.items() if ratio < 4.5} == {}
    small = {ground: contrast(colours["ink-soft"], colours[ground]) for ground in ("paper", "surface")}  # tags, crumbs
    assert {ground: round(ratio, 2) for ground, ratio in small.items() if ratio < 5.5} == {}
    assert min(contrast(colours["control"], colours[ground]) for ground in ("paper", "surface")) >= 3


def test_a_pale_token_is_found() -> None:
    assert contrast("#999999", "#ffffff") < 4.5 < contrast("#767676", "#ffffff")
