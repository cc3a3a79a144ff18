"""A build of what was built already is done at once, and says the same; anything else is built."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT, Deck, Run

NOTES = "# D\n\n## 1. What is this?\n\nThis. ![](missing.png) $\\x$\n"
CALL = ("build", "--only", "apkg,handout", "--format", "text")


@pytest.fixture
def built(run: Run, deck: Deck) -> Path:
    root = deck({"deck.toml": 'name = "d"\nsource = "notes"\n', "notes/a.md": NOTES, "notes/b.md": "# Nothing asked\n"})
    grow_old(root)
    first = run(*CALL, cwd=root)
    assert first.returncode == 0, first.stderr
    assert "image-missing" in first.stderr
    assert "nothing changed" not in first.stdout
    return root


def grow_old(root: Path) -> None:
    """Give every file a time a minute ago: what was just written is not trusted."""
    past = time.time() - 60
    for file in root.rglob("*"):
        os.utime(file, (past, past))


def test_the_same_again_says_the_same(run: Run, built: Path) -> None:
    outputs = {
        file: (file.read_bytes(), file.stat().st_mtime_ns) for file in (built / "dist").iterdir() if file.is_file()
    }
    again, third = run(*CALL, cwd=built), run(*CALL, cwd=built)
    assert "nothing changed" in again.stdout
    assert again.stderr == third.stderr
    for code in ("image-missing", "math-invalid", "file-no-questions"):
        assert code in again.stderr
    assert {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in outputs} == outputs


def edit(root: Path) -> None:
    """Same size, and the old time put back: only the inode or nothing tells; here the time is another."""
    file = root / "notes/a.md"
    file.write_text(NOTES.replace("This.", "That."), encoding="utf-8")
    os.utime(file, (time.time() - 50, time.time() - 50))


def add_picture(root: Path) -> None:
    file = root / "notes/missing.png"
    file.write_bytes((ROOT / "imgs" / "DiT核心思想.png").read_bytes())
    os.utime(file, (time.time() - 60, time.time() - 60))


def delete_output(root: Path) -> None:
    (root / "dist/d.pdf").unlink()


def damage_output(root: Path) -> None:
    (root / "dist/d.apkg").write_bytes(b"")


def change_lock(root: Path) -> None:
    text = (root / "deck.lock").read_text(encoding="utf-8")
    (root / "deck.lock").write_text(text.replace("What is this", "What was this"), encoding="utf-8")


def add_template(root: Path) -> None:
    (root / "templates/themes").mkdir(parents=True)
    (root / "templates/themes/paper.css").write_text(":root { --ink: #000; }", encoding="utf-8")
    grow_old(root / "templates")


def write_just_now(root: Path) -> None:
    (root / "notes/a.md").touch()


@pytest.mark.parametrize(
    "change", [edit, add_picture, delete_output, damage_output, change_lock, add_template, write_just_now]
)
def test_anything_else_is_built(run: Run, built: Path, change: Callable[[Path], None]) -> None:
    assert "nothing changed" in run(*CALL, cwd=built).stdout
    change(built)
    again = run(*CALL, cwd=built)
    assert again.returncode == 0, again.stderr
    assert "nothing changed" not in again.stdout
    assert (built / "dist/d.pdf").is_file()
    assert (built / "dist/d.apkg").stat().st_size > 1000


@pytest.mark.parametrize(
    "arguments", [("--strict",), ("--theme", "compact"), ("--only", "handout"), ("-o", "elsewhere")]
)
def test_another_call_is_built(run: Run, built: Path, arguments: tuple[str, ...]) -> None:
    assert "nothing changed" not in run(*CALL, *arguments, cwd=built).stdout
