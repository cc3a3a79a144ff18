"""The window of the preview in a real browser: tree, search, address, sizes, narrow windows, study, problems."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from exporter.diagnostics import CODES
from exporter.watch.search import plain
from tests.conftest import ROOT
from tests.preview import Preview, Tab

pytestmark = pytest.mark.xdist_group("preview")  # one browser

Look = Callable[..., Tab]


@pytest.fixture
def look(tab: Tab, still: Preview) -> Look:
    """Open the preview as somebody who was never here: `look("#/problems", 390, 844)`."""

    def look(place: str = "", width: int = 1280, height: int = 800) -> Tab:
        tab.errors.clear()
        tab.call("Page.navigate", url=f"{still.address}own/icon.svg")
        tab.until("document.documentElement.localName === 'svg'")
        tab.run("(localStorage.clear(), sessionStorage.clear())")
        tab.frames.clear()
        tab.go(still.address + place, width, height)
        return tab

    return look


def card(still: Preview, words: str) -> str:
    """The id of the one card that has these words."""
    (hit,) = still.search(words)["hits"]
    return str(hit["id"])


def labels(tab: Tab) -> list[str]:
    found: list[str] = tab.run("[...document.querySelectorAll('#tree .row .label')].map(label => label.textContent)")
    return found


def type_in(tab: Tab, field: str, text: str) -> None:
    set_it = (
        f"(field => {{ field.focus(); field.value = {json.dumps(text)}; field.dispatchEvent(new Event('input')); }})"
    )
    tab.run(f"{set_it}(document.querySelector({json.dumps(field)}))")


def key(tab: Tab, name: str, on: str = "#tree") -> None:
    event = f"new KeyboardEvent('keydown', {{key: {json.dumps(name)}, bubbles: true, cancelable: true}})"
    tab.run(f"document.querySelector({json.dumps(on)}).dispatchEvent({event})")


def chosen(tab: Tab) -> Any:
    return tab.run("document.querySelector('#tree [aria-selected=true] .label')?.textContent")


def test_the_tree_folds_to_files_and_follows_keys(look: Look) -> None:
    tab = look()
    tab.until("document.querySelector('#tree [aria-selected=true]')")
    assert labels(tab) == ["deep", "Ones", "1What is one?", "How is one written?", "2What is a digit?", "Twos", "Kinds"]
    levels = "[...document.querySelectorAll('#tree .row')].map(row => Number(row.getAttribute('aria-level')))"
    assert tab.run(levels) == [1, 2, 3, 4, 3, 2, 1]  # a question without a number stands below its own
    assert chosen(tab) == "1What is one?"
    assert tab.run("document.querySelector('#tree [aria-selected=true]').getAttribute('aria-setsize')") == "3"
    key(tab, "ArrowDown")
    tab.until("document.querySelector('#tree [aria-selected=true] .label')?.textContent === 'How is one written?'")
    key(tab, "ArrowLeft")
    tab.until("document.querySelector('#tree [aria-selected=true] .label')?.textContent === '1What is one?'")
    key(tab, "ArrowLeft")
    assert labels(tab) == ["deep", "Ones", "1What is one?", "2What is a digit?", "Twos", "Kinds"]
    for letter in "kin":
        key(tab, letter)
    assert tab.run("document.querySelector('#tree .is-active .label').textContent") == "Kinds"
    key(tab, "ArrowRight")
    tab.until("document.querySelectorAll('#tree .row').length === 11")
    assert tab.run("[...document.querySelectorAll('#tree .kind')].map(kind => kind.textContent)") == [
        "choice", "type-in", "reversed", "cloze",
    ]  # fmt: skip
    assert tab.run("document.querySelectorAll('#tree .dot.warning').length") == 3  # a card, its file, and another file
    assert tab.errors == []


def test_search_finds_answers_and_shows_the_first_hit_at_once(look: Look) -> None:
    tab = look()
    tab.until("document.querySelector('#tree [aria-selected=true]')")
    type_in(tab, "#search", "非负性")
    tab.until("document.querySelector('.hit')")
    assert tab.run("document.querySelector('#search-count').textContent") == "1 of 10"
    assert tab.run("document.querySelector('.hit-excerpt mark').textContent") == "非负性"
    tab.until("document.querySelector('.question')?.textContent.trim() === 'What is two?'", frame=True)
    key(tab, "Escape", "#search")
    tab.until("document.querySelector('.question')?.textContent.trim() === 'What is one?'", frame=True)
    assert tab.run("document.querySelector('#hits').hidden")
    type_in(tab, "#search", "file:deep what")
    tab.until("document.querySelectorAll('.hit').length === 5")
    key(tab, "Enter", "#search")
    tab.press("j")
    tab.until("document.querySelector('.question')?.textContent.trim() === 'What is a digit?'", frame=True)
    assert tab.run("document.querySelector('.hit[aria-selected=true] .hit-text').textContent") == "2What is a digit?"
    tab.press("Escape")
    tab.until("document.querySelector('#tree [aria-selected=true] .label')?.textContent === '2What is a digit?'")
    assert tab.errors == []


def test_operators_narrow_a_search(still: Preview) -> None:
    def texts(query: str) -> list[str]:
        return sorted("".join(hit["text"]) for hit in still.search(query)["hits"])

    assert texts("kind:choice") == ["Which of these sample faster?"]
    assert texts("kind:type-in ddpm") == ["When was DDPM published?"]
    assert texts("has:problem") == ["What is a digit?"]
    assert texts("file:two -twice") == ["What is a pair?"]
    assert texts('"a number"') == ["What is one?"]
    assert texts("tag:twos pair") == ["What is a pair?"]
    assert texts("is:new") == []
    (gap,) = still.search("jain")["hits"]
    assert gap["excerpt"][1] == "Jain"  # it stands in the text with gaps, in none of the answers
    assert texts('file: kind: "') == texts("")
    every = still.search("what")
    assert every["total"] == sum(every["files"].values()) == len(every["order"]) > 4
    assert still.search("one")["hits"][0]["text"] == ["", "One", " sentence"]  # it begins with the word


def test_plain_words_take_time_as_they_are_long() -> None:
    assert (
        plain("## A **b** `c`\n> d\n\n| e | f |\n|---|:-:|\n![g](h.png) [i](j) ![[k]] <b>l</b>")
        == "A b c d e f g i k l"
    )
    for piece in ("![", "![[a", " ", "[", "<", "`", "> ", "|:-", "[a](", "x"):
        took = []
        for size in (20_000, 80_000):
            start = time.thread_time()
            plain(piece * size)
            took.append(time.thread_time() - start)
        assert took[1] < 16 * max(took[0], 0.01), piece


def test_the_address_names_card_and_view_and_back_goes_back(look: Look, still: Preview) -> None:
    digit, pair = card(still, "digit sign"), card(still, "pair")
    tab = look(f"#/card/{digit}?side=back&light=night&screen=phone")
    tab.until("document.querySelector('.nightMode .answer')?.textContent.includes('A sign')", frame=True)
    assert tab.inside("[innerWidth, innerHeight, document.documentElement.classList.contains('mobile')]") == [
        390,
        844,
        True,
    ]
    tab.run(f"location.hash = '#/card/{pair}?side=front&light=day&screen=desktop'")
    tab.until("document.querySelector('.question')?.textContent.trim() === 'What is a pair?'", frame=True)
    assert tab.inside("[innerWidth, getComputedStyle(document.documentElement).fontSize]") == [900, "15px"]
    tab.press("n")
    assert tab.run("location.hash") == f"#/card/{pair}?side=front&light=night&screen=desktop"
    tab.press("d")
    tab.until("!document.getElementById('problems').hidden")
    tab.run("history.back()")
    tab.until("!document.getElementById('cards').hidden")
    tab.run("history.back()")
    tab.until("document.querySelector('.answer')?.textContent.includes('A sign')", frame=True)
    tab.run("history.forward()")
    tab.until("document.querySelector('.question')?.textContent.trim() === 'What is a pair?'", frame=True)
    assert tab.errors == []


SIZES = """[...document.querySelectorAll('.side:not([hidden]) .screen')].map(screen => {
    const box = screen.getBoundingClientRect(), desk = document.getElementById('desk').getBoundingClientRect();
    return box.left >= desk.left && box.right <= desk.right && box.top >= desk.top && box.bottom <= desk.bottom;
})"""


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (900, 700), (390, 844)])
def test_nothing_is_cut_and_devices_have_their_size(look: Look, still: Preview, width: int, height: int) -> None:
    tab = look(f"#/card/{card(still, 'pair')}?side=both&light=day&screen=phone", width, height)
    tab.until("document.querySelectorAll('.side:not([hidden])').length === 2")
    assert tab.run(SIZES) == [True, True]
    label = tab.run("document.querySelector('.side-label').textContent")
    assert "390 × 844" in label
    tab.until("innerWidth === 390 && innerHeight === 844", frame=True)
    assert tab.run("document.documentElement.scrollWidth") <= width
    inside = "box => box.clientWidth === 0 || box.scrollWidth <= box.clientWidth"
    assert tab.run(f"[...document.querySelectorAll('.bar, .tools, .thumb-bar')].every({inside})")
    tab.press("b")
    tab.press("a")
    tab.until("document.querySelectorAll('.side:not([hidden])').length === 8")
    if width > 900:
        assert tab.run(SIZES) == [True] * 8
    if width == 390:  # one scrolls down, never sideways
        tab.until("(desk => desk.scrollWidth <= desk.clientWidth)(document.querySelector('.desk'))")
    assert tab.errors == []


def test_a_narrow_window_has_a_drawer_and_a_bar_for_the_thumb(look: Look) -> None:
    tab = look("", 390, 844)
    tab.until("document.querySelector('.question')?.textContent.trim() === 'What is one?'", frame=True)
    shown = "document.getElementById('{}').checkVisibility({{visibilityProperty: true}})"
    assert not tab.run(shown.format("sidebar"))
    assert tab.run(shown.format("bar-live"))
    assert tab.inside("innerWidth") == 390
    assert tab.run("document.getElementById('thumb-turn').getBoundingClientRect().height") >= 44
    tab.run("document.getElementById('thumb-turn').click()")
    tab.until("document.querySelector('.answer')?.textContent.includes('a number')", frame=True)
    tab.run("document.getElementById('thumb-after').click()")
    tab.until("document.querySelector('.question')?.textContent.trim() === 'How is one written?'", frame=True)
    swipe = """(x => [['touchstart', 300], ['touchend', x]].forEach(([name, clientX]) => {
        const touch = new Touch({identifier: 1, target: document.body, clientX, clientY: 300});
        const touches = name === 'touchstart' ? [touch] : [];
        document.body.dispatchEvent(new TouchEvent(name, {touches, changedTouches: [touch], bubbles: true}));
    }))"""
    tab.inside(f"{swipe}(400)")
    tab.until("document.querySelector('.question')?.textContent.trim() === 'What is one?'", frame=True)
    tab.inside(f"{swipe}(100)")
    tab.until("document.querySelector('.question')?.textContent.trim() === 'How is one written?'", frame=True)
    tab.run("document.getElementById('drawer-open').click()")
    assert tab.run(shown.format("sidebar"))
    tab.run("[...document.querySelectorAll('#tree .row')].find(row => row.textContent.includes('digit')).click()")
    tab.until("document.querySelector('.question')?.textContent.trim() === 'What is a digit?'", frame=True)
    assert tab.run("document.getElementById('sidebar').inert")
    assert tab.errors == []


def test_one_studies_with_taps_and_a_pick_reaches_the_back(look: Look, still: Preview) -> None:
    tab = look(f"#/card/{card(still, 'kind:choice')}?side=front&light=day&screen=desktop")
    tab.until("document.querySelectorAll('.options [role=radio]').length === 2", frame=True)
    tab.press("s")
    assert not tab.run("document.getElementById('sidebar').checkVisibility()")
    tab.inside("document.querySelectorAll('.option')[1].click()")
    tab.until("document.querySelector('.option.is-picked')", frame=True)
    assert tab.run("document.getElementById('side').dataset.value") == "front"  # an option is no ground to tap on
    tab.inside("document.querySelector('.question').click()")
    tab.until("document.querySelector('.option.is-wrong .verdict')", frame=True)
    assert tab.inside("document.querySelector('.score').textContent").startswith("0")
    tab.inside("document.querySelector('.question').click()")
    tab.until("document.querySelector('#typeans')", frame=True)
    tab.inside(
        "(f => { f.value = '2021'; f.dispatchEvent(new Event('input', {bubbles: true})); })(document.querySelector('#typeans'))"
    )
    tab.press(" ")
    tab.until("document.querySelector('.typeBad')?.textContent === '1'", frame=True)
    tab.press("Escape")
    assert tab.run("document.getElementById('sidebar').checkVisibility()")
    assert tab.errors == []


def test_only_frames_that_stand_here_are_heard(look: Look, still: Preview) -> None:
    tab = look(f"#/card/{card(still, 'kind:choice')}?side=front&light=day&screen=desktop")
    tab.until("document.querySelectorAll('.options [role=radio]').length === 2", frame=True)
    told = "window.postMessage({type: 'key', key: 'n'}, '*'); window.postMessage({type: 'turn'}, '*')"
    tab.run(f"({told.replace(';', ',')}, new Promise(done => setTimeout(done, 100)))")
    assert tab.run("document.getElementById('side').dataset.value") == "front"
    assert tab.run("document.getElementById('light').getAttribute('aria-pressed')") == "false"


def test_problems_stand_in_groups_and_lead_to_their_own_card_only(look: Look, still: Preview) -> None:
    tab = look("#/problems")
    tab.until("document.querySelectorAll('.problem-group').length === 2")
    empty = "[...document.querySelectorAll('.problem-group')].find(group => group.textContent.includes('answer-empty'))"
    assert tab.run(f"{empty}.querySelector('.no-card').textContent") == "No card: here is the place"
    assert tab.run(f"{empty}.querySelector('.is-meant').textContent") == "## What is nothing?"
    assert tab.run(f"{empty}.querySelector('article button')") is None
    tab.run(
        "[...document.querySelectorAll('.filter')].find(one => one.textContent.startsWith('image-missing')).click()"
    )
    tab.until("document.querySelectorAll('.problem-group').length === 1")
    assert tab.run("location.hash") == "#/problems?code=image-missing"
    tab.run("document.querySelector('.problem button').click()")
    tab.until("document.querySelector('.question')?.textContent.trim() === 'What is a digit?'", frame=True)
    assert "gone.png" in tab.run("document.getElementById('card-problems').textContent")
    tab.press("k")
    tab.until("document.getElementById('card-problems').hidden")
    tab.press("F8")
    tab.until("!document.getElementById('card-problems').hidden")
    tab.press("F8")
    tab.until("document.activeElement.matches('.problem')")
    assert tab.errors == []


def test_the_markdown_stands_beside_the_card_and_says_why(look: Look, still: Preview) -> None:
    tab = look(f"#/card/{card(still, 'digit sign')}?side=front&light=day&screen=desktop")
    tab.press("m")
    lines = "[...document.querySelectorAll('#beside .line')].map(line => line.textContent.trim())"
    assert tab.run(lines)[0].endswith("## 2. What is a digit?")
    assert tab.run("document.querySelector('#beside .line.warning .code').textContent").startswith("A sign.")
    assert tab.run("document.querySelector('#beside .line .number').href").startswith("vscode://file/")
    assert "a card" in tab.run("document.querySelector('.why').textContent")
    assert tab.errors == []


def meanings_in_chinese() -> dict[str, str]:
    words = (ROOT / "templates" / "preview" / "meanings_zh.js").read_text("utf-8")
    return dict(re.findall(r'^  "([a-z-]+)": "(.+)",$', words, re.MULTILINE))


def test_every_message_has_its_meaning_in_chinese() -> None:
    assert meanings_in_chinese().keys() == CODES.keys()


def hints_in_chinese() -> dict[str, str]:
    words = (ROOT / "templates" / "preview" / "hints_zh.js").read_text("utf-8")
    return dict(json.loads(row) for row in re.findall(r'^  (\[".+"\]),$', words, re.MULTILINE))


def test_every_hint_has_its_meaning_in_chinese() -> None:
    """Each hint of a code's own case is one of a kind, whose names and numbers stay as they are."""
    kinds = [re.sub(r"\\\{\d\\\}", "(.+)", re.escape(hint)) for hint in hints_in_chinese()]
    told = [case.read_text("utf-8") for case in (ROOT / "tests" / "errors").glob("*.md")]
    hints = {hint for text in told for hint in re.findall(r"^  hint: (.+)$", text, re.MULTILINE)}
    assert len(hints) > 80
    assert sorted(hint for hint in hints if not any(re.fullmatch(kind, hint) for kind in kinds)) == []
    for hint, meaning in hints_in_chinese().items():
        assert sorted(re.findall(r"\{\d\}", hint)) == sorted(re.findall(r"\{\d\}", meaning)), hint


def test_the_words_are_those_of_the_browser(tab: Tab, look: Look) -> None:
    script = "Object.defineProperty(navigator, 'languages', {get: () => ['zh-CN', 'en']})"
    added = tab.call("Page.addScriptToEvaluateOnNewDocument", source=script)["identifier"]
    try:
        look()
        assert tab.run("document.documentElement.lang") == "zh"
        assert tab.run("document.querySelector('#side [data-value=front]').textContent") == "正面"
        assert tab.run("document.getElementById('search').placeholder") == "搜索"
        tab.run("location.hash = '#/problems'")
        tab.until("document.querySelector('.group-head b')")
        codes = "[...document.querySelectorAll('.group-head')].map(head => head.querySelector('.code').textContent)"
        said = "[...document.querySelectorAll('.group-head b')].map(head => head.textContent)"
        assert dict(zip(tab.run(codes), tab.run(said), strict=True)).items() <= meanings_in_chinese().items()
        hints = tab.run("[...document.querySelectorAll('.hint, .action')].map(hint => hint.textContent)")
        assert hints
        assert all(re.search(r"[一-龥]", hint) for hint in hints)
    finally:
        tab.call("Page.removeScriptToEvaluateOnNewDocument", identifier=added)


def test_the_tab_key_stops_once_at_each_group_and_f6_goes_round(look: Look) -> None:
    tab = look()
    tab.until("document.querySelector('#tree [aria-selected=true]')")
    for group in ("#side", "#screen", "#tabs"):
        stops = f"[...document.querySelectorAll('{group} button')].filter(button => button.tabIndex === 0).length"
        assert tab.run(stops) == 1, group
    assert tab.run("document.getElementById('tree').getAttribute('aria-activedescendant')")
    nameless = "one => one.checkVisibility() && !one.getAttribute('aria-label') && !one.textContent.trim()"
    assert tab.run(f"[...document.querySelectorAll('button')].filter({nameless}).length") == 0
    seen = set()
    for _ in range(4):
        tab.press("F6")
        seen.add(tab.run("document.activeElement.id || document.activeElement.closest('[id]').id"))
    assert {"tree", "tab-cards"} <= seen
    assert len(seen) == 4
