r"""What notes that come from Anki bring along: `[$]x[/$]`, `[$$]y[/$$]`, `[latex]$z$[/latex]`, `<anki-mathjax>`, `[sound:a.mp3]`.

They become the tokens that Markdown's own spelling makes: `math` and `media`.
"""

from __future__ import annotations

import html
import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline.state_inline import StateInline

_FORMULA = re.compile(
    r"\[\$\](?P<inline>.+?)\[/\$\]|\[\$\$\](?P<display>.+?)\[/\$\$\]|\[latex\](?P<latex>.+?)\[/latex\]"
    r"|<anki-mathjax(?P<block>\s+block=[\"']?true[\"']?)?\s*>(?P<mathjax>.+?)</anki-mathjax>",
    re.DOTALL | re.IGNORECASE,
)
_SOUND = re.compile(r"\[sound:([^\[\]\n]+)\]")
_OPENINGS = ("[$", "[latex]", "<anki-mathjax", "[sound:")
_DOLLARS = re.compile(r"\$\$(.+?)\$\$|\$(.+?)\$|\\\[(.+?)\\\]|\\\((.+?)\\\)", re.DOTALL)


def anki_markup(state: StateInline, silent: bool) -> bool:
    """Push one formula or sound."""
    if state.src[state.pos] not in "[<" or not state.src.startswith(_OPENINGS, state.pos):
        return False
    sound = _SOUND.match(state.src, state.pos, state.posMax)
    formula = None if sound else _FORMULA.match(state.src, state.pos, state.posMax)
    if sound and not silent:
        state.push("media", "", 0).attrs = {"src": sound[1].strip()}
    elif formula and not silent:
        tex, display = _tex(formula)
        token = state.push("math", "", 0)
        token.content, token.meta = tex, {"display": display}
    match = sound or formula
    if match:
        state.pos = match.end()
    return match is not None


def _tex(formula: re.Match[str]) -> tuple[str, bool]:
    """The TeX of a formula, and whether it stands on a line of its own."""
    if formula["latex"] is not None:
        inner = _DOLLARS.fullmatch(formula["latex"].strip())
        tex = next(group for group in inner.groups() if group is not None) if inner else formula["latex"]
        return html.unescape(tex).strip(), not inner or (inner[2] is None and inner[4] is None)
    tex = next(formula[name] for name in ("inline", "display", "mathjax") if formula[name] is not None)
    return html.unescape(tex).strip(), bool(formula["display"] or formula["block"])


def install(md: MarkdownIt) -> None:
    """Before formulas, whose dollars stand in these brackets."""
    md.inline.ruler.before("math", "anki_markup", anki_markup)
