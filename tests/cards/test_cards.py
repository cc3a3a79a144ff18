"""Cards of the showcase, the seed and the book, in Anki's own reviewer page, in six modes."""

from __future__ import annotations

from pathlib import Path

import pytest

from exporter.cards import deck_names, tags_of
from exporter.config import load_config
from exporter.reading.folder import read_chapters
from tests.anki_view import ViewerMissingError, check_package
from tests.conftest import Deck, Run
from tests.reading.test_links import fields


def findings(apkg: Path, cards: list[int] | None = None) -> list[str]:
    try:
        return [str(finding) for finding in check_package(apkg, cards=cards)]
    except ViewerMissingError as reason:
        pytest.skip(str(reason))


def test_every_card_of_the_showcase_is_clean(showcase: Path) -> None:
    assert findings(showcase / "ai-video.apkg") == []


@pytest.mark.slow
def test_every_card_of_the_seed_is_clean(run: Run, corpus: Path, tmp_path: Path) -> None:
    run("build", corpus / "seed" / "ai-video.md", "-o", "out", "--only", "apkg")
    assert findings(tmp_path / "out" / "ai-video.apkg") == []


@pytest.mark.parametrize(
    ("files", "decks"),
    [
        ({"a.md": "# Spanish::Verbs\n"}, ["notes::Spanish::Verbs"]),
        ({"a.md": "# 3 Body Problem\n", "b.md": "# 2024-03-01\n"}, ["notes::3 Body Problem", "notes::2024-03-01"]),
        ({"2024-03-01.md": "", "3 Body Problem.md": ""}, ["notes::03 Body Problem", "notes::2024-03-01"]),
        (
            {"2 Second/10 ten.md": "", "2 Second/9-nine.md": ""},
            ["notes::02 Second::09 nine", "notes::02 Second::10 ten"],
        ),
        ({"01-optics.md": "# Light\n", "10-sound.md": "# 10. Sound\n"}, ["notes::01 Light", "notes::10. Sound"]),
        ({"a.md": "# Summary\n", "b.md": "# Summary\n"}, ["notes::Summary", "notes::Summary (b)"]),
        ({"only.md": "# Physics\n"}, ["notes::Physics"]),
    ],
)
def test_decks_have_the_order_and_the_numbers_of_the_notes(deck: Deck, files: dict[str, str], decks: list[str]) -> None:
    root = deck(
        {name: f"{text}\n## What is A?\n\nA.\n\n## What is B?\n\nB.\n" for name, text in files.items()}, "notes"
    )
    config = load_config(root).value
    assert config
    assert list(deck_names(read_chapters(config).value, "notes", config)) == decks


@pytest.mark.parametrize(
    ("tag", "shown"),
    [
        ("optics", "optics"),
        ("physics/optics/lenses", "physics::optics::lenses"),
        ("physics::optics", "physics::optics"),
        ("物理/光学", "物理::光学"),
        ("/a//b/", "a::b"),
        ("make-deck/removed", "make-deck/removed"),
        ("make-deck::removed", "make-deck:removed"),
    ],
)
def test_levels_of_a_tag_are_levels_in_anki(deck: Deck, tag: str, shown: str) -> None:
    root = deck({"a.md": f"---\ntags: ['{tag}']\n---\n\n# T\n\n## What is A?\n\nA.\n"}, "notes")
    config = load_config(root).value
    assert config
    (chapter,) = read_chapters(config).value
    assert tags_of(chapter.cards[0], chapter, config) == ("T", shown)


def test_a_word_and_its_sound_are_a_short_card(deck: Deck) -> None:
    sound = "![](m.mp3)\n\nhouse\n"
    files: dict[str, str | bytes] = {
        "a.md": f"## la maison?\n\n{sound}\n## le loup?\n\n{sound}\nAnd more.\n",
        "m.mp3": b"ID3",
    }
    answers, _ = fields(deck(files))
    assert '<p class="short">' in answers["la maison?"]
    assert '<p class="short">' not in answers["le loup?"]
