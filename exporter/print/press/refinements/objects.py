"""The objects of a PDF that WeasyPrint is about to write, and its structure tree (ISO 32000-1, 14.7.2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from exporter.print.press.refinements.refinement import lacks_attributes

_ROOT = "StructTreeRoot"


def follow(pdf: Any, reference: bytes) -> Any:
    """What a reference such as b"12 0 R" names."""
    return pdf.objects[int(reference.split()[0])]


def walk(pdf: Any, parent: Any) -> Iterator[Any]:
    """The structure elements below one, in reading order."""
    for kid in parent["K"]:
        if isinstance(kid, bytes) and "S" in (element := follow(pdf, kid)):
            yield element
            yield from walk(pdf, element)


def content(pdf: Any, page: bytes) -> Any:
    """The stream that draws a page."""
    return follow(pdf, follow(pdf, page)["Contents"])


def lacks_pages(document: Any, pdf: Any) -> str:
    """What is wrong with the pages: each has one stream of content, a list of operations."""
    lack = lacks_attributes(pdf, "objects", "page_references", "pages") or lacks_attributes(document, "pages", "fonts")
    if lack:
        return lack
    if len(document.pages) != len(pdf.page_references):
        return "pages have no references"
    for reference in pdf.page_references:
        page = follow(pdf, reference)
        if not isinstance(page.get("Contents"), bytes):
            return "a page has no content"
        if not isinstance(getattr(content(pdf, reference), "stream", None), list):
            return "a page's content is no list"
    return ""


def lacks_tree(document: Any, pdf: Any) -> str:
    """What is wrong with the structure tree: it is one of dictionaries, whose kids are numbers and references."""
    if lack := lacks_pages(document, pdf):
        return lack
    if _ROOT not in pdf.catalog or not {"K", "ParentTree"} <= (root := follow(pdf, pdf.catalog[_ROOT])).keys():
        return "there is no structure tree"
    elements = list(walk(pdf, root))
    if not elements or elements[0]["S"] != "/Document":
        return "the structure tree has no document"
    for element in elements:
        if not isinstance(element.get("K"), list) or "P" not in element:
            return f"an element {element['S']} has no kids or no parent"
        if not all(isinstance(kid, int | bytes) for kid in element["K"]):
            return f"an element {element['S']} has kids of another kind"
        if "Pg" not in element and any(isinstance(kid, int) for kid in element["K"]):
            return f"an element {element['S']} has no page"
    return ""
