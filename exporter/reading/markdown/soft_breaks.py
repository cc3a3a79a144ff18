"""A line break between Chinese characters is no space; one before `b.`, `(2)` or where the deck says `breaks` is a break.

CommonMark renders a soft break as a line end, which a browser shows as a space (section 6.8). Between two wide
characters, or beside fullwidth punctuation, that space is wrong (CLREQ 3.2.2); 106 files of one book break lines there.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline.newline import newline as commonmark_newline
from markdown_it.rules_inline.state_inline import StateInline

from exporter.reading.markdown.cjk import is_wide, is_wide_punctuation

_LETTERED = re.compile(r"[ \t]*(?:(?:[a-hA-H]|[ivxIVX]{1,5})[.)][ \t]+|[(（](?:\d{1,2}|[a-h])[)）]\s*|[①-⑳]\s*)\S")
"""`b. second`, `iv) fourth`, `(2) second`, ②: no lists to CommonMark, but lines to whoever wrote them."""

_MARKERS = "*_~= \t"


def newline(state: StateInline, silent: bool) -> bool:
    """As CommonMark, but a soft break that joins CJK text is pushed as `softbreak` with `meta["joins"]`."""
    before = after = state.pos
    known = len(state.tokens)
    if not commonmark_newline(state, silent):
        return False
    if silent or len(state.tokens) == known or state.tokens[-1].type != "softbreak":
        return True
    if state.env.get("breaks") or _LETTERED.match(state.src, before + 1):
        state.tokens[-1].type = "hardbreak"
        return True
    while before > 0 and state.src[before - 1] in _MARKERS:
        before -= 1
    after += 1
    while after < state.posMax and state.src[after] in _MARKERS:
        after += 1
    if before > 0 and after < state.posMax and _joins(state.src[before - 1], state.src[after]):
        state.tokens[-1].meta = {"joins": True}
    return True


def _joins(left: str, right: str) -> bool:
    both_wide = is_wide(left) and is_wide(right)
    return both_wide or is_wide_punctuation(left) or is_wide_punctuation(right)


def install(md: MarkdownIt) -> None:
    """Replace markdown-it's `newline`."""
    md.inline.ruler.at("newline", newline)
