r"""What a stranger wrote is text in a reader's Anki: nothing of it plays, runs or is typeset but formulas that were looked at.

Real Anki imports and renders; what it makes stands in one page with MathJax as Anki sets it up, in Chromium.
"""

from __future__ import annotations

import html
from pathlib import Path

import pytest

from exporter.cards.anki_syntax import field_html, raw_name
from exporter.cards.formulas import card_formula
from exporter.machinery.html_text import Html, escape
from exporter.machinery.libraries import package_file
from tests.anki_view import Browser, ViewerMissingError, chromium
from tests.backend import collection, import_package
from tests.conftest import Deck, Run

LINK = r"\href{javascript:alert(1)}{x}"

WORDS = {
    "as entities": rf"&#92;({LINK}&#92;)",
    "as other entities": rf"&bsol;&lpar;{LINK}&bsol;&rpar; &#x5C;&lsqb;{LINK}&#x5c;]",
    "in code": rf"`\({LINK}\)`",
    "around an element that joins texts": rf"&#92;<wbr>({LINK}&#92;)",
    "around a comment": rf"&#92;<!-- -->({LINK}&#92;)",
    "around a gap": rf"==a&#92;==({LINK}&#92;)",
    "in a gap": rf"&#92;=={{{{c1::({LINK}&#92;)}}}}==",
    "between formulas that do not end": rf"$x {{$ {LINK} $}}$",
    "between formulas that end in a backslash": rf"$x \\$ {LINK} $y$",
    "between formulas that do not end while a gap is hidden": rf"$x {{{{c1::{{}}}} y$ {LINK} $z {{{{c1::}}}}}}$",
    "in a formula, parted by a gap": r"$\hr{{c1::}}ef{javascript:alert(1)}{x}$",
    "a sound as the hint of a gap": "{{c1::a::sound:http://example.org/x.mp3}}",
    "a voice as the hint of a gap": "{{c1::a::anki:tts lang=en_US}}",
    "a sound that a gap parts": "[{{c1::sound:http://example.org/x.mp3]}} [so{{c1::und:http://example.org/y.mp3]}}",
    "an answer to type": "[[type:Answer]] {{c1::a::[type:Answer]}}",
    "a sign that joins with the tag before it": "\u0338 onmouseover=alert(1) x<b>\u0338 onclick=alert(1) y</b>",
}
TITLES = {
    "title": rf"\({LINK}\)",
    "entities": rf"&#92;({LINK}&#92;)",
    "a backslash at the end": "x\\",
    "a bracket": "[sound:http://example.org/x.mp3]",
}

PAGE = r"""<!doctype html><meta charset="utf-8"><script>MathJax = {
  tex: {displayMath: [["\\[", "\\]"]], processEscapes: false, processEnvironments: false, processRefs: false},
  startup: {typeset: false}}</script><script src="%s"></script><body>%s"""
LOOK = r"""new Promise(done => { const wait = () => globalThis.MathJax?.typesetPromise ? done() : setTimeout(wait, 10); wait(); })
  .then(() => MathJax.startup.promise).then(() => MathJax.typesetPromise()).then(() => ({
    words: [...document.querySelectorAll("section")].map(e => e.innerText),
    formulas: [...document.querySelectorAll("mjx-container")].map(e => e.closest("section").id),
    acting: [...document.querySelectorAll("section *")].filter(e => /javascript/.test(e.href) ||
        e.getAttributeNames().some(name => name.startsWith("on"))).map(e => e.outerHTML) }))"""


@pytest.fixture(scope="module")
def browser() -> Browser:
    try:
        chromium()
    except ViewerMissingError as error:
        pytest.skip(str(error))
    with Browser() as one:
        yield one


def rendered(apkg: Path, folder: Path) -> list[tuple[str, str]]:
    """All sides of all cards, each with its note's question, and nothing of them plays."""
    sides = []
    with collection(folder) as col:
        import_package(col, apkg)
        for number in col.find_cards(""):
            card = col.get_card(number)
            assert not card.question_av_tags()
            assert not card.answer_av_tags()
            sides += [(card.question(), card.note().tags[0]), (card.answer(), card.note().tags[0])]
    return sides


def test_words_of_a_stranger_are_words(run: Run, deck: Deck, tmp_path: Path, browser: Browser) -> None:
    cards = [
        f"## {name}? <!-- {kind} -->\n\n{text}\n"
        for name, text in WORDS.items()
        for kind in ("card", "cloze")
        if kind == "card" or "==" in text or "{{c" in text
    ]
    titles = {
        f"source/{n}.md": f"---\ntitle: '{title}'\n---\n\n## Q{n}?\n\nA.\n" for n, title in enumerate(TITLES.values())
    }
    root = deck({
        "deck.toml": "source = 'source'\n",
        "source/a.md": "\n".join(cards),
        "source/math.md": "## Formula?\n\nIt is $a+b$, and `\\(` is no formula, nor \\\\(see there\\\\).\n",
        rf"source/\({LINK.replace('/', '')}\).md": "## In a file?\n\nIt is.\n\n## Typed? <!-- type -->\n\n`\\(x\\)`\n",
        **titles,
    })  # fmt: skip
    result = run("build", root, "--only", "apkg", "-o", tmp_path / "out")
    assert result.returncode == 0, result.stderr
    (apkg,) = (tmp_path / "out").glob("*.apkg")
    sides = rendered(apkg, tmp_path / "reader")
    assert len(sides) >= 2 * len(WORDS)
    script = package_file("mathjax", "static/mathjax/es5/tex-chtml-full.js").as_uri()
    body = "".join(f'<section id="{html.escape(name)}">{side}</section>' for side, name in sides)
    (tmp_path / "page.html").write_text(PAGE % (script, body), encoding="utf-8")
    browser.call("Page.navigate", url=(tmp_path / "page.html").as_uri())
    seen = browser.run(LOOK)
    assert seen["acting"] == []
    assert {name for name in seen["formulas"] if name != "math"} <= {"a"}
    assert seen["formulas"].count("math") == 1
    assert any(r"is no formula, nor \(see there\)." in words for words in seen["words"])


def test_bytes_of_ordinary_fields_stay() -> None:
    for text in ("<p>a \\ b</p>", "[a] [1] x[i", r"<code>C:\dir\</code>", "Foo::$bar, A::b", "a &amp; b &lt;", "\t\n"):
        assert field_html(Html(text)) == text


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("a\x1fb\x00c\rd\te\nf", "abcd\te\nf"),
        ("[\x1fsound:x]", "&#91;sound:x]"),
        ("x [", "x &#91;"),
        ("x [sou", "x &#91;sou"),
        ("[/LaTeX] [$]x[/$]", "&#91;/LaTeX] &#91;$]x&#91;/$]"),
        ("x\\", "x\\<span></span>"),
        ("\\(x\\)", "\\<span></span>(x\\)"),
        ("\\\\(", "\\\\<span></span>("),
    ],
)
def test_plain_text_as_a_field(text: str, field: str) -> None:
    assert field_html(escape(text, quote=False)) == field
    assert field_html(field_html(escape(text, quote=False))) == field


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("<img src=x onerror=alert(1)>", "＜img src=x onerror=alert(1)＞"),
        ("&#92;(x", "＼(x"),
        ("\\[x\\]", "＼[x\\]"),
        ("a\x1fb", "ab"),
        ("[sound:x]", "［sound:x]"),
        ("R&D: C:\\dir [1]", "R&D: C:\\dir [1]"),
    ],
)
def test_a_name_that_anki_shows_raw(text: str, name: str) -> None:
    assert raw_name(text) == name


@pytest.mark.parametrize("tex", [r"\frac{a}{b} \\[2pt] \text{\)}", "x \\", "x } { y }"])
def test_a_formula_that_ends_where_it_ends(tex: str) -> None:
    field = field_html(card_formula(tex, {}, display=False))
    assert field.startswith(r"\(")
    assert field.endswith(r"\)")
    assert not field.endswith(r"\\)")


@pytest.mark.parametrize("tex", ["{ x", r"x \) y", r"\href{https://example.org}{x}"])
def test_no_formula(tex: str) -> None:
    assert "(" not in field_html(card_formula(tex, {}, display=False)).replace("<span></span>(", "")


def test_a_theme_with_a_strange_name(run: Run, deck: Deck, tmp_path: Path) -> None:
    theme = "<img src=x onerror=alert(1)>"
    files = {f"templates/anki/themes/{theme}.css": "", "templates/anki/basic/front.html": "<p>{{Type}}{{Question}}</p>"}
    root = deck(
        {"deck.toml": f'[anki]\ntheme = "{theme}"\ndeck = "{theme}"\n', "source/a.md": "## Q?\n\nA.\n", **files}
    )
    assert run("build", root, "--only", "apkg", "-o", tmp_path / "out").returncode == 0
    (apkg,) = (tmp_path / "out").glob("*.apkg")
    (front, _), (back, _) = rendered(apkg, tmp_path / "reader")
    assert "＜img" in front
    assert "<img" not in front + back


def test_a_removed_question_is_text(run: Run, deck: Deck, tmp_path: Path) -> None:
    old = rf"## Is `[sound:http://example.org/x.mp3] \({LINK}\)` one?{chr(10)}{chr(10)}Yes.{chr(10)}"
    root = deck({"deck.toml": "[anki]\ntags = ['<b>']\n", "source/a.md": f"{old}\n## Q?\n\nA.\n"})
    run("release", root, "-o", tmp_path / "out")
    (root / "source/a.md").write_text("## Q?\n\nA.\n", encoding="utf-8")
    lock = root / "deck.lock"
    lock.write_text(
        lock.read_text("utf-8").replace('"path": "source/a.md"', '"path": "source/a.md", "number": "\\u001f[sound:x]"'),
        "utf-8",
    )
    assert run("build", root, "--only", "apkg", "-o", tmp_path / "out").returncode == 0
    (apkg,) = (tmp_path / "out").glob("*.apkg")
    with collection(tmp_path / "reader") as col:
        import_package(col, apkg)
        (number,) = col.find_notes("tag:make-deck::removed")
        fields = "\n".join(col.get_note(number).fields)
    assert "sound:http://example.org" in fields
    assert "[sound:" not in fields
    assert "\\(" not in fields
