"""A deck cut into packages is the same deck: what a reader gets from all of them, and from the one that holds all."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.backend import anki, collection, import_package, intervals, study
from tests.conftest import Deck, Run


def picture(shade: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (30, 20), (shade, 9, 9)).save(out, "PNG")
    return out.getvalue()


FILES: dict[str, str | bytes] = {
    "source/1. 基础/a.md": "# 甲\n\n## 1. 什么是甲？\n\n甲。![](imgs/own.png)\n\n## 2. 什么是乙？\n\n乙。![](imgs/shared.png)\n",
    "source/1. 基础/b.md": "# 乙\n\n<!-- cloze -->\n## 1. 什么是丙？\n\n丙是==丁==。\n",
    "source/2. 进阶/a.md": "# 丙\n\n## 1. 什么是戊？\n\n戊。![](imgs/shared.png)\n\n## 2. 选哪个？\n\n- [x] 己\n- [ ] 庚\n",
    "source/2. 进阶/intro.md": "# Words\n\nThere is nothing to learn here.\n",
    "imgs/own.png": picture(1),
    "imgs/shared.png": picture(2),
}


def settings(packages: str) -> str:
    return f'name = "book"\noutputs = ["apkg"]\n[anki]\npackages = "{packages}"\n'


def state(col: anki.Collection) -> dict[str, Any]:
    """All that a reader has, but the numbers that Anki gives."""
    notes = (col.get_note(nid) for nid in col.find_notes(""))
    return {
        "notes": {
            note.guid: (
                note.mid,
                note.mod,
                note.fields,
                note.tags,
                [(card.ord, card.due, col.decks.name(card.did)) for card in note.cards()],
            )
            for note in notes
        },
        "decks": {deck.name for deck in col.decks.all_names_and_ids()},
        "types": {entry.name for entry in col.models.all_names_and_ids()},
        "media": {file.name: file.read_bytes() for file in Path(col.media.dir()).iterdir()},
    }


@pytest.fixture
def build(run: Run, deck: Deck) -> Any:
    """Build the deck that is there into a folder of its own for each kind of packages; returns the packages."""

    def build(packages: str) -> list[Path]:
        root = deck({"deck.toml": settings(packages)})
        result = run("build", root, "-o", f"out-{packages}")
        assert result.returncode == 0, result.stderr
        made = sorted((root.parent / f"out-{packages}").glob("*.apkg"))
        assert sum(".apkg" in line for line in result.stdout.splitlines()) == len(made)
        return made

    return build


@pytest.mark.parametrize(
    ("packages", "names"),
    [
        ("folder", ["book-1. 基础.apkg", "book-2. 进阶.apkg"]),
        ("file", ["book-a-2.apkg", "book-a.apkg", "book-b.apkg"]),
    ],
)
def test_all_packages_make_the_collection_that_the_single_one_makes(
    build: Any, deck: Deck, tmp_path: Path, packages: str, names: list[str]
) -> None:
    root = deck(FILES)
    (single,) = build("book")
    lock = (root / "deck.lock").read_bytes()
    (root / "deck.lock").unlink()
    volumes = build(packages)
    assert [file.name for file in volumes] == names
    assert (root / "deck.lock").read_bytes() == lock
    with collection(tmp_path / "one") as one, collection(tmp_path / "many") as many:
        assert import_package(one, single).new == 5
        assert sum(import_package(many, volume).new for volume in volumes) == 5
        assert state(many) == state(one)
        assert not many.media.check().missing
        before = study(many)
        again = import_package(many, single)
        assert (again.new, again.updated, again.conflicting) == (0, 0, 0)
        assert intervals(many) == before
        assert len(many.find_cards("")) == len(one.find_cards(""))


def test_a_package_holds_the_notes_and_pictures_of_its_volume(build: Any, deck: Deck, tmp_path: Path) -> None:
    deck(FILES)
    first, second = build("folder")
    with collection(tmp_path / "first") as col:
        assert import_package(col, first).new == 3
        assert len(state(col)["media"]) == 2
    with collection(tmp_path / "second") as col:
        assert import_package(col, second).new == 2
        assert len(state(col)["media"]) == 1


def test_the_next_edition_comes_in_packages_too(build: Any, deck: Deck, tmp_path: Path, run: Run) -> None:
    root = deck(FILES)
    with collection(tmp_path / "reader") as col:
        for volume in build("folder"):
            import_package(col, volume)
        before = study(col)
        deck({"source/1. 基础/a.md": "# 甲\n\n## 1. 什么是甲？\n\n新的甲。\n"})
        (root / "source/1. 基础/b.md").unlink()
        first, second = build("folder")
        log = import_package(col, first)
        assert (log.new, log.updated, log.conflicting) == (0, 3, 0)  # an answer, and two that were removed
        assert import_package(col, second).updated == 0
        (single,) = build("book")
        again = import_package(col, single)
        assert (again.new, again.updated, again.conflicting) == (0, 0, 0)
        assert intervals(col) == before
        assert len(col.find_notes("tag:make-deck::removed")) == 2


def test_the_summary_names_every_package(run: Run, deck: Deck) -> None:
    root = deck({**FILES, "deck.toml": settings("file")})
    files = json.loads(run("build", root, "--format", "json").stdout)["built"]["files"]
    assert sorted(files) == ["apkg-a", "apkg-a-2", "apkg-b"]
    assert all(Path(file).is_file() for file in files.values())


def test_no_volume_takes_the_file_of_another(build: Any, deck: Deck) -> None:
    question = "## What is {0}?\n\nThe answer {0}.\n"
    names = ("a/x.md", "b/x.md", "c/x-2.md", "d/X.md")
    deck({f"source/{name}": question.format(number) for number, name in enumerate(names)})
    assert len({file.name.casefold() for file in build("file")}) == 4


def test_a_lost_lock_is_rebuilt_from_all_packages(run: Run, deck: Deck, build: Any, tmp_path: Path) -> None:
    deck(FILES)
    first, *others = build("file")
    root = tmp_path / "deck"
    guids = {entry["guid"] for entry in json.loads((root / "deck.lock").read_text(encoding="utf-8"))["notes"]}
    (root / "deck.lock").unlink()
    more = [argument for other in others for argument in ("--with", other)]
    result = run("adopt", first, root, *more)
    assert result.returncode == 0, result.stderr
    adopted = {entry["guid"] for entry in json.loads((root / "deck.lock").read_text(encoding="utf-8"))["notes"]}
    assert adopted == guids


def test_no_other_form_is_written_over_a_volume(run: Run, deck: Deck) -> None:
    names = ("quiz", "Test", "test-key", "notes-quiz")
    notes = {f"{name}.md": f"# T\n\n## What is {name}?\n\nIt.\n\n## Who?\n\nHe.\n" for name in names}
    root = deck({"deck.toml": 'name = "b"\nsource = "."\n', **notes})
    result = run("build", root, "--only", "handout,quiz,test", "--volumes", "file")
    assert result.returncode == 0, result.stderr
    volumes = ("notes-quiz", "notes-Test", "notes-test-key", "notes-quiz-2")
    assert {file.name for file in root.rglob("*.pdf")} == {
        f"b-{name}.pdf" for name in (*volumes, "quiz", "test", "test-key")
    }
