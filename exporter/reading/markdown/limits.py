"""Caps on what would stop a reader's Anki, WeasyPrint or MathJax, each said with its place.

A formula that is too long becomes code, so that card and page show its source; a table cell that covers too many columns
or rows covers as many as it may; what stands deeper than the parser goes is lost. The limits are those of `[limits]`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from exporter.config import LIMIT, LimitsConfig
from exporter.diagnostics import Diagnostic, report
from exporter.machinery.control_words import refused_word
from exporter.reading.markdown.cloze import shown_forms
from exporter.source import SourceFile, Span

_SPAN = re.compile(r"\b(colspan|rowspan)(\s*+=\s*+(?:[\"']\s*+)?)(\d+)", re.IGNORECASE | re.ASCII)


def limits(state: StateCore) -> None:
    """Cap the tokens of a whole file."""
    source: SourceFile | None = state.env.get("source")
    if source is None:
        return
    allowed: LimitsConfig = state.env["limits"]
    found: list[Diagnostic] = state.env["diagnostics"]
    found += _lost(state.tokens, source, state.md.options["maxNesting"])
    for block in state.tokens:
        for token in (block, *(block.children or ())):
            if token.type in ("math", "math_block"):
                found += _formula(token, block, source, allowed.formula_chars)
            elif token.type in ("html_inline", "html_block") and "span" in token.content.lower():
                found += _spans(token, block, source, allowed.table_span)


def _place(source: SourceFile, block: Token, needle: str) -> Span:
    start, end = block.map or (0, len(source.lines))
    return source.find(needle.partition("\n")[0], start, end)


def _formula(token: Token, block: Token, source: SourceFile, limit: int) -> Iterator[Diagnostic]:
    if len(token.content) > limit:
        message = f"a formula of {len(token.content):,} characters; the limit is {limit:,}"
        place = _place(source, block, token.content[:20])
        yield report("formula-too-long", place, message, f"divide it, or raise the limit: {LIMIT}formula_chars=…")
    elif word := _refused_word(token):
        place = _place(source, block, word)
        yield report(
            "formula-refused", place, f"a formula may not have {word}, and is shown as its source", "take it out"
        )
    else:
        return
    if token.type == "math":
        token.type, token.tag = "code_inline", "code"
    else:
        token.type, token.tag, token.info = "fence", "code", "tex"
        token.content += "\n"


def _refused_word(token: Token) -> str | None:
    """The first word that a formula may not have in any of the forms in which it is shown."""
    forms = shown_forms(token.meta.get("pieces", (token.content,)))
    return next((word for form in forms if (word := refused_word(form, has_macros=True))), None)


def _spans(token: Token, block: Token, source: SourceFile, limit: int) -> Iterator[Diagnostic]:
    for match in _SPAN.finditer(token.content):
        digits = match[3].lstrip("0")
        if len(digits) > len(str(limit)) or int(digits or 0) > limit:
            shown = digits if len(digits) < 20 else f"{digits[:20]}…"
            message = f"a cell with {match[1].lower()} {shown}; the limit is {limit:,}"
            hint = f"mend the table, or raise the limit: {LIMIT}table_span=…"
            yield report("span-too-wide", _place(source, block, match[0]), message, hint)
            token.content = token.content.replace(match[0], f"{match[1]}{match[2]}{limit}")


def _lost(tokens: Iterable[Token], source: SourceFile, depth: int) -> Iterator[Diagnostic]:
    """A quote or list item that stands so deep that nothing in it was read."""
    for opening, closing in pairwise(tokens):
        if opening.level + 1 >= depth and opening.nesting == 1 and closing.nesting == -1 and opening.map:
            message = f"what stands more than {depth} levels deep is left out"
            yield report("nesting-too-deep", source.span(*opening.map), message, "write it less deep")


def install(md: MarkdownIt) -> None:
    """The last rule, which sees what all others made."""
    md.core.ruler.push("limits", limits)
