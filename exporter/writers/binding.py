"""Parts of a book, typeset apart → one PDF, which has all that it would have had in one piece.

In: `Typeset` parts in order, with the anchors that their fields refer to, and the book's fonts. Out: the bytes of a PDF.
Links and destinations, outline, tags and the tree of numbers behind them are joined, each font is there once with the
glyphs that are used, equal pictures are there once, and every field holds its page number.
"""

from __future__ import annotations

import codecs
import hashlib
import io
import itertools
import re
import warnings
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from exporter import folios
from exporter.fonts import FontSet, keep_glyphs
from exporter.writers.typeset import MISSING, Glyphs, Typeset

_FIELD = re.compile(rb"<([0-9a-f]+)>")
_OUT = "deck-page:"


@dataclass(frozen=True, slots=True)
class Bound:
    """A part with the anchors that its fields refer to, by their codes."""

    part: Typeset
    targets: tuple[str, ...]


def page_numbers(parts: Sequence[Typeset]) -> Mapping[str, int]:
    """The page, from 1, on which each anchor stands; under "" the number of pages."""
    numbers = {"": sum(len(part.anchors) for part in parts)}
    for number, anchors in enumerate(itertools.chain.from_iterable(part.anchors for part in parts), 1):
        for anchor in anchors:
            numbers.setdefault(anchor, number)
    return numbers


def bind(parts: Sequence[Bound], fonts: FontSet) -> bytes:
    """The book. The first part's metadata, language and viewer settings are the book's."""
    import pikepdf

    numbers = page_numbers([bound.part for bound in parts])
    book = pikepdf.open(io.BytesIO(parts[0].part.data))
    sources = [book, *(pikepdf.open(io.BytesIO(bound.part.data)) for bound in parts[1:])]
    first = 1
    for number, (bound, source) in enumerate(zip(parts, sources, strict=True)):
        _tell_cells_apart(source, number)
        _fill_fields(source, bound, numbers, first)
        _lead_links(source, numbers)
        first += len(source.pages)
    trees = [_gather(book)]
    for source in sources[1:]:
        trees_there = source.make_indirect(_gather(source))
        with warnings.catch_warnings():  # pikepdf warns that destinations stay behind: they come below
            warnings.simplefilter("ignore")
            book.pages.extend(source.pages)
        trees.append(book.copy_foreign(trees_there))
    _join_destinations(book, trees)
    _join_outlines(book, trees)
    _join_tags(book, trees, [len(bound.part.anchors) for bound in parts])
    _share_fonts(book, parts, fonts)
    _share_pictures(book)
    out = io.BytesIO()
    book.remove_unreferenced_resources()
    book.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return out.getvalue()


def _fill_fields(source: Any, bound: Bound, numbers: Mapping[str, int], first: int) -> None:
    """Write the numbers that `typeset` left places for: every other piece of a page's content is a field."""
    import pikepdf

    width = next((w for g in bound.part.glyphs.values() if g.family == folios.FAMILY for w in g.widths.values()), 0.0)
    for number, page in enumerate(source.pages, first):
        known = {folios.PAGE: number, folios.PAGES: numbers[""]}
        contents = page.obj.Contents
        for piece in list(contents)[1::2] if isinstance(contents, pikepdf.Array) else ():
            glyphs = b"".join(_FIELD.findall(piece.read_raw_bytes())).decode()
            if (found := folios.read_field(glyphs)) is None:
                continue
            code, digits, fill = found
            shown = known[code] if code in known else numbers.get(bound.targets[code - folios.TARGETS], 0)
            piece.write(b"[" + folios.write_number(shown, digits, fill, width) + b"] TJ")


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


def _tell_cells_apart(source: Any, number: int) -> None:
    """Give the table cells of a part ids that no other part has (14.7.2): WeasyPrint counts them in each anew."""
    import pikepdf

    for item in source.objects:
        if isinstance(item, pikepdf.Dictionary) and item.get("/S") in (pikepdf.Name.TH, pikepdf.Name.TD):
            if "/ID" in item:
                item.ID = pikepdf.String(f"{number}-{item.ID}")
            if "/A" in item and "/Headers" in item.A:
                item.A.Headers = pikepdf.Array([pikepdf.String(f"{number}-{head}") for head in item.A.Headers])


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


def _share_fonts(book: Any, parts: Sequence[Bound], fonts: FontSet) -> None:
    """Each of the book's fonts once, with the glyphs that any part shows, and their widths and text."""
    used: dict[str, Glyphs] = {}
    for bound in parts:
        for name, glyphs in bound.part.glyphs.items():
            known = used.setdefault(name, glyphs)
            used[name] = Glyphs(known.family, known.weight, {**known.widths, **glyphs.widths}, {**known.text, **glyphs.text})
    shared: dict[str, Any] = {}
    for page in book.pages:
        known = page.obj.Resources.Font  # one dictionary for all pages of a part, and what they show
        for key, font in list(known.items()):
            name = key[1:]
            if name in used:
                known[key] = shared.setdefault(name, font)
    for name, font in shared.items():
        _make_whole(book, font, used[name], fonts)


def _make_whole(book: Any, font: Any, glyphs: Glyphs, fonts: FontSet) -> None:
    """Give a composite font (9.7) of one part all the glyphs that the book shows in it."""
    import pikepdf

    face = next(f for f in fonts.faces if (f.family, f.weight) == (glyphs.family, glyphs.weight))
    widths, text = glyphs.widths, glyphs.text
    if face.family == folios.FAMILY:
        text = folios.digits()
        widths = dict.fromkeys(text, next(iter(widths.values())))
    missing = {glyph for glyph in text if glyph >= MISSING}
    data = keep_glyphs(face, text.keys() - missing)
    descendant = font.DescendantFonts[0]
    descendant.FontDescriptor.FontFile2 = book.make_stream(data, Length1=len(data))
    if missing:
        widths = {**widths, 0: widths[min(missing)]}
    descendant.W = pikepdf.Array([item for gid in sorted(widths) for item in (gid, pikepdf.Array([widths[gid]]))])
    font.Encoding = _encoding(book, sorted(text), missing) if missing else pikepdf.Name("/Identity-H")
    font.ToUnicode = book.make_stream(_unicode_map(text))


def _encoding(book: Any, codes: Sequence[int], missing: Collection[int]) -> Any:
    """A CMap (9.7.5.3) that shows the box of glyph 0 for each missing glyph."""
    import pikepdf

    lines = [
        "/CIDInit /ProcSet findresource begin", "12 dict begin", "begincmap", "/CIDSystemInfo 3 dict dup begin",
        "/Registry (Adobe) def", "/Ordering (Identity) def", "/Supplement 0 def", "end def",
        "/CMapName /Deck-Encoding def", "/CMapType 1 def", "1 begincodespacerange", "<0000> <ffff>", "endcodespacerange",
    ]  # fmt: skip
    entries = [f"<{code:04x}> {0 if code in missing else code}" for code in codes]
    system = pikepdf.Dictionary(Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0)
    name = pikepdf.Name("/Deck-Encoding")
    return book.make_stream(_cmap(lines, "cidchar", entries), Type=pikepdf.Name("/CMap"), CMapName=name, CIDSystemInfo=system)


def _unicode_map(text: Mapping[int, str]) -> bytes:
    """A ToUnicode CMap (9.10.3)."""
    lines = [
        "/CIDInit /ProcSet findresource begin", "12 dict begin", "begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def", "/CMapType 2 def",
        "1 begincodespacerange", "<0000> <ffff>", "endcodespacerange",
    ]  # fmt: skip
    entries = [f"<{gid:04x}> <{shown.encode('utf-16-be').hex()}>" for gid, shown in sorted(text.items()) if shown]
    return _cmap(lines, "bfchar", entries)


def _cmap(head: Sequence[str], kind: str, entries: Sequence[str]) -> bytes:
    """A CMap with these entries, at most 100 in a section (Adobe's CMap specification)."""
    lines = [*head]
    for start in range(0, len(entries), 100):
        section = entries[start : start + 100]
        lines.extend((f"{len(section)} begin{kind}", *section, f"end{kind}"))
    lines.extend(("endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"))
    return "\n".join(lines).encode()


def _share_pictures(book: Any) -> None:
    """Equal pictures are one object."""
    import pikepdf

    known: dict[bytes, Any] = {}
    for page in book.pages:
        pictures = page.obj.Resources.get("/XObject", pikepdf.Dictionary())
        for name, picture in list(pictures.items()):
            if picture.get("/Subtype") == "/Image" and "/SMask" not in picture:
                digest = hashlib.sha256(picture.read_raw_bytes()).digest()
                pictures[name] = known.setdefault(digest, picture)
