"""Who comes from another tool keeps what he has learnt: tried with collections of the real backend, with reviews in them."""

from __future__ import annotations

import re
import shutil
import time
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from exporter.editions.identity import read_lock
from exporter.editions.moving_in.old_notes import OldNote, read_old_notes
from exporter.editions.moving_in.sides import read_sides
from exporter.editions.packages import read_package
from exporter.machinery.strange_databases import UnfitError
from tests.backend import collection, import_package, study
from tests.conftest import Deck, Run
from tests.editions.old_tools import CARDS, TOOLS, export, fill, histories

FORMS = ("apkg", "old apkg", "colpkg", "old colpkg")


@pytest.mark.parametrize("number", range(len(TOOLS)), ids=[tool.name for tool in TOOLS])
def test_history_comes_along(number: int, run: Run, deck: Deck, tmp_path: Path) -> None:
    tool, form = TOOLS[number], FORMS[number % len(FORMS)]
    with collection(tmp_path / "reader") as col:
        ids = fill(col, tool)
        before = histories(col)
        file = export(col, tmp_path, form)
    root = deck(tool.write(ids))
    plan = run("move-in", file, root, "-o", "out")
    assert (
        plan.stdout.splitlines()[0]
        .strip()
        .startswith(f"30  kept: 30 by its {'text' if tool.name == 'by hand' else 'id'}")
    )
    assert not (tmp_path / "out").exists()
    done = run("move-in", file, root, "-o", "out", "--yes")
    assert done.returncode == 0, done.stderr
    assert run("build", root, "-o", "out", "--only", "apkg").returncode == 0
    steps = (tmp_path / "out" / "deck-moving-in.md").read_text(encoding="utf-8")
    with collection(tmp_path / "reader") as col:
        follow(col, steps, tmp_path / "out" / "deck.apkg")
        after = histories(col)
        assert {col.get_note(n).note_type()["name"] for n in col.find_notes("")} == {"make-deck Basic"}
        fields = [dict(col.get_note(n).items()) for n in col.find_notes("")]
        assert all(answer in "".join(field["Answer"] for field in fields) for _, answer in CARDS)
    same = sum(after.get(word) == known for word, known in before.items())
    assert same == len(before) == 30


def follow(col: object, steps: str, package: Path, *, count: int = 30) -> None:
    """What the steps ask the owner of a collection to do."""
    assert import_package(col, package).conflicting == count
    for change in re.split(r"^## ", steps, flags=re.MULTILINE)[1:]:
        old, new = re.findall(r'"([^"]+)"', change.split("\n", 1)[0])
        notes = [note for search in re.findall(r"```\n(.+?)\n```", change) for note in col.find_notes(search)]
        assert change.startswith(f"{len(notes)} note")
        models = col.models
        asked = models.change_notetype_info(
            old_notetype_id=models.by_name(old)["id"], new_notetype_id=models.by_name(new)["id"]
        ).input
        asked.note_ids.extend(notes)
        models.change_notetype_of_notes(asked)
    assert import_package(col, package, always=True).updated == count


def test_cards_of_two_sides_and_gaps_keep_each_its_own(run: Run, deck: Deck, tmp_path: Path) -> None:
    """Reversed, clozes, typed, and one whose second card goes: the steps say so."""
    kinds = {"Basic (and reversed card)": 4, "Cloze": 4, "Basic (type in the answer)": 2}
    notes, gaps = ["# Mixed\n"], ["# Gaps\n"]
    with collection(tmp_path / "reader") as col:
        for kind, count in kinds.items():
            for number in range(count):
                note = col.new_note(col.models.by_name(kind))
                front, back = f"What is {kind[-6:]} {number}?", f"It is the answer of number {number} there."
                text = f"The {{{{c1::heart}}}} of case {number} has four {{{{c2::chambers}}}}."
                note.fields = [text, ""] if kind == "Cloze" else [front, back]
                col.add_note(note, col.decks.id("Mixed"))
                mark = {"Cloze": "", "Basic (type in the answer)": "<!-- type -->\n"}.get(
                    kind, "<!-- reversed -->\n" * (number > 0)
                )
                (gaps if kind == "Cloze" else notes).append(
                    f"{text}\n" if kind == "Cloze" else f"{mark}## {front}\n\n{back}\n"
                )
        col.db.execute("UPDATE notes SET mod = 1700000000")
        study(col)
        before = {card: col.get_card(card).ivl for card in col.find_cards("")}
        file = export(col, tmp_path, "colpkg")
    root = deck({"Mixed.md": "\n".join(notes), "Gaps.md": "\n".join(gaps)})
    assert "10  kept" in run("move-in", file, root, "-o", "out", "--yes").stdout
    assert run("build", root, "-o", "out", "--only", "apkg").returncode == 0
    steps = (tmp_path / "out" / "deck-moving-in.md").read_text(encoding="utf-8")
    assert '1 note of "Basic (and reversed card)" becomes "make-deck Basic"' in steps
    assert steps.count("1 of them have several cards") == 1
    with collection(tmp_path / "reader") as col:
        follow(col, steps, tmp_path / "out" / "deck.apkg", count=10)
        after = {card: col.get_card(card).ivl for card in col.find_cards("")}
        assert col.get_empty_cards().notes == []
    assert len(before) == 4 * 2 + 4 * 2 + 2
    assert len(after) == len(before) - 1
    assert after.items() <= before.items()


def hand(questions: list[tuple[str, str]]) -> dict[str, str]:
    return {"Science.md": "# Science\n\n" + "".join(f"## {question}\n\n{answer}\n\n" for question, answer in questions)}


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A reader's folder with thirty notes that were made by hand, as `export.apkg` and `export.txt`."""
    folder = tmp_path_factory.mktemp("reader")
    with collection(folder) as col:
        fill(col, TOOLS[-1])
        export(col, folder, "txt")
        export(col, folder, "apkg")
    return folder


def test_plain_text_with_ids_is_enough(reader: Path, run: Run, deck: Deck, tmp_path: Path) -> None:
    root = deck(hand(CARDS))
    assert run("move-in", reader / "export.txt", root, "-o", "out", "--yes").returncode == 0
    steps = (tmp_path / "out" / "deck-moving-in.md").read_text(encoding="utf-8")
    assert '"note:Basic" ("deck:Science")' in steps
    run("build", root, "-o", "out", "--only", "apkg")
    shutil.copy(reader / "collection.anki2", tmp_path)
    with collection(tmp_path) as col:
        before = histories(col)
        follow(col, steps, tmp_path / "out" / "deck.apkg")
        assert histories(col) == before


def test_the_steps_hold_a_strangers_names_as_words(reader: Path, run: Run, deck: Deck, tmp_path: Path) -> None:
    name = "Basic <img src=//x.example/a.png> ![t](//x.example/b.png) <script>alert(1)</script> @somebody"
    export = (reader / "export.txt").read_text("utf-8").replace("\tBasic\t", f"\t{name}\t")
    (tmp_path / "export.txt").write_text(export, encoding="utf-8")
    assert run("move-in", tmp_path / "export.txt", deck(hand(CARDS)), "-o", "out", "--yes").returncode == 0
    steps = (tmp_path / "out" / "deck-moving-in.md").read_text(encoding="utf-8")
    (heading,) = re.findall(r"<h2>.*</h2>", MarkdownIt().render(steps))
    assert "&lt;script&gt;" in heading
    assert not re.search(r"<(?!/?h2>)|@somebody", heading)


def test_what_is_uncertain_is_offered(reader: Path, run: Run, deck: Deck, tmp_path: Path) -> None:
    """The same question with another answer, another question with much of its words; one is new, some are left."""
    cards = [
        *CARDS[:20],
        (CARDS[20][0], "Something else entirely, of which Anki has never heard."),
        ("What is a quasar?", "A galaxy."),
    ]
    root = deck(hand([*cards, ("Which tectonics are there in words?", "They move.")]))
    plan = run("move-in", reader / "export.apkg", root, "-o", "out").stdout
    assert re.findall(r"^ +(\d+)  (kept|offered|new|left)", plan, re.MULTILINE) == [
        ("20", "kept"), ("2", "offered"), ("1", "new"), ("8", "left"),
    ]  # fmt: skip
    assert 'was "What is convection?"\n    ' in plan
    (name,) = re.findall(r'was "What is convection\?"\n +(\w{5}) ', plan)
    done = run("move-in", reader / "export.apkg", root, "-o", "out", "--accept", name, "--yes").stdout
    assert "21  kept: 20 by its text, 1 as you said" in done
    again = run("move-in", reader / "export.apkg", root, "-o", "out").stdout
    assert "21  in deck.lock already" in again
    assert run("move-in", reader / "export.apkg", root, "-o", "out", "--accept", "zzzzz").returncode == 1


def test_all_takes_only_what_is_much_alike(run: Run, deck: Deck, tmp_path: Path) -> None:
    """Another card's history is worse than none."""
    with collection(tmp_path / "reader") as col:
        for front, back in (
            ("What is a ribosome in a cell?", "The organelle that makes proteins."),
            ("Summary of osmosis?", "Water goes where the salt is."),
        ):
            note = col.new_note(col.models.by_name("Basic"))
            note.fields = [front, back]
            col.add_note(note, col.decks.id("Cells"))
        file = export(col, tmp_path, "apkg")
    cards = [("What is a mitochondrion in a cell?", "It has two membranes."), ("Summary of osmosis?", "See page nine.")]
    root = deck(hand(cards))
    plan = run("move-in", file, root, "-o", "out").stdout
    assert re.findall(r'"(.*)"  title (\d+)%, answer (\d+)%', plan) == [
        ("Summary of osmosis?", "100", "0"), ("What is a mitochondrion in a cell?", "71", "0"),
    ]  # fmt: skip
    done = run("move-in", file, root, "-o", "out", "--accept", "all", "--yes").stdout
    assert "1  kept: 1 as you said" in done
    assert "1  offered" in done


def test_a_lock_keeps_what_it_has_unless_asked(reader: Path, run: Run, deck: Deck, tmp_path: Path) -> None:
    root = deck(hand(CARDS))
    run("build", root, "-o", "out", "--only", "apkg")
    lock = (tmp_path / "out" / "deck.lock").read_bytes()
    assert " 0  kept" in run("move-in", reader / "export.apkg", root, "-o", "out", "--yes").stdout
    assert (tmp_path / "out" / "deck.lock").read_bytes() == lock
    assert "30  kept" in run("move-in", reader / "export.apkg", root, "-o", "out", "--yes", "--anew").stdout
    entries = read_lock(tmp_path / "out" / "deck.lock", "deck.lock").value.notes
    assert {entry.guid for entry in entries} == {note.guid for note in read_package(reader / "export.apkg").notes}


def test_an_id_that_stands_twice_is_an_error(run: Run, deck: Deck, tmp_path: Path) -> None:
    with collection(tmp_path / "reader") as col:
        ids = fill(col, TOOLS[0])
        file = export(col, tmp_path, "apkg")
    root = deck(TOOLS[0].write([ids[0], ids[0], *ids[2:]]))
    result = run("move-in", file, root, "-o", "out", "--yes")
    assert result.returncode == 1
    assert (
        f'Physics.md:14:1: error[id-twice]: the id {ids[0]} also stands at "What is mitosis?", line 7' in result.stderr
    )
    assert not (tmp_path / "out").exists()


def test_ids_that_lead_nowhere_are_counted(reader: Path, run: Run, deck: Deck) -> None:
    root = deck(TOOLS[0].write(range(1_600_000_000_000, 1_600_000_000_030)))
    result = run("move-in", reader / "export.apkg", root, "-o", "out")
    assert "warning[history-strayed]: 30 ids in the notes lead to no note of it" in result.stderr
    assert "30  kept: 30 by its text" in result.stdout


def test_what_cannot_be_adopted_can_be_moved_in(reader: Path, run: Run, deck: Deck) -> None:
    result = run("adopt", reader / "export.apkg", deck(hand(CARDS)), "-o", "out")
    assert (result.returncode, "make-deck move-in" in result.stderr) == (1, True)


def test_a_tool_whose_cards_are_in_anki_says_so(run: Run, deck: Deck) -> None:
    result = run("move-in", "yanki", deck(hand(CARDS)))
    assert result.returncode == 2
    assert "its cards are in your Anki" in result.stderr
    assert "none of spaced-repetition, logseq" in run("move-in", "nothing.apkg", deck(hand(CARDS))).stderr


def test_a_rare_word_among_common_ones_is_no_proof(run: Run, deck: Deck, tmp_path: Path) -> None:
    """Seventy notes share their words; what one of them has alone is a card's whole answer, and another fact."""
    common = "In a living cell the work that keeps it alive is done by the"
    names = [f"{first}{last}" for first in "bcdfghk" for last in "ana ilo ume oro eta uki awi ony esse ur".split()]
    with collection(tmp_path / "reader") as col:
        for name in (*names, "deoxyribonucleotide kinase"):
            note = col.new_note(col.models.by_name("Basic"))
            note.fields = [f"What is the {name} in a cell?", f"{common} {name}."]
            col.add_note(note, col.decks.id("Cells"))
        file = export(col, tmp_path, "apkg")
    root = deck(hand([("Which one did Palade draw in 1952?", "The deoxyribonucleotide kinase, with ink.")]))
    assert " 0  kept" in run("move-in", file, root, "-o", "out").stdout


@pytest.mark.parametrize(
    "text",
    [b"", b"a\tb\n", b"#separator:tab\n#html:true\na\tb\n", b"#separator:tab\n#guid column:9\na\tb\n",
     b"#separator:\n#guid column:1\na\tb\n", b"#separator:tab\n#guid column:1\n\xff\tb\n",
     b"#separator:tab\n#guid column:1\na\tb\na\tc\n", b"#separator:tab\n#guid column:1\n" + b"x" * 200 + b"\tb\n",
     b"#separator:tab\n#guid column:1\na" + b"\t" * 2_000 + b"\n", b"#separator:tab\n#guid column:1\na" + b"\t" * 2_000_000],
)  # fmt: skip
def test_a_text_without_sense_is_one_diagnostic(text: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_bytes(text)
    with pytest.raises(UnfitError) as raised:
        read_old_notes(tmp_path / "x.txt")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("piece", ["<br", "<p>", "!", "<div ", "{{c1::", " > ", "1.", "</li>"])
def test_the_question_of_a_field_takes_linear_time(piece: str) -> None:
    def seconds(count: int) -> float:
        note = OldNote("g", 1, "Basic", (("Front", piece * count), ("Back", "x")), "", 1)
        begin = time.thread_time()
        read_sides(note, frozenset({"x"}))
        return time.thread_time() - begin

    small, large = (min(seconds(count) for _ in range(3)) for count in (4_000, 64_000))
    assert large < max(0.05, 32 * small)
