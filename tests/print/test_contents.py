"""Where a reader looks things up: contents, index of tags, running heads, tables of many columns."""

from __future__ import annotations

import pikepdf
import pytest

from exporter.print.pages.long_words import cut_long_words
from tests.conftest import Deck, Run
from tests.print.test_print import build
from tests.printed import page_sizes, page_texts

LONG = "Question number {}, which asks for something that is rather long to read in a contents?"


def test_the_contents_of_many_questions_names_some_of_them_on_two_pages(run: Run, deck: Deck) -> None:
    notes = "# Big\n\n" + "".join(f"## {LONG.format(n)}\n\nAnswer.\n\n" for n in range(1, 301))
    pages = page_texts(build(run, deck({"a.md": notes})))
    contents = next(place for place, text in enumerate(pages) if "Answer." in text)
    assert contents <= 2
    assert "number 11," in pages[0].replace("\n", " ")
    assert "number 12," not in pages[0].replace("\n", " ").partition("Answer.")[0]


@pytest.mark.parametrize(("other", "is_there"), [("cells", False), ("mitosis", True)])
def test_an_index_of_tags_tells_questions_apart(run: Run, deck: Deck, other: str, *, is_there: bool) -> None:
    notes = "---\ntags: [{}]\n---\n# Bio\n\n## What is it?\n\nA.\n\n## What parts?\n\nB.\n"
    root = deck({"deck.toml": "", "source/a.md": notes.format("cells"), "source/b.md": notes.format(other)})
    assert ("Tags" in "".join(page_texts(build(run, root)))) is is_there


def test_what_is_raised_is_so_in_the_outline(run: Run, deck: Deck) -> None:
    file = build(run, deck({"a.md": "# A\n\n## What is 10^3^ of H~2~O?\n\nA.\n\n## What is x^k^?\n\nB.\n"}))
    with pikepdf.open(file) as pdf, pdf.open_outline() as outline:
        assert [item.title for item in outline.root] == ["1. What is 10³ of H₂O?", "2. What is x^k?"]


@pytest.mark.parametrize(
    ("markup", "is_whole"),
    [
        ("an internationalization_of_everything here", True),
        ("internationalization", False),
        ('<img alt="internationalization_of_everything">', False),
    ],
)
def test_no_hyphen_stands_in_a_name_of_a_program(markup: str, *, is_whole: bool) -> None:
    assert ('<span class="unhyphenated">' in cut_long_words(markup)) is is_whole


@pytest.mark.parametrize(("cell", "is_turned"), [("{}7", False), ("Value{}end", True)])
def test_only_what_does_not_fit_upright_is_turned(run: Run, deck: Deck, cell: str, *, is_turned: bool) -> None:
    row = "|" + "|".join(cell.format(n) for n in range(12)) + "|\n"
    file = build(run, deck({"a.md": f"# A\n\n## What is it?\n\n{row}|{'---|' * 12}\n{row * 3}\n"}))
    assert any(width > height for width, height in page_sizes(file)) is is_turned
