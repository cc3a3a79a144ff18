"""`:tada:` and `:+1:`, as GitHub and most chats show them. Times (`10:30:45`) and words between colons stay."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline.state_inline import StateInline

_CODE = re.compile(r":(?=[0-9_]*+[a-z+-])[a-z0-9_+-]++:(?![\w:])", re.IGNORECASE)


def emoji_code(state: StateInline, silent: bool) -> bool:
    """Push the sign that a code stands for."""
    if state.src[state.pos] != ":" or (
        state.pos and (state.src[state.pos - 1].isalnum() or state.src[state.pos - 1] == ":")
    ):
        return False
    match = _CODE.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    import emoji

    sign = emoji.emojize(match[0].lower(), language="alias")
    if sign == match[0].lower():
        return False
    if not silent:
        state.push("text", "", 0).content = sign
    state.pos = match.end()
    return True


def install(md: MarkdownIt) -> None:
    """Among the last: whatever else begins with a colon comes first."""
    md.inline.ruler.push("emoji_code", emoji_code)
