"""HTML pages → PDF, with WeasyPrint.

In: a `Page`. Out: the bytes of a PDF, and a diagnostic for each character that no font has. Nothing is fetched: fonts
and pictures are served from a table of what the book shows, and any other address is refused.
"""

from __future__ import annotations

import gc
import logging
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from exporter.diagnostics import Diagnostic, Outcome, report
from exporter.fonts import FontSet, prepare_fonts
from exporter.model import Book
from exporter.pages import Page

PANGO_HINT = (
    "Debian/Ubuntu: apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0; Fedora: dnf install pango; "
    "macOS: brew install pango; Windows: install MSYS2, then pacman -S mingw-w64-x86_64-pango and set "
    "WEASYPRINT_DLL_DIRECTORIES"
)
_MISSING_GLYPH = re.compile(r"\(U\+([0-9A-Fa-f]+)\)")


def write_pdf(page: Page, book: Book) -> Outcome[tuple[bytes, int] | None]:
    """The PDF and its number of pages; None, with a warning, where Pango is not installed."""
    try:
        import weasyprint
        from weasyprint.text.fonts import FontConfiguration
    except OSError as error:
        missing = re.search(r"'([^']*(?:pango|gobject|harfbuzz|fontconfig)[^']*)'", str(error))
        what = missing[1] if missing else "a system library"
        return Outcome(None, (report("pango-missing", None, f"no PDF: WeasyPrint cannot load {what}", PANGO_HINT),))
    fonts = prepare_fonts(page.text, page.lang, page.code)
    fetcher = _fetcher(page, fonts)
    configuration = FontConfiguration()
    css = weasyprint.CSS(string=_font_faces(fonts), font_config=configuration, url_fetcher=fetcher)
    gc.collect()
    gc.freeze()  # WeasyPrint makes millions of small objects that live to the end
    with _MissingGlyphs() as missing_glyphs:
        document = weasyprint.HTML(string=_with_fonts(page.html, fonts), url_fetcher=fetcher, base_url="deck:").render(
            stylesheets=[css], font_config=configuration
        )
        data = document.write_pdf(pdf_tags=True, dpi=240, jpeg_quality=88)
    gc.unfreeze()
    return Outcome((data, len(document.pages)), tuple(_report_glyphs(missing_glyphs.characters, book)))


def _with_fonts(markup: str, fonts: FontSet) -> str:
    def stack(families: tuple[str, ...]) -> str:
        return ", ".join(f'"{family}"' for family in families)

    return markup.replace("__BODY_FONTS__", stack(fonts.body)).replace("__MONO_FONTS__", stack(fonts.mono))


def _font_faces(fonts: FontSet) -> str:
    return "\n".join(
        f'@font-face {{ font-family: "{face.family}"; font-weight: {face.weight}; src: url("deck:font/{index}") }}'
        for index, face in enumerate(fonts.faces)
    )


def _fetcher(page: Page, fonts: FontSet) -> Any:
    """A fetcher that knows the fonts and pictures of this document, and `data:` for formulas."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    faces: Mapping[str, bytes] = {f"deck:font/{index}": face.data for index, face in enumerate(fonts.faces)}
    pictures: Mapping[str, Path] = page.pictures

    class Table(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
            if url in faces:
                return URLFetcherResponse(url, faces[url], {"Content-Type": "font/ttf"})
            if url in pictures:
                return URLFetcherResponse(url, pictures[url].read_bytes())
            if url.startswith("data:image/svg+xml;base64,"):
                return super().fetch(url, headers)
            raise ValueError(f"{url[:80]} is not part of the book")

    return Table(allowed_protocols=("data",), allow_redirects=False)


class _MissingGlyphs(logging.Handler):
    """Collects the characters for which WeasyPrint drew an empty box."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.characters: dict[str, None] = {}

    def emit(self, record: logging.LogRecord) -> None:
        if match := _MISSING_GLYPH.search(record.getMessage()):
            self.characters[chr(int(match[1], 16))] = None

    def __enter__(self) -> _MissingGlyphs:
        self._logger = logging.getLogger("weasyprint")
        self._logger.addHandler(self)
        self._propagates, self._logger.propagate = self._logger.propagate, False
        self._others = [h for h in self._logger.handlers if h is not self]
        for handler in self._others:
            self._logger.removeHandler(handler)
        return self

    def __exit__(self, *_: object) -> None:
        self._logger.removeHandler(self)
        self._logger.propagate = self._propagates
        for handler in self._others:
            self._logger.addHandler(handler)


def _report_glyphs(characters: Mapping[str, None], book: Book) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    for char in characters:
        span = next((c.source.find(char, 0, len(c.source.lines)) for c in book.chapters if char in c.source.text), None)
        hint = "name an installed font that has it in [print] fonts"
        found.append(report("glyph-missing", span, f'no font has "{char}" (U+{ord(char):04X})', hint))
    return found
