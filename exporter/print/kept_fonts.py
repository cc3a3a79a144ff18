"""The fonts of a page, kept between builds: an edit seldom brings a letter that the page did not have.

In: a page, and the cache. Out: its fonts, as `prepare_fonts` makes them of the characters of the page.
"""

from __future__ import annotations

import json
from itertools import accumulate, pairwise

from exporter.machinery.cache import Cache
from exporter.machinery.libraries import library_versions
from exporter.print.fonts import FontFace, FontSet, prepare_fonts
from exporter.print.page_numbers import add_to
from exporter.print.pages import Page

_KIND = "fonts"


def fonts_of(page: Page, cache: Cache, *, numbered: bool) -> FontSet:
    """The fonts of a page; a `numbered` one has fields for numbers of pages."""
    texts = (page.text, page.code, page.italic)
    foreign = {lang: _letters(text) for lang, text in sorted((page.foreign or {}).items())}
    key = (*map(_letters, texts), page.lang, foreign, numbered, library_versions())

    def make() -> bytes:
        fonts = prepare_fonts(page.text, page.lang, page.code, page.foreign, page.italic)
        return _to_bytes(add_to(fonts) if numbered else fonts)

    return _from_bytes(cache.remember(_KIND, key, make))


def _letters(text: str) -> str:
    """All that fonts depend on: which characters there are."""
    return "".join(sorted(set(text)))


def _to_bytes(fonts: FontSet) -> bytes:
    faces = [(face.family, face.weight, len(face.data)) for face in fonts.faces]
    head = json.dumps([faces, fonts.body, fonts.mono, fonts.missing, fonts.stamp])
    return b"\n".join((head.encode(), b"".join(face.data for face in fonts.faces)))


def _from_bytes(data: bytes) -> FontSet:
    head, _, files = data.partition(b"\n")
    faces, body, mono, missing, stamp = json.loads(head)
    ends = [0, *accumulate(size for *_, size in faces)]
    made = tuple(
        FontFace(family, weight, files[start:end])
        for (family, weight, _), (start, end) in zip(faces, pairwise(ends), strict=True)
    )
    return FontSet(made, tuple(body), tuple(mono), missing, tuple((name, size) for name, size in stamp))
