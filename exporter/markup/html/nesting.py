"""A cap on how deep elements stand in each other.

WeasyPrint lays out boxes by recursion: some 200 nested `<div>` end it with a RecursionError. What stands deeper than
any real note keeps its text and loses its tags.
"""

from __future__ import annotations

import re

MAX_DEPTH = 40
"""No setting: it is Python's stack that WeasyPrint runs out of, whatever an author allows."""

_TAG = re.compile(r"""<(/?)([a-zA-Z][a-zA-Z0-9]*)\b(?:[^<>"]++|"[^"]*+")*+>""")
_VOID = frozenset({"area", "br", "col", "embed", "hr", "img", "input", "source", "track", "wbr"})


def reaches_cap(markup: str) -> bool:
    """Whether elements of balanced HTML stand as deep as `cap_nesting` lets them."""
    if markup.count("</") < MAX_DEPTH:
        return False
    depth = 0
    for closing, name in _TAG.findall(markup):
        if name.lower() not in _VOID:
            depth += -1 if closing else 1
            if depth >= MAX_DEPTH:
                return True
    return False


def cap_nesting(markup: str, limit: int = MAX_DEPTH) -> str:
    """Balanced HTML without the tags that stand deeper than `limit`."""
    if markup.count("<") <= limit:
        return markup
    kept: list[bool] = []
    depth = 0

    def tag(match: re.Match[str]) -> str:
        nonlocal depth
        closing, name = match.groups()
        if name.lower() in _VOID:
            return match[0]
        if closing:
            stays = bool(kept) and kept.pop()
            depth -= stays
        else:
            stays = depth < limit
            kept.append(stays)
            depth += stays
        return match[0] if stays else ""

    return _TAG.sub(tag, markup)
