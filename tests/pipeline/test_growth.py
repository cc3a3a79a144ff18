"""Twice the text takes about twice the time on cards and on pages too: kinds of text that layout has choked on."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from exporter.config import load_config
from exporter.editions.adopt import text_of
from exporter.editions.edition import plan_edition
from exporter.editions.identity import render_lock
from exporter.editions.identity.offers import _words
from exporter.editions.moving_in.sides import _readings
from exporter.machinery.control_words import refused_word
from exporter.machinery.printable import printable
from exporter.markup.html.sanitiser import sanitise
from exporter.media.svg import measure_svg
from exporter.model import Book
from exporter.pipeline.book import read_book
from exporter.print.fonts import prepare_fonts
from exporter.print.pages import Page, render_handout, render_here
from exporter.print.press.typeset import Job, typeset
from exporter.watch.search import plain
from tests.command import mathjax
from tests.fuzz.targets import NOW
from tests.reading.test_growth import IN_A_LINE, TEXTS

PIECES = [
    *IN_A_LINE,
    "a",
    "\n",
    "</p>",
    "<br ",
    '<img alt="',
    ' alt="a"',
    '<span class="a">',
    "1.1.",
    "Q ",
    "....",
    "&#",
    "> ",
    "<p ",
]
"""What fields of packages and answers are put together of, where words are looked for in them."""

LOOKS: dict[str, Callable[[str], object]] = {
    "the words of a field": text_of,
    "the questions of a field": lambda text: [*_readings(text)],
    "the words that a preview finds": plain,
    "a word on a terminal": printable,
    "a formula": refused_word,
    "a style": lambda text: sanitise(f'<b style="color:{text}">a</b>'),
    "the size of a picture": lambda text: measure_svg(f'<svg viewBox="{text}">'.encode()),
    "the names in a new card": _words,
}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("piece", PIECES)
def test_looking_for_words_grows_with_the_text(piece: str, look: str) -> None:
    def work(size: int) -> float:
        texts = [f"{before}{piece * (size // len(piece))}!" for before in ("", "<img ", "x")]
        return seconds(lambda: [LOOKS[look](text) for text in texts])

    assert exponent(work, (1_000, 8_000), 0.02) <= 1.3


ANSWERS: dict[str, str] = {
    "inline boxes": "<b>a</b> <i>b</i> ",
    "elements in one word": "<b>a</b><i>b</i>",
    "elements in elements of one word": "<b><i>a</i></b>",
    "signs raised in one word": "a<sup>b</sup>",
    "code of one word": "`a`<b>b</b>",
    "formulas of one word": "$x$",
    "struck in one word": "~~a~~b",
    "ruby": "<ruby>a<rt>b</rt></ruby> ",
    "sub and sup": "x<sub>a</sub><sup>b</sup> ",
    "line ends": "a<br>",
    "links": "[a](#what-is-this) ",
    "code in a line": "`a` ",
    "formulas": "$x^2$ ",
    "displayed formulas": "$$x^2$$\n\n",
    "emphasis": "*a* **b** ",
    "colours": '<span style="color:red">a</span> ',
    "emoji": "😀 ",
    "Chinese": "长，",
    "Arabic": "سلام ",
    "two directions": "سلام a ",
    "addresses": "https://a.bc/d ",
    "letters that no font has": "\U0001f9ff\u0a00 ",
    "callouts": "> [!note] a\n> b\n\n",
    "details": "<details><summary>a</summary>b</details>\n\n",
    "tasks": "- [ ] a\n",
    "lists in lists": "- a\n  - b\n    - c\n",
    "numbered lists": "1. a\n",
    "terms": "a\n: b\n\n",
    "headings": "### a\n\nb\n\n",
    "lines across": "a\n\n***\n\n",
    "paragraphs": "a\n\n",
    "quotes": "> a\n\nb\n\n",
    "code": "```python\na = 1\n```\n\n",
    "tables": "|a|b|\n|-|-|\n|c|d|\n\n",
    "missing pictures": "![](a.png)\n\n",
    "words": "word ",
}
"""What an answer says over and over."""

WHOLE: dict[str, Callable[[int], str]] = {
    "rows": lambda n: "|a|b|\n|-|-|\n" + "|c|d|\n" * (n // 6),
    "formulas in rows": lambda n: "|a|b|\n|-|-|\n" + "|$x$|$y$|\n" * (n // 10),
    "cells": lambda n: f"<table><tr>{'<td>a' * (n // 5)}</table>\n",
    "spans of cells": lambda n: f"<table>{'<tr><td colspan=9 rowspan=9>a</td></tr>' * (n // 40)}</table>\n",
    "lines of code": lambda n: f"```python\n{'a = 1' * 2}\n" * (n // 20) + "```\n",
    "a long line of code": lambda n: f"```\n{'a' * n}\n```\n",
    "footnotes": lambda n: "".join(f"[^{i}]" for i in range(n // 16)) + "\n\n" + "".join(f"[^{i}]: a\n\n" for i in range(n // 16)),
    "gaps": lambda n: "{{c1::a}} " * (n // 10),
    "options": lambda n: "- [ ] a\n" * (n // 8) + "- [x] b\n",
    "abbreviations": lambda n: "HTML " * (n // 5) + "\n\n*[HTML]: Hyper\n",
    "cards": lambda n: "a\n\n" + "## What is b?\n\nC.\n\n" * (n // 20),
    "chapters and tags": lambda n: "a\n\n" + "".join(f"# T{i}\n\n## What is b?\n\nC. #t{i}\n\n" for i in range(n // 40)),
}  # fmt: skip

KINDS = {
    **{name: (lambda n, piece=piece: f"{piece * (n // len(piece))}\n") for name, piece in ANSWERS.items()},
    **WHOLE,
}


def book_of(root: Path, text: str) -> Book:
    (root / "a.md").write_text(text, encoding="utf-8")
    os.utime(root / "a.md", (1, 1))
    config = load_config(root).value
    assert config
    return read_book(config, root / "dist").value


def page_of(root: Path, book: Book) -> Page:
    config = load_config(root).value
    assert config
    return render_handout(book, config, render_here(mathjax()), 0).value[0][1]


def exponent(work: Callable[[int], float], sizes: tuple[int, int], least: float) -> float:
    """With which power of the size the time grows. A busy machine is slow once, not three times."""
    found = []
    for _ in range(3):
        small, large = (max(work(size), least) for size in sizes)
        found.append(math.log(large / small) / math.log(sizes[1] / sizes[0]))
        if found[-1] <= 1.3:
            break
    return min(found)


def test_notes_of_one_question_grow_with_their_number(tmp_path: Path) -> None:
    config = load_config(tmp_path).value
    assert config

    def work(count: int) -> float:
        book = book_of(tmp_path, "## What is this?\n\nThis.\n\n" * count)
        return seconds(lambda: plan_edition(book, config, tmp_path / "none.lock", NOW))

    assert exponent(work, (300, 2_400), 0.05) <= 1.3


def seconds(work: Callable[[], object]) -> float:
    begin = time.thread_time()
    work()
    return time.thread_time() - begin


REWRITTEN: dict[str, tuple[str, str, str]] = {
    "questions with one answer": ("What is thing {} of the list that we have?", "What is thing {} of the list that we know?", "Yes."),
    "questions that are all others": ("What is alpha {}?", "What is beta x{}?", "Answer {}."),
    "questions that are all the same": ("What is this?", "What is this now?", "Answer {}."),
    "long answers with much in common": ("What is {}?", "Which one is {}?", "It is one of those that we all know by now: number {}."),
}  # fmt: skip
"""What all questions of a deck were, and are; and their answers."""


@pytest.mark.slow
@pytest.mark.parametrize("kind", REWRITTEN)
def test_an_edition_grows_with_what_changed(kind: str, tmp_path: Path) -> None:
    old, new, answer = REWRITTEN[kind]

    def work(size: int) -> float:
        before, after = (
            book_of(tmp_path, "".join(f"## {text.format(n)}\n\n{answer.format(n)}\n\n" for n in range(size)))
            for text in (old, new)
        )
        config, lock = load_config(tmp_path).value, tmp_path / "deck.lock"
        assert config
        lock.write_text(
            render_lock(plan_edition(before, config, tmp_path / "none.lock", 1).value.lock), encoding="utf-8"
        )
        return seconds(lambda: plan_edition(after, config, lock, 2).value.changes)

    assert exponent(work, (60, 240), 0.1) <= 1.3


@pytest.mark.slow
@pytest.mark.parametrize("kind", [*TEXTS, *KINDS])
def test_cards_and_html_grow_with_the_text(kind: str, tmp_path: Path) -> None:
    def work(size: int) -> float:
        text = TEXTS[kind](size) if kind in TEXTS else f"## What is this?\n\n{KINDS[kind](size)}"  # type: ignore[no-untyped-call]
        book = book_of(tmp_path, text)
        config = load_config(tmp_path).value
        assert config
        return seconds(lambda: (plan_edition(book, config, tmp_path / "none.lock", NOW), page_of(tmp_path, book)))

    assert exponent(work, (3_000, 12_000), 0.15) <= 1.3


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_pages_grow_with_the_text(kind: str, tmp_path: Path) -> None:
    def work(size: int) -> float:
        page = page_of(tmp_path, book_of(tmp_path, f"## What is this?\n\n{KINDS[kind](size)}"))
        fonts = prepare_fonts(page.text, page.lang, page.code, page.foreign, page.italic)
        jobs = [
            Job(part.html, {}, fonts, "", len(page.parts) > 1, page.fills_pages, page.tagged) for part in page.parts
        ]
        return seconds(lambda: [typeset(job) for job in jobs])

    work(100)  # what a process does once
    assert exponent(work, (2_000, 8_000), 0.3) <= 1.3
