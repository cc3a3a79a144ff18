"""The printed forms that settings ask for: handout, quiz, test for a class, cards to cut out, printer test.

In: a `Book`. Out: PDFs with their file names, and what could not be shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from exporter.config import Config
from exporter.diagnostics import Diagnostic, Outcome
from exporter.model import Book
from exporter.print.pages import (
    Page,
    RenderChapters,
    plan_cards,
    render_handout,
    render_quiz,
    render_test,
    render_test_page,
)
from exporter.print.pages.direction import direction_of
from exporter.print.press.imposition import impose_pages
from exporter.print.press.mirroring import mirror
from exporter.print.print_shop import PrintShop, Written


@dataclass(frozen=True, slots=True)
class Printed:
    """A PDF. `key` names it in a summary; `suffix` is added to the deck's name for its file."""

    key: str
    suffix: str
    data: bytes
    pages: int


def write_forms(
    book: Book, config: Config, render: RenderChapters, edition: int, shop: PrintShop
) -> Outcome[tuple[Printed, ...]]:
    """All PDFs that `config.outputs` names. `edition` is in seconds since 1970."""
    printed: list[Printed] = []
    diagnostics: list[Diagnostic] = []
    for key, suffix, written in _forms(book, config, render, edition, shop):
        diagnostics.extend(written.diagnostics)
        if written.value:
            printed.append(Printed(key, suffix, *written.value))
    return Outcome(tuple(printed), tuple(dict.fromkeys(diagnostics)))


def _forms(
    book: Book, config: Config, render: RenderChapters, edition: int, shop: PrintShop
) -> Iterator[tuple[str, str, Written]]:
    """Each form's key, its file name's end, and what came of it."""
    if "handout" in config.outputs:
        handout = render_handout(book, config, render, edition)
        yield "handout", "", Outcome(None, handout.diagnostics)
        for volume, page in handout.value:
            whole = _bind(shop.print(page, book, config), config, page)
            yield f"handout{volume.tail}", volume.tail, whole
            if (how := config.print.impose) and whole.value:
                imposed = impose_pages(whole.value[0], how, right_to_left=direction_of(page.lang) == "rtl")
                yield f"handout{volume.tail}-{how}", f"{volume.tail}-{how}", Outcome(imposed)
    if "quiz" in config.outputs:
        yield "quiz", "-quiz", _print(render_quiz(book, config, render, edition), book, config, shop)
    if "test" in config.outputs:
        sheets = render_test(book, config, render, edition)
        yield "test", "", Outcome(None, sheets.diagnostics)
        for version, page in sheets.value:
            tail = f"-{version}" if version else ""
            yield f"test{tail}", f"-test{tail}", shop.print(page, book, config)
    if "flashcards" in config.outputs:
        cards = plan_cards(book, config, render, edition)
        written: Written = shop.print_cards(cards.value, book, config) if cards.value else Outcome(None)
        yield "flashcards", "-flashcards", Outcome(written.value, (*cards.diagnostics, *written.diagnostics))
    if "testpage" in config.outputs:
        yield "testpage", "-testpage", _print(render_test_page(book, config, edition), book, config, shop)


def _bind(written: Written, config: Config, page: Page) -> Written:
    """The PDF with mirrored margins, where settings ask for a binding."""
    if not written.value or not config.print.binding:
        return written
    data, count = written.value
    side = -1 if direction_of(page.lang) == "rtl" else 1
    return Outcome((mirror(data, side * config.print.binding), count), written.diagnostics)


def _print(page: Outcome[Page | None], book: Book, config: Config, shop: PrintShop) -> Written:
    written: Written = shop.print(page.value, book, config) if page.value else Outcome(None)
    return Outcome(written.value, (*page.diagnostics, *written.diagnostics))
