"""Figures that just do not fit on a page shrink a little, so that the page is not left half empty.

WeasyPrint moves a figure that does not fit to the next page, and knows nothing else to do. Here, in that very moment, it
is asked again with a smaller picture. Where pages are left half empty still, all figures are made a little smaller, if
that makes it better. Changed while it lasts: `block_level_layout_switch` (`weasyprint.layout.block`); read: the boxes of
pages, which say where text ends. Instead, with anchors around each figure, public pages would say where figures stand, and
the whole document could be laid out again with smaller ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from exporter.print.press.refinements.refinement import Refinement, lacks_attributes, lacks_parameters

SMALLEST = 0.64
"""No picture is shrunk to less than this part of the size that it would have: its words must stay readable."""

_LOWEST_PX = 110.0
_SHARES = (0.88, 0.76)
_ENOUGH = 0.35
_USUAL = 0.1
_SCANT = 0.85
_OWN = ("context", "box", "bottom_space", "skip_stack", "containing_block", "page_is_empty", "absolute_boxes",
        "fixed_boxes", "adjoining_margins")  # fmt: skip
_STEPS = (0.97, 0.92, 0.87, 0.82, 0.77, 0.72, 0.67, 0.62)


def _lacks() -> str:
    from weasyprint.css import properties
    from weasyprint.document import Page
    from weasyprint.formatting_structure.boxes import PageBox
    from weasyprint.layout import block

    return (
        lacks_parameters(getattr(block, "block_level_layout_switch", None), *_OWN)
        or lacks_parameters(Page, "page_box")
        or lacks_attributes(PageBox, "descendants", "content_box_y")
        or lacks_attributes(properties, "Dimension")
    )


FIGURES = Refinement("shrunk_figures", "a figure that just does not fit leaves its page half empty", _lacks)


def lay_out(render: Callable[[str], Any], markup: str) -> Any:
    """The document that leaves the least room empty, of what `render` makes of the HTML with figures of several heights."""
    with _shrinking_figures():
        best = render(markup)
        least = _emptiness(best)
        for share in _SHARES:
            if least <= _ENOUGH:
                break
            style = f"<style>:root {{ --figure-share: {share} }}</style></head>"
            other = render(markup.replace("</head>", style, 1))
            if (emptiness := _emptiness(other)) < least - 0.1:
                best, least = other, emptiness
    return best


def _emptiness(document: Any) -> float:
    """How many pages' worth of room is empty at the feet of pages; 0 where there are no figures to shrink."""
    roots = [page._page_box.children[0] for page in document.pages]  # noqa: SLF001
    if not any(_is_figure(box) and any(_pictures(box)) for root in roots for box in root.descendants()):
        return 0.0
    gaps = [_gap(page._page_box) for page in document.pages]  # noqa: SLF001 - nothing public says where text ends
    scant = 0.3 if len(gaps) > 1 and gaps[-1] > _SCANT else 0.0
    return sum(max(0.0, gap - _USUAL) for gap in gaps[:-1]) + scant


def _gap(page: Any) -> float:
    """The part of a page's height that is empty at its foot; 0 for a turned page."""
    if page.width > page.height:
        return 0.0
    boxes = (box for box in page.children[0].descendants() if hasattr(box, "text") or hasattr(box, "replacement"))
    foot = max((box.position_y + box.height for box in boxes), default=0.0)
    return float(max(0.0, page.content_box_y() + page.height - foot) / page.height)


@contextmanager
def _shrinking_figures() -> Iterator[None]:
    """While this lasts, figures shrink into the room that is left."""
    from weasyprint.layout import block

    original = block.block_level_layout_switch

    def layout(context: Any, box: Any, bottom_space: float, skip_stack: Any, containing_block: Any, page_is_empty: bool,  # noqa: FBT001, PLR0913, PLR0917 - WeasyPrint's own arguments
               absolute_boxes: Any, fixed_boxes: Any, adjoining_margins: Any, *rest: Any) -> Any:  # fmt: skip
        margins = list(adjoining_margins)
        shared = (absolute_boxes, fixed_boxes)
        result = original(
            context, box, bottom_space, skip_stack, containing_block, page_is_empty, *shared, adjoining_margins, *rest
        )
        if result[0] is not None or page_is_empty or skip_stack or not _is_figure(box):
            return result
        pictures = list(_pictures(box))
        room = context.page_bottom - bottom_space - box.position_y
        full = max((_height(picture, containing_block.width) for picture in pictures), default=0.0)
        styles = [picture.style for picture in pictures]
        try:
            for height in (room * step for step in _STEPS if room * step < full):
                if height < max(full * SMALLEST, _LOWEST_PX):
                    break
                for picture, style in zip(pictures, styles, strict=True):
                    picture.style = _at_most(style, height)
                smaller = original(
                    context, box, bottom_space, skip_stack, containing_block, page_is_empty, *shared, [*margins], *rest
                )
                if smaller[0] is not None:
                    return smaller
        finally:
            for picture, style in zip(pictures, styles, strict=True):  # pages are laid out more than once
                picture.style = style
        return result

    block.block_level_layout_switch = layout
    try:
        yield
    finally:
        block.block_level_layout_switch = original


def _is_figure(box: Any) -> bool:
    classes = (box.element.get("class") or "").split() if box.element is not None else ()
    return "figure" in classes and "wide" not in classes and not box.element_tag.endswith(("::before", "::after"))


def _pictures(box: Any) -> Iterator[Any]:
    return (child for child in box.descendants() if hasattr(child, "replacement"))


def _height(picture: Any, width: float) -> float:
    """The height in px that a picture has where there is room enough."""
    style = picture.style
    own_width, own_height, ratio = picture.replacement.get_intrinsic_size(style["image_resolution"], style["font_size"])
    if not own_width or not own_height or not ratio:
        return 0.0
    highest = style["max_height"]
    limit = highest.value if getattr(highest, "unit", "") == "px" else own_height
    return float(min(own_height, limit, width / ratio))


def _at_most(style: Any, height: float) -> Any:
    from weasyprint.css.properties import Dimension

    lower = style.copy()
    lower["max_height"] = Dimension(height, "px")
    return lower
