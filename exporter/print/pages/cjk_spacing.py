"""Chinese and Latin side by side, as CLREQ asks: space between them, and the right quotation marks.

In: HTML. Out: HTML whose text is spaced, and whose ranges of numbers are kept on one line. Attributes and what code says are
left alone; an inline formula is spaced like a word. What stands between two marks of punctuation is the font's business
(`exporter.print.han_marks`).
"""

from __future__ import annotations

import re

from exporter.reading.markdown.cjk import PUNCTUATION, WIDE

_HAN = f"(?![{PUNCTUATION}\u3000])[{WIDE}]"
_WORD = "[A-Za-z0-9\u00c0-\u024f\u0370-\u03ff\u0400-\u04ff$%+#@&=_√∑∏∫∂∇]"
_TAGS = r"((?:</?(?:a|b|code|em|i|span|strong|sub|sup|mark|del)\b[^>]*>)*)"
_AUTOSPACE = (
    re.compile(f"({_HAN}){_TAGS}[ ]?(?={_WORD})"),
    re.compile(f"({_WORD}){_TAGS}[ ]?(?={_HAN})"),
)
_FORMULA = '<img class="math"'
_BESIDE_TAG = (
    re.compile(f"({_HAN}){_TAGS}[ ]?(?={_FORMULA} )"),
    re.compile(f"({_FORMULA} [^>]*>){_TAGS}[ ]?(?={_HAN})"),
    re.compile(f"({_HAN})(<a [^>]*>)[ ]?(?={_WORD})"),
)
_SPACE = r"\1\2 "
"""A common space is a fifth of an em in our font. No thin one (U+2009): WeasyPrint takes it for text where it ends a line,
finds that the line overflows, and breaks far too early."""

_UNTOUCHED = re.compile(r"(<pre\b.*?</pre>|<code\b.*?</code>|<img\b[^>]*>|<a [^>]*>)", re.DOTALL)
_LATIN_QUOTE = re.compile(
    "(?<=[A-Za-z])’(?=[A-Za-z])|(?<=[A-Za-z,.;:] )[“‘](?=[A-Za-z])|(?<=[A-Za-z.,!?])[”’](?=[,.;:]? [A-Za-z])"
)


_WIDE_QUOTE = re.compile(f"[“‘](?=[{WIDE}])|(?<=[{WIDE}])[”’]|(?<=[{WIDE}])…+(?=[{WIDE}])")

_INLINE_CODE = re.compile(
    f"(?:(?P<before>[{PUNCTUATION}]) ?)?<code>(?P<code>[^<]*)</code>(?=(?P<behind>[{PUNCTUATION}])?)"
)
"""Code, and the Chinese signs at it, which bring their own space."""

_RANGE = re.compile(r"<[^>]*>|(?<![\w.–])[$€£¥]?\d[\d.,]{0,9}[–～][$€£¥]?\d(?:[\d.,]{0,9}\d)?[%‰°]?(?![\w–])")
"""A range of numbers, or a tag to pass over: a line may be broken behind its dash (UAX 14: BA, NS)."""


def autospace(markup: str, *, mark_wide: bool = False) -> str:
    """HTML with one space wherever Han meets Latin letters, digits or a formula (CLREQ 3.2.2), code left alone.

    Quotation marks and apostrophes among Latin words are marked, because a Chinese font draws them as wide as a character; with
    `mark_wide` those around Han among Latin text, where the font is a Latin one.
    """
    for pattern in _BESIDE_TAG:
        markup = pattern.sub(_SPACE, markup)
    markup = _INLINE_CODE.sub(_between_signs, markup)
    pieces = _UNTOUCHED.split(markup)
    for index in range(0, len(pieces), 2):
        pieces[index] = _RANGE.sub(_kept_together, space_out(pieces[index]))
        pieces[index] = _LATIN_QUOTE.sub(r'<span class="latin">\g<0></span>', pieces[index])
        if mark_wide:
            pieces[index] = _WIDE_QUOTE.sub(r'<span class="wide">\g<0></span>', pieces[index])
    return "".join(pieces)


def _between_signs(found: re.Match[str]) -> str:
    """Code without the padding of its own, and without a typed space, where a Chinese sign stands."""
    names = [name for name, sign in (("behind-sign", found["before"]), ("before-sign", found["behind"])) if sign]
    kind = f' class="{" ".join(names)}"' if names else ""
    return f"{found['before'] or ''}<code{kind}>{found['code']}</code>"


def _kept_together(found: re.Match[str]) -> str:
    return found[0] if found[0].startswith("<") else f'<span class="joined">{found[0]}</span>'


def space_out(text: str) -> str:
    """Text with one space wherever Han meets Latin letters or digits; tags in it stay where they are."""
    for pattern in _AUTOSPACE:
        text = pattern.sub(_SPACE, text)
    return text
