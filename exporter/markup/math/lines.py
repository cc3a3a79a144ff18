r"""A formula that is too long for its column, on several lines: it breaks before `=`, `+` and the like.

In: TeX, the width of the column in em, and what measures TeX. Out: TeX whose lines fit, as `aligned`; "" where the formula has
no place to break. Nothing inside braces, brackets, `\left … \right` or an environment breaks. Where to break is a rule of
mathematical typesetting: before a relation or an operator, never behind it (Knuth, The TeXbook, chapter 19).
"""

from __future__ import annotations

import re
from collections.abc import Callable

_TOKEN = re.compile(
    r"\\(?:begin|end)\s*\{[^}]*\}|\\(?:left|right)(?![A-Za-z])\s*(?:\\[A-Za-z]+|\\.|.)|\\[A-Za-z]+|\\.|\s+|.", re.DOTALL
)
_SIDE = re.compile(r"\\(?:begin|(end)|left|(right))(?![A-Za-z])")
_RELATIONS = {
    *"=<>", r"\le", r"\leq", r"\ge", r"\geq", r"\ne", r"\neq", r"\approx", r"\equiv", r"\sim", r"\propto", r"\to",
    r"\rightarrow", r"\Rightarrow", r"\implies", r"\iff", r"\Leftrightarrow", r"\triangleq", r"\coloneqq",
}  # fmt: skip
_OPERATORS = _RELATIONS | {"+", "-", r"\pm", r"\mp"}
_OPEN = {*"{([", r"\{", r"\langle"}
_CLOSE = {*"})]", r"\}", r"\rangle"}
_INDENT = r"\quad "
_INDENT_EM = 1.0


def break_lines(tex: str, room: float, measure: Callable[[str], float]) -> str:
    """The TeX on lines of at most `room` em. `measure` gives the width of TeX in em; 0 for what is none."""
    pieces = _pieces(tex)
    widths = [measure("{}" + piece) for piece in pieces]
    if len(pieces) < 2 or not all(widths):
        return ""
    lines: list[str] = []
    left = 0.0
    for piece, width in zip(pieces, widths, strict=True):
        if lines and width <= left:
            lines[-1] += piece
        else:
            left = room - (_INDENT_EM if lines else 0.0)
            lines.append(piece)
        left -= width
    if len(lines) < 2:
        return ""
    joined = (r"\\ &" + _INDENT + "{}").join(lines)
    return rf"\begin{{aligned}}&{joined}\end{{aligned}}"


def _pieces(tex: str) -> list[str]:
    """What stands between the places where a formula may break; one piece where it has lines of its own."""
    pieces = [""]
    depth = 0
    before = "="
    for token in _TOKEN.findall(tex):
        if depth == 0 and token in ("&", r"\\", r"\tag", r"\cr"):
            return [tex]
        if depth == 0 and token in _OPERATORS and before not in _OPERATORS and before not in "^_,(":
            pieces.append("")
        side = _SIDE.match(token)
        if token in _CLOSE or (side and (side[1] or side[2])):
            depth = max(0, depth - 1)
        elif token in _OPEN or side:
            depth += 1
        pieces[-1] += token
        before = before if token.isspace() else token
    return [piece for piece in pieces if piece.strip()]
