"""The language of one card, by the script it is written in.

In: a card, and the language of its file. Out: the language that its page or side is told, which decides the direction of the
text, its fonts and its quotation marks. A file's language is right for its script; a card in another script has its own.
"""

from __future__ import annotations

import re
from itertools import islice

from exporter.model import Card
from exporter.reading.markdown import plain_text

_SCRIPTS = {
    "latin": re.compile(r"[A-Za-z\u00c0-\u024f]"),
    "han": re.compile(r"[\u3400-\u9fff]"),
    "kana": re.compile(r"[\u3041-\u30ff]"),
    "hangul": re.compile(r"[\uac00-\ud7af]"),
    "arabic": re.compile(r"[\u0620-\u06ff]"),
    "hebrew": re.compile(r"[\u05d0-\u05ea]"),
    "thai": re.compile(r"[\u0e01-\u0e59]"),
    "devanagari": re.compile(r"[\u0904-\u096f]"),
    "cyrillic": re.compile(r"[\u0400-\u052f]"),
    "greek": re.compile(r"[\u0386-\u03ce]"),
}

_LANGUAGES = {
    "latin": ("en", "de fr es pt it pl nl sv tr vi id cs da nb fi hu ro"),
    "han": ("zh-CN", "zh ja ko"),
    "kana": ("ja", "ja"),
    "hangul": ("ko", "ko"),
    "arabic": ("ar", "ar fa ur"),
    "hebrew": ("he", "he yi"),
    "thai": ("th", "th"),
    "devanagari": ("hi", "hi mr ne"),
    "cyrillic": ("ru", "ru uk be bg sr mk"),
    "greek": ("el", "el"),
}
"""For each script the language that it stands for, and all that are written in it."""

_SAMPLE = 400
"""Letters of a card that are looked at."""


def card_language(card: Card, file_language: str) -> str:
    """The language of a card: its file's, unless most of its words are in a script that this is not written in."""
    text = "".join(islice(_letters(card), _SAMPLE))
    script = _script(text)
    if not script:
        return file_language
    language, written = _LANGUAGES[script]
    file = file_language.partition("-")[0]
    is_own = file in {language, *written.split()} or (script == "latin" and _has_much(text, file))
    return file_language if is_own else language


def _has_much(text: str, file: str) -> bool:
    """Whether what looks Latin is the file's language with many names in it: `ArrayList和LinkedList的区别？`."""
    own = (_SCRIPTS[name] for name, (_, written) in _LANGUAGES.items() if name != "latin" and file in written.split())
    return sum(_runs(pattern, text) for pattern in own) * 2 >= _runs(_SCRIPTS["latin"], text)


def _runs(letter: re.Pattern[str], text: str) -> int:
    """Words, or in scripts without spaces what stands between others: so a long name is worth no more than a short word."""
    return len(re.findall(f"{letter.pattern}+", text))


def _letters(card: Card) -> str:
    return f"{plain_text(card.front.tokens)} {plain_text(card.back.tokens)}"


def _script(text: str) -> str:
    """The script of most letters; "" for a text without any. Kana weigh more: they stand between 汉字 in any sentence.

    Latin words are common in every script, so another one that has a third of the letters is the text's.
    """
    if text.isascii():
        return "latin" if _SCRIPTS["latin"].search(text) else ""
    counts = {name: len(pattern.findall(text)) for name, pattern in _SCRIPTS.items()}
    if counts["kana"] * 4 > counts["han"] and counts["kana"]:
        counts["kana"] += counts["han"]
    latin = counts.pop("latin")
    script, most = max(counts.items(), key=lambda pair: pair[1])
    if most and most * 2 >= latin:
        return script
    return "latin" if latin else ""
