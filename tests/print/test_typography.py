"""What a typesetter looks for in the proofs of the handout: spaces, lines, breaks, heads, figures, fonts, the index."""

from __future__ import annotations

import io
import itertools
import re
import subprocess
from collections import Counter

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageDraw

from exporter.config import load_config
from exporter.print.pages.appearance import Look, load_look
from exporter.print.pages.cjk_spacing import autospace
from exporter.print.pages.column_fit import shape
from exporter.print.pages.lone_formulas import display_lone_formulas
from exporter.print.pages.plain_titles import in_words
from tests.conftest import Deck, Run
from tests.print.test_print import book_of, build
from tests.printed import MM, body_texts, outside, page_sizes, page_texts, pictures, render, squash


@pytest.fixture
def look(deck: Deck) -> Look:
    config = load_config(deck({"a.md": "# A\n"}) / "a.md").value
    assert config
    found = load_look(config, "zh")
    assert isinstance(found, Look)
    return found


def top_line(page: pypdfium2.PdfPage) -> str:
    """The running heads of a page: what stands above its text."""
    width, height = page.get_size()
    return " ".join(page.get_textpage().get_text_bounded(0, height - 20 / MM, width, height).split())


def boxes(page: pypdfium2.PdfTextPage, words: str) -> list[tuple[float, float, float, float]]:
    """Left, bottom, right and top in points of each place where these words stand."""
    search = page.search(words, match_case=True)
    found = []
    while place := search.get_next():
        first, last = (page.get_charbox(index, loose=True) for index in (place[0], place[0] + place[1] - 1))
        found.append((first[0], first[1], last[2], last[3]))
    return found


# spaces between words


@pytest.mark.parametrize(
    ("markup", "spaced"),
    [
        ("用GPU训练", "用 GPU 训练"),
        ("用 GPU 训练", "用 GPU 训练"),
        ("有<strong>3个</strong>GPU", "有<strong> 3 个</strong> GPU"),
        ("和__init__的", "和 __init__ 的"),
        ('见<a href="#甲b">GPU</a>吧', '见<a href="#甲b"> GPU</a> 吧'),
        ('设<img class="math" alt="甲x">为', '设 <img class="math" alt="甲x"> 为'),
        ('设<img class="math" alt="x">，则', '设 <img class="math" alt="x">，则'),
        ("用<code>a中b</code>吧", "用<code>a中b</code>吧"),
        ("用， <code>a</code>吧", '用，<code class="behind-sign">a</code>吧'),
        ("用<code>a</code>：吧", '用<code class="before-sign">a</code>：吧'),
        ("（<code>a</code>）", '（<code class="behind-sign before-sign">a</code>）'),
        ("增加1.1–1.3%。", '增加 <span class="joined">1.1–1.3%</span>。'),
        ('<b title="1–2">p. 3–4</b>', '<b title="1–2">p. <span class="joined">3–4</span></b>'),
        ("2024–03–05 a1–2", "2024–03–05 a1–2"),
    ],
)
def test_han_and_latin_have_one_space_between_them(markup: str, spaced: str) -> None:
    assert autospace(markup) == spaced


def test_the_second_line_of_a_question_hangs_below_the_first(run: Run, deck: Deck) -> None:
    file = build(run, deck({"a.md": f"# A\n\n## {'Hanging? ' * 9}\n\nSo.\n"}))
    page = pypdfium2.PdfDocument(file)[0].get_textpage()
    lefts = {round(bottom): left for left, bottom, *_ in reversed(boxes(page, "Hanging"))}
    first, second = lefts.values()
    assert abs(first - second) < 0.5


def test_the_number_of_a_page_ends_where_its_text_does(run: Run, deck: Deck) -> None:
    """Its field has room for more digits than the book has pages."""
    notes = dict.fromkeys(("a.md", "b.md"), "# A\n\n## Why?\n\n```\n1\n```\n")
    page = pypdfium2.PdfDocument(build(run, deck(notes)))[1]
    (number,) = boxes(page.get_textpage(), "2 / 3")
    frames = [item.get_bounds()[2] for item in page.get_objects() if item.type == pypdfium2.raw.FPDF_PAGEOBJ_PATH]
    assert abs(max(frames) - number[2]) < 1.2


def test_lists_in_lists_are_groups(run: Run, deck: Deck) -> None:
    notes = "1. one\n   - two\n     - three\n       - four\n     - third\n2. next\n   - last\n3. end\n\nBehind.\n"
    file = build(run, deck({"a.md": f"# A\n\n## Which?\n\n{notes}"}))
    page = pypdfium2.PdfDocument(file)[0]
    words = ("one", "two", "three", "four", "third", "next", "last", "end")
    places = {word: boxes(page.get_textpage(), word)[-1] for word in words}
    above = {word: places[before][1] - places[word][1] for before, word in itertools.pairwise(words)}
    assert above["two"] == pytest.approx(above["four"], abs=2)
    assert above["four"] + 1 < above["third"] < above["next"] - 1
    assert above["last"] < above["end"] - 3
    left, bottom, *_ = places["four"]
    height = page.get_size()[1]
    beside = tuple(round(side * 4) for side in (left - 14, height - bottom - 8, left - 1, height - bottom + 2))
    dash = ImageChops.invert(page.render(scale=4).to_pil().convert("L").crop(beside)).getbbox()
    assert dash
    assert dash[2] - dash[0] > 2 * (dash[3] - dash[1])


def test_all_code_of_a_chapter_has_the_same_edges(run: Run, deck: Deck) -> None:
    """One line that needs more room than the text has widens every frame, on both sides; others than in lists."""
    notes = "# A\n\n## Why?\n\n```c\nint x;\n```\n\nSo.\n\n## How?\n\n<details><p>\n\n```c\n{}\n```\n\n</p></details>\n"
    for long, is_broad in ((80, True), (20, False)):
        page = pypdfium2.PdfDocument(build(run, deck({"a.md": notes.format("x" * long)})))[0]
        paths = [item.get_bounds() for item in page.get_objects() if item.type == pypdfium2.raw.FPDF_PAGEOBJ_PATH]
        drawn = Counter((round(left), round(right)) for left, _, right, _ in paths)
        ((left, right),) = (edges for edges, sides in drawn.items() if sides > 3)
        assert (left < boxes(page.get_textpage(), "So.")[0][0] - 9) == is_broad
        assert abs(left - (page.get_size()[0] - right)) < 2


@pytest.mark.parametrize(
    ("columns", "words", "kind"),
    [(7, "一些", ""), (7, "数据类a", " broad"), (7, "一些数据类", " broad tight"), (9, "字", "")],
)
def test_a_table_is_as_large_as_it_fits(look: Look, columns: int, words: str, kind: str) -> None:
    row = f"<td>{words}</td>" * columns
    shaped = shape(f'<div class="table"><table><tr>{row}</tr></table></div>', look, lambda _: None)
    assert shaped.startswith(f'<div class="table{kind}">')


def test_what_is_written_from_right_to_left_stands_at_the_right(run: Run, deck: Deck) -> None:
    text = "## ما هي العملية؟\n\nالعملية هي برنامج قيد التنفيذ.\n\n- الذاكرة\n\n```c\nint x = 1;\n```\n"
    file = build(run, deck({"notes.md": text}))
    page = pypdfium2.PdfDocument(file)[0]
    width = page.get_size()[0]
    words = page.get_textpage()
    boxes = [words.get_rect(index) for index in range(words.count_rects())]
    middle = [(box, words.get_text_bounded(*box)) for box in boxes if 100 < box[1] < page.get_size()[1] - 190]
    arabic = [box for box, said in middle if re.search("[\u0600-\u06ff]", said)]
    assert len(arabic) >= 3
    assert all(box[0] > 0.5 * width for box in arabic)
    assert all(box[0] < 0.25 * width for box, said in middle if "int" in said)


def test_lines_are_filled(run: Run, deck: Deck) -> None:
    """A space where a line ends does not break the line in the bold words before."""
    passage = "**把这一种方法用在所有别的场景**：如果同时存在IO密集的任务（用线程池）和CPU密集的任务，就一起完成。"
    notes = "\n\n".join("字" * n + "l" * m + passage for n in range(7, 13) for m in range(6))
    texts = body_texts(build(run, deck({"a.md": f"# 集\n\n## 1. 问题？\n\n{notes}\n"})))
    firsts = [line for text in texts for line in text.splitlines() if line.startswith("字")]
    assert len(firsts) == 36
    assert min(map(len, firsts)) > 36


# where pages break


def test_what_announces_a_block_stands_with_it(run: Run, deck: Deck) -> None:
    steps = "".join(f"第{n}步是：\n\n> 做{n}。\n\n" for n in range(1, 30))
    items = "".join(f"- 例{n}是：\n  ```python\n  x = {n}\n  ```\n" for n in range(1, 40))
    file = build(run, deck({"a.md": f"# 集\n\n## 1. 步骤？\n\n{steps}\n\n## 2. 代码？\n\n{items}\n"}))
    pages = [text.strip() for text in body_texts(file)]
    assert len(pages) > 3
    assert [page[-20:] for page in pages if page.endswith("：")] == []


@pytest.mark.parametrize(
    ("markup", "leads"),
    [
        ("<p>Long enough to be more than one line of text in a column, and even then some: see below</p><ul>", False),
        ("<p>Then:</p>\n<ul>", True),
        ("<p>其中：</p>\n<div>", True),
        ("<h3>H</h3><p><strong>A label</strong></p><p>text</p>", True),
        ("<h3>H</h3><p><strong>A whole sentence.</strong></p><p>text</p>", False),
        ("<h3>H</h3><p>As shown:</p>\n<figure>", True),
        (f"<h3>H</h3><p>{'As shown ' * 9}:</p>\n<figure>", False),
        ("<p>Short.</p><p>More.</p>", True),
        ("<h3>H</h3><p>Short.</p><p>More.</p>", False),
        ("<p>Short.</p>", False),
        ("<blockquote><p>Then:</p></blockquote>", False),
        ("<ul><li><strong>Then</strong>:<ul><li>x</li></ul></li></ul>", True),
        ("<ul><li>Then<ul><li>x</li></ul></li></ul>", False),
    ],
)
def test_what_leads_to_the_next_block(look: Look, markup: str, *, leads: bool) -> None:
    assert ('class="lead"' in shape(markup, look, lambda _: None)) == leads


def test_short_code_is_never_parted(look: Look) -> None:
    for lines, is_short in ((6, True), (7, False)):
        code = "\n".join("x" * lines)
        shaped = shape(f'<div class="code"><pre><code>{code}</code></pre></div>', look, lambda _: None)
        assert ('class="code short"' in shaped) == is_short


def test_code_goes_over_the_page_at_an_empty_line(run: Run, deck: Deck) -> None:
    pieces = ["\n".join(f"piece_{n}_{line} = {line}" for line in "abcdefg"[: 2 + n % 6]) for n in range(40)]
    code = "\n\n".join(pieces)
    pages = page_texts(build(run, deck({"a.md": f"# D\n\n## Which?\n\n```python\n{code}\n```\n"})))
    assert len(pages) > 3
    names = [set(re.findall(r"piece_(\d+)_", page)) for page in pages]
    assert [here & after for here, after in itertools.pairwise(names)] == [set()] * (len(pages) - 1)
    assert len(set().union(*names)) == 40


@pytest.mark.parametrize(
    ("code", "pieces"),
    [
        ("a\n" * 7 + "\n" + "b\n" * 2 + "c", 2),
        ("a\n" * 7 + "\nc", 0),
        ("a\n\n" + "b\n" * 7 + "\n\nc\nd", 2),
        ('a\n<span class="s">b\n\nc</span>\n' + "d\n" * 7, 0),
        ("a\n" * 2 + "\n" + "b\n" * 2, 0),
    ],
)
def test_where_code_may_be_parted(look: Look, code: str, pieces: int) -> None:
    """Nowhere within a short one, no line alone, and nowhere within an element."""
    shaped = shape(f'<div class="code"><pre><code>{code}</code></pre></div>', look, lambda _: None)
    assert shaped.count('<span class="stanza') == pieces


def test_after_a_turned_page_the_next_is_upright(run: Run, deck: Deck) -> None:
    row = "| " + " | ".join(f"some words in column {n}" for n in range(14)) + " |\n"
    table = row + "|" + "---|" * 14 + "\n" + row
    notes = (
        f"# D\n\n## 1. Wide?\n\nBefore.\n\n{table}\n\nBehind.\n\n## 2. Wide again?\n\n{table}\n\n## 3. Last?\n\nEnd.\n"
    )
    file = build(run, deck({"a.md": notes}))
    assert page_sizes(file) == [(210, 297), (297, 210)] * 2 + [(210, 297)]
    shown = page_texts(file)
    assert "Behind." in shown[2]
    assert "End." in shown[4]


# code that wraps


def test_code_without_a_space_wraps_unhyphenated_within_its_frame(run: Run, deck: Deck) -> None:
    chain = "picture.convert(colour_space).save(" + "compression_level_of_the_picture" * 4 + ").and_close(all_of_it)"
    notes = f"# D\n\n## 1. Long?\n\n```python\n{chain}\n```\n\n```\n{'interminable' * 14}\n```\n"
    file = build(run, deck({"a.md": notes}), "--theme", "compact")
    assert outside(file, margin=14) == []
    text = page_texts(file)[0]
    assert "\u2010" not in text
    assert chain in squash(text)
    lines = [line.strip() for line in text.splitlines()]
    assert any(line.startswith("picture.convert") for line in lines)


# running heads


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("为什么常配$T^2$?", "为什么常配 T²?"),
        (r"除以$\sqrt{d_k}$吗", "除以 √d_k 吗"),
        (r"$\alpha_{t-1} \leq \frac{1}{2}$", "αₜ₋₁ ≤1/2"),
        (r"$\mathbf{x} \in \mathbb{R}^n$", "x ∈Rⁿ"),
        ("costs $5 and $6", "costs $5 and $6"),
        ("no formula", "no formula"),
    ],
)
def test_titles_in_words(title: str, words: str) -> None:
    assert in_words(title) == words


def test_running_heads_are_as_long_as_there_is_room(run: Run, deck: Deck) -> None:
    title = "What does this say of $T^2$, and where does one find more of it"
    filler = "\n\n".join(["Something is said of it here."] * 60)
    file = build(run, deck({"a.md": f"# D\n\n## 1. {title}?\n\n{filler}\n\n## 2. {title * 3}?\n\n{filler}\n"}))
    _, second, *_, last = list(pypdfium2.PdfDocument(file))
    assert top_line(second) == "D 1 What does this say of T², and where does one find more of it?"
    assert top_line(last).startswith("D 2 What does this say of T², and where does one find more of it")
    assert top_line(last).endswith("…")
    assert outside(file, margin=21) == []


def test_a_long_chapter_leaves_room_to_the_question_in_the_running_head(run: Run, deck: Deck) -> None:
    filler = "\n\n".join(["Something is said of it here."] * 60)
    words = "Dynamic programming and its many wonderful uses in the world of today"
    notes = f"# {words}\n\n## 1. {words} and of tomorrow?\n\n{filler}\n"
    file = build(run, deck({"a.md": notes}))
    page = list(pypdfium2.PdfDocument(file))[1]
    chapter, question = top_line(page).split("…", maxsplit=1)
    assert chapter.startswith("Dynamic programming")
    assert question.strip().startswith("1 Dynamic programming and its many")
    start = page.get_textpage().search("1 Dynamic").get_next()
    assert start
    assert 0.38 < page.get_textpage().get_charbox(start[0])[0] / page.get_width() < 0.5


# figures


def drawing(ink: str, size: tuple[int, int] = (300, 200), ground: str | None = None) -> bytes:
    picture = Image.new("RGBA", size, ground or (0, 0, 0, 0))
    ImageDraw.Draw(picture).rectangle((20, 20, size[0] - 20, size[1] // 2), fill=ink)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(("ink", "has_plate"), [("white", True), ("black", False)])
def test_white_ink_on_nothing_gets_a_dark_plate(run: Run, deck: Deck, ink: str, *, has_plate: bool) -> None:
    file = build(run, deck({"a.md": "# D\n\n## 1. Seen?\n\n![Thing](p.png)\n", "p.png": drawing(ink)}))
    assert pictures(file)["Thing"] == 1
    page = render(file, 0, 50)
    distance = ImageChops.difference(page, Image.new("RGB", page.size, "#263038")).convert("L")
    plate = sum(distance.histogram()[:5])
    assert (plate > 1000) == has_plate


def test_a_figure_with_much_to_show_is_larger(run: Run, deck: Deck) -> None:
    heights = []
    for size in ((1000, 800), (1500, 1200)):
        notes = {"a.md": "# D\n\n## 1. Seen?\n\n![Thing](p.png)\n", "p.png": drawing("black", size, "teal")}
        (page,) = pypdfium2.PdfDocument(build(run, deck(notes, f"d{size[0]}")))
        (image,) = (shown for shown in page.get_objects() if shown.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE)
        heights.append(round((image.get_bounds()[3] - image.get_bounds()[1]) * MM))
    assert heights == [74, 105]


# the index


def tagged(title: str, tags: str) -> str:
    return (
        f"---\ntags: [{tags}]\n---\n# {title}\n\n## 1. What is {title}?\n\nA thing.\n\n## 2. Why {title}?\n\nBecause.\n"
    )


def test_the_index_of_tags_leads_to_the_questions(run: Run, deck: Deck) -> None:
    root = deck(
        {"deck.toml": "", "source/a.md": tagged("Heat", "physics, warm"), "source/b.md": tagged("Wave", "physics")}
    )
    file = build(run, root)
    texts = [" ".join(text.split()) for text in page_texts(file)]
    assert re.search(r"Tags [. ]+4", texts[0])
    index = squash(texts[-1])
    assert "physics1(2)2(2)1(3)2(3)" in index  # each chapter has its author's numbers, the page tells them apart
    assert "warm1(2)2(2)" in index
    assert index.index("physics") < index.index("warm")
    assert "WhatisHeat?" not in index
    pdf = pikepdf.open(file)
    pages = [str(page.objgen) for page in pdf.pages]
    targets = [pages.index(str(target_page(pdf, note).objgen)) for note in pdf.pages[-1].Annots]
    assert [page for page, _ in itertools.groupby(targets)] == [1, 2, 1]


def target_page(pdf: pikepdf.Pdf, annotation: pikepdf.Object) -> pikepdf.Object:
    """The page that a link leads to."""
    target = annotation.A.D if "/A" in annotation else annotation.Dest
    if isinstance(target, pikepdf.String):
        target = pikepdf.NameTree(pdf.Root.Names.Dests)[str(target)]
    return target[0]


# fonts


@pytest.fixture
def family() -> str:
    """A family with a bold that is installed here."""
    known = subprocess.run(["fc-list", ":bold", "family"], capture_output=True, text=True, check=True).stdout
    found = next((name for name in ("DejaVu Serif", "Liberation Serif", "Noto Serif CJK SC") if name in known), "")
    return found or pytest.skip("no family is installed that the test knows")


@pytest.mark.parametrize(("setting", "faces"), [("", 0), ("heading_fonts", 1), ("fonts", 3)])
def test_installed_fonts_are_used(run: Run, deck: Deck, family: str, setting: str, faces: int) -> None:
    """`heading_fonts` brings the bold of headings, `fonts` the text and all that is bold or italic."""
    settings = f'[print]\n{setting} = ["{family}"]\n' if setting else ""
    pdf = pikepdf.open(
        build(run, deck({"deck.toml": settings, "source/a.md": "# D\n\n## 1. What?\n\nThis *is* it.\n"}))
    )
    used = {str(o.BaseFont) for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/DescendantFonts" in o}
    own = {name for name in used if family.partition(" ")[0].lower() in name.lower()}
    assert len(own) == faces, used
    assert (used != own) == (setting != "fonts")


@pytest.mark.parametrize("form", ["handout", "flashcards"])
def test_a_name_in_code_stays_on_its_line(run: Run, deck: Deck, form: str) -> None:
    line = "def calculate_color_difference(img1_path):"
    notes = f"# A\n\n## How is it called?\n\n```python\n{line}\n    return 1\n```\n"
    text = "\n".join(page_texts(build(run, deck({"a.md": notes}), only=form)))
    assert line in text


def test_a_page_that_opens_a_chapter_says_its_title_once(run: Run, deck: Deck) -> None:
    chapter = "# {}\n\n" + "".join(f"## What is {n}?\n\n{'so it is. ' * 60}\n\n" for n in range(9))
    pages = page_texts(build(run, deck({"a.md": chapter.format("Alpha"), "b.md": chapter.format("Beta")})))
    openings = [text for text in pages if "Chapter" in text]
    assert [text.count(name) for text, name in zip(openings, ("Alpha", "Beta"), strict=True)] == [1, 1]
    assert all("Alpha" in text or "Beta" in text for text in pages)


def test_a_formula_alone_in_its_paragraph_is_displayed(run: Run, deck: Deck) -> None:
    notes = (
        "# A\n\n## Which sum?\n\nThe sum of all is\n\n$\\sum_{i=1}^n \\frac{a}{b}$\n\nand $\\sum_i x$ is in a line.\n\n"
        "- $y$\n\n## Short?\n\n$z$\n"
    )
    _, book = book_of(deck({"a.md": notes}))
    shown = [display_lone_formulas(card.back).tokens for card in book.chapters[0].cards]
    assert [[token.content for token in tokens if token.type == "math_block"] for tokens in shown] == [
        [r"\sum_{i=1}^n \frac{a}{b}"], [],
    ]  # fmt: skip


def test_no_row_of_a_table_stands_alone_behind_a_page(run: Run, deck: Deck) -> None:
    def table(count: int) -> str:
        return f"# T{count}\n\n## Which rows?\n\n| a | b |\n|---|---|\n" + "".join(
            f"| row {n} | x |\n" for n in range(count)
        )

    texts = page_texts(build(run, deck({f"{count}.md": table(count) for count in range(23, 28)})))
    rows = [len(re.findall(r"row \d+", text)) for text in texts[1:]]
    assert len(rows) > 5
    assert min(rows) > 1


def test_a_turned_table_takes_its_question_along_and_breaks_no_word(run: Run, deck: Deck) -> None:
    head = "|" + "|".join(f"Column name {n}" for n in range(16)) + "|\n|" + "---|" * 16 + "\n"
    rows = "".join("|" + "|".join(f"value {n} of {row}" for n in range(16)) + "|\n" for row in range(6))
    file = build(run, deck({"a.md": f"# Wide\n\n## First?\n\nText.\n\n## Which table?\n\nHere:\n\n{head}{rows}\n"}))
    turned = next(place for place, (width, height) in enumerate(page_sizes(file)) if width > height)
    text = page_texts(file)[turned]
    assert "Which table?" in text.partition("Here:")[0]
    assert text.count("Column") >= 16
    assert not outside(file, 15)
