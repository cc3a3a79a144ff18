"""The size of text at which nothing on a card breaks that need not: lines of code, words in the cells of tables.

In: a question, the width of a card, the sizes of text that settings allow. Out: the question, whose tables are lists of rows
where no size can hold them, and for each side the largest size of text. Lengths are in pt.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace

from exporter.machinery.html_text import Html, rewrite
from exporter.print.pages.column_fit import code_width, least_width
from exporter.print.pages.page import PageItem
from exporter.print.pages.table_rows import as_rows

_TABLE = re.compile(r'<div class="table([^"]*)"[^>]*>(.*?</table>)', re.DOTALL)
_CODE = re.compile(r'<div class="code[^>]*><pre><code\b[^>]*>(.*?)</code></pre>', re.DOTALL)

_TABLE_SIZES = {"tight": 0.84, "tighter": 0.77, "tightest": 0.7, "wide": 0.7}
_TABLE_SIZE, _CODE_SIZE = 0.86, 0.78
"""The text of tables and of code to that of a card, as in CSS."""

_LETTER, _FRAME, _BORDER = 0.6, 1.2, 3.0
"""The width of a letter of code and of what frames it in em of the code, and of a border in pt."""


def fit_tables(item: PageItem, width: float, smallest: float) -> PageItem:
    """A question without the tables that break words even in the smallest text."""

    def fitted(markup: Html) -> Html:
        return markup if _tables(markup, width) >= smallest else rewrite(markup, as_rows)

    return replace(
        item, body=fitted(item.body), answer=fitted(item.answer), extra=fitted(item.extra), hint=fitted(item.hint)
    )


def largest_text(markup: str, width: float, smallest: float) -> float:
    """The largest size of text at which no line of code and no word in a cell breaks; without limit where none does."""
    lines = [_code(match[1], width) for match in _CODE.finditer(markup)]
    return min([size for size in (*lines, _tables(markup, width)) if size >= smallest], default=math.inf)


def _tables(markup: str, width: float) -> float:
    return min((_table(match[1], match[2], width) for match in _TABLE.finditer(markup)), default=math.inf)


def _table(classes: str, table: str, width: float) -> float:
    size = min((_TABLE_SIZES[name] for name in classes.split() if name in _TABLE_SIZES), default=_TABLE_SIZE)
    return width / (max(1.0, least_width(table)) * size)


def _code(code: str, width: float) -> float:
    return (width - _BORDER) / ((code_width(code) * _LETTER + _FRAME) * _CODE_SIZE)
