"""What a PDF shows, for tests: its words, its tags, its boxes. Lengths are in mm."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
from PIL import Image

MM = 25.4 / 72


def squash(text: str) -> str:
    """Text as it is compared: one form of each character, no spaces, no hyphens, since lines end with some, typed quotes."""
    typed = unicodedata.normalize("NFKC", text.translate(str.maketrans("′″", "'\""))).translate(
        str.maketrans("“”„‘’‚", "\"\"\"'''")
    )
    return re.sub(r"[\s\ufe0f\u200b\u00ad\ufffe\x02\u2010-]+", "", typed)


def is_printed(text: str, printed: str) -> bool:
    """Whether a text is there, whole or parted once by the end of a page."""
    parted = (text[:place] in printed and text[place:] in printed for place in range(len(text) - 1, 0, -1))
    return text in printed or any(parted)


def page_texts(file: Path) -> list[str]:
    document = pypdfium2.PdfDocument(file)
    return [page.get_textpage().get_text_range() for page in document]


def body_text(file: Path, foot: float = 18, head: float = 20.5) -> str:
    """All words in one string, without spaces, hyphens and running heads (`head` and `foot` mm of a page)."""
    return squash("\n".join(body_texts(file, foot, head)))


def body_texts(file: Path, foot: float = 18, head: float = 20.5) -> list[str]:
    """The text of each page between its running heads."""
    pieces = []
    for page in pypdfium2.PdfDocument(file):
        width, height = page.get_size()
        pieces.append(page.get_textpage().get_text_bounded(0, foot / MM, width, height - head / MM))
    return pieces


def page_sizes(file: Path) -> list[tuple[int, int]]:
    return [(round(w * MM), round(h * MM)) for w, h in (page.get_size() for page in pypdfium2.PdfDocument(file))]


def render(file: Path, page: int, dpi: int = 300) -> Image.Image:
    return pypdfium2.PdfDocument(file)[page].render(scale=dpi / 72).to_pil().convert("RGB")


def outside(file: Path, margin: float = 0) -> list[str]:
    """The words that leave the page, or come nearer to its edge than `margin` mm."""
    found = []
    for number, page in enumerate(pypdfium2.PdfDocument(file), 1):
        width, height = page.get_size()
        text = page.get_textpage()
        for index in range(text.count_rects()):
            left, bottom, right, top = text.get_rect(index)
            if left < margin / MM - 0.5 or bottom < -0.5 or right > width - margin / MM + 0.5 or top > height + 0.5:
                found.append(f"p. {number}: {text.get_text_bounded(left, bottom, right, top)!r}")
    return found


@cache
def open_pdf(file: Path, _: float = 0) -> Any:
    """Kept open: its objects live no longer than it does."""
    return pikepdf.open(file)


def elements(file: Path) -> Iterator[tuple[str, Any]]:
    """The structure elements in reading order: tag and dictionary."""
    pdf = open_pdf(file, file.stat().st_mtime)

    def walk(element: Any) -> Iterator[tuple[str, Any]]:
        if not isinstance(element, pikepdf.Dictionary) or "/S" not in element:
            return
        yield str(element.S), element
        kids = element.get("/K", [])
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            yield from walk(kid)

    for root in pdf.Root.StructTreeRoot.K:
        yield from walk(root)


def spoken(file: Path) -> str:
    """The words in the order of the tags, as a screen reader says them. All that is marked as content is in it once."""
    pdf = open_pdf(file, file.stat().st_mtime)
    marked = {page.obj.objgen: marked_text(page) for page in pdf.pages}

    def walk(element: Any) -> Iterator[str]:
        kids = element.get("/K", [])
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if not isinstance(kid, pikepdf.Dictionary):
                yield marked[element.Pg.objgen].pop(int(kid))
            elif "/S" in kid:
                yield from walk(kid)

    text = " ".join(itertools.chain.from_iterable(map(walk, pdf.Root.StructTreeRoot.K)))
    assert not any(marked.values())
    return text


def marked_text(page: Any) -> dict[int, str]:
    """The text of each piece of marked content (ISO 32000-1, 14.7.4.2) of a page, by its number."""
    found: dict[int, str] = {}
    open_marks: list[int | None] = []
    characters: dict[str, str] = {}
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "BDC":
                open_marks.append(int(operands[1].MCID))
                found[int(operands[1].MCID)] = ""
            case "BMC":
                open_marks.append(None)
            case "EMC":
                open_marks.pop()
            case "Tf":
                text = page.obj.Resources.Font[operands[0]].ToUnicode.read_bytes().decode()
                characters = dict(re.findall(r"^<(\w{4})> <(\w+)>", text, re.MULTILINE))
            case "TJ" if open_marks and open_marks[-1] is not None:
                glyphs = "".join(bytes(item).hex() for item in operands[0] if isinstance(item, pikepdf.String))
                codes = (characters.get(glyphs[i : i + 4], "") for i in range(0, len(glyphs), 4))
                found[open_marks[-1]] += bytes.fromhex("".join(codes)).decode("utf-16-be")
    return found


def pictures(file: Path) -> Counter[str]:
    """The alternative texts of everything that is drawn as a picture."""
    return Counter(str(element.Alt) for tag, element in elements(file) if tag in ("/Figure", "/Formula"))


def untagged(file: Path) -> list[str]:
    """Operators that draw outside any marked content."""
    found = []
    for number, page in enumerate(pikepdf.open(file).pages, 1):
        depth = 0
        for _, operator in pikepdf.parse_content_stream(page):
            name = str(operator)
            depth += (name in ("BDC", "BMC")) - (name == "EMC")
            if not depth and name in ("Tj", "TJ", "Do", "S", "s", "f", "f*", "B", "sh"):
                found.append(f"p. {number}: {name}")
    return found
