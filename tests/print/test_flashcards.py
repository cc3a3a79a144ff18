"""Cards to cut out: they meet on the sheet, nothing is lost, and every setting does what it says."""

from __future__ import annotations

import io
import math
import re
import shutil
import tomllib
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from exporter.config import FlashcardsConfig
from exporter.machinery.html_text import Html
from exporter.print.pages.card_fit import fit_tables, largest_text
from exporter.print.pages.card_sheets import CARD_SIZES, Grid, plan_grid, stock_names
from exporter.print.pages.page import PageItem
from tests.conftest import CORPUS, ROOT, Deck, Run
from tests.print.test_print import source_words
from tests.printed import body_text, page_sizes, page_texts, render, squash

SHORT = "# Deck\n\n" + "\n".join(f"## {n}. Question number {n}?\n\nAnswer {n}.\n" for n in range(1, 6))
DPI = 300
STOCKS = tomllib.loads((ROOT / "templates/handout/card-stocks.toml").read_text(encoding="utf-8"))


def build(run: Run, root: Path, *arguments: str) -> Path:
    result = run("build", root, "-o", root / "out", "--only", "flashcards", *arguments)
    assert result.returncode == 0, result.stderr
    return next((root / "out").glob("*.pdf"))


def framed(deck: Deck, more: str = "") -> Path:
    """A deck of five cards whose own style sheet draws a red block into each cell, out of its middle."""
    sheet = (ROOT / "templates/handout/css/sheets.css").read_text(encoding="utf-8")
    block = '.card::after { content: ""; position: absolute; left: 20mm; top: 25mm; right: 20mm; bottom: 25mm; background: #ff0000 }'
    return deck(
        {
            "deck.toml": f'name = "d"\n{more}',
            "source/a.md": SHORT,
            "templates/handout/css/sheets.css": f"{sheet}\n{block}\n",
        }
    )


def red_boxes(image: Image.Image, grid: Grid) -> dict[int, tuple[float, float, float, float]]:
    """The red block of each cell, in mm from the page's corner; cells that have none are left out."""
    red = image.split()[0].point(lambda v: 255 * (v > 200))
    other = image.split()[1].point(lambda v: 255 * (v < 60))
    mask = Image.composite(red, Image.new("L", image.size), other)
    boxes = {}
    for index in range(grid.count):
        x, y = grid.front(index)
        cell = tuple(round(v * DPI / 25.4) for v in (x, y, x + grid.width, y + grid.height))
        if box := mask.crop(cell).getbbox():
            boxes[index] = tuple((v + cell[i % 2]) * 25.4 / DPI for i, v in enumerate(box))
    return boxes


@pytest.mark.parametrize(
    ("duplex", "turned"), [("long", Image.Transpose.FLIP_LEFT_RIGHT), ("short", Image.Transpose.FLIP_TOP_BOTTOM)]
)
def test_fronts_and_backs_meet_within_0_3_mm(run: Run, deck: Deck, duplex: str, turned: Image.Transpose) -> None:
    file = build(run, framed(deck), "--duplex", duplex)
    grid = plan_grid(FlashcardsConfig(), "A4")
    assert isinstance(grid, Grid)
    front = red_boxes(render(file, 0, DPI), grid)
    back = red_boxes(render(file, 1, DPI).transpose(turned), grid)  # as seen through the paper
    assert list(front) == list(back) == [0, 1, 2, 3, 4]
    for index, box in front.items():
        assert box == pytest.approx(back[index], abs=0.3)


def test_the_text_of_a_back_lies_behind_its_front(run: Run, deck: Deck) -> None:
    document = pypdfium2.PdfDocument(build(run, framed(deck)))
    grid = plan_grid(FlashcardsConfig(), "A4")
    assert isinstance(grid, Grid)
    for index in range(5):
        for page, word, (x, y) in ((0, "Question number", grid.front(index)), (1, "Answer", grid.back(index, "long"))):
            top = grid.page[1] - y
            points = [v * 72 / 25.4 for v in (x, top - grid.height, x + grid.width, top)]
            assert f"{word} {index + 1}" in " ".join(document[page].get_textpage().get_text_bounded(*points).split())


def test_a_shift_moves_the_backs_and_nothing_else(run: Run, deck: Deck) -> None:
    grid = plan_grid(FlashcardsConfig(), "A4")
    assert isinstance(grid, Grid)
    plain = build(run, root := framed(deck))
    before = [red_boxes(render(plain, page, DPI), grid) for page in (0, 1)]
    moved = build(run, root, "--shift-x", "1.5", "--shift-y", "-2")
    after = [red_boxes(render(moved, page, DPI), grid) for page in (0, 1)]
    assert before[0] == after[0]
    for index, box in before[1].items():
        assert after[1][index] == pytest.approx([v + d for v, d in zip(box, (1.5, -2, 1.5, -2), strict=True)], abs=0.2)


def test_what_does_not_fit_goes_on_to_more_cards_and_no_word_is_lost(run: Run, deck: Deck) -> None:
    words = [f"word{n}" for n in range(900)]
    root = deck({"a.md": "# D\n\n## 1. Long?\n\n" + " ".join(words) + "\n\n## 2. Short?\n\nYes.\n"})
    file = build(run, root)
    text = body_text(file, 0, 0)
    assert all(word in text for word in words)
    assert re.search(r"1 1/\d", page_texts(file)[0])
    assert "continued" in page_texts(file)[0]


@pytest.mark.parametrize("size", [(300, 1600), (900, 900), (3000, 500)])
def test_a_figure_is_scaled_to_its_card(run: Run, deck: Deck, size: tuple[int, int]) -> None:
    out = io.BytesIO()
    Image.new("RGB", size, "#ff0000").save(out, "PNG")
    notes = "# D\n\n## 1. Which picture?\n\nThis one:\n\n![the caption](p.png)\n\nAnd more text.\n"
    grid = plan_grid(FlashcardsConfig(), "A4")
    assert isinstance(grid, Grid)
    file = build(run, deck({"a.md": notes, "p.png": out.getvalue()}))
    boxes = {i: box for i, box in red_boxes(render(file, 1, DPI), grid).items() if box}
    (index, (left, top, right, bottom)) = next(iter(boxes.items()))
    x, y = grid.front(index)
    assert len(boxes) == 1
    assert x + 5 < left < right < x + grid.width - 5
    assert y + 8 < top < bottom < y + grid.height - 5
    assert (right - left) / (bottom - top) == pytest.approx(size[0] / size[1], rel=0.05)


def test_text_is_as_large_as_fits_and_never_smaller_than_the_smallest(run: Run, deck: Deck) -> None:
    answers = " ".join(f"word{n}" for n in range(900))
    root = deck({"source/a.md": f"# D\n\n## 1. Short?\n\nYes.\n\n## 2. Long?\n\n{answers}\n",
                 "deck.toml": "[print.flashcards]\nlargest = 12\nsmallest = 8.5\n"})  # fmt: skip
    page = pypdfium2.PdfDocument(build(run, root))[1].get_textpage()

    def height(word: str) -> float:
        box = page.get_charbox(page.search(word).get_next()[0], loose=True)
        return box[3] - box[1]

    assert height("word") / height("Yes") == pytest.approx(8.5 / 12, abs=0.03)


@pytest.mark.parametrize("page", ["A4", "Letter", "A5"])
@pytest.mark.parametrize("cards", ["", "A7", "A8", "3x5in", "4x6in", "2x5", "3x3"])
def test_grids_lie_on_the_page(cards: str, page: str) -> None:
    grid = plan_grid(FlashcardsConfig(cards=cards), page)  # type: ignore[arg-type]
    if isinstance(grid, str):
        assert page == "A5"
        return
    assert grid.left >= -0.01
    assert grid.top >= -0.01
    if cards in CARD_SIZES:
        assert sorted((grid.width, grid.height)) == sorted(CARD_SIZES[cards])
    for duplex in ("long", "short"):
        fronts = sorted(grid.front(i) for i in range(grid.count))
        backs = sorted(grid.back(i, duplex) for i in range(grid.count))
        assert all(front == pytest.approx(back) for front, back in zip(fronts, backs, strict=True))


def test_eight_cards_stand_on_a4_and_sixteen_of_a8(run: Run, deck: Deck) -> None:
    assert plan_grid(FlashcardsConfig(), "A4").count == 8  # type: ignore[union-attr]
    assert plan_grid(FlashcardsConfig(cards="A8"), "A4").count == 16  # type: ignore[union-attr]
    assert page_sizes(build(run, deck({"a.md": SHORT}), "--cards", "3x5in")) == [(210, 297)] * 4


@pytest.mark.parametrize("cards", ["nine", "9x12", "0x2"])
def test_cards_that_cannot_be_are_an_error(run: Run, deck: Deck, cards: str) -> None:
    result = run("build", deck({"a.md": SHORT}), "--only", "flashcards", "--cards", cards)
    assert result.returncode == 1
    assert "cards-unfit" in result.stderr


def test_the_test_page_has_both_sides_and_says_what_to_enter(run: Run, deck: Deck) -> None:
    file = build(run, deck({"a.md": SHORT}), "--test-page")
    assert file.name.endswith("-testpage.pdf")
    front, back = page_texts(file)
    assert "--shift-x" in front
    assert "+8" in front
    assert "Back" in back


def test_the_test_page_takes_the_place_of_cards(run: Run, deck: Deck) -> None:
    assert run("build", deck({"a.md": SHORT}), "--test-page").returncode == 2


def test_the_test_page_counts_what_is_set_already(run: Run, deck: Deck) -> None:
    front, _ = page_texts(build(run, deck({"a.md": SHORT}), "--test-page", "--shift-x", "1.5"))
    assert all(number in front for number in ("+9.5", "+1.5", "\u22126.5"))


def test_no_word_is_lost_on_cards(showcase: Path, showcase_deck: Path) -> None:
    check_that_no_word_is_lost(showcase_deck, showcase / "ai-video-flashcards.pdf")


@pytest.mark.slow
@pytest.mark.parametrize(
    "path",
    [CORPUS / "seed/ai-video.md", CORPUS / "book/机器学习基础/模型评估知识点.md"],
    ids=lambda path: path.stem,
)
def test_no_word_of_real_notes_is_lost_on_cards(run: Run, tmp_path: Path, path: Path) -> None:
    if not path.exists():
        pytest.skip("the corpus of real notes is not here")
    result = run("build", path, "-o", tmp_path, "--only", "flashcards")
    assert result.returncode == 0, result.stderr
    check_that_no_word_is_lost(path, next(tmp_path.glob("*-flashcards.pdf")))


def check_that_no_word_is_lost(path: Path, file: Path) -> None:
    text = body_text(file, 0, 0)

    def is_there(word: str) -> bool:
        """A run of Chinese may go on from one card to the next."""
        return word in text or any(word[:i] in text and word[i:] in text for i in range(1, len(word)) if len(word) > 6)

    assert [word for word in source_words(path, cards_only=True) if not is_there(squash(word))] == []


def cells(file: Path, cards: str = "") -> list[list[str]]:
    """The text of each card of each page, row by row."""
    grid = plan_grid(FlashcardsConfig(cards=cards), "A4")
    assert isinstance(grid, Grid)
    pages = []
    for page in pypdfium2.PdfDocument(file):
        text = page.get_textpage()
        corners = [grid.front(index) for index in range(grid.count)]
        boxes = [(x, grid.page[1] - y - grid.height, x + grid.width, grid.page[1] - y) for x, y in corners]
        pages.append([text.get_text_bounded(*(v * 72 / 25.4 for v in box)) for box in boxes])
    return pages


def test_text_on_several_cards_is_as_large_as_these_hold(run: Run, deck: Deck) -> None:
    words = " ".join(f"word{n}" for n in range(170))
    page = pypdfium2.PdfDocument(
        build(run, deck({"a.md": f"# D\n\n## 1. Long?\n\n{words}\n\n## 2. Short?\n\nYes.\n"}))
    )[1]
    text = page.get_textpage()

    def height(word: str) -> float:
        box = text.get_charbox(text.search(word).get_next()[0], loose=True)
        return box[3] - box[1]

    assert "1 2/2" in text.get_text_range()
    assert height("word") / height("Yes") > 7.5 / 11


def test_what_just_does_not_fit_is_set_closer(run: Run, deck: Deck) -> None:
    settings = "[print.flashcards]\nlargest = 9\nsmallest = 9\n"
    for count, cards in ((11, 1), (14, 2)):
        items = "\n".join(f"- item {n}" for n in range(count))
        root = deck({"deck.toml": settings, "source/a.md": f"# D\n\n## 1. Which?\n\n{items}\n"}, f"deck{count}")
        assert ("1/2" in page_texts(build(run, root))[0]) == (cards == 2)


def test_a_question_breaks_into_lines_of_about_one_length(run: Run, deck: Deck) -> None:
    question = "Why is the evaluation of generated video so hard to do?"
    text = page_texts(build(run, deck({"a.md": f"# D\n\n## 1. {question}\n\nIt is.\n"})))[0]
    lines = [line for line in text.splitlines() if line and line in question]
    assert len(lines) == 2
    assert min(map(len, lines)) > 0.6 * max(map(len, lines))


@pytest.mark.parametrize(
    "block",
    [
        "The formula number {0}.",
        "```python\nvalue_{0} = 'a line of code that is long enough to be wrapped, or nearly so'\n```",
    ],
    ids=["paragraph", "code"],
)
def test_what_announces_a_block_stands_on_its_card(run: Run, deck: Deck, block: str) -> None:
    steps = "\n\n".join(f"Step number {n}:\n\n{block.format(n)}" for n in range(30))
    file = build(run, deck({"a.md": f"# D\n\n## 1. How?\n\n{steps}\n"}))
    backs = [text for page in cells(file)[1::2] for text in page]
    for n in range(30):
        (text,) = [text for text in backs if f"Step number {n}:" in text]
        assert f"number {n}." in text or f"value_{n} " in text


def test_a_side_that_ends_does_not_say_that_it_goes_on(run: Run, deck: Deck) -> None:
    code = "\n".join(f"print({n})" for n in range(40))
    file = build(run, deck({"a.md": f"# D\n\n## 1. What?\n\n```\n{code}\n```\n\n<!-- answer -->\n\nNumbers.\n"}))
    front, back = page_texts(file)
    assert "\u2192 2/" in front
    assert "\u2192" not in back


def test_a_long_title_leaves_number_and_crop_marks_alone(run: Run, deck: Deck) -> None:
    title = "A title that is much too long to stand beside the number of a card, or below a sheet of them"
    answer = " ".join(f"word{n}" for n in range(300))
    root = deck({"a.md": f"# {title}\n\n## 1. Long?\n\n{answer}\n"})
    page = pypdfium2.PdfDocument(build(run, root, "--cards", "A8"))[0]
    grid = plan_grid(FlashcardsConfig(cards="A8"), "A4")
    assert isinstance(grid, Grid)
    top = page.get_height() - grid.top * 72 / 25.4
    number = page.get_textpage().get_text_bounded(grid.left * 72 / 25.4, top - 24, (grid.left + 18) * 72 / 25.4, top)
    assert re.fullmatch(r"1 1/\d", number.strip())
    page = pypdfium2.PdfDocument(build(run, root))[0]
    foot = [
        page.get_textpage().get_text_bounded(left * 72 / 25.4, 0, right * 72 / 25.4, 22)
        for left, right in ((0, 104), (104, 210))
    ]
    assert foot[0].startswith("Sheet 1")
    assert foot[1].strip() == ""


def test_a_figure_alone_on_its_card_is_large(run: Run, deck: Deck) -> None:
    out = io.BytesIO()
    Image.new("RGB", (1000, 1000), "#ff0000").save(out, "PNG")
    words = " ".join(f"word{n}" for n in range(90))
    notes = f"# D\n\n## 1. Which picture?\n\n- {words}\n\n![the caption](p.png)\n"
    grid = plan_grid(FlashcardsConfig(), "A4")
    assert isinstance(grid, Grid)
    file = build(run, deck({"a.md": notes, "p.png": out.getvalue()}))
    ((_, (_, top, _, bottom)),) = red_boxes(render(file, 1, DPI), grid).items()
    assert bottom - top > 0.6 * grid.height


@pytest.fixture
def chapters(deck: Deck) -> Path:
    """Two chapters, of which the first is longer than one run of cards, with a picture in both."""
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(out, "PNG")
    many = "".join(f"## {n}. What is {n}?\n\nIt is {n}.\n\n" for n in range(1, 45))
    one = f"# One\n\n{many}![A picture](p.png)\n"
    return deck({"1.md": one, "2.md": "# Two\n\n## 1. Which?\n\n![One](p.png)\n", "p.png": out.getvalue()})


def test_the_bytes_of_cards_do_not_depend_on_processes_or_the_cache(run: Run, chapters: Path) -> None:
    first = build(run, chapters, "--jobs", "1").read_bytes()
    shutil.rmtree(chapters / "out")
    assert build(run, chapters, "--jobs", "3").read_bytes() == first
    next((chapters / "out").glob("*.pdf")).unlink()
    assert build(run, chapters).read_bytes() == first


def test_an_edit_fits_only_the_cards_around_it_anew(run: Run, chapters: Path) -> None:
    build(run, chapters)
    kept = {file for file in (chapters / "out/.make-deck/cards").rglob("*") if file.is_file()}
    assert len(kept) == 3
    (chapters / "0.md").write_text("# Zero\n\n## 1. What is new?\n\nThis.\n", encoding="utf-8")
    file = build(run, chapters)
    now = {file for file in (chapters / "out/.make-deck/cards").rglob("*") if file.is_file()}
    assert now > kept
    assert len(now) == 4
    assert "What is new?" in page_texts(file)[0]
    assert "44" in page_texts(file)[10]  # it has the number that its author gave it


def test_runs_of_cards_share_fonts_and_pictures_and_say_their_title_and_language(run: Run, chapters: Path) -> None:
    with pikepdf.open(build(run, chapters)) as pdf:
        fonts = [str(o.BaseFont) for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/DescendantFonts" in o]
        images = [o for o in pdf.objects if isinstance(o, pikepdf.Stream) and o.get("/Subtype") == "/Image"]
        assert len(fonts) == len(set(fonts)) == 2
        assert len(images) == 1
        assert str(pdf.docinfo.Title) == "deck"
        assert str(pdf.Root.Lang) == "en"


WIDE = "# Deck\n\n## Which values?\n\n" + "\n".join(
    "|" + "|".join(cell.format(n) for n in range(26)) + "|" for cell in ("head{}", "---", "value-{} text", "{} end")
)


def test_a_table_that_no_card_holds_is_a_list_of_its_rows(run: Run, deck: Deck) -> None:
    root = deck({"a.md": WIDE})
    said = run("build", root, "-o", root / "out", "--only", "flashcards")
    assert "print-cut" not in said.stderr
    text = squash("".join(page_texts(next((root / "out").glob("*.pdf")))))
    assert all(squash(f"head{n}value-{n} text") in text for n in range(1, 26))
    assert squash("head25 25 end") in text


def test_a_table_that_a_card_holds_stays_one() -> None:
    table = '<div class="table"><table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table></div>'
    item = PageItem("card", answer=Html(table))
    assert fit_tables(item, 240, 7.0).answer == table
    assert fit_tables(item, 20, 7.0).answer == (
        '<div class="rows"><p class="row"><strong>1</strong>\u00a0· <span class="head">b</span>\u00a02</p></div>'
    )
    assert 7 < largest_text(table, 60, 7.0) < 20


def test_code_is_as_small_as_it_must_be_not_to_wrap(run: Run, deck: Deck) -> None:
    line = "docker service create --replicas=5 --name web nginx:alpine"
    file = build(run, deck({"a.md": f"## How?\n\n```\n{line}\n```\n"}))
    assert line in page_texts(file)[1]
    code = f'<div class="code"><pre><code>{"x" * 400}</code></pre></div>'
    assert largest_text(code, 240, 7.0) == math.inf  # it wraps in any size, so that size is free


@pytest.mark.parametrize(
    ("cards", "page", "size", "count"),
    [
        ("5x3in", (210, 297), (127, 76.2), 3),
        ("90x60mm", (210, 297), (90, 60), 8),
        ("A6", (210, 297), (105, 148), 4),
        ("business", (210, 297), (85, 55), 10),
        ("Avery 5371", (215.9, 279.4), (88.9, 50.8), 10),
        ("avery5371", (215.9, 279.4), (88.9, 50.8), 10),
        ("L7163", (210, 297), (99.1, 38.1), 14),
        ("Zweckform 32015", (210, 297), (85, 54), 8),
        ("Herma 4457", (210, 297), (105, 48), 12),
    ],
)
def test_sizes_of_ones_own_and_stocks(
    cards: str, page: tuple[float, float], size: tuple[float, float], count: int
) -> None:
    grid = plan_grid(FlashcardsConfig(cards=cards), "A4", STOCKS)
    assert isinstance(grid, Grid)
    assert grid.page == page
    assert (grid.width, grid.height) == pytest.approx(size)
    assert grid.count == count


@pytest.mark.parametrize("name", sorted(stock_names(STOCKS)))
def test_every_stock_fits_its_sheet(name: str) -> None:
    grid = plan_grid(FlashcardsConfig(cards=name), "A4", STOCKS)
    assert isinstance(grid, Grid)
    assert grid.left >= -0.01
    assert grid.top >= -0.01
    assert list(grid.cuts()) == []


def test_an_unknown_stock_is_refused_with_a_suggestion() -> None:
    assert 'did you mean "Avery 5371"?' in str(plan_grid(FlashcardsConfig(cards="Avery 5372"), "A4", STOCKS))
    assert "larger than A5" in str(plan_grid(FlashcardsConfig(cards="200x250mm"), "A5", STOCKS))


def test_a_cutters_piles_follow_each_other() -> None:
    grid = Grid((210, 297), 2, 4, 95, 69)
    places = [grid.slot(number, 20, "stacks") for number in range(20)]
    assert places[:4] == [(0, 0), (1, 0), (2, 0), (0, 1)]
    assert len(set(places)) == 20
    assert [grid.slot(n, 20, "rows") for n in (0, 8, 19)] == [(0, 0), (1, 0), (2, 3)]


def test_stacks_on_paper(run: Run, deck: Deck) -> None:
    notes = "# Deck\n\n" + "".join(f"## Question {n:02}?\n\nIt.\n\n" for n in range(1, 11))
    fronts = page_texts(build(run, deck({"a.md": notes}), "--order", "stacks"))[::2]
    assert [re.findall(r"Question (\d\d)", text) for text in fronts] == [
        ["01", "03", "05", "07", "09"],
        ["02", "04", "06", "08", "10"],
    ]


def test_the_arrows_of_wrapped_code_stand_beside_its_lines(run: Run, deck: Deck) -> None:
    """A pattern is drawn in the space of its page: it has to be moved with the text."""
    file = build(run, deck({"a.md": "## Long?\n\n```\nx = " + "'words that wrap ' " * 9 + "\n```\n"}))
    words = pypdfium2.PdfDocument(file)[1].get_textpage()
    boxes = [words.get_rect(index) for index in range(words.count_rects())]
    _, *more = [box for box in boxes if "wrap" in words.get_text_bounded(*box)]
    image = render(file, 1, 300).convert("L")
    height = pypdfium2.PdfDocument(file)[1].get_size()[1]

    def ink_beside(box: tuple[float, float, float, float]) -> bool:
        """Whether something stands within a line's height, left of the text of lines that go on."""
        left = min(b[0] for b in more)
        area = tuple(round(v * 300 / 72) for v in (left - 9, height - box[3], left - 2, height - box[1]))
        return bool(image.crop(area).point(lambda v: 255 * (v < 190)).getbbox())

    assert all(map(ink_beside, more))
