r"""What a formula may not say, on cards as on pages: links, styles, and what changes MathJax itself.

In: TeX. Out: the first word that is refused. Anki's MathJax knows them all, and makes of `\href{javascript:…}` a link that
runs, of `\style` and of the brackets of `\bbox` what a style sheet may do, and of `\require` more words.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"\\(?:([A-Za-z]+)|.)", re.DOTALL)
_REFUSED = frozenset(
    "href url style class cssId data html require autoload mmlToken setOptions configmacros includegraphics special "
    "htmlClass htmlId htmlStyle htmlData".split()
)
_STYLED = frozenset(
    "bbox bcancel cancel xcancel color colorbox definecolor enclose fcolorbox textcolor unicode".split()
)
_ARGUMENTS = re.compile(r"\s*(?:\*?\s*(?:\[[^\]]*\]|\{[^{}]*\}))*")
_STYLE = re.compile(r"[;()\"'<>\\]|\burl\b", re.IGNORECASE)


def refused_word(tex: str) -> str | None:
    r"""The first control word that a formula may not have, such as `\href`; None for an ordinary formula."""
    for word in _WORD.finditer(tex):
        name = word[1]
        if name in _REFUSED:
            return word[0]
        if name in _STYLED:
            arguments = _ARGUMENTS.match(tex, word.end())
            brackets = re.findall(r"\[[^\]]*\]", arguments[0]) if arguments else []
            first = (
                re.match(r"\s*\{[^{}]*\}", tex[word.end() :]) if name in ("color", "textcolor", "colorbox") else None
            )
            if any(map(_STYLE.search, (*brackets, *([first[0]] if first else [])))):
                return word[0]
    return None
