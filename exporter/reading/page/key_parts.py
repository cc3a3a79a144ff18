"""Parts of a file that a key answers one by one: `## Part A`, `## Part B`, and below "Answers" `### Part A`, `### Part B`.

In: tokens. Out: which tokens a heading, a line (`Part A`) or the start of a line (`Part A: 1. Lima`) of the key answers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

from exporter.reading.markdown import plain_text
from exporter.reading.page.lines import Line, split_lines
from exporter.reading.page.wording import fold, names_part, part_length

_LONGEST = 300
"""Characters of a heading that names a part: it may be a whole question, with a quiz below."""
_NAME = re.compile(r"[^:：.,，(（–—]+")
"""What a heading of a part begins with, before it says what the part is about: `Part A: Networks (10 points)`."""
_DEEPEST = 6
_BOLD = _DEEPEST + 1
_LONGEST_LINE = 60
"""Characters of a plain line that names a part."""
_SHORTEST = 4
"""Letters that a name must have to stand for a longer one: `Fill in` for `Fill in the blank`."""
_NAMED = re.compile(r"([^:：]{1,60})[:：]\s*(?=\S)")

Parts = dict[str, tuple[int, int]]
"""From where to where parts reach, by their names, folded."""


def find_parts(tokens: Sequence[Token], since: int, until: int) -> Parts:
    """From where to where each part of the questions reaches; of one name the last."""
    open_parts: list[tuple[int, int, str]] = []  # rank, start, text
    parts: Parts = {}

    def close(rank: int, end: int) -> None:
        while open_parts and open_parts[-1][0] >= rank:
            _, start, text = open_parts.pop()
            begins = _NAME.match(text)
            for name in {fold(text), fold(begins[0] if begins else "")} - {""}:
                parts[name] = (start, end)

    for index in range(since, until):
        if text := part_name(tokens, index) or _line_name(tokens, index):
            rank = _rank(tokens[index])
            close(rank, index)
            open_parts.append((rank, index, text))
    close(0, until)
    return parts


def named_part(parts: Parts, tokens: Sequence[Token], index: int) -> tuple[int, int] | None:
    """The part that a heading or a line of a key names; None where it names none."""
    token = tokens[index]
    text = part_name(tokens, index)
    if not text and token.type == "paragraph_open" and not token.level:
        text = plain_text(tokens[index + 1].children or ()) if len(tokens[index + 1].content) <= _LONGEST_LINE else ""
    return _part_of(parts, text.rstrip(":： "))


def lines_of_parts(parts: Parts, inline: Token) -> list[tuple[tuple[int, int], Line, int]]:
    """The lines of a paragraph that each name a part and go on (`Part A: 1. Lima`), with the length of the name; else none."""
    found: list[tuple[tuple[int, int], Line, int]] = []
    for line in split_lines(inline.children or ()):
        match = _NAMED.match(plain_text(line))
        part = _part_of(parts, match[1]) if match else None
        if match is None or part is None:
            return []
        found.append((part, line, match.end()))
    return found


def _part_of(parts: Parts, text: str) -> tuple[int, int] | None:
    name = fold(text)
    if name in parts or len(name) < _SHORTEST:
        return parts.get(name)
    longer = {place for known, place in parts.items() if known.startswith(name)}
    return longer.pop() if len(longer) == 1 else None


def _line_name(tokens: Sequence[Token], index: int) -> str:
    """The words of a plain line that count a part, or say what kind of questions it holds."""
    token = tokens[index]
    if token.level or token.type != "paragraph_open" or len(tokens[index + 1].content) > _LONGEST_LINE:
        return ""
    text = plain_text(tokens[index + 1].children or ()).strip()
    return text if "\n" not in text and (names_part(text) or part_length(f"{text}: x") > 0) else ""


def part_name(tokens: Sequence[Token], index: int) -> str:
    """The words of a heading or a bold paragraph that may name a part; "" where there is none."""
    token = tokens[index]
    if token.level or token.type not in ("heading_open", "paragraph_open"):
        return ""
    content = tokens[index + 1].content.strip()
    is_short = len(content) <= _LONGEST
    is_head = token.type == "heading_open" or (content.startswith(("**", "__")) and content.endswith(("**", "__")))
    return plain_text(tokens[index + 1].children or ()).strip() if is_short and is_head else ""


def _rank(token: Token) -> int:
    return int(token.tag[1]) if token.type == "heading_open" else _BOLD
