"""A stranger's text is no HTML until it is escaped: at run time by what it is put together with, before that by mypy."""

from __future__ import annotations

import copy
import subprocess
import sys
from pathlib import Path

import jinja2
import pytest

from exporter.machinery.html_text import Html, escape, rewrite
from tests.conftest import ROOT

BAD = "<img src=x onerror=\"alert(1)\"> & 'x'"
SHOWN = "&lt;img src=x onerror=&quot;alert(1)&quot;&gt; &amp; &#x27;x&#x27;"


@pytest.mark.parametrize(
    "made",
    [
        escape(BAD),
        Html("{}").format(BAD),
        Html("{more}").format(more=BAD),
        Html().join([BAD]),
        Html() + BAD,
        rewrite(escape(BAD)),
        escape(escape(BAD)),
        copy.copy(escape(BAD)),
    ],
)
def test_text_that_becomes_html_is_escaped(made: Html) -> None:
    assert made == SHOWN
    assert type(made) is Html


def test_html_is_escaped_once() -> None:
    bold = Html("<b>{}</b>").format("<")
    assert Html("{}{}").format(bold, "<") == "<b>&lt;</b>&lt;"
    assert Html(", ").join([bold, "<"]) == "<b>&lt;</b>, &lt;"
    assert jinja2.Environment(autoescape=True).from_string("{{ a }}{{ b }}").render(a=bold, b="<") == "<b>&lt;</b>&lt;"


def test_text_between_tags_keeps_its_quotation_marks() -> None:
    assert escape("\"a\" < 'b'", quote=False) == "\"a\" &lt; 'b'"


UNTYPED = """
from exporter.machinery.html_text import Html, rewrite
from exporter.markup.html import Target
from exporter.model import Note
from exporter.print.pages.page import PageItem, Part
from exporter.source import Span
from exporter.watch.faces import Face

def make(text: str, markup: Html) -> None:
    Note("guid", "basic", "Deck", (text,), (), (), 0, Span("a.md"))
    PageItem("card", body=text)
    Part(text)
    Face("Card", 0, text, markup)
    Target(lambda _: None, str, lambda tex, _: tex, str)
    rewrite(text)
    Part(f"<p>{markup}</p>")
    Part(markup.replace("a", text))
    Part("".join([markup]))
"""


@pytest.mark.slow
def test_mypy_lets_no_text_into_fields_and_pages(tmp_path: Path) -> None:
    file = tmp_path / "untyped.py"
    file.write_text(UNTYPED)
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", ROOT / "pyproject.toml", file],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    lines = {int(line.split(":")[1]) for line in done.stdout.splitlines() if ": error:" in line}
    first = UNTYPED.splitlines().index("def make(text: str, markup: Html) -> None:") + 2
    assert lines == set(range(first, UNTYPED.count("\n") + 1)), done.stdout
