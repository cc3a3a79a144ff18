"""Emphasis in Chinese and Japanese: a dot at each character (CLREQ 3.5, JLREQ 3.3.9), because they have no italics.

In: HTML. Out: HTML whose emphasised characters are marked, one by one; the style sheet draws the dots, since WeasyPrint knows
no `text-emphasis`. Punctuation has none.
"""

from __future__ import annotations

import re

from exporter.reading.markdown.cjk import PUNCTUATION, WIDE

_EMPHASIS = re.compile(r"<(em|i)\b[^>]*>.*?</\1>", re.DOTALL)
_UNTOUCHED = re.compile(r"(<code\b.*?</code>|<[^>]*>)", re.DOTALL)
_CHARACTER = re.compile(f"(?![{PUNCTUATION}\u3000“”‘’…—])[{WIDE}]")


def mark_emphasis(markup: str) -> str:
    """HTML with `<span class="stress">` around each emphasised character."""
    return _EMPHASIS.sub(_mark, markup) if "<em" in markup or "<i>" in markup else markup


def _mark(match: re.Match[str]) -> str:
    pieces = _UNTOUCHED.split(match[0])
    pieces[::2] = [_CHARACTER.sub(r'<span class="stress">\g<0></span>', text) for text in pieces[::2]]
    return "".join(pieces)
