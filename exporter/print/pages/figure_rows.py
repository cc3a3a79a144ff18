"""Pictures that their notes have in one line stand side by side, where they would on a screen.

In: HTML of a body, in which a figure says that it shares its line with the one before. Out: the same with such figures as the
cells of a row, as broad as they are to each other, if a page of a forge has room for all of them; else below each other.
"""

from __future__ import annotations

import re

_FIGURE = r'<figure class="figure"{}><img[^>]*>(?:<figcaption(?:(?!</figcaption>).)*</figcaption>)?</figure>\n?'
_ROW = re.compile(f"{_FIGURE.format('')}(?:{_FIGURE.format(' data-beside')})+", re.DOTALL)
_FIGURES = re.compile(r'<figure class="figure"(?: data-beside)?>(<img[^>]*>)')
_BESIDE = " data-beside"
_SIZE = re.compile(r' width="(\d+)"| style="[^"]*?\bwidth:([\d.]+)(px|%)[^"]*"')
_ROOM_PX = 1012
"""The width of a note on GitHub."""


def set_in_rows(markup: str) -> str:
    """HTML with its rows of figures."""
    return _ROW.sub(_row, markup).replace(_BESIDE, "") if _BESIDE in markup else markup


def _row(match: re.Match[str]) -> str:
    widths = [_width(picture) for picture in _FIGURES.findall(match[0])]
    if not all(widths) or sum(widths) > _ROOM_PX:
        return match[0]
    shares = iter(widths)

    def share(figure: re.Match[str]) -> str:
        picture = re.sub(r' style="[^"]*"', "", figure[1])
        kind = "figure on-dark" if 'class="on-dark"' in picture else "figure"
        return f'<figure class="{kind}" style="width: {next(shares) / sum(widths):.1%}">{picture}'

    return f'<div class="figures">{_FIGURES.sub(share, match[0])}</div>\n'


def _width(picture: str) -> float:
    """The width of a picture in px, as the notes give it or as it is; 0 where nothing is known."""
    sizes = list(_SIZE.finditer(picture))
    if not sizes:
        return 0.0
    own = sizes[-1]
    if own[1]:
        return float(own[1])
    return float(own[2]) * (_ROOM_PX / 100 if own[3] == "%" else 1)
