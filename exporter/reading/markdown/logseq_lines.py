"""Logseq: `((id))` shows the text of a block, `{{query …}}` what a program finds, `#+BEGIN_QUOTE` begins a quotation.

In: the text of a file, and what the blocks of others say. Out: the same lines, with the words of a block in the place of
its id, comments in the place of queries, and quotations and callouts as Markdown writes them. What stands nowhere in the
notes is hidden, and said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

from exporter.diagnostics import report
from exporter.reading.markdown.tool_lines import outside_code

_SIGN = re.compile(r"\(\([0-9a-f]{8}-|\{\{query |#\+BEGIN_[A-Z]", re.IGNORECASE)
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_REFERENCE = re.compile(rf"`[^`]*`|\{{\{{embed \(\(({_UUID})\)\)\}}\}}|(?<!\]\()\(\(({_UUID})\)\)")
"""Code, which stays as it is, or a reference."""
_MARKS = re.compile(r"^- |(?<!\S)#(?:card|\[\[card\]\])(?![\w/-])|\{\{c(?:loze:?|\d+) ([^{}]+)\}\}", re.IGNORECASE)
"""What makes a block a card: it is one in its own place only."""
_NAME = re.compile(rf"\s*(?:<!--)?id:: ({_UUID})(?:-->)?\s*")
_QUERY = re.compile(r"\s*(?:- )?\{\{query .*\}\}\s*", re.IGNORECASE)
_OPENS = re.compile(r"(\s*(?:- )?)#\+BEGIN_(QUOTE|NOTE|TIP|IMPORTANT|WARNING|CAUTION)\s*", re.IGNORECASE)
_CLOSES = re.compile(r"\s*#\+END_(QUOTE|NOTE|TIP|IMPORTANT|WARNING|CAUTION)\s*", re.IGNORECASE)
_MOST = 200
"""Characters of a block that a reference shows."""


def logseq_lines(state: StateCore) -> None:
    """Before the blocks are read."""
    if not _SIGN.search(state.src):
        return
    lines = state.src.split("\n")
    blocks = {**state.env.get("blocks", {}), **named_blocks(state.src)}
    opened: tuple[int, str] | None = None
    for number in outside_code(lines):
        line = lines[number]
        if _QUERY.fullmatch(line):
            _say(state, number, "a query of Logseq is hidden: only Logseq can answer it", "write down what it finds")
            lines[number] = f"{line[: len(line) - len(line.lstrip())]}<!-- -->"
        elif match := _OPENS.fullmatch(line):
            opened = number, match[2].upper()
        elif opened and (match := _CLOSES.fullmatch(line)) and match[1].upper() == opened[1]:
            _quote(lines, opened[0], number)
            opened = None
        elif "((" in line:
            names = [name for match in _REFERENCE.finditer(line) if (name := match[1] or match[2])]
            lines[number] = _resolved(line, blocks)
            if any(name not in blocks for name in names):
                message = "a reference of Logseq is hidden: its block is not in these notes, or is too long"
                _say(state, number, message, "write its words here")
    state.src = "\n".join(lines)


def _resolved(line: str, blocks: Mapping[str, str]) -> str:
    return _REFERENCE.sub(
        lambda match: blocks.get(name, "") if (name := match[1] or match[2]) else match[0],
        line,
    )


def referred_blocks(text: str) -> frozenset[str]:
    """The names of the blocks that a text refers to."""
    if "((" not in text:
        return frozenset()
    return frozenset(name for match in _REFERENCE.finditer(text) if (name := match[1] or match[2]))


def named_blocks(text: str) -> Mapping[str, str]:
    """The words of each block that has a name, by it. The name stands below its first line."""
    blocks: dict[str, str] = {}
    lines = text.split("\n") if "id::" in text else []
    for above, line in pairwise(lines):
        if "id::" in line and (match := _NAME.fullmatch(line)):
            words = _resolved(_MARKS.sub(lambda mark: mark[1] or "", above.strip()).lstrip("# ").rstrip(), {})
            if len(words) <= _MOST and not words.startswith(("```", "#+")):
                blocks[match[1]] = words
    return blocks


def _quote(lines: list[str], start: int, end: int) -> None:
    opening = _OPENS.fullmatch(lines[start])
    kind = opening[2].upper() if opening else "QUOTE"
    lines[start] = (opening[1] if opening else "") + (">" if kind == "QUOTE" else f"> [!{kind}]")
    for number in range(start + 1, end + 1):
        words = lines[number].lstrip()
        lines[number] = lines[number][: len(lines[number]) - len(words)] + "> " + (words if number < end else "")


def _say(state: StateCore, number: int, message: str, hint: str) -> None:
    if (source := state.env.get("source")) is not None:
        state.env["diagnostics"].append(report("logseq-hidden", source.span(number), message, hint))


def install(md: MarkdownIt) -> None:
    """Behind the lines of tools."""
    md.core.ruler.after("tool_lines", "logseq_lines", logseq_lines)
