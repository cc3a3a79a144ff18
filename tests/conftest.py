"""What all tests share: the command, small decks, and the real notes where they are at hand.

A test stands in the folder of the wing that it tests; what holds for all of them stands here.

Tests are quick where they start little. Write a small deck with `deck`, call the command with `run`: in this process a
build with print takes 0.2 s of a processor, with `process`, which is for what only a process of its own shows
(signals, environment, imports, two at once), it takes ten times as much; `--only apkg` and `check` take next to
nothing. Many looks at one outcome share it: the project's own deck in `showcase`, what `once` makes for all processes,
a fixture of a module that has a mark `xdist_group`. So Chromium starts once for a module, and shows all cards in one
page. Say how much work may grow with `time.thread_time()`, which does not count what other processes do, and wait for
an event, never for a time. What takes more than about five seconds alone, such as a book of real notes, has the
marker `slow`: only CI runs it. Tests run on all processors, so each has its own folder.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from tests.command import KeptWorkers, Result, call_here, call_process

TESTS = Path(__file__).parent
ROOT = TESTS.parent
CORPUS = ROOT.parent / "shared" / "corpus"

Run = Callable[..., Result]
Deck = Callable[..., Path]
Once = Callable[[str, Callable[[Path], None]], Path]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite",
        action="store_true",
        help="write what comes out into tests/spec and tests/golden; then read the diff",
    )


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Call `make-deck` in an empty folder, with a fixed date: in this process, which is ten times as quick."""
    return _caller(call_here, tmp_path, monkeypatch)


@pytest.fixture
def process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The same as a user does it: in a process of its own, where that is what is tested."""
    return _caller(call_process, tmp_path, monkeypatch)


def _caller(call: Callable[[tuple[object, ...], Path], Result], folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1760000000")

    def run(*arguments: object, cwd: Path = folder, **environment: str) -> Result:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return call(arguments, cwd)

    return run


@pytest.fixture(scope="session", autouse=True)
def _end_processes() -> Iterator[None]:
    yield
    KeptWorkers.end()


@pytest.fixture(scope="session", autouse=True)
def _own_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What the developer trusts, allows and has pushed is no part of a test."""
    with pytest.MonkeyPatch.context() as patch:
        for kind in ("CONFIG", "DATA"):
            patch.setenv(f"XDG_{kind}_HOME", str(tmp_path_factory.getbasetemp() / kind.lower()))
        yield


@pytest.fixture
def deck(tmp_path: Path) -> Deck:
    """Write files into a folder: `deck({"a.md": "# …", "imgs/x.png": b"…"})`."""

    def write(files: dict[str, str | bytes], folder: str = "deck") -> Path:
        root = tmp_path / folder
        for name, content in files.items():
            file = root / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return root

    return write


@pytest.fixture
def corpus() -> Path:
    """Real notes of other people; developers have them beside the checkout."""
    if not CORPUS.is_dir():
        pytest.skip("the corpus of real notes is not here")
    return CORPUS


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Once:
    """A folder for all processes that test, filled by the first one that asks: `once("name", fill)`."""
    base = tmp_path_factory.getbasetemp()

    def once(name: str, fill: Callable[[Path], None]) -> Path:
        folder = (base if worker_id == "master" else base.parent) / name
        with FileLock(folder.with_suffix(".lock")):
            if not folder.is_dir():
                folder.mkdir()
                fill(folder)
        return folder

    return once


@pytest.fixture(scope="session")
def showcase_deck(once: Once) -> Path:
    """A copy of the project's own deck, built once: its outputs lie in `out`."""

    def fill(root: Path) -> None:
        for folder in ("source", "imgs"):
            shutil.copytree(ROOT / folder, root / folder)
        for name in ("deck.toml", "deck.lock"):
            shutil.copy(ROOT / name, root)
        result = call_process(("build", root, "-o", root / "out", "--only", "apkg,handout,flashcards"), root)
        assert (result.returncode, result.stderr) == (0, "")

    return once("showcase", fill)


@pytest.fixture(scope="session")
def showcase(showcase_deck: Path) -> Path:
    """The folder with package, handout and flashcards of the project's own deck."""
    return showcase_deck / "out"


@pytest.fixture(scope="session")
def real_book(once: Once) -> Path:
    """The folder with the package of a whole book of other people's notes, and what its build said, in `said`."""
    if not CORPUS.is_dir():
        pytest.skip("the corpus of real notes is not here")

    def fill(out: Path) -> None:
        result = call_process(("build", CORPUS / "book", "-o", out, "--only", "apkg"), out)
        assert result.returncode == 0, result.stderr
        (out / "said").write_text(result.stderr, encoding="utf-8")

    return once("book", fill)
