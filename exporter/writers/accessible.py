"""What WeasyPrint's tags lack for PDF/UA-1 (ISO 14289-1), mended when the PDF is finished.

In: the HTML and WeasyPrint's objects. Changed in place: running heads become artifacts (7.1: they are no content), a
heading no longer holds itself, formulas are formulas (7.7), bounding boxes are in the page's coordinates, and chapters
and questions in another language say so (7.2).
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from exporter.pages import Part

_PT_PER_PX = 0.75
_HEADING = re.compile(r"<(/?)h([1-6])\b")
_TEX = re.compile(r'<img class="math[^"]*" alt="([^"]*)"')
_SPOKEN = re.compile(r'<(section|article)\b[^>]*\bid="([^"]+)"[^>]*\blang="([^"]+)"')
_TAGS = {"section": "/Sect", "article": "/Art"}


def level_headings(parts: Sequence[Part]) -> tuple[Part, ...]:
    """The parts of a book, in which no heading is more than one level below the one before it (7.4.2)."""
    stack: list[int] = []
    now: list[int] = []

    def change(match: re.Match[str]) -> str:
        if match[1]:
            return f"</h{now.pop()}"
        level = int(match[2])
        while stack and stack[-1] >= level:
            stack.pop()
        stack.append(level)
        now.append(len(stack))
        return f"<h{len(stack)}"

    return tuple(replace(part, html=_HEADING.sub(change, part.html)) for part in parts)


def make_accessible(markup: str) -> Callable[[Any, Any], None]:
    """A finisher for WeasyPrint that mends the tags of a document with this HTML."""
    formulas = {html.unescape(tex) for tex in _TEX.findall(markup)}
    languages = {html.unescape(anchor): (_TAGS[tag], lang) for tag, anchor, lang in _SPOKEN.findall(markup)}

    def finish(document: Any, pdf: Any) -> None:
        root = _follow(pdf, pdf.catalog["StructTreeRoot"])
        elements = list(_elements(pdf, root))
        _mend_elements(document, pdf, elements, formulas)
        _make_artifacts(pdf, root, {element.number for element in elements})
        _name_languages(document, pdf, elements, languages)

    return finish


def _follow(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]


def _elements(pdf: Any, parent: Any) -> Iterator[Any]:
    """The structure elements below one, in reading order."""
    for kid in parent.get("K", ()):
        if isinstance(kid, bytes):
            element = _follow(pdf, kid)
            if isinstance(element, dict) and element.get("Type") == "/StructElem":
                yield element
                yield from _elements(pdf, element)


def _mend_elements(document: Any, pdf: Any, elements: list[Any], formulas: set[str]) -> None:
    heights = {reference: page.height for reference, page in zip(pdf.page_references, document.pages, strict=True)}
    for element in elements:
        tag = element["S"]
        if re.fullmatch(r"/H[1-6]", tag) and _follow(pdf, element["P"]).get("S") == tag:
            element["S"] = "/NonStruct"
        elif tag == "/Figure":
            if getattr(element.get("Alt"), "string", None) in formulas:
                element["S"] = "/Formula"
            x1, y1, x2, y2 = element["A"]["BBox"]
            height = heights[element["Pg"]]
            element["A"]["BBox"][:] = [v * _PT_PER_PX for v in (x1, height - y2, x2, height - y1)]


def _make_artifacts(pdf: Any, root: Any, reachable: set[int]) -> None:
    """Marked content that the tree does not reach is no content: WeasyPrint's margin boxes."""
    numbers = _follow(pdf, root["ParentTree"])["Nums"]
    pages = [pdf.objects[number] for number in pdf.pages["Kids"][::3]]
    for page_number, page in enumerate(pages):
        owners = numbers[2 * page_number + 1]
        loose = {mcid for mcid, owner in enumerate(owners) if int(owner.split()[0]) not in reachable}
        if not loose:
            continue
        owners[:] = ["null" if mcid in loose else owner for mcid, owner in enumerate(owners)]
        stream = _follow(pdf, page["Contents"]).stream
        for index in range(len(stream) - 1, 1, -1):
            if (
                stream[index] == b"BDC"
                and isinstance(stream[index - 1], dict)
                and stream[index - 1].get("MCID") in loose
            ):
                stream[index - 2 : index + 1] = [b"/Artifact", b"BMC"]


def _name_languages(document: Any, pdf: Any, elements: list[Any], languages: Mapping[str, tuple[str, str]]) -> None:
    """Each page's part of a chapter or question in another language than the document's says which.

    WeasyPrint makes an element and repeats the anchor for each page that a box stands on: they are in one order.
    """
    import pydyf

    own = document.metadata.lang
    if all(lang == own for _, lang in languages.values()):
        return
    for tag in ("/Sect", "/Art"):
        by_page: dict[bytes, list[Any]] = {}
        for element in elements:
            if element["S"] == tag and (tag == "/Art" or _follow(pdf, element["P"])["S"] == "/Document"):
                by_page.setdefault(element["Pg"], []).append(element)
        for reference, page in zip(pdf.page_references, document.pages, strict=True):
            shown = [languages[anchor][1] for anchor in page.anchors if languages.get(anchor, ("", ""))[0] == tag]
            found = by_page.get(reference, [])
            for element, lang in zip(found, shown if len(shown) == len(found) else (), strict=False):
                if lang != own:
                    element["Lang"] = pydyf.String(lang)
