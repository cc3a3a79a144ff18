"""WeasyPrint, with the fonts and pictures of one document: HTML → pages → PDF.

In: HTML. Out: WeasyPrint's document, the bytes of a PDF, and the characters that no font has. Nothing is fetched: fonts
and pictures are served from a table of what the book shows, and any other address is refused.
"""

from __future__ import annotations

import gc
import hashlib
import io
import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self

from exporter.config import IMAGE_DPI
from exporter.diagnostics import Diagnostic, report
from exporter.machinery.addresses import far_address
from exporter.machinery.plain_files import read_plain
from exporter.model import Book
from exporter.print.fonts import FontSet
from exporter.print.press.grey_depth import in_eight_bits
from exporter.print.press.refinements import (
    FONTS,
    JUSTIFICATION,
    LEADERS,
    LIGATURES,
    OUTLINES,
    PNGS,
    REFINEMENTS,
    STYLES,
    WORDS,
)
from exporter.print.press.refinements.copied_words import marked_words
from exporter.print.press.refinements.fonts import steady_boxes
from exporter.print.press.refinements.glyph_outlines import known_outlines
from exporter.print.press.refinements.han_justification import even_lines
from exporter.print.press.refinements.leaders import whole_leaders
from exporter.print.press.refinements.ligatures import parted_ligatures
from exporter.print.press.refinements.png_data import png_as_it_is
from exporter.print.press.refinements.refinement import Refinement
from exporter.print.press.refinements.styles import shared_styles

PANGO_HINT = (
    "Debian/Ubuntu: apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0; Fedora: dnf install pango; "
    "macOS: brew install pango; Windows: install MSYS2, then pacman -S mingw-w64-x86_64-pango and set "
    "WEASYPRINT_DLL_DIRECTORIES"
)
_KNOWN = 70
"""The version of WeasyPrint that the refinements were made for."""

_MISSING_GLYPH = re.compile(r"\(U\+([0-9A-Fa-f]+)\)")
_WHILE_MADE = (
    (STYLES, shared_styles),
    (LEADERS, whole_leaders),
    (JUSTIFICATION, even_lines),
    (LIGATURES, parted_ligatures),
    (WORDS, marked_words),
    (OUTLINES, known_outlines),
    (PNGS, png_as_it_is),
    (FONTS, steady_boxes),
)
"""Refinements that last as long as a document is made."""

_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_COUNTERS = re.compile(r"@counter-style [^{}]*\{[^{}]*\}")
"""What WeasyPrint forgets of a style sheet that it has read before."""


def find_pango() -> str:
    """The library that keeps WeasyPrint from being imported; "" where nothing does."""
    try:
        import weasyprint  # noqa: F401
    except OSError as error:
        missing = re.search(r"'([^']*(?:pango|gobject|harfbuzz|fontconfig)[^']*)'", str(error))
        return missing[1] if missing else "a system library"
    return ""


def write_document(document: Any, *, variant: str = "", finisher: Any = None, tags: bool = True) -> bytes:
    """The bytes of what WeasyPrint laid out. PDF/A wants an identifier, which we derive from the content."""
    options: dict[str, Any] = {"pdf_tags": tags}
    if variant:
        options |= {"pdf_variant": variant, "pdf_identifier": True}
    if finisher:
        options["finisher"] = finisher
    return document.write_pdf(**options)  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Press:
    """WeasyPrint with the fonts of one form, for as many documents as are made of it, one job at a time.

    A picture has no more than `image_dpi` pixels on an inch of paper. `lacking`
    says which refinements this job is without, and what WeasyPrint lacks for each.
    """

    fonts: FontSet
    pictures: dict[str, Path]
    fetcher: Any
    configuration: Any
    losses: Losses
    image_dpi: int
    sheets: dict[str, Any] = field(default_factory=dict)
    lacking: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def job(self, pictures: Mapping[str, Path]) -> Iterator[None]:
        """The time in which a document with these pictures is made.

        WeasyPrint makes millions of small objects that live to the end: collection waits for it.
        """
        self.pictures.clear()
        self.pictures.update(pictures)
        self.losses.clear()
        self.lacking.clear()
        gc.collect()
        gc.disable()
        try:
            with self.losses, ExitStack() as refined:
                for refinement, change in _WHILE_MADE:
                    if self.has(refinement):
                        refined.enter_context(change())
                yield
        finally:
            gc.enable()

    def has(self, refinement: Refinement, *made: Any) -> bool:
        """Whether WeasyPrint, and what it has `made`, have the shape that a refinement needs."""
        if lack := refinement.lacks(*made):
            self.lacking[refinement.name] = lack
        return not lack

    def render(self, markup: str) -> Any:
        """A document, laid out. Style sheets are read once, however many documents have them."""
        import weasyprint

        written = _STYLE.findall(markup)
        styles = [self._sheet(style) for style in (_font_faces(self.fonts), *written)]
        styles += [io.StringIO(counters) for counters in _COUNTERS.findall("".join(written))]  # read with each document
        html = weasyprint.HTML(string=_STYLE.sub("", markup), url_fetcher=self.fetcher, base_url="deck:")
        document = html.render(stylesheets=styles, font_config=self.configuration, dpi=self.image_dpi, jpeg_quality=88)
        for page in document.pages:
            page.links[:] = [link for link in page.links if _leads(*link[:2])]
        return document

    def _sheet(self, style: str) -> Any:
        import weasyprint

        if style not in self.sheets:
            css = _with_fonts(style, self.fonts)
            self.sheets[style] = weasyprint.CSS(
                string=css, font_config=self.configuration, url_fetcher=self.fetcher, base_url="deck:"
            )
        return self.sheets[style]


def _leads(kind: str, target: str) -> bool:
    """Whether a link leads to a place in the book, or where links of a deck may lead; a file is attached to none."""
    is_part = target.startswith("deck-page:")  # another part of the book
    return kind == "internal" or (kind == "external" and (is_part or far_address(target) is not None))


def make_press(fonts: FontSet, image_dpi: int = IMAGE_DPI) -> Press:
    """A press with these fonts and no pictures."""
    from weasyprint.text.fonts import FontConfiguration

    pictures: dict[str, Path] = {}
    return Press(fonts, pictures, _fetcher(pictures, fonts), FontConfiguration(), Losses(), image_dpi)


def _with_fonts(markup: str, fonts: FontSet) -> str:
    def stack(families: tuple[str, ...]) -> str:
        return ", ".join(f'"{family}"' for family in families)

    return markup.replace("__BODY_FONTS__", stack(fonts.body)).replace("__MONO_FONTS__", stack(fonts.mono))


def _font_faces(fonts: FontSet) -> str:
    return "\n".join(
        f'@font-face {{ font-family: "{face.family}"; font-weight: {face.weight}; src: url("deck:font/{index}") }}'
        for index, face in enumerate(fonts.faces)
    )


def _fetcher(pictures: Mapping[str, Path], fonts: FontSet) -> Any:
    """A fetcher that knows the fonts and pictures of this document, and `data:` for formulas."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    faces: Mapping[str, bytes] = {f"deck:font/{index}": face.data for index, face in enumerate(fonts.faces)}

    class Table(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
            if url in faces:
                return URLFetcherResponse(url, faces[url], {"Content-Type": "font/ttf"})
            if url in pictures:
                data = read_plain(pictures[url])
                if hashlib.sha256(data).hexdigest() != url.removeprefix("deck:"):
                    raise ValueError("it changed while the book was typeset")
                return URLFetcherResponse(url, in_eight_bits(data))
            if url.startswith("data:image/svg+xml;base64,"):
                return super().fetch(url, headers)
            raise ValueError(f"{url[:80]} is not part of the book")

    return Table(allowed_protocols=("data",), allow_redirects=False)


class Losses(logging.Handler):
    """Collects what WeasyPrint leaves out and only logs: characters drawn as empty boxes, and pictures by address."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.characters: dict[str, None] = {}
        self.pictures: dict[str, str] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Remember what a message of WeasyPrint's names."""
        if match := _MISSING_GLYPH.search(record.getMessage()):
            char = chr(int(match[1], 16))
            if not char.isspace():  # Pango sets a space at a line's end in the font of the field before it
                self.characters[char] = None
        elif str(record.msg).startswith("Failed to load image") and isinstance(record.args, tuple):
            cause = getattr(record.args[1], "__cause__", None) or record.args[1]
            self.pictures[str(record.args[0])] = (
                "there is not enough memory" if isinstance(cause, MemoryError) else str(cause)
            )

    def clear(self) -> None:
        """Forget it all."""
        self.characters.clear()
        self.pictures.clear()

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


def report_glyphs(characters: str, book: Book) -> tuple[Diagnostic, ...]:
    """A diagnostic for each character that no font has, at the first place where the notes have it."""
    found: list[Diagnostic] = []
    for char in characters:
        span = next((c.source.find(char, 0, len(c.source.lines)) for c in book.chapters if char in c.source.text), None)
        hint = "name an installed font that has it in [print] fonts"
        found.append(report("glyph-missing", span, f'no font has "{char}" (U+{ord(char):04X})', hint))
    return tuple(found)


def report_refinements(lacking: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """One diagnostic for all refinements that pages are without; `lacking` has by name what WeasyPrint lacks for each."""
    if not lacking:
        return ()
    known = {refinement.name: refinement.without for refinement in REFINEMENTS}
    parts = "; ".join(f"{known[name]} ({why})" for name, why in sorted(lacking.items()))
    message = f"WeasyPrint {version('weasyprint')} has changed inside: {parts}"
    return (report("print-unrefined", None, message, f'pip install "weasyprint=={_KNOWN}.*", which make-deck knows'),)
