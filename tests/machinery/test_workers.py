"""Work in other processes: a crash, a hang or a blow-up of memory ends as a fault, and the other work is done."""

from __future__ import annotations

import io
import multiprocessing
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from exporter.config import Config
from exporter.machinery.cache import Cache
from exporter.machinery.workers import Fault, Work, Workers
from exporter.model import Asset, Book
from exporter.print.pages import Part
from exporter.print.pages.page import finish
from exporter.print.print_shop import PrintShop
from tests.conftest import Deck, Run

GB = 1_000_000_000


def act(name: str) -> str:
    match name:
        case "abort":
            os.abort()
        case "hang":
            time.sleep(60)
        case "memory":
            return str(len(bytearray(8 * GB)))
        case "error":
            raise ValueError("a column has no width\nand more that nobody reads")
        case "deep":
            return act("deep")
    return name.upper()


@pytest.fixture
def workers() -> Iterator[Workers]:
    shop = Workers(2)
    yield shop
    shop.stop()


def work(name: str) -> Work[str]:
    return Work(name, 4.0, 4 * GB)


def test_results_come_in_order(workers: Workers) -> None:
    assert workers.run(act, [work(name) for name in "abcdefg"]) == list("ABCDEFG")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("abort", "it crashed"),
        ("hang", "it took longer than 4 s"),
        ("memory", "it needed more than 4 GB of memory"),
        ("error", "ValueError: a column has no width"),
        ("deep", "it is nested too deeply"),
    ],
)
def test_a_fault_is_told_and_all_else_is_done(workers: Workers, name: str, reason: str) -> None:
    assert workers.run(act, [work("a"), work(name), work("b"), work("c")]) == ["A", Fault(reason), "B", "C"]
    assert workers.run(act, [work("d")]) == ["D"]


def test_a_process_that_died_while_idle_is_replaced(workers: Workers) -> None:
    assert workers.run(act, [work("a"), work("b")]) == ["A", "B"]
    for process in multiprocessing.active_children():
        process.kill()
        process.join()
    assert workers.run(act, [work("c"), work("d")]) == ["C", "D"]


def test_two_crashes_do_not_hide_behind_each_other(workers: Workers) -> None:
    works = [work(name) for name in ("abort", "abort", "a", "hang", "b")]
    crashed = Fault("it crashed")
    assert workers.run(act, works) == [crashed, crashed, "A", Fault("it took longer than 4 s"), "B"]


def test_each_result_is_told_as_it_comes() -> None:
    """So that what was made is kept, though a later work may end the build."""
    told: dict[int, object] = {}
    with Workers(2) as workers:
        results = workers.run(len, [Work(text, 60, GB) for text in ("a", "ab", "abc")], told.__setitem__)
    assert [told[place] for place in range(3)] == results == [1, 2, 3]


def test_a_chapter_that_cannot_be_typeset_is_a_page_that_says_so() -> None:
    """The other chapters are printed, with the numbers of their pages, and links to the broken one still lead there."""

    def part(name: str, content: str) -> Part:
        return Part(
            f'<html lang="en"><head></head><body><h2 id="{name}">{name}</h2>{content}</body></html>', f"{name}.md", name
        )

    deep = "<div>" * 900 + "deep" + "</div>" * 900
    parts = (part("first", '<a href="#second">next</a>'), part("second", deep), part("third", "the last one"))
    book = Book("", "en", (), {})
    with Workers(2) as workers:
        printed = PrintShop(workers, Cache(None)).print(finish(parts, (), "", "en"), book, Config())
    assert printed.value
    texts = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(printed.value[0])]
    assert len(texts) == 3
    assert "it is nested too deeply" in texts[1]
    assert "the last one" in texts[2]
    with pikepdf.open(io.BytesIO(printed.value[0])) as pdf:
        assert str(pdf.pages[0].Annots[0].Dest) == "second"
    (said,) = printed.diagnostics
    assert str(said).startswith('second.md:1:1: warning[print-broken]: "second": it is nested too deeply')


def test_a_form_that_needs_too_much_memory_is_told_and_the_deck_is_made(run: Run, deck: Deck, tmp_path: Path) -> None:
    root = deck({
        "deck.toml": "[limits]\nprint_bytes = 520_000_000\n",
        "source/b.md": "# Large things\n\n## 1. What is large?\n\n![](large.png)\n",
    })  # fmt: skip
    Image.new("RGB", (6_000, 6_000)).save(root / "source/large.png")
    result = run("build", root, "-o", tmp_path / "out")
    assert result.returncode == 0
    assert "source/b.md:1:1: warning[print-broken]:" in result.stderr
    assert "it needed more than 0.52 GB of memory" in result.stderr
    assert (tmp_path / "out/deck.apkg").is_file()


def test_a_picture_that_cannot_be_drawn_is_told(tmp_path: Path) -> None:
    file = tmp_path / "broken.png"
    file.write_bytes(b"no picture, for it changed since it was read")
    asset = Asset(file, "broken.png", "image/png", "ab" * 32, 10, 10)
    book = Book("", "en", (), {("notes.md", "broken.png"): asset})
    shown = f'<html lang="en"><head></head><body><p>words</p><img src="deck:{asset.sha256}"></body></html>'
    page = replace(finish(shown, (), "", "en"), pictures={f"deck:{asset.sha256}": file})
    with Workers(1) as workers:
        printed = PrintShop(workers, Cache(None)).print(page, book, Config())
    assert printed.value
    (said,) = printed.diagnostics
    assert str(said).startswith('notes.md:1:1: warning[print-broken]: "broken.png" could not be drawn')
