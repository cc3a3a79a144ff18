"""What WeasyPrint's tags lack for PDF/UA-1 (ISO 14289-1), mended when the PDF is finished.

In: the HTML and WeasyPrint's objects. Changed in place: formulas are formulas (7.7), bounding boxes are in the page's
coordinates, and chapters and questions in another language say so (7.2). Read and changed: the structure tree as
`weasyprint.pdf.tags` makes it. Instead, all of it could be done with pikepdf on the PDF that is written.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from typing import Any

from exporter.print.press.refinements.objects import follow, lacks_tree, walk
from exporter.print.press.refinements.refinement import Refinement

_PT_PER_PX = 0.75
_TEX = re.compile(r'<img class="math[^"]*" alt="([^"]*)"')
_SPOKEN = re.compile(r'<(section|article)\b[^>]*\bid="([^"]+)"[^>]*\blang="([^"]+)"')
_TAGS = {"section": "/Sect", "article": "/Art"}


def _lacks(document: Any, pdf: Any) -> str:
    if lack := lacks_tree(document, pdf):
        return lack
    figures = [e for e in walk(pdf, follow(pdf, pdf.catalog["StructTreeRoot"])) if e["S"] == "/Figure"]
    if not all(len(figure.get("A", {}).get("BBox", ())) == 4 and "Pg" in figure for figure in figures):
        return "a figure has no box"
    return ""


ACCESSIBLE = Refinement(
    "accessible", "PDF/UA-1 is not wholly kept: formulas are figures, languages are not named", _lacks
)


def make_accessible(markup: str) -> Callable[[Any, Any], None]:
    """A finisher for WeasyPrint that mends the tags of a document with this HTML."""
    formulas = {html.unescape(tex) for tex in _TEX.findall(markup)}
    languages = {html.unescape(anchor): (_TAGS[tag], lang) for tag, anchor, lang in _SPOKEN.findall(markup)}

    def finish(document: Any, pdf: Any) -> None:
        elements = list(walk(pdf, follow(pdf, pdf.catalog["StructTreeRoot"])))
        _mend_elements(document, pdf, elements, formulas)
        _name_languages(document, pdf, elements, languages)

    return finish


def _mend_elements(document: Any, pdf: Any, elements: list[Any], formulas: set[str]) -> None:
    heights = {reference: page.height for reference, page in zip(pdf.page_references, document.pages, strict=True)}
    for element in elements:
        tag = element["S"]
        if tag == "/Figure":
            if getattr(element.get("Alt"), "string", None) in formulas:
                element["S"] = "/Formula"
            x1, y1, x2, y2 = element["A"]["BBox"]
            height = heights[element["Pg"]]
            element["A"]["BBox"][:] = [v * _PT_PER_PX for v in (x1, height - y2, x2, height - y1)]


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
            if element["S"] == tag and (tag == "/Art" or follow(pdf, element["P"])["S"] == "/Document"):
                by_page.setdefault(element["Pg"], []).append(element)
        for reference, page in zip(pdf.page_references, document.pages, strict=True):
            shown = [languages[anchor][1] for anchor in page.anchors if languages.get(anchor, ("", ""))[0] == tag]
            found = by_page.get(reference, [])
            for element, lang in zip(found, shown if len(shown) == len(found) else (), strict=False):
                if lang != own:
                    element["Lang"] = pydyf.String(lang)
