"""A year of editions in one reader's Anki: whatever the author does, no review is lost and the text is right."""

from __future__ import annotations

import json
import re
import shutil
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PIL import Image

from exporter.cards.notetypes import card_environment, load_notetype
from exporter.config import load_config, with_outputs
from exporter.editions.adopt import adopt
from exporter.editions.changes import Changes, Kind, changes_as_json, changes_as_text
from exporter.editions.identity import Entry, Lock, TypeEntry
from exporter.editions.identity.dating import date_notetypes
from exporter.editions.tombstones import plan_tombstones
from exporter.machinery.trust import trust
from exporter.pipeline.build import build
from exporter.pipeline.plan import plan
from tests.backend import Imported, anki, collection, import_package
from tests.conftest import ROOT, Run

REMOVED = "make-deck::removed"
LONG = "It has to be said at some length, because an answer of a few words proves nothing about its question. "


@dataclass
class Question:
    """A question as the author has it now, and the interval that the reader's card has."""

    file: str
    text: str
    answer: str
    interval: int = 0


@dataclass
class Deck:
    """An author with a folder of notes, and a reader with a collection."""

    root: Path
    col: anki.Collection
    monkeypatch: pytest.MonkeyPatch
    clock: int = 1_750_000_000
    questions: dict[str, Question] = field(default_factory=dict)
    removed: dict[str, Question] = field(default_factory=dict)
    changes: Changes | None = None

    def write(self) -> None:
        """All notes, numbered in each file by their order."""
        shutil.rmtree(self.root / "source", ignore_errors=True)
        files: dict[str, list[Question]] = {}
        for question in self.questions.values():
            files.setdefault(question.file, []).append(question)
        for name, questions in files.items():
            file = self.root / "source" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            parts = [f"## {number}. {q.text}\n\n{q.answer}\n" for number, q in enumerate(questions, 1)]
            file.write_text(f"# {file.stem.title()}\n\n" + "\n".join(parts), encoding="utf-8")

    def publish(self, *, seconds: int = 86_400) -> Imported:
        """A new edition, imported by the reader with the defaults; then everything is checked."""
        self.write()
        self.clock += seconds
        self.monkeypatch.setenv("SOURCE_DATE_EPOCH", str(self.clock))
        config = with_outputs(load_config(self.root).value, ("apkg",))
        self.changes = plan(config, self.root / "dist").value
        built = build(config, self.root / "dist")
        errors = [str(diagnostic) for diagnostic in built.diagnostics if diagnostic.severity == "error"]
        assert not errors
        log = import_package(self.col, built.value.files["apkg"])
        assert log.conflicting == 0
        self.check()
        return log

    def check(self) -> None:
        """Every question is there once, with its text and its history; removed ones say so and keep theirs."""
        notes = [self.col.get_note(nid) for nid in self.col.find_notes("")]
        live = [note for note in notes if REMOVED not in note.tags]
        assert len({note.guid for note in notes}) == len(notes)
        assert len(live) == len(self.questions)
        for label, question in self.questions.items():
            (note,) = [
                n
                for n in live
                if question.text in n["Question"] and question.answer.split("](")[0].strip("![") in n["Answer"]
            ]
            (card,) = note.cards()
            if not question.interval:  # a new one: the reader studies it
                question.interval = 20 + len(self.questions) + sum(map(ord, label)) % 50
                card.type, card.queue, card.ivl, card.reps, card.due = 2, 2, question.interval, 5, 100
                self.col.update_card(card)
            assert (card.ivl, card.reps) == (question.interval, 5), label
        for label, question in self.removed.items():
            (note,) = [n for n in notes if REMOVED in n.tags and question.text in n["Question"]]
            assert [card.ivl for card in note.cards()] == [question.interval], label

    def note(self, label: str) -> anki.Note:
        (nid,) = self.col.find_notes(f'-tag:{REMOVED} Question:"*{self.questions[label].text}*"')
        return self.col.get_note(nid)

    def kinds(self) -> dict[str, int]:
        assert self.changes is not None
        return {str(kind): count for kind, count in self.changes.counts.items()}


@pytest.fixture
def deck(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deck]:
    root = tmp_path / "deck"
    root.mkdir()
    (root / "deck.toml").write_text('name = "physics"\ntitle = "Physics"\nlang = "en"\n', encoding="utf-8")
    picture(root / "falling.png", "red")
    with collection(tmp_path / "reader") as col:
        made = Deck(root, col, monkeypatch)
        for file, label in [("light.md", "prism"), ("light.md", "lens"), ("light.md", "mirror"), ("heat.md", "kettle"),
                            ("heat.md", "ice"), ("sound.md", "bell"), ("sound.md", "echo")]:  # fmt: skip
            made.questions[label] = Question(file, f"How does the {label} work?", f"About the {label}. {words(label)}")
        made.questions["fall"] = Question("heat.md", "Why do things fall?", "![the tower of Pisa](falling.png)")
        yield made


def picture(file: Path, colour: str) -> None:
    Image.new("RGB", (40, 30), colour).save(file)


def words(seed: str) -> str:
    """A text of its own for each seed, long enough to prove something."""
    syllables = ["ka", "lo", "mi", "ne", "pu", "ro", "sa", "ti", "vu", "we", "xo", "ya"]
    value = sum(ord(letter) * 31**place for place, letter in enumerate(seed))
    made = []
    for _ in range(24):
        value = (value * 6364136223846793005 + 1442695040888963407) % 2**64
        made.append("".join(syllables[(value >> shift) % 12] for shift in (20, 30, 40)))
    return " ".join(made)


def test_a_year_of_editions(deck: Deck) -> None:
    questions = deck.questions
    assert deck.publish().new == 8
    assert deck.kinds() == {"new": 8}

    questions["prism"].answer += " Newton's words."
    assert deck.publish().updated == 1
    assert deck.kinds() == {"edited": 1}

    questions["lens"].text = "By what does glass gather light?"
    assert deck.publish().updated == 1
    assert deck.kinds() == {"reworded": 1}

    deck.questions = {"candle": Question("light.md", "How bright is a candle?", words("candle")), **questions}
    log = deck.publish()
    assert (log.new, log.updated) == (1, 0)  # another number alone touches nobody's note
    assert deck.kinds() == {"new": 1, "renumbered": 3}
    assert deck.changes.written_over == 0

    deck.questions = dict(reversed(deck.questions.items()))
    deck.publish()
    assert set(deck.kinds()) == {"renumbered"}

    questions = deck.questions
    questions["bell"].file = "light.md"
    deck.publish()
    assert deck.kinds()["moved"] == 1

    for question in questions.values():
        question.file = question.file.replace("heat.md", "thermo/warmth.md")
    deck.publish()
    assert [(moved.before, moved.after) for moved in deck.changes.files] == [
        ("source/heat.md", "source/thermo/warmth.md")
    ]
    assert "moved" not in deck.kinds()

    head, tail = questions["kettle"].answer[:90], questions["kettle"].answer[90:]
    questions["kettle"].answer = head
    questions["steam"] = Question("thermo/warmth.md", "What becomes of the steam?", tail)
    assert deck.publish().new == 1

    deck.removed["echo"] = questions.pop("echo")
    deck.publish()
    assert deck.kinds()["removed"] == 1

    questions["ice"].answer += " And skates."
    deck.publish()

    questions["echo"] = deck.removed.pop("echo")
    assert deck.publish().new == 0
    assert deck.kinds()["brought back"] == 1

    before = deck.note("fall")["Answer"]
    picture(deck.root / "falling.png", "blue")
    assert deck.publish().updated == 1
    assert deck.note("fall")["Answer"] != before
    assert not deck.col.media.check().missing


def test_two_builds_in_one_second_and_a_clock_that_goes_back(deck: Deck) -> None:
    deck.publish()
    for seconds in (0, 0, -500_000):
        deck.questions["prism"].answer += f" Once more after {seconds} s."
        assert deck.publish(seconds=seconds).updated == 1


def test_what_a_reader_does_to_another_note_stays(deck: Deck) -> None:
    deck.publish()
    note = deck.note("bell")
    note["Answer"] += "<b>My own words</b>"
    note.tags = [*note.tags, "my-tag"]
    deck.col.update_note(note)
    deck.questions["prism"].answer += " Newton's words."
    deck.questions = {"first": Question("light.md", "What comes first?", words("first")), **deck.questions}
    deck.publish()
    note = deck.note("bell")
    assert "My own words" in note["Answer"]
    assert "my-tag" in note.tags


def test_a_new_look_arrives(deck: Deck) -> None:
    deck.publish()
    theme = (ROOT / "templates" / "anki" / "theme.css").read_text(encoding="utf-8")
    own = deck.root / "templates" / "anki" / "theme.css"
    own.parent.mkdir(parents=True)
    own.write_text(theme + "\n/* mauve */\n", encoding="utf-8")
    trust(deck.root)  # all decks of the theme look so, then
    assert deck.publish().updated == 0
    assert deck.changes.notetypes == ("basic",)
    assert "mauve" in deck.col.models.by_name("make-deck Basic")["css"]


def test_no_look_is_of_next_year() -> None:
    notetype = load_notetype("basic", card_environment(None))
    lock = Lock(notetypes={"basic": TypeEntry("x", 4_102_444_800)})
    (dated,), kept = date_notetypes((notetype,), lock, edition=2, now=1_760_000_000)
    assert dated.mod <= time.time() + 100_000  # else no other deck could mend it before
    assert kept.notetypes["basic"].mod > 4_102_444_800


def test_a_lock_of_removed_gaps_stays_small() -> None:
    gone = [Entry(f"g{n}", "a.md", "Q", "", 1, kind="cloze", gaps=500, removed=True) for n in range(1_000)]
    notetypes = {"cloze": load_notetype("cloze", card_environment(None))}
    notes = list(plan_tombstones(gone, notetypes, deck="d", lang="en"))
    assert notes[0].fields[0].count("{{c") == 500
    assert sum(len(note.fields[0]) for note in notes) < 1_000_000


def test_a_lost_lock_comes_back_from_the_last_package(deck: Deck) -> None:
    deck.publish()
    deck.removed["echo"] = deck.questions.pop("echo")
    deck.publish()
    lock = deck.root / "deck.lock"
    lock.unlink()
    assert adopt([deck.root / "dist" / "physics.apkg"], lock).value == 8
    deck.questions["prism"].answer += " Newton's words."
    deck.questions["lens"].text = "By what does glass gather light?"
    log = deck.publish()
    assert (log.new, log.updated) == (0, 2)
    assert deck.kinds() == {"reworded": 1, "edited": 1}
    deck.questions["echo"] = deck.removed.pop("echo")
    assert deck.publish().new == 0


def test_a_whole_lock_is_not_replaced(deck: Deck) -> None:
    deck.publish()
    found = adopt([deck.root / "dist" / "physics.apkg"], deck.root / "deck.lock")
    assert [diagnostic.code for diagnostic in found.diagnostics] == ["lock-exists"]
    assert adopt([deck.root / "dist" / "physics.apkg"], deck.root / "deck.lock", anyway=True).value == 8


def test_a_package_that_a_reader_exported_is_adopted_too(deck: Deck, tmp_path: Path) -> None:
    deck.publish()
    lock = deck.root / "deck.lock"
    known = {
        entry["guid"]: (entry["question"], entry["answer"])
        for entry in json.loads(lock.read_text("utf-8"))["notes"]
        if "answer" in entry
    }
    exported = tmp_path / "exported.apkg"
    options = anki.ExportAnkiPackageOptions(with_scheduling=True, with_media=True, legacy=True)
    deck.col.export_anki_package(out_path=str(exported), options=options, limit=None)
    lock.unlink()
    assert adopt([exported], lock).value == 8
    adopted = {
        entry["guid"]: (entry["question"], entry["answer"])
        for entry in json.loads(lock.read_text("utf-8"))["notes"]
        if "answer" in entry
    }
    assert adopted == known
    deck.questions["prism"].answer += " Newton's words."
    assert deck.publish().new == 0


def test_equal_questions_stay_apart(deck: Deck) -> None:
    for label in ("one", "two", "three"):
        deck.questions[label] = Question("light.md", "What is the output?", words(label))
    deck.questions["short"] = Question("sound.md", "What is the output?", "42")
    deck.publish()
    deck.questions = dict(reversed(deck.questions.items()))
    deck.questions["zero"] = Question("light.md", "What is the output?", words("zero"))
    deck.questions = {"zero": deck.questions.pop("zero"), **deck.questions}
    assert deck.publish().new == 1
    deck.removed["two"] = deck.questions.pop("two")
    deck.publish()


def test_an_explicit_id_outlives_everything(deck: Deck) -> None:
    deck.questions["prism"].text = "How does the prism work? {#prism}"
    deck.write()
    deck.questions["prism"].text = "How does the prism work?"
    source = deck.root / "source" / "light.md"

    def publish_with_id() -> None:
        write = deck.write
        deck.write = lambda: (write(), mark())  # type: ignore[method-assign,func-returns-value,assignment]
        deck.publish()
        deck.write = write  # type: ignore[method-assign]

    def mark() -> None:
        text = source.read_text("utf-8")
        source.write_text(
            text.replace(deck.questions["prism"].text, deck.questions["prism"].text + " {#prism}"), "utf-8"
        )

    publish_with_id()
    deck.questions["prism"].text = "What happens to white light in glass?"
    deck.questions["prism"].answer = words("something else altogether")
    publish_with_id()
    assert deck.kinds() == {"reworded": 1, "edited": 1}


def test_the_author_settles_what_only_he_can_tell(deck: Deck) -> None:
    deck.publish()
    deck.questions["kettle"].text = "Why does a kettle sing before it boils?"
    deck.questions["kettle"].answer = words("rewritten from the ground up")
    deck.questions["bell"].text = "The bell: what is its tone?"
    deck.questions["bell"].answer = words("this too")
    deck.write()
    config = load_config(deck.root).value
    offers = {offer.entry.question: offer for offer in plan(config, deck.root / "dist").value.offers}
    kettle, bell = offers["How does the kettle work?"], offers["How does the bell work?"]
    assert kettle.candidates[0].link.placed.card.text == deck.questions["kettle"].text
    assert bell.candidates[0].link.placed.card.text == deck.questions["bell"].text
    before = (deck.root / "deck.lock").read_bytes()
    unknown = plan(config, deck.root / "dist", accept=["nothing"])
    assert [d.code for d in unknown.diagnostics if d.severity == "error"] == ["decision-unknown"]
    assert (deck.root / "deck.lock").read_bytes() == before
    decided = plan(config, deck.root / "dist", accept=[kettle.candidates[0].id], refuse=["all"]).value
    assert not decided.offers
    deck.removed["bell"] = Question("", "How does the bell work?", "", deck.questions["bell"].interval)
    deck.questions["bell"].interval = 0
    assert deck.publish().new == 1
    assert deck.kinds() == {"new": 1, "reworded": 1, "edited": 1, "removed": 1}


def test_an_offer_stays_open_after_the_build(deck: Deck) -> None:
    deck.publish()
    old = deck.questions["kettle"]
    deck.removed["kettle"] = old
    deck.questions["kettle"] = new = Question(old.file, "Why does a kettle sing before it boils?", words("rewritten"))
    deck.publish()
    config = load_config(deck.root).value
    (offer,) = plan(config, deck.root / "dist").value.offers
    assert offer.entry.removed
    plan(config, deck.root / "dist", accept=[offer.candidates[0].id])
    deck.questions["kettle"] = Question(new.file, new.text, new.answer, old.interval)
    deck.removed = {"kettle": new}
    assert deck.publish().new == 0
    assert not deck.changes.offers


def test_tombstones_travel_for_three_editions_and_ask_nobody_new(deck: Deck, tmp_path: Path) -> None:
    deck.publish()
    deck.removed["echo"] = deck.questions.pop("echo")
    for edition in range(4):
        deck.questions["ice"].answer += f" Edition {edition}."
        deck.publish()
        assert deck.changes.tombstones == (edition < 3)
        with collection(tmp_path / f"new reader {edition}") as col:
            assert import_package(col, deck.root / "dist" / "physics.apkg").conflicting == 0
            assert len(col.find_cards("")) == len(deck.questions)
    deck.questions["echo"] = deck.removed.pop("echo")
    assert deck.publish().new == 0


def test_a_removed_cloze_keeps_its_gaps(deck: Deck) -> None:
    deck.write()
    file = deck.root / "source" / "cloze.md"
    file.write_text("# Cloze\n\nC: The [first] and the [second] thing.\n", encoding="utf-8")
    config = with_outputs(load_config(deck.root).value, ("apkg",))
    package = build(config, deck.root / "dist").value.files["apkg"]
    import_package(deck.col, package)
    cards = deck.col.find_cards("note:*Cloze*")
    assert len(cards) == 2
    file.unlink()
    import_package(deck.col, build(config, deck.root / "dist").value.files["apkg"])
    for card in map(deck.col.get_card, cards):
        assert "first" in card.question()
        assert "removed" in card.answer()
        assert "No cloze" not in card.question()
    assert not deck.col.get_empty_cards().notes


def test_a_deck_that_is_renamed_leaves_cards_where_they_are(deck: Deck) -> None:
    deck.publish()
    settings = deck.root / "deck.toml"
    settings.write_text(
        settings.read_text("utf-8").replace('title = "Physics"', 'title = "Natural Philosophy"'), "utf-8"
    )
    deck.questions["new"] = Question("light.md", "What is new?", words("new"))
    deck.publish()
    assert ("Physics::Light", "Natural Philosophy::Light", 3) in [
        (d.before, d.after, d.notes) for d in deck.changes.decks
    ]
    assert any("leaves the cards" in line for line in changes_as_text(deck.changes))
    names = {label: deck.col.decks.name(deck.note(label).cards()[0].did) for label in ("prism", "new")}
    assert names == {"prism": "Physics::Light", "new": "Natural Philosophy::Light"}


def test_a_reader_who_renames_first_has_all_in_one_place(deck: Deck) -> None:
    deck.publish()
    deck.col.decks.rename(deck.col.decks.by_name("Physics"), "Natural Philosophy")
    settings = deck.root / "deck.toml"
    settings.write_text(
        settings.read_text("utf-8").replace('title = "Physics"', 'title = "Natural Philosophy"'), "utf-8"
    )
    deck.questions["new"] = Question("light.md", "What is new?", words("new"))
    deck.publish()
    decks = {deck.col.decks.name(card.did) for card in map(deck.col.get_card, deck.col.find_cards(""))}
    assert {name.split("::")[0] for name in decks} == {"Natural Philosophy"}


def test_a_part_of_a_deck_is_no_edition(deck: Deck) -> None:
    deck.publish()
    lock = (deck.root / "deck.lock").read_bytes()
    config = with_outputs(load_config(deck.root / "source" / "heat.md").value, ("apkg",))
    deck.questions["ice"].answer += " And skates."
    deck.write()
    built = build(config, deck.root / "dist" / "part")
    assert (deck.root / "deck.lock").read_bytes() == lock
    log = import_package(deck.col, built.value.files["apkg"])
    assert (log.new, log.updated) == (0, 1)
    deck.check()
    deck.publish()


def test_locked_fails_when_the_lock_would_change(deck: Deck) -> None:
    deck.publish()
    config = with_outputs(load_config(deck.root).value, ("apkg",))
    assert not [d for d in build(config, deck.root / "dist", locked=True).diagnostics if d.code == "lock-changed"]
    package = (deck.root / "dist" / "physics.apkg").read_bytes()
    deck.questions["ice"].answer += " And skates."
    deck.write()
    (found,) = [d for d in build(config, deck.root / "dist", locked=True).diagnostics if d.code == "lock-changed"]
    assert "1 edited" in found.message
    assert (deck.root / "dist" / "physics.apkg").read_bytes() == package


def test_the_plan_says_what_was_reworded_in_words_and_in_json(deck: Deck) -> None:
    deck.publish()
    deck.questions["lens"].text = "By what does glass gather light?"
    deck.publish()
    text = "\n".join(changes_as_text(deck.changes))
    assert "How does the lens work? [cyan]→[/] By what does glass gather light?" in text
    (change,) = changes_as_json(deck.changes)["notes"]
    assert change["changes"] == [Kind.REWORDED]
    assert (change["before"]["question"], change["after"]["question"]) == (
        "How does the lens work?",
        "By what does glass gather light?",
    )
    assert change["found_by"] == "answer"


def test_a_wrong_link_is_undone_with_its_id(deck: Deck) -> None:
    deck.publish()
    deck.questions["lens"].text = "By what does glass gather light?"
    deck.write()
    config = load_config(deck.root).value
    (change,) = plan(config, deck.root / "dist").value.notes
    kinds = {kind for c in plan(config, deck.root / "dist", refuse=[change.id]).value.notes for kind in c.kinds}
    assert kinds == {Kind.NEW, Kind.REMOVED}


def test_another_type_is_another_note(deck: Deck) -> None:
    deck.publish()
    prism = deck.questions["prism"]
    prism.text += " <!-- reversed -->"
    deck.write()
    changes = plan(load_config(deck.root).value, deck.root / "dist").value
    assert {str(kind): count for kind, count in changes.counts.items()} == {"retyped": 1, "removed": 1}
    assert any(
        "basic, made [cyan]reversed[/], so that its history begins anew" in line for line in changes_as_text(changes)
    )


def test_every_card_type_is_adopted_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "types.md").write_text(TYPES, encoding="utf-8")
    config = with_outputs(load_config(tmp_path / "types.md").value, ("apkg",))
    package = build(config, tmp_path / "out").value.files["apkg"]
    lock = tmp_path / "out" / "types.lock"
    bookkeeping = re.compile(r'"(born|edition)": 1, |^"\w+": (\[|").*\n|^"rules": \{\n[^}]*\},\n', re.MULTILINE)
    written = bookkeeping.sub("", lock.read_text("utf-8"))
    lock.write_text("<<<<<<< HEAD\n", encoding="utf-8")
    assert adopt([package], lock).value == 5
    assert bookkeeping.sub("", lock.read_text("utf-8")) == written


TYPES = """# Types

C: The [first] and the [second] thing.

## 1. Which of them are primes?

- [ ] four
- [x] seven
- [x] eleven

Because each of them has exactly two divisors, one and itself, which is the definition.

## 2. Capital of France? <!-- type -->

Paris

## 3. What is $e^{i\\pi}$? <!-- reversed -->

Minus one: half a turn.

## 4. What does the picture show?

![nothing](missing.png)

Some **bold** words, `code` and

| a | table |
|---|-------|
| 1 | 2     |
"""


def test_the_command_plans_and_adopts(run: Run, deck: Deck) -> None:
    deck.write()
    assert "edition 1  8 new" in run("plan", deck.root).stdout
    assert not (deck.root / "deck.lock").exists()
    assert run("build", deck.root, "--only", "apkg").returncode == 0
    deck.questions["kettle"].text = "Why does a kettle sing before it boils?"
    deck.questions["kettle"].answer = words("rewritten from the ground up")
    deck.write()
    (offer,) = json.loads(run("plan", deck.root, "--json").stdout)["offers"]
    assert run("build", deck.root, "--only", "apkg", "--locked").returncode == 1
    accepted = run("plan", deck.root, "--accept", offer["candidates"][0]["id"]).stdout
    assert "How does the kettle work? → Why does a kettle sing before it boils?" in accepted
    assert "as you said" in accepted
    assert run("build", deck.root, "--only", "apkg").returncode == 0
    assert run("build", deck.root, "--only", "apkg", "--locked").returncode == 0
    assert "edition 2  nothing changes, 8 unchanged" in run("plan", deck.root).stdout
    (deck.root / "deck.lock").unlink()
    assert "8 notes adopted" in run("adopt", deck.root / "dist" / "physics.apkg", deck.root).stdout
    assert "8 unchanged" in run("plan", deck.root).stdout


def test_a_link_that_was_not_offered_can_be_made(run: Run, deck: Deck) -> None:
    deck.publish()
    old = deck.note("bell").guid
    deck.questions["bell"].text, deck.questions["bell"].answer = "Wholly other", words("nothing in common")
    deck.write()
    line = (deck.root / "source" / "sound.md").read_text("utf-8").split("\n").index("## 1. Wholly other") + 1
    assert "as you said" in run("plan", deck.root, "--accept", f"source/sound.md:{line}={old}").stdout
    assert deck.publish().new == 0


FROZEN = {
    "basic": (1683894587913, "make-deck Basic", [(5299456003158565804, "Card")]),
    "choice": (1682797867661, "make-deck Choice", [(6178923886765903069, "Card")]),
    "cloze": (1622039645509, "make-deck Cloze", [(6300523842078868351, "Cloze")]),
    "reversed": (
        1673512582114, "make-deck Reversed", [(7356929598036827570, "Forward"), (7233660272935941171, "Reverse")],
    ),
    "typein": (1655647245414, "make-deck Type-in", [(3494663113150928629, "Card")]),
}  # fmt: skip
FROZEN_FIELDS = [
    (8057569597680862280, "Question"),
    (2486240482502394798, "Answer"),
    (4252755480635958782, "Options"),
    (3071661499509699808, "Typed"),
    (5588742352523417504, "Reverse"),
    (3707444258068819500, "Hint"),
    (8929900710123569197, "Extra"),
    (7473224918413293532, "Breadcrumb"),
    (4304051042612221088, "Number"),
    (5537762124565824636, "Source"),
    (6305787518737562544, "Audio"),
    (8167488962620587879, "Lang"),
    (2749322983565349113, "Key"),
    (4682884528113960564, "Spare 1"),
    (2720219053596642990, "Spare 2"),
    (3870200463363106546, "Spare 3"),
]
"""What was released. A spare field may be renamed; nothing else ever changes: readers would get no more updates."""


def test_note_types_never_change_under_a_readers_feet() -> None:
    folder = ROOT / "templates" / "anki"
    fields = tomllib.loads((folder / "fields.toml").read_text("utf-8"))["fields"]
    assert [(f["id"], f["name"]) for f in fields if not f["name"].startswith("Spare")] == FROZEN_FIELDS[:13]
    assert [f["id"] for f in fields] == [number for number, _ in FROZEN_FIELDS]
    for key, frozen in FROZEN.items():
        table = tomllib.loads((folder / key / "notetype.toml").read_text("utf-8"))
        assert (table["id"], table["name"], [(t["id"], t["name"]) for t in table["templates"]]) == frozen
        assert table["kind"] == ("cloze" if key == "cloze" else "standard")
