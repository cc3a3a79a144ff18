"""Which characters are set without spaces between words."""

from __future__ import annotations

import re

WIDE = (
    "\u2e80-\u303e\u3041-\u30ff\u3105-\u312f\u31a0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60\uffe0-\uffe6\U00020000-\U0003ffff"
)
"""Han, kana, bopomofo, CJK punctuation and fullwidth forms, as the inside of a character class. Hangul is not among
them: Korean puts spaces between words."""

PUNCTUATION = "\u3001-\u3003\u3008-\u3011\u3014-\u301f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff60"
"""Fullwidth punctuation, which brings its own space."""

_WIDE = re.compile(f"[{WIDE}]")
_PUNCTUATION = re.compile(f"[{PUNCTUATION}]")


def is_wide(char: str) -> bool:
    """Whether a character is Han, kana, bopomofo or fullwidth."""
    return bool(_WIDE.match(char))


def is_wide_punctuation(char: str) -> bool:
    """Whether a character is fullwidth punctuation such as 。，「」."""
    return bool(_PUNCTUATION.match(char))
