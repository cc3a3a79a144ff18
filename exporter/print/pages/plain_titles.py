"""What running heads and the outline say of a title: words only, since no picture of a formula can stand there.

In: plain text with TeX between dollars. Out: the same in characters, as far as there are any.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from markdown_it.token import Token

from exporter.print.pages.cjk_spacing import space_out
from exporter.reading.markdown import plain_text
from exporter.reading.markdown.cjk import WIDE

_WIDE_CHARACTER = re.compile(f"[{WIDE}]")
_FORMULA = re.compile(r"\$(?!\s)([^$]+)(?<!\s)\$(?!\d)")
_WORDS = re.compile(
    r"\\(?:text|mathrm|mathbf|mathbb|mathcal|mathit|operatorname|boldsymbol|bm|left|right|big|Big)\b\*?"
)
_FRACTION = re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_SCRIPT = re.compile(r"([\^_])(?:\{([^{}\\]*)\}|([^\s{}\\]))")
_COMMAND = re.compile(r"\\([A-Za-z]+)\s*|\\(.)")
_ROWS = {
    "^": str.maketrans("0123456789+-=()aeijnortxT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵉⁱʲⁿᵒʳᵗˣᵀ"),
    "_": str.maketrans("0123456789+-=()aeijnortx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑᵢⱼₙₒᵣₜₓ"),
}
_MOVED: Mapping[str, str] = MappingProxyType({"sup_open": "^", "sub_open": "_"})
_SIGNS = {
    "sqrt": "√", "times": "×", "cdot": "·", "pm": "±", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "neq": "≠", "ne": "≠",
    "approx": "≈", "sim": "∼", "in": "∈", "infty": "∞", "to": "→", "rightarrow": "→", "sum": "∑", "prod": "∏", "int": "∫",
    "partial": "∂", "nabla": "∇", "ldots": "…", "dots": "…", "cdots": "…", "mid": "|", "quad": " ", "ell": "ℓ",
}  # fmt: skip


def width_of(text: str) -> int:
    """The width of plain text in Latin characters: a Chinese one counts two."""
    return len(text) + len(_WIDE_CHARACTER.findall(text))


def raised_words(tokens: Sequence[Token]) -> str:
    """The text of inline tokens in which `10^3^` is 10³; "" where nothing is raised or lowered."""
    if not any(token.type in _MOVED for token in tokens):
        return ""
    shift, moved = "", []
    for token in tokens:
        shift = _MOVED.get(token.type, "" if token.nesting < 0 else shift)
        is_moved = shift and token.type == "text"
        moved.append(token.copy(content=_move(shift, token.content)) if is_moved else token)
    return plain_text(moved)


def in_words(text: str) -> str:
    """A title whose formulas are characters: `$T^2$` is T²."""
    return space_out(_FORMULA.sub(lambda match: _formula(match[1]), text))


def _formula(tex: str) -> str:
    plain = _FRACTION.sub(r"\1/\2", _WORDS.sub("", tex))
    plain = _COMMAND.sub(lambda match: _sign(match[1]) if match[1] else match[2], _SCRIPT.sub(_script, plain))
    return " ".join(plain.replace("{", "").replace("}", "").split())


def _script(match: re.Match[str]) -> str:
    return _move(match[1], match[2] if match[2] is not None else match[3])


def _move(shift: str, text: str) -> str:
    """Raised or lowered characters; as TeX types them where one of them has no such form."""
    moved = text.translate(_ROWS[shift])
    return shift + text if any(char in text for char in moved) else moved


def _sign(name: str) -> str:
    """The character of a command: a Greek letter, a sign, or the command's name."""
    case = "CAPITAL" if name[0].isupper() else "SMALL"
    try:
        return unicodedata.lookup(f"GREEK {case} LETTER {'LAMDA' if name.lower() == 'lambda' else name}")
    except KeyError:
        return _SIGNS.get(name, name)
