"""Questions that the answer above them swallowed, because they are written in another way.

In: a page and its questions. Out: the same with what goes on with their numbers and asks (`3) …` behind `2.`, `4.What …?`
without a space, `**2、…？**` behind the first `问：`), and with gaps that have a labelled answer. A list of an answer begins
with 1, and what stands right below a question is its answer.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from markdown_it.token import Token

from exporter.reading.dialects import told_lines
from exporter.reading.dialects.dialect import Question
from exporter.reading.markdown import plain_text, reworded
from exporter.reading.page.lines import MARKS, halve_behind, halve_lines
from exporter.reading.page.marks import BOLD_LEVEL
from exporter.reading.page.page import Page
from exporter.reading.page.question_titles import Title, read_title
from exporter.reading.page.wording import Style, asking

_FEWEST_COUNTED = 3
_BY_WORDS, _BY_MARK = 0.6, 1.0
"""How much a line must ask that goes on with a number, and the first of them where nothing has a number yet."""


def with_swallowed(page: Page, questions: Sequence[Question]) -> tuple[Question, ...]:
    """The questions and those that stand in their answers, in order; an answer ends where such a one begins."""
    told = told_lines.DIALECT.find_proven(page)
    headings = [mark.start for mark in page.marks if mark.level < BOLD_LEVEL]
    counted = any(question.title.number for question in questions)
    result: list[Question] = []
    for place, question in enumerate(questions):
        following = questions[place + 1].start if place + 1 < len(questions) else len(page.tokens)
        heading = bisect_right(headings, question.start)
        edge = headings[heading] if heading < len(headings) else len(page.tokens)
        end = min(following, edge if question.end is None else question.end)
        own = question.stop if question.answer is None else question.answer
        first, last = (bisect_right(told, edge, key=_start) for edge in (own - bool(question.lead), end - 1))
        gaps = [gap for gap in told[first:last] if question.lead or page.content(own, gap.start)]
        found = [*_counting_on(page, question, min(following, edge), place + 1, counted=counted), *gaps]
        if question.back or question.marked:
            found = []
        found.sort(key=_start)
        ends = [one.start for one in found[1:]]
        found = [
            replace(one, end=stop if one.end is None else min(one.end, stop))
            for one, stop in zip(found, [*ends, min(following, edge)], strict=False)
        ]
        result += [replace(question, end=min(end, found[0].start)) if found else question, *found]
    return tuple(result)


def find_counted(page: Page) -> tuple[Question, ...]:
    """Lines numbered 1, 2, 3 … that all ask and are answered, each written in another way; what is written alike is a form."""
    lines: list[_Line] = []
    for line in _numbered(page.tokens, 0, len(page.tokens)):
        if line.title.number != str(len(lines) + 1) or asking(_words(line)) < _BY_WORDS:
            return ()
        lines.append(line)
    found = [_question(page.tokens, line) for line in lines]
    ends = [*(line.start for line in lines[1:]), len(page.tokens)]
    answered = all(one.lead or page.content(one.stop, end) for one, end in zip(found, ends, strict=False))
    ways = {
        (page.tokens[line.start].type, page.tokens[line.start].markup, bool(page.marks_at(line.start)))
        for line in lines
    }
    marks = sum(asking(_words(line)) == 1 for line in lines)
    if len(found) < _FEWEST_COUNTED or len(ways) < 2 or not answered or 2 * marks < len(found):
        return ()
    return tuple(replace(one, end=min(end, _heading(page, one.start))) for one, end in zip(found, ends, strict=True))


def _heading(page: Page, start: int) -> int:
    """Where the first heading behind a place begins."""
    return next((mark.start for mark in page.marks if mark.start > start and mark.level < BOLD_LEVEL), len(page.tokens))


def _start(question: Question) -> int:
    return question.start


@dataclass(frozen=True, slots=True)
class _Line:
    """A paragraph or an item at the top of a page: `start` is where it begins, `place` its first paragraph."""

    start: int
    place: int
    title: Title


def _counting_on(page: Page, question: Question, end: int, count: int, *, counted: bool) -> Iterator[Question]:
    """The questions in an answer that count on from its number, or from how many there are where none has a number.

    Below headings numbers are steps.
    """
    below = question.stop if question.answer is None else question.answer
    number = question.title.number if counted else str(count)
    if question.level < BOLD_LEVEL or not number.isdecimal():
        return
    chosen: list[_Line] = []
    for line in _numbered(page.tokens, below, end):
        if int(line.title.number) != int(number) + 1:
            if not chosen:  # a list of the answer's own
                return
        elif asking(_words(line)) < (_BY_WORDS if counted or chosen else _BY_MARK):
            return
        else:
            chosen.append(line)
            number = line.title.number
    for line in chosen:
        yield _question(page.tokens, line)


def _numbered(tokens: Sequence[Token], start: int, end: int) -> Iterator[_Line]:
    """The paragraphs and items at the top of a page that have a number."""
    for index in range(start, end):
        token = tokens[index]
        if token.type == "paragraph_open" and not token.level:
            title = read_title(tokens[index + 1])
            line = _Line(index, index, title)
        elif token.type == "list_item_open" and token.level == 1 and tokens[index + 1].type == "paragraph_open":
            line = _Line(index, index + 1, read_title(tokens[index + 2], token.info))
        else:
            continue
        if line.title.style in (Style.NUMBER, Style.PREFIX) and line.title.number.isdecimal():
            yield line


def _words(line: _Line) -> str:
    """The words of a line that ask."""
    return plain_text(_halves(line)[0])


def _halves(line: _Line) -> tuple[list[Token], list[Token]]:
    """The first line of a title up to its question mark, and what stands behind it and in the lines below; it may ask on."""
    front, below = halve_lines(line.title.inline.children or ())
    asked, behind = halve_behind(front, MARKS)
    if not behind or asking(plain_text(behind)) == 1:
        return front, below
    return asked, [*behind, *([Token("softbreak", "br", 0)] if below else []), *below]


def _question(tokens: Sequence[Token], line: _Line) -> Question:
    """A line as a question: its answer stands behind its mark, in the lines below it, and in what follows."""
    inline, stop = line.title.inline, line.place + 3
    front, rest = _halves(line)
    if not plain_text(rest):
        return Question(line.start, stop, line.title)
    title = replace(line.title, inline=reworded(inline, front), text=plain_text(front))
    back = reworded(inline, rest)
    return Question(line.start, stop, title, lead=(tokens[line.place], back, tokens[line.place + 2]))
