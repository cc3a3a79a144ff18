"""What typesetting does once for many: styles of equal boxes, the dots of a leader. These fail when WeasyPrint changes."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import Any

import pypdfium2
import pytest

from exporter.config import load_config
from exporter.markup.math import MathJax
from exporter.pipeline.book import read_book
from exporter.print.fonts import prepare_fonts
from exporter.print.pages import render_handout, render_here
from exporter.print.press.press import make_press, write_document
from exporter.print.press.refinements import shrunk_figures
from tests.conftest import Deck


def boxes(markup: str) -> Iterator[Any]:
    """The boxes of a document's pages, those of the margins among them."""
    press = make_press(prepare_fonts(markup, "en"))
    with press.job({}):
        for page in press.render(markup).pages:
            yield from page._page_box.descendants()


def styles(markup: str, tag: str) -> int:
    """How many styles the boxes of an element, a pseudo-element or a margin have."""
    from weasyprint.formatting_structure.boxes import LineBox, TextBox

    found = [
        id(box.style)
        for box in boxes(markup)
        if tag in (box.element_tag, getattr(box, "at_keyword", "")) and not isinstance(box, LineBox | TextBox)
    ]
    assert len(found) > 1
    return len(set(found))


def test_equal_pseudo_elements_have_one_style() -> None:
    rules = "<style>p::before { content: attr(title); color: red } .other::before { color: blue }</style>"
    equal = '<p title="one">a</p><p title="two">b</p>'
    assert styles(rules + equal, "p::before") == 1
    assert styles(rules + equal + '<p class="other">c</p>', "p::before") == 2
    assert styles(rules + equal + '<div style="font-size: 9pt"><p>c</p></div>', "p::before") == 2
    texts = "".join(box.text for box in boxes(rules + equal) if hasattr(box, "text"))
    assert texts == "oneatwob"


def test_equal_pages_have_one_style() -> None:
    rules = '<style>@page { @top-left { content: "x" } } @page :first { @top-left { color: red } } p { break-before: page }</style>'
    assert styles(f"{rules}<p>1<p>2<p>3<p>4", "@top-left") == 2


def test_a_leader_is_one_text_and_its_dots_stand_in_a_column() -> None:
    rule = '<style>p { width: 60em } p::after { content: leader(" .") attr(title) }</style>'
    dots = [
        b for b in boxes(f'{rule}<p title="7">One<p title="77">Two words') if getattr(b, "text", "").startswith(" .")
    ]
    assert len(dots) == 2
    one, two = (box.position_x + box.width for box in dots)
    pitch = dots[0].width / dots[0].text.count(".")
    assert abs((one - two) / pitch - round((one - two) / pitch)) < 0.001
    assert all(box.text.count(".") > 20 and abs(box.width / box.text.count(".") - pitch) < 0.001 for box in dots)


def test_questions_of_a_chapter_and_entries_of_the_contents_share_their_styles(deck: Deck) -> None:
    notes = "".join(
        f"## {n}. What is {n}?\n\nIt is *this*.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n" for n in range(1, 4)
    )
    file = deck({"a.md": f"# One\n\n{notes}", "b.md": f"# Two\n\n{notes}"}) / "a.md"
    config = load_config(file.parent).value
    page = render_handout(read_book(config, file.parent / "out").value, config, render_here(MathJax()), 0).value[0][1]
    contents, chapter, _ = (part.html for part in page.parts)
    assert {tag: styles(contents, tag) for tag in ("li", "a")} == {"li": 2, "a": 2}  # of chapters, of questions
    many = {tag: styles(chapter, tag) for tag in ("article", "h4", "em", "td")}
    assert many == {"article": 1, "h4": 1, "em": 1, "td": 2}


def test_equal_outlines_are_read_once_and_drawn_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    from weasyprint import svg

    read: list[str] = []
    own = svg.TAGS["path"]
    monkeypatch.setitem(
        svg.TAGS, "path", lambda svg, node, font_size: (read.append(node.get("d")), own(svg, node, font_size))
    )
    shape, line = "M0 0H30V30H0Z", "M5 50L40 50"
    paths = f'<path d="{shape}"/><path d="{shape}" transform="translate(40,0)"/><path d="{line}" stroke="black"/>'
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 80">{paths}</svg>'
    picture = f'<img style="width: 80px" src="data:image/svg+xml;base64,{base64.b64encode(drawing.encode()).decode()}">'
    markup = f"<style>@page {{ size: 200px; margin: 0 }} body {{ margin: 0 }}</style>{picture}<br>{picture}"
    press = make_press(prepare_fonts(markup, "en"))
    with press.job({}):
        data = write_document(press.render(markup))
    assert read == [shape, line]
    page = pypdfium2.PdfDocument(data)[0].render(scale=96 / 72).to_pil().convert("L")
    rows = [[page.getpixel((x, y)) < 90 for x in (15, 35, 55)] for y in range(200)]
    assert sum(row == [True, False, True] for row in rows) in range(
        56, 63
    )  # two squares of 30 px beside each other, twice


def test_figures_are_tried_no_smaller_than_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    empty = {"": 0.9, "0.88": 0.2, "0.76": 0.0}
    share = re.compile("--figure-share: ([0-9.]+)")
    monkeypatch.setattr(shrunk_figures, "_emptiness", lambda tried: empty[tried])
    tries: list[str] = []

    def render(markup: str) -> str:
        found = share.search(markup)
        tries.append(found[1] if found else "")
        return tries[-1]

    assert shrunk_figures.lay_out(render, "<head></head>") == "0.88"
    assert tries == ["", "0.88"]
    empty["0.88"] = 0.7
    assert shrunk_figures.lay_out(render, "<head></head>") == "0.76"
    empty[""] = 0.3
    assert shrunk_figures.lay_out(render, "<head></head>") == ""


def test_formulas_are_no_figures_to_be_tried_smaller() -> None:
    picture = '<img src="data:image/svg+xml;base64,{}">'.format(
        base64.b64encode(b'<svg xmlns="http://www.w3.org/2000/svg" width="30" height="30"/>').decode()
    )
    empty = '<p style="break-after: page">one</p>'
    press = make_press(prepare_fonts("one", "en"))
    with press.job({}):
        assert (
            shrunk_figures._emptiness(press.render(f'{empty}{picture}<figure class="figure missing">no file</figure>'))
            == 0
        )
        assert shrunk_figures._emptiness(press.render(f'{empty}<figure class="figure">{picture}</figure>')) > 0.5
