"""A question that goes from one deck to another of the same `deck.toml` keeps its note, in whatever order they are built."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from exporter.config import load_config, one_deck
from exporter.machinery.cache import Cache
from exporter.pipeline.book import read_book
from exporter.pipeline.planning import plan_now
from tests.backend import collection, import_package, intervals, study
from tests.conftest import Deck, Run

SETTINGS = 'source = "."\noutputs = ["apkg"]\n[decks.animals]\ninclude = ["animals.md"]\n[decks.plants]\ninclude = ["plants.md"]\n'
CAT, DOG, OAK = (
    "## What does a cat say?\n\nMeow.\n\n",
    "## What does a dog say?\n\nWoof.\n\n",
    "## What is an oak?\n\nA tree.\n\n",
)
CORAL = "## What is a coral?\n\nAn animal that people took for a plant, for it stands in the sea and never goes anywhere.\n\n"
BEFORE = {"deck.toml": SETTINGS, "animals.md": CAT + DOG, "plants.md": OAK + CORAL}
AFTER = {"animals.md": CAT + CORAL + DOG, "plants.md": OAK}
ORDERS = [("animals", "plants"), ("plants", "animals")]


def guids(root: Path, name: str, *, removed: bool = False) -> dict[str, str]:
    lock = json.loads((root / f"{name}.lock").read_text("utf-8"))
    return {note["question"]: note["guid"] for note in lock["notes"] if note.get("removed", False) == removed}


def build(run: Run, root: Path, order: tuple[str, ...], moment: int) -> None:
    for name in order:
        built = run("build", root, "--deck", name, SOURCE_DATE_EPOCH=str(moment))
        assert built.returncode == 0, built.stderr


@pytest.mark.parametrize("order", ORDERS)
def test_a_reader_of_both_decks_keeps_what_he_learnt(
    run: Run, deck: Deck, tmp_path: Path, order: tuple[str, ...]
) -> None:
    root = deck(BEFORE)
    build(run, root, order, 1_700_000_000)
    coral = guids(root, "plants")["What is a coral?"]
    with collection(tmp_path / "reader") as col:
        for name in order:
            import_package(col, root / "dist" / f"{name}.apkg")
        learnt = study(col)
        deck({"animals.md": AFTER["animals.md"].replace("the sea", "warm sea"), "plants.md": OAK})
        build(run, root, order, 1_700_000_000)  # in the same second
        assert guids(root, "animals")["What is a coral?"] == coral
        assert guids(root, "plants", removed=True) == {"What is a coral?": coral}
        for name in (*order, *reversed(order)):
            import_package(col, root / "dist" / f"{name}.apkg")
        assert intervals(col) == learnt
        (note,) = [col.get_note(nid) for nid in col.find_notes("coral")]
        assert "warm sea" in note["Answer"]
        assert "make-deck::removed" not in note.tags


def test_who_has_one_of_them_keeps_its_card_as_it_was(run: Run, deck: Deck, tmp_path: Path) -> None:
    """A tombstone would take its answer away, also from whoever imports the other deck first."""
    root = deck(BEFORE)
    build(run, root, ORDERS[0], 1_700_000_000)
    with collection(tmp_path / "reader") as col:
        import_package(col, root / "dist" / "plants.apkg")
        deck(AFTER)
        build(run, root, ORDERS[1], 1_700_000_100)
        import_package(col, root / "dist" / "plants.apkg")
        (note,) = [col.get_note(nid) for nid in col.find_notes("coral")]
        assert "An animal" in note["Answer"]


@pytest.mark.parametrize("order", ORDERS)
def test_it_goes_back(run: Run, deck: Deck, tmp_path: Path, order: tuple[str, ...]) -> None:
    root = deck(BEFORE)
    build(run, root, order, 1_700_000_000)
    before = guids(root, "plants")
    deck(AFTER)
    build(run, root, order, 1_700_000_100)
    with collection(tmp_path / "reader") as col:
        for name in order:
            import_package(col, root / "dist" / f"{name}.apkg")
        learnt = study(col)
        deck({"animals.md": CAT + DOG, "plants.md": OAK + CORAL.replace("the sea", "cold sea")})
        build(run, root, order, 1_700_000_100)
        assert guids(root, "plants") == before
        assert "What is a coral?" not in guids(root, "animals")
        for name in order:
            import_package(col, root / "dist" / f"{name}.apkg")
        assert intervals(col) == learnt
        assert [col.get_note(nid)["Answer"].count("cold sea") for nid in col.find_notes("coral")] == [1]


@pytest.mark.parametrize("order", ORDERS)
def test_a_question_of_both_decks_has_a_note_in_each(run: Run, deck: Deck, order: tuple[str, ...]) -> None:
    root = deck(BEFORE)
    build(run, root, order, 1_700_000_000)
    coral = guids(root, "plants")["What is a coral?"]
    deck({"animals.md": AFTER["animals.md"]})
    build(run, root, order, 1_700_000_100)
    assert guids(root, "plants")["What is a coral?"] == coral
    copy = guids(root, "animals")["What is a coral?"]
    assert copy != coral
    deck({"plants.md": OAK})
    build(run, root, order, 1_700_000_200)
    assert guids(root, "animals")["What is a coral?"] == copy  # what readers of this deck have learnt
    deck({"plants.md": OAK + CORAL})
    build(run, root, order, 1_700_000_300)
    assert guids(root, "plants")["What is a coral?"] == coral


def test_it_went_over_and_comes_to_the_old_deck_as_a_copy(run: Run, deck: Deck) -> None:
    root = deck(BEFORE)
    build(run, root, ORDERS[0], 1_700_000_000)
    deck(AFTER)
    build(run, root, ORDERS[0], 1_700_000_100)
    coral = guids(root, "animals")["What is a coral?"]
    deck({"plants.md": OAK + CORAL})
    build(run, root, ORDERS[0], 1_700_000_200)
    assert guids(root, "animals")["What is a coral?"] == coral
    assert guids(root, "plants")["What is a coral?"] != coral


def test_the_same_question_with_another_answer_is_another(run: Run, deck: Deck) -> None:
    """ "Summary?" stands in every deck."""
    sums = [
        "## Summary?\n\nAll that breathes and goes where it likes.\n",
        "## Summary?\n\nAll that is green and stays in its place.\n",
    ]
    root = deck({**BEFORE, "plants.md": OAK + sums[1]})
    build(run, root, ORDERS[0], 1_700_000_000)
    old = guids(root, "plants")["Summary?"]
    deck({"animals.md": CAT + DOG + sums[0], "plants.md": OAK})
    build(run, root, ORDERS[0], 1_700_000_100)
    assert guids(root, "animals")["Summary?"] != old


def test_a_deck_that_was_cut_in_two_keeps_all_notes(run: Run, deck: Deck) -> None:
    root = deck({**BEFORE, "deck.toml": 'name = "animals"\nsource = "."\noutputs = ["apkg"]\n'})
    assert run("build", root, SOURCE_DATE_EPOCH="1700000000").returncode == 0
    known = guids(root, "deck")
    (root / "deck.lock").rename(root / "animals.lock")
    deck({"deck.toml": SETTINGS})
    assert run("build", root, SOURCE_DATE_EPOCH="1700000100").returncode == 0
    assert {**guids(root, "animals"), **guids(root, "plants")} == known


def test_a_push_of_the_old_deck_does_not_delete_it(run: Run, deck: Deck, tmp_path: Path) -> None:
    root = deck(BEFORE)
    build(run, root, ORDERS[0], 1_700_000_000)
    deck({"animals.md": CAT + CORAL, "plants.md": OAK})
    config = load_config(root).value
    gone = {}
    for name in ORDERS[0]:
        one = one_deck(config, name)
        book = read_book(one, tmp_path).value
        gone[name] = [*plan_now(book, one, tmp_path, Cache(None)).value.gone.values()]
    assert gone == {"animals": ["What does a dog say?"], "plants": []}


def test_plan_and_changes_say_where_it_went(run: Run, deck: Deck) -> None:
    root = deck(BEFORE)
    run("release", root, SOURCE_DATE_EPOCH="1700000000")
    deck(AFTER)
    plan = run("plan", root).stdout
    assert "1 from another deck" in plan
    assert "What is a coral?  from plants  animals.md:5" in plan
    assert "What is a coral?  to animals  plants.md" in plan
    assert "removed" not in plan
    assert "What is a coral? · plants" in run("plan", root, "--deck", "animals", "--format", "markdown").stdout
    told = json.loads(run("plan", root, "--deck", "plants", "--json").stdout)
    assert [(note["changes"], note["deck"]) for note in told["notes"]] == [(["to another deck"], "animals")]
    assert run("build", root, SOURCE_DATE_EPOCH="1700000100").returncode == 0
    assert "What is a coral?  from plants" in run("plan", root).stdout  # since the release
    assert run("release", root, SOURCE_DATE_EPOCH="1700000200").returncode == 0
    changes = [(root / "dist" / f"{name}-CHANGES.md").read_text("utf-8") for name in ORDERS[0]]
    assert "## From another deck (1)\n\n- What is a coral? (plants)" in changes[0]
    assert "## Moved to another deck (1)\n\n- What is a coral? (animals)" in changes[1]
    assert changes[1].startswith("# plants · Edition 2 · ")
    assert "nothing changes" in run("plan", root, "--deck", "plants").stdout
