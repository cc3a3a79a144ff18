"""Formulas: one TeX for both targets, and its picture for print.

In: TeX as the notes have it. Out: the same TeX with all macros expanded (cards give it to Anki's MathJax), and its SVG
(pages). `BACKENDS` names what can typeset; each is one file.
"""

from exporter.markup.math.backend import MathBackend, MathError, Typeset, refusal
from exporter.markup.math.cached import CachedMath
from exporter.markup.math.lines import break_lines
from exporter.markup.math.macros import expand
from exporter.markup.math.mathjax import MathJax
from exporter.markup.math.rows import split_rows

__all__ = [
    "CachedMath",
    "MathBackend",
    "MathError",
    "MathJax",
    "Typeset",
    "break_lines",
    "expand",
    "refusal",
    "split_rows",
]
