"""Numbers for the visible pieces of a file: words, code, formulas, pictures.

A piece keeps its number (`meta["piece"]`) through all that copies, cuts and moves it, so that `conservation` can tell
where each piece of the notes went.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

SHOWN = frozenset(
    {"text", "text_special", "code_inline", "math", "image", "media", "fence", "code_block", "math_block"}
)
"""The types of tokens that a reader sees as they are."""


def pieces_of(token: Token) -> Iterator[Token]:
    """The visible pieces of a block token, with those of the footnotes that it refers to."""
    if token.type in SHOWN:
        yield token
        return
    for child in token.children or ():
        if child.type in SHOWN:
            yield child
        elif "note" in child.meta:
            for below in child.meta["note"]:
                yield from pieces_of(below)
        elif child.children:
            yield from pieces_of(child)


def numbered(token: Token) -> Iterator[Token]:
    """The pieces that come from the notes: a title that is the name of a file is none."""
    return (piece for piece in pieces_of(token) if "piece" in piece.meta)


def number(state: StateCore) -> None:
    """Number all pieces, in order."""
    for place, piece in enumerate(_all_pieces(state.tokens)):
        piece.meta["piece"] = place


def _all_pieces(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from pieces_of(token)


def install(md: MarkdownIt) -> None:
    """After all rules that make or change tokens."""
    md.core.ruler.push("pieces", number)
