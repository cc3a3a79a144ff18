"""What GFM's tables lose or keep too much of.

Cells beyond a table's head are left out (its section on tables): each row that loses some is named. A line that is
drawn again in the middle of a table (`|---|---|`) is no row.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block.table import escapedSplit
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from exporter.diagnostics import report
from exporter.source import SourceFile

_DRAWN = re.compile(r"\s*:?-{2,}:?\s*")
_AROUND = re.compile(r"^[\s>]*+\|?|(?:\||(?<!\s)(?=\s))\s*+$")


def extra_cells(state: StateCore) -> None:
    """Compare what is written in each row with what the parser made of it."""
    source: SourceFile | None = state.env.get("source")
    if source is None:
        return
    columns = 0
    for token in state.tokens:
        if token.type == "table_open":
            columns = 0
        elif token.type == "th_open":
            columns += 1
        elif token.type == "tr_open" and columns and token.map and token.markup != "html":
            line = source.lines[token.map[0]]
            if line.count("|") < columns:
                continue
            cells = escapedSplit(_AROUND.sub("", line))
            if any(cell.strip() for cell in cells[columns:]):
                place = source.find(cells[columns].strip() or "|", token.map[0], token.map[0] + 1)
                message = (
                    f"the row has {len(cells)} cells and the table's head {columns}; the rest is on no card and no page"
                )
                hint = r"give the head as many cells; a | inside a cell is written \|"
                state.env["diagnostics"].append(report("text-left-out", place, message, hint))


def drawn_lines(state: StateCore) -> None:
    """Take the rows out that are lines and nothing else."""
    kept: list[Token] = []
    row = 0
    for token in state.tokens:
        kept.append(token)
        if token.type == "tr_open":
            row = len(kept) - 1
        elif token.type == "tr_close":
            cells = [t.content for t in kept[row:] if t.type == "inline"]
            if cells and all(_DRAWN.fullmatch(cell) for cell in cells):
                del kept[row:]
    state.tokens = kept


def install(md: MarkdownIt) -> None:
    """Once the blocks are there."""
    md.core.ruler.after("block", "drawn_lines", drawn_lines)
    md.core.ruler.after("block", "extra_cells", extra_cells)
