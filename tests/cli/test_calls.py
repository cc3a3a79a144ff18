"""Wrong calls: exit code 2, and what was meant."""

from __future__ import annotations

import pytest

from tests.conftest import Deck, Run

NOTE = "## What is a stack?\n\nLast in.\n"


@pytest.mark.parametrize(
    ("call", "meant"),
    [
        ("help", "--help"),
        ("preview", "watch"),
        ("sync", "push --sync URL"),
        ("export", "build"),
        ("biuld", "build"),
        ("mergelock", "merge-lock"),
    ],
)
def test_another_name_for_a_command_gets_a_suggestion(run: Run, call: str, meant: str) -> None:
    result = run(call)
    assert result.returncode == 2
    assert f'Did you mean "make-deck {meant}"?' in result.stderr


@pytest.mark.parametrize(("only", "meant"), [("pdf", "handout"), ("anki", "apkg"), ("quizz", "quiz")])
def test_another_name_for_an_output_gets_a_suggestion(run: Run, only: str, meant: str) -> None:
    result = run("build", "--only", only)
    assert result.returncode == 2
    assert f'did you mean "{meant}"?' in result.stderr


@pytest.mark.parametrize(
    "command", ["build", "check", "outline", "plan", "release", "test", "trust", "clean", "watch", "merge-lock"]
)
def test_a_path_that_is_not_there_is_a_wrong_call(run: Run, command: str) -> None:
    result = run(command, "nope.md")
    assert result.returncode == 2
    assert "nope.md:1:1: error[source-missing]" in result.stderr


def test_a_source_that_is_not_there_is_an_error_of_the_deck(run: Run, deck: Deck) -> None:
    assert run("build", deck({"deck.toml": 'source = "gone"\n'})).returncode == 1


@pytest.mark.parametrize(
    ("name", "says"), [("a.apkg", "make-deck move-in a.apkg"), ("a.docx", "pandoc a.docx"), ("a.pdf", "copy its text")]
)
def test_a_file_of_another_kind_says_what_it_is(run: Run, deck: Deck, name: str, says: str) -> None:
    result = run("build", deck({name: b"\x00\x81"}) / name)
    assert result.returncode == 2
    assert "not-notes" in result.stderr
    assert says in result.stderr


def test_counts_are_those_of_what_was_made(run: Run, deck: Deck) -> None:
    root = deck({"a.md": "".join(NOTE.replace("stack", f"stack {n}") for n in range(7))})
    assert "✓ 3 questions, 2 pages, 0 warnings" in run("build", root, "--only", "quiz", "--count", "3").stdout
    assert "✓ 7 cards, 0 images, 0 warnings" in run("build", root, "--only", "apkg", "-o", "out").stdout
    assert "✓ 2 pages, 0 warnings" in run("build", root, "--only", "flashcards", "--test-page", "-o", "page").stdout


def test_a_check_looks_at_the_lock_of_an_output(run: Run, deck: Deck) -> None:
    root = deck({"a.md": NOTE})
    run("build", root, "-o", "out", "--only", "apkg")
    (root.parent / "out" / "deck.lock").write_text("{", encoding="utf-8")
    assert run("check", root).returncode == 0
    assert "lock-invalid" in run("check", root, "-o", "out").stderr


def test_the_folder_of_caches_ignores_itself(run: Run, deck: Deck) -> None:
    root = deck({"deck.toml": 'source = "."\n', "a.md": NOTE})
    run("build", root, "--only", "apkg")
    assert (root / ".make-deck" / ".gitignore").read_text("utf-8") == "*\n"
