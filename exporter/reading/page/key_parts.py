"""Parts of a file that a key answers one by one: `## Part A`, `## Part B`, and below "Answers" `### Part A`, `### Part B`.

In: tokens. Out: which tokens a heading of the key answers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

from exporter.reading.markdown import plain_text
from exporter.reading.page.wording import fold

_LONGEST = 300
"""Characters of a heading that names a part: it may be a whole question, with a quiz below."""
_NAME = re.compile(r"[^:：.,，(（–—]+")
"""What a heading of a part begins with, before it says what the part is about: `Part A: Networks (10 points)`."""
_DEEPEST = 6
_BOLD = _DEEPEST + 1


def find_parts(tokens: Sequence[Token], since: int, until: int) -> dict[str, tuple[int, int]]:
    """From where to where each part of the questions reaches, by its name, folded; of one name the last."""
    open_parts: list[tuple[int, int, str]] = []  # rank, start, text
    parts: dict[str, tuple[int, int]] = {}

    def close(rank: int, end: int) -> None:
        while open_parts and open_parts[-1][0] >= rank:
            _, start, text = open_parts.pop()
            begins = _NAME.match(text)
            for name in {fold(text), fold(begins[0] if begins else "")} - {""}:
                parts[name] = (start, end)

    for index in range(since, until):
        if text := part_name(tokens, index):
            rank = _rank(tokens[index])
            close(rank, index)
            open_parts.append((rank, index, text))
    close(0, until)
    return parts


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
