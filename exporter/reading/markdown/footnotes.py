"""Footnotes `[^1]` and `^[text]`, which go with the answer that refers to them.

The plugin collects all notes at the end of the file; a card sees only its own answer. So each reference takes its note
along, in `meta["note"]`, and the block at the end goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.footnote.index import footnote_inline

from exporter.diagnostics import report
from exporter.source import SourceFile

_WORD = r"(?:[^\W\d_]{3}|[^\W\d_a-zA-Z]{2})"
_IN_WORDS = re.compile(rf"\^\[(?:(?<=\S\^\[)|(?=(?>[^\]\n]*?{_WORD})[^\]\n]*?\s))[^\]\n]*?{_WORD}")
"""A note in words: not the exponent of `x^[n+1]`, and with a space before it not the pattern `^[abc]`."""


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


def report_unused(state: StateCore) -> None:
    """Before the plugin drops them: name the notes that nothing refers to."""
    source: SourceFile | None = state.env.get("source")
    if source is None:
        return
    known = state.env.get("footnotes", {}).get("refs", {})
    for token in state.tokens:
        if token.type == "footnote_reference_open" and known.get(f":{token.meta['label']}", 0) == -1 and token.map:
            message = f"nothing refers to the footnote [^{token.meta['label']}], so it is on no card and no page"
            place = source.span(token.map[0])
            state.env["diagnostics"].append(report("text-left-out", place, message, "refer to it, or make it text"))


def _references(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from (child for child in token.children or () if child.type == "footnote_ref")


def note_in_words(state: StateInline, silent: bool) -> bool:
    """`^[text]`, as Pandoc and Obsidian write a note where it is referred to."""
    return bool(_IN_WORDS.match(state.src, state.pos)) and footnote_inline(state, silent)


def install(md: MarkdownIt) -> None:
    """The plugin, whose inline form `^[…]` must be words, since formulas are written like it."""
    footnote_plugin(md)
    md.inline.ruler.at("footnote_inline", note_in_words)
    md.core.ruler.before("footnote_tail", "report_unused", report_unused)
    md.core.ruler.after("footnote_tail", "attach_notes", attach_notes)
