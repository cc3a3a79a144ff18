r"""What a formula may say, on cards as on pages: words that set, and colours that are no more than colours.

In: TeX. Out: the first word that is refused. Anki's MathJax makes of `\href{javascript:…}` a link that runs, of `\style` and
of the brackets of `\bbox` what a style sheet may do, and after `\verb` or `\let` a word is no more what it seems. So what is
not known to do nothing else but set is refused, and what takes colours has them in plain sight behind it.
"""

from __future__ import annotations

import re

from exporter.machinery.formula_words import ENVIRONMENTS, SETTING_WORDS

_WORD = re.compile(r"\\(?:([A-Za-z]+)|.)", re.DOTALL)

_GAP = r"[ \t\r\n]*+"
_COLOUR = r"[A-Za-z0-9#,.! -]*"
_LENGTH = r"[0-9.]+ *(?:em|ex|pt|px|pc|in|mm|cm|mu)"
_PART = rf"(?> *(?:border *: *{_LENGTH} +[a-z]+ +#?[A-Za-z0-9]+|{_LENGTH}|#?[A-Za-z0-9]+|\.\.\.) *)"
_MODEL = rf"(?:\[{_COLOUR}\]{_GAP})?"
_ATTRIBUTES = r"(?:\[[A-Za-z0-9#,.=\" -]*\])?+"
_PLAIN = rf"\{{{_COLOUR}\}}"
_ARGUMENTS = {
    **dict.fromkeys(("color", "textcolor", "colorbox", "cellcolor", "columncolor", "rowcolor"), _MODEL + _PLAIN),
    "fcolorbox": _MODEL + _PLAIN + _GAP + _MODEL + _PLAIN,
    "bbox": rf"(?:\[{_PART}(?:,{_PART})*\]{_GAP})?\{{",
    **dict.fromkeys(("cancel", "bcancel", "xcancel", "cancelto"), rf"{_ATTRIBUTES}{_GAP}[^\]\[}}&%]"),
    "enclose": rf"\{{[A-Za-z0-9 ,-]*\}}{_GAP}{_ATTRIBUTES}{_GAP}\{{",
    "unicode": r"\{[xX]?[0-9A-Fa-f]+\}",
}
"""What has to stand behind a word. It must be there, for the macros of MathJax take the braces off `\\mod{\\bbox}[…]`."""

_BEHIND = {name: re.compile(_GAP + arguments) for name, arguments in _ARGUMENTS.items()}
_NAME = re.compile(_GAP + r"\{([A-Za-z]+\*?|#[0-9])\}")

_REFUSED = frozenset(
    """
autoload class configmacros cssId data DeclarePairedDelimiter DeclarePairedDelimiters DeclarePairedDelimitersX
DeclarePairedDelimitersXPP DeclarePairedDelimiterX DeclarePairedDelimiterXPP definecolor href html htmlClass htmlData
htmlId htmlStyle includegraphics let mathtip mathtoolsset mmlToken newenvironment Newextarrow newtagform
renewenvironment renewtagform require setOptions special style texttip toggle url usetagform verb
""".split()
)
"""What no macro of an author may be called."""


def refused_word(tex: str, *, has_macros: bool = False) -> str | None:
    r"""The first control word that a formula may not have, such as `\href`; None for an ordinary formula.

    As long as its macros are not written out (`has_macros`), a word that MathJax does not know may be one of them.
    """
    for word in _WORD.finditer(tex):
        name = word[1]
        if name is None or name in SETTING_WORDS:
            continue
        if name == "begin":
            found = _NAME.match(tex, word.end())
            if found and (found[1] in ENVIRONMENTS or has_macros):
                continue
            return word[0] + (found[0] if found else "")
        if name in _BEHIND:
            if _BEHIND[name].match(tex, word.end()):
                continue
        elif has_macros and name not in _REFUSED:
            continue
        return word[0]
    return None
