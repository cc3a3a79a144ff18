"""Type-in: an answer that is short enough to be typed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

from exporter.reading.markdown import plain_text

LONGEST = 80
"""Characters that a reader may be asked to type."""

_INLINE = frozenset(
    "text text_special code_inline em_open em_close strong_open strong_close s_open s_close mark_open mark_close "
    "link_open link_close html_inline".split()
)
_FULL_STOP = re.compile(r"(?<=[^\W_])[。.]$")


def split_typed(back: Sequence[Token]) -> tuple[str, tuple[Token, ...]] | None:
    """What is to be typed, and the rest of the answer; None where the answer does not begin with one short line.

    A full stop at the end of a sentence need not be typed.
    """
    if not back:
        return None
    if back[0].type == "fence":
        text, rest = back[0].content.strip(), back[1:]
    elif back[0].type == "paragraph_open" and len(back) > 2 and back[1].type == "inline":
        children = back[1].children or []
        if any(child.type not in _INLINE for child in children):
            return None
        text, rest = plain_text(children), back[3:]
        if children and children[-1].type == "text" and "." not in text[:-1]:
            text = _FULL_STOP.sub("", text)
    else:
        return None
    return (text, tuple(rest)) if text and "\n" not in text and len(text) <= LONGEST else None
