"""What became of a question is said in words: split, merged, moved with a rewording, made reversed, brought back."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.conftest import Deck, Run

RAM = "Random access memory forgets everything when the power goes, and every cell is as quick as any other."
ROM = "Read only memory is written once in the factory, and holds the program with which a machine begins."
DISK = "A disk turns under a head that reads one track after another, so that what lies apart takes long."
Edit = Callable[..., tuple[dict[str, int], dict[str, list[str]]]]
WORDS = "\n#flashcards\n\ndog :: Hund\ncat :: Katze\ntree :: Baum\nhouse :: Haus\n"
CORE = "Rings of iron on wires keep a bit each, for years, and lose it when somebody asks for it."
PORT = "A number beside an address, by which a program hears what is meant for it and for none of the others."
ALONE = "## What is a bus?\n\nWires that parts of a machine share, so that only one of them may speak at a time.\n"
BOTH = f"## What are RAM and ROM?\n\n{RAM}\n\n{ROM}\n"
FIRST, SECOND = f"## What is RAM?\n\n{RAM}\n", f"## What is ROM?\n\n{ROM}\n"


@pytest.fixture
def edit(run: Run, deck: Deck) -> Edit:
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


def test_every_form_of_a_plan_says_what_became_of_a_question_in_words(run: Run, deck: Deck) -> None:
    """Split, merged, deleted, brought back, moved with a rewording, made reversed."""
    root = deck({
        "deck.toml": 'source = "."\n',
        "split.md": BOTH,
        "merged.md": f"## What is a disk?\n\n{DISK}\n\n## What is a core?\n\n{CORE}\n",
        "moved.md": f"{ALONE}\n## What is a port?\n\n{PORT}\n",
        "typed.md": "## What is a byte?\n\nEight bits.\n\n## What is a word?\n\nWhat a machine takes at once.\n",
    })  # fmt: skip
    whole = (root / "typed.md").read_text("utf-8")
    run("release", root)
    deck({"typed.md": whole.partition("## What is a word")[0]})
    run("release", root)
    deck({
        "split.md": f"## What are RAM and ROM?\n\n{RAM}\n\n{SECOND}",
        "merged.md": f"## What is a disk?\n\n{DISK}\n\n{CORE}\n",
        "moved.md": ALONE,
        "other.md": f"## Through what does a machine speak to the world?\n\n{PORT}\n",
        "typed.md": whole.replace("## What is a byte", "<!-- reversed -->\n## What is a byte"),
    })  # fmt: skip
    text = " ".join(run("plan", root).stdout.split())
    assert "1 split, 1 brought back, 1 reworded, 2 edited, 1 moved, 1 retyped, 1 merged, 1 removed" in text
    assert "split What is ROM? from What are RAM and ROM? split.md:5" in text
    assert "merged What is a core? into What is a disk? merged.md" in text
    assert "What is a port? → Through what does a machine speak to the world? other.md:1, moved from moved.md" in text
    assert "What is a core?" not in text.partition("maybe the same")[2]
    assert "What is a byte? basic, made reversed, so that its history begins anew" in text
    comment = run("plan", root, "--format", "markdown").stdout
    assert "- What is ROM? from What are RAM and ROM? · split.md:5" in comment
    assert "- What is a core? into What is a disk? · merged.md" in comment
    assert "- What is a byte? · basic, made reversed · typed.md:2" in comment
    assert "other.md:1, moved from moved.md" in comment
    built = run("release", root)
    assert '"What is ROM?" is split from "What are RAM and ROM?", which keeps its history' in built.stderr
    readers = (root / "dist" / "CHANGES.md").read_text("utf-8")
    for line in ("## Split from another (1)\n\n- What are RAM and ROM? → What is ROM?\n",
                 "## Merged into another (1)\n\n- What is a core? → What is a disk?\n",
                 "## Brought back (1)\n\n- What is a word?\n",
                 "## Asked in another way, and new to learn (1)\n\n- What is a byte?\n"):  # fmt: skip
        assert line in readers


def test_a_file_that_is_cut_or_joined_with_another_writes_no_note_over(run: Run, deck: Deck) -> None:
    """The questions keep their notes and their dates: only where they stand is otherwise. One that was moved alone is edited."""
    disk, core = f"## What is a disk?\n\n{DISK}\n", f"## What is a core?\n\n{CORE}\n"
    root = deck({"deck.toml": 'source = "."\n', "a.md": ALONE, "b.md": f"{FIRST}\n{SECOND}\n{disk}\n{core}"})
    assert run("release", root).returncode == 0
    deck({"b.md": f"{FIRST}\n{SECOND}", "c.md": f"# Slow\n\n{disk}\n{core}"})
    told = json.loads(run("plan", root, "--json").stdout)
    assert (told["counts"], told["written_over"]) == ({"moved": 2}, 0)
    assert run("release", root).returncode == 0
    deck({"b.md": f"{FIRST}\n{SECOND}\n{disk}\n{core}"})
    (root / "c.md").unlink()
    told = json.loads(run("plan", root, "--json").stdout)
    assert (told["counts"].keys() - {"moved"}, told["written_over"]) == (set(), 0)
    assert run("release", root).returncode == 0
    deck({"b.md": f"{FIRST}\n{SECOND}\n{disk}", "a.md": f"{ALONE}\n{core}"})
    told = json.loads(run("plan", root, "--json").stdout)
    assert (told["counts"], told["written_over"]) == ({"moved": 1}, 1)
