"""A line for another flashcard tool with a slip in its name: `TARGT DECK: Physics`, `FILE TAG: a b`, `cards-dek: Physics`.

In: the source before its blocks are read. Out: the line as a comment, so that no card is made of it, and a diagnostic.
"""

from __future__ import annotations

import difflib
import re

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

from exporter.diagnostics import report
from exporter.reading.markdown.tool_lines import outside_code
from exporter.source import SourceFile

_NAMED = re.compile(r" {0,3}(?:#+ )?([A-Z]{2,9}[ _-]?[A-Z]{2,7}|[a-z]{3,7}[-_][a-z]{2,6}) ?[:=](?!:)[ \t]*\S.*")
"""What may be a tool's line: its name all in capitals, or two small words with a hyphen."""
_MAY_BE = re.compile(f"^{_NAMED.pattern}", re.MULTILINE)
_NAMES = ("TARGET DECK", "FILE TAGS", "cards-deck")
_LIKE = 0.86
"""So much a word shares with a name that it means: 2 × the letters in common ÷ all letters. One slip, or two letters."""


def misspelt_tools(state: StateCore) -> None:
    """Hide each such line. What is spelled as the tool has it is known by then; the note's own words are not so like it."""
    if not _MAY_BE.search(state.src):
        return
    source: SourceFile | None = state.env.get("source")
    lines = state.src.split("\n")
    for number in outside_code(lines):
        match = _NAMED.fullmatch(lines[number])
        near = difflib.get_close_matches(match[1], _NAMES, n=1, cutoff=_LIKE) if match else []
        if not match or not near:
            continue
        lines[number] = "<!-- -->"
        if source is not None:
            message = f'"{match[1]}" is nearly a line for a flashcard tool; it is on no card and no page'
            hint = f'did you mean "{near[0]}:"{" in the front matter" if near[0] == "cards-deck" else ""}?'
            span = source.find(match[1], number, number + 1)
            state.env["diagnostics"].append(report("tool-line-unknown", span, message, hint))
    state.src = "\n".join(lines)


def install(md: MarkdownIt) -> None:
    """Behind the lines that are spelled as a tool has them."""
    md.core.ruler.after("tool_lines", "misspelt_tools", misspelt_tools)
