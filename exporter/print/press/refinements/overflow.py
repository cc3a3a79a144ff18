"""What leaves the page or card that it stands on.

WeasyPrint lays out what does not fit all the same, beyond the edge of the paper or over the foot of a page, and says nothing.
Here the boxes of pages are compared with their edges, so that a build can. Nothing is changed. Read: the boxes of laid out
pages (`weasyprint.formatting_structure.boxes`). Instead, pikepdf or a renderer could find where the words and pictures of the
PDF that is written stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from exporter.print.press.refinements.refinement import Refinement, lacks_attributes, lacks_parameters

_NEAR_PX = 3.0
"""So far beyond an edge is not seen: boxes are larger than what is drawn in them."""

_TINY_PX = 3.5 / 0.75
"""Letters of a formula that are smaller than 3.5 pt cannot be read."""

_FOOT = 0.5
"""The part of the margin at a page's foot that text may reach into: the running foot stands below it."""

_ITEM = re.compile(r"(?:[qa]-)?(c-.*\.\d+)|(k\d+[fb])")

Fault = Literal["cut", "tiny"]


@dataclass(frozen=True, slots=True)
class Cut:
    """Something that is cut off, or too tiny to be read. `anchor` is that of the item it is in; `shown` is its text.

    `kind` is "formula", "picture" or "text".
    """

    anchor: str
    fault: Fault
    kind: str
    shown: str


def _lacks() -> str:
    from weasyprint.document import Page
    from weasyprint.formatting_structure.boxes import Box, PageBox

    return lacks_parameters(Page, "page_box") or lacks_attributes(
        PageBox, "descendants", "content_box_y", "margin_width"
    ) or lacks_attributes(Box, "content_box_x", "content_box_y")  # fmt: skip


EDGES = Refinement("overflow", "nobody says what is cut off at the edge of a page or card", _lacks)


def find_cuts(pages: Iterable[Any]) -> tuple[Cut, ...]:
    """What leaves each of WeasyPrint's pages: the first of each kind of an item, in reading order."""
    found: dict[tuple[str, Fault, str], Cut] = {}
    anchor = ""
    for page in pages:
        sheet = page._page_box  # noqa: SLF001 - nothing public says where boxes stand
        for box in sheet.children[0].descendants():
            name = box.element.get("id", "") if box.element is not None else ""
            if item := _ITEM.fullmatch(name):
                anchor = item[1] or item[2]
            if anchor and (fault := _fault(box, sheet)):
                kind, shown = _describe(box)
                found.setdefault((anchor, fault, kind), Cut(anchor, fault, kind, shown))
    return tuple(found.values())


def _fault(box: Any, sheet: Any) -> Fault | None:
    """What is wrong with a box of text or a picture."""
    if not (hasattr(box, "replacement") or getattr(box, "text", "").strip()):
        return None
    foot = sheet.content_box_y() + sheet.height + _FOOT * sheet.margin_bottom
    left, bottom = box.content_box_x(), box.content_box_y() + box.height
    if left < -_NEAR_PX or left + box.width > sheet.margin_width() + _NEAR_PX or bottom > foot + _NEAR_PX:
        return "cut"
    is_formula = hasattr(box, "replacement") and "math" in _classes(box)
    share = _share(box) if is_formula else 1.0
    return "tiny" if share < 1 and share * box.style["font_size"] < _TINY_PX else None


def _share(formula: Any) -> float:
    """The part of its own size that a formula is shown in: a column limits its width, a page its height."""
    full, style = formula.style["width"], formula.style
    if getattr(full, "unit", "") != "px" or not full.value:
        return 1.0
    *_, ratio = formula.replacement.get_intrinsic_size(style["image_resolution"], style["font_size"])
    width = min(formula.width, formula.height * ratio) if ratio else formula.width
    return float(width / full.value)


def _describe(box: Any) -> tuple[str, str]:
    if not hasattr(box, "replacement"):
        return "text", box.text.strip()
    shown = box.element.get("alt", "") if box.element is not None else ""
    return ("formula" if "math" in _classes(box) else "picture"), shown


def _classes(box: Any) -> Iterator[str]:
    return iter((box.element.get("class") or "").split() if box.element is not None else ())
