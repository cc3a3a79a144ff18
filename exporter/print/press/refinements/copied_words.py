"""Words of India and Burma are copied from a page as they were written (ISO 32000-1, 14.9.4).

Their syllables are drawn in another order than written, and by glyphs that stand for several letters, other ones in each word:
no table of glyphs says what such a word was. So each word is marked with its text, for readers of PDFs (PDFium, Poppler) to
take. Changed while it lasts: `draw_first_line` (`weasyprint.draw.text`), and the `show_text` of its stream. No public interface
stands near.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from exporter.print.press.refinements.refinement import Refinement, lacks_parameters

REORDERED = "\u0900-\u0dff\u1000-\u109f\u1780-\u17ff"
"""The scripts of Indic and Burmese, and Khmer."""

_REORDERED = re.compile(f"[{REORDERED}]")
_PIECE = re.compile(r"<([0-9a-f]*)>|([^<>]+)")
_WORD, _SPACE = object(), object()
_END = b"EMC "
"""The end of a mark, told by its space from those of the structure tree (`refinements.tags`)."""


def _lacks() -> str:
    from weasyprint.draw import text

    names = ("stream", "textbox", "text_overflow", "block_ellipsis", "matrix")
    return lacks_parameters(getattr(text, "draw_first_line", None), *names)


WORDS = Refinement("copied_words", "words of India are copied with other letters", _lacks)


@contextmanager
def marked_words() -> Iterator[None]:
    """While this lasts, a word of these scripts bears its text."""
    from weasyprint.draw import text

    own = text.draw_first_line

    def draw(stream: Any, textbox: Any, *more: Any) -> Any:
        if not _REORDERED.search(textbox.text):
            return own(stream, textbox, *more)
        start = len(stream.stream)
        with _parted(stream):
            drawn = own(stream, textbox, *more)
        stream.stream[start:] = _marked(stream.stream[start:], textbox.text.split())
        return drawn

    text.draw_first_line = draw
    try:
        yield
    finally:
        text.draw_first_line = own


@contextmanager
def _parted(stream: Any) -> Iterator[None]:
    """While this lasts, it is noted among what is drawn where words begin and end."""
    fonts: dict[str, Any] = {}
    current = [""]
    own_show, own_add, own_size = stream.show_text, stream.add_font, stream.set_font_size

    def add(pango_font: Any) -> Any:
        font, size = own_add(pango_font)
        fonts[font.hash] = font
        return font, size

    def set_size(name: str, size: Any) -> None:
        current[0] = name
        own_size(name, size)

    def show(string: str) -> None:
        for is_space, piece in _pieces(string, fonts[current[0]].to_unicode):
            stream.stream.append(_SPACE if is_space else _WORD)
            own_show(piece)

    stream.show_text, stream.add_font, stream.set_font_size = show, add, set_size
    try:
        yield
    finally:
        del stream.show_text, stream.add_font, stream.set_font_size


def _pieces(string: str, text_of: dict[int, str]) -> Iterator[tuple[bool, str]]:
    """What is shown, parted into spaces and what stands between them; a gap goes with what is before it."""
    parts: list[tuple[bool, str]] = []
    for glyphs, gap in _PIECE.findall(string):
        if gap:
            is_space, before = parts.pop() if parts else (False, "")
            parts.append((is_space, before + gap))
            continue
        for place in range(0, len(glyphs), 4):
            glyph = glyphs[place : place + 4]
            is_space = text_of.get(int(glyph, 16)) in (" ", "\u00a0")
            if parts and parts[-1][0] == is_space:
                parts[-1] = (is_space, f"{parts[-1][1]}<{glyph}>")
            else:
                parts.append((is_space, f"<{glyph}>"))
    yield from ((is_space, piece.replace("><", "")) for is_space, piece in parts)


def _marked(drawn: list[Any], words: list[str]) -> list[Any]:
    """What is drawn with a mark around each word and the space behind it; around all of it where there are not as many."""
    plain = [piece for piece in drawn if piece is not _WORD and piece is not _SPACE]
    made: list[Any] = []
    count, before = 0, _SPACE
    for piece in drawn:
        if piece is not _WORD and piece is not _SPACE:
            made.append(piece)
            continue
        if piece is _WORD and before is _SPACE:
            if count == len(words):
                return [_mark(" ".join(words)), *plain, _END]
            made += [*([_END] if count else []), _mark(words[count] + " " * (count + 1 < len(words)))]
            count += 1
        before = piece
    return [*made, _END] if count == len(words) else [_mark(" ".join(words)), *plain, _END]


def _mark(word: str) -> bytes:
    return f"/Span <</ActualText <FEFF{word.encode('utf-16-be').hex().upper()}>>> BDC".encode()
