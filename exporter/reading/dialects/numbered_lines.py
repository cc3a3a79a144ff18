"""Numbered lines with their answer in the line below, without a blank line between: `1.什么是CPU？⏎答：…`, `Q1. …⏎Ans: …`.

The answer has a label, with or without a colon (`問1 …⏎答 …`). Where it has none, its question has a question mark, and the
next number follows in the next line: `1.When did it end?⏎1945⏎2.Where …`. Most of the numbered lines must be such.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from markdown_it.token import Token

from exporter.reading.dialects.dialect import Dialect, Question
from exporter.reading.markdown import plain_text, reworded
from exporter.reading.page.line_starts import any_label
from exporter.reading.page.lines import Cut, Line, halve_lines
from exporter.reading.page.option_keys import option_start
from exporter.reading.page.question_titles import Title, drop_start, read_title
from exporter.reading.page.vocabulary import LETTER, first_words, lower
from exporter.reading.page.wording import asking, counts, is_key_label, names_part

_FEWEST = 2
_SHARE = 0.7
"""Of the numbered lines of a file, so many must have an answer right below."""
_START = 80
_NUMBER = r"[ \t*]*(?:[(（]?\d{1,3}[)）.．、:：]|[^\W\d_]{1,12}[.:]? ?\d{1,3}(?!\w))"
_BELOW = re.compile(rf"^{_NUMBER}[^\n]*\n(?:[ \t]*\n)?[ \t*\[【]*({LETTER}+)", re.MULTILINE)
_NEXT = re.compile(rf"^{_NUMBER}[^\n]*[?？؟][ \t*]*\n[^\n]+\n{_NUMBER}", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A numbered line: where it and its paragraph begin, where its list item closes (0 without), its title, the lines below."""

    start: int
    place: int
    end: int
    title: Title
    below: list[Token]


def cut_numbered(text: str, line: Line) -> Cut:  # noqa: ARG001 - a dialect's `cut`
    """A line with a number begins a paragraph, and so does the answer below it; the title of a part is one."""
    if names_part(text):
        return Cut.AROUND
    return Cut.BEFORE if counts(text) or _label(text) else Cut.NOWHERE


def find_lines(tokens: Sequence[Token], strict: bool) -> Sequence[Question]:  # noqa: ARG001, FBT001 - a dialect's `find`
    """Every numbered line that its answer follows at once."""
    asked = [*_asked(tokens)]
    if len(asked) < _FEWEST:
        return ()
    pairs = pairwise(line for line in asked if line.start == line.place)
    crowded = {line.start for pair in pairs if _touch(tokens, *pair) for line in pair}
    edges = sorted({*_edges(tokens), *(line.start for line in asked), len(tokens)})
    ends = dict(pairwise(edges))
    found = [
        question
        for line in asked
        if (question := _read(tokens, line, line.end or ends[line.start], is_crowded=line.start in crowded))
    ]
    return found if len(found) >= max(_FEWEST, _SHARE * len(asked)) else ()


def _asked(tokens: Sequence[Token]) -> Iterator[_Asked]:
    """The numbered paragraphs, and the items of numbered lists at the top."""
    opened: list[int] = []
    for index, token in enumerate(tokens):
        if token.type == "list_item_open" and token.level == 1 and token.info:
            opened = [index]
        elif token.type == "list_item_close" and token.level == 1 and opened:
            start = opened.pop()
            first, below = halve_lines(tokens[start + 2].children or ())
            if tokens[start + 1].type == "paragraph_open" and plain_text(first):
                yield _Asked(
                    start, start + 1, index, read_title(reworded(tokens[start + 2], first), tokens[start].info), below
                )
        elif token.type == "paragraph_open" and not token.level:
            first, below = halve_lines(tokens[index + 1].children or ())
            text = plain_text(first)
            if counts(text) and not option_start().match(text):
                yield _Asked(index, index, 0, read_title(reworded(tokens[index + 1], first)), below)


def _edges(tokens: Sequence[Token]) -> Iterator[int]:
    """Where an answer ends: at headings, rules, titles of parts and keys."""
    for index, token in enumerate(tokens):
        if token.level or token.type not in ("heading_open", "hr", "paragraph_open"):
            continue
        text = plain_text(tokens[index + 1].children or ()) if token.type == "paragraph_open" else ""
        if not text or names_part(text) or is_key_label(text):
            yield index


def _touch(tokens: Sequence[Token], first: _Asked, second: _Asked) -> bool:
    """Whether no blank line lies between two numbered paragraphs."""
    between = tokens[first.start : second.start + 1]
    lines = [token.map or [0, 0] for token in between if token.type == "paragraph_open"]
    return all(before[1] == after[0] for before, after in pairwise(lines))


def _read(tokens: Sequence[Token], line: _Asked, end: int, *, is_crowded: bool) -> Question | None:
    """The question, with what answers it: the lines below, or the paragraph below with a label."""
    place = line.place + 3
    if line.below:
        if not is_crowded or asking(line.title.text) < 1:
            return None
        lead = (tokens[line.place], reworded(tokens[line.place + 1], line.below), tokens[line.place + 2])
        return Question(line.start, place, line.title, end=end, lead=lead)
    if place >= end or tokens[place].type != "paragraph_open":
        return None
    answer = tokens[place + 1]
    text = plain_text(answer.children or ())
    length = _label(text)
    if not length or not text[length:].strip():
        return None
    told = drop_start(answer.children or (), length)
    lead = (tokens[place], reworded(answer, told), tokens[place + 2])
    return Question(line.start, place + 3, line.title, end=end, lead=lead)


def _label(text: str) -> int:
    """The length of the label of an answer, 0 where a line has none; a letter alone needs a colon."""
    match = any_label("answer").match(lower(text[:_START]))
    if (
        match is None
        or match["number"]
        or (len(match["label"]) == 1 and match["label"].isascii() and ":" not in match["sign"])
    ):
        return 0
    return match.end()


def may_be_numbered(text: str) -> bool:
    """Whether a file has numbered lines with an answer right below."""
    return bool(_NEXT.search(text)) or len([*islice(_labelled(text), _FEWEST)]) == _FEWEST


def _labelled(text: str) -> Iterator[str]:
    return (match[1] for match in _BELOW.finditer(text) if lower(match[1]) in first_words("answer_line"))


DIALECT = Dialect(
    "numbered-lines", "numbered lines with the answer in the line below", find_lines, cut_numbered, sign=may_be_numbered
)
