"""Gaps: what `{{cloze:Field}}` makes of `{{c1::hidden::hint}}`, as Anki's own renderer does it.

In: a field, and which gap is asked. Out: HTML. Gaps may lie in gaps; one gap may belong to several cards (`c1,2`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from exporter.machinery.html_text import escape

_PIECE = re.compile(r"\{\{c(\d+(?:,\d+)*)::|\}\}|(?:(?!\{\{c\d|\}\}).)+|.", re.DOTALL)
_FORMULA = re.compile(r"(\\\(|\\\[)(.*?)(\\\)|\\\])", re.DOTALL)
_TAG = re.compile(r"<!--.*?-->|<style.*?>.*?</style>|<script.*?>.*?</script>|<.*?>", re.DOTALL | re.IGNORECASE)
_NUMBERED = re.compile(r"\{\{c(\d+(?:,\d+)*)::")


@dataclass(slots=True)
class _Gap:
    """A gap that is being read. `ordinals` is what stands between `c` and `::`."""

    ordinals: str
    hint: str | None = None
    nodes: list[str | _Gap] = field(default_factory=list)

    def add(self, text: str) -> None:
        """Text inside the gap; what follows `::` is its hint."""
        head, mark, tail = text.partition("::")
        if mark:
            self.hint = tail
        self.nodes.append(head)

    def is_asked(self, ordinal: int) -> bool:
        """Whether the card `ordinal` (from 1) asks for this gap."""
        return str(ordinal) in self.ordinals.split(",")


def gap_numbers(text: str) -> set[int]:
    """The numbers of the gaps in a field; each makes a card."""
    return {int(number) for match in _NUMBERED.findall(text) for number in match.split(",")} - {0}


def fill_gaps(text: str, ordinal: int, *, question: bool) -> str:
    """The field with its gaps open (question) or filled; "" where no gap has the number `ordinal`."""
    nodes = _read(text)
    if not _asks(nodes, ordinal):
        return ""
    shown = "".join(_show(node, ordinal, question=question) for node in nodes)
    return _FORMULA.sub(lambda formula: formula[1] + _TAG.sub("", formula[2]) + formula[3], shown)


def _read(text: str) -> list[str | _Gap]:
    top: list[str | _Gap] = []
    open_gaps: list[_Gap] = []
    for piece in _PIECE.finditer(text):
        if piece[1]:
            open_gaps.append(_Gap(piece[1]))
        elif piece[0] == "}}" and open_gaps:
            gap = open_gaps.pop()
            (open_gaps[-1].nodes if open_gaps else top).append(gap)
        elif open_gaps:
            open_gaps[-1].add(piece[0])
        else:
            top.append(piece[0])
    return top


def _asks(nodes: list[str | _Gap], ordinal: int) -> bool:
    return any(gap.is_asked(ordinal) or _asks(gap.nodes, ordinal) for gap in nodes if isinstance(gap, _Gap))


def _show(node: str | _Gap, ordinal: int, *, question: bool) -> str:
    if isinstance(node, str):
        return node
    inner = "".join(_show(child, ordinal, question=question) for child in node.nodes)
    if not node.is_asked(ordinal):
        return f'<span class="cloze-inactive" data-ordinal="{node.ordinals}">{inner}</span>'
    if question:
        hidden = _encode(inner)
        return f'<span class="cloze" data-cloze="{hidden}" data-ordinal="{node.ordinals}">[{node.hint or "..."}]</span>'
    return f'<span class="cloze" data-ordinal="{node.ordinals}">{inner}</span>'


def _encode(text: str) -> str:
    """Text as an attribute, escaped as Anki does it: all but letters and digits."""
    return "".join(
        char if (char.isascii() and char.isalnum()) or ord(char) > 0xFF
        else escape(char) if char in '<>&"' else f"&#x{ord(char):02X};"
        for char in text
    )  # fmt: skip
