"""Files of a folder that look alike are explained alike."""

from __future__ import annotations

import json
from dataclasses import replace
from shutil import rmtree

import pytest

from exporter.model import Chapter, Decision
from exporter.reading.neighbours import shared_rules
from exporter.source import SourceFile
from tests.conftest import Deck, Run

CHAPTERS = {
    f"{number}.md": f"# Chapter {number}\n\n"
    + "".join(
        f"## {part}\n\n"
        + "".join(
            f"### {topic}\n\n{topic} is said in a sentence or two here, with a reason why it matters at all. "
            f"It comes back in chapter {number + 1}.\n\n"
            for topic in topics
        )
        for part, topics in parts
    )
    for number, parts in enumerate(
        [
            [("Water", ("Osmosis", "Turgor")), ("Light", ("Photosynthesis", "Chlorophyll"))],
            [("Cells", ("Mitosis", "Meiosis")), ("Tissue", ("Bark", "Wood", "Leaves"))],
            [("Blood", ("Heart", "Vessels")), ("Breath", ("Lungs", "Gills"))],
        ],
        1,
    )
}
SHORT = """# Chapter 4

## Muscles

### Tendon

It ties a muscle to a bone, and stores some of what a jump takes. You may skip it.

### Hair

A small muscle makes it stand when it is cold, or when we are afraid. It comes back in chapter 6.
"""


def chapter(path: str, **near: float) -> Chapter:
    """A chapter and how far rules are behind in it, their dashes written as underscores."""
    named = tuple((rule.replace("_", "-"), behind) for rule, behind in near.items())
    decision = Decision(sure=False, decided_by="choice", near=named)
    source = replace(SourceFile.from_text(path, path, ""), path=path)  # type: ignore[arg-type]
    return Chapter(path, path, "en", "", (), (), source, (), (), "", decision=decision)


BOOK = [
    chapter("book/1.md", h2_h3=0.0, h2=1.4),
    chapter("book/2.md", h2_h3=0.0, h2=2.0),
    chapter("book/3.md", h2=0.0, h2_h3=0.2),
]


def test_a_rule_near_to_most_files_of_a_folder_is_that_of_all():
    assert shared_rules(BOOK) == {"book/3.md": "h2-h3"}


def test_the_order_of_files_does_not_matter():
    assert shared_rules(reversed(BOOK)) == shared_rules(BOOK)


@pytest.mark.parametrize(
    "chapters",
    [
        BOOK[1:],
        [*BOOK[:2], chapter("book/3.md", list=0.0, h2_h3=1.1)],
        [*BOOK[:2], chapter("other/3.md", h2=0.0, h2_h3=0.2)],
        [*BOOK[:2], replace(BOOK[2], decision=replace(BOOK[2].decision, sure=True))],
        [*BOOK[:2], replace(BOOK[2], stays_out="it is set to none")],
    ],
    ids=["two files", "a stranger", "another folder", "a sure one", "none of the notes"],
)
def test_others_keep_their_own(chapters: list[Chapter]):
    assert shared_rules(chapters) == {}


def test_that_there_is_nothing_is_no_rule_of_a_folder():
    found = [chapter(f"{n}.md", none=0.0, h2=0.3) for n in range(3)]
    assert shared_rules([*found, chapter("4.md", h2=0.0, none=0.1)]) == {}


def test_a_chapter_is_read_as_those_beside_it_and_outline_says_so(run: Run, deck: Deck):
    deck({"4.md": SHORT}, "alone")
    deck({**CHAPTERS, "4.md": SHORT}, "book")
    (alone,) = json.loads(run("outline", "alone", "--json").stdout)["files"]
    files = json.loads(run("outline", "book", "--json").stdout)["files"]
    assert alone["decision"]["by"] == "choice"
    assert alone["cards"] == []
    assert [file["decision"]["by"] for file in files] == ["choice", "choice", "choice", "folder"]
    assert [card["question"] for card in files[3]["cards"]] == ["Tendon", "Hair"]
    assert "as the files beside it" in run("outline", "book").stdout


def test_what_agrees_with_the_lock_is_not_read_again(run: Run, deck: Deck, monkeypatch: pytest.MonkeyPatch):
    """The first build writes its choices into the lock; the second one has nothing to choose, and makes the same bytes."""
    root = deck({"deck.toml": 'source = "."\noutputs = ["apkg"]\n', **CHAPTERS, "4.md": SHORT})
    package, lock = root / "dist" / "deck.apkg", root / "deck.lock"
    assert run("build", root).returncode == 0
    files = json.loads(run("outline", root, "--json").stdout)["files"]
    assert [file["decision"]["by"] for file in files] == ["choice", "choice", "choice", "folder"]
    package.unlink()
    with monkeypatch.context() as patch:
        patch.setattr("exporter.reading.kept_chapters.cut_chapter", None)  # nothing is read anew
        assert run("build", root).returncode == 0
    second = package.read_bytes(), lock.read_bytes()
    rmtree(root / ".make-deck")
    package.unlink()
    assert run("build", root).returncode == 0
    assert (package.read_bytes(), lock.read_bytes()) == second
