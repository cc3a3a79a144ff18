"""Notes and outer addresses at the foot of the page, where paper shows them.

In: HTML of a body, whose notes stand in a list at its end. Out: HTML in which each stands where it is referred to; the style
sheet floats it. A note of several blocks stays in its list.
"""

from __future__ import annotations

import html
import re

from exporter.machinery.html_text import Html, escape, rewrite

_LIST = re.compile(r'<section class="footnotes"><ol>(.*?)</ol></section>\s*', re.DOTALL)
_ITEM = re.compile(r"<li>(.*?)</li>", re.DOTALL)
_MARK = re.compile(r"<sup>\[(\d+)\]</sup>")
_PARAGRAPH = re.compile(r"\s*<p[^>]*>(.*?)</p>\s*", re.DOTALL)
_BLOCK = re.compile(r"<(?:p|ul|ol|li|div|table|figure|blockquote|pre|h\d)\b")
_LINK = re.compile(r'<a href="(https?://[^"]+)"[^>]*>(.*?)</a>', re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


def notes_at_foot(markup: Html) -> Html:
    """HTML with `<span class="note">` for each note, and for each outer address that the text does not show."""
    return rewrite(markup, _move_notes, lambda text: _LINK.sub(_address, text))


def _move_notes(markup: str) -> str:
    found = _LIST.search(markup)
    if not found:
        return markup
    notes = [(_PARAGRAPH.fullmatch(item) or [item, item])[1] for item in _ITEM.findall(found[1])]
    if any(_BLOCK.search(note) for note in notes):
        return markup

    def place(match: re.Match[str]) -> str:
        number = int(match[1]) - 1
        return f'<span class="note">{notes[number]}</span>' if number < len(notes) else match[0]

    return _MARK.sub(place, markup[: found.start()] + markup[found.end() :])


def _address(match: re.Match[str]) -> str:
    shown = html.unescape(_TAG.sub("", match[2])).strip()
    address = html.unescape(match[1])
    if shown.rstrip("/") in (address.rstrip("/"), address.partition("//")[2].rstrip("/")):
        return match[0]
    return f'{match[0]}<span class="note">{escape(address)}</span>'
