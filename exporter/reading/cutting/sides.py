"""The two sides of a card, before it is one."""

from __future__ import annotations

from dataclasses import dataclass

from markdown_it.token import Token

from exporter.model import CardKind


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with a question: a diagnostic's code, message and hint, without its place."""

    code: str
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Sides:
    """What a card is made of.

    `head` is the question's own line, `more` what stands below it on its side; `explained`: the author set `back`
    apart. `fault` (a diagnostic code) says why there is no card. `comments` are the ids of the tokens that divide the
    answer.
    """

    head: Token
    more: tuple[Token, ...]
    back: tuple[Token, ...]
    kind: CardKind
    hint: tuple[Token, ...] = ()
    extra: tuple[Token, ...] = ()
    explained: bool = False
    fault: str = ""
    complaints: tuple[Complaint, ...] = ()
    comments: frozenset[int] = frozenset()
