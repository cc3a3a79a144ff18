"""Twice the text takes about twice the time: sixty kinds of text that readers of Markdown have choked on."""

from __future__ import annotations

import math
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from exporter.config import Config
from exporter.editions.identity.offers import _words
from exporter.markup.html.code import render_code
from exporter.markup.html.sanitiser import sanitise
from exporter.markup.math.macros import expand
from exporter.markup.math.simple import is_simple
from exporter.media.svg import is_drawn_without_end, measure_svg
from exporter.reading.answer_files import with_keys
from exporter.reading.chapter import cut_chapter
from exporter.reading.markdown.images import read_tag
from exporter.reading.page.key_entries import _entry

DECK = Config(name="x", root=Path("deck"), source_path=Path("deck"))

IN_A_LINE = [
    " ", "\t", "\u00a0", "![", "![[a", "![a ", "[", "[a](", "[a]", "[^a", "[[a|", "【", "<", "<a b=", "<!-", "<![CDATA[", "&",
    '"', "'", "`a", "(a", "~~a", "^a", "==a", "%%a ", "*a_b", "_a_", "*a", "，**啊", "http://a.b/", "www.", ":", "::a::b ", "|",
    "#", "!", "\\", "\\(a ", "\\begin{align} a ", "$", "$a ", "{{c1::a", "{{", "{a", "?", "![a](b ", "[![", "![a][",
]  # fmt: skip
LINES = [
    "> a\n", "- a\n", "1) a\n", "| a | b |\n", "# a\n\nb\n\n", "```\n", "<div>\n", "<details>\n", "[a]: x\n", "A: a\n",
    "::: tip\n", "\\begin{align} a\n", "<!-- a\n", "***\n", "a\n===\n", "$$\n",
    "[[a b]]\n", "[a](b%20c)\n", "![[a]]\n", "<!-- a -->\n",
]  # fmt: skip
IN_A_HEADING = ["-", "=", "*", "_", "~", ".", "。", "?", "(", "1.", " - "]

TEXTS = {
    **{f"{piece!r} in a line": (lambda n, piece=piece: f"## What?\n\nx{piece * n}y\n") for piece in IN_A_LINE},
    **{f"{piece!r} as lines": (lambda n, piece=piece: f"## What?\n\n{piece * (n // 4)}\n") for piece in LINES},
    **{f"{piece!r} in a heading": (lambda n, piece=piece: f"## What is {piece * n} a?\n\nB.\n") for piece in IN_A_HEADING},
}  # fmt: skip


def seconds(text: str) -> float:
    best = math.inf
    for _ in range(2):
        begin = time.thread_time()
        cut_chapter(text.encode(), Path("deck/a.md"), DECK)
        best = min(best, time.thread_time() - begin)
    return best


@pytest.mark.slow
@pytest.mark.parametrize("kind", TEXTS)
def test_reading_grows_with_the_text(kind: str) -> None:
    times = [seconds(TEXTS[kind](size)) for size in (2_000, 4_000, 8_000)]  # type: ignore[no-untyped-call]
    exponent = math.log2(max(times[2], 0.02) / max(times[0], 0.02)) / 2
    assert exponent <= 1.3, f"{exponent:.2f}: {times}"


BLANK = " " * 20_000
READ_IN_ONE_WAY = {
    "style": lambda: sanitise(f'<span style="color:{BLANK}!">x</span>'),
    "picture": lambda: measure_svg(f'<svg viewBox="{BLANK}!">'.encode()),
    "separators of a key": lambda: list(_entry().finditer(f"1. A{' ,' * 5_000} x")),
    "spaces of a key": lambda: list(_entry().finditer(f"1. {BLANK}x")),
    "a formula with spaces": lambda: is_simple(f"{'a ' * 90}\\frac12"),
    "a formula with spaced indices": lambda: is_simple(f"{'a _ 1 ' * 30}\\frac12"),
    "a group with spaces": lambda: is_simple(f"x_{{{'a ' * 80}\\frac12}}"),
    "word": lambda: _words("a" * 50_000),
    "attributes": lambda: read_tag(f"<img {'a' * 20_000}>"),
    "definition": lambda: expand(f"\\newcommand\\a{BLANK}x", {}),
    **{
        f"{text[:12]!r}": lambda text=text: cut_chapter(text.encode(), Path("deck/a.md"), DECK)
        for text in (
            f"Q: what is a?\nA: a{BLANK}x b\n\nQ: c?\nA: d\n",
            f"Q: what is b?\nA: a{'.' * 20_000}x b\n\nQ: c?\nA: d\n",
            f"## Why?\n\nx ![]({BLANK}x\n",
            f"- The sun is hot and so on ({BLANK}x\n- The sun is cold ({BLANK}x\n",
            f"- The sun is hot and so on ({'&nbsp;' * 5_000}x\n- b [{BLANK}x\n",
            f"| a | b |\n|---|---|\n| a{BLANK}x | b{BLANK}x |\n",
            f"## Why not?\n\n$\\newcommand\\a{BLANK}x$\n",
            f"STARTI[Basic] a{BLANK}b Back: c ENDI\n",
            f"## What?\n\n1. A{' ,' * 3_000} x\n2. B\n\n# Answers\n\n1. A{' ,' * 3_000} x\n2. B\n",
            f"## Verständnisfrage{BLANK}x\n\nThis.\n",
            f"## What is it?\n\n![a{BLANK}|x](a.png)\n",
            f"- What{BLANK.replace(' ', chr(10))}x\n",
        )
    },
}  # fmt: skip


@pytest.mark.parametrize("kind", READ_IN_ONE_WAY)
def test_signs_are_read_in_one_way(kind: str) -> None:
    READ_IN_ONE_WAY[kind]()  # patterns are made
    begin = time.thread_time()
    READ_IN_ONE_WAY[kind]()
    assert time.thread_time() - begin < 1


@pytest.mark.slow
def test_finding_keys_grows_with_the_folder() -> None:
    def seconds_of(count: int) -> float:
        files = [Path(f"deck/{number} of many notes.md") for number in range(count)]
        begin = time.thread_time()
        with_keys(DECK, files)
        return time.thread_time() - begin

    times = [seconds_of(count) for count in (2_000, 8_000)]
    assert math.log2(max(times[1], 0.05) / max(times[0], 0.05)) / 2 <= 1.3, times


NO_CODE = {
    "java": "word " * 8_000 + "[" * 30,
    "tnt": "word " * 8_000 + "[" * 30,
    "easytrieve": "\t" * 40_000,
    "maple": "'" * 40_000,
}


@pytest.mark.parametrize("language", NO_CODE)
def test_a_lexer_has_a_budget(language: str) -> None:
    begin = time.thread_time()
    code = render_code(NO_CODE[language], language)
    assert time.thread_time() - begin < 3
    assert "<span" not in code


def test_a_lexer_has_a_budget_in_any_thread() -> None:
    with ThreadPoolExecutor(1) as threads:
        render = threads.submit(render_code, NO_CODE["easytrieve"], "easytrieve")
        begin = time.thread_time()
        assert "<span" not in render.result(60)
        assert time.thread_time() - begin < 3
        code = "def f(x):\n    return x\n\n" * 200
        assert threads.submit(render_code, code, "python").result(60) == render_code(code, "python")


def test_a_picture_that_draws_itself_again_and_again_is_not_drawn() -> None:
    groups = "".join(f'<g id="g{n}"><use href="#g{n + 1}"/><use href="#g{n + 1}"/></g>' for n in range(22))
    head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
    assert is_drawn_without_end(f'{head}{groups}<g id="g22"/></svg>'.encode())
    assert is_drawn_without_end(f'{head}<g id="a"><use href="#a"/></g></svg>'.encode())
    assert is_drawn_without_end(f'{head}<pattern id="a"><rect fill="url(#a)"/></pattern></svg>'.encode())
    ordinary = '<defs><path id="p" d="M0 0"/></defs>' + '<use href="#p"/>' * 5_000
    assert not is_drawn_without_end(f"{head}{ordinary}</svg>".encode())
    assert not is_drawn_without_end(f"{head}{'<g>' * 3_000}{'</g>' * 3_000}</svg>".encode())
    assert not is_drawn_without_end(b"<svg <<<")


@pytest.mark.parametrize(
    ("start", "size"),
    [
        (b'<svg viewBox="0 0 12 34">', (12, 34)),
        (b"<svg xmlns='x' viewBox='-1,-1, 2.5 4'>", (2, 4)),
        (b'<svg viewBox="0 0 1.2.3 4">', (0, 0)),
        (b'<svg viewBox="0 0 ' + b"9" * 400 + b' 4">', (0, 0)),
        (b'<svg viewBox="0 0 . .">', (0, 0)),
        (b"<svg " * 40_000, (0, 0)),
    ],
)
def test_the_size_of_a_picture_in_svg(start: bytes, size: tuple[int, int]) -> None:
    begin = time.thread_time()
    assert measure_svg(start) == size
    assert time.thread_time() - begin < 1
