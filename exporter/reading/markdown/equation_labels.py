r"""`\label`, `\ref` and `\eqref` in formulas, over a whole file.

Each card and each picture of a formula is typeset alone, so that a reference finds nothing and a label that is seen
twice is an error of Anki's MathJax. So labels go, and a reference becomes the `\tag` of the formula with that label;
one without is named with its place.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from exporter.diagnostics import report
from exporter.source import SourceFile

_LABEL = re.compile(r"\\label\s*\{([^{}]*)\}")
_TAG = re.compile(r"\\tag\*?\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
_REFERENCE = re.compile(r"\\(eqref|ref)\s*\{([^{}]*)\}")


def resolve(state: StateCore) -> None:
    """Put numbers in the place of references, and take labels out."""
    if "\\label" not in state.src and "\\eqref" not in state.src and "\\ref" not in state.src:
        return
    formulas = [
        (token, piece)
        for token in state.tokens
        for piece in (token, *(token.children or ()))
        if piece.type in ("math", "math_block")
    ]
    tags: dict[str, str] = {}
    for _, formula in formulas:
        tag = _TAG.search(formula.content)
        tags.update({name: tag[1] for name in _LABEL.findall(formula.content) if tag})
    for block, formula in formulas:
        formula.content = _LABEL.sub("", formula.content).strip()
        _refer(state, block, formula, tags)


def _refer(state: StateCore, block: Token, formula: Token, tags: dict[str, str]) -> None:
    def number(match: re.Match[str]) -> str:
        if match[2] not in tags:
            _report(state, block, match)
            return rf"\text{{{match[2]}}}"
        return rf"\text{{({tags[match[2]]})}}" if match[1] == "eqref" else rf"\text{{{tags[match[2]]}}}"

    formula.content = _REFERENCE.sub(number, formula.content)


def _report(state: StateCore, block: Token, match: re.Match[str]) -> None:
    source: SourceFile | None = state.env.get("source")
    if source is not None:
        start, end = block.map or (0, len(source.lines))
        hint = rf"give that formula a number: \tag{{1}} \label{{{match[2]}}}"
        message = f"no numbered formula of this file has the label {match[2]}"
        state.env["diagnostics"].append(report("math-invalid", source.find(match[0], start, end), message, hint))


def install(md: MarkdownIt) -> None:
    """Once all formulas are there."""
    md.core.ruler.push("equation_labels", resolve)
