"""`**视频生成：**是指` is bold.

CommonMark's flanking rules (section 6.2) ask for a space or punctuation beside a delimiter run whose inner side is
punctuation. Chinese has no spaces, so 107 runs of one book stay literal. As in the "CJK-friendly amendments" proposed
to CommonMark (issue 650 of commonmark-spec), a CJK character on the outer side counts like a space, and fullwidth
punctuation is no punctuation to these rules: `**加速：**DDIM` is bold too.
"""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.rules_inline.state_inline import Delimiter, StateInline

from exporter.reading.markdown.cjk import is_wide


def tokenize(state: StateInline, silent: bool) -> bool:
    """Push each marker of a `*`, `_` or `~~` run as text, and say whether it can open and close."""
    marker = state.src[state.pos]
    if silent or marker not in "*_~":
        return False
    end = state.pos
    while end < state.posMax and state.src[end] == marker:
        end += 1
    length = end - state.pos
    if marker == "~" and length < 2:
        return False
    can_open, can_close = _flanks(state, end, marker)
    if marker == "~":
        _push_strikethrough(state, length, can_open=can_open, can_close=can_close)
    else:
        for _ in range(length):
            state.push("text", "", 0).content = marker
            state.delimiters.append(
                Delimiter(ord(marker), length, len(state.tokens) - 1, end=-1, open=can_open, close=can_close)
            )
    state.pos = end
    return True


def _flanks(state: StateInline, end: int, marker: str) -> tuple[bool, bool]:
    before = state.src[state.pos - 1] if state.pos else " "
    after = state.src[end] if end < state.posMax else " "
    space_before, space_after = isWhiteSpace(ord(before)), isWhiteSpace(ord(after))
    mark_before, mark_after = _is_punctuation(before), _is_punctuation(after)
    left = not space_after and (not mark_after or space_before or mark_before or is_wide(before))
    right = not space_before and (not mark_before or space_after or mark_after or is_wide(after))
    if marker == "_":  # no emphasis inside a word, Chinese ones included: snake_case变量_名
        return left and (not right or mark_before), right and (not left or mark_after)
    return left, right


def _is_punctuation(char: str) -> bool:
    return (isMdAsciiPunct(ord(char)) or isPunctChar(char)) and not is_wide(char)


def _push_strikethrough(state: StateInline, length: int, *, can_open: bool, can_close: bool) -> None:
    if length % 2:
        state.push("text", "", 0).content = "~"
    for _ in range(length // 2):
        state.push("text", "", 0).content = "~~"
        state.delimiters.append(Delimiter(ord("~"), 0, len(state.tokens) - 1, end=-1, open=can_open, close=can_close))


def install(md: MarkdownIt) -> None:
    """Put the CJK-friendly rule in the place of markdown-it's emphasis and strikethrough."""
    md.inline.ruler.at("emphasis", tokenize)
    md.inline.ruler.at("strikethrough", tokenize)
