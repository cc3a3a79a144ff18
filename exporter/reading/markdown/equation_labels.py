r"""`\label`, `\ref`, `\eqref`, `\cref` and `\autoref` in formulas, over a whole file.

Each card and each picture of a formula is typeset alone, so that a reference finds nothing and a label that is seen
twice is an error of Anki's MathJax. So labels go, and a reference becomes the `\tag` of the formula with that label.
Formulas with a label and without a tag are numbered through the file, rows of one each for itself; a reference that leads
nowhere is named. `names` in the meta of a formula says its labels and numbers.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from exporter.diagnostics import report
from exporter.source import SourceFile

_LABEL = re.compile(r"\\label\s*\{([^{}]*)\}")
_TAG = re.compile(r"\\tag\*?\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
REFERENCE = re.compile(r"\\(eqref|ref|[cC]ref|autoref)\s*\{([^{}\n]*)\}")
"""A reference of LaTeX's; those of cleveref may name several labels, with commas."""
_MOST_DIGITS = 9
"""Of a tag that counts formulas."""
_ROWS = re.compile(r"\s*\\begin\{(align|gather|alignat|flalign|eqnarray)\*?\}.*\\\\", re.DOTALL)
"""A formula whose rows may have a number each, since it has several."""
_ROW_END = re.compile(r"(\\\\)")


def resolve(state: StateCore) -> None:
    """Put numbers in the place of references, and take labels out."""
    if not any(sign in state.src for sign in ("\\label", "{#eq")) and not REFERENCE.search(state.src):
        return
    formulas = [
        (token, piece)
        for token in state.tokens
        for piece in (token, *(token.children or ()))
        if piece.type in ("math", "math_block")
    ]
    tags: dict[str, str] = {}
    for _, formula in formulas:
        if label := formula.meta.get("label"):
            formula.content += rf" \label{{{label}}}"
        names = _LABEL.findall(formula.content)
        if names:
            _number(formula, names, tags)
            formula.meta["names"] = {name: tags[name] for name in names}
    state.env["equation_numbers"] = tags
    for block, formula in formulas:
        formula.content = _LABEL.sub("", formula.content).strip()
        _refer(state, block, formula, tags)


def _number(formula: Token, names: Sequence[str], tags: dict[str, str]) -> None:
    """Number a formula with labels, or its rows that have one, behind those before it. A tag of its own is its number."""
    if rows := _ROWS.match(formula.content):
        lone = len(names) == 1 and not _TAG.search(formula.content)
        beside = "&& " if rows[1] in ("align", "flalign") else r"\qquad "
        form = r"\tag{{{}}}" if lone else rf"{beside}\text{{{{({{}})}}}}"  # a formula has one tag
        formula.content = "".join(_number_row(row, form, tags) for row in _ROW_END.split(formula.content))
    elif tag := _TAG.search(formula.content):
        tags.update(dict.fromkeys(names, tag[1]))
    else:
        tags.update(dict.fromkeys(names, str(_next(tags))))
        body, end = _split_environment(formula.content)
        formula.content = rf"{body.rstrip()} \tag{{{tags[names[0]]}}}{end}"


def _number_row(row: str, form: str, tags: dict[str, str]) -> str:
    """A row with its number in the place of its label."""
    names = _LABEL.findall(row)
    if tag := _TAG.search(row):
        tags.update(dict.fromkeys(names, tag[1]))
    elif names:
        tags.update(dict.fromkeys(names, str(_next(tags))))
        return _LABEL.sub("", _LABEL.sub(lambda _: form.format(tags[names[0]]), row, count=1))
    return row


def _next(tags: dict[str, str]) -> int:
    """The first number that no formula has."""
    return max((int(tag) for tag in tags.values() if len(tag) <= _MOST_DIGITS and tag.isdecimal()), default=0) + 1


def _split_environment(tex: str) -> tuple[str, str]:
    """A formula that is one environment, before its end and from there: a tag must stand within."""
    end = re.search(r"(?:(?<!\s)\s++)?\\end\{(?:equation|align|gather|multline|alignat|flalign|eqnarray)\*?\}\s*$", tex)
    return (tex[: end.start()], tex[end.start() :].strip()) if end else (tex, "")


def _refer(state: StateCore, block: Token, formula: Token, tags: dict[str, str]) -> None:
    def number(match: re.Match[str]) -> str:
        names = names_in(match)
        for name in names:
            if name not in tags:
                _report(state, block, match, name)
        shown = ", ".join(tags.get(name, name) for name in names)
        return rf"\text{{{shown}}}" if match[1] == "ref" or not tags.keys() & set(names) else rf"\text{{({shown})}}"

    formula.content = REFERENCE.sub(number, formula.content)


def names_in(reference: re.Match[str]) -> list[str]:
    """The labels that a reference names."""
    several = reference[1].lower() == "cref"
    return [name.strip() for name in reference[2].split(",")] if several else [reference[2]]


def report_unknown(state: StateCore, block: Token, known: Collection[str]) -> None:
    """Name the references of a paragraph, outside of formulas, that lead to no formula, figure or table."""
    for child in block.children or ():
        if child.type == "text" and "\\" in child.content:
            for match in REFERENCE.finditer(child.content):
                for name in names_in(match):
                    if name not in known:
                        _report(state, block, match, name)


def _report(state: StateCore, block: Token, match: re.Match[str], name: str) -> None:
    source: SourceFile | None = state.env.get("source")
    if source is not None:
        start, end = block.map or (0, len(source.lines))
        hint = rf"give that formula a number: \tag{{1}} \label{{{name}}}"
        message = f"no numbered formula of this file has the label {name}"
        state.env["diagnostics"].append(report("math-invalid", source.find(match[0], start, end), message, hint))


def install(md: MarkdownIt) -> None:
    """Once all formulas are there."""
    md.core.ruler.push("equation_labels", resolve)
