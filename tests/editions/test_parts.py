"""What became of a question is said in words: split, merged, moved with a rewording, made reversed, brought back."""

from __future__ import annotations

import json

import pytest

from tests.conftest import Deck, Run

RAM = "Random access memory forgets everything when the power goes, and every cell is as quick as any other."
ROM = "Read only memory is written once in the factory, and holds the program with which a machine begins."
DISK = "A disk turns under a head that reads one track after another, so that what lies apart takes long."
WORDS = "\n#flashcards\n\ndog :: Hund\ncat :: Katze\ntree :: Baum\nhouse :: Haus\n"
ALONE = "## What is a bus?\n\nWires that parts of a machine share, so that only one of them may speak at a time.\n"
BOTH = f"## What are RAM and ROM?\n\n{RAM}\n\n{ROM}\n"
FIRST, SECOND = f"## What is RAM?\n\n{RAM}\n", f"## What is ROM?\n\n{ROM}\n"


@pytest.fixture
def edit(run: Run, deck: Deck) -> object:
    """Release notes, change them, and have the plan of what comes next."""

    def plan(before: str, after: str, *, build: bool = False) -> tuple[dict[str, int], dict[str, list[str]]]:
        root = deck({"deck.toml": 'source = "."\n', "a.md": ALONE, "b.md": before})
        assert run("release", root, "-o", root / "dist").returncode == 0
        deck({"b.md": after})
        if build:
            assert run("build", root, "--only", "apkg").returncode == 0
        told = json.loads(run("plan", root, "--json").stdout)
        wholes = {}
        for note in told["notes"]:
            if "whole" in note:
                question = (note["after"] or note["before"])["question"]
                wholes[question] = [*note["changes"], note["whole"]["question"]]
        return told["counts"], wholes

    return plan


SPLIT = {"What is ROM?": ["split", "What are RAM and ROM?"]}


@pytest.mark.parametrize("build", [False, True], ids=["at once", "after a draft"])
@pytest.mark.parametrize(
    ("before", "after", "counts", "wholes"),
    [
        (BOTH, f"## What are RAM and ROM?\n\n{RAM}\n\n{SECOND}", {"split": 1, "edited": 1}, SPLIT),
        (FIRST + "\n" + SECOND, f"## What is RAM?\n\n{RAM}\n\n{ROM}\n", {"merged": 1, "edited": 1},
         {"What is ROM?": ["merged", "What is RAM?"]}),
        (FIRST, FIRST + "\n" + SECOND, {"new": 1}, {}),
        (FIRST + "\n" + SECOND, FIRST, {"removed": 1}, {}),
        (f"## What is RAM?\n\n{RAM} {ROM}\n\n{SECOND}", f"## What is RAM?\n\n{RAM} {ROM} {DISK}\n",
         {"removed": 1, "edited": 1}, {}),
        (f"{WORDS}big / large :: groß\n", f"{WORDS}big :: groß\nlarge :: groß\n", {"split": 2, "removed": 1},
         {"big": ["split", "big / large"], "large": ["split", "big / large"]}),
        (f"{WORDS}big :: groß\nlarge :: groß\n", f"{WORDS}big / large :: groß\n", {"new": 1, "merged": 2},
         {"big": ["merged", "big / large"], "large": ["merged", "big / large"]}),
    ],
    ids=["split", "merged", "new", "removed", "was a part already", "short split", "short merged"],
)  # fmt: skip
def test_parts_and_wholes(
    edit, before: str, after: str, counts: dict[str, int], wholes: dict[str, list[str]], build: bool,  # noqa: FBT001
) -> None:  # fmt: skip
    assert edit(before, after, build=build) == (counts, wholes)


def test_moved_with_a_rewording_says_both(run: Run, deck: Deck) -> None:
    root = deck({"deck.toml": 'source = "."\n', "a.md": ALONE, "b.md": FIRST + "\n" + SECOND})
    assert run("release", root, "-o", root / "dist").returncode == 0
    deck({"a.md": ALONE + "\n" + SECOND.replace("What is ROM?", "What is read only memory?"), "b.md": FIRST})
    told = run("plan", root, COLUMNS="200").stdout
    assert "What is ROM? → What is read only memory?  a.md:5, moved from b.md" in told
