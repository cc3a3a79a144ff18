r"""Formulas, in every delimiter that notes use.

`$x$`, `$$x$$` (inline and as a block), `\(x\)`, `\[x\]`, `` $`x`$ ``, ```` ```math ````, and environments such as
`\begin{align}` that stand outside any delimiter. Parsed before backslash escapes and emphasis. Tokens: `math` (inline,
`meta["display"]`) and `math_block`; `content` is the TeX.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline.state_inline import StateInline

from exporter.diagnostics import report
from exporter.source import SourceFile

_ENVIRONMENTS = (
    "align|aligned|alignat|array|bmatrix|Bmatrix|cases|CD|dcases|eqnarray|equation|flalign|gather|gathered|matrix|"
    "multline|pmatrix|rcases|smallmatrix|split|subequations|vmatrix|Vmatrix"
)
_BEGIN = re.compile(rf"\\begin\{{((?:{_ENVIRONMENTS})\*?)\}}")
_DOUBLED = re.compile(r"\\[(\[](.*)\\[)\]]", re.DOTALL)
_TEX_SIGNS = re.compile(r"[\\^_=<>+*/|{}]|[α-ωΑ-Ω≤≥∈∑∏∫√×·→]")
_WORDS = re.compile(r"(?<![A-Za-z])[A-Za-z]{2,}+\s++[A-Za-z]{2}|[\u4e00-\u9fff]")
_DEFINES = re.compile(
    r"\\(?:(?:re|provide)?newcommand|providecommand|renewcommand|DeclareMathOperator|def)\*?\s*+(?:\{\s*+)?\\([A-Za-z]+)\s*+"
    r"(?:\}\s*+)?(?:(?:\[\d\]|(?:#\d)+)\s*+)?\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}"
)
"""A definition of a macro, with groups two deep in its body."""

_LABELLED = re.compile(r"(?<!\s)\s*+\{#(eq[:-][\w:.-]++)[^{}\n]*\}\s*$")
_REQUIRE = re.compile(r"\\require\s*\{(?:cancel|mhchem|ams\w*|boldsymbol|bbox|enclose|unicode|extpfeil|color)\}\s*")
"""Asks MathJax for what cards and pages have anyway."""

_MAX_LINES = 200


def _looks_like_math(text: str) -> bool:
    """Whether `text` between two dollars is a formula and not the middle of "$5 here and $10 there"."""
    if _TEX_SIGNS.search(text):
        return not (_WORDS.search(text) and re.match(r"[\d.,]+\s", text) and "\\" not in text)
    if re.fullmatch(r"[A-Za-z]\w*\s*\([^$]*\)", text):
        return True  # f(x, y)
    return not _WORDS.search(text) and (len(text.split()) == 1 or not re.search(r"[A-Za-z]{2,}", text))


def _close(src: str, closer: str, start: int, end: int) -> int:
    """The place of the unescaped `closer` in `src`, or -1. A blank line ends the search."""
    position = start
    while (position := src.find(closer, position, end)) >= 0:
        slashes = len(src[start:position]) - len(src[start:position].rstrip("\\"))
        if closer[0] == "\\" or slashes % 2 == 0:
            return -1 if "\n\n" in src[start:position] else position
        position += 1
    return -1


def math_inline(state: StateInline, silent: bool) -> bool:
    """Push a `math` token for one formula inside a paragraph."""
    src, pos = state.src, state.pos
    found = _dollar(state) if src[pos] == "$" else _backslash(state) if src[pos] == "\\" else None
    if found is None:
        return False
    content, end, display = found
    if not silent:
        token = state.push("math", "", 0)
        token.content = _clean(content)
        token.meta = {"display": display}
    state.pos = end
    return True


def _dollar(state: StateInline) -> tuple[str, int, bool] | None:
    src, pos, limit = state.src, state.pos, state.posMax
    if src.startswith("$`", pos):
        end = src.find("`$", pos + 2, limit)
        return (src[pos + 2 : end], end + 2, False) if end > 0 else None
    if src.startswith("$$", pos):
        end = _close(src, "$$", pos + 2, limit)
        content = src[pos + 2 : end] if end > 0 else ""
        return (content, end + 2, True) if content.strip() else None
    end = _close(src, "$", pos + 1, limit)
    content = src[pos + 1 : end] if end > 0 else ""
    if "`" in content or (pos and not _opens_behind(src[pos - 1], content)):
        return None
    if not content.strip() or (end + 1 < limit and src[end + 1].isdigit()):
        return None
    spaced = content[0].isspace() or content[-1].isspace()
    if spaced and not (_TEX_SIGNS.search(content) or len(content.strip()) <= 2):
        return None
    return (content, end + 1, False) if _looks_like_math(html.unescape(content.strip())) else None


def _opens_behind(before: str, content: str) -> bool:
    """Whether a formula may begin right behind a character: `H$_2$O` and `x$^2$`, but not `US$3`."""
    return not (before.isascii() and before.isalnum()) or content.startswith(("_", "^", "\\"))


def _backslash(state: StateInline) -> tuple[str, int, bool] | None:
    src, pos, limit = state.src, state.pos, state.posMax
    for opener, closer, display in (
        ("\\\\(", "\\\\)", False),
        ("\\\\[", "\\\\]", True),
        ("\\(", "\\)", False),
        ("\\[", "\\]", True),
    ):
        if src.startswith(opener, pos):
            if state.html_terminator_last(closer) <= pos:
                return None  # known at once, so that a run of openers stays linear
            end = _close(src, closer, pos + len(opener), limit)
            content = src[pos + len(opener) : end] if end > 0 else ""
            # \[1\] and \(see there\) are escaped brackets
            if content.strip() and (_TEX_SIGNS.search(content) or re.fullmatch(r"\s*[A-Za-z]\s*", content)):
                return content, end + len(closer), display
            return None
    if match := _BEGIN.match(src, pos):
        closer = f"\\end{{{match[1]}}}"
        if state.html_terminator_last(closer) > pos and (end := src.find(closer, pos, limit)) > 0:
            return src[pos : end + len(closer)], end + len(closer), True
    return None


def math_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Push a `math_block` for a formula that has its lines for itself."""
    if state.is_code_block(start):
        return False
    line = _line(state, start)
    if line.startswith("$$"):
        opener, closer = "$$", "$$"
    elif line.startswith("\\["):
        opener, closer = "\\[", "\\]"
    elif match := _BEGIN.match(line):
        opener, closer = "", f"\\end{{{match[1]}}}"
    else:
        return False
    last = _last_line(state, start, end, opener, closer)
    if last is None:
        if not silent and line.strip() == opener:
            _report_open(state, start, opener, closer)
        return False
    if silent:
        return True
    text = "\n".join(_line(state, number) for number in range(start, last + 1) if not state.isEmpty(number))
    label = _LABELLED.search(text)
    text = _unlabelled(text)
    if opener:
        text = text[len(opener) : -len(closer)]
    token = state.push("math_block", "", 0)
    token.content = _clean(text)
    if label:
        token.meta["label"] = label[1]
    token.block = True
    token.map = [start, last + 1]
    state.line = last + 1
    return True


def _report_open(state: StateBlock, start: int, opener: str, closer: str) -> None:
    """A line that only begins a formula, which nothing ends, is shown as it stands."""
    source: SourceFile | None = state.env.get("source")
    if source is not None and opener:
        message = f"{opener} begins a formula that does not end before the next heading"
        state.env["diagnostics"].append(
            report("math-invalid", source.span(start, start + 1), message, f"end it with {closer}")
        )


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def _unlabelled(line: str) -> str:
    """A line without the label that may stand behind a formula (`$$…$$ {#eq:e}`)."""
    return _LABELLED.sub("", line).rstrip()


def _last_line(state: StateBlock, start: int, end: int, opener: str, closer: str) -> int | None:
    """The line that closes the block, or None where it is no block: text follows, or a heading comes first."""
    first = _unlabelled(_line(state, start))
    if closer in first[len(opener) :]:
        return (
            start
            if first.endswith(closer) and first.count(closer) <= (2 if opener == closer else 1) and len(first) > 4
            else None
        )
    for number in range(start + 1, min(end, start + _MAX_LINES)):
        line = _unlabelled(_line(state, number))
        if state.sCount[number] < state.blkIndent and line:
            return None
        if closer in line:
            return number if line.endswith(closer) else None
        if line.startswith(("```", "# ", "## ", "### ", "<h")):
            return None
    return None


def _clean(tex: str) -> str:
    """TeX without entities put in for Markdown's sake, without blank lines (a TeX error), without a second delimiter."""
    tex = re.sub(r"\n\s*\n", "\n", _REQUIRE.sub("", html.unescape(tex))).strip()
    doubled = _DOUBLED.fullmatch(tex)
    return (doubled[1] if doubled else tex).strip()


def math_fences(state: StateCore) -> None:
    """Turn ```` ```math ```` into `math_block`."""
    for token in state.tokens:
        if token.type == "fence" and token.info.strip().lower() in ("math", "latex-math"):
            token.type = "math_block"
            token.tag = ""
            token.content = _clean(token.content)


def share_definitions(state: StateCore) -> None:
    """Give each formula the definitions of its file that it uses: what stands in one formula holds in all of them."""
    if not _DEFINES.search(state.src):
        return
    formulas = [
        piece
        for token in state.tokens
        for piece in (token, *(token.children or ()))
        if piece.type in ("math", "math_block")
    ]
    known: dict[str, str] = {}
    for formula in formulas:
        for match in _DEFINES.finditer(formula.content):
            known.setdefault(match[1], match[0])
    for formula in formulas:
        own = {match[1] for match in _DEFINES.finditer(formula.content)}
        if used := _used(formula.content, known) - own:
            formula.meta = {**formula.meta, "definitions": "".join(known[name] for name in known if name in used)}


def _used(tex: str, known: Mapping[str, str]) -> set[str]:
    """The names of all macros that a formula needs, those in their bodies too."""
    used: set[str] = set()
    waiting = [tex]
    while waiting:
        fresh = {name for name in re.findall(r"\\([A-Za-z]+)", waiting.pop()) if name in known} - used
        used |= fresh
        waiting += [known[name].replace(f"\\{name}", "", 1) for name in fresh]
    return used


def install(md: MarkdownIt) -> None:
    """Formulas come before escapes, and before anything that could break a block of them."""
    md.inline.ruler.before("escape", "math", math_inline)
    md.block.ruler.before("fence", "math_block", math_block, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    md.core.ruler.push("math_fences", math_fences)
    md.core.ruler.push("share_definitions", share_definitions)
