"""What is found in the tokens of a page, found once: dialects look at the same tokens for the same things.

In: a function of tokens. Out: the same function, which remembers what it found in those that it saw last.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache, wraps
from typing import TypeVar

from markdown_it.token import Token

T = TypeVar("T")
_LAST = 2
"""So many pages are remembered; the tokens of a page are parsed, cut, and then looked at by all."""


class _Same:
    """Tokens that are equal to nothing but themselves; parsed tokens never change."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self.tokens = tokens

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.tokens is other.tokens

    def __hash__(self) -> int:
        return id(self.tokens)


def once(find: Callable[[Sequence[Token]], T]) -> Callable[[Sequence[Token]], T]:
    """Remember what was found; `find` must give something that nobody changes."""

    @lru_cache(maxsize=_LAST)
    def found(same: _Same) -> T:
        return find(same.tokens)

    @wraps(find)
    def look(tokens: Sequence[Token]) -> T:
        return found(_Same(tuple(tokens)))  # a tuple stays itself

    return look
