"""`make-deck push`, end to end: the sync server of the anki package with two readers, and AnkiConnect's protocol."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from exporter.config import load_config
from exporter.push import Credentials, read_address
from exporter.push import push as push_edition
from exporter.push.last_push import alone
from exporter.push.sync_server import open_server
from tests.backend import anki, collection, intervals, study
from tests.conftest import ROOT, Deck, Run
from tests.push_servers import (
    PASSWORD,
    USER,
    Connect,
    SyncServer,
    connect,
    free_port,
    reader,
    serve_connect,
    serve_http,
    serve_sync,
    server,
    sync,
)

__all__ = ["connect", "server"]

Push = Callable[..., subprocess.CompletedProcess[str]]
Write = Callable[[dict[str, str | bytes]], Path]

TOML = 'name = "deck"\ntitle = "牌组"\n'
ONE = "# 甲\n\n## 什么是一？\n\n一的答案。\n\n## 什么是二？\n\n二的答案。\n\n## 什么是三？\n\n三的答案。\n"
TWO = "# 乙\n\n## 什么是四？\n\n四的答案。\n"
ONE_LATER = "# 甲\n\n## 什么是一？\n\n一的新答案。\n\n![](新图.png)\n"
TWO_LATER = "# 乙\n\n## 什么是四？\n\n四的答案。\n\n## 什么是二？\n\n二的答案。\n\n## 五在哪里？\n\n五的答案。\n"

LOGIN = {"MAKE_DECK_SYNC_USER": "me", "MAKE_DECK_SYNC_PASSWORD": "x"}
KILLED_AT = (
    "reading the notes", "pulling the collection", "importing", "moving cards", "removing notes", "looking",
    "syncing the notes", "syncing images",
)  # fmt: skip


def png(colour: tuple[int, int, int]) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def book(deck: Deck) -> Path:
    """A deck of four questions in two chapters."""
    return deck({"deck.toml": TOML, "source/1.md": ONE, "source/2.md": TWO}, "book")


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the user keeps what pushes remember."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "data" / "make-deck" / "push"


@pytest.fixture
def push(run: Run, book: Path, own: Path) -> Push:
    """Push the book: `push("--sync", url, NAME="an environment variable")`."""
    return partial(run, "push", book)


@pytest.fixture
def write(deck: Deck) -> Write:
    """Write files of the book."""
    return partial(deck, folder="book")


def later(write: Write) -> None:
    """Edit one, move two, remove three, leave four, add five and an image."""
    write({"source/1.md": ONE_LATER, "source/2.md": TWO_LATER, "source/新图.png": png((9, 99, 9))})


def question(note: anki.Note) -> str:
    return re.sub(r"<[^>]+>|什么是|在哪里|？", "", note["Question"])


def state(col: anki.Collection) -> dict[str, tuple[str, str, tuple[str, ...]]]:
    """By question: answer without the picture's name, deck, tags."""
    found = {}
    for nid in col.find_notes(""):
        note = col.get_note(nid)
        answer = re.sub(r"<img[^>]*>", "[img]", note["Answer"])
        text = re.sub(r"<(?!img)[^>]+>|\s", "", answer)
        assert question(note) not in found, "a duplicate"
        decks = {col.decks.name(card.did) for card in note.cards()}
        assert len(decks) == 1
        found[question(note)] = (text, decks.pop(), tuple(sorted(note.tags)))
    return found


FIRST = {
    "一": ("一的答案。", "牌组::01 甲", ("甲",)),
    "二": ("二的答案。", "牌组::01 甲", ("甲",)),
    "三": ("三的答案。", "牌组::01 甲", ("甲",)),
    "四": ("四的答案。", "牌组::02 乙", ("乙",)),
}


def check_second(col: anki.Collection) -> None:
    """The second edition as `later` makes it, with the reader's history and tags."""
    notes = state(col)
    assert set(notes) == {"一", "二", "四", "五"}
    assert notes["一"][0].startswith("一的新答案。[img]")
    assert notes["一"][2] == ("我的", "甲")
    assert notes["二"] == ("二的答案。", "牌组::02 乙", ("乙",))
    assert notes["四"] == ("四的答案。我记住了", "牌组::02 乙", ("乙",))
    assert notes["五"] == ("五的答案。", "牌组::02 乙", ("乙",))
    assert not col.media.check().missing
    assert [file.suffix for file in Path(col.media.dir()).iterdir()] == [".png"]
    assert {entry.name for entry in col.decks.all_names_and_ids(skip_empty_default=True)} == {
        "牌组",
        "牌组::01 甲",
        "牌组::02 乙",
    }


def learn(col: anki.Collection) -> dict[str, int]:
    """A history on every card, an own tag on one note, an own remark in another; the intervals."""
    known = study(col)
    one = next(note for note in map(col.get_note, col.find_notes("")) if question(note) == "一")
    one.tags.append("我的")
    col.update_note(one)
    four = next(note for note in map(col.get_note, col.find_notes("")) if question(note) == "四")
    four["Answer"] += "我记住了"
    col.update_note(four)
    return known


def check_history(col: anki.Collection, known: dict[str, int]) -> None:
    now = intervals(col)
    kept = {guid: interval for guid, interval in known.items() if guid in now}
    assert len(kept) == 3
    assert {guid: now[guid] for guid in kept} == kept
    assert all(card.reps == 5 for card in map(col.get_card, col.find_cards("prop:ivl>0")))


# a sync server


def test_two_readers_get_an_edition_and_keep_their_history(
    push: Push, write: Write, server: SyncServer, tmp_path: Path
) -> None:
    first = push("--sync", server.url, **server.login)
    assert (first.returncode, first.stderr) == (0, "")
    assert "4 new" in first.stdout
    with reader(tmp_path / "one", server) as col:
        assert state(col) == FIRST
    with reader(tmp_path / "two", server) as col:
        known = learn(col)
    later(write)
    second = push("--sync", server.url, "--yes", SOURCE_DATE_EPOCH=str(int(time.time()) + 60), **server.login)
    assert (second.returncode, second.stderr) == (0, "")
    assert "1 new, 2 changed, 1 moved to another deck, 1 removed, 1 unchanged" in second.stdout
    for name in ("two", "one"):
        with reader(tmp_path / name, server) as col:
            check_second(col)
            check_history(col, known)


def test_an_edit_arrives_though_the_reader_tagged_the_note_since(
    push: Push, write: Write, server: SyncServer, tmp_path: Path
) -> None:
    # The edit is from 2025 (SOURCE_DATE_EPOCH), the reader's tag from today: by Anki's rule it would never arrive.
    push("--sync", server.url, **server.login)
    with reader(tmp_path / "one", server) as col:
        known = learn(col)
    later(write)
    assert push("--sync", server.url, "--yes", **server.login).returncode == 0
    with reader(tmp_path / "one", server) as col:
        check_second(col)
        check_history(col, known)


def test_an_edit_that_an_unsynced_device_undid_comes_again(
    push: Push, write: Write, server: SyncServer, tmp_path: Path
) -> None:
    push("--sync", server.url, **server.login)
    with collection(tmp_path / "one") as col:
        sync(col, server)
        later(write)
        push("--sync", server.url, "--yes", **server.login)
        time.sleep(1.1)  # of two edits within one second each side keeps its own
        known = learn(col)  # offline, and later than the edit: by Anki's rule the whole old note wins
        sync(col, server)
        assert "一的答案。" in state(col)["一"][0]
    assert push("--sync", server.url, "--yes", **server.login).returncode == 0
    with reader(tmp_path / "one", server) as col:
        notes = state(col)
        assert notes["一"][0].startswith("一的新答案。[img]")
        assert notes["一"][2] == ("我的", "甲")
        assert notes["四"][0] == "四的答案。我记住了"
        check_history(col, known)


def test_pushing_twice_changes_nothing(
    push: Push, write: Write, book: Path, server: SyncServer, tmp_path: Path
) -> None:
    push("--sync", server.url, **server.login)
    with reader(tmp_path / "one", server) as col:
        learn(col)
    later(write)
    push("--sync", server.url, "--yes", **server.login)
    with reader(tmp_path / "one", server) as col:
        before = col.db.all("select * from notes"), col.db.all("select * from cards"), sorted(col.decks.all_names())
    lock = (book / "deck.lock").read_bytes()
    again = push("--sync", server.url, "--yes", **server.login)
    assert (again.returncode, again.stderr) == (0, "")
    assert again.stdout == f"✓ the collection of me on {server.url} has this edition\n"
    assert (book / "deck.lock").read_bytes() == lock
    with reader(tmp_path / "one", server) as col:
        assert (
            col.db.all("select * from notes"),
            col.db.all("select * from cards"),
            sorted(col.decks.all_names()),
        ) == before


def test_a_lost_cache_costs_nothing(
    push: Push, write: Write, run: Run, book: Path, server: SyncServer, tmp_path: Path
) -> None:
    push("--sync", server.url, **server.login)
    with reader(tmp_path / "one", server) as col:
        known = learn(col)
    later(write)
    run("clean", book)
    push("--sync", server.url, "--yes", SOURCE_DATE_EPOCH=str(int(time.time()) + 60), **server.login)
    with reader(tmp_path / "one", server) as col:
        notes = state(col)
        assert notes["二"] == ("二的答案。", "牌组::02 乙", ("乙",))
        assert set(notes) == {"一", "二", "四", "五"}
        check_history(col, known)


def test_pictures_that_a_cleaned_folder_lost_stay_on_the_server(
    push: Push, write: Write, own: Path, server: SyncServer, tmp_path: Path
) -> None:
    with reader(tmp_path / "one", server) as col:
        note = col.new_note(col.models.by_name("Basic"))
        note["Front"] = f'<img src="{col.media.write_data("own.png", png((1, 2, 3)))}">'
        col.add_note(note, 1)
    later(write)
    push("--sync", server.url, "--yes", **server.login)
    for file in own.rglob("*.png"):
        file.unlink()
    write({"source/2.md": TWO_LATER.replace("五的答案", "五的新答案")})
    assert push("--sync", server.url, "--yes", **server.login).returncode == 0
    with reader(tmp_path / "two", server) as col:
        assert len(list(Path(col.media.dir()).iterdir())) == 2
        assert not col.media.check().missing


def test_a_card_that_the_reader_moved_stays_there(push: Push, write: Write, server: SyncServer, tmp_path: Path) -> None:
    push("--sync", server.url, **server.login)
    with reader(tmp_path / "one", server) as col:
        col.set_deck(col.find_cards("四"), col.decks.id("我的牌组"))
    later(write)
    push("--sync", server.url, "--yes", **server.login)
    with reader(tmp_path / "one", server) as col:
        assert state(col)["四"][1] == "我的牌组"
        assert state(col)["二"][1] == "牌组::02 乙"


def push_and_die(book: Path, step: str, *arguments: str, environment: dict[str, str]) -> None:
    """Push in a process that ends itself with SIGKILL when the step begins."""
    code = (
        "import os, signal\n"
        "from contextlib import contextmanager\n"
        "@contextmanager\n"
        "def bar(*, quiet):\n"
        f"    yield lambda name, *_: name.startswith({step!r}) and os.kill(os.getpid(), signal.SIGKILL), None\n"
        "import exporter.push\n"
        "exporter.push.progress_bar = bar\n"
        "from exporter.cli import main\n"
        f"main(['push', {str(book)!r}, *{list(arguments)!r}])\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **environment}, capture_output=True, timeout=120, check=False
    )
    assert result.returncode == -signal.SIGKILL, result.stderr


@pytest.mark.parametrize("step", KILLED_AT)
def test_a_push_to_a_server_killed_in_the_middle_is_mended_by_the_next(
    push: Push, write: Write, step: str, book: Path, server: SyncServer, tmp_path: Path
) -> None:
    push("--sync", server.url, **server.login)
    with reader(tmp_path / "one", server) as col:
        known = learn(col)
    later(write)
    push_and_die(book, step, "--sync", server.url, "--yes", environment=server.login)
    with reader(tmp_path / "one", server) as col:  # a reader who syncs in between loses nothing either
        assert set(intervals(col).items()) & set(known.items())
    result = push("--sync", server.url, "--yes", **server.login)
    assert (result.returncode, result.stderr) == (0, "")
    with reader(tmp_path / "one", server) as col:
        check_second(col)
        check_history(col, known)


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.4, 0.7, 1.0, 1.3])
def test_a_push_killed_at_any_moment_is_mended_by_the_next(
    push: Push, write: Write, seconds: float, book: Path, server: SyncServer, tmp_path: Path
) -> None:
    push("--sync", server.url, **server.login)
    with reader(tmp_path / "one", server) as col:
        known = learn(col)
    later(write)
    command = [sys.executable, "-m", "exporter", "push", str(book), "--sync", server.url, "--yes"]
    process = subprocess.Popen(command, env={**os.environ, **server.login}, stdout=subprocess.DEVNULL)
    time.sleep(seconds)
    process.kill()
    process.wait()
    assert push("--sync", server.url, "--yes", **server.login).returncode == 0
    with reader(tmp_path / "one", server) as col:
        check_second(col)
        check_history(col, known)


def test_a_question_reworded_after_a_killed_push_is_no_second_note(
    push: Push, write: Write, run: Run, book: Path, server: SyncServer, tmp_path: Path
) -> None:
    push_and_die(book, "syncing images", "--sync", server.url, environment=server.login)
    write({"source/2.md": TWO.replace("什么是四？", "四究竟是什么？")})
    run("plan", book, "--accept", "all")
    assert push("--sync", server.url, **server.login).returncode == 0
    with reader(tmp_path / "one", server) as col:
        assert len(state(col)) == 4


def test_a_wrong_password_is_said_and_never_shown(push: Push, server: SyncServer) -> None:
    result = push("--sync", server.url, **{**server.login, "MAKE_DECK_SYNC_PASSWORD": "wrong-4711"})
    assert result.returncode == 1
    assert result.stderr.startswith(f"error[push-refused]: {server.url} refuses the user or the password\n  hint: ")
    assert "wrong-4711" not in result.stdout + result.stderr


def test_the_password_is_in_no_file(push: Push, book: Path, own: Path, server: SyncServer) -> None:
    result = push("--sync", server.url, **server.login)
    assert PASSWORD not in result.stdout + result.stderr
    for file in (path for folder in (book, own) for path in folder.rglob("*") if path.is_file()):
        assert PASSWORD.encode() not in file.read_bytes()
    assert next(own.iterdir()).stat().st_mode & 0o077 == 0


def test_without_credentials_nobody_is_kept_waiting(push: Push, server: SyncServer) -> None:
    result = push("--sync", server.url, **dict.fromkeys(LOGIN, ""))
    assert result.returncode == 1
    assert "error[push-refused]: no user and password" in result.stderr
    assert "MAKE_DECK_SYNC_PASSWORD" in result.stderr


def test_a_dead_server_is_said_and_the_next_push_delivers(push: Push, write: Write, tmp_path: Path) -> None:
    with serve_sync(tmp_path / "server") as server:
        push("--sync", server.url, **server.login)
        with reader(tmp_path / "one", server) as col:
            known = learn(col)
    later(write)
    dead = push("--sync", server.url, "--yes", **server.login)
    assert dead.returncode == 1
    assert dead.stderr.startswith(f"error[push-unavailable]: no sync server answers at {server.url}\n")
    assert "Traceback" not in dead.stderr
    with serve_sync(tmp_path / "server") as server:
        assert push("--sync", server.url, "--yes", "--take-over", **server.login).returncode == 0  # at another address
        with reader(tmp_path / "one", server) as col:
            assert len(state(col)) == 4
            check_history(col, known)


def test_what_is_no_sync_server_is_said(push: Push) -> None:
    with serve_http(lambda body: (200, b"<html>")) as url:  # noqa: ARG005
        result = push("--sync", url, **LOGIN)
    assert result.returncode == 1
    assert result.stderr.startswith("error[push-")
    assert "Traceback" not in result.stderr


def test_a_sync_that_would_overwrite_the_collection_is_refused(
    push: Push, write: Write, book: Path, server: SyncServer, tmp_path: Path
) -> None:
    push("--sync", server.url, **server.login)
    with reader(tmp_path / "one", server) as col:
        known = learn(col)
    later(write)

    def step(name: str, *_: int) -> None:  # a reader replaces the collection while the push is at work
        if name == "importing":
            with collection(tmp_path / "one") as col:
                col.mod_schema(check=False)
                sync(col, server, upload=True)

    config = load_config(book).value
    assert config is not None
    target = partial(open_server, read_address(server.url), Credentials(USER, PASSWORD))
    outcome = push_edition(config, book / "dist", target, approve=lambda proposal: True, step=step)  # noqa: ARG005
    assert [diagnostic.code for diagnostic in outcome.diagnostics] == ["push-conflict"]
    assert "overwrite the whole collection" in outcome.diagnostics[0].message
    assert "Upload to server" in outcome.diagnostics[0].hint
    assert not outcome.value.done
    with reader(tmp_path / "two", server) as col:
        assert len(state(col)) == 4
        assert intervals(col) == known
    assert push("--sync", server.url, "--yes", **server.login).returncode == 0
    with reader(tmp_path / "two", server) as col:
        check_second(col)
        check_history(col, known)


def test_a_note_type_that_the_reader_changed_is_named(
    push: Push, write: Write, server: SyncServer, tmp_path: Path
) -> None:
    push("--sync", server.url, **server.login)
    with collection(tmp_path / "one") as col:
        sync(col, server)
        model = col.models.by_name("make-deck Basic")
        col.models.add_field(model, col.models.new_field("Mine"))
        col.models.update_dict(model)
        sync(col, server, upload=True)
    write({"source/2.md": TWO.replace("四的答案", "四的新答案")})
    result = push("--sync", server.url, SOURCE_DATE_EPOCH=str(int(time.time()) + 60), **server.login)
    assert result.returncode == 0
    assert "source/2.md:3:4: warning[push-incomplete]: the collection did not take this note" in result.stderr
    with reader(tmp_path / "two", server) as col:
        assert state(col) == FIRST


def test_a_server_that_was_replaced_meanwhile_is_pulled_anew(
    push: Push, write: Write, server: SyncServer, tmp_path: Path
) -> None:
    push("--sync", server.url, **server.login)
    with collection(tmp_path / "one") as col:
        sync(col, server)
        known = learn(col)
        col.mod_schema(check=False)
        sync(col, server, upload=True)
    later(write)
    assert push("--sync", server.url, "--yes", **server.login).returncode == 0
    with reader(tmp_path / "two", server) as col:
        check_second(col)
        check_history(col, known)


def test_a_dry_run_shows_the_plan_and_writes_nothing(
    push: Push, book: Path, server: SyncServer, connect: Connect, tmp_path: Path
) -> None:
    files = set(book.rglob("*"))
    for target in (("--sync", server.url), ("--connect", connect.url)):
        result = push(*target, "--dry-run", **server.login)
        assert (result.returncode, result.stderr) == (0, "")
        assert "4 new" in result.stdout
        assert "edition 1" in result.stdout
        assert set(book.rglob("*")) == files
    assert not connect.col.find_notes("")
    with reader(tmp_path / "one", server) as col:
        assert not state(col)


def test_a_deck_touches_only_what_it_delivered(
    push: Push, run: Run, deck: Deck, book: Path, server: SyncServer, tmp_path: Path
) -> None:
    """A stranger's lock claims the notes of another deck, as its own and as removed."""
    push("--sync", server.url, **server.login)
    lock = json.loads((book / "deck.lock").read_text(encoding="utf-8"))
    for note in lock["notes"]:
        gone = {} if "四" in note["question"] else {"removed": True, "edition": 1}
        note.update({"mod": 1, "path": "source/2.md", **gone})
    other = deck(
        {"deck.toml": TOML, "source/2.md": TWO.replace("四的答案", "偷换的答案"), "deck.lock": json.dumps(lock)},
        "other",
    )
    result = run("push", other, "--sync", server.url, "--yes", **server.login)
    assert "warning[push-foreign]: 1 notes are in the collection already" in result.stderr
    assert "deletes" not in result.stdout
    with reader(tmp_path / "one", server) as col:
        assert state(col) == FIRST
    elsewhere = deck(
        {"deck.toml": TOML.replace("牌组", "别的"), "source/2.md": TWO, "deck.lock": json.dumps(lock)}, "elsewhere"
    )
    result = run("push", elsewhere, "--sync", server.url, "--yes", "--take-over", **server.login)
    assert "push-foreign" in result.stderr
    with reader(tmp_path / "one", server) as col:
        assert state(col) == FIRST
    taken = run("push", other, "--sync", server.url, "--yes", "--take-over", **server.login)
    assert (taken.returncode, taken.stderr) == (0, "")
    assert taken.stdout.count("deletes") == 3
    with reader(tmp_path / "one", server) as col:
        assert set(state(col)) == {"四"}


@pytest.mark.parametrize("name", ["current", "filtered", "日本語\u3000N5"])
def test_a_deck_with_cards_of_the_readers_own_is_never_taken_for_an_empty_one(
    run: Run, deck: Deck, own: Path, connect: Connect, name: str
) -> None:
    """Anki's search reads these names as something else, and finds no card there."""
    settings = f'[anki]\ndeck = "{name}"\nsubdecks = false\n'
    root = deck({"deck.toml": settings, "source/1.md": ONE}, "theirs")
    assert run("push", root, "--connect", connect.url, "--yes").returncode == 0
    col = connect.col
    note = col.new_note(col.models.by_name("Basic"))
    note["Front"] = "of my own"
    col.add_note(note, col.decks.id(name, create=False))
    deck({"source/1.md": ONE.split("## 什么是二", maxsplit=1)[0]}, "theirs")
    result = run("push", root, "--connect", connect.url, "--yes")
    assert "2 removed" in result.stdout
    assert len(col.find_notes("")) == 2


def test_a_deck_in_the_place_of_another_has_none_of_its_record(
    push: Push, book: Path, server: SyncServer, tmp_path: Path
) -> None:
    push("--sync", server.url, **server.login)
    lock = json.loads((book / "deck.lock").read_text(encoding="utf-8"))
    for note in lock["notes"]:
        note.update({} if "四" in note["question"] else {"removed": True, "edition": 1})
    (book / "deck.lock").write_text(json.dumps({**lock, "identity": "another-deck"}), encoding="utf-8")
    (book / "source/1.md").unlink()
    result = push("--sync", server.url, "--yes", **server.login)
    assert "push-foreign" in result.stderr
    with reader(tmp_path / "one", server) as col:
        assert state(col) == FIRST


def test_deleting_takes_a_yes(push: Push, write: Write, server: SyncServer, tmp_path: Path) -> None:
    push("--sync", server.url, **server.login)
    write({"source/1.md": ONE.replace("## 什么是二？\n\n二的答案。\n\n", "")})
    refused = push("--sync", server.url, **server.login)
    assert "deletes 什么是二？" in refused.stdout
    assert refused.returncode == 1
    with reader(tmp_path / "one", server) as col:
        assert state(col) == FIRST


def test_removing_most_of_a_deck_takes_a_yes(push: Push, write: Write, server: SyncServer, tmp_path: Path) -> None:
    push("--sync", server.url, **server.login)
    write({"source/1.md": "# 甲\n\n没有了。\n"})
    refused = push("--sync", server.url, **server.login)
    assert refused.returncode == 1
    assert "3 removed" in refused.stdout
    assert "error[push-refused]" in refused.stderr
    assert push("--sync", server.url, "--yes", **server.login).returncode == 0
    with reader(tmp_path / "one", server) as col:
        assert set(state(col)) == {"四"}


def test_the_result_for_programs(push: Push, server: SyncServer) -> None:
    result = json.loads(push("--sync", server.url, "--format", "json", **server.login).stdout)
    assert result["diagnostics"] == []
    assert result["pushed"]["done"] is True
    assert (result["pushed"]["new"], result["pushed"]["unchanged"]) == (4, 0)


def test_without_the_anki_package_the_way_to_it_is_named(
    process: Run, book: Path, deck: Deck, server: SyncServer, tmp_path: Path
) -> None:
    deck({"anki/__init__.py": "raise ImportError('no')\n"}, "shadow")
    path = f"{tmp_path / 'shadow'}:{ROOT}"
    result = process("push", book, "--sync", server.url, PYTHONPATH=path, **server.login)
    assert result.returncode == 1
    assert "pip install '.[push]' in the folder of make-deck" in result.stderr
    assert process("push", "--help", PYTHONPATH=path).returncode == 0


# AnkiConnect


def test_a_running_anki_gets_an_edition_and_keeps_its_history(push: Push, write: Write, connect: Connect) -> None:
    first = push("--connect", connect.url, "--yes")
    assert (first.returncode, first.stderr) == (0, "")
    assert f'into profile "User 1" of the Anki at {connect.url}/ ({connect.col.media.dir()})' in first.stdout
    assert state(connect.col) == FIRST
    known = learn(connect.col)
    config = connect.col.decks.get_config(1)
    config["new"]["perDay"] = 7
    connect.col.decks.update_config(config)
    later(write)
    schema = connect.col.db.scalar("select scm from col")
    second = push("--connect", connect.url, "--yes")
    assert (second.returncode, second.stderr) == (0, "")
    assert "1 new, 2 changed, 1 moved to another deck, 1 removed, 1 unchanged" in second.stdout
    check_second(connect.col)
    check_history(connect.col, known)
    assert connect.col.decks.get_config(1)["new"]["perDay"] == 7
    assert connect.col.db.scalar("select scm from col") == schema
    connect.calls.clear()
    mod = connect.col.mod
    third = push("--connect", connect.url, "--yes")
    assert (
        third.stdout
        == f'✓ profile "User 1" of the Anki at {connect.url}/ ({connect.col.media.dir()}) has this edition\n'
    )
    assert connect.col.mod == mod
    assert not {"importPackage", "changeDeck", "deleteNotes"} & set(connect.calls)


@pytest.mark.parametrize("action", ["findNotes", "importPackage", "changeDeck", "deleteNotes", "deckNamesAndIds"])
def test_a_push_to_anki_killed_in_the_middle_is_mended_by_the_next(
    push: Push, write: Write, action: str, book: Path, connect: Connect
) -> None:
    push("--connect", connect.url, "--yes")
    known = learn(connect.col)
    later(write)
    process = subprocess.Popen(
        [sys.executable, "-m", "exporter", "push", str(book), "--connect", connect.url, "--yes"],
        stdout=subprocess.DEVNULL,
    )
    connect.before = lambda name: process.kill() if name == action else None
    assert process.wait(60) == -signal.SIGKILL
    connect.before = lambda name: None  # noqa: ARG005
    result = push("--connect", connect.url, "--yes")
    assert (result.returncode, result.stderr) == (0, "")
    check_second(connect.col)
    check_history(connect.col, known)


def test_an_anki_that_cannot_see_the_disk_gets_the_package_through_its_media_folder(
    push: Push, write: Write, tmp_path: Path
) -> None:
    later(write)
    with serve_connect(tmp_path / "anki", blind=True) as connect:
        assert push("--connect", connect.url, "--yes").returncode == 0
        assert set(state(connect.col)) == {"一", "二", "四", "五"}
        assert [file.suffix for file in Path(connect.col.media.dir()).iterdir()] == [".png"]


def test_the_first_write_waits_for_a_yes(push: Push, book: Path, connect: Connect) -> None:
    result = push("--connect", connect.url)
    assert result.returncode == 1
    assert 'profile "User 1"' in result.stdout
    assert "error[push-refused]: nothing was pushed: nobody agreed" in result.stderr
    assert "--yes" in result.stderr
    assert not {"importPackage", "changeDeck", "deleteNotes"} & set(connect.calls)
    assert not (book / "deck.lock").exists()


def test_another_profile_opened_meanwhile_is_left_alone(push: Push, connect: Connect) -> None:
    def switch(action: str) -> None:
        if action == "findNotes":
            connect.profile = "Someone else"

    connect.before = switch
    result = push("--connect", connect.url, "--yes")
    assert result.returncode == 1
    assert 'error[push-refused]: Anki now has the profile "Someone else" open' in result.stderr
    assert not connect.col.find_notes("")


def test_an_anki_without_a_profile_and_a_second_push_at_once_are_said(push: Push, own: Path, connect: Connect) -> None:
    connect.profile = ""
    assert "error[push-refused]: Anki has no profile open" in push("--connect", connect.url, "--yes").stderr
    connect.profile = "User 1"
    said: list[str] = []

    def second(action: str) -> None:
        if action == "findNotes" and not said:
            said.append("")
            with alone(next(own.glob("*/*/"))) as mine:
                said.append(str(mine))

    connect.before = second
    assert push("--connect", connect.url, "--yes").returncode == 0
    assert said == ["", "False"]


def test_the_address_may_be_left_out_before_a_path(run: Run, book: Path) -> None:
    result = run("push", "--connect", book, "--dry-run")
    assert "8765" in result.stdout + result.stderr


def test_a_key_is_sent_and_asked_for(push: Push, tmp_path: Path) -> None:
    with serve_connect(tmp_path / "anki", key="k-0815") as connect:
        refused = push("--connect", connect.url, "--yes")
        assert refused.returncode == 1
        assert "MAKE_DECK_ANKICONNECT_KEY" in refused.stderr
        accepted = push("--connect", connect.url, "--yes", MAKE_DECK_ANKICONNECT_KEY="k-0815")
        assert accepted.returncode == 0
        assert "k-0815" not in accepted.stdout + accepted.stderr
        assert len(connect.col.find_notes("")) == 4


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (200, b"<html>"),
        (200, b"null"),
        (200, b'{"result": 6}'),
        (200, b'{"result": "6", "error": null}'),
        (404, b""),
        (302, b""),
        (200, b"[6]"),
        (200, b"[" * 100_000),
    ],
)
def test_what_is_not_ankiconnect_is_an_error(push: Push, status: int, answer: bytes) -> None:
    with serve_http(lambda body: (status, answer)) as url:  # noqa: ARG005
        result = push("--connect", url, "--yes")
    assert result.returncode == 1
    assert f"error[push-unavailable]: what answers at {url}/ is not AnkiConnect" in result.stderr


ANSWERS: dict[str, object] = {
    "version": 6, "getActiveProfile": "me\x1b[2J",
    "getMediaDirPath": "/nowhere\u202e", "findNotes": [1], "notesInfo": [], "getDecks": {},
}  # fmt: skip
"""What an Anki without notes answers."""

MISSHAPEN: list[tuple[str, object]] = [
    ("getActiveProfile", 5),
    ("getMediaDirPath", ["/"]),
    ("findNotes", 7),
    ("findNotes", [1, "a"]),
    ("notesInfo", ["x"]),
    ("notesInfo", [{"fields": ["Key", "Breadcrumb"]}]),
    ("notesInfo", [{"fields": {"Key": 1, "Breadcrumb": 2}}]),
    ("notesInfo", {"a": 1}),
    ("getMediaDirPath", "/x\ud800"),
    ("version", 10**400),
    ("version", True),
]


@pytest.mark.parametrize(("action", "answer"), MISSHAPEN, ids=str)
def test_an_answer_of_another_shape_is_no_ankiconnects(push: Push, action: str, answer: object) -> None:
    def reply(body: bytes) -> tuple[int, bytes]:
        asked = json.loads(body)["action"]
        return 200, json.dumps({"result": {**ANSWERS, action: answer}.get(asked), "error": None}).encode()

    with serve_http(reply) as url:
        result = push("--connect", url, "--yes")
    assert f"error[push-unavailable]: what answers at {url}/ is not AnkiConnect" in result.stderr


def test_what_ankiconnect_calls_itself_is_printable(push: Push) -> None:
    def reply(body: bytes) -> tuple[int, bytes]:
        return 200, json.dumps({"result": ANSWERS.get(json.loads(body)["action"]), "error": None}).encode()

    with serve_http(reply) as url:
        result = push("--connect", url, "--dry-run")
    assert r"me\x1b[2J" in result.stdout
    assert r"/nowhere\u202e" in result.stdout


def test_an_answer_without_an_end_is_not_awaited(push: Push, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exporter.push.ankiconnect_protocol._MOST_BYTES", 1_000)
    with serve_http(lambda _: (200, b" " * 100_000)) as url:
        result = push("--connect", url, "--yes")
    assert f"what answers at {url}/ is not AnkiConnect" in result.stderr


def test_an_old_ankiconnect_and_a_closed_anki_are_said(push: Push, tmp_path: Path) -> None:
    with serve_connect(tmp_path / "anki", version=4) as connect:
        assert "AnkiConnect speaks version 4, and 6 is needed" in push("--connect", connect.url, "--yes").stderr
    closed = push("--connect", f"http://127.0.0.1:{free_port()}", "--yes")
    assert closed.returncode == 1
    assert "error[push-unavailable]: no AnkiConnect answers" in closed.stderr


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("https://sync.ankiweb.net/", "sync.ankiweb.net is AnkiWeb"),
        ("https://SYNC12.AnkiWeb.net.", "is AnkiWeb"),
        ("http://me:secret@anki.example.org/", "the address of anki.example.org holds a user or a password"),
        ("ftp://anki.example.org/", "this is no address of a server"),
        ("http://[::1", "this is no address of a server"),
    ],
)
def test_addresses_that_are_refused(push: Push, url: str, message: str) -> None:
    result = push("--sync", url, **LOGIN)
    assert result.returncode == 1
    assert "error[push-refused]" in result.stderr
    assert message in result.stderr
    assert "secret" not in result.stderr


def test_a_part_of_a_deck_and_an_error_in_the_notes_are_not_pushed(
    push: Push, write: Write, run: Run, book: Path, connect: Connect
) -> None:
    part = run("push", book / "source" / "1.md", "--connect", connect.url, "--yes")
    assert "error[push-refused]: a part of a deck is no edition" in part.stderr
    write({"source/1.md": "没有问题。\n", "source/2.md": "没有。\n"})
    assert push("--connect", connect.url, "--yes").returncode == 1
    assert connect.calls == []


def test_help_loads_neither_anki_nor_genanki() -> None:
    code = (
        "import sys\nfrom exporter.cli import main\ntry:\n main(['push', '--help'])\nexcept SystemExit:\n"
        " print(sorted({'anki', 'genanki', 'exporter.push.sync_server'} & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.endswith("[]\n")
