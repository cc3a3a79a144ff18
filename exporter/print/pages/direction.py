"""Right to left and left to right: the direction of a language, and of each block by its first letter.

In: HTML of a body and the direction around it. Out: the same HTML with `dir` where a block runs the other way, and text
that is isolated where a style sheet writes it. WeasyPrint knows `direction` and no `unicode-bidi`: what is a box of its own
is isolated, and all else runs as the box around it.
"""

from __future__ import annotations

import re
from typing import Literal

from exporter.machinery.html_text import Html, escape, rewrite

Direction = Literal["ltr", "rtl"]

_RIGHT_TO_LEFT = frozenset(("ar", "fa", "ur", "he", "yi", "ps", "ckb", "sd", "ug", "dv"))
_RTL = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_HAS_RTL = re.compile(f"[{_RTL}]")
_STRONG = re.compile(r"[^\W\d_]")
_UNSEEN = re.compile(r"<(code|style)\b.*?</\1>|<[^>]*>|&\w+;", re.DOTALL)

_LINES = "p|h[1-6]|dt|dd|summary|figcaption"
_BLOCKS = _LINES + "|li|th|td|tr|ul|ol|div|table|blockquote|figure|pre"
_BLOCK = re.compile(
    rf"<(?P<line>{_LINES})(?P<more>\b[^>]*)>(?P<text>(?:(?!</?(?:{_BLOCKS})\b).)*)"
    rf"|<(?P<box>li|th|td)(?P<item>\b[^>]*)>(?P<inside>(?:(?!</?(?:{_BLOCKS})\b).)+)"
    r"|<div class=\"callout-title\">(?P<title>.*?)(?=</div>)",
    re.DOTALL,
)
_LIST = re.compile(r"<(ul|ol)\b(?P<more>[^>]*)>(?P<inside>(?:(?!<(?:ul|ol)\b).)*?)</\1>", re.DOTALL)
_PHRASE = re.compile(r"\w[^\S\n]+\w")


def direction_of(lang: str) -> Direction:
    """The direction in which a language is written."""
    return "rtl" if lang.partition("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"


def first_direction(text: str, around: Direction) -> Direction:
    """The direction of the first letter of a plain text (UAX 9, P2 and P3); that around it where there is none."""
    letter = _STRONG.search(text)
    return around if not letter else "rtl" if _HAS_RTL.match(letter[0]) else "ltr"


def direct(markup: str, around: Direction) -> str:
    """HTML whose blocks say where they run the other way than what is around them.

    A list and a table keep their side, so that bullets and columns of one page stand below each other, but a list of
    phrases without a letter of the other direction is whole in its own.
    """
    if around == "ltr" and not _HAS_RTL.search(markup):
        return markup
    return _LIST.sub(lambda match: _list(match, around), _BLOCK.sub(lambda match: _block(match, around), markup))


def direct_line(markup: str, around: Direction) -> str:
    """Inline HTML as a box of its own where it runs the other way."""
    way = _direction(markup, around)
    return markup if way == around else f'<span dir="{way}">{markup}</span>'


def isolate(text: str) -> str:
    """Plain text that a style sheet writes among other text, between isolating marks where it has letters from right to left."""
    if not _HAS_RTL.search(text):
        return text
    mark = "\u2067" if first_direction(text, "rtl") == "rtl" else "\u2066"
    return f"{mark}{text}\u2069"


def directed(text: str, around: Direction) -> Html:
    """Plain text as inline HTML, a box of its own where it runs the other way."""
    return rewrite(escape(text), lambda markup: direct_line(markup, around))


def _direction(markup: str, around: Direction) -> Direction:
    return first_direction(_UNSEEN.sub(" ", markup), around)


def _block(match: re.Match[str], around: Direction) -> str:
    if match["inside"] is not None:
        return f"<{match['box']}{match['item']}>{direct_line(match['inside'], around)}"
    if match["title"] is not None:
        return f'<div class="callout-title">{direct_line(match["title"], around)}'
    way = _direction(match["text"], around)
    attribute = "" if way == around else f' dir="{way}"'
    return f"<{match['line']}{attribute}{match['more']}>{match['text']}"


def _list(match: re.Match[str], around: Direction) -> str:
    inside = _UNSEEN.sub("\n", match["inside"])
    way = _direction(match["inside"], around)
    letters = _STRONG.findall(inside)
    is_whole = all((_HAS_RTL.match(letter) is None) == (way == "ltr") for letter in letters)
    if way == around or not is_whole or not _PHRASE.search(inside):
        return match[0]
    return f'<{match[1]} dir="{way}"{match["more"]}>{match["inside"]}</{match[1]}>'
