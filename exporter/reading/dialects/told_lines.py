"""Lines that ask by a gap or a mark, with an answer that has a label: `The capital of Italy is ____.`, `Answer: Rome`.

The answer stands below, or in the same line: `什么是CPU？答：中央处理器。`, `Water boils at ____ °C. (100)`. What stands above a
label of one letter (`R: …`) asks by its number or its words, too. One is enough where the label is a word; letters and
brackets come again and again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from exporter.reading.dialects.dialect import Dialect, Question
from exporter.reading.markdown import plain_text, reworded
from exporter.reading.page.line_starts import any_label, short_answer
from exporter.reading.page.lines import Cut, Line
from exporter.reading.page.option_keys import option_start
from exporter.reading.page.question_titles import drop_end, drop_start, read_title
from exporter.reading.page.vocabulary import lower
from exporter.reading.page.wording import answer_line, asking, asks, front_line, side_of

GAP = re.compile(r"(?<![A-Za-z_:：])(?<![:：] )(?:_{3,}(?![A-Za-z_])|＿{2,}|\.{5,})")
_COLON = re.compile(r"[:：\]】]\s*$")
_STOPS = re.compile(r"[?？؟;.。!！_＿…)）]['\"”’»]?\s*[(（\[【]?(?=[^\W\d])")
_AT_END = re.compile(r"(?:(?<!\s)\s++)?[(（\[【]([^()（）\[\]【】]{1,60})[)）\]】]\s*[.。]?$")
_ENTRY = re.compile(r"\s*\d{1,3}\s*+(?:[-–.:)]\s*+)?[A-Ha-h]\b")
"""What a key begins with: `Answers: 1b, 2a`."""
_CLOSED = re.compile(r"(?<!\s)\s*+[)）\]】]$")
_SHORTEST, _LONGEST = 4, 400
"""Characters of what asks."""
_START = 80
_FEWEST = 2
"""So many answers must be labelled with one letter, or stand in brackets."""


@dataclass(frozen=True, slots=True)
class _Told:
    """A question, and whether its label alone says so."""

    question: Question
    is_sure: bool


def cut_told(text: str, line: Line) -> Cut:  # noqa: ARG001 - a dialect's `cut`
    """A line with a gap begins a paragraph, and so does the answer below it."""
    return Cut.BEFORE if GAP.search(text) or _label(text) or short_answer().match(lower(text[:8])) else Cut.NOWHERE


def find_told(tokens: Sequence[Token], strict: bool) -> Sequence[Question]:  # noqa: FBT001 - a dialect's `find`
    """Every line that asks above or before its labelled answer."""
    found = [told for start, stop in _paragraphs(tokens) if (told := _read(tokens, start, stop))]
    enough = not strict or len(found) >= _FEWEST
    return [told.question for told in found if told.is_sure or enough]


def _paragraphs(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """The paragraphs at the top and those that begin an item, and where their item closes; 0 where they stand in none."""
    item = -1
    for index, token in enumerate(tokens):
        if token.level == 1 and token.type == "list_item_open":
            item = index
        elif token.type == "paragraph_open" and (not token.level or index == item + 1):
            closing = (i for i in range(index, len(tokens)) if tokens[i].level == 1 and tokens[i].nesting < 0)
            yield index, 0 if not token.level else next(closing, len(tokens))


def _read(tokens: Sequence[Token], place: int, end: int) -> _Told | None:
    """The question whose words are the paragraph at a place, in an item that closes at `end`."""
    start, number = (place - 1, tokens[place - 1].info) if end else (place, "")
    inline = tokens[place + 1]
    children = inline.children or []
    text = plain_text(children)
    if not _SHORTEST <= len(text) <= _LONGEST or _label(text) or front_line(text) or _is_labelled(text):
        return None
    has_gap = GAP.search(text) is not None
    if halves := told_within(text, has_gap=has_gap):
        asked, first, last = halves
        front = drop_end(children, len(text) - asked)
        told = drop_start(drop_end(children, len(text) - last), first)
        lead = (tokens[place], reworded(inline, told), tokens[place + 2])
        title = read_title(inline.copy(children=front), number)
        stop = place + 3
        return _Told(
            Question(start, stop, title, end=end or stop, lead=lead), is_sure=_AT_END.match(text, asked) is None
        )
    below = tokens[place + 3 : place + 6]
    if len(below) < 3 or below[0].type != "paragraph_open" or option_start().match(text):
        return None
    answer = plain_text(below[1].children or ())
    title = read_title(inline, number)
    letter = short_answer().match(lower(answer[:8]))
    if letter and answer[letter.end() :] and (title.number or asks(title.text)):
        told = drop_start(below[1].children or [], letter.end())
        lead = (below[0], reworded(below[1], told), below[2])
        return _Told(Question(start, place + 6, title, end=end or None, lead=lead), is_sure=False)
    if has_gap and (length := _label(answer)) and answer[length:].strip():
        return _Told(Question(start, place + 3, title, answer=place + 3, end=end or place + 6), is_sure=True)
    return None


def told_within(text: str, *, has_gap: bool, counts: bool = False) -> tuple[int, int, int] | None:
    """Where in a line the words that ask end, where those of its answer begin, and where they end.

    `counts`: its number says that it asks, without a gap or a mark.
    """
    for match in _STOPS.finditer(text):
        before, bracket = text[: match.end()].rstrip(" (（[【"), match[0].rstrip()[-1:] in "(（[【"
        label = _label(text[match.end() :])
        if label and match.end() + label < len(text) and (has_gap or counts or asking(before) == 1):
            closed = _CLOSED.search(text) if bracket else None
            return len(before), match.end() + label, closed.start() if closed else len(text)
    filled = _AT_END.search(text) if has_gap else None
    if filled and not GAP.search(filled[1]) and filled.start() >= _SHORTEST:
        return filled.start(), filled.start(1), filled.end(1)
    return None


def _is_labelled(text: str) -> bool:
    """Whether a text begins with the label of a question: `Q:`, `Q. `, `【问题】`."""
    found = any_label("question").match(lower(text[:_START]))
    return found is not None and bool(found["sign"].strip())


def _label(text: str) -> int:
    """The length of a label with a colon that says that one answer follows, 0 where there is none; `Back:` names a side."""
    length = answer_line(text)
    if not length or not _COLON.search(text[:length]) or _ENTRY.match(text, length):
        return 0
    return 0 if side_of(text[:length].rstrip(" :：")) else length


def may_be_told(text: str) -> bool:
    """Whether a file has a gap, an answer behind a question in one line, or lines that begin with a letter for it."""
    return bool(_SIGN.search(text)) or any(short_answer().match(lower(line)) for line in _LETTERS.findall(f"\n{text}"))


_LABELLED = r"(?<=[?？؟;])['\"”’»]?[ \t]*[(（\[【]?[^\W\d][^\n:：】]{0,30}[:：】]"
_SIGN = re.compile(rf"[_＿.?？؟;](?:(?<=_)__|(?<=＿)＿|(?<=\.)\.{{4}}|{_LABELLED})")
"""It begins with one of a few signs, and the lines below with their end: Python skips to these many times as fast."""
_LETTERS = re.compile(r"\n[ \t*]*([^\W\d_]{1,2} ?[:：.] \S)")
DIALECT = Dialect("told", "lines that ask, with a labelled answer", find_told, cut_told, share=0.6, sign=may_be_told)
