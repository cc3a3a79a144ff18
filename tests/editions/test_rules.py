"""The lock keeps the rules that make-deck chose by itself, and the plan says where it would choose otherwise now."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from exporter.config import load_config
from exporter.editions.changes import changes_as_json, changes_as_text
from exporter.editions.edition import Edition, plan_edition
from exporter.editions.identity import Lock, read_lock, render_lock
from exporter.editions.identity.lock_reader import parse_lock
from exporter.model import Alternative, Decision
from exporter.pipeline.book import read_book
from tests.conftest import Deck


@pytest.fixture
def notes(deck: Deck) -> Path:
    files = {"deck.toml": "", "source/b.md": "## What is A?\n\nOne.\n", "source/a.md": "## What is B?\n\nTwo.\n"}
    return deck({**files, "source/own.md": "---\ncards: h2\n---\n\n## C\n\nThree.\n"})


def edition(root: Path, rules: dict[str, str]) -> Edition:
    """The next edition, in which make-deck chooses these rules; it is published."""
    config = load_config(root).value
    assert config
    book = read_book(config, root / "dist").value
    chapters = [
        replace(c, decision=Decision((Alternative(rules[name], "words", 1, ()),), decided_by="choice"))
        if (name := Path(c.source.path).name) in rules
        else c
        for c in book.chapters
    ]
    found = plan_edition(replace(book, chapters=tuple(chapters)), config, root / "deck.lock", 1_700_000_000).value
    (root / "deck.lock").write_text(render_lock(found.lock), encoding="utf-8")
    return found


def test_the_lock_keeps_a_rule_a_line_by_path(notes: Path) -> None:
    edition(notes, {"b.md": "h2", "a.md": "h2?"})
    lines = (notes / "deck.lock").read_text(encoding="utf-8").splitlines()
    place = lines.index('"rules": {')
    assert lines[place + 1 : place + 4] == ['"source/a.md": "h2?",', '"source/b.md": "h2"', "},"]
    kept = read_lock(notes / "deck.lock", "deck.lock")
    assert not kept.diagnostics
    assert kept.value.rules == {"source/a.md": "h2?", "source/b.md": "h2"}
    assert render_lock(kept.value) == (notes / "deck.lock").read_text(encoding="utf-8")


def test_the_plan_tells_a_file_that_is_read_otherwise(notes: Path) -> None:
    first = edition(notes, {"b.md": "h2", "a.md": "h2"})
    assert not first.changes.reread
    second = edition(notes, {"b.md": "h2", "a.md": "h1"})
    assert changes_as_json(second.changes)["reread"] == [{"path": "source/a.md", "before": "h2", "after": "h1"}]
    said = "\n".join(changes_as_text(second.changes))
    assert "read otherwise" in said
    assert "source/a.md  h2 [cyan]→[/] h1" in said
    third = edition(notes, {"b.md": "h2", "a.md": "h1"})
    assert not third.changes.reread


def test_a_rule_of_the_author_is_not_kept(notes: Path) -> None:
    edition(notes, {"a.md": "h2"})
    assert "own.md" not in "".join(read_lock(notes / "deck.lock", "deck.lock").value.rules)


@pytest.mark.parametrize("rules", ["[]", '{"a.md": 3}', '{"a.md": ["h2"]}', "null", '"h2"'])
def test_damaged_rules_are_told(rules: str) -> None:
    found = parse_lock(f'{{"version": 1, "notetypes": {{}}, "rules": {rules}, "notes": []}}'.encode(), "deck.lock")
    assert [d.code for d in found.diagnostics] == ["lock-invalid"]
    assert found.value == Lock()
