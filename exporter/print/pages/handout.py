"""The handout: title, contents, everything that the notes say, an index of tags, a colophon.

In: a `Book`. Out: one `Page` for each volume, and what could not be typeset.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from exporter.config import Config
from exporter.diagnostics import Diagnostic, Outcome
from exporter.machinery.html_text import Html
from exporter.model import Book
from exporter.print.pages.appearance import Look, load_look, report_theme
from exporter.print.pages.chapters import RenderChapters, plan_chapters
from exporter.print.pages.contents_depth import choose_contents
from exporter.print.pages.page import Page, PageChapter, PageItem, Part, finish
from exporter.print.pages.qr_codes import qr_code
from exporter.print.pages.term_index import term_index
from exporter.print.volumes import Volume, cut_volumes

_CONTENTS_AT_ONCE = 1200


def render_handout(
    book: Book, config: Config, render: RenderChapters, edition: int
) -> Outcome[tuple[tuple[Volume, Page], ...]]:
    """The handout, a page for each volume. `edition` is in seconds since 1970."""
    look = load_look(config, book.lang)
    if isinstance(look, Diagnostic):
        return Outcome((), (look,))
    look = replace(look, binding=config.print.binding)
    volumes = cut_volumes(book, config.print.volumes)
    printed: list[tuple[Volume, Page]] = []
    diagnostics: list[Diagnostic] = [*report_theme(look, config)]
    for volume in volumes:
        titles = {c.source.path: v.title for v in volumes if v is not volume for c in v.chapters}
        chapters = tuple(render(plan_chapters(book, config, volume.chapters, volume_titles=titles), look))
        printed.append((volume, _page(book, config, look.showing(chapters), volume, chapters, edition)))
        diagnostics.extend(said for chapter in chapters for said in chapter.said)
    return Outcome(tuple(printed), tuple(diagnostics))


def _page(  # noqa: PLR0913, PLR0917 - all that a document is made of
    book: Book, config: Config, look: Look, volume: Volume, chapters: tuple[PageChapter, ...], edition: int
) -> Page:
    index = tag_index(chapters)
    terms = term_index(chapters) if config.print.terms else ()
    bound = len(chapters) > 1
    context = {
        **front_matter(replace(book, chapters=volume.chapters), config, edition),
        "volume": volume,
        "chapters": chapters,
        "digits": max((len(item.label) for c in chapters for item in c.cards), default=1),
        "contents": choose_contents(chapters, look) if sum(len(c.items) for c in chapters) > 1 else None,
        "index": index,
        "terms": terms,
        "bound": bound,
        "front": config.print.front,
        "recto": config.print.recto,
        "notes": config.print.notes,
        "has_cues": look.length("note-margin") > 0,
        "two_sided": config.print.recto or config.print.binding > 0,
    }

    def part(shown: Sequence[PageChapter], listed: Sequence[PageChapter] = (), *, closing: bool = False) -> Html:
        showing = {"shown": shown, "listed": listed, "shows_front": listed[:1] == chapters[:1], "shows_index": closing}
        return look.render("handout.html.j2", {**context, **showing})

    if bound:
        parts = [Part(part((), listed), title=book.title, in_column=True) for listed in _cut_contents(chapters)]
        parts.extend(Part(part((chapter,)), chapter.path, chapter.title) for chapter in chapters)
        parts.extend([Part(part((), closing=True), title=look.labels["index"])] if index or terms else [])
    else:
        parts = [
            Part(
                part(chapters, chapters, closing=bool(index or terms)), chapters[0].path if chapters else "", book.title
            )
        ]
    page = finish(tuple(parts), chapters, "".join(look.labels.values()), book.lang)
    return replace(page, fills_pages=look.length("columns") <= 1, even=config.print.recto)


def _cut_contents(chapters: Sequence[PageChapter]) -> Iterator[tuple[PageChapter, ...]]:
    """The chapters by what is set at once of the contents: so much that memory stays small and pages full."""
    cut: list[PageChapter] = []
    for chapter in chapters:
        if cut and sum(len(c.items) for c in (*cut, chapter)) > _CONTENTS_AT_ONCE:
            yield tuple(cut)
            cut = []
        cut.append(chapter)
    yield tuple(cut)


def front_matter(book: Book, config: Config, edition: int) -> dict[str, object]:
    """What the first and the last page of every form say."""
    return {
        "book": book,
        "justify": config.print.justify,
        "fonts": config.print.fonts,
        "heading_fonts": config.print.heading_fonts,
        "date": datetime.fromtimestamp(edition, UTC).date(),
        "url": config.url,
        "qr": qr_code(config.url) if config.url else "",
        "license": config.license,
    }


def tag_index(chapters: Sequence[PageChapter]) -> tuple[tuple[str, tuple[PageItem, ...]], ...]:
    """The author's tags with the questions that have them, by code point; none where all questions have the same ones."""
    found: dict[str, list[PageItem]] = {}
    for chapter in chapters:
        for item in chapter.cards:
            for tag in item.tags:
                found.setdefault(tag, []).append(item)
    count = sum(len(chapter.cards) for chapter in chapters)
    if all(len(items) == count for items in found.values()):
        return ()
    return tuple((tag, tuple(items)) for tag, items in sorted(found.items()))
