"""The lines of Chinese and Japanese: none holds one character at the end of a paragraph, none is spread before a long Latin word.

In: HTML whose language has no spaces. Out: the same text. Its last two characters stay on one line (CLREQ 3.1.6 asks for two or
more), and Latin words may be hyphenated as in English, where a line would be left short (`hyphenate-limit-zone`).
"""

from __future__ import annotations

import re

from exporter.reading.markdown.cjk import PUNCTUATION, WIDE

_HAN = f"(?![{PUNCTUATION}\u3000])[{WIDE}]"
_END = re.compile(
    f"(?<={_HAN * 3})({_HAN}{{2}}[{PUNCTUATION}”’]*)(?=(?:</(?:a|b|em|i|span|strong)>)*\n?(?:</(?:p|li|dd|td|th)>|<[ou]l\\b)|\\Z)"
)
_UNTOUCHED = re.compile(r"(<pre\b.*?</pre>|<code\b.*?</code>|<a [^>]*>.*?</a>|<[^>]*>)", re.DOTALL)
_WORD = re.compile(r"(?<![\w.&/_-])[A-Za-z][a-z]{7,}(?![\w./_;-])")


def even_out(markup: str) -> str:
    """HTML whose lines can be as long as they should be."""
    pieces = _UNTOUCHED.split(_END.sub(r'<span class="joined">\1</span>', markup))
    pieces[::2] = [_WORD.sub(r'<span lang="en">\g<0></span>', piece) for piece in pieces[::2]]
    return "".join(pieces)
