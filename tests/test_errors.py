"""`tests/errors/*.md`: bad input, and what make-deck says to it, word for word.

Each case holds the files of a small deck, the call (`check notes.md` where none is given), and what is printed; the
number after `says` is the exit code.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from exporter.diagnostics import CODES
from tests.conftest import Deck, Run

FOLDER = Path(__file__).parent / "errors"
BLOCK = re.compile(r"^~~~~ (?P<name>\S+) ?(?P<how>\S*)\n(?P<text>.*?)^~~~~$", re.MULTILINE | re.DOTALL)


def content(text: str, how: str) -> bytes:
    return bytes.fromhex(text) if how == "hex" else text.encode(how or "utf-8")


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.md")), ids=lambda file: file.stem)
def test_bad_input_gets_a_clear_line(
    file: Path, run: Run, tmp_path: Path, deck: Deck, request: pytest.FixtureRequest
) -> None:
    text = file.read_text(encoding="utf-8")
    blocks = list(BLOCK.finditer(text))
    deck({m["name"]: content(m["text"], m["how"]) for m in blocks if m["name"] not in ("call", "says")}, ".")
    call = next((m["text"] for m in blocks if m["name"] == "call"), "check notes.md")
    result = run(*call.split())
    said = result.stderr.replace(str(tmp_path), "{tmp}")
    says = next(m for m in blocks if m["name"] == "says")
    if request.config.getoption("--rewrite"):
        code = f" {result.returncode}" if result.returncode else ""
        file.write_text(text.replace(says[0], f"~~~~ says{code}\n{said}~~~~"), encoding="utf-8")
        return
    assert said == says["text"]
    assert result.returncode == int(says["how"] or 0)


def test_without_pango_the_deck_is_still_built(run: Run, deck: Deck, tmp_path: Path) -> None:
    root = deck({"notes.md": "## What is this?\n\nThis.\n"})
    deck({"weasyprint/__init__.py": "raise OSError(\"cannot load library 'libpango-1.0-0': not found\")\n"}, "shadow")
    path = f"{tmp_path / 'shadow'}:{Path(sys.modules['exporter'].__file__ or '').parent.parent}"
    result = run("build", root, "-o", "out", PYTHONPATH=path)
    assert result.returncode == 0
    assert "warning[pango-missing]: no PDF: WeasyPrint cannot load libpango-1.0-0" in result.stderr
    for system in ("apt install", "dnf install", "brew install", "Windows"):
        assert system in result.stderr
    assert (tmp_path / "out" / "deck.apkg").is_file()
    assert not (tmp_path / "out" / "deck.pdf").exists()


ELSEWHERE = {
    "pango-missing",
    "print-broken",
    "file-changed",
    "note-outside",
    "make-deck-broken",
    "glyph-missing",
    "duplicate-guid",
    "question-empty",
    "note-no-card",
    "package-foreign",
    "push-conflict",
    "push-incomplete",
}
"""Codes whose case is a test of its own, because no file can cause it alone."""


def test_every_code_has_a_case() -> None:
    shown = set(
        re.findall(
            r"(?:error|warning|info)\[([\w-]+)\]", "".join(f.read_text(encoding="utf-8") for f in FOLDER.glob("*.md"))
        )
    )
    shown |= set(
        re.findall(
            r"says .*\[([\w-]+)\]",
            "".join(f.read_text(encoding="utf-8") for f in (FOLDER.parent / "spec").rglob("*.md")),
        )
    )
    assert shown <= set(CODES)
    assert set(CODES) - shown - ELSEWHERE == set()


def test_the_readme_lists_every_code(request: pytest.FixtureRequest) -> None:
    readme = FOLDER.parent.parent / "README.md"
    text = readme.read_text(encoding="utf-8")
    rows = "".join(f"| `{code}` | {severity} | {meaning} |\n" for code, (severity, meaning) in CODES.items())
    table = f"<!-- codes -->\n| code | severity | meaning |\n|---|---|---|\n{rows}<!-- /codes -->"
    if request.config.getoption("--rewrite"):
        readme.write_text(
            re.sub(r"<!-- codes -->.*?<!-- /codes -->", lambda _: table, text, flags=re.DOTALL), encoding="utf-8"
        )
    else:
        assert table in text


def test_the_readme_shows_every_setting(tmp_path: Path) -> None:
    from dataclasses import fields, is_dataclass

    from exporter.config import Config, load_config

    text = (FOLDER.parent.parent / "README.md").read_text(encoding="utf-8")
    block = re.search(r"```toml\n(name = .*?)```", text, re.DOTALL)
    assert block
    (tmp_path / "deck.toml").write_text(block[1], encoding="utf-8")
    (tmp_path / "source").mkdir()
    loaded = load_config(tmp_path)
    assert loaded.diagnostics == ()

    def keys(kind: object) -> set[str]:
        nested = [getattr(kind, f.name) for f in fields(kind)]
        return {f.name for f in fields(kind)}.union(*(keys(value) for value in nested if is_dataclass(value)))

    shown = set(re.findall(r"\w+", " ".join(re.findall(r"^\[.*?\]|^\w+", block[1], re.MULTILINE))))
    assert keys(Config()) - {"root", "source_path", "file"} <= shown
