"""A key in a file of its own answers the notes that it belongs to, and no others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from exporter.config import Config
from exporter.model import Chapter
from exporter.reading.folder import read_chapters
from exporter.reading.markdown import plain_text
from tests.conftest import Deck, Run

EXAM = "# Exam\n\n1. What is two and two?\n   a) three\n   b) four\n2. What is one and one?\n   a) two\n   b) three\n"
STATEMENTS = "# Quiz\n\n1. Ice is hot. T/F\n2. Water is wet. T/F\n"
KEY = "1. b – it is even\n2. a\n"


def outline(run: Run) -> dict[str, list[tuple[str, str]]]:
    """The cards of each file."""
    files = json.loads(run("outline", ".", "--json").stdout)["files"]
    return {file["path"]: [(card["question"], card["kind"]) for card in file["cards"]] for file in files}


@pytest.mark.parametrize(
    ("exam", "key"),
    [
        ("exam.md", "answers.md"), ("exam.md", "exam-answers.md"), ("exam.md", "exam_key.md"), ("exam.md", "Answer key exam.md"),
        ("Klausur.md", "Lösungen.md"), ("Klausur 2.md", "Klausur 2 - Lösungen.md"), ("试卷.md", "试卷答案.md"), ("试卷.md", "答案.md"),
        ("examen.md", "examen-soluciones.md"), ("kuis.md", "kunci jawaban.md"), ("prova.md", "gabarito.md"),
    ],
)  # fmt: skip
def test_a_key_that_is_named_so_answers_the_notes_beside_it(run: Run, deck: Deck, exam: str, key: str) -> None:
    deck({exam: EXAM, key: KEY}, ".")
    assert outline(run) == {exam: [("What is two and two?", "choice"), ("What is one and one?", "choice")], key: []}
    assert f"it is the key of {exam}" in run("outline", ".").stdout
    assert run("check", ".").stderr == ""


def test_a_key_in_words_says_what_is_true(run: Run, deck: Deck) -> None:
    deck({"quiz.md": STATEMENTS, "quiz-answers.md": "# Answers\n\n1. False\n2. True\n"}, ".")
    assert [kind for _, kind in outline(run)["quiz.md"]] == ["basic", "basic"]
    assert run("check", ".").returncode == 0


def test_why_stands_on_the_card_and_an_edit_of_the_key_is_seen(deck: Deck, tmp_path: Path) -> None:
    def exam() -> Chapter:
        found = read_chapters(Config(root=tmp_path, source_path=tmp_path)).value
        return next(chapter for chapter in found if chapter.source.path == "exam.md")

    deck({"exam.md": EXAM, "answers.md": KEY}, ".")
    before = exam()
    assert plain_text(before.cards[0].back.tokens) == "four\n\nit is even"
    deck({"answers.md": KEY.replace("2. a", "2. b")}, ".")
    after = exam()
    assert plain_text(after.cards[1].back.tokens) == "three"
    assert after.digest != before.digest


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"may.md": EXAM, "june.md": EXAM, "answers.md": KEY}, "key of several files: june.md, may.md"),
        ({"exam.md": EXAM, "exam-answers.md": "7. b\n8. a\n9. c\n"}, "its numbers are not those of exam.md"),
    ],
)
def test_a_key_that_belongs_nowhere_is_told(run: Run, deck: Deck, files: dict[str, str], said: str) -> None:
    deck(files, ".")
    assert said in run("check", ".").stderr


@pytest.mark.parametrize(
    "files",
    [
        {"exam.md": f"{EXAM}\n## Answers\n\n1. a\n2. b\n", "answers.md": KEY},
        {"exam.md": EXAM, "notes.md": KEY},
        {"exam.md": EXAM, "other/answers.md": KEY},
        {"exam.md": EXAM, "answers.md": "1. What is ice?\n   Water.\n2. What is steam?\n   Water.\n"},
    ],
)
def test_other_files_are_no_keys(run: Run, deck: Deck, files: dict[str, str]) -> None:
    deck(files, ".")
    assert "it is the key of" not in run("outline", ".").stdout
