"""Quotation marks for print: those of a typewriter become those of the language.

In: HTML and its language. Out: the same with “ ” ‘ ’ where " and ' stood, and ′ ″ for feet, inches and minutes. Code,
addresses and formulas are left alone, and so is a paragraph whose marks do not come in pairs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

Marks = tuple[str, str, str, str]

_MARKS: Mapping[str, Marks] = MappingProxyType({
    **dict.fromkeys(("en", "pt", "tr", "ko", "zh", "id", "ms", "vi", "th", "hi", "ga"), ("“", "”", "‘", "’")),
    **dict.fromkeys(("de", "cs", "sk", "sl", "is", "lt", "et", "bg", "ka"), ("„", "“", "‚", "‘")),
    **dict.fromkeys(("pl", "hu", "ro", "nl", "hr", "sr", "af"), ("„", "”", "‚", "’")),
    **dict.fromkeys(("es", "it", "ca", "el", "eu", "gl"), ("«", "»", "“", "”")),
    **dict.fromkeys(("ru", "uk", "be"), ("«", "»", "„", "“")),
    **dict.fromkeys(("no", "nb", "nn", "da"), ("«", "»", "‘", "’")),
    **dict.fromkeys(("sv", "fi"), ("”", "”", "’", "’")),
    "fr": ("«\u202f", "\u202f»", "“", "”"),
    "pt-pt": ("«", "»", "“", "”"),
    "de-ch": ("«", "»", "‹", "›"),
    "nl": ("“", "”", "‘", "’"),
})  # fmt: skip
"""Outer and inner marks (Unicode CLDR, delimiters). Japanese has 「」, which nobody means by straight ones."""

CURLY = re.compile("[“”‘’„‚«»]")
"""Whose notes have one of these, wrote the others as they are on purpose."""

_PIECES = re.compile(r"(<(pre|code|kbd|svg|style)\b.*?</\2>|<[^>]*>)", re.DOTALL)
_INLINE = re.compile(r"</?(?:a|b|em|i|strong|span|sub|sup|mark|del|u|small|code|kbd|img)\b")
_OUTER = ('"', "&quot;", "&#34;")
_QUOTE = re.compile("&quot;|&#34;|&#39;|&#x27;|[\"']")
_BEFORE_OPENING = re.compile(r"[\s(\[{—–/\u00a0“„«‘‚\"'-]")
_DECADE = re.compile(r"\d0s?\b(?!'|&#39;|&#x27;)")
_FEET = re.compile(r"\d(?:'|&#39;|&#x27;)\s?\d{1,2}(?:[.,]\d+)?$")
_LONGEST_FEET = 16
_PRIME, _DOUBLE_PRIME = "′", "″"
_WIDE = re.compile("[\u2e80-\u9fff\uff00-\uffef]")
_WORD = "\x00"
"""Stands for a word that is not looked at: code, a formula."""


def set_quotes(markup: str, lang: str) -> str:
    """HTML with the marks of its language; as it is where the language's are not known."""
    tag = lang.lower()
    marks = _MARKS.get(tag) or _MARKS.get(tag.partition("-")[0])
    if not marks or not _QUOTE.search(markup):
        return markup
    pieces = _PIECES.split(markup)
    # of three pieces of a split, the first is text, the second a tag, the third the name within it
    texts, tags = pieces[::3], pieces[1::3]
    out: list[str] = []
    block: list[str] = [texts[0]]
    for tag_text, text in zip(tags, texts[1:], strict=True):
        if not _INLINE.match(tag_text):
            out.append(_set_block(block, marks))
            block = []
        block += [tag_text, text]
    out.append(_set_block(block, marks))
    return "".join(out)


def _set_block(pieces: Sequence[str], marks: Marks) -> str:
    """A paragraph, as its pieces of text and tags."""
    seen = "".join(map(_seen, pieces))
    written = iter(_choose(seen, marks))
    return "".join(piece if piece.startswith("<") else _QUOTE.sub(lambda _: next(written), piece) for piece in pieces)


def _seen(piece: str) -> str:
    if not piece.startswith("<"):
        return piece
    return _WORD if piece.startswith(("<code", "<kbd", "<img", "<pre", "<svg")) else ""


def _choose(seen: str, marks: Marks) -> list[str]:
    """What each mark of a text becomes, in order: one of a pair, an apostrophe, or what it was."""
    chosen: list[str] = []
    opened: dict[bool, int] = {}
    for place, match in enumerate(_QUOTE.finditer(seen)):
        is_outer = match[0] in _OUTER
        before, after = seen[: match.start()][-1:] or " ", seen[match.end() :][:1] or " "
        chosen.append(match[0])
        if before.isdigit() and not after.isalpha() and _measures(seen, match.start(), is_free=is_outer not in opened):
            chosen[place] = _DOUBLE_PRIME if is_outer else _PRIME
        elif (not is_outer and before.isalnum() and after.isalnum()) or (
            not is_outer and _DECADE.match(seen, match.end())
        ):
            chosen[place] = "’"
        elif is_outer in opened and not before.isspace():
            chosen[opened.pop(is_outer)], chosen[place] = marks[:2] if is_outer else marks[2:]
        elif _opens(before, after):
            opened[is_outer] = place
        elif not is_outer and before.isalpha():
            chosen[place] = "’"
    if False in opened and chosen[opened[False]] != "’":  # ’tis, the ’90s
        chosen[opened[False]] = "’"
    return chosen


def _measures(seen: str, place: int, *, is_free: bool) -> bool:
    """Whether the mark behind a digit is that of feet or inches: no quotation is open, or feet stand before the inches."""
    return is_free or bool(_FEET.search(seen, max(0, place - _LONGEST_FEET), place))


def _opens(before: str, after: str) -> bool:
    at_edge = bool(_BEFORE_OPENING.match(before) or _WIDE.match(before) or _WIDE.match(after))
    return at_edge and not after.isspace()
