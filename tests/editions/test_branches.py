"""A deck in git: two branches, merges that take one side, and repositories of strangers."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from exporter.editions.identity import Entry, Lock, TypeEntry
from exporter.editions.identity.lock import LATEST, render_lock
from exporter.editions.identity.lock_reader import parse_lock
from exporter.editions.merge import merge_locks
from tests.backend import collection, import_package, notes
from tests.conftest import Deck, Run

NOTES = "## What is a stack?\n\nLast in, first out, like plates.\n\n## What is a queue?\n\nFirst in, first out.\n"
HEAP = "\n## What is a heap?\n\nA tree whose parents are larger than their children.\n"
FILES = {
    "deck.toml": 'name = "structures"\nsource = "."\noutputs = ["apkg"]\n',
    "a.md": NOTES,
    "b.md": "# Trees\n\n## What is a leaf?\n\nA node without children.\n",
    ".gitignore": "dist\n.make-deck\n",
}


def git(root: Path, *arguments: str, check: bool = True) -> str:
    identity = ("-c", "user.name=An Author", "-c", "user.email=author@example.org")
    done = subprocess.run(["git", *identity, *arguments], cwd=root, check=check, capture_output=True, text=True)
    return done.stdout


@pytest.fixture
def branches(run: Run, deck: Deck) -> Path:
    """Two branches of a deck: `main` has a new question, `left` another answer; both built."""
    root = deck(FILES)
    git(root, "init", "-q", "-b", "main")
    commit(run, root, 1_700_000_000)
    git(root, "checkout", "-q", "-b", "left")
    deck({"a.md": NOTES.replace("like plates", "like plates in a sink")})
    commit(run, root, 1_700_100_000)
    git(root, "checkout", "-q", "main")
    deck({"b.md": FILES["b.md"] + HEAP})
    commit(run, root, 1_700_200_000)
    return root


def commit(run: Run, root: Path, moment: int) -> None:
    assert run("build", root, SOURCE_DATE_EPOCH=str(moment)).returncode == 0
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "an edition")
    forget(root)


def forget(root: Path) -> None:
    """Only git remembers, as in CI or on another author's machine."""
    for folder in (root / "dist", root / ".make-deck"):
        shutil.rmtree(folder, ignore_errors=True)


def entries(root: Path) -> dict[str, dict[str, object]]:
    return {entry["question"]: entry for entry in json.loads((root / "deck.lock").read_text("utf-8"))["notes"]}


def test_a_conflict_in_the_lock_is_settled_by_one_command(run: Run, branches: Path) -> None:
    before = entries(branches)
    git(branches, "merge", "left", check=False)
    assert "<<<<<<<" in (branches / "deck.lock").read_text("utf-8")
    stopped = run("build", branches)
    assert stopped.returncode == 1
    assert '"make-deck merge-lock" settles it' in stopped.stderr
    assert run("merge-lock", cwd=branches).returncode == 0
    after = entries(branches)
    assert {name: entry["guid"] for name, entry in before.items()} == {n: e["guid"] for n, e in after.items()}
    assert after["What is a stack?"]["mod"] == 1_700_100_000
    assert after["What is a heap?"]["mod"] == 1_700_200_000
    assert run("build", branches, "--locked").returncode == 0


def test_sides_of_a_conflict_are_measured_before_they_are_read(
    run: Run, branches: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(branches, "merge", "left", check=False)
    monkeypatch.setattr("exporter.pipeline.merge_lock._LARGEST", 100)
    stopped = run("merge-lock", cwd=branches)
    assert stopped.returncode == 1
    assert "lock-unmerged]: its sides have more than 100 bytes" in stopped.stderr


def test_git_merges_the_lock_by_itself(run: Run, branches: Path, tmp_path: Path) -> None:
    """As a merge driver, in the folder and with the names that git gives."""
    script = tmp_path / "driver"
    script.write_text('#!/bin/sh\ncp "$1" base; cp "$2" ours; cp "$3" theirs; exit 1\n', encoding="utf-8")
    script.chmod(0o755)
    (branches / ".gitattributes").write_text("deck.lock merge=make-deck\n", encoding="utf-8")
    git(branches, "config", "merge.make-deck.driver", f"{script} %O %A %B")
    git(branches, "merge", "left", check=False)
    assert run("merge-lock", "base", "ours", "theirs", cwd=branches).returncode == 0
    merged = {entry.question for entry in parse_lock((branches / "ours").read_bytes(), "ours").value.notes}
    assert merged == {"What is a stack?", "What is a queue?", "What is a leaf?", "What is a heap?"}


def test_a_damaged_side_is_not_merged(run: Run, branches: Path) -> None:
    lock = (branches / "deck.lock").read_bytes()
    for name in ("base", "ours", "theirs"):
        (branches / name).write_bytes(lock)
    (branches / "theirs").write_bytes(lock[:200])
    stopped = run("merge-lock", "base", "ours", "theirs", cwd=branches)
    assert stopped.returncode == 1
    assert "deck.lock (theirs):" in stopped.stderr
    assert (branches / "ours").read_bytes() == lock


def entry(mod: int, digest: str = "a", **more: object) -> Entry:
    return Entry("AAAAAAAAAAAA", "a.md", "What is this?", digest, mod, **{"born": 1, "edition": 1, **more})  # type: ignore[arg-type]


def merged(base: Entry | None, ours: Entry | None, theirs: Entry | None) -> Entry | None:
    locks = [Lock((one,) if one else ()) for one in (base, ours, theirs)]
    found = merge_locks(*locks)
    assert found == merge_locks(locks[0], locks[2], locks[1])
    return found.notes[0] if found.notes else None


def test_a_note_that_both_sides_changed_is_later_than_both() -> None:
    assert merged(entry(10), entry(20, "b"), entry(30, "c")) == entry(30, "c")
    same = merge_locks(Lock((entry(10),)), Lock((entry(20, "b"),)), Lock((entry(20, "c"),)))
    assert same.notes[0].mod == 21


def test_a_date_that_nothing_can_follow_counts_as_none() -> None:
    known = Lock((entry(1_700_000_000, "b"),))
    theirs = Lock((entry(LATEST, "", removed=True),), released=1, released_at=LATEST)
    read = parse_lock(render_lock(theirs).encode(), "deck.lock").value
    assert (read.notes[0].mod, read.released_at) == (0, 0)
    assert merge_locks(Lock((entry(10),)), known, read).notes[0].mod == 1_700_000_000


def test_a_number_of_many_digits_is_said_in_our_words() -> None:
    (fault,) = parse_lock(b'{"version": ' + b"1" * 5_000 + b"}", "deck.lock").diagnostics
    assert fault.message == "cannot be read: a number in it has thousands of digits"


def test_what_one_side_took_away_and_the_other_changed_stays() -> None:
    assert merged(entry(10), None, entry(10)) is None
    assert merged(entry(10), None, entry(20, "b")) == entry(20, "b")
    gone = entry(40, "", removed=True, edition=2)
    alive = merged(entry(10), gone, entry(20, "b"))
    assert alive
    assert not alive.removed
    assert alive.mod > 40


def test_decisions_of_both_sides_hold() -> None:
    both = merged(entry(10), entry(10, refused=("x",)), entry(10, refused=("y",)))
    assert both
    assert both.refused == ("x", "y")


def test_the_last_release_and_the_later_look_are_kept() -> None:
    base = Lock(notetypes={"basic": TypeEntry("a", 10)}, identity="i", released=1, released_at=10)
    ours = Lock(notetypes={"basic": TypeEntry("b", 20)}, identity="i", released=2, released_at=20)
    theirs = Lock(notetypes={"basic": TypeEntry("c", 20)}, identity="i", released=1, released_at=10)
    found = merge_locks(base, ours, theirs)
    assert (found.released, found.released_at, found.identity) == (2, 20, "i")
    assert found.notetypes["basic"].mod == 21


@pytest.mark.parametrize("side", ["ours", "theirs"])
def test_a_merge_that_took_one_side_reaches_readers_of_the_other(
    run: Run, branches: Path, tmp_path: Path, side: str
) -> None:
    """Both sides went out; the merge takes the answer and the lock of one of them."""
    with collection(tmp_path / "reader") as col:
        for branch in ("left", "main"):
            git(branches, "checkout", "-q", branch)
            assert run("build", branches, "--locked").returncode == 0
            import_package(col, branches / "dist" / "structures.apkg")
            forget(branches)
        git(branches, "merge", "-q", "--no-edit", "-s", "ours", "left") if side == "ours" else None
        if side == "theirs":
            git(branches, "merge", "-q", "--no-commit", "-s", "ours", "left")
            git(branches, "checkout", "left", "--", "a.md", "deck.lock")
            git(branches, "commit", "-q", "-m", "theirs")
        forget(branches)
        assert run("build", branches, SOURCE_DATE_EPOCH="1760000001").returncode == 0
        import_package(col, branches / "dist" / "structures.apkg")
        answer = next(note["Answer"] for note in notes(col) if "What is a stack?" in note["Question"])
        assert ("sink" in answer) == (side == "theirs")


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("--depth=1", "has only the last commits"),
        ("--shared", "it borrows objects from elsewhere"),
        ("--filter=blob:none", "lacks older files"),
    ],
)
def test_an_edition_in_a_clone_without_its_history_says_what_it_cannot_know(
    run: Run, branches: Path, tmp_path: Path, how: str, reason: str
) -> None:
    clone = tmp_path / "clone"
    git(branches, "config", "uploadpack.allowFilter", "true")
    origin = str(branches) if how == "--shared" else branches.as_uri()
    subprocess.run(["git", "clone", "-q", how, origin, str(clone)], check=True)
    assert "history-shallow" not in run("build", clone).stderr
    (clone / "a.md").write_text((clone / "a.md").read_text("utf-8").replace("queue", "line"), "utf-8")
    built = run("build", clone)  # nothing was ever released, so that a change is an edition
    assert "warning[history-shallow]: " in built.stderr
    assert reason in built.stderr
    assert reason in run("release", clone).stderr
    assert "history-shallow" not in run("build", clone).stderr
    assert "history-shallow" not in run("release", branches).stderr


@pytest.mark.parametrize("emptied", ["", "  \n"], ids=["nothing", "blanks"])
def test_a_side_that_was_emptied_takes_no_note_away(run: Run, deck: Deck, emptied: str) -> None:
    root = deck(FILES)
    assert run("build", root).returncode == 0
    whole = (root / "deck.lock").read_text("utf-8")
    for name, text in {"base": "", "ours": whole, "theirs": emptied}.items():
        (root / name).write_text(text, "utf-8")
    merged = run("merge-lock", root / "base", root / "ours", root / "theirs")
    assert merged.returncode == 1
    assert "lock-invalid" in merged.stderr
    assert (root / "ours").read_text("utf-8") == whole
