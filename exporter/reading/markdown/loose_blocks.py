"""Blocks that authors meant and CommonMark does not see.

`###题目描述` without a space is a heading (two `#` or more, so that `#tag` stays a tag); `#The law of demand` is one in
a file with headings of that level, if it has three words or more and no further tag. Prose that is indented by four
spaces is prose: 24 blocks of one book would become code. `1948.` alone is an answer, and no list without words.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.code import code as commonmark_code

_HEADING = re.compile(r"(#{2,6})([^\s#].*?)(?:(?<!\s)\s++)?(?:(?<!#)#++)?$")
_SENTENCE = re.compile(r"(#)([^\s#]+(?:[ \t]+[^\s#]+){2,})\s*")
_LEVEL = re.compile(r"^# \S", re.MULTILINE)
_FEWEST = 3
_PROSE = re.compile(r"[^\u4e00-\u9fff]*+[\u4e00-\u9fff].*[。，；：、！？]")
_CODE_SIGN = re.compile(
    r"[{};=]\s*$|^\s*(?:#include|//|/\*|def |class |import |from |return\b|for\s*\(|if\s*\(|\$ |>>> )|</|^(?>.*?\w\().*\)\s*;?$"
)
_INDENT = 4
_NUMBER = re.compile(r"\d{1,9}[.)]")


def tight_heading(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Push a heading for `##text`, and for `#text` among others."""
    if state.is_code_block(start):
        return False
    line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    match = _HEADING.fullmatch(line) or (_SENTENCE.fullmatch(line) if _has_level(state) else None)
    if not match:
        return False
    if silent:
        return True
    opening = state.push("heading_open", f"h{len(match[1])}", 1)
    opening.markup = match[1]
    opening.map = [start, start + 1]
    inline = state.push("inline", "", 0)
    inline.content, inline.map, inline.children = match[2], [start, start + 1], []
    state.push("heading_close", f"h{len(match[1])}", -1).markup = match[1]
    state.line = start + 1
    return True


def _has_level(state: StateBlock) -> bool:
    """Whether the file has headings of the first level."""
    if "first_level" not in state.env:
        state.env["first_level"] = len(_LEVEL.findall(state.src)) >= _FEWEST
    return bool(state.env["first_level"])


def code(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Indented code as CommonMark has it; Chinese prose loses its indent instead, and is read as Markdown."""
    if not state.is_code_block(start):
        return False
    last = start
    while last < end and (state.isEmpty(last) or state.is_code_block(last)):
        last += 1
    lines = [state.src[state.bMarks[n] : state.eMarks[n]] for n in range(start, last) if not state.isEmpty(n)]
    prose = sum(bool(_PROSE.match(line)) for line in lines)
    if prose * 2 < len(lines) or any(_CODE_SIGN.search(line) for line in lines):
        return commonmark_code(state, start, end, silent)
    for number in range(start, last):
        if not state.isEmpty(number):
            state.sCount[number] = max(state.blkIndent, state.sCount[number] - _INDENT)
    return False


def lone_number(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Push a paragraph for a number that stands alone: `1948.` answers a question, and is no list of nothing."""
    line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]].strip()
    if state.is_code_block(start) or not _NUMBER.fullmatch(line):
        return False
    if silent or (start + 1 < end and not state.isEmpty(start + 1)):
        return False
    state.push("paragraph_open", "p", 1).map = [start, start + 1]
    inline = state.push("inline", "", 0)
    inline.content, inline.map, inline.children = line, [start, start + 1], []
    state.push("paragraph_close", "p", -1)
    state.line = start + 1
    return True


def install(md: MarkdownIt) -> None:
    """Replace markdown-it's `code`; try `##text` after its own headings, and a lone number before its lists."""
    md.block.ruler.at("code", code)
    md.block.ruler.before("list", "lone_number", lone_number)
    md.block.ruler.after("heading", "tight_heading", tight_heading, {"alt": ["paragraph", "reference", "blockquote"]})
