"""What an author's editor hides, and a reader never sees: the one place that decides it.

`%% a comment %%` (Obsidian), in a line and over blocks; `^block-id` at a block's end; Logseq's own `id::`, `collapsed::`
and the schedules of its cards; Templater's `<% tp.… %>`; blocks that a program fills (Dataview, Tasks, queries, `[TOC]`). HTML
comments, which carry the ids and schedules of other tools, are hidden by `html_blocks`. Nothing in code or in a formula
is hidden. Blocks become `comment` tokens without content, what stands in a line becomes nothing.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline.state_inline import StateInline
from markdown_it.token import Token

from exporter.diagnostics import report

_QUERIES = frozenset("dataview dataviewjs tasks query button meta-bind meta-bind-button templater".split())
"""Info strings of fences whose source no reader of the author's editor sees."""

_PROPERTY = re.compile(
    r"[ \t]*(?:id|collapsed|heading|background-color|created-at|updated-at|last-modified-at|logseq\.[\w.-]+|"
    r"card-(?:last|next|repeats|ease)[\w-]*|hl-[\w-]+|ls-type|query-[\w-]+)::(?:[ \t][^\n]*)?"
)
_BLOCK_ID = re.compile(r"(?:^|[ \t\n])\^(?=[A-Za-z0-9-]{3})(?=[0-9-]*[A-Za-z]|\d{4})([A-Za-z0-9-]+)[ \t]*$")
TOLD = re.compile(
    r"\s*(?:\^[A-Za-z0-9-]{6,}"  # Obsidian's name for the block above
    r"|id:: [0-9a-f]{8}-[0-9a-f-]{27}|collapsed:: (?:true|false)|logseq\.order-list-type::.*"
    r"|:LOGBOOK:|CLOCK: \[.*|:END:"
    r"|card-(?:last-interval|repeats|ease-factor|next-schedule|last-reviewed|last-score)::.*)\s*"
)
"""Hidden lines whose words are kept: a program knows a card by them (`tool_lines` makes comments of them)."""
_TEMPLATE = re.compile(r"<%(?:\*.*?|[-_+]?\s*tp\..*?)%>", re.DOTALL)
_COMMENT = re.compile(r"%%(?!%)(.*?)%%", re.DOTALL)
_FILLED = re.compile(r"\{:\s*toc\b[^{}]*\}", re.IGNORECASE)
_CONTENTS = re.compile(rf"\[_?TOC_?\]|\[\[_?TOC_?\]\]|{_FILLED.pattern}", re.IGNORECASE)
"""A line that an editor or a site fills with the contents (Typora, GitLab, kramdown)."""
_CONTENTS_ITEM = re.compile(r"(?:[-*+]|1\.)\s+TOC", re.IGNORECASE)
"""The item that kramdown's `{:toc}` stands below, and replaces."""
_MAX_LINES = 1000
"""What is hidden ends within so many lines, so that a run of openings takes linear time."""


def hidden_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Push a `comment` for a run of lines that the editor hides."""
    if state.is_code_block(start):
        return False
    line = _line(state, start)
    if line.startswith("%%"):
        last = _last_line(state, start, end, "%%", 2)
    elif line.startswith("<%") and _TEMPLATE.match(line + "%>"):
        last = _last_line(state, start, end, "%>", 2)
    elif line.startswith("#+BEGIN_QUERY"):
        last = _last_line(state, start, end, "#+END_QUERY", 0)
    elif _BLOCK_ID.fullmatch(line) and (start + 1 >= end or state.isEmpty(start + 1)):
        last = start
    else:
        return _contents(state, start, end, silent)
    if last is None:
        if line.startswith("%%") and not silent and "%%" not in line[2:]:
            _report_open(state, start)
        return False
    if not silent:
        token = _hide(state, start, last)
        if name := _BLOCK_ID.fullmatch(line):
            token.meta["block"] = name[1]
    return True


def _contents(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    line = _line(state, start)
    is_item = _CONTENTS_ITEM.fullmatch(line) and start + 1 < end and _FILLED.fullmatch(_line(state, start + 1))
    if not (is_item or _CONTENTS.fullmatch(line)):
        return False
    if not silent:
        _hide(state, start, start + bool(is_item))
    return True


def _hide(state: StateBlock, start: int, last: int) -> Token:
    token = state.push("comment", "", 0)
    token.markup = "%%"
    token.block = True
    token.map = [start, last + 1]
    state.line = last + 1
    return token


def _last_line(state: StateBlock, start: int, end: int, closer: str, after: int) -> int | None:
    """The line that ends with `closer`; None where text follows it, where its container ends or where there is none."""
    for number in range(start, min(end, start + _MAX_LINES)):
        if state.sCount[number] < state.blkIndent and not state.isEmpty(number):
            return None
        line = _line(state, number)
        place = line.find(closer, after if number == start else 0)
        if place >= 0:
            return number if not line[place + len(closer) :].strip() else None
    return None


def _report_open(state: StateBlock, start: int) -> None:
    source = state.env.get("source")
    if source is not None:
        hint = 'close it with "%%"; until then it is text'
        state.env["diagnostics"].append(
            report("comment-unclosed", source.span(start), "the comment is never closed", hint)
        )


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]].rstrip()


def hidden_lines(state: StateCore) -> None:
    """Before lines are read: take properties and block ids out of them, and make comments of queries."""
    for index, token in enumerate(state.tokens):
        if token.type == "fence" and token.info.strip().lower() in _QUERIES:
            token.type, token.tag, token.content, token.markup = "comment", "", "", "%%"
        elif token.type == "inline":
            content = token.content
            if "::" in content:
                content = "\n".join(line for line in content.split("\n") if not _PROPERTY.fullmatch(line))
            if "^" in content and state.tokens[index - 1].type != "th_open" and (name := _BLOCK_ID.search(content)):
                token.meta["block"] = name[1]
                content = content[: name.start()]
            token.content = content


def hidden_inline(state: StateInline, silent: bool) -> bool:
    """Skip a comment or a template's instruction inside a line."""
    src, pos = state.src, state.pos
    if src.startswith("%%", pos) and not (pos and src[pos - 1].isdigit()):
        match = _COMMENT.match(src, pos, state.posMax)
    elif src.startswith("<%", pos):
        match = _TEMPLATE.match(src, pos, state.posMax)
    else:
        return False
    if not match:
        return False
    state.pos = match.end()
    return True


def install(md: MarkdownIt) -> None:
    """Before every block rule but the front matter and code; before every inline rule but code."""
    md.block.ruler.before(
        "fence", "hidden_block", hidden_block, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    md.core.ruler.after("block", "hidden_lines", hidden_lines)
    md.inline.ruler.before("escape", "hidden_inline", hidden_inline)
