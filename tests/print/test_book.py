"""What makes a handout a book: its measure, its openings, its title page, its contents, marks and lines as its language has them."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from exporter.config import load_config
from exporter.machinery.html_text import Html
from exporter.machinery.paper_sizes import page_fault, page_size
from exporter.print.pages.appearance import Look, load_look
from exporter.print.pages.contents_depth import choose_contents
from exporter.print.pages.emphasis_dots import mark_emphasis
from exporter.print.pages.foot_notes import notes_at_foot
from exporter.print.pages.page import PageChapter, PageItem
from exporter.print.pages.smart_quotes import set_quotes
from tests.conftest import Deck, Run
from tests.print.test_print import build
from tests.printed import MM, body_texts, page_sizes, page_texts, render

WORDS = (
    "A network connects machines so that they can exchange messages, and each of them travels through several devices. "
)
MATTER = "---\nauthor: Ada Lovelace\nsubtitle: A first course\ndate: 2024-05-06T10:00\nkeywords: [nets, cards]\n---\n"


def chapter(title: str, count: int, matter: str = "") -> str:
    return f"{matter}# {title}\n\n" + "".join(
        f"## {n}. What is {title} {n}?\n\n{WORDS * 3}\n\n" for n in range(1, count + 1)
    )


def look_of(deck: Deck, lang: str, **print_settings: object) -> Look:
    config = load_config(deck({"a.md": "# A\n"}) / "a.md").value
    assert config
    look = load_look(replace(config, print=replace(config.print, **print_settings)), lang)
    assert isinstance(look, Look)
    return look


# the page


@pytest.mark.parametrize(
    ("lang", "page", "least", "most"),
    [("en", "A4", 66, 75), ("en", "B5", 66, 75), ("en", "A5", 60, 75), ("zh", "A4", 35, 41), ("zh", "A5", 32, 40)],
)
def test_a_line_has_as_many_characters_as_is_good_to_read(
    deck: Deck, lang: str, page: str, least: int, most: int
) -> None:
    look = look_of(deck, lang, page=page)
    assert least <= look.column_em / (1 if lang == "zh" else 0.47) <= most


def test_no_line_of_a_book_is_longer_than_its_measure(run: Run, deck: Deck) -> None:
    lines = [line for text in body_texts(build(run, deck({"a.md": chapter("nets", 4)}))) for line in text.splitlines()]
    long = [line for line in lines if len(line) > 50 and ". ." not in line.replace("\u2002", " ")]
    assert len(long) > 10
    assert max(map(len, long)) <= 78


def test_text_of_a_small_page_is_large_enough(deck: Deck) -> None:
    for theme in ("paper", "compact", "ink-saving", "cornell"):
        look = look_of(deck, "zh", page="A5", theme=theme)
        assert look.length("text-size") * look.text_scale / (25.4 / 72) >= 8.19


def test_code_and_tables_that_need_it_go_into_the_margins(run: Run, deck: Deck) -> None:
    code = "x = " + "a" * 80
    file = build(run, deck({"a.md": f"# D\n\n## 1. Long?\n\n{WORDS}\n\n```\n{code}\n```\n"}))
    assert code in page_texts(file)[0]  # it is one line still
    words = pypdfium2.PdfDocument(file)[0].get_textpage()
    boxes = [words.get_rect(index) for index in range(words.count_rects())]
    text = min(box[0] for box in boxes if "network" in words.get_text_bounded(*box))
    assert min(box[0] for box in boxes if "aaaa" in words.get_text_bounded(*box)) < text - 10 / MM * MM


@pytest.mark.parametrize(("name", "size"), [("B5", (176, 250)), ("148x210mm", (148, 210)), ("6x9in", (152, 229))])
def test_pages_have_the_size_that_is_asked_for(run: Run, deck: Deck, name: str, size: tuple[int, int]) -> None:
    assert set(page_sizes(build(run, deck({"a.md": chapter("nets", 2)}), "--page", name))) == {size}


def test_what_is_no_size_of_paper_is_refused_with_a_suggestion(run: Run, deck: Deck) -> None:
    assert page_size("A4") == (210, 297)
    assert 'did you mean "A4"' in page_fault("a4")
    assert "90 to 600 mm" in page_fault("20x20mm")
    said = run("build", deck({"a.md": "# A\n\n## B?\n\nC.\n"}), "--page", "Leter")
    assert said.returncode == 2
    assert 'did you mean "Letter"?' in said.stderr
    root = deck({"deck.toml": '[print]\npage = "A44"\n', "source/a.md": "# A\n\n## B?\n\nC.\n"})
    said = run("build", root)
    assert 'deck.toml:2:1: error[config-invalid]: "print.page"' in said.stderr


# its parts


def test_chapters_open_on_right_pages_and_numbers_stand_at_the_outer_edge(run: Run, deck: Deck) -> None:
    root = deck({"a.md": chapter("nets", 5, MATTER), "b.md": chapter("codes", 9)})
    file = build(run, root, "--recto", "--front", "page")
    texts = page_texts(file)
    opens = [
        number for number, text in enumerate(texts, 1) if "Chapter " in text and "questions" in text and number > 2
    ]
    assert len(opens) == 2
    assert all(number % 2 for number in opens)
    assert "Ada Lovelace" in texts[0]
    assert "Edition of" in texts[1]
    assert "Contents" in texts[2]
    for number, page in enumerate(pypdfium2.PdfDocument(file), 1):
        width = page.get_size()[0]
        foot = page.get_textpage().get_text_bounded(0, 0, width, 17 / MM).strip()
        left = page.get_textpage().get_text_bounded(0, 0, width / 2, 17 / MM).strip()
        assert foot in ("", str(number))
        assert not foot or bool(left) == (number % 2 == 0)


def test_a_book_of_one_file_has_what_its_front_matter_says(run: Run, deck: Deck) -> None:
    file = build(run, deck({"a.md": chapter("nets", 2, MATTER)}))
    first = page_texts(file)[0]
    assert "A first course" in first
    assert "Ada Lovelace" in first
    assert "2024-05-06" in first
    assert "T10:00" not in first
    with pikepdf.open(file) as pdf:
        assert str(pdf.docinfo["/Author"]) == "Ada Lovelace"
        assert str(pdf.docinfo["/Keywords"]) == "nets, cards"


def test_settings_go_before_front_matter(run: Run, deck: Deck) -> None:
    settings = 'author = "B"\nsubtitle = "Other"\ndate = "May"\nkeywords = ["x"]\n'
    file = build(run, deck({"deck.toml": settings, "source/a.md": chapter("nets", 2, MATTER)}))
    first = page_texts(file)[0]
    assert "Other" in first
    assert "May" in first
    assert "Lovelace" not in first


def listed(count: int, sections: int = 0) -> PageChapter:
    items = [PageItem("card", text="What is the matter with this one?") for _ in range(count)]
    items += [PageItem("section", level=1, text="A section") for _ in range(sections)]
    return PageChapter("c", "Title", "en", tuple(items))


def test_contents_list_what_two_pages_hold(deck: Deck) -> None:
    look = look_of(deck, "en")
    assert choose_contents([listed(40)], look).cards
    middle = choose_contents([listed(100)], look)
    assert middle.cards
    assert middle.two_columns
    many = choose_contents([listed(400, 20)], look)
    assert (many.cards, many.sections) == (False, 2)
    assert choose_contents([listed(900, 90) for _ in range(4)], look).sections == 0


def test_contents_of_many_questions_are_two_pages_long(run: Run, deck: Deck) -> None:
    sections = "".join(
        f"# Part {part}\n\n" + "".join(f"## What is {part}.{n} of it all?\n\nIt.\n\n" for n in range(25))
        for part in range(8)
    )
    texts = page_texts(build(run, deck({"a.md": sections})))
    assert sum(". . ." in text for text in texts) <= 2


# letters


@pytest.mark.parametrize(
    ("lang", "typed", "printed"),
    [
        ("en", "<p>He said \"hello\", it's 'fine'.</p>", "<p>He said “hello”, it’s ‘fine’.</p>"),
        ("en", "<p>5'10\" and 6\" of the '90s, dogs' bones</p>", "<p>5′10″ and 6″ of the ’90s, dogs’ bones</p>"),
        (
            "en",
            '<p>"He is 5\'10"", "in 1990" and \'70\', 40°26\'46"</p>',
            "<p>“He is 5′10″”, “in 1990” and ‘70’, 40°26′46″</p>",
        ),
        ("en", "<p>5&#39;10&quot; tall</p>", "<p>5′10″ tall</p>"),
        ("en", '<p>&quot;<em>a</em> <code>"b"</code>&quot; "one</p>', '<p>“<em>a</em> <code>"b"</code>” "one</p>'),
        ("en", '<p>"a</p><p>b"</p>', '<p>"a</p><p>b"</p>'),
        ("en", '<a href="x" title="it\'s">x</a>', '<a href="x" title="it\'s">x</a>'),
        ("de", "<p>Er \"'so' geht's\".</p>", "<p>Er „‚so‘ geht’s“.</p>"),
        ("fr", '<p>L\'un dit "oui".</p>', "<p>L’un dit «\u202foui\u202f».</p>"),
        ("zh", '<p>他说"你好"，15"</p>', "<p>他说“你好”，15″</p>"),
        ("ja", '<p>"a"</p>', '<p>"a"</p>'),
    ],
)
def test_quotation_marks_are_those_of_the_language(lang: str, typed: str, printed: str) -> None:
    assert set_quotes(typed, lang) == printed


def test_notes_with_marks_of_their_own_keep_them_all(run: Run, deck: Deck) -> None:
    straight = '## What is "it"?\n\nIt\'s `"it"`.\n'
    assert "What is “it”?" in page_texts(build(run, deck({"a.md": straight})))[0]
    assert '"it"' in page_texts(build(run, deck({"a.md": straight})))[0]
    mixed = '## What is "it"?\n\nIt is “it”.\n'
    assert 'What is "it"?' in page_texts(build(run, deck({"b.md": mixed})))[-1]
    kept = deck({"deck.toml": "[print]\nsmart_quotes = false\n", "source/a.md": straight})
    assert 'What is "it"?' in page_texts(build(run, kept))[0]


def test_each_emphasised_character_has_a_dot() -> None:
    assert mark_emphasis("<p><em>重要，GPU</em>要</p>") == (
        '<p><em><span class="stress">重</span><span class="stress">要</span>，GPU</em>要</p>'
    )
    assert mark_emphasis("<em><code>重</code></em>") == "<em><code>重</code></em>"


_MOST_OF_A_LINE = 155


def right_edges(file: Path) -> list[float]:
    """Where the lines of the first page end that are about full, in mm."""
    image = render(file, 0, 150).convert("L").point(lambda value: 255 * (value < 215))
    inked = [bool(image.crop((0, y, image.width, y + 1)).getbbox()) for y in range(image.height)]
    lines = [[y for y, _ in run] for ink, run in itertools.groupby(enumerate(inked), lambda pair: pair[1]) if ink]
    boxes = [
        box
        for rows in lines
        if (box := image.crop((0, rows[0], image.width, rows[-1] + 1)).getbbox()) and len(rows) > 5
    ]
    return [edge for edge in (box[2] * 25.4 / 150 for box in boxes) if edge > _MOST_OF_A_LINE]


def test_lines_of_chinese_are_equally_long(run: Run, deck: Deck) -> None:
    text = "网络由计算机组成并且使用 TCP/IP 协议交换*重要*信息" * 14
    file = build(run, deck({"a.md": f"# 集\n\n## 问题是什么？\n\n{text}\n"}))
    edges = right_edges(file)
    assert len(edges) > 5
    assert max(edges) - min(edges) < 1.5
    assert text.replace("*", "")[:40] in page_texts(file)[0].replace("\r\n", "")


def test_lines_of_latin_are_equally_long_where_settings_say_so(run: Run, deck: Deck) -> None:
    root = deck({"a.md": chapter("nets", 1)})
    ragged, even = (right_edges(build(run, root, *more)) for more in ((), ("--justify",)))
    assert sum(edge > max(ragged) - 0.5 for edge in ragged) < 3 < sum(edge > max(even) - 0.5 for edge in even)


def test_figures_and_tables_have_the_numbers_that_texts_refer_to(run: Run, deck: Deck) -> None:
    from PIL import Image

    notes = (
        "# One\n\n## What?\n\nSee @fig:a and @tbl:a, by @eq:a.\n\n![First](p.png)\n\n![Second](p.png){#fig:a}\n\n"
        "| a |\n|---|\n| 1 |\n\n: Its values {#tbl:a}\n\n$$x$$ {#eq:a}\n"
    )
    root = deck({"a.md": notes, "b.md": notes.replace("One", "Two")})
    Image.new("RGB", (60, 40), "teal").save(root / "p.png")
    texts = [" ".join(text.split()) for text in page_texts(build(run, root))]
    for chapter_number in (1, 2):
        text = next(text for text in texts if f"See Figure {chapter_number}.2" in text)
        assert f"Table {chapter_number}.1, by Equation (1)." in text
        assert all(f"Figure {chapter_number}.{n}" in text for n in (1, 2))
        assert f"Table {chapter_number}.1 Its values" in text


def test_an_index_of_terms_names_pages(run: Run, deck: Deck) -> None:
    notes = "## What is {0}?\n\nA **frame** of the **data link layer**. **Note:** **frame** again.\n\n## What is {1}?\n\n**Frame**s.\n"
    root = deck({"a.md": notes.format("A", "B"), "b.md": notes.format("C", "D").replace("data link", "other")})
    last = page_texts(build(run, root, "--terms"))[-1]
    assert re.findall(r"^(.*?)\s*((?:\s*\d+)+)\s*$", last.partition("Index")[2], re.MULTILINE)[:3]
    listed_terms = " ".join(last.partition("Index")[2].split())
    assert listed_terms.startswith("data link layer 2 frame 2 2 3 3 other layer 3")
    assert "Note" not in listed_terms
    assert "Index" not in page_texts(build(run, root))[-1]


def test_a_table_that_is_only_a_head_is_printed(run: Run, deck: Deck) -> None:
    notes = (
        "# D\n\n| Feel free to use them |\n|---|\n\n## What is a heap?\n\nA tree.\n\n## What is a pile?\n\nA stack.\n"
    )
    assert any("Feel free" in text for text in page_texts(build(run, deck({"a.md": notes}))))


def test_a_head_that_is_more_than_names_of_columns_is_printed(run: Run, deck: Deck) -> None:
    """Who wants a table without a head writes its first row there."""
    rows = "| Euclid | He wrote the Elements, thirteen books of geometry. |\n|---|---|\n| Gauss | Number theory. |\n"
    root = deck({"a.md": f"---\ncards: table\n---\n# D\n\n{rows}| Noether | Rings. |\n"})
    assert "thirteen books of geometry" in " ".join(page_texts(build(run, root))[0].split())


def test_a_table_whose_rows_are_all_questions_leaves_no_head_behind(run: Run, deck: Deck) -> None:
    text = page_texts(
        build(
            run, deck({"a.md": "# T\n\n| Term | Meaning |\n|---|---|\n| TCP | One |\n| UDP | Two |\n| IP | Three |\n"})
        )
    )[0]
    assert "Meaning" not in text
    assert "TCP" in text


def test_options_stand_on_one_page(run: Run, deck: Deck) -> None:
    choice = "".join(
        f"## Which is {n}?\n\n- [ ] Alpha {n}\n- [x] Beta {n}\n- [ ] Gamma {n}\n- [ ] Delta {n}\n\n" for n in range(30)
    )
    for text in page_texts(build(run, deck({"a.md": choice}))):
        assert text.count("Alpha") == text.count("Delta")


def test_figures_are_named_in_the_language_of_their_file(run: Run, deck: Deck) -> None:
    notes = "# 网络\n\n## 结构是什么？\n\n如@fig:a 所示，这是网络的结构图，由计算机组成。\n\n![结构](p.png){#fig:a}\n"
    assert "如图 1 所示" in " ".join(page_texts(build(run, deck({"a.md": notes})))[0].split())


def test_a_turned_table_takes_its_question_along(run: Run, deck: Deck) -> None:
    row = "| " + " | ".join(f"Value{n}end" for n in range(12)) + " |\n"
    texts = page_texts(
        build(run, deck({"a.md": f"# D\n\n## 1. Before?\n\nText.\n\n## 2. Wide?\n\n{row}|{'---|' * 12}\n{row}"}))
    )
    assert "Value11end" in next(
        text for text in texts if "2 Wide?" in text and ". ." not in text.replace("\u2002", " ")
    )


def test_a_tall_formula_goes_over_the_page_line_by_line(run: Run, deck: Deck) -> None:
    lines = r" \\ ".join(rf"y_{{{n}}} &= \frac{{a}}{{b_{{{n}}}}}" for n in range(50))
    root = deck({"a.md": f"# D\n\n## 1. Which?\n\n$$\\begin{{aligned}} {lines} \\end{{aligned}}$$\n"})
    said = run("build", root, "-o", root / "out", "--only", "handout")
    assert "print-cut" not in said.stderr
    assert len(page_sizes(next((root / "out").glob("*.pdf")))) == 3


@pytest.mark.parametrize(
    ("markup", "moved"),
    [
        (
            '<p>A<sup>[1]</sup> b.</p><section class="footnotes"><ol><li><p>N <b>x</b></p></li></ol></section>',
            '<p>A<span class="note">N <b>x</b></span> b.</p>',
        ),
        (
            '<p><a href="https://e.org/a?b&amp;c">word</a></p>',
            '<p><a href="https://e.org/a?b&amp;c">word</a><span class="note">https://e.org/a?b&amp;c</span></p>',
        ),
        ('<p><a href="https://e.org/">e.org</a></p>', '<p><a href="https://e.org/">e.org</a></p>'),
        ('<p><a href="#c-1">word</a></p>', '<p><a href="#c-1">word</a></p>'),
    ],
)
def test_notes_stand_where_they_are_referred_to(markup: str, moved: str) -> None:
    assert notes_at_foot(Html(markup)) == moved


def test_notes_at_the_foot_of_a_page(run: Run, deck: Deck) -> None:
    root = deck({"a.md": f"## What?\n\nText[^1] with [a link](https://example.org/x). {WORDS}\n\n[^1]: A note.\n"})
    file = build(run, root, "--notes", "foot")
    page = pypdfium2.PdfDocument(file)[0]
    foot = page.get_textpage().get_text_bounded(0, 0, page.get_size()[0], 60 / MM)
    assert "A note." in foot
    assert "https://example.org/x" in foot
    plain_foot = pypdfium2.PdfDocument(build(run, root))[0].get_textpage().get_text_bounded(0, 0, 600, 60 / MM)
    assert "A note." not in plain_foot


def test_what_is_longer_than_a_page_begins_where_it_stands(run: Run, deck: Deck) -> None:
    cell = f"## 1. Which cell?\n\n| h | k |\n|---|---|\n| x | {WORDS * 40} |\n"
    callout = "## 2. Which callout?\n\n> [!note]\n" + "> A paragraph that is rather long.\n>\n" * 60
    for notes, opens in ((cell, "1 Which cell?"), (callout, "2 Which callout?")):
        first = " ".join(page_texts(build(run, deck({"a.md": f"# D\n\n{notes}"})))[0].split())
        assert len(first.partition(opens)[2]) > 400
    heads = [text for text in page_texts(build(run, deck({"a.md": f"# D\n\n{cell}"}))) if re.search(r"\bh\s+k\b", text)]
    assert len(heads) > 1  # the head of the table is on each page


@pytest.mark.parametrize(("setting", "dpi"), [("", 350), ("[print]\nimage_dpi = 120\n", 120)])
def test_pictures_have_no_more_pixels_than_paper_shows(run: Run, deck: Deck, setting: str, dpi: int) -> None:
    from PIL import Image

    root = deck({"deck.toml": setting, "source/a.md": "## What?\n\n![A plot](p.png)\n"})
    Image.effect_noise((3000, 1500), 90).save(root / "source/p.png")
    with pikepdf.open(build(run, root)) as pdf:
        widths = [int(image.Width) for page in pdf.pages for image in page.images.values()]
    assert widths
    assert dpi * 80 / 25.4 < max(widths) <= dpi * 170 / 25.4


@pytest.mark.parametrize(("setting", "cues_left"), [("", True), ("binding = 8\n", False)])
def test_cues_stand_on_the_left_and_a_summary_below(run: Run, deck: Deck, setting: str, *, cues_left: bool) -> None:
    toml = f'[print]\ntheme = "cornell"\n{setting}'
    file = build(run, deck({"deck.toml": toml, "source/a.md": chapter("Nets", 9)}))
    sheet = render(file, 1 if cues_left else 2, dpi=72).convert("L")
    box = sheet.point(lambda level: 255 * (level < 80)).getbbox()  # text; rules and heads are lighter
    assert box
    assert (box[0] > sheet.width - box[2]) is cues_left
    assert sheet.height - box[3] > 45 / MM


REFERRING = {
    "a.md": "# Alpha\n\n## What is shown? {#sec:shown}\n\nSee @fig:two, @tbl:x, \\eqref{eq:a}, @sec:other and @fig:none.\n\n"
    "![A plot](x.png){#fig:two width=20%}\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n: Its values {#tbl:x}\n\n"
    "\\begin{align} a &= b \\label{eq:a} \\\\ c &= d \\end{align}\n",
    "b.md": "# Beta\n\nWith [shown](a.md#what-is-shown) before.\n\n## What is other? {#sec:other}\n\n"
    "By [@fig:two; @fig:b], see @sec:other.\n\n"
    "![B](x.png){#fig:b width=20%}\n",
}


def test_references_are_links_to_their_targets_in_any_file(run: Run, deck: Deck) -> None:
    root = deck({name: text.replace("#what-is-shown", "#sec:shown") for name, text in REFERRING.items()})
    Image.new("RGB", (40, 30)).save(root / "x.png")
    file = build(run, root)
    text = " ".join("\n".join(page_texts(file)).split())
    assert "See Figure 1.1, Table 1.1, (1), What is other? (p. 3) and @fig:none." in text
    assert "With shown (p. 2) before." in text
    assert "By Figure 1.1 (p. 2), Figure 2.1, see What is other? (p. 3)." in text
    pdf = pikepdf.open(file)
    links = [
        [str(link.get("/Dest", link.get("/A", {}).get("/D", ""))).partition(".")[2] for link in page.get("/Annots", ())]
        for page in pdf.pages
    ]
    assert {"fig:two", "tbl:x", "eq:a", "1"} <= set(links[1])
    assert {"fig:two", "fig:b", "0", "1"} <= set(links[2])
    targets = {str(name) for name in pdf.Root.Names.Dests.Names[::2]}
    assert all(any(target.endswith(f".{name}") for target in targets) for page in links[1:] for name in page)
