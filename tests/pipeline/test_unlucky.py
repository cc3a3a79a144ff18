"""Whatever happens to a build, its outputs are whole, old or new, the lock loses no guid, and nothing is left lying about."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from exporter.config import with_outputs
from exporter.machinery.plain_files import read_whole
from exporter.machinery.whole_files import write_files
from tests.conftest import ROOT, Deck, Run

resource = pytest.importorskip("resource", reason="signals, mounts and pipes are POSIX's")

SMALL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a4944415478da6360000000020001e527defc0000000049454e44ae426082"
)
PICTURE = (ROOT / "imgs" / "DiT核心思想.png").read_bytes()
FORK = multiprocessing.get_context("forkserver")
FORK.set_forkserver_preload(
    ["exporter.cli.commands.build", "exporter.pipeline.build", "exporter.cards.apkg", "PIL.Image", __name__]
)


CHANCE = random.Random(1)  # noqa: S311 - no secret


def seeded() -> random.Random:
    """Another chance each time, which a failing test shows."""
    seed = time.time_ns() % 10**6
    sys.stdout.write(f"seed {seed}\n")
    return random.Random(seed)  # noqa: S311


def save(file: Path, text: str) -> None:
    """Save as careful editors do."""
    spare = file.with_suffix(".tmp")
    spare.write_text(text, encoding="utf-8")
    spare.replace(file)


def notes(count: int, extra: str = "") -> str:
    return "".join(f"## What is number {n}?\n\nThe answer {n}.{extra}\n\n" for n in range(count))


def build(arguments: list[str], said: str, *, doom: int = 0, epoch: str = "1760000000") -> None:
    """`make-deck build` in a process of its own, which speaks into a file; killed before the file operation number `doom`."""
    from exporter.cli import main

    os.environ["SOURCE_DATE_EPOCH"] = epoch
    with Path(said).open("w", encoding="utf-8") as words:
        os.dup2(words.fileno(), 1)
        os.dup2(words.fileno(), 2)
    left = doom

    def watch(event: str, _: object) -> None:
        nonlocal left
        if event in ("open", "os.rename", "os.remove", "os.link", "os.chmod", "os.mkdir"):
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)

    if doom:
        sys.addaudithook(watch)
    main(["build", *arguments, "--only", "apkg", "--quiet"], prog_name="make-deck")


def start(root: Path, out: Path, **how: object) -> multiprocessing.process.BaseProcess:
    handle, said = tempfile.mkstemp()
    os.close(handle)
    process = FORK.Process(target=build, args=([str(root), "-o", str(out)], said), kwargs=how, name=said)
    process.start()
    return process


def finish(process: multiprocessing.process.BaseProcess) -> int | None:
    """How it ended. What it said is shown where a test fails."""
    process.join(60)
    said = Path(process.name)
    sys.stdout.write(said.read_text(encoding="utf-8"))
    said.unlink()
    return process.exitcode


def seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def locked(lock: Path) -> set[str]:
    """The guids of a lock, which is whole."""
    return {note["guid"] for note in json.loads(lock.read_text(encoding="utf-8"))["notes"]}


def packed(apkg: Path) -> set[str]:
    """The guids of a package, which is whole: its members, its media and its collection."""
    with zipfile.ZipFile(apkg) as archive:
        assert archive.testzip() is None
        media = json.loads(archive.read("media"))
        assert set(archive.namelist()) == {"collection.anki2", "media", *media}
        connection = sqlite3.connect(":memory:")
        connection.deserialize(archive.read("collection.anki2"))
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    return {guid for (guid,) in connection.execute("SELECT guid FROM notes")}


def files(folder: Path) -> list[str]:
    """All that a user can find in a folder, hidden files too, but the cache."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(path.as_posix() for path in found if ".make-deck" not in path.parts)


def cached(folder: Path) -> list[str]:
    """What the cache holds besides entries, whose names are digests, and what keeps it out of git."""
    files = (path for path in (folder / ".make-deck").rglob("[!.]*") if path.is_file())
    return [path.name for path in files if len(path.name) != 62]


# killed


@pytest.mark.slow
def test_killed_at_a_hundred_moments(deck: Deck, tmp_path: Path) -> None:
    chance = seeded()
    root, out = deck({"notes.md": notes(3), "a.png": PICTURE}), tmp_path / "out"
    assert finish(start(root, out)) == 0
    usual = min(seconds(lambda: finish(start(root, out))) for _ in range(3))
    known = locked(out / "deck.lock")
    killed = 0
    moment = 0
    while killed < 100:
        moment += 1
        assert moment < 400
        deck({"notes.md": notes(3, f" Edition {moment} ![](a.png)") + f"## What is new in {moment}?\n\nThis.\n"})
        shutil.rmtree(out / ".make-deck", ignore_errors=True)
        process = start(root, out)
        time.sleep(chance.uniform(0, usual * 1.1))
        process.kill()
        killed += finish(process) == -signal.SIGKILL
        guids = locked(out / "deck.lock")
        assert known <= guids
        assert packed(out / "deck.apkg") <= guids
        known = guids
    assert finish(start(root, out)) == 0
    assert known <= locked(out / "deck.lock")
    assert files(out) == ["deck.apkg", "deck.lock"]
    assert cached(out) == []


@pytest.mark.slow
def test_killed_before_each_file_operation(deck: Deck, tmp_path: Path) -> None:
    root, out = deck({"notes.md": notes(2), "a.png": PICTURE}), tmp_path / "out"
    assert finish(start(root, out)) == 0
    known = locked(out / "deck.lock")
    doom, code = 0, -signal.SIGKILL
    while code == -signal.SIGKILL:
        doom += 1
        deck({"notes.md": notes(2, f" Edition {doom} ![](a.png)") + f"## What is new in {doom}?\n\nThis.\n"})
        code = finish(start(root, out, doom=doom))
        guids = locked(out / "deck.lock")
        assert known <= guids
        assert packed(out / "deck.apkg") <= guids
        known = guids
    assert code == 0
    assert doom > 20
    assert files(out) == ["deck.apkg", "deck.lock"]
    assert cached(out) == []


# no room, no permission


def said(result: subprocess.CompletedProcess[str], code: str, *, hint: bool = True, exit_code: int = 1) -> None:
    """One error, with or without a hint, and nothing else."""
    assert result.returncode == exit_code, result.stderr
    first, *more = result.stderr.splitlines()
    assert f" error[{code}]: " in first
    assert [line.partition(":")[0] for line in more] == (["  hint"] if hint else []), result.stderr
    assert result.stdout == ""


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[Path]:
    """A small disk of its own."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", *options, "make-deck-test", str(folder)]
    if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(filler: Path, free: int) -> None:
    """Let a file take all room of its disk but `free` bytes."""
    with filler.open("wb") as stream, suppress(OSError):
        while os.write(stream.fileno(), b"x" * 4096):
            pass
    os.truncate(filler, filler.stat().st_size - free)


def test_a_full_disk_costs_nothing(run: Run, deck: Deck, tmp_path: Path) -> None:
    root = deck({"notes.md": notes(3)})
    with mounted(tmp_path / "disk", "-o", "size=256k") as disk:
        out, filler = disk / "out", disk / "filler"
        assert finish(start(root, out)) == 0
        before = {name: (out / name).read_bytes() for name in files(out)}
        deck({"notes.md": notes(40, " Edited. ![](a.png)"), "a.png": SMALL})
        for free in (0, 4096, 8192, 16384, 24576):
            fill(filler, free)
            assert finish(start(root, out)) == 1
            assert {name: (out / name).read_bytes() for name in files(out)} == before
            assert cached(out) == []
        result = run("build", root, "-o", out, "--only", "apkg")
        said(result, "output-unwritable")
        assert "No space left on device" in result.stderr
        filler.unlink()
        assert finish(start(root, out)) == 0
        assert files(out) == ["deck.apkg", "deck.lock"]
        assert len(packed(out / "deck.apkg")) == 40


def test_a_file_that_may_not_grow_costs_nothing(deck: Deck, tmp_path: Path) -> None:
    root, out = deck({"notes.md": notes(3)}), tmp_path / "out"
    assert finish(start(root, out)) == 0
    before = {name: (out / name).read_bytes() for name in files(out)}
    deck({"notes.md": notes(200)})
    command = [sys.executable, "-m", "exporter", "build", str(root), "-o", str(out), "--only", "apkg"]
    result = subprocess.run(
        command,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000)),
    )
    said(result, "output-unwritable")
    assert {name: (out / name).read_bytes() for name in files(out)} == before


def test_a_read_only_folder_is_said(run: Run, deck: Deck, tmp_path: Path) -> None:
    root = deck({"notes.md": notes(3)})
    with mounted(tmp_path / "disk") as out:
        assert finish(start(root, out)) == 0
        before = {name: (out / name).read_bytes() for name in files(out)}
        deck({"notes.md": notes(3, " Edited.")})
        subprocess.run(["mount", "-o", "remount,ro", str(out)], check=True)
        result = run("build", root, "-o", out, "--only", "apkg")
        said(result, "output-unwritable")
        assert "Read-only file system" in result.stderr
        assert run("plan", root, "-o", out).returncode == 0
        subprocess.run(["mount", "-o", "remount,rw", str(out)], check=True)
        assert {name: (out / name).read_bytes() for name in files(out)} == before


def test_the_lock_and_the_outputs_are_written_together_or_not_at_all(run: Run, deck: Deck, tmp_path: Path) -> None:
    root = deck({"deck.toml": 'name = "deck"\n', "source/notes.md": notes(3)})
    with mounted(tmp_path / "disk") as out:
        assert run("build", root, "-o", out, "--only", "apkg").returncode == 0
        before = {name: (root / name).read_bytes() for name in files(root)}
        deck({"source/notes.md": notes(4)})
        subprocess.run(["mount", "-o", "remount,ro", str(out)], check=True)
        said(run("build", root, "-o", out, "--only", "apkg"), "output-unwritable")
        assert (root / "deck.lock").read_bytes() == before["deck.lock"]
        assert files(root) == sorted(before)


def test_a_place_that_cannot_be_taken_takes_back_the_others(run: Run, deck: Deck, tmp_path: Path) -> None:
    root, out = deck({"notes.md": notes(3)}), tmp_path / "out"
    assert finish(start(root, out)) == 0
    before = (out / "deck.lock").read_bytes()
    (out / "deck.apkg").unlink()
    (out / "deck.apkg").mkdir()
    deck({"notes.md": notes(4)})
    result = run("build", root, "-o", out, "--only", "apkg")
    said(result, "output-unwritable")
    assert f"{out / 'deck.apkg'}:1:1: error[output-unwritable]: Is a directory" in result.stderr
    assert (out / "deck.lock").read_bytes() == before
    assert files(out) == ["deck.lock"]


def test_a_place_that_cannot_be_taken_takes_back_new_ones_too(tmp_path: Path) -> None:
    old, new, folder = (tmp_path / name for name in ("old", "new", "folder"))
    old.write_bytes(b"old")
    folder.mkdir()
    with pytest.raises(OSError, match="directory") as caught:
        write_files({old: b"1", new: b"2", folder: b"3"})
    assert caught.value.errno == errno.EISDIR
    assert old.read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "old"]


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"HOME": "/dev/null", "TMPDIR": "/dev/null", "XDG_CACHE_HOME": "/dev/null"},
        {"HOME": "/proc/1", "TMPDIR": "/proc"},
    ],
    ids=["unset", "files", "unwritable"],
)
def test_home_and_tmpdir_are_not_needed(deck: Deck, tmp_path: Path, environment: dict[str, str]) -> None:
    root, out = deck({"notes.md": notes(3, " ![](a.png)"), "a.png": PICTURE}), tmp_path / "out"
    command = [sys.executable, "-m", "exporter", "build", str(root), "-o", str(out), "--only", "apkg"]
    result = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", env=environment, check=False
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert files(out) == ["deck.apkg", "deck.lock"]


# others write too


def test_two_builds_at_once_in_one_folder(deck: Deck, tmp_path: Path) -> None:
    known: set[str] = set()
    for moment in range(12):
        out = tmp_path / f"out {moment // 3}"  # the first two find nothing there
        root = deck({"notes.md": notes(3) + f"## What is first in {moment}?\n\nThis.\n"})
        first = start(root, out)
        time.sleep(CHANCE.uniform(0, 0.03))
        save(root / "notes.md", notes(3) + f"## What is second in {moment}?\n\nThat.\n")
        second = start(root, out)
        assert [finish(first), finish(second)] == [0, 0]
        guids = locked(out / "deck.lock")
        assert known <= guids or not moment % 3
        assert packed(out / "deck.apkg") <= guids
        known = guids
        assert files(out) == ["deck.apkg", "deck.lock"]
        assert cached(out) == []


def test_two_builds_with_one_lock_keep_the_guids_of_both(deck: Deck, tmp_path: Path) -> None:
    known: set[str] = set()
    for moment in range(10):
        root = deck({"deck.toml": 'name = "deck"\n', "source/notes.md": f"## What is first in {moment}?\n\nThis.\n"})
        first = start(root, tmp_path / "one")
        time.sleep(CHANCE.uniform(0, 0.03))
        save(root / "source" / "notes.md", f"## What is second in {moment}?\n\nThat.\n")
        second = start(root, tmp_path / "two")
        assert [finish(first), finish(second)] == [0, 0]
        guids = locked(root / "deck.lock")
        assert known | packed(tmp_path / "one" / "deck.apkg") | packed(tmp_path / "two" / "deck.apkg") <= guids
        known = guids
    assert files(root) == ["deck.lock", "deck.toml", "source/notes.md"]


@contextmanager
def meanwhile(act: Callable[[], object]) -> Iterator[None]:
    """Do something over and over in another thread."""
    done = threading.Event()

    def again() -> None:
        while not done.is_set():
            act()

    thread = threading.Thread(target=again)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


@pytest.mark.slow
def test_notes_and_pictures_that_change_while_they_are_read(deck: Deck, tmp_path: Path) -> None:
    chance = seeded()
    root, out = deck({"still.md": notes(1), "notes.md": notes(3), "a.png": PICTURE}), tmp_path / "out"
    assert finish(start(root, out)) == 0
    versions = {
        "notes.md": [notes(3, " ![](a.png)").encode(), notes(9, " ![](a.png)").encode(), b"\xff\xfe\x00bad", b""],
        "a.png": [PICTURE, PICTURE[:30_000], b"no picture", b""],
    }

    def change() -> None:
        name = chance.choice(["notes.md", "a.png"])
        match chance.choice(["write", "cut", "delete"]):
            case "write":
                (root / name).write_bytes(chance.choice(versions[name]))
            case "cut" if (root / name).exists():
                os.truncate(root / name, chance.randrange(1000))
            case "delete":
                (root / name).unlink(missing_ok=True)
        time.sleep(chance.choice([0, 0.001, 0.01, 0.12]))

    codes: list[int | None] = []
    known = locked(out / "deck.lock")
    with meanwhile(change):
        for _ in range(30):
            codes.append(finish(start(root, out)))
            guids = locked(out / "deck.lock")
            assert known <= guids
            assert packed(out / "deck.apkg") <= guids
            known = guids
    assert set(codes) <= {0, 1}
    assert 0 in codes
    assert finish(start(deck({"notes.md": notes(3), "a.png": PICTURE}), out)) == 0
    assert files(out) == ["deck.apkg", "deck.lock"]


def test_a_note_that_is_being_saved_is_read_old_or_new(deck: Deck, tmp_path: Path) -> None:
    root, out = deck({"notes.md": notes(9)}), tmp_path / "out"
    assert finish(start(root, out)) == 0

    def rewrite() -> None:
        with (root / "notes.md").open("w", encoding="utf-8") as stream:
            text = notes(9, CHANCE.choice([" Old.", " New."]))
            stream.flush()
            time.sleep(0.004)
            stream.write(text[:200])
            stream.flush()
            time.sleep(0.004)
            stream.write(text[200:])
        time.sleep(0.1)

    with meanwhile(rewrite):
        for _ in range(15):
            assert finish(start(root, out)) == 0
            lock = json.loads((out / "deck.lock").read_text(encoding="utf-8"))
            assert not any(note.get("removed") for note in lock["notes"])
    assert len(lock["notes"]) == 9


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not tell who writes")
def test_a_note_whose_save_is_held_up_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long the machine is busy between the two writes of a save: the note was emptied, and has been at rest."""
    note = tmp_path / "notes.md"
    note.write_text("Old.")
    with note.open("w", encoding="utf-8") as stream:
        os.utime(note, (time.time() - 0.5,) * 2)

        def go_on(_: float) -> None:
            if not stream.closed:
                stream.write("New.")
                stream.close()
                os.utime(note, (time.time() - 0.5,) * 2)

        monkeypatch.setattr(time, "sleep", go_on)
        assert read_whole(note) == b"New."


def test_a_note_that_a_program_keeps_open_is_read(tmp_path: Path) -> None:
    note = tmp_path / "notes.md"
    note.write_text("Old.")
    os.utime(note, (time.time() - 60,) * 2)
    with note.open("r+", encoding="utf-8"):
        assert read_whole(note) == b"Old."


@pytest.mark.parametrize("gone", ["", "gone"], ids=["changed", "gone"])
def test_a_picture_that_changes_after_it_was_read_is_said(run: Run, deck: Deck, tmp_path: Path, gone: str) -> None:
    from exporter.config import load_config
    from exporter.pipeline import build as module

    root = deck({"notes.md": "## What is this?\n\n![](imgs/a.png)\n", "imgs/a.png": PICTURE})
    config = load_config(root).value
    assert config

    def change(step: str) -> None:
        if step == "packing":
            (root / "imgs" / "a.png").unlink() if gone else (root / "imgs" / "a.png").write_bytes(PICTURE[:30_000])

    outcome = module.build(with_outputs(config, ("apkg",)), tmp_path / "out", progress=change)
    reason = "No such file or directory" if gone else "it changed while it was read"
    assert [str(d) for d in outcome.diagnostics] == [
        f"imgs/a.png:1:1: error[file-changed]: {reason}\n  hint: build again"
    ]
    assert not (tmp_path / "out" / "deck.apkg").exists()


def test_a_pipe_among_the_notes_is_not_waited_for(run: Run, deck: Deck) -> None:
    root = deck({"notes.md": notes(1)})
    os.mkfifo(root / "pipe.md")
    said_of_it = run("check", root).stderr
    assert "pipe.md:1:1: error[source-missing]: cannot be read (no ordinary file)" in said_of_it


def test_a_name_that_no_disk_takes_is_said(run: Run) -> None:
    said(run("build", "x" * 300), "source-missing", hint=False, exit_code=2)


# time


@pytest.mark.parametrize(
    "epochs",
    [
        ["1760000000", "1750000000", "1", "1740000000", "0"],
        ["0", "0", "99999999999", "1760000000"],
        ["9" * 20, "9" * 5000],
    ],
    ids=["backwards", "to the end of time", "beyond"],
)
def test_a_clock_that_is_wrong_changes_no_edition_for_the_worse(deck: Deck, tmp_path: Path, epochs: list[str]) -> None:
    from tests.backend import collection, import_package

    out = tmp_path / "out"
    with collection(tmp_path / "reader") as col:
        for moment, epoch in enumerate(epochs):
            root = deck({"notes.md": notes(2, f" Edition {moment}.") + f"## What is new in {moment}?\n\nThis.\n"})
            assert finish(start(root, out, epoch=epoch)) == 0
            imported = import_package(col, out / "deck.apkg")
            assert (imported.new, imported.conflicting) == (3 if moment == 0 else 1, 0), epoch
            assert imported.updated == (0 if moment == 0 else 3), epoch
            answers = [col.get_note(nid)["Answer"] for nid in col.find_notes("number")]
            assert len(answers) == 2
            assert all(f"Edition {moment}." in answer for answer in answers)
            assert packed(out / "deck.apkg") <= locked(out / "deck.lock")


@pytest.mark.parametrize("output", ["source/..", "alias"])
def test_one_folder_by_two_names_is_no_wait(run: Run, deck: Deck, output: str) -> None:
    root = deck({"deck.toml": "", "source/a.md": "## What is this?\n\nThis.\n"})
    (root / "alias").symlink_to(root)
    result = run("build", "--only", "apkg", "-o", output, cwd=root)
    assert result.returncode == 0, result.stderr
    assert (root / "deck.apkg").is_file()
