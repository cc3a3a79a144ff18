"""The headings of a book for PDF/UA-1 (ISO 14289-1), which wants no level left out.

In: parts. Out: parts, with the levels of their headings changed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from exporter.machinery.html_text import rewrite
from exporter.print.pages import Part

_HEADING = re.compile(r"<(/?)h([1-6])\b")


def level_headings(parts: Sequence[Part]) -> tuple[Part, ...]:
    """The parts of a book, in which no heading is more than one level below the one before it (7.4.2)."""
    stack: list[int] = []
    now: list[int] = []

    def change(match: re.Match[str]) -> str:
        if match[1]:
            return f"</h{now.pop()}"
        level = int(match[2])
        while stack and stack[-1] >= level:
            stack.pop()
        stack.append(level)
        now.append(len(stack))
        return f"<h{len(stack)}"

    return tuple(replace(part, html=rewrite(part.html, lambda markup: _HEADING.sub(change, markup))) for part in parts)
