"""Numbered lists keep the number and the kind of letter that they begin with.

In: HTML of a body. Out: the same with styles, because WeasyPrint asks no attribute of HTML for what a list looks like.
"""

from __future__ import annotations

import re

_LIST = re.compile(r"<ol\b(?=[^>]* (?:start|type)=)([^>]*)>")
_START = re.compile(r' start="(\d{1,9})"')
_TYPE = re.compile(r' type="([1aAiI])"')
_KINDS = {"1": "decimal", "a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}


def number_lists(markup: str) -> str:
    """HTML whose lists say in CSS what `start` and `type` say (HTML 15.3.8)."""
    return _LIST.sub(_style, markup)


def _style(match: re.Match[str]) -> str:
    start, kind = _START.search(match[1]), _TYPE.search(match[1])
    styles = [f"counter-reset: list-item {int(start[1]) - 1}"] if start else []
    styles += [f"list-style-type: {_KINDS[kind[1]]}"] if kind else []
    return f'<ol{match[1]} style="{"; ".join(styles)}">' if styles else match[0]
