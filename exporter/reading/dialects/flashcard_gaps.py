"""What is hidden in a paragraph of notes for Obsidian's Spaced Repetition.

In: a paragraph. Out: its inline tokens with gaps: `==x==`, `**x**`, `{{x}}` and the patterns of the settings, each with a
number before and a hint behind it, where the patterns have them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

from exporter.reading.dialects.cloze import in_order, mark_bold, mark_braces, mark_highlights
from exporter.reading.dialects.flashcard_signs import Signs

_BRACES = re.compile(r"\{\{(?!c\d+::)([^{}]+)\}\}")
_HINT = re.compile(r"\^\[([^\[\]]+)\]")
_NUMBER = re.compile(r"([1-9]\d?);;(?=.)")
_HINT_INSIDE = re.compile(r"(?<=.);;([^;]+)$")


def mark_gaps(inline: Token, signs: Signs, *, bold: bool) -> list[Token] | None:
    """The paragraph with its gaps, None where it has none. `bold`: what is bold is one, though no setting says so."""
    if not signs.clozes and not any(sign in inline.content for sign in ("==", "{{", "**")):
        return None
    children, number = list(inline.children or ()), 0
    if signs.highlights:
        children, number = mark_highlights(children, number)
    children = _hinted(children)
    if signs.braces:
        children, number = mark_braces(children, number, _BRACES)
    for pattern in signs.clozes:
        children, number = mark_braces(children, number, pattern)
    if bold or signs.bold:
        children, number = mark_bold(children, number)
    if not number:
        return None
    return _told(in_order(children)) if signs.tells else in_order(children)


def _hinted(children: Sequence[Token]) -> list[Token]:
    """`==cloze==^[hint]`: the hint belongs to the gap before it."""
    result: list[Token] = []
    for child in children:
        match = _HINT.match(child.content) if child.type == "text" and result else None
        if match and result[-1].type == "cloze_close":
            result[-1] = result[-1].copy(meta={**result[-1].meta, "hint": match[1]})
            result.append(child.copy(content=child.content[match.end() :], meta=child.meta | {"told": child.content}))
        else:
            result.append(child)
    return result


def _told(children: Sequence[Token]) -> list[Token]:
    """The gaps with the numbers and hints that they say themselves."""
    result = list(children)
    for place, child in enumerate(children[1:-1], 1):
        text = result[place].content if child.type == "text" else ""
        if children[place - 1].type == "cloze_open" and (match := _NUMBER.match(text)):
            opening, text = result[place - 1], text[match.end() :]
            result[place - 1] = opening.copy(meta={**opening.meta, "number": int(match[1])})
        if children[place + 1].type == "cloze_close" and (match := _HINT_INSIDE.search(text)):
            closing, text = result[place + 1], text[: match.start()]
            result[place + 1] = closing.copy(meta={**closing.meta, "hint": match[1]})
        if text != child.content and child.type == "text":
            result[place] = child.copy(content=text, meta=child.meta | {"told": child.content})
    return result
