"""Schedules that no Anki has yet: they arrive in a package of the reader's own, tried with the real backend."""

from __future__ import annotations

import re
import sqlite3
import time
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from blake3 import blake3

from exporter.editions.moving_in.hashcards import _hashes, _take
from tests.backend import collection, import_package
from tests.conftest import Deck, Run
from tests.editions.old_tools import CARDS, WORDS, hashcards_notes

TODAY = datetime.now().astimezone().date()


def due(number: int) -> date:
    """A day for each card, some of them past."""
    return TODAY + timedelta(days=number - 5)


def learnt(folder: Path, package: Path) -> dict[str, list[tuple[object, ...]]]:
    """The cards of a new collection after the import: days until each is due, interval, ease, memory, answers."""
    with collection(folder) as col:
        import_package(col, package, learnt=True)
        offset = (TODAY - datetime.fromtimestamp(col.crt).astimezone().date()).days  # what Anki counts days from
        found: dict[str, list[tuple[object, ...]]] = {}
        for card in map(col.get_card, sorted(col.find_cards(""))):
            text = re.sub(r"<[^<>]+>|\{\{c\d::|\}\}", "", col.get_note(card.nid)["Question"])
            memory = card.memory_state and (
                round(card.memory_state.stability, 3),
                round(card.memory_state.difficulty, 3),
            )
            log = col.db.all("SELECT ease, ivl, lastIvl FROM revlog WHERE cid = ? ORDER BY id", card.id)
            state = (card.type, card.queue, card.due - offset, card.ivl, card.factor, memory, tuple(map(tuple, log)))
            found.setdefault(text, []).append(state)
        return found


def review(number: int, interval: int, ease: int) -> tuple[object, ...]:
    return (2, 2, (due(number) - TODAY).days, interval, ease, None, ())


def test_spaced_repetition(run: Run, deck: Deck, tmp_path: Path) -> None:
    """Due, interval and ease of thirty cards in both of the plugin's forms; both ways and gaps have one each."""
    lines = [
        f"{q}::{a}\n<!--SR:!{due(n)},{10 + n},{200 + n}-->\n"
        if n % 2
        else f"{q}\n?\n{a}\n<!--SR:!{due(n)},{10 + n},{200 + n}-->\n"
        for n, (q, a) in enumerate(CARDS)
    ]
    lines += [
        f"word:::Wort <!--SR:!{due(1)},3,250!{due(2)},4,230-->\n",
        f"The ==sun== is a ==star==.\n<!--SR:!{due(3)},5,250!2000-01-01,1,250-->\n",
        f"old::form <!--SR:{due(4):%d-%m-%Y},6,260-->\n",
        "new::card\n",
    ]
    root = deck({"Science.md": "#flashcards/science\n\n" + "\n".join(lines)})
    plan = run("move-in", "spaced-repetition", root, "-o", "out")
    assert re.findall(r"^ +(\d+)  (\w+)", plan.stdout, re.MULTILINE) == [("33", "kept"), ("1", "new")]
    assert not (tmp_path / "out").exists()
    assert run("move-in", "spaced-repetition", root, "-o", "out", "--yes").returncode == 0
    found = learnt(tmp_path / "reader", tmp_path / "out" / "deck-with-my-history.apkg")
    assert [found[q] for q, _ in CARDS] == [[review(n, 10 + n, 2000 + 10 * n)] for n in range(30)]
    assert found["word"] == [review(1, 3, 2500), review(2, 4, 2300)]
    sun, star = found["The sun is a star."]
    assert (sun, star[0]) == (review(3, 5, 2500), 0)
    assert found["old"] == [review(4, 6, 2600)]
    assert found["new"][0][0] == 0
    run("build", root, "-o", "out", "--only", "apkg")
    with collection(tmp_path / "reader") as col:
        again = import_package(col, tmp_path / "out" / "deck.apkg")
        assert (again.duplicate, again.new, again.conflicting) == (34, 0, 0)
    assert all(
        card[0] == 0
        for cards in learnt(tmp_path / "another", tmp_path / "out" / "deck.apkg").values()
        for card in cards
    )


def test_logseq(run: Run, deck: Deck, tmp_path: Path) -> None:
    blocks = [
        f"- {q} #card\n  card-last-interval:: {4.25 + n}\n  card-repeats:: 2\n  card-ease-factor:: 2.36\n"
        f"  card-next-schedule:: {due(n)}T12:00:00.000Z\n  card-last-reviewed:: 2026-01-01T00:00:00.000Z\n"
        f"  card-last-score:: 5\n\t- {a}\n"
        for n, (q, a) in enumerate(CARDS)
    ]
    blocks.append(
        "- What was forgotten? #card\n  card-last-interval:: -1\n  card-repeats:: 1\n  card-ease-factor:: 2.5\n"
        "  card-next-schedule:: 2026-06-11T04:00:00.000Z\n  card-last-score:: 1\n\t- This.\n"
    )
    root = deck({"pages/Science.md": "".join(blocks)})
    assert run("move-in", "logseq", root, "-o", "out", "--yes").returncode == 0
    found = learnt(tmp_path / "reader", tmp_path / "out" / "deck-with-my-history.apkg")
    assert [found[q] for q, _ in CARDS] == [[review(n, round(4.25 + n), 2360)] for n in range(30)]
    assert found["What was forgotten?"][0][0] == 0


@pytest.fixture
def hashcards(tmp_path: Path) -> Path:
    """A database with two answers to each card."""
    file = tmp_path / "hashcards.db"
    database = sqlite3.connect(file)
    database.executescript(
        "CREATE TABLE cards (card_hash TEXT PRIMARY KEY, added_at TEXT NOT NULL, stability REAL, difficulty REAL,"
        " due_date TEXT, review_count INTEGER NOT NULL) STRICT;"
        "CREATE TABLE reviews (review_id INTEGER PRIMARY KEY, session_id INTEGER NOT NULL, card_hash TEXT NOT NULL,"
        " reviewed_at TEXT NOT NULL, grade TEXT NOT NULL, stability REAL NOT NULL, difficulty REAL NOT NULL,"
        " due_date TEXT NOT NULL) STRICT;"
    )
    names = [blake3(f"Basic{q}{a}".encode()).hexdigest() for q, a in CARDS[:20]]
    for word, answer in list(WORDS.items())[20:]:
        text = f"{answer.split()[0]} begins what {word} is.".encode()
        for gap in (answer.split()[0], word):
            start = text.index(gap.encode()) if gap == answer.split()[0] else text.rindex(gap.encode())
            places = start.to_bytes(8, "little") + (start + len(gap) - 1).to_bytes(8, "little")
            names.append(blake3(b"Cloze" + text + places).hexdigest())
    for number, name in enumerate([*names, "00" * 32]):
        for before, grade in ((20, "good"), (10, "easy")):
            at = datetime.combine(TODAY, datetime.min.time()) - timedelta(days=before)
            until = (at.date() + timedelta(days=10 if before == 20 else 10 + number)).isoformat()
            row = (name, at.isoformat(), grade, 4.5 + number / 10, 5.25, until)
            database.execute(
                "INSERT INTO reviews (session_id, card_hash, reviewed_at, grade, stability, difficulty, due_date)"
                " VALUES (1, ?, ?, ?, ?, ?, ?)", row,
            )  # fmt: skip
    database.commit()
    database.close()
    return file


def test_hashcards(run: Run, deck: Deck, tmp_path: Path, hashcards: Path) -> None:
    """Its answers are Anki's log, its memory FSRS's; a gap has its own."""
    root = deck({"Science.md": hashcards_notes()})
    plan = run("move-in", hashcards, root, "-o", "out")
    assert re.findall(r"^ +(\d+)  (\w+)", plan.stdout, re.MULTILINE) == [("30", "kept"), ("0", "new"), ("1", "left")]
    assert run("move-in", hashcards, root, "-o", "out", "--yes").returncode == 0
    found = learnt(tmp_path / "reader", tmp_path / "out" / "deck-with-my-history.apkg")

    def expected(number: int) -> tuple[object, ...]:
        log = ((3, 10, 0), (4, 10 + number, 10))
        return (2, 2, number, 10 + number, 2500, (round(4.5 + number / 10, 3), 5.25), log)

    assert [found[q] for q, _ in CARDS[:20]] == [[expected(n)] for n in range(20)]
    for place, (word, answer) in enumerate(list(WORDS.items())[20:]):
        number = 20 + 2 * place
        assert found[f"{answer.split()[0]} begins what {word} is."] == [expected(number), expected(number + 1)]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE reviews SET grade = 'perhaps'",
        "UPDATE reviews SET due_date = 'tomorrow'",
        "UPDATE reviews SET due_date = '9999-12-31'",
        "UPDATE reviews SET reviewed_at = 'x'",
        "UPDATE reviews SET stability = -1.0",
        "UPDATE reviews SET stability = 9e999",
        "UPDATE reviews SET difficulty = 99.0",
        "DROP TABLE reviews",
        "DROP TABLE reviews; CREATE VIEW reviews AS SELECT 1 AS card_hash",
        "ALTER TABLE reviews DROP grade; ALTER TABLE reviews ADD grade text AS (printf('%019000000d', 0)) VIRTUAL",
    ],
)
def test_a_database_that_cannot_be_is_one_diagnostic(
    change: str, run: Run, deck: Deck, tmp_path: Path, hashcards: Path
) -> None:
    database = sqlite3.connect(hashcards)
    database.executescript(change)
    database.close()
    result = run("move-in", hashcards, deck({"Science.md": hashcards_notes()}), "-o", "out", "--yes")
    assert result.returncode == 1
    assert result.stderr.count("error[history-unfit]") == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "schedule",
    ["!2026-02-30,3,250", "!2026-02-20,-3,250", "!2026-02-20,0,250", "!2026-02-20,3,-250", "!2026-02-20,3", "!99999-1-1,3,250",
     "!2026-02-20,999999999,250", "!", "!0001-01-01,3,250"],
)  # fmt: skip
def test_nonsense_beside_a_card_is_one_diagnostic(schedule: str, run: Run, deck: Deck, tmp_path: Path) -> None:
    root = deck({"a.md": f"#flashcards\n\nsun::star\n<!--SR:{schedule}-->\n"})
    result = run("move-in", "spaced-repetition", root, "-o", "out", "--yes")
    assert (result.returncode, result.stderr.count("a.md:3:1: error[schedule-invalid]")) == (1, 1)
    assert not (tmp_path / "out").exists()


def test_cards_of_many_gaps_and_lines_are_hashed_in_linear_time() -> None:
    before = time.thread_time()
    assert len(next(_hashes("C: " + "[a] " * 100_000))[1]) == 100_000
    assert len(list(_hashes("Q: a\nA: b" + "\n" * 400_000))) == 1
    assert time.thread_time() - before < 5


def test_answers_of_one_second_are_told_apart_in_linear_time() -> None:
    before = time.thread_time()
    free: dict[int, int] = {}
    starts = [1000 * (number % 3) for number in range(300_000)]
    taken = [_take(at, free) for at in starts]
    assert len(set(taken)) == len(taken)
    assert all(at >= start for at, start in zip(taken, starts, strict=True))
    assert sorted(taken) == list(range(300_000))
    assert time.thread_time() - before < 5
