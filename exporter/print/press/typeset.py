"""One part of a book → PDF. This is what worker processes do.

In: HTML, pictures, fonts. Out: `Typeset`, which can be kept as bytes between builds.
"""

from __future__ import annotations

import gc
import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from exporter.print import page_numbers
from exporter.print.fonts import FontSet
from exporter.print.press.accessible import make_accessible
from exporter.print.press.figures import lay_out
from exporter.print.press.press import Press, make_press, write_document
from exporter.print.press.tags import follow, thin_tags

FIELD = b"%"
"""The line, a comment (ISO 32000-1, 7.2.3), before and behind each field in a page's content."""

MISSING = 0x8000
"""From here on glyph numbers are those of characters that a font lacks; no packaged font has so many."""


@dataclass(frozen=True, slots=True)
class Job:
    """A document to typeset. `bound` says that it is a part of a book, which will be bound with others.

    With `fills_pages` a figure that just does not fit on a page shrinks. Without `tagged` there is no structure tree.
    """

    html: str
    pictures: Mapping[str, Path]
    fonts: FontSet
    variant: str
    bound: bool
    fills_pages: bool
    tagged: bool = True


@dataclass(frozen=True, slots=True)
class Glyphs:
    """What a part shows in one of the book's fonts: by glyph number, widths in 1/1000 em and text."""

    family: str
    weight: int
    widths: Mapping[int, float]
    text: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Typeset:
    """A PDF, the anchors on each of its pages, its use of the book's fonts by resource name, and what no font has.

    A bound part holds no font of the book. `lost` are pictures that could not be drawn: address and reason.
    """

    data: bytes
    anchors: tuple[tuple[str, ...], ...]
    glyphs: Mapping[str, Glyphs]
    missing: str
    lost: tuple[tuple[str, str], ...] = ()

    def to_bytes(self) -> bytes:
        """All of it but `lost`, for a cache."""
        glyphs = {
            name: [used.family, used.weight, [*used.widths.items()], [*used.text.items()]]
            for name, used in self.glyphs.items()
        }
        head = json.dumps([self.anchors, glyphs, self.missing], ensure_ascii=False).encode()
        return head + b"\n" + self.data

    @classmethod
    def from_bytes(cls, data: bytes) -> Typeset:
        """What `to_bytes` wrote."""
        head, _, pdf = data.partition(b"\n")
        anchors, glyphs, missing = json.loads(head)
        used = {name: Glyphs(f, w, dict(widths), dict(text)) for name, (f, w, widths, text) in glyphs.items()}
        return cls(pdf, tuple(tuple(page) for page in anchors), used, missing)


def typeset(job: Job) -> Typeset:
    """The document of a job."""
    with at_press(job.fonts, job.pictures) as press:
        document = lay_out(press.render, job.html) if job.fills_pages else press.render(job.html)
        used: dict[str, Glyphs] = {}

        def finish(document: Any, pdf: Any) -> None:
            if job.variant == "pdf/ua-1":
                make_accessible(job.html)(document, pdf)
            if job.tagged:
                thin_tags(pdf)
            if job.bound:
                used.update(open_for_binding(document, pdf, job.fonts))

        data = _drop_loose(write_document(document, variant=job.variant, finisher=finish, tags=job.tagged))
        anchors = tuple(tuple(page.anchors) for page in document.pages)
        return Typeset(data, anchors, used, "".join(press.losses.characters), tuple(press.losses.pictures.items()))


def _drop_loose(data: bytes) -> bytes:
    """A PDF without the objects that nothing in it refers to, such as the tags that went."""
    import pikepdf

    with pikepdf.open(io.BytesIO(data)) as pdf:
        return save(pdf)


def save(pdf: Any) -> bytes:
    """The bytes of a pikepdf document, the same for the same objects."""
    import pikepdf

    out = io.BytesIO()
    pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return out.getvalue()


@contextmanager
def at_press(fonts: FontSet, pictures: Mapping[str, Path]) -> Iterator[Press]:
    """The press of these fonts, which a process keeps, for one job."""
    press = _press(fonts)
    with press.job(pictures), _steady_boxes():
        yield press


@contextmanager
def _steady_boxes() -> Iterator[None]:
    """While this lasts, a character that a font lacks has one number in all parts: WeasyPrint counts behind the glyphs."""
    from weasyprint.pdf.fonts import Font

    own = Font.get_unused_glyph_id

    def number(font: Any, codepoint: int) -> int:
        if font.glyph_count > MISSING:
            return int(own(font, codepoint))
        return int(font.missing.setdefault(codepoint, MISSING + codepoint % MISSING))

    Font.get_unused_glyph_id = number
    try:
        yield
    finally:
        Font.get_unused_glyph_id = own


@lru_cache(maxsize=1)
def _press(fonts: FontSet) -> Press:
    press = make_press(fonts)
    gc.collect()
    gc.freeze()  # modules and fonts stay as long as the process: no need to look at them after each job
    return press


def open_for_binding(document: Any, pdf: Any, fonts: FontSet) -> Mapping[str, Glyphs]:
    """Take the book's fonts out of a part, and set its fields of page numbers apart.

    Returns what the part shows in each of `fonts`, by resource name.
    """
    used: dict[str, Glyphs] = {}
    for font in document.fonts.values():
        face = next((f for f in fonts.faces if (f.family, f.weight) == (font.family, font.weight)), None)
        if face:
            known = used.setdefault(font.hash, Glyphs(face.family, face.weight, {}, {}))
            used[font.hash] = Glyphs(face.family, face.weight, known.widths | font.widths, known.text | font.to_unicode)
    names = {font.name for font in document.fonts.values() if font.hash in used}
    for item in pdf.objects:
        if isinstance(item, dict) and item.get("Type") == "/FontDescriptor" and item["FontName"] in names:
            follow(pdf, item["FontFile2"]).stream = [b""]
    folio = {f"/{name} ".encode() for name, glyphs in used.items() if glyphs.family == page_numbers.FAMILY}
    for number in pdf.pages["Kids"][::3]:
        _set_fields_apart(pdf, pdf.objects[number], tuple(folio))
    return used


def _set_fields_apart(pdf: Any, page: Any, folio: tuple[bytes, ...]) -> None:
    """Cut a page's content in two before the first text in the folio font, and set `FIELD` on both sides of each.

    The pieces are joined again where the page is shown (ISO 32000-1, 7.8.2). Most fields are in running heads, which come
    last: what has to be read and written again when a book is bound is short.
    """
    import pydyf

    content = follow(pdf, page["Contents"])
    pieces: tuple[list[Any], list[Any]] = ([], [])
    in_folio = False
    for operation in content.stream:
        is_bytes = isinstance(operation, bytes)
        if is_bytes and operation.endswith(b" Tf"):
            in_folio = bool(folio) and operation.startswith(folio)
        if in_folio and is_bytes and operation.endswith(b"TJ"):
            pieces[1].extend((FIELD, operation, FIELD))
        else:
            pieces[bool(pieces[1])].append(operation)
    if pieces[1]:
        content.stream = pieces[0]
        rest = pydyf.Stream([b"", *pieces[1], b""], compress=True)
        pdf.add_object(rest)
        page["Contents"] = pydyf.Array([content.reference, rest.reference])
