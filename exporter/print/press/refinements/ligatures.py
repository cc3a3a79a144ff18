"""What is copied from a page is what was written: each glyph stands for the letters that it shows.

WeasyPrint takes for a glyph the text of the cluster in which it stood first, and nothing where that has more glyphs. So the
dot of an ellipsis, a consonant below a vowel sign or half of a Thai vowel would stand for nothing, or for letters beside
it, on all pages. A glyph that the font itself gives to a character that the cluster holds stands for that character.

Readers of PDFs (Poppler, PDFium) turn what runs from right to left, letter by letter, and the two letters that one glyph stands
for along with them: لا becomes ال. They know the characters of Unicode that are ligatures themselves (U+FEFB), and part those
rightly; other ligatures are written turned, to be turned back.

Changed while it lasts: `build_fonts_dictionary` (`weasyprint.pdf`), which writes what glyphs stand for (ISO 32000-1,
9.10.3). No public interface stands near.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

from exporter.print.press.refinements.refinement import Refinement, lacks_attributes, lacks_parameters

_FORMS = (*range(0xFB50, 0xFDFC), *range(0xFE70, 0xFEFD))
"""Arabic presentation forms."""
_SELECTORS = range(0xFE00, 0xFE10)
"""Signs behind an emoji that choose its shape."""
_NEEDED = ("to_unicode", "file_content", "index")
_NOTHING = "\u200b"
"""For what has no text of its own: with none at all, readers make a character of the glyph's number."""


def _lacks() -> str:
    from weasyprint import pdf

    return lacks_parameters(getattr(pdf, "build_fonts_dictionary", None), "pdf", "fonts")


LIGATURES = Refinement("ligatures", "letters are copied in parts, or turned round", _lacks)


@contextmanager
def parted_ligatures() -> Iterator[None]:
    """While this lasts, a glyph stands for the letters that it shows, as readers of PDFs take them."""
    from weasyprint import pdf

    own = pdf.build_fonts_dictionary

    def build(document: Any, fonts: Mapping[str, Any], *more: Any) -> Any:
        for font in fonts.values():
            doubtful = {glyph: text for glyph, text in font.to_unicode.items() if _is_doubtful(text)}
            if doubtful and not lacks_attributes(font, *_NEEDED):
                font.to_unicode.update(_shown(doubtful, font.file_content, font.index))
        return own(document, fonts, *more)

    pdf.build_fonts_dictionary = build
    try:
        yield
    finally:
        pdf.build_fonts_dictionary = own


def _is_doubtful(text: str) -> bool:
    """Whether a cluster may have had more than one glyph."""
    return len(text) != 1 or len(unicodedata.normalize("NFKD", text)) > 1


def _shown(doubtful: Mapping[int, str], file: bytes, index: int) -> dict[int, str]:
    """What glyphs stand for, by the text of a cluster that each was in, and by the characters that the font has it for."""
    import uharfbuzz as hb

    face = hb.Face(file, index)
    font = hb.Font(face)
    own = {font.get_nominal_glyph(code): chr(code) for code in sorted(face.unicodes, reverse=True)}

    def shown(glyph: int, text: str) -> str:
        parts = unicodedata.normalize("NFKD", text)
        if not text:
            return own.get(glyph, _NOTHING)
        if any(ord(sign) in _SELECTORS for sign in text) or unicodedata.normalize("NFKD", own.get(glyph, "")) == parts:
            return text
        if glyph in own:  # an ellipsis that stands for what has no room has the text of that
            return next((part for part in parts if font.get_nominal_glyph(ord(part)) == glyph), own[glyph])
        is_arabic = len(text) > 1 and all(unicodedata.bidirectional(letter) == "AL" for letter in text)
        return _ligatures().get(text, text[::-1]) if is_arabic else text

    return {glyph: shown(glyph, text) for glyph, text in doubtful.items()}


@cache
def _ligatures() -> Mapping[str, str]:
    """The first character for each run of letters that is one."""
    found: dict[str, str] = {}
    for code in _FORMS:
        letters = unicodedata.normalize("NFKC", chr(code))
        if len(letters) > 1 and all(unicodedata.bidirectional(letter) == "AL" for letter in letters):
            found.setdefault(letters, chr(code))
    return found
