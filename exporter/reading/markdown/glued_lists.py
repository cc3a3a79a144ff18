"""An ordered list may follow a paragraph without a blank line, whatever its first number.

CommonMark (section 5.3) lets only a list that starts with 1 interrupt a paragraph, to protect "…in the year⏎1986. It
was". Notes number on (`2)` under its own paragraph, 80 times in one book). A small number interrupts here too, when the
line before ends a clause (`：:。.；;`) or the next or former line carries a neighbouring number.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.list import list_block as commonmark_list

_MARKER = re.compile(r"(\d{1,2})[.)]\s+\S")
_LOOK_AHEAD = 30


def list_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """As CommonMark, but in silent mode a glued list interrupts a paragraph."""
    if commonmark_list(state, start, end, silent):
        return True
    return (
        silent and state.parentType == "paragraph" and not state.is_code_block(start) and _is_glued(state, start, end)
    )


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def _is_glued(state: StateBlock, start: int, end: int) -> bool:
    match = _MARKER.match(_line(state, start))
    if not match:
        return False
    if start > 0 and _line(state, start - 1).rstrip().endswith(("：", ":", "。", "；", ";", "**")):
        return True
    following = (_line(state, n) for n in range(start + 1, min(end, start + _LOOK_AHEAD)) if not state.isEmpty(n))
    numbers = (int(m[1]) for line in following if (m := _MARKER.match(line)))
    return next(numbers, -1) == int(match[1]) + 1


def install(md: MarkdownIt) -> None:
    """Replace markdown-it's `list`."""
    md.block.ruler.at("list", list_block, {"alt": ["paragraph", "reference", "blockquote"]})
