r"""Macros, expanded before any typesetter sees the formula.

Anki's MathJax cannot be given macros, and a `\newcommand` in one card leaks into the next. So definitions from
`deck.toml`, the ones below and those inside the formula are expanded here, for cards and pages alike.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

BUILT_IN: Mapping[str, str] = {
    "bm": r"\boldsymbol{#1}",
    "mathbbm": r"\mathbb{#1}",
    "mathds": r"\mathbb{#1}",
    "argmax": r"\operatorname*{arg\,max}",
    "argmin": r"\operatorname*{arg\,min}",
    "dv": r"\frac{\mathrm{d} #1}{\mathrm{d} #2}",
    "pdv": r"\frac{\partial #1}{\partial #2}",
    "SI": r"#1\,\mathrm{#2}",
    "si": r"\mathrm{#1}",
    "unit": r"\mathrm{#1}",
    "qty": r"#1\,\mathrm{#2}",
    "num": r"#1",
    "degree": r"^\circ",
    "celsius": r"^\circ\mathrm{C}",
    "textsubscript": r"_{\text{#1}}",
    "textsuperscript": r"^{\text{#1}}",
    "hdots": r"\ldots",
    "mathlarger": r"#1",
    "ensuremath": r"#1",
    **{
        name: rf"\mathbb{{{letter}}}"
        for name, letter in (("N", "N"), ("R", "R"), ("Z", "Z"), ("natnums", "N"), ("reals", "R"))
    },
    **{name: rf"\mathbb{{{letter}}}" for name, letter in (("Reals", "R"), ("cnums", "C"), ("Complex", "C"))},
}
"""Commands of common LaTeX packages (bm, bbm, dsfont, siunitx, physics), and sets of numbers as KaTeX has them, that MathJax lacks."""

_MAX_EXPANSIONS = 1000
_MAX_LENGTH = 20_000
_CONTROL = re.compile(r"\\([A-Za-z]+)\s*|\\.", re.DOTALL)
_DEFINITION = re.compile(
    r"\\(?:(?:re|provide)?newcommand|providecommand|renewcommand)\*?\s*+(?:\{\s*+)?\\([A-Za-z]+)\s*+(?:\}\s*+)?(?:\[(\d)\]\s*+)?(?=\{)"
    r"|\\g?def\s*+\\([A-Za-z]+)\s*+((?:#\d)*)\s*+(?=\{)"
    r"|\\DeclareMathOperator(\*?)\s*+(?:\{\s*+)?\\([A-Za-z]+)\s*+(?:\}\s*+)?(?=\{)"
)


def expand(tex: str, macros: Mapping[str, str]) -> str:
    """TeX with every macro of `macros` and of the formula itself expanded, and its definitions taken out.

    A macro that does not come to an end is left as it stands, and the typesetter reports it.
    """
    if "\\" not in tex:
        return tex
    known = {**BUILT_IN, **{name.removeprefix("\\"): body for name, body in macros.items()}}
    if "\\newc" in tex or "def" in tex or "\\Declare" in tex or "command" in tex:
        tex = _take_definitions(tex, known)
    out: list[str] = []
    budget = _MAX_EXPANSIONS
    position = 0
    while match := _CONTROL.search(tex, position):
        out.append(tex[position : match.start()])
        body = known.get(match[1] or "")
        if body is None or budget <= 0 or len(tex) > _MAX_LENGTH:
            out.append(match[0])
            position = match.end()
            continue
        budget -= 1
        arguments, end = _arguments(tex, match.end(), _arity(body))
        # what follows is looked at again, so that macros in macros expand too
        tex = (
            _fill(body, arguments) + ("" if tex[end : end + 1] in "_^ }" else " ") + tex[end:]
            if arguments is not None
            else tex
        )
        position = 0 if arguments is not None else match.end()
        if arguments is None:
            out.append(match[0])
    out.append(tex[position:])
    return "".join(out)


def _take_definitions(tex: str, known: dict[str, str]) -> str:
    while match := _DEFINITION.search(tex):
        body, end = _group(tex, match.end())
        name = match[1] or match[3] or match[6]
        known[name] = f"\\operatorname{match[5]}{{{body}}}" if match[6] else body
        tex = tex[: match.start()] + tex[end:].lstrip()
    return tex


def _arity(body: str) -> int:
    return max((int(digit) for digit in re.findall(r"#(\d)", body)), default=0)


def _fill(body: str, arguments: list[str]) -> str:
    return re.sub(r"#(\d)", lambda m: arguments[int(m[1]) - 1], body)


def _arguments(tex: str, position: int, count: int) -> tuple[list[str], int] | tuple[None, int]:
    """The next `count` arguments after `position`, groups or single tokens; None where the formula ends too soon."""
    found: list[str] = []
    for _ in range(count):
        while tex[position : position + 1].isspace():
            position += 1
        if position >= len(tex) or tex[position] == "}":
            return None, position
        argument, position = _group(tex, position)
        found.append(argument)
    return found, position


def _group(tex: str, position: int) -> tuple[str, int]:
    """The content of the group (or the single token) at `position`, and the place behind it."""
    if tex[position] == "\\":
        match = _CONTROL.match(tex, position)
        return (match[0].strip(), match.end()) if match else ("\\", position + 1)
    if tex[position] != "{":
        return tex[position], position + 1
    depth, end = 0, position
    while end < len(tex):
        if tex[end] == "\\":
            end += 2
            continue
        depth += {"{": 1, "}": -1}.get(tex[end], 0)
        end += 1
        if depth == 0:
            return tex[position + 1 : end - 1], end
    return tex[position + 1 :], len(tex)
