"""The kinds of cards: `tests/spec/notetypes/*.md`, themes, links to the source, and the cards as Anki shows them.

A case has an input and the fields of its notes (those that every note has are left out). The real backend counts the
cards, and says what a reader of a cloze sees.
"""

from __future__ import annotations

import html
import re
import shutil
import subprocess
import sys
import time
import wave
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from exporter.cards.apkg import write_apkg
from exporter.cards.notetypes import card_environment, load_notetype
from exporter.config import load_config
from exporter.diagnostics import failed, settle
from exporter.editions.edition import plan_edition
from exporter.machinery.cache import Cache
from exporter.machinery.html_text import escape
from exporter.markup.html import Gaps, Target, render_body
from exporter.model import Asset, Card, CardKind
from exporter.pipeline.book import read_book
from exporter.reading.markdown import parse
from exporter.reading.questions import Document, read_document
from exporter.source import SourceFile
from tests.anki_view import Package, ViewerMissingError, check_package
from tests.backend import anki, collection, import_package, notes
from tests.conftest import TESTS, Deck, Run
from tests.spec_cases import cases, rewrite

FOLDER = TESTS / "spec" / "notetypes"
SAME = {"Breadcrumb", "Source", "Lang", "Key"}
NOW = 1_760_000_000
INK = {
    "basic": 2103445036234,
    "reversed": 1840881543386,
    "cloze": 1738800358632,
    "typein": 2197030296359,
    "choice": 1142768984238,
}
INK_QUESTION = 633244463699892684


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


@pytest.mark.parametrize(("file", "title", "blocks"), cases(FOLDER))
def test_specification(file: Path, title: str, blocks: dict[str, str], tmp_path: Path, request) -> None:
    found = describe(blocks["input"], tmp_path)
    if request.config.getoption("--rewrite"):
        rewrite(file, title, {"fields": found}, "fields")
        return
    assert found == blocks["fields"]


# ------------------------------------------------------------------------------------------------- gaps on a page


SECRETS = """## Where is {{c1::secret}} hidden?

<!-- cloze -->

In {{c1::a **secret** and {{c2::another `secret`}}::hint}}, $x = {{c1::secret^{2}}}$ and ==a secret==.

- {{c1::![](secret.png)}}

```python
print({{c1::"secret", {{c2::secret}}}})  # {{c3::secret}}
```
"""


@pytest.mark.parametrize("gaps", Gaps)
def test_a_page_hides_or_shows_gaps(gaps: Gaps) -> None:
    source = SourceFile.from_text("notes.md", Path("notes.md"), SECRETS)
    (card,) = [i for i in read_document(Document(source, parse(source).value)).value.items if isinstance(i, Card)]
    asset = Asset(Path("x.png"), "x.png", "image/png", "0" * 64, 40, 30)
    target = Target(lambda _: asset, lambda a: a.name, lambda tex, _: escape(tex), lambda _: None, gaps=gaps)
    markup = render_body(card.front, target)
    assert card.kind is CardKind.CLOZE
    assert markup.count("secret") == (0 if gaps is Gaps.HIDDEN else 9)
    assert markup.count('class="blank"') == (6 if gaps is Gaps.HIDDEN else 0)
    assert ("(hint)" in markup) == (gaps is Gaps.HIDDEN)
    assert "\ue000" not in markup
    assert ("{{c" in markup) == (gaps is Gaps.ANKI)


def test_gaps_are_found_in_linear_time() -> None:
    def seconds(count: int) -> float:
        begin = time.thread_time()
        for piece in ("{{c1::", "{{c1::a::", "{{c1::$", "{{c1::`", "}}", "{{c1::x}} "):
            source = SourceFile.from_text("notes.md", Path("notes.md"), piece * count + "}}")
            parse(source)
        return time.thread_time() - begin

    small, large = (min(seconds(count) for _ in range(3)) for count in (1_000, 8_000))
    assert large < 32 * small  # eight times the size: 8 where linear, 64 where quadratic; the rest is a busy machine


# ---------------------------------------------------------------------------------------------- links, ids, themes


def test_the_source_is_a_link(run: Run, deck: Deck, tmp_path: Path) -> None:
    url = "https://example.org/blob/main/{path}?a&b#L{line}"
    files = {"deck.toml": f'source_url = "{url}"\n', "source/第 1 章.md": "\n## What is this?\n\nThis.\n"}
    root = deck(files)
    assert run("build", root, "-o", "out", "--only", "apkg").stderr == ""
    with collection(tmp_path / "reader") as col:
        import_package(col, tmp_path / "out" / "deck.apkg")
        (source,) = [note["Source"] for note in notes(col)]
    address = "https://example.org/blob/main/source/%E7%AC%AC%201%20%E7%AB%A0.md?a&amp;b#L2"
    place = "source/第 1 章.md:2"
    assert source == f'<a class="source" href="{address}" title="{place}"><span hidden>{place}</span></a>'


def test_a_theme_has_note_types_of_its_own() -> None:
    environment = card_environment(None)
    for kind in CardKind:
        plain, ink, other = (load_notetype(kind, environment, theme) for theme in ("paper", "ink", "mine"))
        assert plain == load_notetype(kind, environment)
        assert ink == load_notetype(kind, environment, "ink")
        assert (ink.name, ink.field_names) == (f"{plain.name} (ink)", plain.field_names)
        assert len({plain.id, ink.id, other.id}) == 3
        ids = [{part["id"] for part in kind.fields} | {t.id for t in kind.templates} for kind in (plain, ink, other)]
        assert not ids[0] & ids[1] | ids[0] & ids[2] | ids[1] & ids[2]
        assert all(0 < number < 1 << 63 for number in ids[1])
        assert ink.css.startswith(plain.css)
        assert "--song" in ink.css


def test_the_ids_of_a_theme_never_change() -> None:
    """Readers have decks with them."""
    environment = card_environment(None)
    found = {kind.value: load_notetype(kind, environment, "ink").id for kind in CardKind}
    assert found == INK
    assert load_notetype("basic", environment, "ink").fields[0]["id"] == INK_QUESTION


def test_a_deck_in_a_theme_can_be_adopted(run: Run, deck: Deck, tmp_path: Path) -> None:
    root = deck({"deck.toml": '[anki]\ntheme = "ink"\n', "source/notes.md": "## What is this?\n\nThis.\n"})
    assert run("build", root, "-o", "out", "--only", "apkg").stderr == ""
    before = (root / "deck.lock").read_text(encoding="utf-8")
    (root / "deck.lock").unlink()
    result = run("adopt", tmp_path / "out" / "deck.apkg", cwd=root)
    assert result.returncode == 0, result.stderr
    result = run("build", root, "-o", "out", "--only", "apkg")
    assert result.stderr == ""
    guid = re.compile(r'"guid": "([^"]+)"')
    assert guid.findall((root / "deck.lock").read_text(encoding="utf-8")) == guid.findall(before)


# ------------------------------------------------------------------------------------------------ cards, as Anki shows


PROJECT = TESTS / "projects" / "notetypes"


def draw(file: Path, size: tuple[int, int]) -> None:
    """A picture that is larger than a phone, drawn on nothing."""
    image = Image.new("RGBA", size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    step = size[0] // 7
    for n, x in enumerate(range(step // 3, size[0] - step, step)):
        tone = (90 + 20 * n, 120 + 15 * n, 190)
        pen.rounded_rectangle((x, size[1] // 3, x + step * 0.7, size[1] * 2 // 3), step // 8, tone, (30, 50, 90), 4)
        pen.line((x + step * 0.7, size[1] // 2, x + step, size[1] // 2), (30, 30, 30), 5)
    image.save(file)


def build_project(folder: Path, theme: str) -> Path:
    """The project of all kinds of cards, built by the command."""
    root = folder / "notetypes"
    shutil.copytree(PROJECT, root)
    media = root / "notes" / "media"
    media.mkdir()
    draw(media / "前向过程.png", (1800, 520))
    draw(media / "对抗训练.png", (900, 500))
    with wave.open(str(media / "发音.wav"), "wb") as sound:
        sound.setparams((1, 1, 8000, 0, "NONE", ""))
        sound.writeframes(bytes(80))
    (media / "口型.mp4").write_bytes(b"\0\0\0\x18ftypmp42")
    with (root / "deck.toml").open("a", encoding="utf-8") as settings:
        settings.write(f'theme = "{theme}"\n')
    command = [sys.executable, "-m", "exporter", "build", str(root), "-o", str(folder), "--only", "apkg"]
    result = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=300, check=False)
    assert result.returncode == 0
    assert not re.search("warning|error", result.stderr), result.stderr
    return folder / "notetypes.apkg"


def findings(apkg: Path, cards: list[int] | None = None) -> list[str]:
    try:
        return [str(finding) for finding in check_package(apkg, cards=cards)]
    except ViewerMissingError as reason:
        pytest.skip(str(reason))


@pytest.mark.parametrize(
    "theme", ["paper", *(pytest.param(theme, marks=pytest.mark.slow) for theme in ("ink", "sheet"))]
)
def test_every_kind_of_card_is_clean_in_six_modes(theme: str, tmp_path: Path) -> None:
    apkg = build_project(tmp_path, theme)
    with collection(tmp_path / "reader") as col:
        import_package(col, apkg)
        names = [re.sub(r"make-deck | \(.*", "", str(col.get_card(i).note_type()["name"])) for i in col.find_cards("")]
        assert Counter(names) == {"Basic": 3, "Reversed": 2, "Cloze": 11, "Type-in": 2, "Choice": 2}
        assert not col.media.check().missing
        assert not col.media.check().unused
        assert not col.get_empty_cards().notes
    assert findings(apkg) == []


HEAVY = {
    "formulas": r"\\\(|\\\[",
    "code": r'<span class="[a-z0-9]+">',
    "pictures": r"<img\b",
    "tables": r"<t[dh]\b",
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", HEAVY)
def test_heavy_cards_of_the_book_are_clean_in_six_modes(kind: str, real_book: Path) -> None:
    """The card with the most of it, and one with a lot."""
    with Package(real_book / "book.apkg") as package:
        answers = [package.collection.get_card(number).note()["Answer"] for number in package.cards]
    counts = [(len(re.findall(HEAVY[kind], answer)), -place) for place, answer in enumerate(answers)]
    ranked = [-place for _, place in sorted(counts, reverse=True)]
    assert findings(real_book / "book.apkg", [ranked[0], ranked[20]]) == []
