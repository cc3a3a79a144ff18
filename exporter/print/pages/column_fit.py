"""What does not fit a column is made to.

Wide tables shrink or turn, long lines of code say where they wrap, figures are sized by their shape, and what announces
the next block stays with it.

In: the HTML of a body and the width of a column. Out: the same HTML with classes that the style sheet knows.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from itertools import zip_longest

from exporter.model import Asset
from exporter.print.pages.appearance import Look
from exporter.print.pages.plain_titles import width_of
from exporter.reading.markdown.cjk import WIDE

_TAB = 4
"""Characters that a tab reaches to, as the style sheets say."""

_CODE = re.compile(r'<div class="code">(<pre><code\b[^>]*>)(.*?)(</code></pre></div>)', re.DOTALL)
_PARAGRAPH = re.compile(r"<p>([^<]*(?:<(?!/p>)[^<]*)*)</p>(?=(\s*)<(?!/))")
_ITEM = re.compile(r"<li>([^<]*(?:<(?!/?(?:li|p|ul|ol|dl|div|figure|blockquote|details)\b)[^<]*)*)(?=<(?:ul|ol|div)\b)")
_LABEL_ONLY = re.compile(r"<(strong|b)>(?:(?!</?\1>).)*</\1>", re.DOTALL)
_TABLE = re.compile(r'<div class="table">(<table\b.*?</table>)</div>', re.DOTALL)
_ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
_CELL = re.compile(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", re.DOTALL)
_FIGURE = re.compile(r'<figure class="figure"><img(?: class="[^"]*")? src="(deck:[0-9a-f]+)"')
_SEAM = re.compile(r"((?:[.,:(\[{=/+]|&amp;)</span>)(?=<)|([^\s<>&;]{24})(?=[^\s<>&;]{8})")
"""Where a line of code may part that has no space: behind a mark of its own, and within what is very long."""

_TAG = re.compile(r"<[^>]+>")
_FORMULA = re.compile(r'<img class="math[^>]*style="width:([\d.]+)em[^>]*>')
_WIDE_CHARACTER = re.compile(f"[{WIDE}]")
_WORD = re.compile(r"[^\s\u2009-]+")
_TURNED, _TINY = 0.8, 0.64
"""The type of a turned table to that of the text, as in content.css."""
_TINY_PADDING = 0.56
"""By how many em the padding beside a cell is less in the smallest type."""
_TALL, _PANORAMA = 1.45, 3.4
"""Height to width above which a figure may take a page's height; width to height above which it is turned."""

_BROAD = 1.9
"""Width to height from which a figure that has enough to show goes into the margins."""

_PANORAMA_PX, _DENSE_PX = 3000, 960
"""The width from which a panorama is turned, and the height from which a figure has more to show than the usual size can."""

_NUMBERED = 'numbered"'
"""How the class of code ends whose lines have numbers."""

_SHORT_CODE = 6
"""The lines of code that are never parted."""

_NEAR = 8
"""The lines of code, between two empty ones, up to which no page ends within them."""

_CODE_LEADING = 1.5
"""The height of a line of code in em, as in content.css."""

_EMPTY_LINES = re.compile(r"\n((?:[ \t]*\n)+)")

_ONE_LINE = 60
"""The width in Latin characters of a paragraph that takes about a line."""

_ROOMY = 0.85
"""What a table needs of a column's width from which it goes into the margins, or else is set smaller."""

_LONG_CELL = 900
"""The width in Latin characters of a cell that may take a good part of a page: its row may be parted."""

_LABEL = 16
"""The width in Latin characters up to which a first column names the rows and is not broken."""


def shape(markup: str, look: Look, find_asset: Callable[[str], Asset | None]) -> str:
    """HTML whose tables, code and figures fit a column."""
    markup = _keep_with_next(markup)
    if '<div class="code">' in markup:
        markup = _CODE.sub(lambda match: _code(match, look), markup)
    if '<div class="table">' in markup:
        markup = _TABLE.sub(lambda match: f'<div class="table{_table_class(match[1], look)}">{match[1]}</div>', markup)
    if '<figure class="figure">' in markup:
        markup = _FIGURE.sub(lambda match: _figure(match, find_asset(match[1])), markup)
    return markup


def least_width(table: str) -> float:
    """The width in em of its text that a table takes when no word of it is broken."""
    rows = [list(_cells(row)) for row in _ROW.findall(table)]
    return sum(max(map(_longest, column)) for column in zip_longest(*rows, fillvalue=""))


def code_width(code: str) -> int:
    """The columns of the longest line of highlighted code."""
    return max(map(_code_width, code.split("\n")))


def _keep_with_next(markup: str) -> str:
    """Paragraphs that announce what follows, as `lead`: they end in a colon, or are a label, or open the text in a line.

    Before a figure only a short one is bound: where the figure goes over the page, it must not leave a larger hole.
    """
    start = len(markup) - len(markup.lstrip())

    def paragraph(match: re.Match[str]) -> str:
        text = html.unescape(_TAG.sub("", match[1])).rstrip()
        opens = match.start() == start and width_of(text) < _ONE_LINE
        labels = _LABEL_ONLY.fullmatch(match[1]) and not text.endswith(("。", ".", "！", "!"))
        is_long = width_of(text) >= _ONE_LINE and match.string.startswith("<figure", match.end(2))
        announces = _announces(match[1]) and not is_long
        return f'<p class="lead">{match[1]}</p>' if opens or labels or announces else match[0]

    def item(match: re.Match[str]) -> str:
        return f'<li><p class="lead">{match[1].rstrip()}</p>' if _announces(match[1]) else match[0]

    return _ITEM.sub(item, _PARAGRAPH.sub(paragraph, markup))


def _announces(markup: str) -> bool:
    return html.unescape(_TAG.sub("", markup)).rstrip().endswith((":", "："))


def _code(match: re.Match[str], look: Look) -> str:
    short = " short" if match[2].count("\n") < _SHORT_CODE else ""
    short += " broad" if look.bleed and code_width(match[2]) > look.code_columns else ""
    numbered = _NUMBERED in match[1]
    stanzas = [] if short.startswith(" short") or numbered or look.width else _stanzas(match[2])
    if len(stanzas) > 1:
        short += " parted"
        shown = "".join(_stanza(blank, piece, look) for blank, piece in stanzas)
    else:
        shown = _mark_lines(match[2], look, numbered=numbered)
    return f'<div class="code{short}">{match[1]}{shown}{match[3]}'


def _stanza(blank: int, code: str, look: Look) -> str:
    """Code without an empty line, below so many."""
    kept = " kept" if code.count("\n") < _NEAR else ""
    above = f' style="padding-top:{(blank - 0.5) * _CODE_LEADING}em"' if blank > 1 else ""
    return f'<span class="stanza{kept}"{above}>{_mark_lines(code, look, numbered=False)}</span>'


def _stanzas(code: str) -> list[tuple[int, str]]:
    """Pieces of code between which a page may end, with the number of empty lines before each. No line stands alone."""
    first, *others = _EMPTY_LINES.split(code)
    found = [(0, first)]
    for gap, piece in zip(others[::2], others[1::2], strict=True):
        before = found[-1][1]
        if "\n" in before and "\n" in piece:
            found.append((gap.count("\n"), piece))
        else:
            found[-1] = (found[-1][0], f"{before}\n{gap}{piece}")
    is_whole = all(piece.count("<span") == piece.count("</span>") for _, piece in found)
    return found if is_whole else []


def _mark_lines(code: str, look: Look, *, numbered: bool) -> str:
    """Lines that will wrap, or have a number, as blocks of their own; the style sheet draws ↪ before what wraps."""
    limit = int(look.code_columns * 0.8)  # lists and quotations are narrower than the column
    lines = code.split("\n")
    if not numbered and all(len(line) <= limit // 2 for line in lines) and "\t" not in code:
        return code
    result: list[str] = []
    for line in lines:
        is_long = len(line) > limit // 8 and _code_width(line) > limit
        seamed = _SEAM.sub(r"\g<0><wbr>", line) if is_long else line
        kind = " ".join(name for name, holds in (("long", is_long), ("line", numbered)) if holds)
        result.append(f'<span class="{kind}">{seamed}</span>' if kind else f"{line}\n")
    return "".join(result).removesuffix("\n")


def _code_width(line: str) -> int:
    """The columns that a line of highlighted code takes."""
    return width_of(html.unescape(_TAG.sub("", line)).expandtabs(_TAB))


def _table_class(table: str, look: Look) -> str:
    """By how much a table is too wide for its column.

    "", " tight", " tighter", " tightest", " wide" or " wide tiny" (turned), and " breaks" where words must break, " labels" where the
    first column must not, " long-rows" where a row may be parted.
    """
    rows = [list(_cells(row)) for row in _ROW.findall(table)]
    columns = max((len(row) for row in rows), default=0)
    if columns < 2:
        return ""
    needs = [max((_need(row[i]) for row in rows if i < len(row)), default=0.0) + 1.5 for i in range(columns)]
    ratio = sum(needs) / look.column_em
    first = max((width_of(html.unescape(_TAG.sub("", row[0]))) for row in rows[1:] if row), default=99)
    broad = look.bleed > 0 and ratio > _ROOMY
    ratio /= look.broad if broad else 1.0
    squeeze = _squeeze(ratio, columns)
    least = least_width(table)
    if squeeze == " wide":
        room = look.turned_em / _TURNED * 0.9  # heads are bold
        label = first * 0.54 + 1.4 - max(map(_longest, (row[0] for row in rows[1:] if row)), default=0)  # on one line
        squeeze += " tiny" if least + (label if first <= _LABEL else 0) > room else ""
        breaks = " breaks" if least - columns * _TINY_PADDING > room * _TURNED / _TINY else ""
    else:
        breaks = " breaks" if least > look.column_em * 0.9 else ""
    longest = max((width_of(_TAG.sub("", cell)) for row in rows for cell in row), default=0)
    said = {
        " broad": broad and " wide" not in squeeze, squeeze: True, breaks: True, " labels": first <= _LABEL and "tiny" not in squeeze,
        " long-rows": longest > _LONG_CELL,
    }  # fmt: skip
    return "".join(name for name, holds in said.items() if holds)


def _squeeze(ratio: float, columns: int) -> str:
    """How much smaller a table is set; `ratio` is the width that it needs to the width that there is."""
    if ratio > (1.6 if columns <= 10 else 1.2):
        return " wide"
    return " tightest" if ratio > 1.3 else " tighter" if ratio > 1.05 else " tight" if ratio > _ROOMY else ""


def _cells(row: str) -> Iterator[str]:
    yield from _CELL.findall(row)


def _need(cell: str) -> float:
    """The width in em that a cell needs to be read with comfort: its longest word, or some Chinese characters."""
    formula = max((float(width) for width in _FORMULA.findall(cell)), default=0.0)
    text = html.unescape(_TAG.sub("", cell))
    return max(formula, min(_longest(cell), 16.0), min(width_of(text) / 2, 5.0))


def _longest(cell: str) -> float:
    """The width in em of the longest word of a cell, and of what stands beside it: padding."""
    text = _WIDE_CHARACTER.sub(" ", html.unescape(_TAG.sub("", cell)))
    return max((len(word) for word in _WORD.findall(text)), default=0) * 0.54 + 1.4


def _figure(match: re.Match[str], asset: Asset | None) -> str:
    if asset is None or not asset.width or not asset.height:
        return match[0]
    classes = ["figure"]
    if asset.height > asset.width * _TALL:
        classes.append("tall")
    elif asset.width > asset.height * _PANORAMA and asset.width > _PANORAMA_PX:
        classes.append("wide")
    elif asset.height >= _DENSE_PX:
        classes.append("large")
    elif asset.width > asset.height * _BROAD and asset.width >= _DENSE_PX:
        classes.append("broad")
    if asset.is_light:
        classes.append("on-dark")
    return match[0].replace('class="figure"', f'class="{" ".join(classes)}"', 1)
