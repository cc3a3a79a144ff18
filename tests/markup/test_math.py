"""Formulas: one TeX for cards and print, and what becomes of the hard ones."""

from __future__ import annotations

import random
import re
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest

from exporter.markup.math import MathError, MathJax, Typeset, break_lines, expand, simple, split_rows
from exporter.markup.math import mathjax as mathjax_module
from exporter.markup.math.mathjax import _deep_thread
from tests.conftest import TESTS

LINES = list((TESTS / "spec" / "math" / "formulas.tex").read_text(encoding="utf-8").splitlines())
FORMULAS = [
    (tex, after[3:] if after.startswith("%!") else "")
    for tex, after in pairwise([*LINES, ""])
    if not tex.startswith("%")
]


@pytest.fixture(scope="module")
def mathjax() -> MathJax:
    return MathJax()


@pytest.mark.parametrize(("tex", "fault"), FORMULAS, ids=range(len(FORMULAS)))
def test_a_formula_is_typeset_or_reported(mathjax: MathJax, tex: str, fault: str) -> None:
    result = mathjax.typeset(expand(tex, {}), display=True)
    assert mathjax.find_fault(expand(tex, {}), display=True) == (result if fault else None)
    if fault:
        assert isinstance(result, MathError)
        assert fault in result.message
        return
    assert isinstance(result, Typeset), result
    assert result.width > 0.3
    assert 0.2 < result.height < 20
    assert "<path" in result.svg or "<text" in result.svg
    assert "merror" not in result.svg
    assert "<g>" not in result.svg  # print draws every element
    assert not re.search('<g transform="[^"]*"><path d="[^"]*"></path></g>', result.svg)
    assert result.svg.count("<g ") == result.svg.count("</g>")


def test_a_picture_is_no_thousand_times_its_formula(mathjax: MathJax) -> None:
    result = mathjax.typeset("x" * 4_900, display=False)
    assert isinstance(result, MathError)
    assert "500,000 characters" in result.message
    assert isinstance(mathjax.typeset("x" * 400, display=False), Typeset)


@pytest.mark.parametrize(
    ("tex", "macros", "expected"),
    [
        (r"\R^n", {"R": r"\mathbb{R}"}, r"\mathbb{R}^n"),
        (r"\norm{x}", {"norm": r"\lVert #1 \rVert"}, r"\lVert x \rVert"),
        (r"\bm\mu", {}, r"\boldsymbol{\mu}"),
        (r"\newcommand{\E}[1]{\mathbb{E}[#1]}\E{x}", {}, r"\mathbb{E}[x]"),
        (r"\def\a#1{[#1]}\a b", {}, "[b]"),
        (r"\DeclareMathOperator*{\foo}{foo}\foo_x", {}, r"\operatorname*{foo}_x"),
        (r"\Rightarrow", {"R": "no"}, r"\Rightarrow"),
        (r"a \\ b", {}, r"a \\ b"),
    ],
)
def test_macros_are_expanded_before_anyone_sees_them(tex: str, macros: dict[str, str], expected: str) -> None:
    assert expand(tex, macros) == expected


def test_a_macro_that_never_ends_is_left_to_the_typesetter() -> None:
    assert len(expand(r"\def\a{\a\a}\a", {})) < 100_000


def test_definitions_do_not_leak(mathjax: MathJax) -> None:
    assert isinstance(mathjax.typeset(expand(r"\newcommand{\leak}{x}\leak", {}), display=False), Typeset)
    assert isinstance(mathjax.typeset(expand(r"\leak", {}), display=False), MathError)
    assert isinstance(mathjax.typeset(r"\def\leak{x}\leak", display=False), Typeset)
    assert isinstance(mathjax.typeset(r"\leak", display=False), MathError)


@pytest.mark.parametrize(
    "tex",
    [
        r"a\\tag{x}href{javascript:alert(1)}{b}",
        r"a\\tag{x}mmlToken{mglyph}[src='x.svg']{}",
        r"\begin{align}a&\\tag{x}style{background:url(x)}{b}\\c&=d\end{align}",
        r"\bbox\tag{x}[background:url(x)]{b}",
        r"\let\leak\href \leak{x}{b}",
    ],
)
def test_nothing_becomes_another_word_when_a_number_is_taken_out(mathjax: MathJax, tex: str) -> None:
    result = mathjax.typeset(tex, display=True)
    svg = result.svg if isinstance(result, Typeset) else ""
    assert not re.search('href="[^#]|style=|<image', svg)


def test_labels_do_not_leak(mathjax: MathJax) -> None:
    """One label may stand in two chapters, whichever is typeset first."""
    assert isinstance(mathjax.typeset(r"a=b\label{e}", display=True), Typeset)
    assert isinstance(mathjax.typeset(r"c=d\label{e}", display=True), Typeset)


def test_a_tag_is_taken_out_and_kept(mathjax: MathJax) -> None:
    result = mathjax.typeset(r"a=b\tag{3.1}", display=True)
    assert isinstance(result, Typeset)
    assert result.tag == "3.1"


def test_deep_formulas_are_typeset_and_deeper_ones_reported(mathjax: MathJax) -> None:
    assert isinstance(mathjax.typeset("x^{" * 150 + "x" + "}" * 150, display=True), Typeset)
    assert mathjax.typeset("{" * 5_000 + "x" + "}" * 5_000, display=True) == MathError(
        "Maximum call stack size exceeded"
    )
    assert isinstance(mathjax.typeset("x", display=True), Typeset)


LONG, TALL = "x+" * 30_000 + "1", r"\begin{matrix}" + r"x\\" * 5_000 + r"\end{matrix}"


@pytest.mark.parametrize(
    ("limit", "value", "tex", "expected"),
    [
        ("_SECONDS", 0.2, LONG, MathError("it took longer than 0.2 s", passing=True)),
        ("_MEMORY_BYTES", 35_000_000, TALL, MathError("it needed more than 35 MB of memory")),
    ],
)
def test_a_formula_that_never_ends_is_ended(
    monkeypatch: pytest.MonkeyPatch, limit: str, value: float, tex: str, expected: MathError
) -> None:
    monkeypatch.setattr(mathjax_module, limit, value)
    mathjax = MathJax()
    began = time.process_time()
    assert mathjax.typeset(tex, display=True) == expected
    assert time.process_time() - began < 5
    assert isinstance(mathjax.typeset("x", display=True), Typeset)


def test_formulas_are_typeset_from_any_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """They share one QuickJS in one thread, also when several ask for their first formula at once."""
    started: list[ThreadPoolExecutor] = []

    def start() -> ThreadPoolExecutor:
        time.sleep(0.05)  # until all have asked
        started.append(_deep_thread())
        return started[-1]

    monkeypatch.setattr("exporter.markup.math.mathjax._deep_thread", start)
    mathjax = MathJax()
    with ThreadPoolExecutor(3) as threads:
        made = list(threads.map(lambda n: mathjax.typeset(f"x^{{{n}}}", display=False), range(9)))
    assert [isinstance(one, Typeset) for one in made] == [True] * 9
    assert len(started) == 1


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        ("aa=bb+cc", r"\begin{aligned}&aa\\ &\quad {}=bb\\ &\quad {}+cc\end{aligned}"),
        ("a=-b", r"\begin{aligned}&a\\ &\quad {}=-b\end{aligned}"),
        (r"a\left\{b+c\right.=d", r"\begin{aligned}&a\left\{b+c\right.\\ &\quad {}=d\end{aligned}"),
        (r"a\leftarrow b=c", r"\begin{aligned}&a\leftarrow b\\ &\quad {}=c\end{aligned}"),
        (r"\frac{a+b}{c=d}", ""),
        ("(aa+bb)", ""),
        (r"\begin{matrix}a+b\\c=d\end{matrix}", ""),
        (r"a=b\\c=d", ""),
        (r"a=b\tag{1}", ""),
        ("x^+_-", ""),
    ],
)
def test_a_long_formula_breaks_before_relations_and_operators(tex: str, expected: str) -> None:
    assert break_lines(tex, 3.0, lambda piece: len(piece) - 2.0) == expected


def test_lines_are_filled() -> None:
    lines = break_lines("a+b+c+d+e", 5.0, lambda piece: len(piece) - 2.0)
    assert lines == r"\begin{aligned}&a+b+c\\ &\quad {}+d+e\end{aligned}"


def test_a_formula_of_lines_is_parted_with_its_columns_below_each_other() -> None:
    def measure(tex: str) -> float:
        return float(len(tex.replace("{}", "").replace(" ", "")))

    rows = split_rows(r"\begin{align} a &= bb \tag{1} \\[2pt] ccc &= d \nonumber \end{align}", measure)
    assert rows == [r"\hspace{2.000em}a{}= bb\tag{1}", r"ccc{}= d\hspace{1.000em}"]
    assert split_rows(r"\begin{gathered} a \\ \begin{matrix} b \\ c \end{matrix} \end{gathered}", measure) == [
        "a", r"\begin{matrix} b \\ c \end{matrix}",
    ]  # fmt: skip
    assert split_rows(r"\begin{pmatrix} a \\ b \end{pmatrix}", measure) == ()
    assert split_rows(r"x + \begin{aligned} a \\ b \end{aligned}", measure) == ()
    assert split_rows(r"\begin{aligned} a \\ b \end{aligned}", lambda _: 0.0) == ()


@pytest.mark.parametrize("symbol", simple.SYMBOLS)
def test_a_simple_symbol_is_one_to_mathjax(mathjax: MathJax, symbol: str) -> None:
    tex = rf"\{symbol} a_{{\{symbol}}}^{{\{symbol} b}} = \{symbol}_1^2"
    assert simple.is_simple(tex)
    assert mathjax.find_fault(tex, display=True) is None


def test_mathjax_reads_whatever_is_simple(mathjax: MathJax) -> None:
    rng = random.Random(19)  # noqa: S311 - the same each time
    pieces = [*"abX09+*/=<>,.;:!?()|[]-", "_", "^", "{", "}", " ", *(rf"\{s} " for s in simple.SYMBOLS[::7])]
    found = 0
    while found < 400:
        tex = "".join(rng.choices(pieces, k=rng.randint(1, 7)))
        if simple.is_simple(tex):
            found += 1
            assert mathjax.find_fault(tex, display=rng.random() < 0.5) is None, tex


@pytest.mark.parametrize(
    "tex",
    ["", "a_b_c", "a^b^c", "_a", "a_{", "a}", "x'^2'^3", r"a_\sin b", r"\alphab", "a & b", r"\frac{a}{b}"],
)
def test_what_may_be_wrong_is_not_simple(tex: str) -> None:
    assert not simple.is_simple(tex)


def test_numbers_of_rows_stand_in_their_rows(mathjax: MathJax) -> None:
    formula = r"\begin{{{0}}} a &= b{1} \\ c &= d{2} \end{{{0}}}"
    plain = mathjax.typeset(formula.format("align", "", ""), display=True)
    for name in ("align", "eqnarray"):
        rows = mathjax.typeset(formula.format(name, r"\tag{1}", r"\tag{2}"), display=True)
        assert isinstance(rows, Typeset)
        assert isinstance(plain, Typeset)
        assert not rows.tag
        assert rows.width > plain.width + 1
