"""What all tests share: the command, small decks, and the real notes where they are at hand."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CORPUS = ROOT.parent / "shared" / "corpus"

Run = Callable[..., subprocess.CompletedProcess[str]]
Deck = Callable[..., Path]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite",
        action="store_true",
        help="write what comes out into tests/spec and tests/golden; then read the diff",
    )


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `make-deck` as a user does: as a process, in an empty folder, with a fixed date."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1760000000")

    def run(*arguments: object, cwd: Path = tmp_path, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "exporter", *map(str, arguments)]
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return subprocess.run(
            command, cwd=cwd, capture_output=True, text=True, encoding="utf-8", timeout=300, check=False
        )

    return run


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
def showcase(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's own deck, built once; the folder of its outputs."""
    out = tmp_path_factory.mktemp("showcase")
    command = [sys.executable, "-m", "exporter", "build", str(ROOT), "-o", str(out)]
    result = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=300, check=False)
    assert result.returncode == 0, result.stderr
    return out
