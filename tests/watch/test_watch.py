"""The preview's server: what it reads again, whom it answers, what it serves, and how it ends."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from exporter.config import load_config
from exporter.media.assets import load_image
from exporter.reading.chapter import read_chapter
from exporter.source import Span
from exporter.watch import chapters_in_memory
from exporter.watch.chapters_in_memory import Library
from exporter.watch.editors import editor_link
from exporter.watch.guard import Guard
from exporter.watch.peers import users_of
from exporter.watch.run import open_loopback
from exporter.watch.snapshot import Call, Snapshot, take_snapshot, watched_folders
from exporter.watch.typesetting import Press
from tests.conftest import ROOT, Deck, Run
from tests.preview import Preview, two_questions, watching


@pytest.fixture
def two(deck: Deck) -> Path:
    return deck(two_questions())


def snapshot_of(root: Path, library: Library) -> Snapshot:
    outcome = take_snapshot(Call(root, root / "dist"), library)
    assert outcome.value is not None, outcome.diagnostics
    return outcome.value


def test_only_changed_files_are_read_again(deck: Deck, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    monkeypatch.setattr(
        chapters_in_memory, "read_chapter", lambda file, config: read.append(file.name) or read_chapter(file, config)
    )
    monkeypatch.setattr(
        chapters_in_memory, "load_image", lambda file, name, limits: read.append(name) or load_image(file, name, limits)
    )
    picture = (ROOT / "imgs" / "DiT核心思想.png").read_bytes()
    files: dict[str, str | bytes] = {f"{i}.md": f"## What is {i}?\n\nIt is {i}. ![p](p.png)\n" for i in range(5)}
    root = deck({**files, "p.png": picture})
    library = Library()
    first = snapshot_of(root, library)
    assert sorted(read) == ["0.md", "1.md", "2.md", "3.md", "4.md", "p.png"]
    read.clear()
    deck({"3.md": "## What is 3?\n\nIt is three. ![p](p.png)\n"})
    second = snapshot_of(root, library)
    assert read == ["3.md"]
    same = [a is b for a, b in zip(first.book.chapters, second.book.chapters, strict=True)]
    assert same == [True, True, True, False, True]
    read.clear()
    deck({"deck.toml": 'source = "."\nlang = "ja"\n'})
    assert {chapter.lang for chapter in snapshot_of(root, library).book.chapters} == {"ja"}
    assert sorted(read) == ["0.md", "1.md", "2.md", "3.md", "4.md"]


def test_an_edit_before_the_first_build_leaves_cards_the_same(deck: Deck) -> None:
    root = deck({"a.md": "## What is first?\n\nThis.\n\n## What is second?\n\nThat.\n"})
    library = Library()
    before = snapshot_of(root, library)
    deck({"a.md": "## What is first?\n\nThis, at last.\n\n## What is second?\n\nThat.\n"})
    assert [*snapshot_of(root, library).cards] == [*before.cards]


def test_a_single_file_does_not_watch_the_folders_beside_it(deck: Deck) -> None:
    root = deck({"notes.md": "## What?\n\nThis.\n", "else/deep/x.txt": ""})
    call = Call(root / "notes.md", root / "dist")
    assert watched_folders(take_snapshot(call, Library()).value, call) == ((root,), False)
    whole = Call(root, root / "dist")
    assert watched_folders(take_snapshot(whole, Library()).value, whole) == ((root,), True)


def test_links_lead_into_the_editor(deck: Deck) -> None:
    root = deck({"notes/第一 章.md": "## What?\n\nThis.\n", "deck.toml": 'source = "notes"\n'})
    config = load_config(root).value
    path = f"{root}/notes/%E7%AC%AC%E4%B8%80%20%E7%AB%A0.md".lstrip("/")
    span = Span("notes/第一 章.md", 3, 7)
    assert editor_link(span, config, "vscode") == f"vscode://file/{path}:3:7"
    assert editor_link(span, config, "idea") == f"idea://open?file=/{path}&line=3&column=7"
    assert editor_link(span, config, "my://{path}#{line}") == f"my://{path}#3"
    assert editor_link(None, config, "vscode") == ""


def test_strangers_are_refused(two: Path) -> None:
    with watching(two) as preview:
        own = f"http://127.0.0.1:{preview.port}"
        assert preview.get("/state")[0] == 200
        assert preview.get("/state", Origin=own, Sec_Fetch_Site="same-origin")[0] == 200
        assert preview.get("/state", host=f"localhost:{preview.port}")[0] == 200
        for host in (
            "",
            "evil.example",
            f"evil.example:{preview.port}",
            "127.0.0.1",
            "127.0.0.1:1",
            f"127.0.0.1.evil.example:{preview.port}",
        ):
            assert preview.get("/state", host=host)[0] in ({400, 403} if host == "" else {403}), host
        for origin in (
            "http://evil.example",
            "null",
            f"https://127.0.0.1:{preview.port}",
            "http://127.0.0.1:1",
            "file://",
        ):
            assert preview.get("/state", Origin=origin)[0] == 403, origin
        assert preview.get("/state", Sec_Fetch_Site="cross-site")[0] == 403
        assert preview.get("/events", Sec_Fetch_Site="same-site")[0] == 403
        assert (
            preview.get("/", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate", Sec_Fetch_Dest="iframe")[0] == 403
        )
        assert (
            preview.get("/", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate", Sec_Fetch_Dest="document")[0]
            == 200
        )
        for method in ("POST", "PUT", "DELETE", "OPTIONS"):
            assert preview.get("/state", method=method)[0] == 405
        for method in ("GET", "PUT", "OPTIONS"):
            assert preview.get("/reading", method=method, Origin=own)[0] == 405
        token = preview.state()["token"]
        assert preview.get("/reading", method="POST", X_Token=token)[0] == 403  # no Origin
        assert preview.get("/reading", method="POST", Origin=own)[0] == 403  # no token
        assert preview.get("/reading", method="POST", Origin=own, X_Token=token[:-1])[0] == 403
        assert preview.get("/reading", method="POST", Origin="http://evil.example", X_Token=token)[0] == 403
        assert preview.get("/reading", method="POST", Origin="null", X_Token=token)[0] == 403
        assert preview.get("/reading", method="POST", Origin=own, X_Token=token, Sec_Fetch_Site="cross-site")[0] == 403
        assert (
            preview.get("/reading", method="POST", Origin=own, X_Token=token)[0] == 400
        )  # the page itself, asking nothing
        frame = preview.state()["frame"]
        assert preview.get(frame, Origin="http://evil.example")[0] == 403
        assert preview.get(frame, Origin="null", Sec_Fetch_Site="cross-site")[0] == 200


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="only root can be another user")
def test_another_user_of_the_machine_is_refused(still: Preview) -> None:
    here = f"127.0.0.1/{still.port}"
    ask = f"exec 3<>/dev/tcp/{here}; printf 'GET /state HTTP/1.1\\r\\nHost: {here.replace('/', ':')}\\r\\n\\r\\n' >&3; head -c 12 <&3"
    for user, status in ((65534, "HTTP/1.1 403"), (0, "HTTP/1.1 200")):
        call = ["/bin/bash", "--norc", "-c", ask]
        assert subprocess.run(call, user=user, cwd="/", capture_output=True, text=True, check=True).stdout == status


def test_who_asks_stands_in_the_tables_of_the_system() -> None:
    mine, named = socket.inet_aton("127.0.0.1"), "{:08X}"
    host = named.format(int.from_bytes(mine, sys.byteorder))
    row = "   0: {}:{:04X} {}:20D7 01 00000000:00000000 00:00000000 00000000  {}        0 77 1"
    tcp = "\n".join(("  sl  local_address", row.format(host, 50000, host, 1001), row.format(host, 50001, host, 1002)))
    tcp6 = "\n".join(("  sl  local_address", row.format(f"{'0' * 16}{'F' * 4}0000{host}", 50002, host, 1003)))
    found = [users_of(("127.0.0.1", port), 8407, (tcp, tcp6)) for port in (50000, 50001, 50002, 50003)]
    assert found == [{1001}, {1002}, {1003}, set()]
    assert users_of(("127.0.0.1", 50000), 8408, (tcp, tcp6)) == set()


def test_no_request_is_a_fault_of_the_server(still: Preview) -> None:
    nines = "9" * 5000
    assert still.get(f"/search?start={nines}")[0] == 404
    assert still.get(f"/card?spot={nines}")[0] == 404
    assert still.get(f"/page/book/{nines}.png")[0] == 404
    head = {"Origin": f"http://127.0.0.1:{still.port}", "X_Token": still.state()["token"]}
    for body in (
        b"[" * 90_000,
        b"[" * 200_000,
        b'{"path": ' + b"9" * 5000,
        b'{"path": "", "rule": "%s"}' % (b"x" * 200_000),
    ):
        assert still.get("/reading", method="POST", body=body, **head)[0] == 400


OUTSIDE = """
BASE/p.png BASE/unused.png BASE/../../notes/a.md BASE/..%2f..%2fdeck.toml BASE/%2e%2e/NAME BASE//etc/passwd
BASE/%2fetc%2fpasswd BASE/deck.toml BASE/mathjax/core.js BASE/mathjax/../tex-chtml-full.js BASE/index.html
BASE/mathjax/..%2f..%2f..%2f__init__.py BASE/NAME%00 BASE/NAME/ BASE/..%5c..%5cdeck.toml
/shown/guess/NAME /shown//NAME /NAME /own/../../pyproject.toml /own/..%2f..%2fpyproject.toml /own/ /own/x/app.js
/own/%2e%2e%2fanki%2ftheme.css /notes/a.md /deck.toml /file /file?path=.. /file?path=deck.toml /file?path=/etc/passwd
/readings?path=deck.toml /form/handout.pdf /form/..%2fx.pdf
/page/handout/0.png /page/handout/-1.png /docs /openapi.json /favicon.ico //etc/passwd /%00
""".split()


def test_only_what_the_tables_hold_is_served(two: Path) -> None:
    with watching(two) as preview:
        frame = preview.state()["frame"]
        base = frame.removesuffix("card.html")
        card = json.loads(preview.get(f"/card?id={preview.search('second')['hits'][0]['id']}")[2])
        name = re.search(r'src="(p-[^"]+)"', card["faces"][0]["back"])
        assert name
        status, headers, body = preview.get(base + name[1])
        assert (status, headers["content-type"], body[:4]) == (200, "image/png", b"\x89PNG")
        assert "sandbox" in headers["content-security-policy"]
        assert preview.get(f"{base}mathjax/tex-chtml-full.js")[0] == 200
        assert (
            preview.get(f"{base}mathjax/output/chtml/fonts/woff-v2/MathJax_Zero.woff")[1]["access-control-allow-origin"]
            == "null"
        )
        for path in OUTSIDE:
            asked = path.replace("BASE/", base).replace("NAME", name[1])
            assert preview.get(asked)[0] == 404, asked


def test_answers_say_how_little_they_may_do(two: Path) -> None:
    with watching(two) as preview:
        _, page, _ = preview.get("/")
        assert "script-src 'self'" in page["content-security-policy"]
        assert "unsafe" not in page["content-security-policy"]
        assert page["x-frame-options"] == "DENY"
        _, frame, body = preview.get(preview.state()["frame"])
        policy = frame["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'nonce-")
        assert "sandbox allow-scripts" in policy
        assert "allow-same-origin" not in policy
        assert "connect-src" not in policy
        assert body.count(b'<script nonce="__NONCE__"') == 0
        for path in ("/", "/state", "/own/app.js", preview.state()["frame"]):
            headers = preview.get(path)[1]
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "no-referrer"


def test_it_listens_on_loopback_and_finds_a_free_port() -> None:
    with open_loopback(0) as first:
        host, port = first.getsockname()
        assert host == "127.0.0.1"
        with pytest.raises(OSError, match=r".*"):
            open_loopback(port)
        with open_loopback(None) as usual:
            assert usual.getsockname()[0] == "127.0.0.1"
    assert Guard(None, port=80, frame_path="/s/").refuse("GET", "/", [(b"host", b"localhost")]) is None  # type: ignore[arg-type]
    two_hosts = [(b"host", b"localhost:9"), (b"host", b"evil")]
    assert Guard(None, port=9, frame_path="/s/").refuse("GET", "/", two_hosts)  # type: ignore[arg-type]


def test_a_taken_port_is_said(run: Run, deck: Deck) -> None:
    root = deck({"notes.md": "## What?\n\nThis.\n"})
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = run("watch", root, "--port", taken.getsockname()[1])
    assert result.returncode == 1
    assert "cannot be used" in result.stderr
    assert "--port 0" in result.stderr


def test_help_does_not_import_the_server() -> None:
    call = "try: main(['watch', '--help'])\nexcept SystemExit: print(*sys.modules)"
    script = f"import sys; from exporter.cli import main\n{call}"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert "Example:" in result.stdout
    loaded = {name.split(".")[0] for name in result.stdout.split("\n")[-2].split()}
    assert not loaded & {"starlette", "uvicorn", "watchfiles", "pypdfium2", "asyncio", "multiprocessing"}


def test_a_press_that_breaks_is_started_again(deck: Deck, tmp_path: Path) -> None:
    root = deck({"deck.toml": 'source = "."\noutputs = ["apkg"]\n', "a.md": "## What?\n\nThis.\n"})
    press = Press(Call(root, root / "dist"), tmp_path / "cache")
    press._start()
    assert press._process is not None
    os.kill(press._process.pid or 0, signal.SIGKILL)
    press._process.join()
    assert "broke off" in press.print_forms().fault
    assert press.print_forms().fault == ""
    press.end()
    assert press.print_forms().fault
    assert press._process is None, "whoever asks while a preview ends would wait for ever"


@pytest.mark.skipif(os.name != "posix", reason="needs SIGTERM")
def test_a_press_that_is_ended_takes_its_workers_along(deck: Deck, tmp_path: Path) -> None:
    """Else Python's tracker of semaphores complains to everybody who ends a preview."""
    script = (
        "import sys; from pathlib import Path; from exporter.watch.snapshot import Call;"
        "from exporter.watch.typesetting import Press; root, cache = map(Path, sys.argv[1:]);"
        "press = Press(Call(root, root / 'dist'), cache); assert press.print_forms().forms; press.stop()"
    )
    root = deck({"deck.toml": 'source = "."\noutputs = ["handout"]\n', "a.md": "## What?\n\nThis.\n"})
    command = [sys.executable, "-c", script, str(root), str(tmp_path / "cache")]
    result = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
@pytest.mark.parametrize("end", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_preview_that_is_asked_to_end_ends_clean(two: Path, tmp_path: Path, end: str) -> None:
    """By a supervisor, with its terminal, by Ctrl-C."""
    command = [sys.executable, "-u", "-m", "exporter", "watch", str(two), "--port", "0"]
    room = tmp_path / "room"
    room.mkdir()
    with subprocess.Popen(
        command,
        cwd=two,
        env={**os.environ, "TMPDIR": str(room)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        process.stdout.readline()
        while not list(room.iterdir()):
            time.sleep(0.02)
        process.send_signal(getattr(signal, end))
        _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors, [*room.iterdir()]) == (0, "", [])


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs /proc")
def test_nothing_is_left_when_the_preview_is_killed(two: Path) -> None:
    command = [sys.executable, "-u", "-m", "exporter", "watch", str(two), "--port", "0"]
    with subprocess.Popen(command, cwd=two, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        assert process.stdout
        process.stdout.readline()
        children: list[str] = []
        until = time.monotonic() + 20
        while not children and time.monotonic() < until:
            threads = Path(f"/proc/{process.pid}/task").glob("*/children")
            children = [child for thread in threads for child in thread.read_text(encoding="ascii").split()]
        process.kill()
    assert children
    while any(Path("/proc", child).is_dir() for child in children):
        assert time.monotonic() < until + 20, children
        time.sleep(0.05)
