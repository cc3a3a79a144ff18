r"""A formula of a card, as Anki's MathJax may read it.

In: TeX with the marks of its gaps. Out: HTML, in which a formula that has a refused word, or that would not end where it
ends, is code. MathJax counts braces: after `\({\)` it would read on in the author's words, which nobody has looked at.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping

from exporter.cards.anki_syntax import write_formula
from exporter.machinery.control_words import refused_word
from exporter.machinery.html_text import Html, escape
from exporter.markup.html.placeholders import slots
from exporter.markup.math import expand
from exporter.reading.markdown import GapMark, Pieces
from exporter.reading.markdown.cloze import shown_forms

_GAP_MARK = slots(r"\+(\d+)|-(.*?)")
_SIGN = r"\\(?:[a-zA-Z]|.)|[{}]"
_LAST = re.compile(r"(?<!\\)(?:\\\\)*\\\Z")
r"""A backslash at the end, which would take that of `\)` along; with a space behind it, it is a space."""

_COUNTED = re.compile(rf"{_SIGN}|\\", re.DOTALL)
_ENDS = {True: re.compile(rf"\\\]|{_SIGN}"), False: re.compile(rf"\\\)|{_SIGN}")}
"""What MathJax 3 looks for after the beginning of a formula (`FindTeX.endPattern`), by whether it is a display."""


def card_formula(tex: str, macros: Mapping[str, str], *, display: bool) -> Html:
    """A formula with all macros expanded: macros may put together what its text did not show when it was read."""
    expanded = _LAST.sub(r"\g<0> ", expand(tex, macros))
    shown = _GAP_MARK.sub("", expanded)
    is_plain = not any(map(refused_word, shown_forms(_pieces(expanded))))
    if is_plain and _ends_itself(shown, display=display) and all(map(_is_whole, _hidden(expanded))):
        return write_formula(expanded, display=display)
    return Html('<code class="math-source">{}</code>').format(escape(tex, quote=False))


def _pieces(tex: str) -> Pieces:
    found: list[str | GapMark] = []
    end = 0
    for mark in _GAP_MARK.finditer(tex):
        found += (tex[end : mark.start()], GapMark(int(mark[1] or 0), html.unescape(mark[2] or "")))
        end = mark.end()
    return (*found, tex[end:])


def _ends_itself(tex: str, *, display: bool) -> bool:
    """Whether MathJax takes a formula to end where it ends."""
    text = tex + (r"\]" if display else r"\)")
    braces = 0
    for found in _ENDS[display].finditer(text):
        match found[0]:
            case "{":
                braces += 1
            case "}":
                braces = max(0, braces - 1)
            case r"\)" | r"\]" if not braces and found[0] == text[-2:]:
                return found.end() == len(text)
    return False


def _hidden(tex: str) -> Iterator[str]:
    """What may be left out of a formula, or come into it: the gaps and their hints."""
    begun: list[int] = []
    for mark in _GAP_MARK.finditer(tex):
        if mark[1]:
            begun.append(mark.end())
        elif begun:
            yield _GAP_MARK.sub("", tex[begun.pop() : mark.start()])
            yield mark[2]


def _is_whole(tex: str) -> bool:
    """Whether a formula without this piece ends where it ended with it."""
    braces = 0
    for found in _COUNTED.finditer(tex):
        braces += {"{": 1, "}": -1}.get(found[0], 0)
        if braces < 0 or found[0] == "\\":
            return False
    return not braces
