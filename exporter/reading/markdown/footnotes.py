"""Footnotes `[^1]`, which go with the answer that refers to them.

The plugin collects all notes at the end of the file; a card sees only its own answer. So each reference takes its note
along, in `meta["note"]`, and the block at the end goes.
"""

from __future__ import annotations

from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin


def attach_notes(state: StateCore) -> None:
    """Move every footnote into the references to it."""
    start = next((i for i, token in enumerate(state.tokens) if token.type == "footnote_block_open"), None)
    if start is None:
        return
    notes: dict[int, tuple[Token, ...]] = {}
    current: list[Token] = []
    number = 0
    for token in state.tokens[start:]:
        if token.type == "footnote_open":
            current = []
            number = int(token.meta["id"])
        elif token.type == "footnote_close":
            notes[number] = tuple(current)
        elif token.type != "footnote_anchor":
            current.append(token)
    state.tokens = state.tokens[:start]
    for reference in _references(state.tokens):
        reference.meta["note"] = notes.get(int(reference.meta["id"]), ())


def _references(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from (child for child in token.children or () if child.type == "footnote_ref")


def install(md: MarkdownIt) -> None:
    """The plugin without its inline form `^[…]`, which formulas use."""
    footnote_plugin(md)
    md.disable("footnote_inline")
    md.core.ruler.after("footnote_tail", "attach_notes", attach_notes)
