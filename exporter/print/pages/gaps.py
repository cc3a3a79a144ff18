"""A gap to write in is as long as what stands in it.

In: a passage with gaps, and its HTML, piece by piece. Out: the HTML with a width for each blank, in em.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from exporter.machinery.html_text import Html, rewrite
from exporter.model import Body
from exporter.print.pages.plain_titles import width_of

_BLANK = re.compile(r'<u class="blank">')
_BY_HAND = 1.6
"""How much wider one writes than print is."""

_EM = 0.5
"""The width of a Latin character."""


class SizedGaps:
    """Gives the blanks of one passage their widths, in the order in which its pieces are rendered."""

    def __init__(self, front: Body) -> None:
        self._widths = iter([width_of(text) * _EM * _BY_HAND for text in gap_texts(front.tokens)])

    def __call__(self, markup: Html) -> Html:
        """The next piece with its blanks as wide as they are filled."""
        return rewrite(markup, lambda text: _BLANK.sub(self._size, text))

    def _size(self, match: re.Match[str]) -> str:
        width = next(self._widths, 0.0)
        return f'<u class="blank" style="width: {width:.1f}em">' if width else match[0]


def gap_texts(tokens: Sequence[Token]) -> list[str]:
    """What stands in each outermost gap of paragraphs. A gap in a formula is drawn by the formula."""
    return [text for token in tokens if token.children for text in _inline_gaps(token.children)]


def _inline_gaps(children: Sequence[Token]) -> Iterator[str]:
    depth, text = 0, ""
    for token in children:
        if token.type == "cloze_open":
            depth += 1
        elif token.type == "cloze_close":
            depth -= 1
            if not depth:
                yield text
                text = ""
        elif depth:
            text += token.content
