"""The kinds of cards: `tests/spec/notetypes/*.md`, themes, links to the source, and the cards as Anki shows them.

A case has an input and the fields of its notes (those that every note has are left out). The real backend counts the
cards, and says what a reader of a cloze sees.
"""

from __future__ import annotations

import html
import re
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from exporter.build import read_book
from exporter.cache import Cache
from exporter.config import load_config
from exporter.diagnostics import failed, settle
from exporter.editions import plan_edition
from exporter.model import CardKind
from exporter.notetypes import card_environment, load_notetype
from exporter.writers.apkg import write_apkg
from tests.anki_view import ViewerMissingError, check_package
from tests.backend import anki, collection, import_package, notes
from tests.conftest import Deck, Run

FOLDER = Path(__file__).parent / "spec" / "notetypes"
CASE = re.compile(r"^## (?P<title>.+?)\n(?P<body>(?:~~~~ .*?\n~~~~\n|(?!## )[^\n]*\n)*)", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^~~~~ (?P<kind>\w+)\n(?P<text>.*?)\n?^~~~~$", re.MULTILINE | re.DOTALL)
SAME = {"Breadcrumb", "Source", "Lang", "Key"}
NOW = 1_760_000_000


def cases() -> list[pytest.ParameterSet]:
    found = []
    for file in sorted(FOLDER.glob("*.md")):
        for case in CASE.finditer(file.read_text(encoding="utf-8")):
            blocks = {m["kind"]: m["text"] for m in BLOCK.finditer(case["body"])}
            found.append(pytest.param(file, case["title"], blocks, id=f"{file.stem}: {case['title']}"))
    return found


def write_media(root: Path) -> None:
    """A picture, a sound and a film that only have to be there."""
    (root / "media").mkdir(parents=True)
    Image.new("RGB", (40, 30), (90, 120, 200)).save(root / "media" / "图.png")
    with wave.open(str(root / "media" / "发音.wav"), "wb") as sound:
        sound.setparams((1, 1, 8000, 0, "NONE", ""))
        sound.writeframes(bytes(80))
    (root / "media" / "clip.mp4").write_bytes(b"\0\0\0\x18ftypmp42")


def words(markup: str, element: str) -> str:
    """What a reader sees of an element of a card, on one line."""
    found = re.search(rf'<div class="{element}[^"]*">(.*?)</div>\s*(?:<hr|<details|<footer|</div>)', markup, re.DOTALL)
    assert found, markup
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", found[1])).split())


def describe(text: str, tmp_path: Path) -> str:
    """The notes of a file, field by field, and what was said of it."""
    root = tmp_path / "deck"
    write_media(root)
    (root / "notes.md").write_text(text, encoding="utf-8")
    config = load_config(root).value
    assert config
    book = read_book(config, tmp_path / "out")
    edition = plan_edition(book.value, config, tmp_path / "out" / "deck.lock", NOW)
    diagnostics = settle((*book.diagnostics, *edition.diagnostics))
    lines = []
    if not failed(diagnostics):
        plan = edition.value.plan
        (tmp_path / "deck.apkg").write_bytes(write_apkg(plan, NOW, Cache(None)))
        with collection(tmp_path / "reader") as col:
            import_package(col, tmp_path / "deck.apkg")
            assert not col.media.check().missing
            for note in plan.notes:
                lines += describe_note(note, next(t for t in plan.notetypes if t.key == note.notetype), col)
    lines += [f"says {d.span.line}:{d.span.col} {d.severity}[{d.code}]: {d.message}" for d in diagnostics if d.span]
    return "\n".join(lines)


def describe_note(note, notetype, col: anki.Collection) -> Iterator[str]:
    cards = [col.get_card(number) for number in sorted(col.find_cards(f'"Key:{note.guid}"'))]
    yield f"{note.notetype}, {len(cards)} card{'s' * (len(cards) != 1)}"
    for name, value in zip(notetype.field_names, note.fields, strict=True):
        if value and name not in SAME:
            yield f"  {name}: " + value.replace("\n", "\n    ")
    for card in cards if notetype.is_cloze else ():
        yield f"  card {card.ord + 1} asks: {words(card.question(), 'passage asked')}"
        yield f"  card {card.ord + 1} tells: {words(card.answer(), 'passage')}"


@pytest.mark.parametrize(("file", "title", "blocks"), cases())
def test_specification(file: Path, title: str, blocks: dict[str, str], tmp_path: Path, request) -> None:
    found = describe(blocks["input"], tmp_path)
    if request.config.getoption("--rewrite"):
        text = file.read_text(encoding="utf-8")
        case = next(case for case in CASE.finditer(text) if case["title"] == title)
        kept = re.sub(r"\n~~~~ fields\n.*?^~~~~$\n?", "", case[0], flags=re.MULTILINE | re.DOTALL).rstrip()
        file.write_text(text.replace(case[0], f"{kept}\n\n~~~~ fields\n{found}\n~~~~\n\n"), encoding="utf-8")
        return
    assert found == blocks["fields"]
