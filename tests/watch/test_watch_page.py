"""The preview's page in a real browser: edits appear, the place is kept, errors are said, cards stay in their frame."""

from __future__ import annotations

import json
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.conftest import Deck, Run
from tests.preview import KINDS, TWO, Tab, two_questions, watching

pytestmark = pytest.mark.xdist_group("preview")  # one browser


@pytest.fixture
def two(deck: Deck) -> Path:
    return deck(two_questions())


CHOSEN = "document.querySelector('#tree [aria-selected=true] .label')"


def edit(file: Path, change: Callable[[str], str]) -> None:
    """Save as editors do: beside the file, then over it."""
    part = file.with_suffix(".part")
    part.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")
    part.replace(file)


def test_an_edit_appears_and_the_place_is_kept(tab: Tab, two: Path) -> None:
    with watching(two) as preview:
        tab.go(preview.address)
        tab.until("document.querySelector('mjx-container, #qa .question')", frame=True)
        assert tab.inside("document.querySelector('.question').textContent.trim()") == "What is first?"
        tab.press(" ")
        tab.until("document.querySelector('.answer mjx-container mjx-mi')", frame=True)
        tab.press("j")
        tab.press("n")
        tab.until(
            "document.querySelector('.nightMode .answer').textContent.includes('second')",
            frame=True,
        )
        tab.until("document.querySelector('img').naturalWidth > 0", frame=True)
        tab.inside("scrollTo(0, 400)")
        edit(two / "notes" / "a.md", lambda text: text.replace("Paragraph 7 of", "Edited paragraph 7 of"))
        tab.until("document.body.textContent.includes('Edited paragraph 7')", frame=True)
        assert tab.inside("scrollY") == 400
        assert tab.inside("document.body.className.includes('nightMode')")
        assert tab.run(f"{CHOSEN}.textContent") == "2What is second?"
        # reworded: the same row stays selected, whatever becomes of its identity
        edit(two / "notes" / "a.md", lambda text: text.replace("What is second?", "Which one comes after?"))
        tab.until(f"{CHOSEN}?.textContent === '2Which one comes after?'")
        tab.until("document.querySelector('.question').textContent.includes('Which one')", frame=True)
        # and after a reload of the window
        tab.go(preview.address)
        tab.until(f"{CHOSEN}?.textContent === '2Which one comes after?'")
        assert tab.errors == []


def test_edits_are_followed_or_said(tab: Tab, two: Path) -> None:
    with watching(two) as preview:
        tab.go(preview.address)
        tab.until("document.querySelector('.question')?.textContent.trim() === 'What is first?'", frame=True)
        edit(two / "notes" / "a.md", lambda text: text.replace("Paragraph 7 of", "Another paragraph 7 of"))
        tab.until("document.querySelector('.question')?.textContent.trim() === 'What is second?'", frame=True)
        tab.until("document.querySelector('#tree .card.edited')")
        tab.press("f")
        tab.press("k")
        tab.until("document.querySelector('.question')?.textContent.trim() === 'What is first?'", frame=True)
        edit(two / "notes" / "a.md", lambda text: text.replace("Another paragraph 7 of", "Paragraph 7 of"))
        tab.until("document.querySelector('#toast button')")
        assert tab.inside("document.querySelector('.question').textContent.trim()") == "What is first?"
        tab.run("document.querySelector('#toast button').click()")
        tab.until("document.querySelector('.question')?.textContent.trim() === 'What is second?'", frame=True)
        tab.press("f")
        assert tab.errors == []


def test_an_error_is_shown_beside_the_old_state_and_goes_away(tab: Tab, two: Path) -> None:
    file = two / "notes" / "a.md"
    with watching(two) as preview:
        tab.go(preview.address)
        good = file.read_bytes()
        file.write_bytes(good[:40] + b"\xff\xfe\xff" + good[40:])
        tab.until("!document.getElementById('alert').hidden")
        assert "neither UTF-8 nor GB18030" in tab.run("document.getElementById('alert').textContent")
        assert tab.run("document.querySelectorAll('#tree .card').length") == 2
        assert tab.run("document.querySelector('#alert a').href").startswith("vscode://file/")
        assert tab.inside("document.querySelector('.question').textContent.trim()") == "What is first?"
        assert preview.state()["stale"]
        file.write_bytes(good)
        tab.until("document.getElementById('alert').hidden")
        (two / "deck.toml").write_text("sauce = 1\n", encoding="utf-8")
        tab.until("document.getElementById('alert').textContent.includes('sauce')")
        (two / "deck.toml").write_text('source = "notes"\noutputs = ["apkg"]\n', encoding="utf-8")
        tab.until("document.getElementById('alert').hidden")


def test_a_card_cannot_reach_out_of_its_frame(tab: Tab, two: Path) -> None:
    with watching(two) as preview:
        tab.go(preview.address)
        inside = "parent.postMessage({type: 'key', key: 'n'}, '*')"
        script = f'<script>{inside}</script><script nonce="guess">{inside}</script>'
        html = f'<p>evil</p><img src="x" onerror="{inside}">{script}'
        message = {
            "type": "show",
            "html": html,
            "css": "",
            "classes": "card",
            "page": "",
            "keep": False,
            "side": "front",
        }
        tab.run(f"frames[0].postMessage({json.dumps(message)}, '*')")
        tab.until("document.body.textContent.includes('evil')", frame=True)
        time.sleep(0.3)
        assert tab.run("document.querySelector('#light').getAttribute('aria-pressed')") == "false"
        assert tab.inside("origin") == "null"
        blocked = "new Promise(done => fetch('/state').then(() => done('open'), () => done('closed')))"
        assert tab.inside(blocked) == "closed"
        assert tab.inside("(() => { try { return parent.document.title } catch { return 'closed' } })()") == "closed"


def test_the_pages_are_drawn(tab: Tab, deck: Deck) -> None:
    pytest.importorskip("weasyprint", exc_type=OSError)
    root = deck(
        {
            "deck.toml": 'source = "notes"\noutputs = ["handout"]\n',
            "notes/a.md": TWO.format("It is two.").replace("![p](p.png)", ""),
        }
    )
    with watching(root) as preview:
        tab.go(preview.address)
        tab.press("g")
        tab.until("document.querySelector('.sheet')?.naturalWidth > 300", 120)
        status, headers, body = preview.get("/form/handout.pdf")
        assert (status, headers["content-type"], body[:5]) == (200, "application/pdf", b"%PDF-")
        assert preview.get("/page/handout/99.png")[0] == 404
        for page in ("0.png?w=99999", "0.png?w=000010000", f"{'9' * 5000}.png", "0.png?w=", "-1.png"):
            assert preview.get(f"/page/handout/{page}")[0] == 404
        before = tab.run("document.querySelector('.sheet').src")
        edit(root / "notes" / "a.md", lambda text: text + "\n## 3. What is third?\n\nIt is three.\n")
        is_new = f"(page => page.src !== {json.dumps(before)} && page.complete)"
        tab.until(f"{is_new}(document.querySelector('.sheet'))", 120)
        assert urlsplit(tab.run("document.querySelector('.sheet').src")).path == "/page/handout/0.png"


def test_pages_have_an_outline_and_lead_to_cards_and_back(tab: Tab, deck: Deck) -> None:
    pytest.importorskip("weasyprint", exc_type=OSError)
    questions = "".join(f"## {n}. What is {n}?\n\n{'It is a number. ' * 400}\n\n" for n in range(1, 6))
    root = deck({"deck.toml": 'source = "."\noutputs = ["handout"]\n', "a.md": f"# Numbers\n\n{questions}"})
    with watching(root) as preview:
        third = preview.search("3?")["hits"][0]["id"]
        tab.go(f"{preview.address}#/card/{third}?side=front&light=day&screen=desktop")
        tab.until("document.getElementById('pages-tally').textContent > 3", 120)
        tab.until(f"fetch('/card?id={third}').then(a => a.json()).then(card => card.pages.handout > 1)")
        in_print = "[...document.querySelectorAll('#menu button')].find(one => one.textContent.startsWith('In print'))"
        tab.until(f"(document.getElementById('more').click(), {in_print})")  # until the window knows the pages, too
        tab.run(f"{in_print}.click()")
        tab.until("location.hash.split('/').at(-1) > 2 && document.querySelector('#outline .row')")
        page = tab.run("Number(location.hash.split('/').at(-1))")
        assert page > 2
        assert tab.run("document.getElementById('page-number').value") == str(page)
        titles = "[...document.querySelectorAll('#outline .label')].map(label => label.textContent)"
        assert tab.run(titles) == [f"{n}. What is {n}?" for n in range(1, 6)]
        tab.run("[...document.querySelectorAll('#outline .row')].at(-1).click()")
        tab.until("document.getElementById('page-card').textContent && !document.getElementById('page-card').hidden")
        assert tab.run("Number(location.hash.split('/').at(-1))") > page
        tab.run("document.getElementById('page-card').click()")
        tab.until("document.querySelector('.question')?.textContent.trim() === 'What is 5?'", frame=True)
        assert tab.errors == []


def test_a_broken_template_is_said_on_its_card_and_others_go_on(tab: Tab, deck: Deck) -> None:
    front = '<div class="sheet">\n<% if %>\n{{Question}}</div>'
    root = deck({"deck.toml": 'source = "."\n', "a.md": KINDS, "templates/anki/basic/front.html": front})
    with watching(root, "--trust") as preview:
        tab.go(f"{preview.address}#/card/{preview.search('kind:basic')['order'][0]}")
        tab.until("document.querySelector('.fault code')?.textContent.startsWith('templates/anki/basic/front.html:2')")
        tab.press("j")
        tab.until("document.querySelector('.options')", frame=True)
        assert tab.run("document.querySelector('.fault')") is None
        (root / "templates/anki/basic/front.html").write_text(
            '<div class="sheet mine">{{Question}}</div>', encoding="utf-8"
        )
        tab.press("k")
        tab.until("document.querySelector('.mine')", frame=True)
        assert tab.errors == []


def test_another_explanation_is_a_click_that_writes_the_rule(tab: Tab, deck: Deck) -> None:
    parts = "## {n}. Topic {n}\n\nWords.\n\n### What is {n}?\n\nA text.\n\n### The other {n}\n\nMore.\n\n"
    topics = "".join(parts.format(n=n) for n in range(1, 5))
    root = deck({"deck.toml": "# mine\nsource = '.'\n", "a.md": f"# T\n\n{topics}", "b.md": "## What is b?\n\nB.\n"})
    with watching(root) as preview:
        tab.go(preview.address)
        tab.run("location.hash = '#/reading/a.md'")
        tab.until("document.querySelectorAll('.way').length > 1")
        rules = tab.run("[...document.querySelectorAll('.way .rule')].map(rule => rule.textContent)")
        tab.run("document.querySelectorAll('.way')[1].querySelector('button').click()")
        tab.until("document.querySelector('.is-chosen button:disabled')")
        assert tab.run("document.querySelector('.is-chosen .rule').textContent") == rules[1]
        written = (root / "deck.toml").read_text(encoding="utf-8")
        assert written.startswith("# mine\nsource = '.'\n")
        assert tomllib.loads(written)["questions"] == {"a.md": rules[1]}
        headers = json.dumps({"X-Token": preview.state()["token"]})
        asked = f"fetch('/reading', {{method: 'POST', headers: {headers}, body: JSON.stringify({{path, rule}})}})"
        write = f"((path, rule) => {asked}.then(answer => answer.status))"
        for path, rule in (("deck.toml", rules[0]), ("a.md", "anything"), ("../a.md", rules[0])):
            assert tab.run(f"{write}({json.dumps(path)}, {json.dumps(rule)})") == 404
        assert (root / "deck.toml").read_text(encoding="utf-8") == written
        assert tab.errors == []


def test_the_next_edition_shows_in_the_tree(tab: Tab, run: Run, deck: Deck) -> None:
    root = deck(
        {"deck.toml": 'source = "."\noutputs = ["apkg"]\n', "a.md": "## What is a?\n\nA.\n\n## What is b?\n\nB.\n"}
    )
    assert run("release", root).returncode == 0
    (root / "a.md").write_text(
        "## What is a?\n\nA, edited.\n\n## What is b?\n\nB.\n\n## What is c?\n\nC.\n", encoding="utf-8"
    )
    with watching(root) as preview:
        tab.go(preview.address)
        tab.until("document.querySelectorAll('#tree .card .state').length === 2", 60)
        assert tab.run("[...document.querySelectorAll('#tree .card')].map(row => row.querySelector('.state')?.title ?? '')") == [
            "Next edition: edited", "", "Next edition: new",
        ]  # fmt: skip
        assert ["".join(hit["text"]) for hit in preview.search("is:new")["hits"]] == ["What is c?"]


def test_a_broken_theme_is_a_problem_with_its_place_and_the_notes_go_on(tab: Tab, deck: Deck) -> None:
    files = {"deck.toml": '[anki]\ntheme = "mine"\n', "templates/anki/themes/mine.css": ".card {}\n<% if %>\n"}
    root = deck({**files, "source/a.md": "## What is a?\n\nA.\n"})
    with watching(root) as preview:
        tab.go(f"{preview.address}#/problems")
        tab.until("document.querySelector('.problem .place')")
        places = tab.run("[...document.querySelectorAll('.problem.error .place')].map(place => place.title)")
        assert places == ["templates/anki/themes/mine.css"]
        assert preview.state()["fault"] == ""
        (root / "templates/anki/themes/mine.css").write_text(".card { --measure: 30em; }\n", encoding="utf-8")
        tab.until("!document.querySelector('.problem.error')")
