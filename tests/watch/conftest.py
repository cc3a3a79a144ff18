"""One browser for all that looks at the preview, and one deck of every kind in a preview that nothing changes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.anki_view import ViewerMissingError
from tests.preview import KINDS, Preview, Tab, watching

ONES = """\
# Ones

## 1. What is one?

It is a number.

<!-- card -->
### How is one written?

1

## 2. What is a digit?

A sign. ![gone](gone.png)
"""
TWOS = """\
# Twos

## What is two?

Twice one, 非负性成立。

## What is nothing?

## What is a **pair**?

Two things. <mark>marked</mark>
"""
NOTES = {
    "deck.toml": 'source = "notes"\noutputs = ["apkg"]\n',
    "notes/kinds.md": KINDS,
    "notes/deep/one.md": ONES,
    "notes/deep/two.md": TWOS,
    "notes/deep/gane.png": "",
}


@pytest.fixture(scope="session")
def tab() -> Iterator[Tab]:
    """A browser window."""
    try:
        with Tab() as opened:
            yield opened
    except ViewerMissingError as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    """A preview of `NOTES`. Nobody changes them."""
    root = tmp_path_factory.mktemp("still")
    for name, text in NOTES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    with watching(root) as preview:
        yield preview
