"""Two pages on each side of a sheet: their order, their place, their size."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest

from exporter.print.press.imposition import booklet_pairs, two_up_pairs
from tests.conftest import Deck, Run
from tests.printed import page_sizes

NOTES = "# Long\n\n" + "".join(f"## {n}. What is {n}?\n\n{'many words of text ' * 90}\n\n" for n in range(1, 13))


@pytest.mark.parametrize("count", [1, 4, 5, 8, 11])
def test_a_folded_booklet_has_its_pages_in_order(count: int) -> None:
    sides = booklet_pairs(count)
    leaves = [(front[1], back[0]) for front, back in zip(sides[::2], sides[1::2], strict=True)]
    leaves += [(back[1], front[0]) for front, back in reversed(list(zip(sides[::2], sides[1::2], strict=True)))]
    pages = [page for leaf in leaves for page in leaf]
    assert [page for page in pages if page is not None] == list(range(count))
    assert len(pages) % 4 == 0


def test_two_up_keeps_the_order() -> None:
    assert two_up_pairs(3) == [(0, 1), (2, None)]


def sheets(run: Run, deck: Deck, *arguments: str) -> Path:
    root = deck({"a.md": NOTES})
    said = run("build", root, "-o", root / "out", "--only", "handout", *arguments)
    assert said.returncode == 0, said.stderr
    return next((root / "out").glob(f"*-{arguments[1]}.pdf"))


def test_a_booklet_on_paper(run: Run, deck: Deck) -> None:
    file = sheets(run, deck, "--impose", "booklet", "--page", "A5")
    assert set(page_sizes(file)) == {(296, 210)}
    front = pypdfium2.PdfDocument(file)[0]
    width, height = front.get_size()
    assert "Long" in front.get_textpage().get_text_bounded(width / 2, 0, width, height)
    whole = pypdfium2.PdfDocument(next(path for path in file.parent.glob("*.pdf") if path != file))
    assert len(pypdfium2.PdfDocument(file)) == -(-len(whole) // 4) * 2


def test_two_pages_on_a_side(run: Run, deck: Deck) -> None:
    file = sheets(run, deck, "--impose", "2up")
    assert set(page_sizes(file)) == {(297, 210)}
    first = pypdfium2.PdfDocument(file)[0]
    width, height = first.get_size()
    assert "Contents" in first.get_textpage().get_text_bounded(0, 0, width / 2, height)
    assert "2 /" in first.get_textpage().get_text_bounded(width / 2, 0, width, height)
