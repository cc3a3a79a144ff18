"""What goes out: files with questions, and those that an author asks for. Nothing else is in any output."""

from __future__ import annotations

import json
from pathlib import Path

from tests.conftest import Deck, Run
from tests.printed import page_texts

NOTES = "# Physics\n\nAn introduction.\n\n## What is light?\n\nA wave.\n\n## What is sound?\n\nAnother.\n"
FILES: dict[str, str | bytes] = {
    "deck.toml": 'source = "."\n[questions]\n"Private/*" = "none"\n',
    "physics.md": NOTES,
    "Passwords.md": "# Passwords\n\nhunter2\n",
    "Private/diary.md": "## What is love?\n\nsecretone ![](pic.png)\n\n## What is hate?\n\nAlso.\n",
    "mine.md": "---\ncards: none\n---\n## What is mine?\n\nsecrettwo\n\n## What is yours?\n\nMore.\n",
    "Templates/question.md": "## {{title}}?\n\nsecretthree {{date}}\n\n## What?\n\nX.\n",
    "board.md": "---\nkanban-plugin: board\n---\n\n## Is it done?\n\n- [ ] secretfour\n\n## Is that?\n\n- [ ] x\n",
    "Drawing.excalidraw.md": "## What is it?\n\nsecretfive\n\n## And that?\n\nX\n",
    ".trash/old.md": NOTES,
    "preface.md": "# Preface\n\nWelcome, reader.\n",
}


def test_what_nobody_asked_for_is_in_no_output(run: Run, deck: Deck, tmp_path: Path) -> None:
    root = deck(FILES)
    result = run("build", root, "-o", "out")
    assert result.returncode == 0, result.stderr
    assert "7 files stay out" in result.stdout
    assert "secret" not in result.stderr
    assert "image" not in result.stderr, "a picture of a file that stays out is not looked for"
    printed = " ".join(page_texts(tmp_path / "out" / "deck.pdf"))
    assert "A wave." in printed
    for word in ("hunter2", "secret", "Welcome"):
        assert word not in printed
    cards = json.loads(run("outline", root, "--json").stdout)["files"]
    reasons = {file["path"]: file["stays_out"] for file in cards}
    assert reasons == {
        "physics.md": "",
        "Passwords.md": "no question was found in it",
        "preface.md": "no question was found in it",
        "Private/diary.md": "it is set to none",
        "mine.md": "it is set to none",
        "Templates/question.md": "it is a template",
        "board.md": "it is a Kanban board",
        "Drawing.excalidraw.md": "it is a drawing of Excalidraw",
    }


def test_a_file_without_questions_is_printed_where_its_author_asks_for_it(run: Run, deck: Deck, tmp_path: Path) -> None:
    files = {**FILES, "deck.toml": 'source = "."\n[print]\ninclude = ["preface.md", "mine.md"]\n'}
    run("build", deck(files), "-o", "out", "--only", "handout")
    printed = " ".join(page_texts(tmp_path / "out" / "deck.pdf"))
    assert "Welcome, reader." in printed
    assert "secrettwo" not in printed, "what is set to none stays out, whoever asks"
