"""Fences of comma-separated values whose head names what asks and what answers, as tables: `front,back`, `Wort;Bedeutung`.

In: block tokens. Out: the same, with such a fence as the tokens of a table. Any other fence is code, and stays so.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from exporter.reading.page.wording import name_sides

_KINDS = {"csv": ",;|\t", "tsv": "\t"}
_FEWEST = 2
"""Rows, with the head."""


def with_tables(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """The tokens with a table for each fence that is one of cards."""
    if not any(token.type == "fence" and token.info.strip().lower() in _KINDS for token in tokens):
        return tuple(tokens)
    return tuple(part for token in tokens for part in _as_table(token))


def _as_table(token: Token) -> Sequence[Token]:
    rows = _rows(token) if token.type == "fence" and token.info.strip().lower() in _KINDS else []
    return [*_table(token, rows)] if len(rows) >= _FEWEST and name_sides(rows[0][1]) else [token]


def _rows(fence: Token) -> list[tuple[int, list[str]]]:
    """The rows, each with its line in the fence; none where they have not as many cells as the head."""
    lines = fence.content.splitlines(keepends=True)
    head = lines[0] if lines else ""
    signs = _KINDS[fence.info.strip().lower()]
    reader = csv.reader(lines, delimiter=max(signs, key=head.count), strict=True, skipinitialspace=True)
    rows: list[tuple[int, list[str]]] = []
    line = 0
    try:
        for row in reader:
            rows += [(line, row)] if row else []
            line = reader.line_num
    except csv.Error:
        return []
    width = len(rows[0][1]) if rows else 0
    return rows if width > 1 and all(len(row) == width for _, row in rows) else []


def _table(fence: Token, rows: Sequence[tuple[int, list[str]]]) -> Iterator[Token]:
    start, end = fence.map or (0, 1)
    level = fence.level
    yield Token("table_open", "table", 1, map=[start, end], block=True, level=level)
    for number, (line, row) in enumerate(rows):
        part, cell = ("tbody", "td") if number else ("thead", "th")
        place = [start + 1 + line, start + 2 + line]
        if number < _FEWEST:
            yield Token(f"{part}_open", part, 1, map=place, block=True, level=level + 1)
        yield Token("tr_open", "tr", 1, map=place, block=True, level=level + 2)
        for text in row:
            words = Token("text", "", 0, content=text.strip(), meta=dict(fence.meta))
            yield Token(f"{cell}_open", cell, 1, block=True, level=level + 3)
            yield Token(
                "inline", "", 0, map=place, content=words.content, children=[words], block=True, level=level + 4
            )
            yield Token(f"{cell}_close", cell, -1, block=True, level=level + 3)
        yield Token("tr_close", "tr", -1, block=True, level=level + 2)
        if number in (0, len(rows) - 1):
            yield Token(f"{part}_close", part, -1, block=True, level=level + 1)
    yield Token("table_close", "table", -1, block=True, level=level)
