"""Parts of a book, typeset apart → one PDF, which has all that it would have had in one piece.

In: `Typeset` parts in order, with the anchors that their fields refer to, and the book's fonts. Out: the bytes of a PDF.
Links and destinations, outline, tags and the tree of numbers behind them are joined, each font is there once with the
glyphs that are used, equal pictures are there once, and every field holds its page number.
"""

from __future__ import annotations

import codecs
import io
import itertools
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from exporter.print import page_numbers
from exporter.print.fonts import FontSet
from exporter.print.press.page_number_fields import save
from exporter.print.press.refinements.fonts import FIELD
from exporter.print.press.sharing import share
from exporter.print.press.typeset import Typeset

_FIELD = re.compile(rb"(?<=\n)%s\n(.*)\n%s(?=\n)" % (FIELD, FIELD))
_GLYPHS = re.compile(rb"<([0-9a-f]+)>")
_OUT = "deck-page:"


@dataclass(frozen=True, slots=True)
class Bound:
    """A part with the anchors that its fields refer to, by their codes."""

    part: Typeset
    targets: tuple[str, ...]


def first_pages(parts: Sequence[Typeset]) -> Mapping[str, int]:
    """The page, from 1, on which each anchor stands; under "" the number of pages."""
    numbers = {"": sum(len(part.anchors) for part in parts)}
    for number, anchors in enumerate(itertools.chain.from_iterable(part.anchors for part in parts), 1):
        for anchor in anchors:
            numbers.setdefault(anchor, number)
    return numbers


def bind(parts: Sequence[Bound], fonts: FontSet) -> bytes:
    """The book. The first part's metadata, language and viewer settings are the book's."""
    import pikepdf

    numbers = first_pages([bound.part for bound in parts])
    book = pikepdf.open(io.BytesIO(parts[0].part.data))
    trees: list[Any] = []
    resources: list[Any] = []
    first = 1
    for bound in parts:
        source = pikepdf.open(io.BytesIO(bound.part.data)) if trees else book
        _fill_fields(source, bound, numbers, first)
        _lead_links(source, numbers)
        trees.append(_append(book, source) if trees else _gather(book))
        resources.append(book.pages[first - 1].obj.Resources)  # one dictionary for all pages of a part
        first += len(bound.part.anchors)
    _join_destinations(book, trees)
    _join_outlines(book, trees)
    _join_tags(book, trees, [len(bound.part.anchors) for bound in parts])
    share(book, [bound.part for bound in parts], resources, fonts)
    return save(book)


def _fill_fields(source: Any, bound: Bound, numbers: Mapping[str, int], first: int) -> None:
    """Write the numbers that `typeset` left places for, in the second piece of a page's content."""
    import pikepdf

    width = next(
        (w for g in bound.part.glyphs.values() if g.family == page_numbers.FAMILY for w in g.widths.values()), 0.0
    )
    for number, page in enumerate(source.pages, first):
        known = page_numbers.own_numbers(number, numbers[""])

        def write(match: re.Match[bytes], known: Mapping[int, int | None] = known) -> bytes:
            glyphs = b"".join(_GLYPHS.findall(match[1])).decode()
            if (found := page_numbers.read_field(glyphs)) is None:
                return match[1]
            code, digits, fill = found
            if code in known:
                shown = known[code]
            elif code - page_numbers.TARGETS < len(bound.targets):
                shown = numbers.get(bound.targets[code - page_numbers.TARGETS], 0)
            else:  # a style sheet has written the character itself
                return match[1]
            room = digits - len(str(numbers[""]))  # behind the number of pages, to the right of this one
            pushed = room if code == page_numbers.FLUSH_PAGE else 0
            return b"[" + page_numbers.write_number(shown, digits, fill, width, pushed) + b"] TJ"

        contents = page.obj.get("/Contents")
        if isinstance(contents, pikepdf.Array):
            contents[1].write(_FIELD.sub(write, contents[1].read_bytes()))


def _lead_links(source: Any, numbers: Mapping[str, int]) -> None:
    """Links out of a part lead to the named destination."""
    for page in source.pages:
        for link in page.obj.get("/Annots", ()):
            action = link.get("/A")
            address = str(action.URI) if action is not None and "/URI" in action else ""
            if address.startswith(_OUT) and (anchor := unquote(address.removeprefix(_OUT))) in numbers:
                del link["/A"]
                link.Dest = _name(anchor)
                if "/Contents" in link:
                    link.Contents = _name(anchor)


def _name(anchor: str) -> Any:
    """A destination's name as WeasyPrint writes it: the name tree compares bytes."""
    import pikepdf

    return pikepdf.String(anchor.encode() if anchor.isascii() else codecs.BOM_UTF16_BE + anchor.encode("utf-16-be"))


def _append(book: Any, source: Any) -> Any:
    """Add the pages of a part, and return its trees."""
    trees = source.make_indirect(_gather(source))
    with warnings.catch_warnings():  # pikepdf warns that destinations stay behind: they come with the trees
        warnings.simplefilter("ignore")
        book.pages.extend(source.pages)
    return book.copy_foreign(trees)


def _gather(source: Any) -> Any:
    """The trees of a part, under one object."""
    import pikepdf

    root = source.Root
    names = root.get("/Names")
    return pikepdf.Dictionary(
        Dests=names.Dests.Names if names is not None and "/Dests" in names else pikepdf.Array(),
        Outlines=root.get("/Outlines", pikepdf.Dictionary()),
        Tags=root.get("/StructTreeRoot", pikepdf.Dictionary()),
    )


def _join_destinations(book: Any, trees: Sequence[Any]) -> None:
    """One sorted list of named destinations (7.9.6); of two with one name the first."""
    import pikepdf

    found: dict[bytes, Any] = {}
    for tree in trees:
        for name, place in _pairs(tree.Dests):
            found.setdefault(bytes(name), (name, place))
    names = pikepdf.Array([item for _, pair in sorted(found.items()) for item in pair])
    if len(names):
        book.Root.Names = pikepdf.Dictionary(Dests=pikepdf.Dictionary(Names=names))


def _join_outlines(book: Any, trees: Sequence[Any]) -> None:
    """The parts' outlines one behind the other (12.3.3)."""
    outlines = [tree.Outlines for tree in trees if "/First" in tree.Outlines]
    if not outlines:
        return
    whole = outlines[0]
    for outline in outlines[1:]:
        last, first = whole.Last, outline.First
        last.Next, first.Prev = first, last
        item = first
        while item is not None:
            item.Parent = whole
            item = item.get("/Next")
        whole.Last = outline.Last
        whole.Count = int(whole.Count) + int(outline.Count)
    book.Root.Outlines = whole


def _join_tags(book: Any, trees: Sequence[Any], pages: Sequence[int]) -> None:
    """One structure tree (14.7.2): the documents' children under the first, their numbers behind those before them."""
    tags = [tree.Tags for tree in trees]
    if "/ParentTree" not in tags[0]:
        return
    document = tags[0].K[0]
    numbers = tags[0].ParentTree.Nums
    offset = len(numbers) // 2
    first = pages[0]
    for tag, count in zip(tags[1:], pages[1:], strict=True):
        for page in book.pages[first : first + count]:
            if "/StructParents" in page.obj:  # not in a page that is left empty
                page.obj.StructParents = int(page.obj.StructParents) + offset
            for link in page.obj.get("/Annots", ()):
                if "/StructParent" in link:
                    link.StructParent = int(link.StructParent) + offset
        for element in tag.K[0].K:
            element.P = document
            document.K.append(element)
        for key, value in _pairs(tag.ParentTree.Nums):
            numbers.extend([int(key) + offset, value])
        first += count
        offset += len(tag.ParentTree.Nums) // 2


def _pairs(items: Any) -> Iterator[tuple[Any, Any]]:
    flat = iter(items)
    return zip(flat, flat, strict=True)
