"""WeasyPrint's tags without those that say nothing (ISO 32000-1, 14.7 and 14.8), when the PDF is finished.

In: WeasyPrint's objects. Changed in place: a `Span`, `NonStruct` or `Div` without attributes gives what it holds to the
element above it, text that is shown in one go is marked in one piece, a link within itself is one link, and what the tree
does not reach – running heads – is an artifact. Words and their order stay. Most elements go: they were most of the time
and memory that it took to bind a book. Read and changed: the structure tree as `weasyprint.pdf.tags` makes it, and how pages
mark their content. Instead, all of it could be done with pikepdf on the PDF that is written, in several times the time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from exporter.print.press.refinements.objects import content, follow, lacks_tree, walk
from exporter.print.press.refinements.refinement import Refinement

TAGS = Refinement("tags", "tags are many more than say something, and files larger", lacks_tree)

_PLAIN = {"Type", "S", "K", "Pg", "P"}
_MUTE = {"/Span", "/NonStruct", "/Div", "/Link"}
"""Elements that say nothing without attributes; a link, without an annotation."""

_HOLDS_LINES = re.compile("/(P|H[1-6]|Link)")
_HOLDS_TEXT = _MUTE | {"/TH", "/TD", "/LBody", "/Lbl", "/Caption"}
_NEAR_PT = 1
_LINE_PT = 6.0
"""How much higher than a line of text the code or the emphasis in it may reach."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a piece of content stands in the tree: an element, and the index among its kids."""

    element: Any
    index: int


def thin_tags(pdf: Any) -> None:
    """Leave of the structure tree what says something."""
    root = follow(pdf, pdf.catalog["StructTreeRoot"])
    _thin(pdf, follow(pdf, root["K"][0]), None)
    elements = list(walk(pdf, root))
    places: dict[bytes, dict[int, _Place]] = {reference: {} for reference in pdf.page_references}
    for element in elements:
        for index, kid in enumerate(element["K"]):
            if isinstance(kid, int):
                places[element["Pg"]][kid] = _Place(element, index)
    numbers = {page: _mark(pdf, page, found) for page, found in places.items()}
    _number(pdf, root, elements, numbers)
    for element in elements[1:]:
        _close(element)


def _thin(pdf: Any, element: Any, link: Any) -> None:
    """Thin what is below an element. `link` is the annotation of the link that it is part of."""
    import pydyf

    below = [follow(pdf, kid) if isinstance(kid, bytes) else kid for kid in element["K"]]
    has_lines = _HOLDS_LINES.fullmatch(element["S"]) is not None
    in_lines = has_lines or any(map(_is_text, below))
    takes_text = has_lines or (element["S"] in _HOLDS_TEXT and (in_lines or len(below) == 1))
    element["K"] = kids = pydyf.Array()
    for kid in below:
        if isinstance(kid, int):
            kids.append(kid)
        elif "Obj" in kid:
            annotation = follow(pdf, kid["Obj"])
            if link and _repeats(annotation, link):
                follow(pdf, element["Pg"])["Annots"].remove(annotation.reference)
            else:
                link = annotation
                kids.append(pydyf.Dictionary({"Type": "/OBJR", "Obj": annotation.reference}))
        else:
            _thin(pdf, kid, link)
            if not _is_mute(pdf, kid, element):
                kids.append(kid.reference)
            elif takes_text or not any(isinstance(item, int) for item in kid["K"]):
                kids.extend(kid["K"])
            else:
                kid["S"] = "/Span" if in_lines else "/P"
                kids.append(kid.reference)
    below = [follow(pdf, kid) for kid in kids if isinstance(kid, bytes)]
    for kid in below:
        kid["P"] = element.reference
    if element["S"] == "/TR":
        _name_heads([kid for kid in below if kid["S"] in ("/TH", "/TD")])


def _name_heads(cells: Sequence[Any]) -> None:
    """Say which cells a row's heads are for by the attribute for it (14.8.5.7), which needs no ids and no tree of ids."""
    for index, cell in enumerate(cells):
        cell.pop("ID", None)
        cell["A"].pop("Headers", None)
        if cell["S"] == "/TH":
            cell["A"]["Scope"] = "/Row" if any(other["S"] == "/TD" for other in cells[index:]) else "/Column"
        elif len(cell["A"]) == 1:
            del cell["A"]


def _is_text(kid: Any) -> bool:
    """Whether this is WeasyPrint's element for a run of text. Beside one there are no blocks."""
    return isinstance(kid, dict) and kid.get("S") == "/Span" and len(kid["K"]) == 1 and isinstance(kid["K"][0], int)


def _is_mute(pdf: Any, element: Any, parent: Any) -> bool:
    """Whether an element says nothing, or is the part of a heading or paragraph that WeasyPrint makes for its lines."""
    tag = element["S"]
    if element.keys() - _PLAIN or any(isinstance(kid, dict) for kid in element["K"]):
        return False
    if any(isinstance(kid, bytes) and follow(pdf, kid)["S"] == "/Caption" for kid in element["K"]):
        return False  # it says what the caption belongs to
    return tag in _MUTE or (tag == parent["S"] and _HOLDS_LINES.fullmatch(tag) is not None)


def _repeats(annotation: Any, link: Any) -> bool:
    """Whether an annotation leads where that of the link around it leads, from a part of its place."""
    (left, low, right, high), (first, foot, last, head) = annotation.get("Rect"), link["Rect"]
    targets = [item.get("Dest") or item.get("A") for item in (annotation, link)]
    inside = first - _NEAR_PT <= left <= right <= last + _NEAR_PT
    inside = inside and min(foot, head) - _LINE_PT <= min(low, high) and max(low, high) <= max(foot, head) + _LINE_PT
    return inside and all(targets) and targets[0].data == targets[1].data


def _mark(pdf: Any, page: bytes, places: Mapping[int, _Place]) -> Mapping[int, int]:
    """Mark a page's content in as few pieces as the tree allows; returns the new number of each piece by its old one."""
    import pydyf

    drawing = content(pdf, page)
    numbers: dict[int, int] = {}
    stream: list[Any] = []
    marks: list[_Place | None] = []  # those that are open; None is an artifact
    closed: _Place | None = None
    count = 0
    for operation in drawing.stream:
        stream.append(operation)
        if operation == b"EMC":
            closed = marks.pop()
        elif operation in (b"BDC", b"BMC"):
            stream.pop()
            number = stream.pop()["MCID"] if operation == b"BDC" else -1
            tag = stream.pop()
            place = places.get(number)
            marks.append(place)
            if stream[-1:] == [b"EMC"] and _follows(place, closed):
                stream.pop()
            elif place is None:
                stream += ["/Artifact", b"BMC"]
            else:
                stream += [tag, pydyf.Dictionary({"MCID": count}), b"BDC"]
                count += 1
            if place:
                numbers[number] = count - 1
    drawing.stream = stream
    return numbers


def _follows(place: _Place | None, other: _Place | None) -> bool:
    """Whether content is the next kid of the same element, or an artifact like what was shown before it."""
    if place is None or other is None:
        return place is other
    return place.element is other.element and place.index == other.index + 1


def _number(pdf: Any, root: Any, elements: Sequence[Any], numbers: Mapping[bytes, Mapping[int, int]]) -> None:
    """Give content its numbers, and the tree of numbers (14.7.4.4) its owners: by page, then of each link."""
    import pydyf

    owners: dict[bytes, dict[int, bytes]] = {page: {} for page in numbers}
    links: list[bytes] = []
    for element in elements:
        kids = pydyf.Array()
        for kid in element["K"]:
            if isinstance(kid, int):
                number = numbers[element["Pg"]].get(kid)
                if number is not None and number not in owners[element["Pg"]]:
                    owners[element["Pg"]][number] = element.reference
                    kids.append(number)
                continue
            kids.append(kid)
            if isinstance(kid, dict):
                follow(pdf, kid["Obj"])["StructParent"] = len(numbers) + len(links)
                links.append(element.reference)
        element["K"] = kids
    pages = [pydyf.Array(owner for _, owner in sorted(found.items())) for found in owners.values()]
    follow(pdf, root["ParentTree"])["Nums"] = pydyf.Array(item for pair in enumerate([*pages, *links]) for item in pair)


def _close(element: Any) -> None:
    """Leave out what an element need not say: its type, a page without content of its own, a list of one."""
    del element["Type"]
    if all(isinstance(kid, bytes) for kid in element["K"]):
        element.pop("Pg", None)
    if len(element["K"]) == 1:
        element["K"] = element["K"][0]
