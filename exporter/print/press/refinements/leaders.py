"""The dots of a leader are one piece of text.

WeasyPrint fills a line with as many copies of a leader's text as fit, each a box of its own, drawn, tagged and read by
itself: thirty for an entry of the contents. Here they become one box with the same dots in the same places. Changed while it
lasts: `handle_leader` (`weasyprint.layout.inline`). No public interface stands near: a leader without `leader()` of CSS
would be a border of dots, which is not text.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from exporter.print.press.refinements.refinement import Refinement, lacks_parameters


def _lacks() -> str:
    from weasyprint.layout import inline, leader
    from weasyprint.text import line_break

    return (
        lacks_parameters(getattr(inline, "handle_leader", None), "context", "line", "containing_block")
        or lacks_parameters(getattr(leader, "leader_index", None), "box")
        or lacks_parameters(
            getattr(line_break, "split_first_line", None),
            *("text", "style", "context", "max_width", "justification_spacing"),
        )
    )


LEADERS = Refinement("leaders", "each dot of the contents is a text of its own", _lacks)


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
