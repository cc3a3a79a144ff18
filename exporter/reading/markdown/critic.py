"""CriticMarkup, as MkDocs and MultiMarkdown read it: `{++added++}`, `{--struck--}`, `{==marked==}`."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline.state_inline import StateInline

_CHANGED = re.compile(r"\{(\+\+|--|==)(?![\s+=-])((?:(?!\1).)+?)\1\}")
_TAGS = {"++": "ins", "--": "s", "==": "mark"}


def change(state: StateInline, silent: bool) -> bool:
    """Push an opening token, the Markdown inside, and its closing one."""
    if not state.src.startswith("{", state.pos):
        return False
    match = _CHANGED.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    if not silent:
        limit, tag = state.posMax, _TAGS[match[1]]
        state.push(f"{tag}_open", tag, 1)
        state.pos, state.posMax = match.start(2), match.end(2)
        state.md.inline.tokenize(state)
        state.posMax = limit
        state.push(f"{tag}_close", tag, -1)
    state.pos = match.end()
    return True


def install(md: MarkdownIt) -> None:
    """Before `==marked==`, whose signs it holds."""
    md.inline.ruler.before("highlight", "critic", change)
