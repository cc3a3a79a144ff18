"""What Logseq's blocks in other files say, where the notes are a graph of Logseq's."""

from __future__ import annotations

from tests.conftest import Deck, Run

NAME = "64e4a1b2-0c3d-4e5f-8a9b-00000000000f"
CARD = f"- What is a cell? #card\n\t- The unit of life, see (({NAME}))\n"
BLOCK = f"- the {{{{cloze nucleus}}}} has the genes\n  id:: {NAME}\n"


def test_a_block_of_another_file_stands_in_its_place(run: Run, deck: Deck) -> None:
    files = {"logseq/config.edn": "{}", "pages/cell.md": CARD, "journals/2025_01_02.md": BLOCK}
    root = deck(files)
    result = run("build", root, "-o", "out", "--only", "apkg")
    assert result.returncode == 0
    assert "logseq-hidden" not in result.stderr
    (root / "journals" / "2025_01_02.md").write_text(BLOCK.replace("genes", "DNA"), encoding="utf-8")
    assert "edited\n  What is a cell?" in run("plan", root, "-o", "out").stdout


def test_without_the_folder_of_logseq_no_other_file_is_looked_at(run: Run, deck: Deck) -> None:
    root = deck({"pages/cell.md": CARD, "journals/2025_01_02.md": BLOCK})
    assert "logseq-hidden" in run("check", root).stderr


def test_a_block_that_is_nowhere_is_said(run: Run, deck: Deck) -> None:
    root = deck({"logseq/config.edn": "{}", "pages/cell.md": CARD})
    assert "its block is not in these notes" in run("check", root).stderr
