"""Cards to cut out → PDF: each side is laid out at ever smaller sizes until it fits, then imposed on sheets.

In: `Cards`. Out: the bytes of a PDF. A side is a page as large as a card; WeasyPrint itself says whether it fits (one
page) or goes on (more), and each of these pages becomes a form XObject (ISO 32000-1, 8.10) that a sheet shows in its
place. Lengths are mm, but pt in PDF and px (1/96 in) in WeasyPrint.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from exporter.diagnostics import Outcome, report
from exporter.model import Book
from exporter.pages import Cards
from exporter.pages.flashcards import MARGINS, Place, Side
from exporter.writers.pdf import Written
from exporter.writers.press import PANGO_HINT, Press, find_pango, open_press, write_document

_PT = 72 / 25.4
_PX = 96 / 25.4


@dataclass(frozen=True, slots=True)
class _Part:
    """A card-sized page of WeasyPrint's, and how many mm at its foot are empty."""

    page: Any
    slack: float


def write_cards(cards: Cards, book: Book) -> Written:
    """The PDF of the sheets, fronts and backs by turns."""
    if missing := find_pango():
        return Outcome(None, (report("pango-missing", None, f"no PDF: WeasyPrint cannot load {missing}", PANGO_HINT),))
    with open_press(cards.page) as press:
        parts = _fit(press, cards)
        sheets = cards.sheets({side: len(pages) for side, pages in parts.items()})
        document = press.render(sheets.markup)
        shown = [(place, parts[place.side][place.part]) for place in sheets.places]
        count = len(document.pages)
        whole = document.copy([*document.pages, *(part.page for _, part in shown)])
        data = write_document(whole, tags=False, finisher=_imposer(count, shown, cards.grid.height))
    return Outcome((data, count), press.report_glyphs(book))


def _fit(press: Press, cards: Cards) -> Mapping[str, Sequence[_Part]]:
    """Each side at the largest size at which it stands on one card; at the smallest, on as many as it takes."""
    sizes = cards.sizes
    last = len(sizes) - 1
    queues: list[list[Side]] = [list(cards.sides), *([] for _ in range(last))]
    fitted: dict[str, Sequence[_Part]] = {}
    for level, size in enumerate(sizes):
        if not queues[level]:
            continue
        document = press.render(cards.sides_markup(queues[level], size))
        for side, pages in zip(queues[level], _split(document.pages, queues[level]), strict=True):
            if len(pages) == 1 or level == last:
                fitted[side.id] = _parts(side, pages, cards.grid.height)
            else:
                wanted = size / max(1.0, len(pages) - 1) ** 0.5  # text of k - 1 pages at least: its area tells the size
                queues[next((i for i in range(level + 1, last) if sizes[i] <= wanted), last)].append(side)
    return fitted


def _split(pages: Sequence[Any], sides: Sequence[Side]) -> list[list[Any]]:
    """The pages of each side. A side begins where its anchor stands."""
    groups: list[list[Any]] = []
    for page in pages:
        if len(groups) < len(sides) and sides[len(groups)].id in page.anchors:
            groups.append([])
        groups[-1].append(page)
    return groups


def _parts(side: Side, pages: Sequence[Any], height: float) -> tuple[_Part, ...]:
    end = pages[-1].anchors.get(f"{side.id}-end")
    used = end[1] / _PX if end else height
    slack = max(0.0, height - MARGINS[2] - used)
    for page in pages:
        page.anchors.clear()
        page.bookmarks.clear()
        page.links.clear()
    return tuple(_Part(page, slack if page is pages[-1] and len(pages) == 1 else 0.0) for page in pages)


def _imposer(sheets: int, shown: Sequence[tuple[Place, _Part]], height: float) -> Callable[[Any, Any], None]:
    """A finisher that takes the pages behind the first `sheets` away and shows each at its place on a sheet."""

    def impose(_: Any, pdf: Any) -> None:
        pages = [pdf.objects[number] for number in pdf.pages["Kids"][::3]]
        resources = _object(pdf, pages[0]["Resources"])
        for number, (page, (place, part)) in enumerate(zip(pages[sheets:], shown, strict=True)):
            form = _object(pdf, page["Contents"])
            form.extra.update(
                {"Type": "/XObject", "Subtype": "/Form", "BBox": page["MediaBox"], "Resources": page["Resources"]}
            )
            resources["XObject"][f"card{number}"] = form.reference
            sheet = pages[place.page]
            # a short text stands a little above the middle
            foot = sheet["MediaBox"][3] / _PT - place.y - height - part.slack * 0.46
            # WeasyPrint leaves the page upside down: its y axis points downwards
            matrix = f"q 1 0 0 -1 0 {sheet['MediaBox'][3]:.4f} cm 1 0 0 1 {place.x * _PT:.4f} {foot * _PT:.4f} cm /card{number} Do Q"
            _object(pdf, sheet["Contents"]).stream.append(matrix.encode())
            page.clear()  # an object that is free in the middle of the file confuses Poppler; an empty one does not
        pdf.pages["Kids"][:] = pdf.pages["Kids"][: 3 * sheets]
        pdf.pages["Count"] = sheets

    return impose


def _object(pdf: Any, reference: bytes) -> Any:
    """What a reference such as b"12 0 R" names."""
    return pdf.objects[int(reference.split()[0])]
