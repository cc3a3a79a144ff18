"""Callouts: `> [!note] Title` (Obsidian, GitHub) and `::: tip Title` (VuePress, Docusaurus, MyST).

Both become `callout_open` (with `meta["kind"]`), a title, and `callout_close`. The quote form is only rewritten when
HTML is made, because `[!question]` may be a card.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

_MARKER = re.compile(r"\[!([\w-]+)\][-+]?[ \t]*")
_FENCE = re.compile(r":{3,}\s*\{?\s*([\w-]*)\}?\s*(.*?)\s*:*$")
_ALIASES = {
    "hint": "tip",
    "error": "danger",
    "failure": "danger",
    "fail": "danger",
    "bug": "danger",
    "attention": "warning",
}


def quoted_callouts(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with each quote that begins with `[!kind]` as a callout. The given tokens stay as they are."""
    result = list(tokens)
    for index in range(len(result) - 3):
        opening, inline = result[index], result[index + 2]
        if opening.type != "blockquote_open" or inline.type != "inline" or not inline.children:
            continue
        match = _MARKER.match(inline.children[0].content)
        closing = _closing(result, index)
        if not match or closing is None:
            continue
        title, rest = _split(inline.children, match.end())
        result[index] = _callout("callout_open", match[1], 1, title, opening)
        result[closing] = _callout("callout_close", match[1], -1, [], opening)
        result[index + 2] = inline.copy(children=rest)
        if not rest:
            result[index + 1] = result[index + 1].copy(hidden=True)
            result[index + 3] = result[index + 3].copy(hidden=True)
    return result


def _closing(tokens: Sequence[Token], start: int) -> int | None:
    level = tokens[start].level
    ends = (i for i in range(start, len(tokens)) if tokens[i].type == "blockquote_close" and tokens[i].level == level)
    return next(ends, None)


def _split(children: Sequence[Token], skip: int) -> tuple[list[Token], list[Token]]:
    """The first line without its marker, and the lines below."""
    first = children[0].copy(content=children[0].content[skip:])
    end = next((i for i, child in enumerate(children) if child.type in ("softbreak", "hardbreak")), len(children))
    title = [first, *children[1:end]] if first.content else list(children[1:end])
    return title, list(children[end + 1 :])


def _callout(type_: str, kind: str, nesting: int, title: list[Token], model: Token | None) -> Token:
    token = Token(type_, "div", nesting, block=True)  # type: ignore[arg-type]
    name = kind.lower()
    token.meta = {"kind": _ALIASES.get(name, name)}
    token.children = title
    token.content = kind
    token.map = model.map if model else None
    token.level = model.level if model else 0
    return token


def colon_fence(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Push `callout_open` or `callout_close` for a line of colons; what stands between is Markdown."""
    line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]].strip()
    match = _FENCE.fullmatch(line) if line.startswith(":::") else None
    if not match or state.is_code_block(start):
        return False
    opened = state.env.setdefault("callouts", [])
    if not match[1] and not opened:
        return False
    if silent:
        return True
    if match[1]:
        opened.append(match[1])
        text = Token("text", "", 0, content=match[2])
        token = _callout("callout_open", match[1], 1, [text] if match[2] else [], None)
    else:
        token = _callout("callout_close", opened.pop(), -1, [], None)
    token.map = [start, start + 1]
    token.level = state.level
    state.tokens.append(token)
    state.line = start + 1
    return True


def install(md: MarkdownIt) -> None:
    """Colon fences may interrupt a paragraph."""
    md.block.ruler.before(
        "fence", "colon_fence", colon_fence, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
