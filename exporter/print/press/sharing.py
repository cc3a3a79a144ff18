"""What parts of one PDF have in common is there once: the book's fonts, and equal pictures.

In: a PDF into which parts were copied, the parts, and the resources (ISO 32000-1, 7.8.3) of each. Changed in place: each
of the book's fonts is one object with the glyphs that any part shows, equal pictures are one object.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from exporter.print import page_numbers
from exporter.print.fonts import FontSet, keep_glyphs
from exporter.print.press.refinements.fonts import MISSING, Glyphs
from exporter.print.press.typeset import Typeset


def share(book: Any, parts: Sequence[Typeset], resources: Sequence[Any], fonts: FontSet) -> None:
    """Share fonts and pictures."""
    _share_fonts(book, parts, resources, fonts)
    _share_pictures(resources)


def _share_fonts(book: Any, parts: Sequence[Typeset], resources: Sequence[Any], fonts: FontSet) -> None:
    """Each of the book's fonts once, with the glyphs that any part shows, and their widths and text."""
    used: dict[str, Glyphs] = {}
    for part in parts:
        for name, glyphs in part.glyphs.items():
            known = used.setdefault(name, glyphs)
            used[name] = Glyphs(
                known.family, known.weight, {**known.widths, **glyphs.widths}, {**known.text, **glyphs.text}
            )
    shared: dict[str, Any] = {}
    for there in resources:
        for key, font in list(there.Font.items()):
            name = key[1:]
            if name in used:
                there.Font[key] = shared.setdefault(name, font)
    for name, font in shared.items():
        _make_whole(book, font, used[name], fonts)


def _make_whole(book: Any, font: Any, glyphs: Glyphs, fonts: FontSet) -> None:
    """Give a composite font (9.7) of one part all the glyphs that the book shows in it."""
    import pikepdf

    face = next(f for f in fonts.faces if (f.family, f.weight) == (glyphs.family, glyphs.weight))
    widths, text = glyphs.widths, glyphs.text
    if face.family == page_numbers.FAMILY:
        text = page_numbers.digits()
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
    return book.make_stream(
        _cmap(lines, "cidchar", entries), Type=pikepdf.Name("/CMap"), CMapName=name, CIDSystemInfo=system
    )


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


def _share_pictures(resources: Sequence[Any]) -> None:
    """Equal pictures, with equal masks, are one object."""
    import pikepdf

    known: dict[bytes, Any] = {}
    for there in resources:
        pictures = there.get("/XObject", pikepdf.Dictionary())
        for name, picture in list(pictures.items()):
            if picture.get("/Subtype") == "/Image":
                form = [
                    str(picture.get(key))
                    for key in ("/Width", "/Height", "/ColorSpace", "/BitsPerComponent", "/Filter")
                ]
                digest = hashlib.sha256(" ".join(form).encode() + picture.read_raw_bytes())
                if "/SMask" in picture:
                    digest.update(picture.SMask.read_raw_bytes())
                pictures[name] = known.setdefault(digest.digest(), picture)
