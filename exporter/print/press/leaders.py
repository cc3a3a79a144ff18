"""The dots of a leader are one piece of text.

WeasyPrint fills a line with as many copies of a leader's text as fit, each a box of its own, drawn, tagged and read by
itself: thirty for an entry of the contents. Here they become one box with the same dots in the same places. This reaches
into the layout of WeasyPrint 70: where that looks different, leaders are made of many boxes as before
(`tests/print/test_sharing.py` shows which).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def whole_leaders() -> Iterator[None]:
    """While this lasts, a leader is one text."""
    from weasyprint.layout import inline, leader
    from weasyprint.text.line_break import split_first_line

    own = inline.handle_leader

    def fill(context: Any, line: Any, containing_block: Any) -> None:
        own(context, line, containing_block)
        _, box = leader.leader_index(line)
        if box is None or len(box.children) < 2:
            return
        leftmost, count = box.children[-1].copy(), len(box.children)
        known = vars(leftmost.style).setdefault("_leaders", {})
        if count not in known:
            known[count] = split_first_line(leftmost.text * count, leftmost.style, context, None, 0)
        leftmost.pango_layout, _, _, leftmost.width, *_ = known[count]
        leftmost.text *= count
        box.children = (leftmost,)

    inline.handle_leader = fill
    try:
        yield
    finally:
        inline.handle_leader = own
