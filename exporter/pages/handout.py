"""The handout: title, contents, everything that the notes say, an index of tags, a colophon.

In: a `Book`. Out: one `Page` for each volume, and what could not be typeset.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import PurePosixPath

from exporter.config import Config
from exporter.diagnostics import Diagnostic, Outcome
from exporter.math import MathBackend
from exporter.model import Book, Chapter
from exporter.pages.bodies import Bodies
from exporter.pages.chapters import number_cards, render_chapter
from exporter.pages.looks import Look, load_look
from exporter.pages.page import Page, PageChapter, PageItem, Part, finish


@dataclass(frozen=True, slots=True)
class Volume:
    """Chapters that are printed as one PDF. `name` is added to the file's name; "" where the book is one volume."""

    name: str
    title: str
    chapters: tuple[Chapter, ...]


def cut_volumes(book: Book, config: Config) -> tuple[Volume, ...]:
    """The volumes that `[print] volumes` asks for, in the order of their first chapters."""
    if config.print.volumes == "book" or len(book.chapters) < 2:
        return (Volume("", book.title, book.chapters),)
    groups: dict[str, list[Chapter]] = {}
    for chapter in book.chapters:
        path = PurePosixPath(chapter.source.path)
        groups.setdefault(str(path.parent if config.print.volumes == "folder" else path), []).append(chapter)
    if len(groups) < 2:
        return (Volume("", book.title, book.chapters),)
    names = _unique(PurePosixPath(key).stem or "notes" for key in groups)
    by_file = config.print.volumes == "file"
    return tuple(
        Volume(name, chapters[0].title if by_file else name, tuple(chapters))
        for name, chapters in zip(names, groups.values(), strict=True)
    )


def _unique(names: Iterable[str]) -> Iterator[str]:
    seen: dict[str, int] = {}
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        yield name if seen[name] == 1 else f"{name}-{seen[name]}"


def render_handout(
    book: Book, config: Config, backend: MathBackend, edition: int
) -> Outcome[tuple[tuple[Volume, Page], ...]]:
    """The handout, a page for each volume. `edition` is in seconds since 1970."""
    look = load_look(config, book.lang)
    if isinstance(look, Diagnostic):
        return Outcome((), (look,))
    volumes = cut_volumes(book, config)
    numbers = number_cards(book)
    printed: list[tuple[Volume, Page]] = []
    diagnostics: list[Diagnostic] = []
    for volume in volumes:
        bodies = Bodies(book, config, look, backend)
        bodies.volume_titles = {c.source.path: v.title for v in volumes if v is not volume for c in v.chapters}
        chapters = tuple(render_chapter(c, bodies, numbers, n) for n, c in enumerate(volume.chapters, 1))
        printed.append((volume, _page(book, config, look, bodies, volume, chapters, edition)))
        diagnostics.extend(bodies.diagnostics)
    return Outcome(tuple(printed), tuple(diagnostics))


def _page(  # noqa: PLR0913, PLR0917 - all that a document is made of
    book: Book, config: Config, look: Look, bodies: Bodies, volume: Volume, chapters: tuple[PageChapter, ...], edition: int
) -> Page:  # fmt: skip
    index = tag_index(chapters)
    bound = len(chapters) > 1
    context = {
        **front_matter(replace(book, chapters=volume.chapters), config, edition),
        "volume": volume,
        "chapters": chapters,
        "contents": sum(len(c.items) for c in chapters) > 1,
        "index": index,
        "bound": bound,
    }

    def part(shown: Sequence[PageChapter], *, front: bool = False, closing: bool = False) -> str:
        showing = {"shown": shown, "shows_front": front, "shows_index": closing}
        return look.render("handout.html.j2", {**context, **showing})

    if bound:
        parts = [Part(part((), front=True), title=book.title, in_column=True)]
        parts.extend(Part(part((chapter,)), chapter.path, chapter.title) for chapter in chapters)
        parts.extend([Part(part((), closing=True), title=look.labels["index"])] if index else [])
    else:
        parts = [Part(part(chapters, front=True, closing=bool(index)), chapters[0].path if chapters else "", book.title)]
    return finish(tuple(parts), bodies.pictures, bodies.math_text + "".join(look.labels.values()), book.lang)


def front_matter(book: Book, config: Config, edition: int) -> dict[str, object]:
    """What the first and the last page of every form say."""
    return {
        "book": book,
        "fonts": config.print.fonts,
        "heading_fonts": config.print.heading_fonts,
        "date": datetime.fromtimestamp(edition, UTC).date(),
        "url": config.url,
        "qr": qr_code(config.url) if config.url else "",
        "license": config.license,
    }


def qr_code(url: str) -> str:
    """A QR code (ISO/IEC 18004, error correction M) as an SVG data address."""
    import segno

    out = io.BytesIO()
    segno.make(url, error="m", micro=False).save(out, kind="svg", border=0, xmldecl=False, svgns=True, nl=False)
    return f"data:image/svg+xml;base64,{base64.b64encode(out.getvalue()).decode()}"


def tag_index(chapters: Sequence[PageChapter]) -> tuple[tuple[str, tuple[PageItem, ...]], ...]:
    """The author's tags with the questions that have them, by code point."""
    found: dict[str, list[PageItem]] = {}
    for chapter in chapters:
        for item in chapter.cards:
            for tag in item.tags:
                found.setdefault(tag, []).append(item)
    return tuple((tag, tuple(items)) for tag, items in sorted(found.items()))
