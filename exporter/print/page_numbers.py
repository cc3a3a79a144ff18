"""Page numbers that are not known yet: characters that stand in their place until the book is bound.

A chapter is typeset before anybody knows on which page it begins, and stays as it is when that page changes. So where a
number will stand, the page has a field: private characters (Unicode plane 16), each as wide as a digit, of a font of
their own. The first says which number is meant, the others keep room for its digits. The same font holds the digits.
"""

from __future__ import annotations

import io
import re
import string
from collections.abc import Mapping
from dataclasses import replace
from enum import IntEnum

from exporter.print.fonts import FontFace, FontSet, keep_characters

FAMILY = "Deck Folio"

_FIRST = 0x10F000
_HALF = 2048
_CODES = 2 * _HALF
FOREIGN = re.compile("[\U0010f000-\U0010ffff]")
"""Characters that notes must not have where fields stand."""

_DIGIT_GLYPH = 1
_CODE_GLYPH = 11


class Fill(IntEnum):
    """What stands where a number has fewer digits than its field: its place in the field."""

    RIGHT = 0
    LEFT = 1


PAGE, PAGES, ODD_PAGE, EVEN_PAGE, FLUSH_PAGE = range(5)
"""The codes of the page's own number, of the number of pages, of a page's number where it is odd, or even, and of one that
stands before the number of pages at the right edge of a text."""

TARGETS = 5
"""From here on codes count the anchors that a part of the book refers to."""


def field(code: int, digits: int, fill: Fill) -> str:
    """The characters that keep the place of a number of `digits` digits; two at least where the code is a large one."""
    high, low = divmod(code, _HALF)
    first = chr(_FIRST + low + _HALF * fill)
    rest = [high, *[0] * (digits - 2)] if digits > 1 or high else []
    return first + "".join(chr(_FIRST + value) for value in rest)


def add_to(fonts: FontSet) -> FontSet:
    """The fonts of a book with that of the fields, which has the digits of the text's font."""
    text = next(face for face in fonts.faces if face.family == fonts.body[0])
    return replace(fonts, faces=(*fonts.faces, _face(text)), body=(*fonts.body, FAMILY))


def _face(sans: FontFace) -> FontFace:
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.recordingPen import DecomposingRecordingPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib import TTFont

    source = TTFont(io.BytesIO(keep_characters(sans, string.digits)), lazy=True)
    shapes, cmap = source.getGlyphSet(), source.getBestCmap()
    digits = [cmap[ord(str(digit))] for digit in range(10)]
    width = round(shapes[digits[0]].width)
    names = [".notdef", *(f"digit{digit}" for digit in range(10)), *(f"field{code}" for code in range(_CODES))]
    empty = TTGlyphPen(None).glyph()
    glyphs = dict.fromkeys(names, empty)
    for digit, name in enumerate(digits):
        recording = DecomposingRecordingPen(shapes)
        shapes[name].draw(recording)
        pen = TTGlyphPen(None)
        recording.replay(pen)
        glyphs[f"digit{digit}"] = pen.glyph()
    builder = FontBuilder(source["head"].unitsPerEm, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({_FIRST + code: f"field{code}" for code in range(_CODES)})
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics(dict.fromkeys(names, (width, 0)))
    builder.setupHorizontalHeader(ascent=source["hhea"].ascent, descent=source["hhea"].descent)
    builder.setupNameTable({"familyName": FAMILY, "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=source["hhea"].ascent, sTypoDescender=source["hhea"].descent)
    builder.setupPost(keepGlyphNames=False)
    builder.font["head"].created = builder.font["head"].modified = 0
    builder.font.recalcTimestamp = False
    out = io.BytesIO()
    builder.save(out)
    return FontFace(FAMILY, 400, out.getvalue())


def read_field(glyphs: str) -> tuple[int, int, Fill] | None:
    """Code, width in digits and fill of a field, from its glyph numbers as PDF writes them: four hex digits each.

    None for what is no field: Pango sets a space beside a field, which this font lacks, in this font too.
    """
    numbers = (int(glyphs[i : i + 4], 16) - _CODE_GLYPH for i in range(0, len(glyphs), 4))
    values = [number for number in numbers if 0 <= number < _CODES]
    if not values:
        return None
    fill, low = divmod(values[0], _HALF)
    high = values[1] if len(values) > 1 else 0
    return high * _HALF + low, len(values), Fill(fill)


def own_numbers(number: int, count: int) -> Mapping[int, int | None]:
    """What stands in a page's own fields, by their codes: None where nothing does."""
    is_odd = number % 2 == 1
    return {
        PAGE: number, PAGES: count, FLUSH_PAGE: number,
        ODD_PAGE: number if is_odd else None, EVEN_PAGE: None if is_odd else number,
    }  # fmt: skip


def write_number(number: int | None, digits: int, fill: Fill, width: float, pushed: int = 0) -> bytes:
    """A number in its field, or none, as the elements of a PDF `TJ` array. `width` is that of a digit in 1/1000 em.

    By `pushed` digits it, and what follows on its line, stands farther right.
    """
    if number is None:
        return f"{-round(digits * width)}".encode()
    shown = "".join(f"{_DIGIT_GLYPH + int(digit):04x}" for digit in str(number))
    gap = f"{-round((digits - len(str(number)) + pushed) * width)}"
    parts = (gap, f"<{shown}>") if fill is Fill.RIGHT else (f"<{shown}>", gap)
    return "".join(part for part in parts if part not in ("0", "-0")).encode()


def digits() -> Mapping[int, str]:
    """The text of the digits' glyphs."""
    return {_DIGIT_GLYPH + digit: str(digit) for digit in range(10)}
