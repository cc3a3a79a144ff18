r"""The door to Anki: in what passes it, nothing but what make-deck wrote itself plays, runs or is typeset.

In: HTML that is escaped or sanitised, in which formulas and sounds of our own are marks; names as notes have them. Out:
`FieldHtml`, and names. Anki looks for `[sound:`, `[latex]`, `[type:` and the like in the source of a card, where a gap may
part them; its MathJax looks for `\(` and `\[` in the texts that a browser makes of it, so also where they are entities.
What a reader sees and copies stays as it was written.
"""

from __future__ import annotations

import re
import unicodedata

from exporter.machinery.html_text import FieldHtml, Html, escape
from exporter.machinery.printable import plain_name
from exporter.markup.html.placeholders import OPENS, slots, write_slot

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f]")
"""Anki parts fields by U+001F, and is shown nothing by the others."""

_GAP = r"(?:\{\{c\d+::|(?:::[^{}]*)?\}\})"
_DOES = ("sound:", "anki:", "latex]", "/latex]", "$", "/$", "[type:")
"""What follows a bracket. The next field may stand right behind this one, so the beginning of it is enough at the end."""

_WHOLE = "|".join(f"{_GAP}*".join(map(re.escape, word)) for word in _DOES)
_BEGUN = "|".join(sorted({re.escape(word[:end]) for word in _DOES for end in range(len(word))}))
_BRACKETED = re.compile(rf"\[(?={_GAP}*(?:{_WHOLE})|(?:{_BEGUN})\Z)", re.IGNORECASE)
_HINTED = re.compile(r"(?<=::)(?:s(?=ound:)|a(?=nki:)|\[(?=type:))", re.IGNORECASE)
"""Anki puts the hint of a gap in brackets of its own."""

_BACKSLASH = r"(?:\\|&(?:#0*92(?!\d);?|#x0*5c(?![\da-f]);?|bsol;))"
_BRACKET = r"(?:[(\[]|&(?:#0*(?:40|91)(?!\d);?|#x0*(?:28|5b)(?![\da-f]);?|lpar;|lsqb;|lbrack;))"
_UNSEEN = rf"(?:(?><!--.*?-->)|</?wbr\b(?:[^<>\"]++|\"[^\"]*+\")*+>|{_GAP})*+"
_DELIMITER = rf"{_BACKSLASH}(?={_UNSEEN}(?:{_BRACKET}|\Z))"

_FORMULA = slots("formula:([([])")
_FORMULA_END = slots("formula:([)\\]])")
_SOUND = slots("sound:(.*?)")
_PIECE = re.compile(
    rf'(?P<formula>{_FORMULA.pattern}.*?{_FORMULA_END.pattern})|(?P<tag><[^<>"]*(?:"[^"]*"[^<>"]*)*>)|{_DELIMITER}',
    re.DOTALL | re.IGNORECASE,
)
_FOUND = re.compile(_DELIMITER, re.DOTALL | re.IGNORECASE)
_SLASHED = ">\u0338"
"""Anki joins signs with the letter before them (NFC); with the end of a tag this one would be a letter of its name."""

_SHOWN_RAW = str.maketrans("<>", "＜＞")


def field_html(markup: Html) -> FieldHtml:
    """HTML as a field of a note."""
    if isinstance(markup, FieldHtml):
        return markup
    text = _CONTROLS.sub("", markup).replace(_SLASHED, ">&#824;")
    for sign, syntax in (("[", _BRACKETED), ("::", _HINTED)):  # most fields have no such sign: that is seen at once
        if sign in text:
            text = syntax.sub(lambda match: f"&#{ord(match[0])};", text)
    if ("\\" in text or "&" in text) and _FOUND.search(text):
        text = _PIECE.sub(_apart, text)
    if OPENS in text:
        text = _FORMULA_END.sub(r"\\\1", _FORMULA.sub(r"\\\1", text))
        text = _SOUND.sub(r"[sound:\1]", text)
    return FieldHtml(text)


def _apart(match: re.Match[str]) -> str:
    """A backslash apart from the bracket behind it: MathJax looks for both in one text."""
    if match["formula"]:
        return match[0]
    if match["tag"]:
        return _FOUND.sub("&#92;", match[0])
    return f"{match[0]}<span></span>"


def raw_name(name: str) -> str:
    """A name that Anki writes into cards as it stands: of a deck, a tag, a note type. It is no HTML, nor becomes any."""
    text = unicodedata.normalize("NFC", plain_name(name).translate(_SHOWN_RAW))
    return _FOUND.sub("＼", _BRACKETED.sub("［", text))


def write_sound(name: str) -> Html:
    """A sound or a film, where it is to be played. Until it is a field's it is a mark that no note can hold."""
    return write_slot(f"sound:{name}")


def write_formula(tex: str, *, display: bool) -> Html:
    """TeX that has been looked at, for Anki's MathJax."""
    opens, closes = "[]" if display else "()"
    return write_slot(f"formula:{opens}") + escape(tex, quote=False) + write_slot(f"formula:{closes}")
