r"""A formula of many lines, line by line, so that a page may end between two of them.

In: TeX, and what measures TeX. Out: the TeX of each line, padded so that `&` stands below `&`; nothing where the formula is not
one environment of lines. A line keeps its `\tag`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

_ENVIRONMENT = re.compile(
    r"\s*\\begin\{(align|aligned|gather|gathered|split|flalign)(\*?)\}(.*)\\end\{\1\2\}\s*", re.DOTALL
)
_TOKEN = re.compile(r"\\(?:begin|end)\s*\{[^}]*\}|\\[A-Za-z]+|\\.|.", re.DOTALL)
_GAP = re.compile(r"\s*\[[^\]]*\]")
_TAG = re.compile(r"(\\tag\*?\s*\{((?:[^{}]|\{[^{}]*\})*)\}|\\(?:nonumber|notag)(?![A-Za-z]))|\\.", re.DOTALL)
"""A number that is given or refused, or what else is behind a backslash: `\\tag` ends a line, and is no number."""
_PAIR_EM = 2.0
"""What stands between two pairs of columns (amsmath)."""


def split_rows(tex: str, measure: Callable[[str], float]) -> Sequence[str]:
    """The lines of a formula. `measure` gives the width of TeX in em; 0 for what is none."""
    match = _ENVIRONMENT.fullmatch(tex)
    rows = _rows(match[3]) if match else []
    if len(rows) < 2:
        return ()
    tags = ["".join(found for found, _ in _TAG.findall("&".join(row))) for row in rows]
    rows = [[without_tags(cell).strip() for cell in row] for row in rows]
    widths = [[measure("{}" + cell) if cell else 0.0 for cell in row] for row in rows]
    if any(
        cell and not width
        for row, known in zip(rows, widths, strict=True)
        for cell, width in zip(row, known, strict=True)
    ):
        return ()
    columns = [max((row[i] for row in widths if i < len(row)), default=0.0) for i in range(max(map(len, rows)))]
    return [
        _line(row, known, columns) + tag.replace(r"\nonumber", "").replace(r"\notag", "")
        for row, known, tag in zip(rows, widths, tags, strict=True)
    ]


def without_tags(tex: str) -> str:
    r"""A formula without `\tag`, `\nonumber` and `\notag`; a space keeps what stands around them apart."""
    return replace_tags(tex, lambda _: " ")


def replace_tags(tex: str, written: Callable[[str], str]) -> str:
    r"""A formula in which the text of each `\tag` is written otherwise; "" is that of `\nonumber` and `\notag`."""
    return _TAG.sub(lambda match: written((match[2] or "").strip()) if match[1] else match[0], tex)


def tag_texts(tex: str) -> list[str]:
    r"""What `\tag` says in a formula."""
    return [text.strip() for found, text in _TAG.findall(tex) if found.startswith(r"\tag")]


def _rows(body: str) -> list[list[str]]:
    """The cells of each line, without what stands between lines."""
    rows: list[list[str]] = [[""]]
    depth = 0
    position = 0
    while token := _TOKEN.match(body, position):
        position = token.end()
        if depth == 0 and token[0] == r"\\":
            gap = _GAP.match(body, position)
            position = gap.end() if gap else position
            rows.append([""])
        elif depth == 0 and token[0] == "&":
            rows[-1].append("")
        else:
            depth += token[0].startswith((r"\begin", "{")) - token[0].startswith((r"\end", "}"))
            rows[-1][-1] += token[0]
    return [row for row in rows if any(cell.strip() for cell in row)]


def _line(cells: Sequence[str], widths: Sequence[float], columns: Sequence[float]) -> str:
    """A line whose cells are as wide as their columns: flush right and flush left in turn."""
    if len(columns) == 1:
        return cells[0]
    parts: list[str] = []
    for place, column in enumerate(columns):
        cell, width = (cells[place], widths[place]) if place < len(cells) else ("", 0.0)
        gap = rf"\hspace{{{column - width:.3f}em}}" if column - width > 0.001 else ""
        between = rf"\hspace{{{_PAIR_EM}em}}" if place and place % 2 == 0 else ""
        parts.append(between + (gap + cell if place % 2 == 0 else "{}" + cell + gap))
    return "".join(parts)
