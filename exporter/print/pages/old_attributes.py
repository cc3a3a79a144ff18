"""What HTML says by attributes: numbers of lists, what counts options, alignment, colours.

In: HTML of a body. Out: the same with styles, because WeasyPrint asks no attribute of HTML for what an element looks like.
"""

from __future__ import annotations

import re

_LIST = re.compile(r"<ol\b(?=[^>]* (?:start|type)=)([^>]*)>")
_ITEM = re.compile(r'<li value="(\d{1,9})"')
_OPTION = re.compile(r'<li data-key="(\w{1,4}\.?)"')
_START = re.compile(r' start="(\d{1,9})"')
_TYPE = re.compile(r' type="([1aAiI])"')
_KINDS = {"1": "decimal", "a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}
_ALIGNED = re.compile(
    r'<(p|div|h[1-6]|center|span)\b([^>]*?) align="(left|center|right|justify)"([^>]*)>', re.IGNORECASE
)
_FONT = re.compile(r'<font\b([^>]*?) color="(#?\w{1,30})"([^>]*)>')


def style_attributes(markup: str) -> str:
    """HTML that says in CSS what `start`, `value`, `type`, `align` and `color` say (HTML 15.3), and our own `data-key`."""
    if "<font" in markup:
        markup = _FONT.sub(r'<font\1 style="color: \2"\3>', markup)
    if " align=" in markup:
        markup = _ALIGNED.sub(lambda m: f'<{m[1]}{m[2]} style="text-align: {m[3].lower()}"{m[4]}>', markup)
    if "<li value=" in markup:
        markup = _ITEM.sub(r'\g<0> style="counter-increment: none; counter-set: list-item \1"', markup)
    if "<li data-key=" in markup:
        markup = _OPTION.sub(r'<li class="option" style="list-style-type: &quot;\1 &quot;"', markup)
    return _LIST.sub(_style, markup)


def _style(match: re.Match[str]) -> str:
    start, kind = _START.search(match[1]), _TYPE.search(match[1])
    styles = [f"counter-reset: list-item {int(start[1]) - 1}"] if start else []
    styles += [f"list-style-type: {_KINDS[kind[1]]}"] if kind else []
    return f'<ol{match[1]} style="{"; ".join(styles)}">' if styles else match[0]
