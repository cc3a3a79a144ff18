"""A ligature of Arabic is copied as its letters.

Readers of PDFs (Poppler, PDFium) turn what runs from right to left, letter by letter, and the two letters that one glyph stands
for along with them: لا becomes ال. They know the characters of Unicode that are ligatures themselves (U+FEFB), and part those
rightly. Changed while it lasts: `build_fonts_dictionary` (`weasyprint.pdf`), which writes what glyphs stand for (ISO 32000-1,
9.10.3). No public interface stands near.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

from exporter.print.press.refinements.refinement import Refinement, lacks_parameters

_FORMS = (*range(0xFB50, 0xFDFC), *range(0xFE70, 0xFEFD))
"""Arabic presentation forms."""


def _lacks() -> str:
    from weasyprint import pdf

    return lacks_parameters(getattr(pdf, "build_fonts_dictionary", None), "pdf", "fonts")


LIGATURES = Refinement("ligatures", "ligatures of Arabic are copied with their letters turned round", _lacks)


@contextmanager
def parted_ligatures() -> Iterator[None]:
    """While this lasts, a glyph of several Arabic letters stands for the one character that they are."""
    from weasyprint import pdf

    own = pdf.build_fonts_dictionary

    def build(document: Any, fonts: Mapping[str, Any], *more: Any) -> Any:
        for font in fonts.values():
            font.to_unicode.update({
                glyph: _ligatures()[text] for glyph, text in font.to_unicode.items() if text in _ligatures()
            })  # fmt: skip
        return own(document, fonts, *more)

    pdf.build_fonts_dictionary = build
    try:
        yield
    finally:
        pdf.build_fonts_dictionary = own


@cache
def _ligatures() -> Mapping[str, str]:
    """The first character for each run of letters that is one."""
    found: dict[str, str] = {}
    for code in _FORMS:
        letters = unicodedata.normalize("NFKC", chr(code))
        if len(letters) > 1 and all(unicodedata.bidirectional(letter) == "AL" for letter in letters):
            found.setdefault(letters, chr(code))
    return found
