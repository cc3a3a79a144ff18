"""The settings of Obsidian's Spaced Repetition: found in the vault, outdone by deck.toml, never in the way."""

from __future__ import annotations

import json

import pytest

from tests.conftest import Deck, Run

DATA = ".obsidian/plugins/obsidian-spaced-repetition/data.json"
NOTE = "#lernen\n\nZelle >> kleinste Einheit\n\nKern == Ort der Gene\n"


def vault(**settings: object) -> str:
    return json.dumps({"settings": settings, "buryDate": ""})


def test_the_settings_of_the_vault_part_the_cards(run: Run, deck: Deck) -> None:
    root = deck({DATA: vault(singleLineCardSeparator=">>", flashcardTags=["#lernen"]), "Bio/a.md": NOTE})
    assert "Zelle" in run("outline", root).stdout
    assert "Kern" not in run("outline", root).stdout
    part = run("outline", root / "Bio" / "a.md")
    assert "Zelle" not in part.stdout, "nothing above the folder that was asked for is read"


def test_a_note_below_a_deck_finds_the_vault(run: Run, deck: Deck) -> None:
    files = {"deck.toml": 'source = "."\n', DATA: vault(singleLineCardSeparator=">>", flashcardTags=["lernen"])}
    root = deck({**files, "Bio/a.md": NOTE})
    assert "Zelle" in run("outline", root / "Bio" / "a.md").stdout


def test_what_the_deck_says_goes_before_the_vault(run: Run, deck: Deck) -> None:
    table = 'source = "."\n[spaced_repetition]\nseparator = "=="\ntags = ["lernen"]\n'
    root = deck({"deck.toml": table, DATA: vault(singleLineCardSeparator=">>"), "a.md": NOTE.replace("==", "=>")})
    assert "no question" in run("check", root).stderr
    (root / "deck.toml").write_text(table.replace('"=="', '"=>"'), encoding="utf-8")
    assert "Kern" in run("outline", root).stdout


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("{", "it is no JSON"),
        ("[" * 100_000, "it is no JSON"),
        ("[]", 'it has no "settings"'),
        ("\0\xff", "it is no JSON"),
        (vault(flashcardTags="#a"), '"flashcardTags" must be a list of short strings'),
        (vault(clozePatterns=["x" * 41]), '"clozePatterns" must be a list of short strings'),
        (vault(multilineCardSeparator="x" * 41), '"multilineCardSeparator" must be a short string of one line'),
        (vault(convertFoldersToDecks=1), '"convertFoldersToDecks" must be true or false'),
    ],
)
def test_a_file_of_another_shape_is_told_and_stops_nothing(run: Run, deck: Deck, data: str, said: str) -> None:
    root = deck({DATA: data, "a.md": "## What is this?\n\nThis.\n"})
    result = run("check", root)
    assert result.returncode == 0
    assert f"{DATA}:1:" in result.stderr
    assert said in result.stderr


def test_a_change_of_the_settings_reads_the_notes_anew(run: Run, deck: Deck) -> None:
    root = deck({DATA: vault(singleLineCardSeparator=">>", flashcardTags=["#lernen"]), "a.md": NOTE})
    out = ("build", root, "-o", "out", "--only", "apkg")
    assert run(*out).returncode == 0
    (root / DATA).write_text(vault(singleLineCardSeparator="=>", flashcardTags=["#lernen"]), encoding="utf-8")
    assert "no-questions" in run(*out).stderr


@pytest.mark.parametrize("sign", ["(", ".*", "\\", "[a-", "a" * 40, "|", "$"])
def test_any_sign_is_taken_as_it_is_written(run: Run, deck: Deck, sign: str) -> None:
    data = vault(singleLineCardSeparator=sign, clozePatterns=[f"{sign}answer{sign}", "answer", "[123", ""])
    root = deck({DATA: data, "a.md": "#flashcards\n\nZelle und Kern\n"})
    assert "Zelle" not in run("outline", root).stdout


@pytest.mark.parametrize("sign", [".obsidian/app.json", "logseq/config.edn", ""])
def test_what_ends_a_line_with_a_hash_is_a_tag_in_a_vault(run: Run, deck: Deck, sign: str) -> None:
    notes = {"notes/a.md": "## What is light? #optics\n\nA wave. #waves/em\n"}
    root = deck(notes | ({sign: ""} if sign else {}))
    assert run("build", root, "-o", "out", "--only", "apkg").returncode == 0
    shown = run("outline", root).stdout
    assert ("#optics" in shown) is not bool(sign)
