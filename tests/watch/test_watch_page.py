"""The preview's page in a real browser: edits appear, the place is kept, errors are said, cards stay in their frame."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.conftest import Deck
from tests.preview import TWO, Tab, two_questions, watching

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
        assert preview.get("/page/handout/0.png?w=99999")[0] == 404
        before = tab.run("document.querySelector('.sheet').src")
        edit(root / "notes" / "a.md", lambda text: text + "\n## 3. What is third?\n\nIt is three.\n")
        is_new = f"(page => page.src !== {json.dumps(before)} && page.complete)"
        tab.until(f"{is_new}(document.querySelector('.sheet'))", 120)
        assert urlsplit(tab.run("document.querySelector('.sheet').src")).path == "/page/handout/0.png"
