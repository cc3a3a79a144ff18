"""`==marked==`: highlighted text, as Obsidian and many editors write it."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline.state_inline import StateInline

_MARKED = re.compile(r"==(?![\s=])((?:(?!==).)+?)(?<![\s=])==(?!=)")


def highlight(state: StateInline, silent: bool) -> bool:
    """Push `mark_open`, the Markdown inside, `mark_close`. `a == b` and `====` stay as they are."""
    if not state.src.startswith("==", state.pos) or (state.pos > 0 and state.src[state.pos - 1] == "="):
        return False
    match = _MARKED.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    if not silent:
        limit = state.posMax
        state.push("mark_open", "mark", 1)
        state.pos, state.posMax = match.start(1), match.end(1)
        state.md.inline.tokenize(state)
        state.posMax = limit
        state.push("mark_close", "mark", -1)
    state.pos = match.end()
    return True


def install(md: MarkdownIt) -> None:
    """Among the emphasis rules."""
    md.inline.ruler.before("emphasis", "highlight", highlight)
