"""`^names` of blocks: what `[[note#^name]]` and `![[note^name]]` mean by it.

In: block tokens. Out: which tokens a name stands for. The names themselves are hidden by `hidden` and `tool_lines`,
which leave them in `meta["block"]` or as comments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

_COMMENT = re.compile(r"(?:<!--)?\s*\^([A-Za-z0-9-]+)\s*(?:-->)?")
_LISTS = ("bullet_list_open", "ordered_list_open")


def block_names(tokens: Sequence[Token]) -> Iterator[tuple[int, str]]:
    """The places of blocks that have a name of their own, and the names: an inline token, or a comment below a block."""
    for index, token in enumerate(tokens):
        if "block" in token.meta:
            yield index, str(token.meta["block"])
        elif token.type == "comment" and (match := _COMMENT.fullmatch(token.content)):
            yield index, match[1]
        elif token.type == "inline" and token.children:
            for child in token.children[-1:]:
                if child.type == "html_inline" and (match := _COMMENT.fullmatch(child.content)):
                    yield index, match[1]


def find_block(tokens: Sequence[Token], name: str) -> tuple[Token, ...]:
    """The block of a name: a paragraph, a list item with what is below it, or what stands above a name alone; () for none."""
    place = next((index for index, known in block_names(tokens) if known.casefold() == name.casefold()), None)
    if place is None:
        return ()
    if tokens[place].type == "comment":
        return _above(tokens, place)
    start = place
    while start and tokens[start - 1].nesting > 0 and tokens[start - 1].type not in _LISTS:
        start -= 1
    item = tokens[start : _end(tokens, start)]
    if item[0].type != "list_item_open":
        return tuple(item)
    opening = next(
        tokens[i] for i in range(start, -1, -1) if tokens[i].type in _LISTS and tokens[i].level < item[0].level
    )
    closing = Token(opening.type.replace("_open", "_close"), opening.tag, -1, level=opening.level, block=True)
    return (opening, *item, closing)


def _above(tokens: Sequence[Token], place: int) -> tuple[Token, ...]:
    """The block that ends right above a place."""
    end = place
    start = end - 1
    depth = 0
    while start >= 0:
        depth -= tokens[start].nesting
        if depth <= 0:
            break
        start -= 1
    return tuple(tokens[max(start, 0) : end])


def _end(tokens: Sequence[Token], start: int) -> int:
    depth = 0
    for index in range(start, len(tokens)):
        depth += tokens[index].nesting
        if depth <= 0:
            return index + 1
    return len(tokens)
