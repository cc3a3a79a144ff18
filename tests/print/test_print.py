"""The handout and the quiz: nothing is missing, nothing leaves the page, and every setting does what it says."""

from __future__ import annotations

import io
import itertools
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

from exporter.config import load_config
from exporter.markup.math import MathJax
from exporter.model import Body, Card, Prose, Section
from exporter.pipeline.book import read_book
from exporter.print.pages import render_handout, render_here
from exporter.reading.used_keys import used_up
from tests.conftest import CORPUS, Deck, Run
from tests.printed import (
    body_text,
    body_texts,
    elements,
    is_printed,
    outside,
    page_sizes,
    page_texts,
    pictures,
    render,
    squash,
    untagged,
)

BOOK = CORPUS / "book"
CHAPTERS = (
    CORPUS / "seed/ai-video.md",
    BOOK / "数学&物理本质原理基础/01_AIGC时代数学基础高频考点.md",
    BOOK / "计算机基础/操作系统高频知识点.md",
    BOOK / "经典模型/目标检测高频知识点.md",
)
"""The seed; one chapter with many formulas, one with code and long lines, one with many figures."""


NOTES = """# Notes

## 1. What is first? {#first}

The first answer, which says ***much***. See [the second](#second).

## 2. What is second? {#second}

Second.
"""


def build(run: Run, root: Path, *arguments: str, only: str = "handout") -> Path:
    result = run("build", root, "-o", root / "out", "--only", only, *arguments)
    assert result.returncode == 0, result.stderr
    return next(file for file in (root / "out").glob("*.pdf") if only == "handout" or file.stem.endswith(only))


def book_of(path: Path):
    config = load_config(path).value
    assert config is not None
    return config, read_book(config, Path("/nowhere")).value


def source_words(path: Path, *, cards_only: bool = False) -> Iterator[str]:
    """Every run of text in the notes, as the parser sees it: between two spaces, emphases, links or formulas."""
    _, book = book_of(path)
    for chapter in book.chapters:
        on_cards = used_up(chapter.items)
        for item in (item for place, item in enumerate(chapter.items) if place not in on_cards):
            match item:
                case Card():
                    bodies = [item.front, item.back, item.hint, item.extra]
                case Prose():
                    bodies = [] if cards_only else [item.body]
                case Section():
                    bodies = [] if cards_only else [item.title]
            for body in bodies:
                yield from words_of(body)


def words_of(body: Body | None) -> Iterator[str]:
    for token in body.tokens if body else ():
        if token.type in ("fence", "code_block"):
            yield from token.content.split()
        for child in token.children or () if token.type == "inline" else ():
            if child.type in ("text", "code_inline"):
                yield from child.content.split()


def drawn(path: Path) -> Counter[str]:
    """The alternative texts of all pictures and formulas of the handout's HTML."""
    import html

    config, book = book_of(path)
    ((_, page),) = render_handout(book, config, render_here(MathJax()), 0).value
    return Counter(
        html.unescape(alt)
        for alt in re.findall(r'<img\b[^>]*?\balt="([^"]*)"', "".join(part.html for part in page.parts))
    )


def test_every_word_picture_and_formula_is_there_and_on_the_page(showcase: Path, showcase_deck: Path) -> None:
    check_that_all_is_there(showcase_deck, showcase / "ai-video.pdf")


@pytest.mark.slow
@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_every_word_picture_and_formula_of_real_notes_is_there(run: Run, tmp_path: Path, path: Path) -> None:
    if not path.exists():
        pytest.skip("the corpus of real notes is not here")
    result = run("build", path, "-o", tmp_path, "--only", "handout")
    assert result.returncode == 0, result.stderr
    assert "glyph-missing" not in result.stderr
    check_that_all_is_there(path, *tmp_path.glob("*.pdf"))


def check_that_all_is_there(path: Path, file: Path) -> None:
    text = body_text(file)
    assert [word for word in source_words(path) if not is_printed(squash(word), text)] == []
    expected, found = drawn(path), pictures(file)
    assert {alt: n for alt, n in (expected - found).items() if alt} == {}
    assert outside(file, margin=8) == []
    for tag, element in elements(file):
        if tag == "/Figure":
            x1, y1, x2, y2 = (float(v) for v in element.A.BBox)  # px from the top left
            assert 0 <= x1 < x2 <= 1123
            assert 0 <= y1 < y2 <= 1123


def test_no_heading_stands_at_the_foot_of_a_page(showcase: Path, showcase_deck: Path) -> None:
    """A question's first lines stand below it: no page's last line is a question."""
    _, book = book_of(showcase_deck)
    questions = [squash(card.text) for chapter in book.chapters for card in chapter.cards]
    for page in body_texts(showcase / "ai-video.pdf")[1:]:
        last = squash(page.strip().splitlines()[-1])
        assert not any(last.endswith(question) for question in questions)


def test_the_same_input_gives_the_same_pdfs(run: Run, deck: Deck) -> None:
    files = []
    for folder in ("a", "b"):
        root = deck({"a.md": NOTES}, folder)
        run("build", root / "a.md", "-o", root / "out", "--only", "handout,quiz,flashcards")
        files.append({file.name: file.read_bytes() for file in (root / "out").glob("*.pdf")})
    assert len(files[0]) == 3
    assert files[0] == files[1]


# themes, sizes, templates


@pytest.mark.parametrize("theme", ["paper", "compact", "cornell", "ink-saving"])
@pytest.mark.parametrize("page", ["A4", "A5", "Letter"])
def test_every_theme_on_every_page(run: Run, deck: Deck, theme: str, page: str) -> None:
    file = build(run, deck({"a.md": NOTES}), "--theme", theme, "--page", page)
    assert page_sizes(file)[0] == {"A4": (210, 297), "A5": (148, 210), "Letter": (216, 279)}[page]
    assert "The first answer, which says much" in " ".join(" ".join(page_texts(file)).split())
    assert outside(file, margin=8) == []


def test_a_theme_is_one_css_file(run: Run, deck: Deck) -> None:
    root = deck({"deck.toml": '[print]\ntheme = "night-train"\n', "source/a.md": NOTES,
                 "templates/themes/night-train.css": ":root { --accent: #ff0000; --text-size: 14pt; }\n"})  # fmt: skip
    image = render(build(run, root), 0, 60)
    red = [p for p in image.get_flattened_data() if p[0] > 200 and p[1] < 90 and p[2] < 90]
    assert len(red) > 20


def test_an_unknown_theme_names_those_there_are(run: Run, deck: Deck) -> None:
    result = run("build", deck({"a.md": NOTES}), "--theme", "papre")
    assert result.returncode == 1
    assert "theme-unknown" in result.stderr
    assert all(name in result.stderr for name in ('"paper"', "compact", "cornell", "ink-saving"))


def test_a_template_of_the_deck_wins(run: Run, deck: Deck) -> None:
    template = (
        '{% set sheet = "handout.css" %}{% extends "_base.html.j2" %}{% block body %}<p>My own page</p>{% endblock %}'
    )
    root = deck({"deck.toml": "", "source/a.md": NOTES, "templates/handout/handout.html.j2": template})
    assert page_texts(build(run, root))[0].strip() == "My own page"


# the handout


def test_what_the_first_page_says(run: Run, deck: Deck) -> None:
    settings = 'title = "My deck"\nauthor = "A. Uthor"\nurl = "https://example.org/deck"\nlicense = "CC BY-SA 4.0"\n'
    file = build(run, deck({"deck.toml": settings, "source/a.md": NOTES}))
    first = page_texts(file)[0]
    for words in ("My deck", "A. Uthor", "2 questions", "https://example.org/deck", "CC BY-SA 4.0"):
        assert words in first
    assert "QR code: https://example.org/deck" in pictures(file)
    pdf = pikepdf.open(file)
    uris = [str(a.A.URI) for a in pdf.pages[0].get("/Annots", []) if "/A" in a and "/URI" in a.A]
    assert set(uris) == {"https://example.org/deck"}


def test_a_reference_names_its_page_and_tags_have_an_index(run: Run, deck: Deck) -> None:
    notes = NOTES.replace("## 2.", "<!-- card: tags=alpha -->\n## 2.")
    text = " ".join(" ".join(page_texts(build(run, deck({"a.md": notes})))).split())
    assert re.search(r"the second\s?\(p\.\s?1\)", text)


@pytest.mark.parametrize(("volumes", "count"), [("book", 1), ("folder", 2), ("file", 3)])
def test_volumes_name_each_other(run: Run, deck: Deck, volumes: str, count: int) -> None:
    link = "# Three\n\n## Where?\n\nSee [there](../one/a.md#first).\n"
    root = deck({"deck.toml": 'name = "d"\n', "source/one/a.md": NOTES, "source/one/b.md": NOTES.replace("Notes", "Two"),
                 "source/two/c.md": link})  # fmt: skip
    build(run, root, "--volumes", volumes)
    files = sorted((root / "out").glob("*.pdf"))
    assert len(files) == count
    text = squash(" ".join(page_texts(files[-1])))
    assert ('(see"' in text) == (count > 1)
    assert "1Where?" in text  # among chapters with numbers of their own, one without is counted for itself


KEYED = """# Exam

The key is [below](#answer-key).

## Part A

1. Which year?
   a) 1776
   b) 1789

2. Who wrote it?
   a) Voltaire
   b) Rousseau

## Part B

3. What is a frame?

4. What is a packet?

## Answer Key

1. b - the king fell
2. b
3. What a link carries.
4. What a network carries.
"""

TABLED = "| Question | Answer | Why |\n|---|---|---|\n| 1 | b | the king fell |\n| 2 | b | |\n\n3."


@pytest.mark.parametrize(
    ("notes", "is_there"),
    [
        (KEYED, False),
        (KEYED.replace("\n2. b\n", "\n2. b\n7. a\n"), True),
        (KEYED.replace("1. b - the king fell\n2. b\n3.", TABLED), False),
        (KEYED + "\nPoints are given for half of an answer.\n", True),
    ],
)
def test_a_key_that_is_on_cards_is_not_printed_again(run: Run, deck: Deck, notes: str, *, is_there: bool) -> None:
    text = " ".join("\n".join(page_texts(build(run, deck({"a.md": notes})))).split())
    assert ("Answer Key" in text) == is_there
    for words in ("the king fell", "What a link carries.", "Rousseau"):
        assert words in text


def test_long_code_says_where_it_wraps_and_wide_tables_turn(run: Run, deck: Deck) -> None:
    row = "| " + " | ".join(f"some words in column {n}" for n in range(14)) + " |\n"
    table = row + "|" + "---|" * 14 + "\n" + row
    code = "```python\nx = [" + ", ".join(f"number_{n}" for n in range(30)) + "]\n```\n"
    file = build(run, deck({"a.md": f"# D\n\n## 1. Wide?\n\n{table}\n\n## 2. Long?\n\n{code}"}))
    assert (297, 210) in page_sizes(file)
    assert outside(file, margin=8) == []
    html = (
        render_handout(*book_of(file.parent.parent / "a.md")[::-1], render_here(MathJax()), 0).value[0][1].parts[0].html
    )
    assert '<span class="long">' in html


def test_a_table_of_few_rows_stands_on_one_page(run: Run, deck: Deck) -> None:
    rows = "| A | B |\n|---|---|\n" + "".join(f"| row {n} | value |\n" for n in range(4))
    notes = "".join(f"## What is {n}?\n\nA line." + "\\\nmore" * (n % 7) + f"\n\n{rows}\n" for n in range(20))
    pages = body_texts(build(run, deck({"notes.md": f"# T\n\n{notes}"})))
    assert len(pages) > 2
    assert [squash(page).count("row0") for page in pages] == [squash(page).count("row3") for page in pages]


def test_a_long_table_repeats_its_head(run: Run, deck: Deck) -> None:
    rows = "".join(f"| row {n} | value |\n" for n in range(120))
    texts = page_texts(build(run, deck({"a.md": f"# D\n\n## 1. Long?\n\n| Headword | Other |\n|---|---|\n{rows}"})))
    assert sum("Headword" in text for text in texts) == len(texts) >= 3


def test_adjacent_punctuation_closes_up(run: Run, deck: Deck) -> None:
    """CLREQ 3.1.6.2: `”，` takes one and a half ems, not two."""
    file = build(run, deck({"a.md": "# 集\n\n## 1. 问题一？\n\n汉字汉字\n\n他说“好”，她说（“不”）。\n"}))
    page = pypdfium2.PdfDocument(file)[0].get_textpage()
    index = page.search("”，").get_next()[0]
    em = page.get_charbox(page.search("汉字汉字").get_next()[0] + 1, loose=True)
    left, right = page.get_charbox(index, loose=True)[0], page.get_charbox(index + 2, loose=True)[0]
    assert (right - left) / (em[2] - em[0]) == pytest.approx(1.5, abs=0.1)


# accessible


def test_pdf_ua(run: Run, showcase_deck: Path, tmp_path: Path) -> None:
    run("build", showcase_deck, "-o", tmp_path, "--only", "handout,quiz", "--pdf-variant", "pdf/ua-1")
    for name in ("ai-video.pdf", "ai-video-quiz.pdf"):
        file = tmp_path / name
        pdf = pikepdf.open(file)
        assert str(pdf.Root.Lang) == "zh-CN"
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        with pdf.open_metadata() as metadata:
            assert metadata["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
        assert untagged(file) == []
        tags = list(elements(file))
        assert all(str(e.get("/Alt", "")) for tag, e in tags if tag in ("/Figure", "/Formula"))
        levels = [int(tag[2]) for tag, _ in tags if re.fullmatch(r"/H\d", tag)]
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
        assert {str(e.Lang) for _, e in tags if "/Lang" in e} == {"en"}
        assert {str(e.A.Scope) for tag, e in tags if tag == "/TH"} == {"/Column"}
        assert {"/Formula", "/Figure", "/TH", "/L", "/Lbl", "/LBody", "/Link", "/Caption"} <= {tag for tag, _ in tags}


def test_accessible_in_deck_toml_is_pdf_ua(run: Run, deck: Deck) -> None:
    file = build(run, deck({"deck.toml": "[print]\naccessible = true\n", "source/a.md": NOTES}))
    with pikepdf.open(file).open_metadata() as metadata:
        assert metadata["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"


@pytest.mark.parametrize("variant", ["pdf/a-3b", "pdf/a-3u"])
def test_pdf_a(run: Run, deck: Deck, variant: str) -> None:
    pdf = pikepdf.open(build(run, deck({"a.md": NOTES}), "--pdf-variant", variant))
    with pdf.open_metadata() as metadata:
        assert metadata["{http://www.aiim.org/pdfa/ns/id/}part"] == "3"
    assert "/ID" in pdf.trailer
    assert "/OutputIntents" in pdf.Root


def test_a_link_in_a_footnote_leads_to_its_page(run: Run, deck: Deck) -> None:
    first = "# A\n\n## 1. What is a?\n\nSee[^1].\n\n[^1]: compare [that](b.md#what-is-b)\n"
    root = deck({"a.md": first, "b.md": "# B\n\n## What is b?\n\nIt is b.\n"})
    text = " ".join(" ".join(page_texts(build(run, root))).split())
    assert re.search(r"compare that ?\(p\. ?3\)", text), text


# the quiz


def quiz(run: Run, root: Path, *arguments: str) -> str:
    return " ".join(" ".join(page_texts(build(run, root, *arguments, only="quiz"))).split())


def test_questions_and_answers_name_each_others_pages(run: Run, deck: Deck) -> None:
    text = quiz(run, deck({"a.md": NOTES}))
    assert text.count("Answer: p. 2") == 2
    assert text.count("Question: p. 1") == 2
    assert text.index("What is second?") < text.index("The first answer")


def test_a_large_quiz_is_set_in_parts_and_refers_to_its_own_pages(run: Run, deck: Deck) -> None:
    """Both ways, through all of its parts; each chapter has its title once on either side, and figures are numbered through."""
    out = io.BytesIO()
    Image.new("RGB", (600, 300), "#336699").save(out, "PNG")
    figure = "![a figure](p.png)\n\n"
    notes = {
        f"{name}.md": f"# Chapter {name}\n\n"
        + "".join(
            f"## {i}. Which is {name}{i:02}?\n\nIt is {i}.\n\n{figure if i % 30 == 0 else ''}" for i in range(1, 61)
        )
        for name in "xy"
    }
    texts = page_texts(build(run, deck({**notes, "p.png": out.getvalue()}), only="quiz"))
    solved = next(n for n, text in enumerate(texts) if text.lstrip().startswith("Answers"))
    both = "\n".join(texts)
    for name, i in itertools.product("xy", (1, 30, 31, 59, 60)):
        title = f"Which is {name}{i:02}?"
        asked, answered = (n for n, text in enumerate(texts) if title in text)
        assert asked < solved <= answered
        behind = texts[asked].partition(title)[2]
        assert re.search(r"Answer: p\.\s+(\d+)", behind)[1] == str(answered + 1)
        behind = texts[answered].partition(title)[2]
        assert re.search(r"Question: p\.\s+(\d+)", behind)[1] == str(asked + 1)
    assert [both.count(f"Chapter {name}") for name in "xy"] == [2, 2]
    assert re.findall(r"Figure (\d+)", both) == ["1", "2", "3", "4"]
    assert f"{len(texts)} / {len(texts)}" in texts[-1]
    assert all("Which is" in text for text in texts)  # no page without a question or an answer


def test_a_quiz_says_nothing_of_what_it_does_not_ask(run: Run, deck: Deck) -> None:
    notes = "# D\n\n## 1. Which is right?\n\nIt is $x^2$.\n\n## 2. Which is wrong?\n\nIt is $\\nope$.\n"
    root = deck({"a.md": notes})
    said = [run("build", root, "-o", root / "out", "--only", "quiz", *more).stderr for more in ((), ("--count", "1"))]
    assert ["math-invalid" in text for text in said] == [True, False]


def test_a_quiz_says_what_is_wrong_in_an_extra(run: Run, deck: Deck) -> None:
    notes = "# D\n\n## 1. Which is right?\n\nIt is this.\n\n<!-- extra -->\n\nMore is $\\nope$.\n"
    root = deck({"a.md": notes})
    assert "math-invalid" in run("build", root, "-o", root / "out", "--only", "quiz").stderr


def test_a_seed_shuffles_and_a_count_chooses(run: Run, deck: Deck) -> None:
    notes = "# D\n\n" + "\n".join(f"## {n}. Question number {n}?\n\nAnswer.\n" for n in range(1, 13))
    root = deck({"a.md": notes})

    def order(*arguments: str) -> list[int]:
        return [
            int(n) for n in re.findall(r"Question number (\d+)\?", quiz(run, root, *arguments).partition("Answers")[0])
        ]

    assert order() == list(range(1, 13))
    assert order("--seed", "3") == order("--seed", "3") != order("--seed", "4")
    assert sorted(order("--seed", "3")) == list(range(1, 13))
    assert order("--count", "3") == [1, 5, 9]
    assert len(order("--count", "3", "--seed", "3")) == 3


def test_tags_choose_and_no_match_is_an_error(run: Run, deck: Deck) -> None:
    root = deck({"a.md": "# Alpha\n\n## 1. In a?\n\nYes.\n", "b.md": "# Beta\n\n## 1. In b?\n\nYes.\n"})
    text = quiz(run, root, "--tags", "beta")
    assert "In b?" in text
    assert "In a?" not in text
    result = run("build", root, "--only", "quiz", "--tags", "gamma")
    assert result.returncode == 1
    assert "quiz-empty" in result.stderr


@pytest.mark.parametrize("asked", ["verbs", "verbs/irregular", "Verbs::irregular"])
def test_a_tag_asks_for_all_below_it(run: Run, deck: Deck, asked: str) -> None:
    notes = "# A\n\n## What is go?\n\nwent <!-- tags: verbs/irregular -->\n\n## What is a dog?\n\nHund\n"
    text = quiz(run, deck({"a.md": notes}), "--tags", asked)
    assert "What is go?" in text
    assert "dog" not in text


def test_choices_have_boxes_and_the_answer_names_the_letter(run: Run, deck: Deck) -> None:
    notes = "# D\n\n## 1. Which one?\n\n- [ ] first\n- [x] second\n- [ ] third\n\nBecause.\n\n## 2. Other?\n\nYes.\n"
    asked, _, solved = quiz(run, deck({"a.md": notes})).partition("Answers")
    assert all(word in asked for word in ("A.", "B.", "C.", "first", "second", "third"))
    assert "Right: B" not in asked
    assert "Right: B second Because." in " ".join(solved.split())
    (answer,) = page_texts(build(run, deck({"a.md": notes})))
    assert answer.count("second") == 2


@pytest.mark.parametrize("form", ["handout", "quiz"])
def test_options_are_counted_as_their_author_counts_them(run: Run, deck: Deck, form: str) -> None:
    asked = "# D\n\n## Which city is it?\n\nа) Minsk\nб) Sofia\nв) Kyiv\n\nAnswer: б\n\n"
    more = "## Which of them are fruit?\n\n① apple\n② stone\n③ lime\n\nAnswer: ①, ③\n"
    lines = [
        line.strip()
        for text in page_texts(build(run, deck({"a.md": asked + more}), only=form))
        for line in text.splitlines()
    ]
    assert {"а.", "б.", "в.", "①", "②", "③", "Right:"} <= set(lines)  # what counts a list is drawn behind its words
    assert lines.count("③") == 2  # several that are right are a list, too
    assert not {"A.", "C."} & set(lines)
    assert any(re.fullmatch(r"Right: б\s+Sofia", line) for line in lines)


def test_true_and_false_are_ticked_in_a_quiz(run: Run, deck: Deck) -> None:
    notes = (
        "# D\n\n## Is water wet? True / False\n\nTrue\n\n## Is the earth flat? (true/false)\n\nFalse. It is a ball.\n"
    )
    asked, _, solved = quiz(run, deck({"a.md": notes})).partition("Answers")
    assert len(re.findall(r"True False", asked)) == 2
    assert "True / False" not in asked
    assert "False. It is a ball." in solved


def test_a_question_that_is_left_out_keeps_its_number(run: Run, deck: Deck) -> None:
    notes = "# D\n\n1. Which one?\nA) first\nB) second\nAnswer: B\n\n7. Smallest?\nA) one\nB) two\nAnswer: D\n"
    text = "\n".join(page_texts(build(run, deck({"a.md": notes}))))
    assert re.search(r"^7\. *\r?$", text, re.MULTILINE)


@pytest.mark.parametrize("width", [400, 700])
def test_pictures_of_one_line_stand_side_by_side_where_they_would_on_a_screen(run: Run, deck: Deck, width: int) -> None:
    file = io.BytesIO()
    Image.new("RGB", (width, 300), "teal").save(file, "PNG")
    root = deck({"a.md": "# D\n\n## What is it?\n\n![One](p.png) ![Two](p.png)\n\nText.\n", "p.png": file.getvalue()})
    pages = pypdfium2.PdfDocument(build(run, root))
    bounds = [i.get_bounds() for page in pages for i in page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE])]
    assert len(bounds) == 2
    (_, bottom, right, _), (other, below, end, _) = bounds
    assert (abs(bottom - below) < 1 and right < other) is (width == 400)
    assert end < pages[0].get_width() - 20


def test_a_figure_that_just_does_not_fit_shrinks_and_leaves_no_hole(run: Run, deck: Deck) -> None:
    """On every page but the last the text, or a figure, reaches the foot; no figure is less than 0.64 of its size."""
    picture = Image.new("RGB", (1200, 600), "teal")
    file = io.BytesIO()
    picture.save(file, "PNG")
    card = "## {n}. What is thing {n}?\n\n{text}\n\n![Thing](p.png)\n\n{text}\n\n"
    notes = "# D\n\n" + "".join(card.format(n=n, text="This is said of it. " * (9 + 4 * n)) for n in range(1, 9))
    printed = build(run, deck({"a.md": notes, "p.png": file.getvalue()}))
    pages = [render(printed, page, 50) for page in range(len(page_sizes(printed)))]
    for page in pages[:-1]:
        text = (
            page.crop((0, 0, page.width, int(page.height * 0.92))).convert("L").point(lambda v: 255 if v < 200 else 0)
        )
        box = text.getbbox()
        assert box
        assert box[3] > page.height * 0.72
    images = [
        image for page in pypdfium2.PdfDocument(printed) for image in page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE])
    ]
    heights = [top - bottom for _, bottom, _, top in (image.get_bounds() for image in images)]
    assert len(heights) == 8
    assert min(heights) >= 0.63 * max(heights)
    assert min(heights) < max(heights)


def test_a_choice_hangs_behind_its_box(run: Run, deck: Deck) -> None:
    option = "alpha " + " ".join(f"word{n}" for n in range(30))
    root = deck({"a.md": f"# D\n\n## 1. Which one?\n\n- [ ] {option}\n- [x] other\n\nBecause.\n"})
    text = pypdfium2.PdfDocument(build(run, root, only="quiz"))[0].get_textpage()
    start = text.search("alpha").get_next()[0]
    lines = text.get_text_range(start, text.search("other").get_next()[0] - start).split("\r\n")
    second = start + len(lines[0]) + 2
    assert text.get_charbox(second)[0] == pytest.approx(text.get_charbox(start)[0], abs=2)


def rules(file: Path) -> list[float]:
    """The places in mm of the level lines on the first page, below its head."""
    image = render(file, 0, 100).convert("L")
    rows = [
        y for y in range(round(60 / 25.4 * 100), image.height) if image.crop((400, y, 600, y + 1)).getextrema()[1] < 240
    ]
    return [y * 25.4 / 100 for i, y in enumerate(rows) if i == 0 or y > rows[i - 1] + 1]


def test_room_to_write_is_ruled_or_blank_or_none(run: Run, deck: Deck) -> None:
    answer = " ".join(f"word{n}" for n in range(60))
    notes = f"# D\n\n## 1. First?\n\n{answer}\n\n## 2. Second?\n\nYes.\n"
    places, lines = {}, {}
    for space in ("ruled", "blank", "none"):
        root = deck({"deck.toml": f'[print.quiz]\nspace = "{space}"\n', "source/a.md": notes}, space)
        file = build(run, root, only="quiz")
        text = pypdfium2.PdfDocument(file)[0].get_textpage()
        places[space] = text.get_charbox(text.search("Second?").get_next()[0])[1]
        lines[space] = rules(file)
    assert places["ruled"] == pytest.approx(places["blank"], abs=3)
    assert places["none"] > places["blank"] + 60
    assert len(lines["ruled"]) > 3
    assert all(b - a == pytest.approx(8, abs=0.6) for a, b in itertools.pairwise(lines["ruled"][:-1]))
    assert lines["blank"] == lines["none"] == []


def test_a_count_without_seed_takes_questions_from_everywhere_in_their_order(run: Run, deck: Deck) -> None:
    notes = {f"source/{name}.md": f"# {name}\n\n" + "".join(f"## {n}. Is {name} {n} asked?\n\nYes.\n\n" for n in range(1, 5))
             for name in ("alpha", "beta", "gamma")}  # fmt: skip
    root = deck({"deck.toml": "[print.quiz]\ncount = 3\n", **notes})

    def asked(*arguments: str) -> list[str]:
        return re.findall(r"Is (\w+ \d) asked", quiz(run, root, *arguments).partition("Answers")[0])

    assert asked() == ["alpha 1", "beta 1", "gamma 1"]
    assert asked("--count", "5") == ["alpha 1", "alpha 3", "beta 1", "beta 4", "gamma 2"]
    assert len(asked("--count", "99")) == 12


def test_a_number_of_three_digits_stands_apart_from_its_question(run: Run, deck: Deck) -> None:
    many = "# A\n\n" + "".join(f"## Is it {n}?\n\nYes.\n\n" for n in range(1, 112))
    root = deck({"a.md": many, "b.md": "# Last\n\n## Other?\n\nYes.\n"})
    text = pypdfium2.PdfDocument(build(run, root, "--tags", "last", only="quiz"))[0].get_textpage()
    number, question = (text.search(word).get_next() for word in ("112", "Other?"))
    assert text.get_charbox(question[0])[0] - text.get_charbox(number[0] + 2)[2] > 4


def test_a_panorama_takes_no_page_of_its_own_in_the_answers(run: Run, deck: Deck) -> None:
    out = io.BytesIO()
    Image.new("RGB", (3600, 600), "#336699").save(out, "PNG")
    root = deck(
        {"a.md": "# D\n\n## 1. Which?\n\nThis one:\n\n![wide](p.png)\n\nAnd no other.\n", "p.png": out.getvalue()}
    )
    assert len(page_texts(build(run, root, only="quiz"))) == 2


def test_a_hint_stands_on_one_line_with_its_label(run: Run, deck: Deck) -> None:
    notes = "# D\n\n## 1. Which?\n\n<!-- hint -->\n\nThink.\n\n<!-- answer -->\n\nThis.\n"
    assert "Hint Think." in page_texts(build(run, deck({"a.md": notes}), only="quiz"))[0]
