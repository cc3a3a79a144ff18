"""What an import does to a reader's own things is what docs/readers.md says, row by row, in the real backend."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.backend import collection, import_package, study
from tests.conftest import ROOT, Deck, Run

if TYPE_CHECKING:
    from anki.cards import Card
    from anki.collection import Collection
    from anki.notes import Note

TABLE = re.findall(
    r"^\| (?!a reader)([^|-][^|]*) \| (\S[^|]*) \| (\S[^|]*) \|$",
    (ROOT / "docs/readers.md").read_text("utf-8"),
    re.MULTILINE,
)
Act = Callable[["Collection", "Note", "Card"], object]


def _change(field: str) -> Act:
    def act(col: Collection, note: Note, _: Card) -> None:
        note[field] += " my own words"
        col.update_note(note)

    return act


def _tag(col: Collection, note: Note, _: Card) -> None:
    note.tags += ["mine", "marked", "leech"]
    col.update_note(note)


def _flag(col: Collection, _: Note, card: Card) -> None:
    col.set_user_flag_for_cards(3, [card.id])


def _history(_: Collection, __: Note, card: Card) -> object:
    return card.due, card.ivl, card.factor, card.reps


ROWS: dict[str, tuple[Act, Act]] = {
    "due date, interval, ease, review log": (lambda *_: None, _history),
    "a suspended card": (lambda col, _, card: col.sched.suspend_cards([card.id]), lambda _, __, card: card.queue == -1),
    "a flag": (_flag, lambda _, __, card: card.user_flag() == 3),
    "a card moved to another deck": (
        lambda col, _, card: col.set_deck([card.id], col.decks.id("Mine")),
        lambda col, _, card: col.decks.name(card.did) == "Mine",
    ),
    "own tags, `marked` and `leech` too": (_tag, lambda _, note, __: {"mine", "marked", "leech"} <= set(note.tags)),
    "an edit in a field, even one that the author did not change": (
        _change("Question"), lambda _, note, __: "my own words" in note["Question"],
    ),
    "words in a field that the deck never fills (`Extra`, `Spare 1`)": (
        _change("Spare 1"), lambda _, note, __: "my own words" in note["Spare 1"],
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two editions of a deck: the second one has another answer to its first question."""
    from tests.command import call_here

    folder = tmp_path_factory.mktemp("editions")
    (folder / "deck").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        for number, answer in enumerate(("Glass that bends light.", "A body of glass; it bends light."), 1):
            patch.setenv("SOURCE_DATE_EPOCH", str(1_760_000_000 + 20_000_000_000 * (number - 1)))
            notes = f"## What is a prism?\n\n{answer}\n\n## What is a lens?\n\nGlass that gathers it.\n"
            (folder / "deck" / "notes.md").write_text(notes, encoding="utf-8")
            result = call_here(("build", folder / "deck", "-o", folder / "out", "--only", "apkg"), folder)
            assert result.returncode == 0, result.stderr
            (folder / "out" / "deck.apkg").rename(folder / f"{number}.apkg")
            (folder / "out" / "deck.apkg").write_bytes((folder / f"{number}.apkg").read_bytes())
    return folder / "1.apkg", folder / "2.apkg"


def both(col: Collection) -> list[tuple[Note, Card]]:
    """The note that the second edition changes, and the other one."""
    notes = [col.get_note(col.find_notes(word)[0]) for word in ("prism", "lens")]
    return [(note, note.cards()[0]) for note in notes]


@pytest.mark.parametrize(("name", "changed", "other"), TABLE, ids=[row[0] for row in TABLE])
def test_a_row_of_the_table(name: str, changed: str, other: str, editions: tuple[Path, Path], tmp_path: Path) -> None:
    with collection(tmp_path) as col:
        import_package(col, editions[0])
        study(col)
        if name == "a deleted note":
            col.remove_notes([note.id for note, _ in both(col)])
            import_package(col, editions[1])
            assert (changed, other) == ("comes back", "comes back")
            assert col.note_count() == 2
            return
        act, see = ROWS[name]
        for note, card in both(col):
            act(col, note, card)
        before = [see(col, note, card) for note, card in both(col)]
        log = import_package(col, editions[1])
        assert (log.updated, log.duplicate) == (1, 1)
        after = [see(col, note, card) for note, card in both(col)]
    assert before[0]
    assert [was == now for was, now in zip(before, after, strict=True)] == [changed == "stays", other == "stays"]


def test_the_table_is_whole() -> None:
    assert {name for name, _, _ in TABLE} == {*ROWS, "a deleted note"}


def test_an_own_field_ends_all_updates_until_it_is_gone(editions: tuple[Path, Path], tmp_path: Path) -> None:
    with collection(tmp_path) as col:
        import_package(col, editions[0])
        notetype = col.models.by_name("make-deck Basic")
        field = col.models.new_field("My notes")
        col.models.add_field(notetype, field)
        col.models.update_dict(notetype)
        assert import_package(col, editions[1]).conflicting == 2
        notetype = col.models.by_name("make-deck Basic")
        col.models.remove_field(notetype, notetype["flds"][-1])
        col.models.update_dict(notetype)
        assert import_package(col, editions[1]).updated == 1


def test_own_styling_stays(editions: tuple[Path, Path], tmp_path: Path) -> None:
    with collection(tmp_path) as col:
        import_package(col, editions[0])
        notetype = col.models.by_name("make-deck Basic")
        notetype["css"] += "\n.mine {}"
        col.models.update_dict(notetype)
        import_package(col, editions[1])
        assert ".mine" in col.models.by_name("make-deck Basic")["css"]


def test_merging_note_types_begins_every_card_anew(run: Run, deck: Deck, tmp_path: Path) -> None:
    """Why docs/moving-in.md warns of it: the old type is gone, what is asked is new, and what has the history is empty."""
    root = deck({"notes.md": "## What is a prism?\n\nGlass that bends light.\n"})
    with collection(tmp_path / "reader") as col:
        note = col.new_note(col.models.by_name("Basic"))
        note.fields = ["What is a prism?", "Glass that bends light."]
        col.add_note(note, col.decks.id("Physics"))
        col.db.execute("UPDATE notes SET mod = 1700000000")
        study(col)
        col.export_collection_package(str(tmp_path / "all.colpkg"), include_media=False, legacy=False)
    run("move-in", tmp_path / "all.colpkg", root, "-o", "out", "--yes")
    run("build", root, "-o", "out", "--only", "apkg")
    with collection(tmp_path / "reader") as col:
        assert import_package(col, tmp_path / "out" / "deck.apkg", merge=True).updated == 1
        assert col.models.by_name("Basic") is None
        empty = {card for note in col.get_empty_cards().notes for card in note.card_ids}
        assert {card.ivl: card.id in empty for card in map(col.get_card, col.find_cards(""))} == {0: False, 30: True}
        assert {"Front", "Back"} <= {field["name"] for field in col.models.by_name("make-deck Basic")["flds"]}
