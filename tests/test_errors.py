"""`tests/errors/*.md`: bad input, and what make-deck says to it, word for word.

Each case holds the files of a small deck, the call (`check notes.md` where none is given), and what is printed; the
number after `says` is the exit code. A file that is named after a code says above its case what the code means and what
to do, which is what `make-deck explain` shows.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from exporter.cli import main
from exporter.cli.explanations import read_case, read_explanation
from exporter.diagnostics import CODES
from exporter.reading.questions import RULES
from tests.conftest import Deck, Run

FOLDER = Path(__file__).parent / "errors"
FILES = sorted(FOLDER.glob("*.md"))
CASES = {file: case for file in FILES if (case := read_case(file.read_text(encoding="utf-8")))}


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_bad_input_gets_a_clear_line(
    file: Path, run: Run, tmp_path: Path, deck: Deck, request: pytest.FixtureRequest
) -> None:
    case = CASES[file]
    deck({one.name: one.data for one in case.files}, ".")
    result = run(*case.call.split())
    said = result.stderr.replace(str(tmp_path), "{tmp}")
    if request.config.getoption("--rewrite"):
        code = f" {result.returncode}" if result.returncode else ""
        text = file.read_text(encoding="utf-8")
        outcome = re.sub(
            r"^~~~~ says.*?^~~~~$", lambda _: f"~~~~ says{code}\n{said}~~~~", text, flags=re.MULTILINE | re.DOTALL
        )
        file.write_text(outcome, encoding="utf-8")
        return
    assert said == case.says
    assert result.returncode == case.exit_code


def test_without_pango_the_deck_is_still_built(process: Run, deck: Deck, tmp_path: Path) -> None:
    root = deck({"notes.md": "## What is this?\n\nThis.\n"})
    deck({"weasyprint/__init__.py": "raise OSError(\"cannot load library 'libpango-1.0-0': not found\")\n"}, "shadow")
    path = f"{tmp_path / 'shadow'}:{Path(sys.modules['exporter'].__file__ or '').parent.parent}"
    result = process("build", root, "-o", "out", PYTHONPATH=path)
    assert result.returncode == 0
    assert "warning[pango-missing]: no PDF: WeasyPrint cannot load libpango-1.0-0" in result.stderr
    for system in ("apt install", "dnf install", "brew install", "Windows"):
        assert system in result.stderr
    assert (tmp_path / "out" / "deck.apkg").is_file()
    assert not (tmp_path / "out" / "deck.pdf").exists()


ELSEWHERE = {
    "pango-missing",
    "print-broken",
    "print-unrefined",
    "print-cut",
    "file-changed",
    "note-outside",
    "make-deck-broken",
    "config-foreign",
    "glyph-missing",
    "duplicate-guid",
    "question-empty",
    "note-no-card",
    "package-foreign",
    "id-twice",
    "history-strayed",
    "push-conflict",
    "push-foreign",
    "push-incomplete",
    "history-shallow",
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


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_explained(code: str) -> None:
    file = FOLDER / f"{code}.md"
    assert file.is_file(), (
        f"write {file}: what it means, `What to do: …`, `Example: …` and its case (see CONTRIBUTING.md)"
    )
    explanation = read_explanation(file.read_text(encoding="utf-8"))
    assert len(explanation.meaning) > 40
    assert len(explanation.advice) > 5
    if explanation.case:
        assert explanation.example
        assert f"[{code}]" in explanation.case.says


def explain(*words: str) -> Result:
    return CliRunner().invoke(main, ["explain", *words])


@pytest.mark.parametrize("word", ["image-missing", "Image-Missing", "warning[image-missing]"])
def test_a_code_is_explained_with_its_case(word: str) -> None:
    said = explain(word).stdout
    assert said.startswith("image-missing (warning): an image file is not there\n")
    assert "What to do\n  Put the file where the notes say" in said
    assert '  $ make-deck check notes.md\n  notes.md:4:5: warning[image-missing]: no file "imgs/供需.png"\n' in said


def test_without_a_word_all_codes_and_rules_are_listed() -> None:
    said = explain().stdout
    for code, (severity, meaning) in CODES.items():
        assert re.search(rf"^  {code} +{severity}: {re.escape(meaning)}$", said, re.MULTILINE)
    for rule in RULES:
        assert re.search(rf"^  {rule}  +\S", said, re.MULTILINE)
        assert f"cards: {rule}`" in explain(rule).stdout


def test_a_rule_that_is_suggested_is_explained() -> None:
    said = explain("h2+table:español").stdout
    assert said.startswith(
        "h2+table:español (rule): the second-level headings and the rows of the tables below the head"
    )


@pytest.mark.parametrize(
    ("word", "near"), [("imag-mising", "image-missing"), ("missing-image", "image-missing"), ("callouts", "callout")]
)
def test_a_word_that_is_no_code_gets_the_nearest(word: str, near: str) -> None:
    result = explain(word)
    assert result.exit_code == 2
    assert f'did you mean "{near}"?' in result.stderr


def test_a_word_that_is_like_nothing_is_a_wrong_call() -> None:
    result = explain("ξξ\x1b[31m")
    assert result.exit_code == 2
    assert '"make-deck explain" lists all' in result.stderr
    assert "did you mean" not in result.stderr
    assert "\x1b" not in result.stderr
