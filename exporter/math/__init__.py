"""Formulas: one TeX for both targets, and its picture for print.

In: TeX as the notes have it. Out: the same TeX with all macros expanded (cards give it to Anki's MathJax), and its SVG
(pages). `BACKENDS` names what can typeset; each is one file.
"""

from exporter.math.cached import CachedMath
from exporter.math.macros import expand
from exporter.math.mathjax import MathJax
from exporter.math.typeset import MathBackend, MathError, Typeset

__all__ = ["CachedMath", "MathBackend", "MathError", "MathJax", "Typeset", "expand"]
