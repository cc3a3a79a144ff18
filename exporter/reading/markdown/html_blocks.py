"""HTML in notes, without swallowing the Markdown around it.

CommonMark (section 4.6) takes everything from `</h2>` to the next blank line for HTML, so that `</h2>⏎**bold**` stays
literal (46 blocks in one book). Here a heading is a heading whatever its spelling, `<details>` and `<summary>` are
tokens of their own, `<pre>` stays as it is, a comment is a `comment` token, and any other HTML ends with the last line
that begins with a tag; what stands between its tags is Markdown.
"""

from __future__ import annotations

import html
import re

from markdown_it import MarkdownIt
from markdown_it.common.html_blocks import block_names
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from exporter.reading.markdown.html_tables import plain_table

_ATTRIBUTES = r"""(?:\s(?:"[^"]*"|'[^']*'|[^>"'])*|\s[^>]*)?"""
_HEADING = re.compile(rf"<h([1-6])({_ATTRIBUTES})>(.*?)</h\1\s*>", re.IGNORECASE | re.DOTALL)
_OPENING = re.compile(rf"</?(?:{'|'.join(block_names)})(?=\s|/?>|$)", re.IGNORECASE)
_RAW = re.compile(r"<(pre|script|style|textarea|svg)(?=\s|>|$)", re.IGNORECASE)
_TAG_LINE = re.compile(r"</?[A-Za-z]")
_FOLD_LINE = re.compile(r"(?:</?[a-z][^<>]*>\s*)*</?(?:details|summary)\b", re.IGNORECASE)
"""`</b></details>`: a line that begins with tags, one of which opens or closes a fold."""
_DETAILS = re.compile(
    r"(<details\b[^<>]*>|</details\s*>|<summary\b[^<>]*>(?:(?!<summary\b).)*?</summary\s*>|<summary\b[^<>]*>|</summary\s*>)",
    re.IGNORECASE | re.DOTALL,
)
_SUMMARY = re.compile(r"<summary\b[^<>]*>(.*?)</summary\s*>", re.IGNORECASE | re.DOTALL)
_ID = re.compile(
    r"""\b(?:id|name)\s*=\s*(?:"([^"\n]*)"(?=[\s/>]|$)|'([^'\n]*)'(?=[\s/>]|$)|([^\s"'>]+))""", re.IGNORECASE
)
_PARAGRAPH = re.compile(r"<p>((?:(?!</?(?:p|div|table|ul|ol|li|details|summary)\b).)*)</p\s*>", re.IGNORECASE)
_MAX_HEADING_LINES = 4
_MAX_GROUP = 20_000
"""Characters after which a run of HTML lines is cut, so that a run of any length takes linear time."""


def html_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Push the tokens of one run of HTML lines."""
    if state.is_code_block(start):
        return False
    line = _line(state, start)
    if not line.startswith("<"):
        return False
    if line.startswith("<!--"):
        return _comment(state, start, end, silent=silent)
    if match := _RAW.match(line):
        return silent or _raw(state, start, end, match[1])
    if not (_OPENING.match(line) or _FOLD_LINE.match(line)):
        return False
    if silent:
        return True
    return (
        _heading(state, start, end)
        or _paragraph(state, start)
        or plain_table(state, start, end) > 0
        or _group(state, start, end)
    )


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def _inside(state: StateBlock, number: int, end: int) -> bool:
    """Whether a line exists and belongs to the container (list item, quote) that is being read."""
    return number < end and state.sCount[number] >= state.blkIndent


def _comment(state: StateBlock, start: int, end: int, *, silent: bool) -> bool:
    if state.env.setdefault("last_comment_end", state.src.rfind("-->")) < state.bMarks[start]:
        return False  # known at once, so that a run of openings stays linear
    for number in range(start, end):
        line = _line(state, number)
        if "-->" in line[4 if number == start else 0 :]:
            if line.rstrip().endswith("-->"):
                break
            return False  # text follows: an inline comment
    else:
        return False
    if silent:
        return True
    text = "\n".join(_line(state, n) for n in range(start, number + 1))
    token = state.push("comment", "", 0)
    token.content = text.strip().removeprefix("<!--").removesuffix("-->").strip()
    _finish(state, token, start, number + 1)
    return True


def _raw(state: StateBlock, start: int, end: int, name: str) -> bool:
    closing = f"</{name.lower()}"
    number = start
    while closing not in _line(state, number).lower() and _inside(state, number + 1, end):
        number += 1
    token = state.push("html_block", "", 0)
    token.content = state.getLines(start, number + 1, state.blkIndent, True)  # noqa: FBT003
    _finish(state, token, start, number + 1)
    return True


def _heading(state: StateBlock, start: int, end: int) -> bool:
    text = ""
    for number in range(start, min(end, start + _MAX_HEADING_LINES)):
        if state.isEmpty(number) or not _inside(state, number, end):
            return False
        text += ("\n" if text else "") + _line(state, number)
        if match := _HEADING.match(text):
            break
    else:
        return False
    opening = state.push("heading_open", f"h{match[1]}", 1)
    opening.markup = "html"
    if anchor := _ID.search(match[2]):
        opening.attrSet("id", html.unescape(next(group for group in anchor.groups() if group is not None)))
    _finish(state, opening, start, number + 1)
    _push_inline(state, match[3].strip(), start, number + 1)
    closing = state.push("heading_close", f"h{match[1]}", -1)
    closing.markup = "html"
    if rest := text[match.end() :].strip():
        state.push("paragraph_open", "p", 1).map = [start, number + 1]
        _push_inline(state, rest, start, number + 1)
        state.push("paragraph_close", "p", -1)
    return True


def _paragraph(state: StateBlock, start: int) -> bool:
    """`<p>text</p>` on one line."""
    match = _PARAGRAPH.fullmatch(_line(state, start).rstrip())
    if not match or not match[1].strip():
        return False
    state.push("paragraph_open", "p", 1).map = [start, start + 1]
    _push_inline(state, match[1].strip(), start, start + 1)
    state.push("paragraph_close", "p", -1)
    return True


def _group(state: StateBlock, start: int, end: int) -> bool:
    text = _line(state, start)
    number = start + 1
    while _inside(state, number, end) and len(text) < _MAX_GROUP and _goes_on(state, text, number, end):
        text += "\n" + _line(state, number)
        number += 1
    for piece in _DETAILS.split(text):
        lowered = piece.lower()
        if lowered.startswith("<details"):
            _finish(state, state.push("details_open", "details", 0), start, number)
        elif lowered.startswith("</details"):
            _finish(state, state.push("details_close", "details", 0), start, number)
        elif match := _SUMMARY.fullmatch(piece):
            _finish(state, state.push("summary_open", "summary", 1), start, number)
            _push_inline(state, match[1].strip(), start, number)
            state.push("summary_close", "summary", -1)
        elif lowered.startswith(("<summary", "</summary")):  # a summary with blank lines and blocks in it
            _push_loose(state, "summary_close" if lowered.startswith("</") else "summary_open", start, number)
        elif piece.strip():
            _push_inline(state, piece.strip(), start, number)
    state.line = number
    return True


def _goes_on(state: StateBlock, text: str, number: int, end: int) -> bool:
    lowered = text.lower()
    line = _line(state, number)
    in_table = lowered.count("<table") > lowered.count("</table")
    if state.isEmpty(number):
        following = next((_line(state, n) for n in range(number + 1, end) if not state.isEmpty(n)), "")
        return in_table and following.startswith("<")
    if in_table or text.rfind("<") > text.rfind(">"):
        return True
    if lowered.count("<summary") > lowered.count("</summary"):
        return True
    other = _HEADING.match(line) or re.match(r"<(?:h[1-6]|table|dl)\b", line, re.IGNORECASE)
    return bool(_TAG_LINE.match(line)) and not other and not _RAW.match(line)


def _push_loose(state: StateBlock, kind: str, start: int, end: int) -> None:
    """Push an opening or closing token whose counterpart may be missing, without a change of the level."""
    level = state.level
    _finish(state, state.push(kind, "summary", 1 if kind.endswith("_open") else -1), start, end)
    state.level = level


def _push_inline(state: StateBlock, content: str, start: int, end: int) -> None:
    token = state.push("inline", "", 0)
    token.content = content
    token.children = []
    _finish(state, token, start, end)


def _finish(state: StateBlock, token: Token, start: int, end: int) -> None:
    token.block = True
    token.map = [start, end]
    state.line = end


def install(md: MarkdownIt) -> None:
    """Replace markdown-it's `html_block`."""
    md.block.ruler.at("html_block", html_block, {"alt": ["paragraph", "reference", "blockquote"]})
