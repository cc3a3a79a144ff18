"""What an SVG picture says of itself, before anything draws it.

In: its bytes. Out: its size in px, or why it is not drawn. A few groups that refer to each other are drawn thousands of
times; a browser, and with it Anki, would hang as print does.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from xml.etree import ElementTree as ET

_START = re.compile(rb"<svg(?:\s[^<>]*)?>")
_NUMBER = rb"-?(?:\d{1,9}(?:\.\d{0,9})?|\.\d{1,9})"
_VIEW_BOX = re.compile(
    rb"\bviewBox\s*+=\s*+[\"']\s*+%(n)b[\s,]++%(n)b[\s,]++(%(n)b)[\s,]++(%(n)b)\s*+[\"']" % {b"n": _NUMBER}
)
_VARIABLE = re.compile(rb"var\(\s*--")
_REFERENCE = re.compile(r"url\(\s*[\"']?#([^)\"']+)")
_HREF = ("href", "{http://www.w3.org/1999/xlink}href")
_COLOUR = re.compile(rb"""(?<![\w-])(fill|stroke|stop-color|color|flood-color)\s*(?:=\s*["']|:)\s*([^"';}<>]{1,60})""")
_PAINT = re.compile(rb"url\(\s*[\"']?#[^)\s]+\)")
"""A gradient or a pattern of the picture's own, whose colours are said where it stands."""
_UNTURNED = re.compile(rb"<(?:image|filter|foreignObject)\b|prefers-color-scheme")
"""What may hold colours that nothing says, or a look for night of its own."""
_GREYS = {b"black": 0, b"white": 255, b"gray": 128, b"grey": 128, b"dimgray": 105, b"dimgrey": 105, b"darkgray": 169,
          b"darkgrey": 169, b"silver": 192, b"lightgray": 211, b"lightgrey": 211, b"gainsboro": 220, b"whitesmoke": 245,
          b"currentcolor": 0}  # fmt: skip
"""Names of colours without hue (CSS Color 4), and what they are, of 255."""
_NO_COLOUR = (b"none", b"transparent", b"inherit", b"initial", b"unset")
_DARK = 128
_NO_HUE = 12
"""How far the parts of a grey may lie apart, of 255."""
_NO_MEMORY = 1
"""Expat's number of that error (expat.h)."""
_GROWTH, _FREE = 20, 10_000
"""How often a picture may draw itself, and how many elements any may draw."""


def measure_svg(data: bytes) -> tuple[int, int]:
    """Width and height of the view box; 0 and 0 where there is none."""
    start = _START.search(data)
    box = _VIEW_BOX.search(start[0]) if start else None
    return (round(float(box[1])), round(float(box[2]))) if box else (0, 0)


def undrawn_parts(data: bytes) -> tuple[str, ...]:
    """What print leaves out of a picture, in words: filters, CSS variables, HTML that has no text to stand in for it."""
    found = {
        "filters": b"<filter" in data, "CSS variables": _VARIABLE.search(data) is not None,
        "HTML (foreignObject)": b"<foreignObject" in data and b"<switch" not in data,
    }  # fmt: skip
    return tuple(name for name, there in found.items() if there)


def is_line_svg(data: bytes) -> bool:
    """Whether nothing in a drawing has a hue, and its ink is dark: it may be turned around at night.

    A gradient from light to dark shades a body, which would be hollow when turned; one among light tones, or among dark
    ones, is a ground or a line.
    """
    if _UNTURNED.search(data):
        return False
    found = [
        (match[1], match[2].strip().lower().removesuffix(b"!important").strip()) for match in _COLOUR.finditer(data)
    ]
    greys = [(name, _grey(value)) for name, value in found if value not in _NO_COLOUR and not _PAINT.fullmatch(value)]
    known = [grey for _, grey in greys if grey is not None]
    stops = [grey for name, grey in greys if name == b"stop-color" and grey is not None]
    if data.count(b"<stop") > len(stops):
        stops.append(0)  # what says nothing is black (SVG 2, 14.2.4.2)
    is_shaded = bool(stops) and min(stops) <= _DARK < max(stops)
    return len(known) == len(greys) and (not known or min(known) <= _DARK) and not is_shaded


def _grey(value: bytes) -> int | None:
    """How light a colour without hue is, of 255; None for any other, and for what is no colour."""
    if value in _GREYS:
        return _GREYS[value]
    if hexes := re.fullmatch(rb"#([0-9a-f]{3}|[0-9a-f]{6})", value):
        digits = hexes[1] if len(hexes[1]) == 6 else bytes(digit for digit in hexes[1] for _ in range(2))
        parts = [int(digits[place : place + 2], 16) for place in (0, 2, 4)]
    elif numbers := re.fullmatch(rb"rgb\(\s*+(\d{1,3})[\s,]++(\d{1,3})[\s,]++(\d{1,3})\s*+\)", value):
        parts = [int(number) for number in numbers.groups()]
    else:
        return None
    return parts[0] if max(parts) - min(parts) <= _NO_HUE else None


def is_drawn_without_end(data: bytes) -> bool:
    """Whether so many elements would be drawn that no picture needs them, or one would be drawn within itself.

    What is no XML is drawn by nobody. Counting goes from the leaves up, so that it takes as long as there are elements.
    """
    try:
        elements = list(ET.fromstring(data).iter())  # noqa: S314 - expat 2.4 limits what entities become
    except (ET.ParseError, ValueError, LookupError) as error:  # LookupError: an unknown encoding
        if isinstance(error, ET.ParseError) and error.code == _NO_MEMORY:
            raise MemoryError from error
        return False
    numbers = {element: number for number, element in enumerate(elements)}
    named = {element.get("id"): number for element, number in numbers.items() if element.get("id")}
    shows: dict[int, list[int]] = defaultdict(list)
    for element, number in numbers.items():
        shows[number] = [numbers[child] for child in element]
        shows[number] += [named[name] for name in _references(element) if name in named]
    most = _GROWTH * len(elements) + _FREE
    return _drawn(shows, most) > most


def _references(element: ET.Element) -> Iterator[str]:
    for name in _HREF:
        if (address := element.get(name, "")).startswith("#") and not str(element.tag).endswith("}a"):
            yield address[1:]
    for value in element.attrib.values():
        yield from _REFERENCE.findall(value)


def _drawn(shows: dict[int, list[int]], most: int) -> int:
    """How many elements the first one draws, itself and one that is drawn in itself counted as far too many."""
    drawn: dict[int, int] = {}
    open_ones: set[int] = set()
    stack = [(0, iter(shows[0]))]
    open_ones.add(0)
    while stack:
        number, rest = stack[-1]
        child = next(rest, None)
        if child is None:
            stack.pop()
            open_ones.discard(number)
            drawn[number] = min(most + 1, 1 + sum(drawn.get(shown, 0) for shown in shows[number]))
        elif child in open_ones:
            return most + 1
        elif child not in drawn:
            open_ones.add(child)
            stack.append((child, iter(shows[child])))
    return drawn[0]
