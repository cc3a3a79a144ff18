"""What goes into which deck: patterns, tags, several decks of one folder, and a part of a deck, which is only a preview."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.backend import collection, import_package, notes
from tests.conftest import Deck, Run

VAULT = {
    "deck.toml": 'source = "."\noutputs = ["apkg"]\nexclude = ["Private/"]\n'
    '[decks.spanish]\ntitle = "Spanish words"\ninclude = ["Spanish/"]\n'
    '[decks.exam]\ntags = ["exam"]\noutputs = ["apkg", "handout"]\n',
    "Spanish/verbs.md": "# Verbs\n\n## What is hablar?\n\nTo speak.\n\n## What is ser?\n\n<!-- tags: exam/june -->\nTo be.\n",
    "Biology/cell.md": "# Cells\n\n## What is a cell?\n\nThe unit of life.\n\n## What is DNA?\n\n<!-- tags: exam -->\nA molecule.\n",
    "Private/me.md": "---\ntags: exam\n---\n\n## Who am I?\n\nNobody.\n",
}


def fronts(package: Path, folder: Path) -> set[str]:
    with collection(folder / package.stem) as col:
        import_package(col, package)
        return {note["Key"] + note["Question"] for note in notes(col)}


def questions(root: Path, name: str) -> dict[str, str]:
    lock = json.loads((root / f"{name}.lock").read_text("utf-8"))
    return {entry["question"]: entry["guid"] for entry in lock["notes"]}


def test_several_decks_of_one_folder_have_each_their_own_lock(run: Run, deck: Deck, tmp_path: Path) -> None:
    root = deck(VAULT)
    built = run("build", root)
    assert built.returncode == 0, built.stderr
    assert "spanish:" in built.stdout
    assert sorted(file.name for file in (root / "dist").iterdir()) == ["exam.apkg", "exam.pdf", "spanish.apkg"]
    assert not (root / "deck.lock").exists()
    spanish, exam = questions(root, "spanish"), questions(root, "exam")
    assert set(spanish) == {"What is hablar?", "What is ser?"}
    assert set(exam) == {"What is ser?", "What is DNA?"}
    assert spanish["What is ser?"] != exam["What is ser?"]
    with collection(tmp_path / "reader") as col:
        for name in ("spanish", "exam"):
            import_package(col, root / "dist" / f"{name}.apkg")
        assert len(notes(col)) == 4
        assert {"Spanish words", "exam"} <= {entry.name for entry in col.decks.all_names_and_ids()}


def test_one_of_several_decks_is_named(run: Run, deck: Deck) -> None:
    root = deck(VAULT)
    assert run("build", root, "--deck", "exam").returncode == 0
    assert sorted(file.name for file in root.glob("*.lock")) == ["exam.lock"]
    wrong = run("build", root, "--deck", "exan")
    assert wrong.returncode == 2
    assert 'did you mean "exam"?' in wrong.stderr
    unnamed = run("push", root, "--connect", "http://127.0.0.1:1")
    assert unnamed.returncode == 2
    assert "say --deck spanish, --deck exam" in unnamed.stderr
    assert "exam:" in run("plan", root).stdout
    assert json.loads(run("plan", root, "--deck", "exam", "--json").stdout)["counts"] == {}
    assert run("check", root).returncode == 0
    assert run("release", root).returncode == 0
    assert (root / "dist" / "spanish-CHANGES.md").is_file()
    assert "### What readers will see: exam" in run("plan", root, "--format", "markdown").stdout


def test_a_deck_that_is_out_becomes_one_of_several(run: Run, deck: Deck) -> None:
    root = deck({**VAULT, "deck.toml": 'name = "spanish"\nsource = "Spanish"\noutputs = ["apkg"]\n'})
    run("build", root)
    guids = {json.loads(line.rstrip(","))["guid"] for line in (root / "deck.lock").read_text("utf-8").splitlines()
             if line.startswith('{"guid"')}  # fmt: skip
    deck({"deck.toml": VAULT["deck.toml"]})
    stopped = run("build", root)
    assert stopped.returncode == 1
    assert "rename it to its name, such as spanish.lock" in stopped.stderr
    (root / "deck.lock").rename(root / "spanish.lock")
    assert run("build", root).returncode == 0
    assert set(questions(root, "spanish").values()) == guids


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[decks."a/b"]\n', "must be a name of files"),
        ("[decks.a]\n[decks.A]\n", "no other deck's, whatever its case"),
        ("[decks.a]\ntag = ['x']\n", 'unknown key "decks.a.tag"'),
        ("[decks]\na = 3\n", '"decks.a" must be a table'),
        ('[decks.a]\ninclude = ["!"]\n', '"include" has no pattern'),
    ],
)
def test_what_is_no_deck_is_said(run: Run, deck: Deck, text: str, says: str) -> None:
    stopped = run("build", deck({"deck.toml": text, "source/a.md": "## A?\n\nB.\n"}))
    assert stopped.returncode == 1
    assert says in stopped.stderr
    assert "deck.toml:" in stopped.stderr


def test_patterns_and_tags_name_subdecks(run: Run, deck: Deck, tmp_path: Path) -> None:
    files = dict(VAULT)
    files["deck.toml"] = (
        'name = "all"\nsource = "."\noutputs = ["apkg"]\ninclude = ["Spanish/", "Biology/"]\n'
        '[anki.decks]\n"Biology/*.md" = "Life"\n"#exam" = "Exams::Summer"\n'
    )
    root = deck(files)
    assert run("build", root).returncode == 0
    with collection(tmp_path / "reader") as col:
        import_package(col, root / "dist" / "all.apkg")
        decks = {
            col.get_note(card.nid)["Question"]: col.decks.name(card.did)
            for card in map(col.get_card, col.find_cards(""))
        }
    found = {question.removeprefix("<p>").removesuffix("</p>"): name for question, name in decks.items()}
    assert {name for question, name in found.items() if "DNA" in question or "ser" in question} == {
        "all::Exams::Summer"
    }
    assert next(name for question, name in found.items() if "a cell" in question) == "all::Life"
    assert next(name for question, name in found.items() if "hablar" in question) == "all::Spanish::Verbs"
    assert len(found) == 4


def test_a_part_of_a_deck_is_a_preview_beside_the_book(run: Run, deck: Deck) -> None:
    root = deck({**VAULT, "deck.toml": 'name = "all"\nsource = "."\nexclude = ["Biology/cell.md"]\n'})
    assert run("build", root).returncode == 0
    whole = {file.name: file.read_bytes() for file in (root / "dist").iterdir()}
    lock = (root / "deck.lock").read_bytes()
    built = run("build", root / "Spanish" / "verbs.md")
    assert built.returncode == 0
    assert "all-preview-Spanish-verbs.apkg" in built.stdout
    assert {name: (root / "dist" / name).read_bytes() for name in whole} == whole
    assert (root / "deck.lock").read_bytes() == lock
    assert run("build", root / "Spanish" / "verbs.md", "--release").returncode == 2
    nothing = run("build", root / "Biology")
    assert nothing.returncode == 1
    assert "left out by include and exclude" in nothing.stderr
