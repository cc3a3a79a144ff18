"""An edited card before its file is read again: the same as after, or none at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from exporter.watch.chapters_in_memory import Library
from exporter.watch.first_look import look_first
from exporter.watch.snapshot import Call, Snapshot, take_snapshot
from tests.conftest import Deck
from tests.preview import KINDS

NOTES = """\
# Notes

Before all questions.

## 1. Sums

### 1.1 What is one?

It is a *number*, $a<b$.

- a list
- of two

<!-- note -->

### 1.2 What is two? <!-- type -->

2

## 2. Rest

### 2.1 What is three?

```python
three = 3
```
"""


def snapshot_of(root: Path, library: Library) -> Snapshot:
    value = take_snapshot(Call(root, root / "dist"), library).value
    assert value is not None
    return value


def look_after(root: Path, before: str, after: str) -> tuple[Snapshot, Snapshot, str] | None:
    """The snapshot of a first look, that of the reading after it, and the card; None where there was no look."""
    file, library = root / "a.md", Library()
    old = snapshot_of(root, library)
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    found = look_first(old, file)
    return (found[0], snapshot_of(root, library), found[1]) if found else None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("*number*", "*figure*"),
        ("- of two", "- of two\n- and three\n\n> said"),
        ("\n2\n", "\ntwo\n"),
        ("three = 3", "three = 1 + 2"),
    ],
)
def test_a_first_look_shows_what_the_reading_shows(deck: Deck, before: str, after: str) -> None:
    looked = look_after(deck({"a.md": NOTES}), before, after)
    assert looked
    first, then, guid = looked
    assert first.note_of(first.cards[guid]) == then.note_of(then.cards[guid])
    assert [*first.cards] == [*then.cards]
    spans = [(shown.first, shown.last) for shown in (first.cards[guid], then.cards[guid])]
    assert spans[0] == spans[1]


def test_every_kind_of_card_is_looked_at_or_left(deck: Deck) -> None:
    root = deck({"a.md": KINDS})
    for before, after in (
        ("It is *true*", "It is *right*"),
        ("DDIM skips", "It skips"),
        ("A bound.", "A lower bound."),
        ("in {{c1::2020", "in {{c1::2021"),
    ):
        if looked := look_after(root, before, after):
            first, then, guid = looked
            assert first.note_of(first.cards[guid]) == then.note_of(then.cards[guid])


@pytest.mark.parametrize(
    "change",
    [
        ("What is one?", "What is 1?"),  # a question may be another card now
        ("of two\n\n<!-- note -->\n\n### 1.2 What", "of two\n\n### 1.2 What"),  # not within one card alone
        ("2\n\n## 2. Rest\n", "2\n"),
        ("- a list\n- of two\n", "### Is this new?\n\nIt is.\n"),  # two cards of one
        ("Before all", "In front of all"),
    ],
)  # fmt: skip
def test_what_reaches_beyond_a_card_waits_for_the_reading(deck: Deck, change: tuple[str, str]) -> None:
    looked = look_after(deck({"a.md": NOTES}), *change)
    if looked:  # then it must be right
        first, then, guid = looked
        assert first.note_of(first.cards[guid]) == then.note_of(then.cards[guid])
        assert [*first.cards] == [*then.cards]
    else:
        assert looked is None


def test_what_stands_elsewhere_in_the_file_waits_for_the_reading(deck: Deck) -> None:
    for more in ("[one]: https://example.com\n", "Text[^1].\n\n[^1]: A footnote.\n", "$\\newcommand{\\x}{y}$\n"):
        root = deck({"a.md": f"{NOTES}\n{more}"})
        assert look_after(root, "*number*", "*figure*") is None


def test_a_file_that_is_gone_or_no_text_is_no_look(deck: Deck) -> None:
    root = deck({"a.md": NOTES})
    old = snapshot_of(root, Library())
    (root / "a.md").write_bytes(b"\xff\xfe\xff" + NOTES.encode())
    assert look_first(old, root / "a.md") is None
    (root / "a.md").unlink()
    assert look_first(old, root / "a.md") is None
    assert look_first(old, root / "other.md") is None
