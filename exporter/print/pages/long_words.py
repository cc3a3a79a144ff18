"""Words without an end, such as a key or a hash, in pieces that can be set one after the other.

In: HTML. Out: the same text. Where a word is longer than a line, WeasyPrint tries every place in the whole rest of it, for
hyphens too, and takes minutes for some thousand letters; and it looks at every element of a word again for each one that does
not fit. Nothing between the pieces is a character: text that is copied is what was written.
"""

from __future__ import annotations

import re

_LONGEST = 300
"""Letters; more than any line has, and any word of a language."""
_PIECE = 800
_NAME = r"\b(?=\w{12})[A-Za-z0-9]+(?:_[A-Za-z0-9]+)+\b"
"""What no hyphen may divide: it would be read as a part of the name."""

_RUN = re.compile(rf"<[^<>]*>|(?:[^\s<>&\u2e80-\u9fff\uac00-\ud7af\uf900-\uffef]|&[#\w]+;){{{_LONGEST},}}|{_NAME}")
_BOXES = re.compile(
    r"(?:</?(?:abbr|a|bdi|bdo|big|b|cite|code|del|em|font|ins|i|kbd|mark|q|small|span|strong|sub|sup|s|tt|u|var)\b[^<>]*>"
    r"[^\s<>\u2e80-\u9fff\uac00-\ud7af\uf900-\uffef]*){60}"
)
"""Beginnings and ends of elements in one word; code without spaces has some thirty."""

_LETTERS = re.compile(rf"(?:[^&]|&[#\w]+;){{1,{_PIECE}}}")


def cut_long_words(markup: str) -> str:
    """HTML with a span around each piece of a word that is longer than any line, and places to break one of many elements."""
    return _RUN.sub(_cut, _BOXES.sub(r"\g<0><wbr>", markup))


def _cut(match: re.Match[str]) -> str:
    if match[0].startswith("<"):
        return match[0]
    return "".join(f'<span class="unhyphenated">{piece}</span>' for piece in _LETTERS.findall(match[0]))
