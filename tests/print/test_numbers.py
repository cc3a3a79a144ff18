"""The author's numbers on paper: those of questions, to which texts refer, and those of lists."""

from __future__ import annotations

import re

import pikepdf
import pypdfium2
import pytest

from exporter.cards import chapter_fields
from exporter.machinery.cache import Cache
from exporter.markup.html.code import render_code
from exporter.print.pages.old_attributes import style_attributes
from exporter.reading.question_numbers import question_numbers
from tests.conftest import Deck, Run
from tests.print.test_print import book_of, build
from tests.printed import page_texts, squash

FIRST = "# One\n\n## 1. First?\n\nSee question 3.\n\n## 3. Third?\n\nC.\n\n## 10. Tenth?\n\n7. seven\n8. eight\n"
SECOND = "# Two\n\n## 2. Second of two?\n\nA.\n\n## 7. Seventh of two?\n\nB.\n"


@pytest.mark.parametrize(
    ("own", "shown"),
    [
        ("1 3 10", "1 3 10"),
        ("1.2 1.3", "1.2 1.3"),
        ("- -", ""),
        ("1 2 - 4 -", "1 2 3 4 -"),
        ("1 - - 2", "1 - - 2"),
        ("- 2 3", "1 2 3"),
        ("- 1 2", "- 1 2"),
        ("1 2 3 3 4", "1 2 3 3a 4"),
        ("1 1 1 1", ""),
        ("1 2 | 1 2 3", "1 2 1 2 3"),
        ("1 2 | 3 -", "1 2 3 -"),
        ("", ""),
    ],
)
def test_a_question_has_its_own_number(deck: Deck, own: str, shown: str) -> None:
    notes = "# A\n\n## Part 0\n\n"
    for place, number in enumerate(own.split(), 1):
        words = "" if number == "-" else f"{number}. "
        notes += f"## Part {place}\n\n" if number == "|" else f"### {words}Is it {place}?\n\nYes, {place}.\n\n"
    _, book = book_of(deck({"deck.toml": 'name = "a"\n\n[questions]\n"*.md" = "h3"\n', "source/a.md": notes}))
    numbers = question_numbers(book.chapters[0].cards if book.chapters else ())
    assert " ".join(number or "-" for number in numbers) == shown


@pytest.mark.parametrize("form", ["handout", "quiz"])
def test_a_question_without_a_number_among_numbered_ones_has_none(run: Run, deck: Deck, form: str) -> None:
    notes = "# A\n\n## Before all?\n\nA #x\n\n## 1. First?\n\nB\n\n## 2. Second?\n\nC\n\n## After all?\n\nD #x\n"
    pdf = build(run, deck({"a.md": notes}), only=form)
    lines = {line.strip() for text in page_texts(pdf) for line in text.splitlines()}
    assert {"Before all?", "1 First?", "2 Second?", "After all?"} <= lines
    with pikepdf.open(pdf) as file, file.open_outline() as outline:
        titles = {child.title for item in outline.root for child in (item, *item.children)}
    assert {"Before all?", "1. First?"} <= titles


def test_a_card_has_the_number_that_its_question_has_on_paper(run: Run, deck: Deck) -> None:
    notes = "# A\n\n## 1. First?\n\nA.\n\n## Second?\n\nB.\n\n## 3. Third?\n\nC.\n\n## 3. Third again?\n\nD.\n"
    root = deck({"a.md": notes, "b.md": "# B\n\n## Other?\n\nE.\n\n## More?\n\nF.\n"})
    config, book = book_of(root)
    made = [
        fields.values.get("Number", "")
        for chapter in book.chapters
        for fields in chapter_fields(chapter, book.assets, {}, config, Cache(None))
    ]
    assert made == ["1", "2", "3", "3a", "", ""]
    text = "\n".join(page_texts(build(run, root)))
    for numbered in ("1 First?", "2 Second?", "3 Third?", "3a Third again?", "1 Other?", "2 More?"):
        assert re.search(rf"^{re.escape(numbered)}", text, re.MULTILINE), numbered


@pytest.mark.parametrize("form", ["handout", "quiz", "flashcards"])
def test_numbers_are_the_same_in_all_forms(run: Run, deck: Deck, form: str) -> None:
    text = "\n".join(page_texts(build(run, deck({"a.md": FIRST, "b.md": SECOND}), only=form)))
    if form == "flashcards":
        assert re.findall(r"\b(\d+)\s+(?:One|Two)\b", text)[:5] == ["1", "3", "10", "2", "7"]
    else:
        for numbered in ("1 First?", "3 Third?", "10 Tenth?", "2 Second of two?", "7 Seventh of two?"):
            assert re.search(rf"^{re.escape(numbered)}", text, re.MULTILINE), numbered


def test_a_shuffled_quiz_has_no_number_twice(run: Run, deck: Deck) -> None:
    root = deck({"a.md": FIRST, "b.md": SECOND.replace("## 2.", "## 3.")})
    text = "\n".join(page_texts(build(run, root, "--seed", "3", only="quiz"))).partition("Answers")[0]
    assert sorted(re.findall(r"^(\d+) \w+.*\?", text, re.MULTILINE)) == ["1", "2", "3", "4", "5"]


def test_a_list_begins_with_its_own_number(run: Run, deck: Deck) -> None:
    text = "\n".join(page_texts(build(run, deck({"a.md": FIRST}))))
    assert {"7.", "8."} <= {line.strip() for line in text.splitlines()} | set(re.findall(r"\d\.", text))
    assert style_attributes("<ol><li>x</li></ol>") == "<ol><li>x</li></ol>"
    assert "list-style-type: lower-roman" in style_attributes('<ol type="i">')


def test_a_list_keeps_numbers_that_do_not_count_on(run: Run, deck: Deck) -> None:
    root = deck({"a.md": "## Which?\n\n1. one\n3. three\n7. seven\n\n> 4) four\n> 2) two\n"})
    text = "\n".join(page_texts(build(run, root)))
    assert re.findall(r"\d(?=[.)])", text)[:5] == ["1", "3", "7", "4", "2"]


def test_a_list_keeps_the_sign_behind_its_numbers(run: Run, deck: Deck) -> None:
    root = deck({"a.md": "## Steps?\n\n7) seven\n8) eight\n\n## Points?\n\n3. three\n\na. first\nb. second\n"})
    text = squash("\n".join(page_texts(build(run, root))))
    assert all(sign in text for sign in ("7)", "8)", "3.", "a.first", "b.second"))
    assert "7." not in text


@pytest.mark.parametrize(
    ("markup", "style"),
    [
        ('<font color="blue">x</font>', "color: blue"),
        ('<p align="center">x</p>', "text-align: center"),
        ('<td align="right">', ""),
    ],
)
def test_what_attributes_say_is_seen(markup: str, style: str) -> None:
    assert (f'style="{style}"' in style_attributes(markup)) is bool(style)


@pytest.mark.parametrize(
    "info",
    ["python linenos", "python {linenos=table}", "js showLineNumbers", "{.python .numberLines}", "py linenums=1"],
)
def test_lines_of_code_have_numbers_where_the_fence_asks_for_them(run: Run, deck: Deck, info: str) -> None:
    code = "```{}\nfirst = 1\n\nthird = 3\n```\n"
    markup = render_code("first = 1\n\nthird = 3\n", info)
    assert 'numbered"' in markup
    if info == "python linenos":
        notes = "# A\n\n## What?\n\n" + code.format(info) + "\n## Why?\n\n" + code.format("python")
        lines = [line.split() for text in page_texts(build(run, deck({"a.md": notes}))) for line in text.splitlines()]
        assert ["1", "first", "=", "1"] in lines
        assert ["first", "=", "1"] in lines


@pytest.mark.parametrize("info", ["python", "python linenos=false", "js {1,3}"])
def test_no_numbers_without_being_asked(info: str) -> None:
    assert "numbered" not in render_code("x = 1\n", info)


def test_a_long_number_keeps_clear_of_its_title(run: Run, deck: Deck) -> None:
    notes = "# A\n\n## 4.1.5.2 Quest?\n\nA.\n\n## 4.1.5.3 Pourquoi?\n\nB.\n"
    page = pypdfium2.PdfDocument(build(run, deck({"a.md": notes})))[0].get_textpage()
    text = page.get_text_range()
    start = text.rindex("4.1.5.2")
    digit, letter = page.get_charbox(start + 6), page.get_charbox(text.index("Q", start))
    assert letter[0] - digit[2] > 4
