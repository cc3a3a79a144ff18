"""Tables that no card can hold become lists: a paragraph for each row, in which each cell is named by its column's head.

In: HTML of a body. Out: the same without tables. Nothing of what stands in a cell is lost.
"""

from __future__ import annotations

import re

_FIXED = "\u00a0"
_BETWEEN = f"{_FIXED}· "
_TABLE = re.compile(r'<div class="table\b[^>]*>\s*<table\b.*?</table>\s*</div>', re.DOTALL)
_ROW = re.compile(r"<tr\b[^>]*>(.*?)</tr>", re.DOTALL)
_CELL = re.compile(r"<(t[hd])\b[^>]*>(.*?)</\1>", re.DOTALL)
_CAPTION = re.compile(r"<caption\b[^>]*>(.*?)</caption>", re.DOTALL)


def as_rows(markup: str) -> str:
    """HTML whose tables are lists of rows."""
    return _TABLE.sub(lambda match: _list(match[0]), markup)


def _list(table: str) -> str:
    rows = [[(kind, text.strip()) for kind, text in _CELL.findall(row)] for row in _ROW.findall(table)]
    has_head = bool(rows) and all(kind == "th" for kind, _ in rows[0])
    heads = [text for _, text in rows[0]] if has_head else []
    caption = _CAPTION.search(table)
    lines = [f'<p class="row-caption">{caption[1]}</p>'] if caption else []
    lines += [_line([text for _, text in row], heads) for row in rows[1 if has_head else 0 :]]
    return f'<div class="rows">{"".join(lines) or _line(heads, [])}</div>'


def _line(cells: list[str], heads: list[str]) -> str:
    """The first cell names the row; of the others, those that hold something."""
    first, *rest = cells or [""]
    named = [
        f'<span class="head">{heads[place]}</span>{_FIXED}{text}' if place < len(heads) and heads[place] else text
        for place, text in enumerate(rest, 1)
        if text
    ]
    return f'<p class="row"><strong>{first}</strong>{_BETWEEN.join(["", *named])}</p>'
