"""flashcards-obsidian: a heading or a line with `#card`, `#card-reverse` or `#card-spaced`; what follows answers.

The answer ends at the next such line, at the card's id (`^1684392558428`), a rule or a heading that is not deeper. In a
file with `cards-deck:` the tag may be `#anki` or `#flashcard` as well. Tags behind it are the card's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

from exporter.model import CardKind
from exporter.reading.dialects.dialect import Dialect, Question
from exporter.reading.markdown import plain_text
from exporter.reading.page.lines import Cut, Line
from exporter.reading.page.marks import BOLD_LEVEL
from exporter.reading.page.question_titles import read_title
from exporter.reading.page.tool_data import read_tags

_TAG = re.compile(
    r"(?:^|(?<=\s))#(card|anki|flashcard)(?:[-/](reverse|spaced))?(?![\w/-])((?:\s+#[\w/-]+)*)\s*$", re.IGNORECASE
)
_NO_TAG = re.compile(r"(?<!\S)(?!#[\w/-]+(?!\S))\S+")
"""A word that is none: behind the last one stand the tags that end a text."""

_INLINE = re.compile(r"\S ?:::? ?\S")
"""A card in one line, with its tags behind the answer."""
_SIGN = re.compile(r"#(?:card|anki|flashcard)", re.IGNORECASE)


def cut_tagged(text: str, line: Line) -> Cut:  # noqa: ARG001 - a dialect's `cut`
    """A line that ends with the tag is a paragraph."""
    return Cut.AROUND if "#" in text and _find(text) else Cut.NOWHERE


def _find(text: str) -> re.Match[str] | None:
    """The tags that end a text, from the one that makes it a card."""
    return _TAG.search(text, max((word.end() for word in _NO_TAG.finditer(text)), default=0))


def find_tagged(tokens: Sequence[Token], strict: bool) -> Sequence[Question]:  # noqa: FBT001 - a dialect's `find`
    """Every tagged heading and line outside of lists."""
    first = tokens[0] if tokens else None
    is_sure = not strict or (first is not None and first.type == "front_matter" and "cards-deck:" in first.content)
    found: list[tuple[int, re.Match[str]]] = []
    for index, token in enumerate(tokens):
        if token.level or token.type not in ("heading_open", "paragraph_open") or "#" not in tokens[index + 1].content:
            continue
        text = plain_text(tokens[index + 1].children or ())
        match = None if is_sure and _INLINE.search(text) else _find(text)
        if match and (is_sure or match[1].lower() == "card") and match.start() > 0:
            found.append((index, match))
    starts = {index for index, _ in found}
    return [_read(tokens, index, match, _end(tokens, index, starts)) for index, match in found]


def _read(tokens: Sequence[Token], index: int, match: re.Match[str], end: int) -> Question:
    inline = tokens[index + 1]
    children = list(inline.children or ())
    if children[-1].type == "text" and (tags := _find(children[-1].content)):
        children[-1] = children[-1].copy(content=children[-1].content[: tags.start()].rstrip())
    kind = CardKind.REVERSED if (match[2] or "").lower() == "reverse" else CardKind.BASIC
    title = read_title(inline.copy(children=children))
    level = int(tokens[index].tag[1]) if tokens[index].type == "heading_open" else BOLD_LEVEL
    return Question(index, index + 3, title, end=end, level=level, kind=kind, tags=read_tags(match[3]), marked=True)


def _end(tokens: Sequence[Token], start: int, starts: set[int]) -> int:
    level = int(tokens[start].tag[1]) if tokens[start].type == "heading_open" else 6
    for index in range(start + 3, len(tokens)):
        token = tokens[index]
        if token.level:
            continue
        if index in starts or token.type == "hr" or (token.type == "comment" and token.content.startswith("^")):
            return index
        if token.type == "heading_open" and int(token.tag[1]) <= level:
            return index
    return len(tokens)


DIALECT = Dialect("card-tags", "lines with #card", find_tagged, cut_tagged, share=0.0, sign=_SIGN.search)
