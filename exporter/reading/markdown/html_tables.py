"""Plain tables and definition lists in HTML are what they say: rows and cells, terms and definitions of their own.

In: the lines from `<table>` to `</table>`, or `<dl>` to `</dl>`. Out: tokens as Markdown's own have them. A table with
cells that span others, either with blocks in its cells or with anything between them stays HTML, which the sanitiser
checks and shows as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it.rules_block import StateBlock

_OPENING = re.compile(r"<(table|dl)(?=[\s>])", re.IGNORECASE)
_CLOSING = {name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in ("table", "dl")}
_PART = re.compile(r"<(dt|dd)(?:\s[^<>]*)?>(.*?)(?=</?(?:dt|dd|dl)\b)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<(/?)(table|thead|tbody|tfoot|tr|td|th)(\s[^<>]*)?>", re.IGNORECASE)
_ODD = re.compile(
    r"\b(?:rowspan|colspan)\s*=\s*[\"']?(?!1\b)|<(?:caption|col|p|div|ul|ol|dl|pre|h[1-6]|blockquote|details|hr|figure)\b",
    re.IGNORECASE,
)
_ALIGN = re.compile(r"(?:align\s*=\s*[\"']?|text-align:\s*)(left|center|right)", re.IGNORECASE)
_MOST_LINES = 20_000


@dataclass(frozen=True, slots=True)
class _Cell:
    is_head: bool
    style: str
    content: str
    line: int


_Row = list[_Cell]


def plain_table(state: StateBlock, start: int, end: int) -> int:
    """Push the tokens of a plain table that begins at a line; the line behind it, or 0 where there is none."""
    lines: list[str] = []
    opening = _OPENING.match(_line(state, start))
    if not opening:
        return 0
    name = opening[1].lower()
    if state.env.setdefault(f"last_{name}_end", state.src.lower().rfind(f"</{name}")) < state.bMarks[start]:
        return 0  # known at once, so that a run of openings stays linear
    for number in range(start, min(end, start + _MOST_LINES)):
        if number > start and not state.isEmpty(number) and state.sCount[number] < state.blkIndent:
            return 0
        lines.append(_line(state, number))
        if number > start and _OPENING.search(lines[-1]):
            return 0  # one in another
        if match := _CLOSING[name].search(lines[-1]):
            if lines[-1][match.end() :].strip():
                return 0
            text = "\n".join(lines)
            if name == "dl":
                return number + 1 if _push_definitions(state, text, start, number + 1) else 0
            rows = _read(text, start)
            if rows:
                _push(state, rows, start, number + 1)
            return number + 1 if rows else 0
    return 0


def _push_definitions(state: StateBlock, text: str, start: int, end: int) -> bool:
    """The tokens of a definition list; False where its parts hold blocks, or its first is no term."""
    parts = list(_PART.finditer(text))
    if not parts or parts[0][1].lower() != "dt" or _ODD.search(text[3:]):
        return False
    state.push("dl_open", "dl", 1).map = [start, end]
    line, place = start, 0
    for part in parts:
        line, place = line + text.count("\n", place, part.start()), part.start()
        name = part[1].lower()
        state.push(f"{name}_open", name, 1).map = [line, line + 1]
        if name == "dd":
            state.push("paragraph_open", "p", 1).map = [line, line + 1]
            state.tokens[-1].hidden = True
        inline = state.push("inline", "", 0)
        inline.content, inline.map, inline.children = " ".join(part[2].split()), [line, line + 1], []
        if name == "dd":
            state.push("paragraph_close", "p", -1).hidden = True
        state.push(f"{name}_close", name, -1)
    state.push("dl_close", "dl", -1)
    state.line = end
    return True


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def _read(text: str, line: int) -> list[_Row]:
    """The rows of a table; none where it is not plain."""
    if _ODD.search(text):
        return []
    rows: list[_Row] = []
    place = 0
    opened: tuple[str, str, int] | None = None  # the cell that is being read: its name, its attributes, its line
    for match in _TAG.finditer(text):
        between, closes, name = text[place : match.start()], bool(match[1]), match[2].lower()
        if opened is not None:
            style = _ALIGN.search(opened[1])
            aligned = f"text-align:{style[1].lower()}" if style else ""
            rows[-1].append(_Cell(opened[0] == "th", aligned, " ".join(between.split()), opened[2]))
            opened = None
        elif between.strip() or (name == "table" and not closes and rows):
            return []
        line += between.count("\n") + match[0].count("\n")
        place = match.end()
        if name == "tr" and not closes:
            rows.append([])
        elif name in ("td", "th") and not closes:
            if not rows:
                return []
            opened = (name, match[3] or "", line)
    rows = [row for row in rows if row]
    return rows if len({len(row) for row in rows}) == 1 and len(rows[0]) > 1 else []


def _push(state: StateBlock, rows: Sequence[_Row], start: int, end: int) -> None:
    """The tokens as markdown-it makes them; a first row of `<th>` alone is the head."""
    state.push("table_open", "table", 1).map = [start, end]
    heads = 1 if len(rows) > 1 and all(cell.is_head for cell in rows[0]) else 0
    for part, kept in (("thead", rows[:heads]), ("tbody", rows[heads:])):
        if kept:
            state.push(f"{part}_open", part, 1).map = [kept[0][0].line, kept[-1][-1].line + 1]
            for row in kept:
                _push_row(state, row)
            state.push(f"{part}_close", part, -1)
    state.push("table_close", "table", -1)
    state.line = end


def _push_row(state: StateBlock, row: _Row) -> None:
    opening = state.push("tr_open", "tr", 1)
    opening.map, opening.markup = [row[0].line, row[-1].line + 1], "html"
    for cell in row:
        name = "th" if cell.is_head else "td"
        opening = state.push(f"{name}_open", name, 1)
        if cell.style:
            opening.attrSet("style", cell.style)
        inline = state.push("inline", "", 0)
        inline.content, inline.map, inline.children = cell.content, [cell.line, cell.line + 1], []
        state.push(f"{name}_close", name, -1)
    state.push("tr_close", "tr", -1)
