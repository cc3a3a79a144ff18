"""A stranger's words in Markdown that make-deck writes, as words.

In: any text. Out: one line in which nothing is markup, calls a person or a robot, or leads anywhere, in whatever shows it.
"""

from __future__ import annotations

import re

from exporter.machinery.printable import plain_name

_BREAK = "&#8203;"
_LIVE = re.compile(r"(?<=[@#!~%$&])(?=\w)|(?<=:)(?=//|[\w+-]+:)|(?<=www)(?=\.)|(?<=GH)(?=-)", re.IGNORECASE)
"""Where a service would make something else of words: a person to call, an issue, an address, a face."""
_MARKUP = re.compile(r"(^#+(?=\s|$)|[\\`*_{}\[\]|~^=])|([<>&])|(\$)")


def markdown_words(text: str) -> str:
    """The text in one line of Markdown."""
    text = " ".join(plain_name(text.replace("\n", " ")).split())
    return _BREAK.join(_MARKUP.sub(_as_word, piece) for piece in _LIVE.split(text))


def _as_word(match: re.Match[str]) -> str:
    mark, element, _ = match.groups()
    if mark:
        return f"\\{mark}"
    return {"<": "&lt;", ">": "&gt;", "&": "&amp;"}[element] if element else "<span>$</span>"
