"""What a build promises: the same bytes, whole files, nothing outside its folder, and an honest exit code."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from tests.conftest import ROOT, Deck, Run

NOTES = "## 什么是甲？\n\n甲的答案，$x^2$。\n\n## 什么是乙？\n\n乙的答案。\n"


def snapshot(folder: Path) -> dict[str, bytes]:
    """The files of a folder but the cache, which may come and go."""
    files = (p for p in sorted(folder.rglob("*")) if p.is_file() and ".make-deck" not in p.parts)
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in files}


def test_the_same_notes_give_the_same_bytes_in_another_folder(run: Run, deck: Deck, tmp_path: Path) -> None:
    for folder in ("one/deck", "two/deck"):
        root = deck({"notes.md": NOTES}, folder)
        assert run("build", root, "-o", root.parent / "out").returncode == 0
    one, two = snapshot(tmp_path / "one" / "out"), snapshot(tmp_path / "two" / "out")
    assert sorted(one) == ["deck.apkg", "deck.lock", "deck.pdf"]
    assert one == two


def test_a_second_build_changes_nothing(run: Run, deck: Deck, tmp_path: Path) -> None:
    root = deck({"notes.md": NOTES})
    run("build", root, "-o", "out")
    first = snapshot(tmp_path / "out")
    run("build", root, "-o", "out", SOURCE_DATE_EPOCH="1790000000")
    assert snapshot(tmp_path / "out") == first


def test_the_cache_may_be_deleted_or_damaged_at_any_time(run: Run, deck: Deck, tmp_path: Path) -> None:
    root = deck({"notes.md": NOTES})
    run("build", root, "-o", "out")
    first = snapshot(tmp_path / "out")
    entries = [p for p in (tmp_path / "out" / ".make-deck").rglob("*") if p.is_file()]
    assert entries
    for entry in entries:
        entry.write_bytes(entry.read_bytes()[:-1] + b"?")
    run("build", root, "-o", "out")
    assert snapshot(tmp_path / "out") == first
    assert run("clean", root, "-o", "out").returncode == 0
    assert not (tmp_path / "out" / ".make-deck").exists()
    assert "after build -o DIR, it is clean -o DIR" in run("clean", root).stdout
    run("build", root, "-o", "out")
    assert snapshot(tmp_path / "out") == first


def test_without_deck_toml_nothing_is_written_outside_the_output_folder(run: Run, deck: Deck, tmp_path: Path) -> None:
    root = deck({"notes.md": NOTES})
    before = snapshot(tmp_path)
    run("build", root / "notes.md", "-o", "out")
    assert {k: v for k, v in snapshot(tmp_path).items() if not k.startswith("out")} == before


def test_with_deck_toml_the_lock_lies_in_the_root(run: Run, deck: Deck, tmp_path: Path) -> None:
    root = deck({"deck.toml": 'name = "x"\n', "source/notes.md": NOTES})
    (root / "imgs").mkdir()
    assert run("build", cwd=root / "imgs").returncode == 0
    assert sorted(snapshot(root)) == ["deck.lock", "deck.toml", "dist/x.apkg", "dist/x.pdf", "source/notes.md"]


def test_an_error_leaves_the_former_outputs_as_they_were(run: Run, deck: Deck, tmp_path: Path) -> None:
    root = deck({"notes.md": NOTES})
    run("build", root, "-o", "out")
    before = snapshot(tmp_path / "out")
    deck({"notes.md": NOTES.replace("甲的答案", "![](fehlt.png)")})
    assert run("build", root, "-o", "out", "--strict").returncode == 1
    assert snapshot(tmp_path / "out") == before


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="kill -9 is POSIX's")
def test_a_build_killed_at_any_moment_leaves_the_former_outputs_whole(run: Run, deck: Deck, tmp_path: Path) -> None:
    root = deck({"notes.md": NOTES})
    run("build", root, "-o", "out")
    before = snapshot(tmp_path / "out")
    deck({"notes.md": NOTES.replace("甲的答案", "甲的新答案")})
    command = [sys.executable, "-m", "exporter", "build", str(root), "-o", str(tmp_path / "out")]
    for moment in range(8):
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            time.sleep(0.1 + moment * 0.35)
            process.send_signal(signal.SIGKILL)
        whole = {name: data for name, data in snapshot(tmp_path / "out").items() if not name.startswith(".")}
        assert sorted(whole) == sorted(before)
        json.loads(whole["deck.lock"])
        assert whole["deck.pdf"].startswith(b"%PDF")
        assert whole["deck.pdf"].rstrip().endswith(b"%%EOF")


def test_the_summary_is_json_for_programs(run: Run, deck: Deck) -> None:
    root = deck({"notes.md": NOTES})
    result = run("build", root, "-o", "out", "--only", "apkg", "--format", "json")
    report = json.loads(result.stdout)
    assert report["diagnostics"] == []
    assert report["built"]["cards"] == 2


def test_the_outline_is_json_for_programs(run: Run, deck: Deck) -> None:
    root = deck({"notes.md": NOTES + "\n## 什么是丙？\n"})
    (file,) = json.loads(run("outline", root, "--json").stdout)["files"]
    assert file["path"] == "notes.md"
    assert [card["question"] for card in file["cards"]] == ["什么是甲？", "什么是乙？"]
    assert [card["line"] for card in file["cards"]] == [1, 5]
    assert [(left["text"], left["line"]) for left in file["left_out"]] == [("什么是丙？", 9)]


def test_every_command_has_help_and_an_example(run: Run) -> None:
    listed = [line.split()[0] for line in run("--help").stdout.partition("Commands:\n")[2].splitlines() if line.strip()]
    assert {"build", "check", "outline"} <= set(listed)
    for command in listed:
        text = run(command, "--help").stdout
        assert "Example" in text, command


@pytest.mark.parametrize("arguments", [["bild"], ["build", "--only", "epub"], ["build", "--format", "xml"]])
def test_a_wrong_call_is_exit_code_2(run: Run, arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr


def test_the_help_imports_nearly_nothing(run: Run) -> None:
    for call in ("main(['--help'])", "main(['build', '--help'])"):
        code = f"import sys; from exporter.cli import main\ntry: {call}\nexcept SystemExit: print(*sys.modules)"
        result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert "Build the deck and the handout." in result.stdout
        loaded = set(result.stdout.splitlines()[-1].split())
        assert {
            name for name in loaded if name.startswith("exporter.") and not name.startswith("exporter.cli")
        } == set()
        assert not loaded & {"json", "genanki", "weasyprint", "PIL", "fontTools", "rich"}


def test_dependencies_are_what_is_imported() -> None:
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = {"genanki", "weasyprint", "jinja2", "markdown-it-py", "click"}
    named = {dependency.split(">")[0] for dependency in table["project"]["dependencies"]}
    assert asked <= named


def test_init_starts_a_deck_that_builds(run: Run, tmp_path: Path) -> None:
    assert run("init", "new").returncode == 0
    settings = tomllib.loads((tmp_path / "new" / "deck.toml").read_text(encoding="utf-8"))
    assert (settings["name"], settings["title"]) == ("new", "new")
    (tmp_path / "new" / "deck.toml").write_text('name = "mine"\n', encoding="utf-8")
    assert "nothing to do" in run("init", "new").stdout
    assert (tmp_path / "new" / "deck.toml").read_text(encoding="utf-8") == 'name = "mine"\n'
    assert "3 cards" in run("build", "new", "--only", "apkg").stdout
    assert (tmp_path / "new" / "dist" / "mine.apkg").is_file()


def test_init_among_notes_writes_settings_and_nothing_else(run: Run, deck: Deck) -> None:
    root = deck({"biology/cells.md": NOTES, "README.md": "# Notes\n\nMine.\n"}, "My vault")
    said = run("init", root).stdout
    assert "found 2 questions in 2 notes" in said
    assert sorted(p.name for p in root.iterdir()) == ["README.md", "biology", "deck.toml"]
    assert "2 cards" in run("build", root, "--only", "apkg").stdout
    assert (root / "dist" / "My vault.apkg").is_file()


def test_init_beside_settings_adds_no_sample(run: Run, deck: Deck) -> None:
    root = deck({"deck.toml": 'source = "notes"\n', "notes/a.md": "## What is this?\n\nThis.\n"})
    assert "nothing to do" in run("init", root).stdout
    assert sorted(path.name for path in root.iterdir()) == ["deck.toml", "notes"]


@pytest.mark.parametrize(
    ("files", "settings", "said"),
    [
        (
            {"Kurs/Herz.md": "#flashcards\n\n"
             "Welche Klappe liegt zwischen dem linken Vorhof und der Kammer?::Das ist die Mitralklappe, und sie hat zwei Segel.\n"
             "<!--SR:!2026-12-01,10,250-->\n",
             "Vorlagen/Karte.md": "# {{title}}\n\n{{date}}\n", "Tagebuch/1.md": "Heute war ein schöner Tag.\n"},
            ['source = "."', 'lang = "de"', 'exclude = ["/Tagebuch/", "/Vorlagen/"]', "# read as: `?` and `::` under #flashcards (1)"],
            ["found 1 question in 3 notes", "make-deck move-in spaced-repetition"],
        ),
        (
            {"notes/1.md": NOTES, "README.md": "# How\n\nRun it.\n", "main.c": "int main;"},
            ['source = "notes"', 'lang = "zh-CN"'],
            ["found 2 questions in 2 notes", "next: make-deck build"],
        ),
        (
            {"pages/x.md": "- What is a cell? #card\n  id:: 64e4a1b2-0c3d-4e5f-8a9b-000000000001\n\t- The unit of life.\n",
             "journals/1.md": "- went home\n"},
            ['source = "pages"'],
            ["found 1 question in 2 notes", "make-deck move-in keeps"],
        ),
        (
            {"笔记.md": "## 1. 什么是进程？\n\n资源分配的单位。\n\n## 2. 什么是线程？\n\n调度的单位。\n"},
            ['source = "."', 'lang = "zh-CN"'],
            [],
        ),
        (
            {"Cards/1.md": NOTES + "\n![[waves#Speed]]\n", "Physics/waves.md": "# Waves\n\n## Speed\n\nWay over time.\n"},
            ['source = "."'],
            [],
        ),
        ({"diary.md": "Today I walked.\n"}, ['source = "."'], ["found 0 questions in 1 note", "next: make-deck outline"]),
    ],
    ids=["vault", "course", "graph", "chinese", "embeds", "nothing"],
)  # fmt: skip
def test_init_sees_what_lies_there(
    files: dict[str, str], settings: list[str], said: list[str], run: Run, deck: Deck
) -> None:
    root = deck(files)
    words = run("init", root).stdout
    assert all(word in words for word in said), words
    written = (root / "deck.toml").read_text(encoding="utf-8")
    assert all(line in written for line in settings), written
    count = words.split("found ")[1].split(" ")[0]
    if count != "0":
        assert f"{count} card" in run("build", root, "--only", "apkg").stdout


def test_what_a_deck_excludes_is_no_part_of_it(run: Run, deck: Deck) -> None:
    files = {"a.md": NOTES, "Private/b.md": NOTES, "x/c.draft.md": NOTES, "x/kept.draft.md": NOTES}
    settings = 'source = "."\nexclude = ["Private/", "*.draft.md", "!kept.draft.md"]\n'
    outline = run("outline", deck({**files, "deck.toml": settings})).stdout
    assert "a.md" in outline
    assert "kept.draft.md" in outline
    assert "b.md" not in outline
    assert "c.draft.md" not in outline


def test_notes_beside_the_folder_are_not_of_the_deck_here(run: Run, deck: Deck, tmp_path: Path) -> None:
    here = tmp_path / "here"
    here.mkdir()
    (here / "deck.toml").write_text('title = "Another deck"\nsource = "."\n', encoding="utf-8")
    beside = deck({"a.md": "## 1. What is beside?\n\nThis.\n"})
    result = run("build", f"../{beside.name}", "-o", "out", "--only", "apkg", cwd=here)
    assert result.returncode == 0, result.stderr
    assert not (here / "deck.lock").exists()


def test_profile_says_how_long_each_step_took(run: Run, deck: Deck) -> None:
    root = deck({"a.md": "## 1. What is this?\n\nThis.\n"})
    result = run("build", root, "-o", "out", "--profile")
    rows = dict(re.findall(r"^  (\w[\w ]*?) +([\d.]+) s +\d+%$", result.stderr, re.MULTILINE))
    assert list(rows) == [
        "starting",
        "reading",
        "planning",
        "rendering",
        "choosing fonts",
        "typesetting",
        "packing",
        "writing",
    ]
    total = float(re.findall(r"^ +([\d.]+) s$", result.stderr, re.MULTILINE)[0])
    assert sum(map(float, rows.values())) == pytest.approx(total, abs=0.1)


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ('outputs = ["quiz"]\n[print.quiz]\ntags = ["nothing"]\n', "quiz-empty"),
        ('outputs = ["flashcards"]\n[print.flashcards]\ncards = "A1"\n', "cards-unfit"),
    ],
)
def test_check_looks_at_every_form_that_is_built(run: Run, deck: Deck, settings: str, code: str) -> None:
    root = deck({"deck.toml": settings, "source/a.md": "## 1. What is this?\n\nThis.\n"})
    for command in ("check", "build"):
        result = run(command, cwd=root)
        assert result.returncode == 1
        assert f"error[{code}]" in result.stderr


def test_a_build_says_what_its_edition_changes(run: Run, deck: Deck, tmp_path: Path) -> None:
    root = deck({"a.md": NOTES})
    first = run("build", root, "-o", "out", "--only", "apkg")
    assert "edition" not in first.stdout
    deck({"a.md": NOTES.replace("乙的答案", "乙的新答案") + "\n## 什么是丙？\n\n丙。\n"})
    assert (
        "since the last build: 1 new, 1 edited\n      edited: "
        in run("build", root, "-o", "out", "--only", "apkg").stdout
    )
    assert "edition" not in run("build", root, "-o", "out", "--only", "apkg").stdout


def test_what_was_said_of_the_notes_is_said_once(run: Run, deck: Deck) -> None:
    """A test or a quiz says in one line what was said before of the notes, and in full what is new, or concerns paper."""
    root = deck(
        {
            "deck.toml": 'name = "a"\n',
            "source/a.md": "# A\n\n## What is it?\n\nAn answer.\n\n## And this?\n\n## Why?\n\nSo.\n",
        }
    )
    first = run("test", root)
    assert "a.md:7:4: warning[answer-empty]" in first.stderr
    again = run("test", root, "--seed", "3")
    assert "answer-empty" not in again.stderr
    assert '1 message on the notes is as before; "make-deck check" says what' in again.stderr
    assert "1 warning" in again.stdout
    assert "answer-empty" in run("check", root).stderr
    assert "answer-empty" in run("build", root).stderr
    assert "answer-empty" not in run("release", root).stderr
    assert run("build", root, "--only", "quiz", "--strict").returncode == 1
    (root / "source" / "a.md").write_text(
        "# A (4 points)\n\n## What is it? (3 points)\n\nAn answer.\n\n## And that?\n\n"
    )
    new = run("test", root).stderr
    assert "points-differ" in new
    assert "And that?" in new
    assert "points-differ" in run("test", root, "--seed", "4").stderr
