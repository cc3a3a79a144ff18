"""One part of a book → PDF. This is what worker processes do.

In: HTML, pictures, fonts. Out: `Typeset`, which can be kept as bytes between builds.
"""

from __future__ import annotations

import gc
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from exporter.config import IMAGE_DPI
from exporter.print.fonts import FontSet
from exporter.print.press.page_number_fields import save, set_fields_apart
from exporter.print.press.press import Press, make_press, write_document
from exporter.print.press.refinements import ACCESSIBLE, EDGES, FIGURES, FONTS, TAGS
from exporter.print.press.refinements.accessible import make_accessible
from exporter.print.press.refinements.fonts import Glyphs, open_fonts
from exporter.print.press.refinements.overflow import Cut, find_cuts
from exporter.print.press.refinements.shrunk_figures import lay_out
from exporter.print.press.refinements.tags import thin_tags


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
    even: bool = False
    """Whether an empty page makes the number of pages even."""
    image_dpi: int = IMAGE_DPI


@dataclass(frozen=True, slots=True)
class Typeset:
    """A PDF, the anchors on each of its pages, its use of the book's fonts by resource name, and what no font has.

    A bound part holds no font of the book. `lacking` are refinements that it is without: name, and what WeasyPrint lacks for
    it. `cuts` are what leaves its pages. `lost` are pictures that could not be drawn: address and reason.
    """

    data: bytes
    anchors: tuple[tuple[str, ...], ...]
    glyphs: Mapping[str, Glyphs]
    missing: str
    lacking: tuple[tuple[str, str], ...] = ()
    cuts: tuple[Cut, ...] = ()
    lost: tuple[tuple[str, str], ...] = ()

    def to_bytes(self) -> bytes:
        """All of it but `lost`, for a cache."""
        glyphs = {
            name: [used.family, used.weight, [*used.widths.items()], [*used.text.items()]]
            for name, used in self.glyphs.items()
        }
        cuts = [(cut.anchor, cut.fault, cut.kind, cut.shown) for cut in self.cuts]
        head = json.dumps([self.anchors, glyphs, self.missing, self.lacking, cuts], ensure_ascii=False).encode()
        return head + b"\n" + self.data

    @classmethod
    def from_bytes(cls, data: bytes) -> Typeset:
        """What `to_bytes` wrote."""
        head, _, pdf = data.partition(b"\n")
        anchors, glyphs, missing, lacking, cuts = json.loads(head)
        used = {name: Glyphs(f, w, dict(widths), dict(text)) for name, (f, w, widths, text) in glyphs.items()}
        return cls(
            pdf, tuple(map(tuple, anchors)), used, missing, tuple(map(tuple, lacking)), tuple(Cut(*cut) for cut in cuts)
        )


def typeset(job: Job) -> Typeset:
    """The document of a job."""
    with at_press(job.fonts, job.pictures, job.image_dpi) as press:
        fits = job.fills_pages and press.has(FIGURES)
        document = lay_out(press.render, job.html) if fits else press.render(job.html)
        used: dict[str, Glyphs] = {}

        def finish(document: Any, pdf: Any) -> None:
            if job.variant == "pdf/ua-1" and press.has(ACCESSIBLE, document, pdf):
                make_accessible(job.html)(document, pdf)
            if job.tagged and press.has(TAGS, document, pdf):
                thin_tags(pdf)
            if job.bound and press.has(FONTS, document, pdf):
                used.update(open_fonts(document, pdf, job.fonts))

        data = _drop_loose(write_document(document, variant=job.variant, finisher=finish, tags=job.tagged))
        if job.bound and not used:
            data, fields = set_fields_apart(data)
            used.update(fields)
        anchors = [tuple(page.anchors) for page in document.pages]
        if job.even and len(anchors) % 2:
            data = _with_empty_page(data)
            anchors.append(())
        return make_typeset(data, anchors, used, press, document.pages)


def make_typeset(
    data: bytes, anchors: Iterable[tuple[str, ...]], used: Mapping[str, Glyphs], press: Press, pages: Sequence[Any]
) -> Typeset:
    """What a press has made, with what it has to say about it."""
    losses = press.losses
    cuts = find_cuts(pages) if press.has(EDGES) else ()
    characters, lost = "".join(losses.characters), tuple(losses.pictures.items())
    return Typeset(data, tuple(anchors), used, characters, tuple(press.lacking.items()), cuts, lost)


def _with_empty_page(data: bytes) -> bytes:
    """A PDF with an upright empty page behind its last."""
    import pikepdf

    with pikepdf.open(io.BytesIO(data)) as pdf:
        left, bottom, right, top = map(float, pdf.pages[0].mediabox)
        width, height = sorted((right - left, top - bottom))
        pdf.add_blank_page(page_size=(width, height))
        return save(pdf)


def _drop_loose(data: bytes) -> bytes:
    """A PDF without the objects that nothing in it refers to, such as the tags that went."""
    import pikepdf

    with pikepdf.open(io.BytesIO(data)) as pdf:
        return save(pdf)


@contextmanager
def at_press(fonts: FontSet, pictures: Mapping[str, Path], image_dpi: int) -> Iterator[Press]:
    """The press of these fonts, which a process keeps, for one job."""
    press = _press(fonts, image_dpi)
    with press.job(pictures):
        yield press


@lru_cache(maxsize=1)
def _press(fonts: FontSet, image_dpi: int) -> Press:
    press = make_press(fonts, image_dpi)
    gc.collect()
    gc.freeze()  # modules and fonts stay as long as the process: no need to look at them after each job
    return press
