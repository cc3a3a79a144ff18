"""Pages with each refinement of WeasyPrint's switched off in turn, and with a WeasyPrint of another shape."""

from __future__ import annotations

import importlib
import io
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from pydoc import locate
from typing import Any

import pikepdf
import pytest
from PIL import Image
from weasyprint.images import RasterImage

from exporter.config import load_config
from exporter.machinery.cache import Cache
from exporter.machinery.workers import Work, Workers
from exporter.markup.math import MathJax
from exporter.pipeline.book import read_book
from exporter.print.forms import write_forms
from exporter.print.pages import render_here
from exporter.print.press import refinements
from exporter.print.press.press import Press
from exporter.print.press.refinements import EDGES, FONTS, LIGATURES, MIDDLE, OUTLINES, PNGS, REFINEMENTS, STYLES, WORDS
from exporter.print.press.refinements.png_data import png_as_it_is
from exporter.print.press.refinements.refinement import Refinement
from exporter.print.press.typeset import Typeset
from exporter.print.print_shop import PrintShop
from tests.conftest import ROOT, Deck, Run
from tests.printed import body_text

pytestmark = pytest.mark.xdist_group("refinements")  # one refined print

LONG = "Some words, and some more of them, until a page is half full. " * 30
NOTES = {
    "deck.toml": "[print]\naccessible = true\n",
    "source/a.md": """# One

## 1. What is first?

See [the second](#2-what-is-second), $e^{i\\pi} = -1$ and \U00100001.

| a | b |
|---|---|
| 1 | *two* |

## 2. What is second?

- One
- Two **words**
""",
    "source/b.md": f"---\nlang: zh\n---\n# 二\n\n## 3. 什么是第三?\n\n\U00100002 {LONG}\n\n![a picture](p.png)\n",
}


class Here(Workers):
    """Work in this process, where a refinement can be switched off."""

    def run(self, function: Callable[[Any], Any], works: Sequence[Work[Any]], tell: Any = lambda *_: None) -> list[Any]:
        results = [function(work.argument) for work in works]
        for place, result in enumerate(results):
            tell(place, result)
        return results


class Written:
    """The PDFs of the notes, by form, and what was said about them."""

    def __init__(self, root: Path, *forms: str) -> None:
        config = replace(load_config(root).value, outputs=forms)
        book = read_book(config, root / "out").value
        shop = PrintShop(Here(1), Cache(None))
        made = write_forms(book, config, render_here(MathJax()), 0, shop)
        self.data = {form.key: form.data for form in made.value}
        self.said = [d for d in made.diagnostics if d.code == "print-unrefined"]

    def shown(self) -> Mapping[str, tuple[str, int, int]]:
        """Of each form the words, and how many pictures and links there are."""
        margins = {"handout": {}, "flashcards": {"foot": 0, "head": 0}}
        texts = {key: body_text(data, **margins[key]) for key, data in self.data.items()}
        # a font may show two characters with one glyph, and a book that shares it knows one of them
        return {key: (text.replace("•", "·"), *count(self.data[key])) for key, text in texts.items()}


def count(data: bytes) -> tuple[int, int]:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        links = sum(len(page.obj.get("/Annots", ())) for page in pdf.pages)
        pictures = {item.objgen for item in pdf.objects if getattr(item, "get", dict)("/Subtype") == "/Image"}
    return len(pictures), links


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("notes")
    (root / "source").mkdir()
    for name, text in NOTES.items():
        (root / name).write_text(text, encoding="utf-8")
    Image.new("RGB", (700, 700), "teal").save(root / "source/p.png")
    return root


@pytest.fixture(scope="module")
def refined(notes: Path) -> Written:
    return Written(notes, "handout", "flashcards")


def test_all_refinements_fit_the_weasyprint_that_is_here(refined: Written) -> None:
    assert len(refined.data) == 2
    assert refined.said == []


@pytest.mark.parametrize("off", REFINEMENTS, ids=lambda refinement: refinement.name)
def test_without_one_nothing_is_lost(
    off: Refinement, notes: Path, refined: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: set[str] = set()
    own = Press.has

    def has(press: Press, refinement: Refinement, *made: Any) -> bool:
        asked.add(refinement.name)
        return refinement is not off and own(press, refinement, *made)

    monkeypatch.setattr(Press, "has", has)
    form = "flashcards" if off in (MIDDLE, FONTS) else "handout"
    plain = Written(notes, form)
    assert off.name in asked
    words, pictures, links = refined.shown()[form]
    assert plain.shown()[form][:2] == (words, pictures)
    assert plain.shown()[form][2] >= links
    if off not in (
        STYLES,
        OUTLINES,
        PNGS,
        EDGES,
        LIGATURES,
        WORDS,
    ):  # these save time, or only look, or have nothing to do here
        assert plain.data[form] != refined.data[form]


TARGETS = {
    "styles": "weasyprint.css.StyleFor.set_computed_styles",
    "leaders": "weasyprint.layout.inline.handle_leader",
    "shrunk_figures": "weasyprint.layout.block.block_level_layout_switch",
    "fonts": "weasyprint.pdf.fonts.Font.get_unused_glyph_id",
}


@pytest.mark.parametrize("name", TARGETS)
def test_a_function_of_another_shape_is_left_alone(
    name: str, notes: Path, refined: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    own: Any = locate(TARGETS[name])

    def other(*arguments: Any, **more: Any) -> Any:
        return own(*arguments, **more)

    monkeypatch.setattr(TARGETS[name], other)
    plain = Written(notes, "handout")
    assert plain.shown()["handout"][0] == refined.shown()["handout"][0]
    (said,) = plain.said
    assert "other takes arguments, more" in said.message
    assert next(one.without for one in REFINEMENTS if one.name == name) in said.message


@pytest.mark.parametrize("refinement", REFINEMENTS, ids=lambda refinement: refinement.name)
def test_each_says_what_it_changes_and_what_could_stand_instead(refinement: Refinement) -> None:
    module = importlib.import_module(f"{refinements.__name__}.{refinement.name}")
    said = " ".join((module.__doc__ or "").split())
    assert "hanged" in said
    assert "Instead, " in said or "No public interface stands near" in said


def png(picture: Image.Image) -> bytes:
    """A PNG that WeasyPrint would pack otherwise."""
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=1)
    return out.getvalue()


def packed(data: bytes) -> bytes:
    with png_as_it_is():
        taken: bytes = RasterImage._get_png_data(Image.open(io.BytesIO(data)))
    return taken


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_png_goes_into_the_pdf_as_it_is(mode: str) -> None:
    data = png(Image.linear_gradient("L").convert(mode))
    taken = packed(data)
    assert taken
    assert taken in data


def test_a_png_that_no_pdf_holds_is_packed_anew() -> None:
    picture = Image.linear_gradient("L").convert("RGB")
    whole = png(picture)
    start = whole.index(b"IDAT") - 4
    size = int.from_bytes(whole[start : start + 4], "big")
    rows = bytearray(zlib.decompress(whole[start + 8 : start + 8 + size]))
    rows += bytes(9)  # more rows than the picture has
    longer = zlib.compress(rows)
    chunk = b"IDAT" + longer
    odd = whole[:start] + len(longer).to_bytes(4, "big") + chunk + zlib.crc32(chunk).to_bytes(4, "big")
    odd += whole[start + 12 + size :]
    for data in (odd, png(picture.convert("1")), png(picture.quantize(4)), png(picture.convert("RGBA"))):
        assert packed(data) not in data


def test_what_a_part_is_without_is_kept_with_it() -> None:
    part = Typeset(b"%PDF", (("a",),), {}, "x", (("fonts", "Font has no hash"),))
    assert Typeset.from_bytes(part.to_bytes()) == part


def test_a_build_with_another_weasyprint_says_so_once(process: Run, deck: Deck, tmp_path: Path) -> None:
    """The refinements act in processes of their own; what they have to say comes back, from the cache too."""
    root = deck({"a.md": "# A\n\n## What is this?\n\nThis.\n", "b.md": "# B\n\n## What is that?\n\nThat.\n"})
    deck(
        {
            "sitecustomize.py": "from weasyprint.layout import inline\nown = inline.handle_leader\n"
            "inline.handle_leader = lambda *arguments: own(*arguments)\n"
        },
        "shadow",
    )
    path = f"{tmp_path / 'shadow'}:{ROOT}"
    for form in ("handout,quiz", "quiz"):
        result = process("build", root, "-o", "out", "--only", form, PYTHONPATH=path)
        assert result.returncode == 0
        assert result.stderr.count("[print-unrefined]") == 1
        assert "each dot of the contents is a text of its own (<lambda> takes arguments)" in result.stderr
