"""What of a text is letters to its readers, in every script, so that texts can be compared by them alone.

In: text. Out: the text without signs and spaces. Vowels and tones that stand above, below or around a letter are letters:
कि is not का, กา is not กี, கி is not கா. That holds for the vowels of Arabic and Hebrew too, which most writers leave
away: where somebody writes them, كَتَبَ (he wrote) and كُتُب (books) are two cards. Only marks that choose the shape of a
sign (U+FE00 to U+FE0F, behind emoji) say nothing.
"""

from __future__ import annotations

import unicodedata

_SHAPES = range(0xFE00, 0xFE10)


class _Kept(dict[int, int | None]):
    """For `str.translate`: what becomes of a character, found out when it is first seen."""

    def __init__(self, signs: str) -> None:
        super().__init__((ord(sign), ord(sign)) for sign in signs)

    def __missing__(self, code: int) -> int | None:
        char = chr(code)
        is_mark = unicodedata.category(char)[0] == "M" and code not in _SHAPES
        self[code] = kept = code if char.isalnum() or is_mark else None
        return kept


_LETTERS = _Kept("")
_WITH_OPERATORS = _Kept("+#<>=")


def letters(text: str, *, operators: bool = False) -> str:
    """Letters and digits only, one width, one case; with `operators`, `C`, `C++` and `C#`, `a<b` and `a>b` stay apart."""
    table = _WITH_OPERATORS if operators else _LETTERS
    return unicodedata.normalize("NFKC", text).casefold().translate(table)
