"""Lines of a paragraph that are marks of their own, as paragraphs of their own.

In: tokens and what a dialect thinks of a line. Out: new tokens, where `Q: …⏎A: …` is two paragraphs. The parsed tokens
are copied, never changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from enum import Enum

from markdown_it.token import Token

from exporter.reading.markdown import label_text

Line = tuple[Token, ...]
_WITHIN = "within"
"""What a text has that begins a line here, and none in its file."""

MARKS = re.compile(r"[?？؟]['\"”’»]?\s*")
"""What a question ends with."""


class Cut(Enum):
    """Where a paragraph is cut at one of its lines."""

    NOWHERE = 0
    BEFORE = 1  # the line begins a paragraph
    AROUND = 2  # the line is a paragraph


def split_lines(children: Sequence[Token]) -> Iterator[Line]:
    """The inline tokens of each line, without the breaks."""
    line: list[Token] = []
    for child in children:
        if child.type in ("softbreak", "hardbreak"):
            yield tuple(line)
            line = []
        else:
            line.append(child)
    yield tuple(line)


def halve(children: Sequence[Token], place: int, match: re.Match[str]) -> tuple[list[Token], list[Token]]:
    """The inline tokens before and behind what was matched in the text at a place."""
    before = children[place].copy(content=match.string[: match.start()])
    behind = children[place].copy(content=match.string[match.end() :])
    return [*children[:place], before], [behind, *children[place + 1 :]]


def halve_lines(children: Sequence[Token]) -> tuple[list[Token], list[Token]]:
    """The inline tokens of the first line, and those of the lines below it."""
    for place, child in enumerate(children):
        if child.type in ("softbreak", "hardbreak"):
            return list(children[:place]), list(children[place + 1 :])
    return list(children), []


def halve_behind(children: Sequence[Token], mark: re.Pattern[str]) -> tuple[list[Token], list[Token]]:
    """The inline tokens up to a mark with words behind it, outside of emphasis, and those behind; nothing behind without."""
    depth, seen = 0, False
    for place, child in enumerate(children):
        depth += child.nesting
        if seen and not depth and child.type == "text" and child.content.strip():
            return list(children[:place]), [child.copy(content=child.content.lstrip()), *children[place + 1 :]]
        found = list(mark.finditer(child.content)) if child.type == "text" else []
        match = found[-1] if found else None
        if match and child.content[match.end() :].strip() and not depth:
            before, after = (
                child.copy(content=part) for part in (match.string[: match.end()].rstrip(), match.string[match.end() :])
            )
            return [*children[:place], before], [after, *children[place + 1 :]]
        seen = match is not None if child.content.strip() else seen
    return list(children), []


class Lines:
    """The lines of paragraphs, with the words of each, for all who look at them: they are parted once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Token, list[tuple[str, Line]]]] = {}

    def of(self, inline: Token) -> list[tuple[str, Line]]:
        """The lines of an inline token."""
        known = self._known.get(id(inline))  # which nobody else has while it is kept here
        if known is None:
            lines = [(label_text(line), line) for line in split_lines(inline.children or ())]
            known = self._known[id(inline)] = inline, lines
        return known[1]


def split_paragraphs(tokens: Sequence[Token], cut: Callable[[str, Line], Cut], lines: Lines) -> tuple[Token, ...]:
    """Cut every paragraph of several lines at those lines that `cut` names."""
    tokens = _without_underlines(tokens, cut, lines)
    parted: dict[int, list[Token]] = {}
    for index, token in enumerate(tokens):
        if token.type == "inline" and "\n" in token.content and token.children:
            is_paragraph = index > 0 and tokens[index - 1].type == "paragraph_open"
            parts = _parts(token, cut, lines) if is_paragraph else []
            if len(parts) > 1:
                parted[index] = parts
    if not parted:
        return tuple(tokens)
    result: list[Token] = []
    for index, token in enumerate(tokens):
        if index not in parted:
            result.append(token)
            continue
        opening = result.pop()
        parts = parted[index]
        for number, part in enumerate(parts):
            result += [opening.copy(map=part.map), part]
            if number < len(parts) - 1:
                result.append(Token("paragraph_close", "p", -1, level=opening.level, hidden=opening.hidden, block=True))
    return tuple(result)


def break_lines(tokens: Sequence[Token], place_of: Callable[[str], int]) -> Sequence[Token]:
    """The tokens with a break in each text at the place that `place_of` names; 0 is none."""
    return [_broken(token, place_of) if token.type == "inline" and token.children else token for token in tokens]


def _broken(inline: Token, place_of: Callable[[str], int]) -> Token:
    children: list[Token] = []
    for child in inline.children or ():
        place = place_of(child.content) if child.type == "text" else 0
        if place:
            children += [child.copy(content=child.content[:place].rstrip()), Token("softbreak", "br", 0)]
        children.append(
            child.copy(content=child.content[place:], meta=child.meta | {_WITHIN: True}) if place else child
        )
    if len(children) == len(inline.children or ()):
        return inline
    content = "".join("\n" if c.type in ("softbreak", "hardbreak") else c.content for c in children)
    return inline.copy(children=children, content=content)


def _without_underlines(tokens: Sequence[Token], cut: Callable[[str, Line], Cut], lines: Lines) -> Sequence[Token]:
    """A `---` right below such a line is a rule (hashcards), and does not make a heading of it."""

    def is_named(inline: Token) -> bool:
        return any(cut(text, line) is not Cut.NOWHERE for text, line in lines.of(inline))

    if not any(token.type == "heading_open" and token.markup == "-" for token in tokens):
        return tokens
    result: list[Token] = []
    underlined = False
    for index, token in enumerate(tokens):
        start, end = token.map or (0, 1)
        if token.type == "heading_open" and token.markup == "-" and is_named(tokens[index + 1]):
            underlined, rule_line = True, end - 1
            result.append(Token("paragraph_open", "p", 1, map=[start, end - 1], block=True, level=token.level))
        elif underlined and token.type == "heading_close":
            underlined = False
            result.append(Token("paragraph_close", "p", -1, block=True, level=token.level))
            result.append(Token("hr", "hr", 0, map=[rule_line, rule_line + 1], block=True, level=token.level))
        else:
            result.append(token)
    return result


def _parts(inline: Token, cut: Callable[[str, Line], Cut], lines: Lines) -> list[Token]:
    children = inline.children or []
    cuts: list[int] = []  # places in children where a paragraph begins
    rows: list[int] = []  # and their lines within the paragraph
    position = row = 0
    after = False
    for text, line in lines.of(inline):
        verdict = cut(text, line)
        row -= bool(line) and _WITHIN in line[0].meta
        if position and (after or verdict is not Cut.NOWHERE):
            cuts.append(position)
            rows.append(row)
        after = verdict is Cut.AROUND
        row += 1 + sum(child.content.count("\n") for child in line)
        position += len(line) + 1
    if not cuts:
        return [inline]
    bounds = [0, *cuts, len(children) + 1]
    first, last = inline.map or (0, 1)
    starts = [first, *(min(first + row, last - 1) for row in rows), last]
    return [
        _inline(inline, children[start : end - 1], (begin, max(below, begin + 1)))
        for start, end, begin, below in zip(bounds, bounds[1:], starts, starts[1:], strict=False)
    ]


def _inline(inline: Token, children: list[Token], lines: tuple[int, int]) -> Token:
    content = "".join("\n" if c.type in ("softbreak", "hardbreak") else c.content for c in children)
    return inline.copy(children=children, content=content, map=list(lines))
