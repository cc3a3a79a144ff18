"""Obsidian's Spaced Repetition: `question::answer`, and `?` on a line between question and answer.

Only under a `#flashcards` tag, since `::` and `?` are common. `:::` and `??` ask in both directions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

from exporter.model import CardKind
from exporter.reading.dialects.dialect import Dialect, Question
from exporter.reading.markdown import plain_text
from exporter.reading.page.lines import Cut, Line
from exporter.reading.page.titles import read_title

TAG = re.compile(r"(?:^|[\s\[\"',])#?flashcards?(?:/[\w/-]+)?(?=\s|$|[\],\"'])", re.IGNORECASE)
_TAG_LINE = re.compile(r"\s*(?:#[\w/-]+\s*)+$")
_INLINE = re.compile(r"^(?!\s*[\w-]+:: ?\S*$)(.*?\S)\s*(:::?)\s*(?!:)(?=\S)")


def cut_flashcards(text: str, line: Line) -> Cut:  # noqa: ARG001 - a dialect's `cut`
    """`?` stands alone; a line with `::` and a line of tags is a paragraph."""
    alone = text.strip() in ("?", "??") or _INLINE.match(text) or _TAG_LINE.fullmatch(text)
    return Cut.AROUND if alone else Cut.NOWHERE


def find_flashcards(tokens: Sequence[Token], strict: bool) -> Sequence[Question]:  # noqa: FBT001 - a dialect's `find`
    """Every card of a file that says #flashcards."""
    if strict and not _is_tagged(tokens):
        return ()
    questions: list[Question] = []
    before: int | None = None  # the paragraph before
    for index, token in enumerate(tokens):
        if token.type != "paragraph_open":
            before = None if token.type.endswith("_open") else before
            continue
        text = plain_text(tokens[index + 1].children or ())
        if text in ("?", "??") and before is not None:
            kind = CardKind.REVERSED if text == "??" else CardKind.BASIC
            title = read_title(tokens[before + 1])
            end = _end(tokens, index + 3)
            questions.append(Question(before, index + 3, title, end=end, kind=kind))
        elif match := _INLINE.match(text):
            questions.append(_read_inline(tokens, index, match[2]))
        before = index
    return questions


def _is_tagged(tokens: Sequence[Token]) -> bool:
    for token in tokens[:200]:
        if token.type == "front_matter" and TAG.search(token.content):
            return True
        if token.type == "inline" and re.search(r"(?:^|\s)#flashcards?\b", token.content, re.IGNORECASE):
            return True
    return False


def _read_inline(tokens: Sequence[Token], index: int, separator: str) -> Question:
    """`question::answer`: two halves of one paragraph."""
    kind = CardKind.REVERSED if separator == ":::" else CardKind.BASIC
    inline = tokens[index + 1]
    before, behind = _halves(inline.children or [])
    back = (tokens[index], inline.copy(children=behind, content=plain_text(behind)), tokens[index + 2])
    return Question(index, index + 3, read_title(inline.copy(children=before)), end=index + 3, kind=kind, back=back)


def _halves(children: Sequence[Token]) -> tuple[list[Token], list[Token]]:
    """The inline tokens before and behind `::`."""
    for place, child in enumerate(children):
        if child.type == "text" and (match := re.search(r"\s*:::?\s*", child.content)):
            before = child.copy(content=child.content[: match.start()])
            behind = child.copy(content=child.content[match.end() :])
            return [*children[:place], before], [behind, *children[place + 1 :]]
    return list(children), []


def _end(tokens: Sequence[Token], start: int) -> int:
    """The answer ends at the first blank line: where a block does not begin on the line behind the one before."""
    index = start
    last = next((tokens[i].map or [0, 0])[1] for i in range(start - 3, start) if tokens[i].map)
    while index < len(tokens):
        token = tokens[index]
        if token.nesting < 0:
            return index
        if not token.map or token.map[0] > last:
            return index
        depth = 0
        while index < len(tokens):
            lines, depth = tokens[index].map, depth + tokens[index].nesting
            if lines and tokens[index].nesting == 0:  # the map of a list takes the blank line behind it along
                last = max(last, lines[1])
            index += 1
            if depth <= 0:
                break
    return index


DIALECT = Dialect("flashcards", "`?` and `::` under #flashcards", find_flashcards, cut_flashcards, share=0.0)
