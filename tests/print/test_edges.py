"""Nothing is cut off at the edge of a page or card in silence, and little is at all."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest
from PIL import Image

from exporter.print.fonts import prepare_fonts
from exporter.print.pages.long_words import cut_long_words
from exporter.print.press.press import make_press
from exporter.print.press.refinements.overflow import Cut, find_cuts
from tests.command import Result
from tests.conftest import Deck, Run
from tests.print.test_print import build
from tests.printed import body_text, outside, page_texts, pictures, render, squash

LONG_WORD = "internationalizationConfigurationDocumentationRepresentationFactoryBuilderInternationalization"
ADDRESS = "https://example" + "documentationrepresentation" * 4 + ".org"


def rows(count: int) -> str:
    return r"\\".join(rf"y_{{{n}}} &= \frac{{\partial L}}{{\partial w_{{{n}}}}}" for n in range(count))


def table(columns: int, cell: str) -> str:
    lines = ("h{}", "---", cell, cell)
    return "\n".join("|" + "|".join(line.format(n) for n in range(columns)) + "|" for line in lines)


SUM = "+".join(f"a_{{{n}}}x^{{{n}}}" for n in range(60))
WHOLE = rf"""# Whole

## 1. Which ten rows?

$$\begin{{aligned}}{rows(10)}\end{{aligned}}$$

## 2. Which fifty rows?

$$\begin{{aligned}}{rows(50)}\end{{aligned}}$$

## 3. What is {LONG_WORD}?

See {ADDRESS} for it.

## 4. Which twelve columns?

{table(12, "Value{}end")}

## 5. Which sum?

This one: ${SUM}$. Or on a line of its own:

$${SUM}$$
"""


def test_tall_formulas_long_words_and_addresses_stay_on_their_page(run: Run, deck: Deck) -> None:
    root = deck({"a.md": WHOLE})
    result = run("build", root / "a.md", "-o", root / "out", "--only", "handout,quiz,flashcards")
    assert result.returncode == 0
    assert "is cut off" not in result.stderr
    assert "a_{0}x^{0}" not in result.stderr  # a long formula breaks, and is not shrunk
    assert r"\begin{aligned}" not in result.stderr  # nor is a tall one
    for form in ("", "-quiz"):
        file = root / "out" / f"a{form}.pdf"
        assert outside(file, margin=8) == []
        assert LONG_WORD in body_text(file)
        assert squash(ADDRESS) in body_text(file)
    cards = squash("".join(page_texts(root / "out" / "a-flashcards.pdf")))
    assert LONG_WORD in cards
    assert squash(ADDRESS) in cards
    assert all(f"Value{n}end" in cards for n in range(12))


@pytest.fixture
def told(run: Run, deck: Deck) -> Result:
    tall = rf"\begin{{pmatrix}}{rows(50)}\end{{pmatrix}}"  # its brackets keep it from being parted
    notes = (
        f"# Told\n\n## 1. Which rows?\n\nThese:\n\n$${tall}$$\n\n## 2. Which table?\n\n{table(26, 'value-{} text')}\n"
    )
    root = deck({"a.md": notes})
    return run("build", root / "a.md", "-o", root / "out", "--only", "flashcards")


def test_what_is_tiny_or_cut_off_is_told_at_its_place(told: Result) -> None:
    assert told.returncode == 0
    assert r"a.md:7:3: warning[print-cut]: a formula is set too small to be read: \begin{pmatrix}y_{0}" in told.stderr
    assert told.stderr.count("[print-cut]") == 1


@pytest.mark.parametrize(
    ("style", "fault"),
    [
        ("width: 90px", None),
        ("width: 250px", "cut"),
        ("height: 250px; width: 9px", "cut"),
        ("margin-left: -9px", "cut"),
    ],
)
def test_a_box_is_compared_with_its_page(style: str, fault: str | None) -> None:
    svg = "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHZpZXdCb3g9IjAgMCA5IDkiLz4="
    page = "<style>@page { size: 200px; margin: 0 } body { margin: 0 } img { display: block; width: 50px }</style>"
    markup = f'{page}<div id="c-a.0"><img alt="a mark" style="{style}" src="{svg}"></div>'
    press = make_press(prepare_fonts(markup, "en"))
    with press.job({}):
        cuts = find_cuts(press.render(markup).pages)
    assert cuts == ((Cut("c-a.0", "cut", "picture", "a mark"),) if fault else ())


def test_a_word_without_an_end_is_set_in_pieces_and_loses_nothing(run: Run, deck: Deck) -> None:
    word = "".join(f"{number:05}" for number in range(8000))
    root = deck({"a.md": f"## What is the key?\n\nIt is {word}.\n\n`{word[:900]}&`\n"})
    text = squash("".join(page_texts(build(run, root))))
    assert word in text
    assert word[:900] + "&" in text


def test_only_words_of_no_language_are_cut() -> None:
    tag, chinese, key = f'<img alt="{"x" * 900}">', "汉字" * 500, "k&amp;" * 500
    markup = f"<p>{tag}{chinese} {key}</p>"
    cut = cut_long_words(markup)
    assert cut.replace('<span class="unhyphenated">', "").replace("</span>", "") == markup
    assert tag + chinese in cut
    assert cut.count('<span class="unhyphenated">') == 2
    assert all(
        piece.endswith((";", "k&amp;</span>"))
        for piece in re.findall(r'class="unhyphenated">(.*?)(?=</span>)', cut)
        if "&" in piece[-4:]
    )


THEMES = {
    "nothing": "",
    "zeros": ":root { --text-size: 0; --code-size: 0; --columns: 0; --page-side: 105mm; --measure: 0 }",
    "margins as high as the page": ":root { --page-top: 148.5mm; --page-bottom: 148.5mm; --page-side: 500mm; --columns: 9999 }",
    "less than nothing": ":root { --text-size: -9pt; --latin-scale: -1; --columns: -3; --page-top: -99999mm; --wide-measure: -9 }",
    "fields of page numbers": r"p::before, a::after { content: '\10F900\10F005\10FFFF\10F000\10F7FF' }",
}


@pytest.mark.parametrize("theme", THEMES)
def test_whatever_a_theme_says_is_printed(theme: str, run: Run, deck: Deck) -> None:
    notes = {f"source/{name}.md": f"# {name}\n\n## What is {name}?\n\nSee [c](c.md) and `code`.\n" for name in "abc"}
    root = deck({"deck.toml": "", **notes, "templates/themes/paper.css": THEMES[theme]})
    result = run("build", root, "--only", "handout")
    assert result.returncode == 0, result.stderr
    assert "make-deck-broken" not in result.stderr


def test_links_of_a_page_lead_to_the_network_and_into_the_book() -> None:
    targets = ("https://example.org/", "mailto:a@example.org", "deck-page:c-a", "#here")
    others = (
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:text/html,x",
        "ftp://example.org/",
        "a.pdf",
        "//example.org/",
    )
    links = "".join(f'<p><a href="{target}">x</a></p>' for target in (*targets, *others))
    markup = f'<p id="here">a</p>{links}<p><a rel="attachment" href="data:,x">x</a></p>'
    press = make_press(prepare_fonts(markup, "en"))
    with press.job({}):
        (page,) = press.render(markup).pages
    assert [link[1] for link in page.links] == [*targets[:3], "here"]


def test_a_word_of_many_elements_may_be_parted_between_them() -> None:
    word = "<b>a</b><i>b</i>" * 200
    cut = cut_long_words(f"<p>{word} {'<b>a</b> ' * 200}{'<b>长</b>' * 200}</p>")
    assert cut.replace("<wbr>", "") == f"<p>{word} {'<b>a</b> ' * 200}{'<b>长</b>' * 200}</p>"
    assert cut.partition(" ")[0].count("<wbr>") == cut.count("<wbr>") == 200 * 4 // 60


def test_films_at_an_address_are_a_code_on_paper_and_one_warning(run: Run, deck: Deck, tmp_path: Path) -> None:
    films = "![a film](https://youtu.be/abc)\n\n<iframe src='https://player.vimeo.com/video/1'></iframe>\n\n![](https://example.org/b.mp4)\n"
    root = deck({"a.md": f"## Which films?\n\n{films}"})
    built = run("build", root, "-o", tmp_path / "out", "--only", "handout")
    assert built.stderr.count("warning[") == 3
    file = next((tmp_path / "out").glob("*.pdf"))
    addresses = ("https://youtu.be/abc", "https://player.vimeo.com/video/1", "https://example.org/b.mp4")
    assert set(pictures(file)) == set(addresses)
    assert all(squash(address) in squash("".join(page_texts(file))) for address in addresses)


def test_greys_of_sixteen_bits_are_grey(run: Run, deck: Deck) -> None:
    folder = deck({"a.md": "# A\n\n## What is it?\n\n![](ramp.png)\n"})
    ramp = struct.pack("<256H", *range(0, 65536, 256))
    Image.frombytes("I;16", (256, 64), ramp * 64).save(folder / "ramp.png")
    page = render(build(run, folder), 0, dpi=72).convert("L")
    assert sum(40 < level < 215 for level in page.tobytes()) > page.width * page.height * 0.01
