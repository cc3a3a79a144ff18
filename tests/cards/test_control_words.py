r"""Formulas of strangers in MathJax as Anki sets it up, in Chromium: none that cards show makes a link, a style or a request.

MathJax's own tables say which words there are; each was decided upon.
"""

from __future__ import annotations

import json
import random

import pytest

from exporter.cards.formulas import card_formula
from exporter.machinery.control_words import refused_word
from exporter.machinery.formula_words import ENVIRONMENTS, SETTING_WORDS
from exporter.machinery.libraries import package_file
from exporter.markup.html import Gaps
from exporter.markup.html.gaps import write_mark
from exporter.reading.markdown import GapMark
from tests.anki_view import Browser, ViewerMissingError, chromium

EVIL = "background:url(https://evil.invalid/x.png)"
ATTACKS = [
    r"\verb\q\\href{javascript:alert(1)}{x}", rf"\verb\q\\style{{{EVIL}}}{{x}}",
    r'\verb\q\\mmlToken{mi}[href="javascript:alert(1)"]{x}', rf"\fcolorbox{{red;{EVIL}}}{{white}}{{x}}",
    rf"\definecolor{{zz}}{{named}}{{red;{EVIL}}}\fcolorbox{{zz}}{{white}}{{x}}", rf"\bbox[color:{{]}};{EVIL}]{{y}}",
    rf"\let\q\bbox \q[{EVIL}]{{y}}", r"\let\z\verb \z\q\\href{javascript:alert(1)}{x}",
    rf"\newenvironment{{q}}[1]{{\bbox#1}}{{}}\begin{{q}}{{[{EVIL}]}}y\end{{q}}", rf"\mod{{\bbox}}[{EVIL}]{{y}}",
    rf"\mod{{\fcolorbox}}{{red;{EVIL}}}{{white}}{{y}}", rf"\bbox [{EVIL}]{{y}}", f"\\bbox\ufeff[{EVIL}]{{y}}",
    r"\mod{\href}{javascript:alert(1)}{y}",
]  # fmt: skip
"""What acts where MathJax reads it as it is."""

ORDINARY = [
    r"\color{red}{x}", r"\color{red} x", r"\color[rgb]{1,0.5,0}{x}", r"\textcolor{#ff0000}{x}", r"\bbox[#ffd, 10px]{x}",
    r"\bbox[5px,border:2px solid red]{x}", r"\bbox{x}", r"\cancel 5", r"\cancel{x}", r"\cancelto{0}{x}", r"\unicode{x263a}",
    r"\enclose{circle}[mathcolor=red]{x}", r"\fcolorbox{red}{white}{x}", r"\begin{align*}a&b\\c\end{align*}", r"\bigl(\|",
    r"\ce{H2O ->[a] B}", r"\begin{array}{c|c}a&b\\\hline c\end{array}", r"\colorbox{yellow}{x}", r"\text{a; b}",
]  # fmt: skip

PAGE = r"""<!doctype html><meta charset="utf-8"><script>MathJax = {
  tex: {displayMath: [["\\[", "\\]"]], processEscapes: false, processEnvironments: false, processRefs: false,
        packages: {"[+]": ["noerrors", "mathtools"], "[-]": ["textmacros"]}},
  startup: {typeset: false}}</script><script src="%s"></script><body>"""
TABLES = r"""new Promise(done => { const wait = () => globalThis.MathJax?.typesetPromise ? done() : setTimeout(wait, 10); wait(); })
  .then(() => MathJax.startup.promise).then(() => {
    const tables = kind => [...MathJax.startup.document.inputJax[0].parseOptions.handlers.get(kind)._configuration];
    const names = kind => tables(kind).flatMap(({item}) => item.map ? [...item.map.keys()] : []);
    return {words: [...names("macro"), ...names("delimiter")], environments: names("environment")}; })"""
ACTING = r"""(formulas => { document.body.innerHTML = ""; MathJax.texReset();
  for (const tex of formulas) {
    const part = document.createElement("section");
    part.textContent = `\\(${tex}\\)`;
    document.body.append(part);
  }
  return MathJax.typesetPromise().then(() => [...document.querySelectorAll("section")].flatMap((part, number) =>
    [...part.querySelectorAll("*")].some(e => (e.hasAttribute("href") && !e.getAttribute("href").startsWith("#")) ||
        /url|javascript/.test(e.getAttribute("style")) || e.getAttributeNames().some(name => name.startsWith("on")))
      ? [number] : [])); })(%s)"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Browser:
    try:
        chromium()
    except ViewerMissingError as error:
        pytest.skip(str(error))
    page = tmp_path_factory.mktemp("mathjax") / "page.html"
    page.write_text(PAGE % package_file("mathjax", "static/mathjax/es5/tex-chtml-full.js").as_uri(), encoding="utf-8")
    with Browser() as one:
        one.call("Page.navigate", url=page.as_uri())
        one.run(TABLES)  # waits until MathJax is there
        yield one


@pytest.fixture(scope="module")
def tables(browser: Browser) -> dict[str, list[str]]:
    """The names of MathJax's own tables."""
    return browser.run(TABLES)


def acting(browser: Browser, formulas: list[str]) -> list[str]:
    """The formulas that make a link, a style with an address or a handler."""
    return [formulas[number] for number in browser.run(ACTING % json.dumps(formulas))]


def test_every_word_of_mathjax_is_decided(tables: dict[str, list[str]]) -> None:
    words = {word.removeprefix("\\") for word in tables["words"]}
    words = {word for word in words if word.isascii() and word.isalpha()}
    assert len(words) > 1000
    taking = {word for word in words - SETTING_WORDS if refused_word(rf"\{word}[;]{{x}}", has_macros=True)}
    defining = {"DeclareMathOperator", "def", "newcommand", "renewcommand"}
    assert words - SETTING_WORDS == taking | defining
    assert words >= SETTING_WORDS
    assert set(tables["environments"]) == ENVIRONMENTS


def test_what_acts_in_mathjax_is_refused(browser: Browser) -> None:
    acts = acting(browser, ATTACKS)
    assert len(acts) > 8
    assert [tex for tex in ATTACKS if not refused_word(tex)] == []


@pytest.mark.parametrize("tex", ORDINARY)
def test_an_ordinary_formula_stays(tex: str) -> None:
    assert refused_word(tex) is None
    assert refused_word(tex, has_macros=True) is None


def test_no_words_together_act(browser: Browser, tables: dict[str, list[str]]) -> None:
    """Words of MathJax's tables at random, with what would act behind those that take it, and words within words."""
    draw = random.Random(6)  # noqa: S311 - a test that is the same each time
    words = sorted({"\\" + word.removeprefix("\\") for word in tables["words"]})
    taking = [word for word in words if word[1:].isalpha() and word[1:] not in SETTING_WORDS]
    environments = sorted(tables["environments"])
    arguments = [
        f"[{EVIL}]", f"{{{EVIL}}}", f"{{red;{EVIL}}}", "{javascript:alert(1)}", f"{{[{EVIL}]}}", "{x}", "{red}", "[red]", "x",
        "{href}", "[5px]", f"[mathcolor=red;{EVIL}]", "", "*", "$", "{c}", f"{{style={EVIL}}}", "{1}", "{bbox}", "ef", "t",
    ]  # fmt: skip

    def one() -> str:
        word = draw.choice(words if draw.random() < 0.7 else taking)
        if draw.random() < 0.1:
            return rf"\begin{{{draw.choice(environments)}}}{draw.choice(arguments)}{one()}"
        inner = f"{{{one()}}}" if draw.random() < 0.3 else ""
        return word + inner + "".join(draw.choices(arguments, k=draw.randint(0, 3)))

    drawn = ("".join(one() for _ in range(draw.randint(1, 3))) for _ in range(3_000))
    passed = [tex for tex in drawn if card_formula(tex, {}, display=False)[:1] != "<"][:400]
    assert len(passed) == 400
    browser.run("performance.clearResourceTimings()")
    assert acting(browser, passed) == []
    assert browser.run("performance.getEntriesByType('resource').filter(e => /evil/.test(e.name)).length") == 0


@pytest.mark.parametrize(
    ("before", "inside", "behind", "hint"),
    [
        (r"\bbox", "{a}", "{y}", EVIL),
        (r"\bbox", "[5px]", "{y}", EVIL),
        (r"\le", "t", r"\x\bbox", ""),
        (r"\cancel", "x", "", f"mathbackground={EVIL}"),
        ("", "x", "", r"\href{javascript:alert(1)}{x}"),
    ],
)
def test_a_formula_is_looked_at_with_its_hints(before: str, inside: str, behind: str, hint: str) -> None:
    opens, closes = (write_mark(mark, Gaps.ANKI) for mark in (GapMark(1), GapMark(0, hint)))
    assert "math-source" in card_formula(f"{before}{opens}{inside}{closes}{behind}", {}, display=False)
    assert (
        "math-source" not in card_formula(f"x{opens}{inside}{closes}", {}, display=False) or hint or inside == "[5px]"
    )
