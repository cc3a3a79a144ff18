"""Lines beside bold questions that ask as they do, however much else stands in them.

In: a page and its questions that are marks. Out: bold lines with a question mark whatever their number, those that ask and
end in a colon, those with the answer behind them in the same line (`**Which …?** a, an`) or in bullets that all begin so,
and a bold line that asks nothing but stands alone between two questions (`**Definition of a limit**`). What has no number
among such as have one is a part of an answer, unless it is a line of its own with a question mark.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from markdown_it.token import Token

from exporter.reading.detection.ends import find_labels
from exporter.reading.detection.forms.items import behind
from exporter.reading.detection.forms.terms import read_term
from exporter.reading.dialects.dialect import Question
from exporter.reading.dialects.list_items import list_ranges
from exporter.reading.markdown import plain_text, reworded
from exporter.reading.page.lines import halve_lines
from exporter.reading.page.marks import BOLD_LEVEL, Kind, Mark, is_bold_line, leading_bold
from exporter.reading.page.page import Page
from exporter.reading.page.question_titles import read_title
from exporter.reading.page.wording import (
    Style,
    asking,
    fold,
    is_answer_label,
    is_epilogue,
    is_extra,
    is_hint,
    is_role,
    is_summary,
)

_FEWEST_WORDS, _FEWEST_SIGNS = 5, 8
"""Words, or signs where a script puts no spaces, of a bold line that is more than a label (`Why it matters:`)."""
_FEWEST_BESIDE = 3
"""Words of a bullet that is more than a label (`Why?`)."""
_HALF, _FEW = 0.5, 0.34
"""The share of the questions that must be bold where such a line need not ask; for each that asks, at most so many that do
not: more are parts of answers."""


def bold_siblings(page: Page, asked: Sequence[Mark]) -> Iterator[Question]:
    """The siblings of the bold lines among the questions, each with the place where the next mark or sibling begins."""
    bold = [mark for mark in asked if mark.kind is Kind.BOLD]
    if not bold:
        return
    known = {mark.start for mark in asked}
    styles = {mark.title.style for mark in bold}
    found = [*_asking(page, asked, known), *_items(page, bold[0].start)]
    found = [question for question in found if not question.lead or question.title.style in styles]
    if len(bold) > _HALF * len(asked) and styles == {Style.PLAIN}:
        found += _plain(page, {mark.start: False for mark in bold} | {one.start: bool(one.lead) for one in found})
    ends = sorted({mark.start for mark in page.marks} | {question.start for question in found})
    for question in sorted(found, key=lambda question: question.start):
        place = bisect_right(ends, question.start)
        end = ends[place] if place < len(ends) else len(page.tokens)
        end = end if question.end is None else min(end, question.end)
        if question.lead or page.content(question.stop, end):
            yield replace(question, end=end)


def _asking(page: Page, asked: Sequence[Mark], known: set[int]) -> Iterator[Question]:
    """Bold lines and paragraphs that begin with a bold question, behind a question that is bold."""
    marks = {mark.start: mark for mark in page.marks}
    first = min(mark.start for mark in asked)
    before = Kind.BOLD
    for index in range(first, len(page.tokens) - 2):
        mark = marks.get(index)
        if index in known and mark:
            before = mark.kind
        elif mark and mark.kind is before is Kind.BOLD and asking(mark.title.text) == 1:
            yield Question(index, mark.stop, mark.title, level=BOLD_LEVEL, anchors=mark.anchors)
        elif not mark and page.tokens[index].type == "paragraph_open" and not page.tokens[index].level:
            yield from _paragraph(page.tokens, index, is_beside=before is Kind.BOLD)


def _paragraph(tokens: Sequence[Token], start: int, *, is_beside: bool) -> Iterator[Question]:
    inline = tokens[start + 1]
    line = tuple(inline.children or ())
    text = plain_text(line)
    if text.endswith((":", "：")) and is_bold_line(line, colon=True) and _asks_at_length(text.rstrip(":：")):
        yield Question(start, start + 3, read_title(inline), level=BOLD_LEVEL)
    elif is_beside and asking(leading_bold(line)) == 1 and (term := read_term(line)):
        title = read_title(inline.copy(children=list(term.front)))
        yield Question(start, start + 3, title, lead=behind(tokens, start, term), level=BOLD_LEVEL)


def _items(page: Page, first: int) -> Iterator[Question]:
    """The items of lists that all begin with a bold question, below an answer that has more than them."""
    tokens = page.tokens
    for items in list_ranges(tokens):
        if not items or items[0][0] < first or tokens[items[0][0] - 2].nesting > 0:
            continue
        found = [question for start, end in items for question in _item(tokens, start, end)]
        if len(found) == len(items) and page.marks_at(items[0][0] - 4) == ():
            yield from found


def _item(tokens: Sequence[Token], start: int, end: int) -> Iterator[Question]:
    inline = tokens[start + 2]
    if tokens[start].level != 1 or tokens[start + 1].type != "paragraph_open":
        return
    words = leading_bold(inline.children or ())
    term = read_term(inline.children or ())
    if term and asking(words) == 1 and (len(words.split()) >= _FEWEST_BESIDE or " " not in words):
        title = read_title(inline.copy(children=list(term.front)), tokens[start].info)
        lead = behind(tokens, start + 1, term)
        yield Question(start, start + 4, title, end=end, lead=lead, level=BOLD_LEVEL)


def _plain(page: Page, asked: Mapping[int, bool]) -> list[Question]:
    """The bold lines that do not ask and stand alone between two questions that are bold, where they are few.

    `asked`: where questions begin, and whether their answers stand in the same paragraph.
    """
    labels = find_labels(page)
    edges: list[tuple[int, Question | None]] = [(start, None) for start in asked]
    edges += [(mark.start, None) for mark in page.marks if mark.kind is not Kind.BOLD]
    edges += [(question.start, question) for question in _bold_lines(page.tokens) if question.start not in asked]
    edges.sort(key=lambda edge: edge[0])
    found: list[Question] = []
    for (above, _), (start, question), (below, _) in zip(edges, edges[1:], edges[2:], strict=False):
        if question is None or above not in asked or below not in asked or _names_part(question.title.text, labels):
            continue
        if (asked[above] or page.content(above + 3, start)) and (question.lead or page.content(question.stop, below)):
            found.append(question)
    return found if len(found) <= _FEW * len(asked) + 1 else []


def _bold_lines(tokens: Sequence[Token]) -> Iterator[Question]:
    """The paragraphs whose first line is bold; the lines below it answer."""
    for index, token in enumerate(tokens):
        if token.type != "paragraph_open" or token.level:
            continue
        inline = tokens[index + 1]
        first, rest = halve_lines(inline.children or ())
        if is_bold_line(tuple(first)):
            told = reworded(inline, rest)
            title = read_title(reworded(inline, first))
            lead = (token, told, tokens[index + 2]) if rest else ()
            yield Question(index, index + 3, title, lead=lead, level=BOLD_LEVEL)


def _names_part(text: str, labels: Collection[str]) -> bool:
    """Whether a line only names a part of an answer, or what stands around the notes."""
    known = (is_role, is_epilogue, is_summary, is_answer_label, is_hint, is_extra)
    return fold(text) in labels or any(says(text) for says in known)


def _asks_at_length(text: str) -> bool:
    is_long = len(text.split()) >= _FEWEST_WORDS or (" " not in text and len(text) >= _FEWEST_SIGNS)
    return is_long and asking(text) > 0
