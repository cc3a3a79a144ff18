"""HTML pages → PDF, with WeasyPrint.

In: a `Page`. Out: the bytes of a PDF, and a diagnostic for each character that no font has. Nothing is fetched: fonts
and pictures are served from a table of what the book shows, and any other address is refused.
"""

from __future__ import annotations

import gc
import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from exporter.diagnostics import Diagnostic, Outcome, report
from exporter.fonts import FontSet, prepare_fonts
from exporter.model import Book
from exporter.pages import Page
from exporter.writers.accessible import make_accessible

PANGO_HINT = (
    "Debian/Ubuntu: apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0; Fedora: dnf install pango; "
    "macOS: brew install pango; Windows: install MSYS2, then pacman -S mingw-w64-x86_64-pango and set "
    "WEASYPRINT_DLL_DIRECTORIES"
)
_MISSING_GLYPH = re.compile(r"\(U\+([0-9A-Fa-f]+)\)")
_HEADING = re.compile(r"<(/?)h([1-6])\b")

Written = Outcome[tuple[bytes, int] | None]
"""A PDF and its number of pages; None, with a warning, where Pango is not installed."""


def write_pdf(page: Page, book: Book, *, variant: str = "") -> Written:
    """The PDF of a page. `variant` is "", "pdf/ua-1" (ISO 14289-1) or one of "pdf/a-3b", "pdf/a-3u" (ISO 19005-3)."""
    if (missing := find_pango()) is not None:
        return Outcome(None, (missing,))
    with open_press(page) as press:
        if variant == "pdf/ua-1":
            markup = level_headings(page.html)
            document = press.render(markup)
            data = write_document(document, variant=variant, finisher=make_accessible(markup))
        else:
            document = press.render(page.html)
            data = write_document(document, variant=variant)
    return Outcome((data, len(document.pages)), press.report_glyphs(book))


def find_pango() -> Diagnostic | None:
    """What keeps WeasyPrint from being imported; None where nothing does."""
    try:
        import weasyprint  # noqa: F401
    except OSError as error:
        missing = re.search(r"'([^']*(?:pango|gobject|harfbuzz|fontconfig)[^']*)'", str(error))
        what = missing[1] if missing else "a system library"
        return report("pango-missing", None, f"no PDF: WeasyPrint cannot load {what}", PANGO_HINT)
    return None


def write_document(document: Any, *, variant: str = "", finisher: Any = None, tags: bool = True) -> bytes:
    """The bytes of what WeasyPrint laid out. PDF/A wants an identifier, which we derive from the content."""
    options: dict[str, Any] = {"pdf_tags": tags, "dpi": 240, "jpeg_quality": 88}
    if variant:
        options |= {"pdf_variant": variant, "pdf_identifier": True}
    if finisher:
        options["finisher"] = finisher
    return document.write_pdf(**options)  # type: ignore[no-any-return]


def level_headings(markup: str) -> str:
    """HTML in which no heading is more than one level below the one before it (ISO 14289-1, 7.4.2)."""
    stack: list[int] = []
    now: list[int] = []

    def change(match: re.Match[str]) -> str:
        if match[1]:
            return f"</h{now.pop()}"
        level = int(match[2])
        while stack and stack[-1] >= level:
            stack.pop()
        stack.append(level)
        now.append(len(stack))
        return f"<h{len(stack)}"

    return _HEADING.sub(change, markup)


@dataclass(frozen=True, slots=True)
class Press:
    """WeasyPrint with the fonts and pictures of one page, for as many documents as are made of it."""

    fonts: FontSet
    fetcher: Any
    configuration: Any
    sheet: Any
    glyphs: _MissingGlyphs

    def render(self, markup: str) -> Any:
        """A document, laid out."""
        import weasyprint

        html = weasyprint.HTML(string=_with_fonts(markup, self.fonts), url_fetcher=self.fetcher, base_url="deck:")
        return html.render(stylesheets=[self.sheet], font_config=self.configuration)

    def report_glyphs(self, book: Book) -> tuple[Diagnostic, ...]:
        """A diagnostic for each character for which an empty box was drawn."""
        return tuple(_report_glyphs(self.glyphs.characters, book))


@contextmanager
def open_press(page: Page) -> Iterator[Press]:
    """A press for a page. WeasyPrint makes millions of small objects that live to the end: collection waits for it."""
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration

    fonts = prepare_fonts(page.text, page.lang, page.code)
    fetcher = _fetcher(page, fonts)
    configuration = FontConfiguration()
    css = weasyprint.CSS(string=_font_faces(fonts), font_config=configuration, url_fetcher=fetcher)
    gc.collect()
    gc.freeze()
    try:
        with _MissingGlyphs() as missing_glyphs:
            yield Press(fonts, fetcher, configuration, css, missing_glyphs)
    finally:
        gc.unfreeze()


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

    def __enter__(self) -> Self:
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
