"""Margins for a binding: left and right pages mirror each other, in books of one part and of several."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from tests.conftest import Deck, Run
from tests.print.test_print import build

LONG = "# Long\n\n" + "".join(f"## {n}. What is {n}?\n\n{'many words of text ' * 60}\n\n" for n in range(1, 12))
ARABIC = "# شبكات\n\n" + "".join(f"## {n}. ما هي {n}؟\n\n{'كلمات كثيرة من النص ' * 60}\n\n" for n in range(1, 12))
MM = 25.4 / 72


def margins(file: Path) -> list[tuple[float, float]]:
    """The left and right margins of each page with text on it, in mm."""
    found = []
    for page in pypdfium2.PdfDocument(file):
        left, _, right, _ = page.get_mediabox()
        words = page.get_textpage()
        boxes = [words.get_rect(index) for index in range(words.count_rects())]
        body = [box for box in boxes if 60 < box[1] < page.get_size()[1] - 70]
        found.append(((min(b[0] for b in body) - left) * MM, (right - max(b[2] for b in body)) * MM))
    return found


@pytest.mark.parametrize("files", [{"a.md": LONG}, {"a.md": LONG, "b.md": LONG}])
def test_left_and_right_pages_mirror_each_other(run: Run, deck: Deck, files: dict[str, str]) -> None:
    found = margins(build(run, deck(files), "--binding", "10"))
    assert len(found) > 2
    for number, (left, _) in enumerate(found, 1):
        assert left == pytest.approx(44 if number % 2 else 34, abs=1)


def test_a_book_from_right_to_left_is_bound_at_the_right(run: Run, deck: Deck) -> None:
    found = margins(build(run, deck({"a.md": ARABIC}), "--binding", "10"))
    for number, (_, right) in enumerate(found, 1):
        assert right == pytest.approx(44 if number % 2 else 34, abs=1.5)


def test_without_a_binding_all_pages_are_alike(run: Run, deck: Deck) -> None:
    assert {round(left) for left, _ in margins(build(run, deck({"a.md": LONG})))} == {39}


@pytest.mark.parametrize("files", [{"a.md": LONG}, {"a.md": LONG, "b.md": LONG, "c.md": LONG}])
def test_cues_stand_at_the_outer_edge_of_both_pages(run: Run, deck: Deck, files: dict[str, str]) -> None:
    file = build(run, deck(files), "--theme", "cornell", "--binding", "10")
    found = margins(file)
    outer = {round(right if number % 2 else left) for number, (left, right) in enumerate(found, 1)}
    inner = {round(left if number % 2 else right) for number, (left, right) in enumerate(found, 1)}
    assert min(outer) > 68
    assert {round(left) for left, _ in found[::2]} == {26}
    assert max(inner) < 40  # ragged
    for place, page in enumerate(pypdfium2.PdfDocument(file)):
        image = page.render(scale=4).to_pil().convert("L")
        body = image.crop((0, 500, image.width, 2200))
        means = body.resize((image.width, 1), Image.Resampling.BOX).tobytes()
        dark = (x for x in range(image.width) if means[x] < 215)
        (rule, *_) = (x for x in dark if body.crop((x, 0, x + 1, body.height)).getextrema()[1] < 230)
        assert (rule > image.width / 2) == (place % 2 == 0)
