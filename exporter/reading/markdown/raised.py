"""`H~2~O` and `10^3^`: letters and figures set lower and higher, as Pandoc writes them.

In: `~short~` or `^short^` right behind a letter, figure or bracket. Out: `sub_open` or `sup_open`, the text, and its closing
token. Ranges (`10~20`, `A~B~C`), powers in plain text (`x^2+y^2`, `a^b^c`), faces (`^_^`) and `~~struck~~` words stay.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline.state_inline import StateInline

_CHAIN = r"(?=(?:[A-Za-zα-ω(]{1,3}[~^][a-zα-ω\d]{1,5}[~^]){1,8}(?!\w))"
"""More of them behind a letter, in a product: `x~i~y~j~`."""
_LOWERED = re.compile(rf"~(?:(\d{{1,3}})~(?![~\d])|([A-Za-zα-ω]{{1,5}}\d?)~(?![~\w])|([a-zα-ω]{{1,2}}\d?)~{_CHAIN})")
_RAISED = re.compile(rf"\^(?:([+−-]|[+−-]?[A-Za-zα-ω\d]{{1,6}}[+−-]?)\^(?![\^\w{{])|([a-zα-ω\d]{{1,3}})\^{_CHAIN})")
_BEFORE = re.compile(r"[A-Za-zα-ωΑ-Ω\d)\]}~^]")


def raised(state: StateInline, silent: bool) -> bool:
    """Push one lowered or raised word."""
    start = state.pos
    marker = state.src[start]
    if marker not in "~^" or not start or not _BEFORE.match(state.src[start - 1]) or state.src[start - 1] == marker:
        return False
    match = (_LOWERED if marker == "~" else _RAISED).match(state.src, start, state.posMax)
    if not match:
        return False
    if not silent:
        tag = "sub" if marker == "~" else "sup"
        state.push(f"{tag}_open", tag, 1).markup = marker
        state.push("text", "", 0).content = match[0][1:-1]
        state.push(f"{tag}_close", tag, -1).markup = marker
    state.pos = match.end()
    return True


def install(md: MarkdownIt) -> None:
    """Before a lone `~` is text."""
    md.inline.ruler.before("emphasis", "raised", raised)
