"""A code fence that is never closed ends where the notes go on.

CommonMark (section 4.5) runs it to the end of the document, which swallows every question below. Here it ends before
the first heading that follows a blank line, with a diagnostic at the fence. A fence in a list item whose closing line is
indented less than the item (section 5.2 would open a new fence there) is closed by it.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.fence import fence as commonmark_fence

from exporter.diagnostics import report

DIAGRAMS = frozenset(
    {
        "mermaid",
        "plantuml",
        "puml",
        "flow",
        "sequence",
        "dot",
        "graphviz",
        "echarts",
        "markmap",
        "tikz",
        "d2",
        "vega",
        "vega-lite",
        "wavedrom",
    }
)
"""Info strings of fences that other programs draw; here their source is shown in a labelled block."""

_HEADING = re.compile(r"#{1,6}\s+\S|<h[1-6]\b", re.IGNORECASE)


def fence(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """As CommonMark; an unclosed fence is cut and reported."""
    if not commonmark_fence(state, start, end, silent):
        return False
    if silent:
        return True
    token = state.tokens[-1]
    last = _line(state, state.line - 1) if state.line - 1 > start else ""
    if _closes(last, token.markup):
        return True
    if state.line < end and state.level > 0:
        if _closes(_line(state, state.line), token.markup):
            state.line += 1  # the closing fence, indented less than its list item
        return True  # ended by its list item or quote
    for number in range(start + 2, state.line):
        if state.isEmpty(number - 1) and _HEADING.match(_line(state, number)):
            token.content = state.getLines(start + 1, number, state.sCount[start], True).rstrip("\n") + "\n"  # noqa: FBT003
            state.line = number
            token.map = [start, number]
            break
    source = state.env.get("source")
    if source is not None and state.level == 0:
        hint = f'close it with "{token.markup}"'
        state.env["diagnostics"].append(
            report("fence-unclosed", source.span(start), "code fence is never closed", hint)
        )
    return True


def _closes(line: str, markup: str) -> bool:
    return line.startswith(markup) and not line.strip(markup[0] + " \t")


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]].rstrip()


def install(md: MarkdownIt) -> None:
    """Replace markdown-it's `fence`."""
    md.block.ruler.at("fence", fence, {"alt": ["paragraph", "reference", "blockquote", "list"]})
