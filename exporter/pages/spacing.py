"""Chinese and Latin side by side, as CLREQ asks: space between them, and the right quotation marks.

In: HTML. Out: HTML whose text is spaced. Code, formulas and attributes are left alone. What stands between two marks of
punctuation is the font's business (`exporter.fonts`).
"""

from __future__ import annotations

import re

from exporter.markdown.cjk import PUNCTUATION, WIDE

_HAN = f"(?![{PUNCTUATION}\u3000])[{WIDE}]"
_WORD = "[A-Za-z0-9\u00c0-\u024f\u0370-\u03ff\u0400-\u04ff$%+#@&=]"
_TAGS = r"((?:</?(?:a|b|code|em|i|span|strong|sub|sup|mark|del)\b[^>]*>)*)"
_AUTOSPACE = (
    re.compile(f"({_HAN}){_TAGS}[ ]?(?={_WORD})"),
    re.compile(f"({_WORD}){_TAGS}[ ]?(?={_HAN})"),
)
_THIN_SPACE = "\u2009"
_UNTOUCHED = re.compile(r"(<pre\b.*?</pre>|<code\b.*?</code>|<img\b[^>]*>|<a [^>]*>)", re.DOTALL)
_LATIN_QUOTE = re.compile(
    "(?<=[A-Za-z])’(?=[A-Za-z])|(?<=[A-Za-z,.;:] )[“‘](?=[A-Za-z])|(?<=[A-Za-z.,!?])[”’](?=[,.;:]? [A-Za-z])"
)


def autospace(markup: str) -> str:
    """HTML with a thin space wherever Han meets Latin letters or digits (CLREQ 3.2.2), code left alone.

    Quotation marks and apostrophes among Latin words are marked, because a Chinese font draws them as wide as a character.
    """
    pieces = _UNTOUCHED.split(markup)
    for index in range(0, len(pieces), 2):
        for pattern in _AUTOSPACE:
            pieces[index] = pattern.sub(rf"\1\2{_THIN_SPACE}", pieces[index])
        pieces[index] = _LATIN_QUOTE.sub(r'<span class="latin">\g<0></span>', pieces[index])
    return "".join(pieces)
