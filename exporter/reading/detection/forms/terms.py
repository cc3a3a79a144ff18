"""A term and what it means, in one paragraph: `**term**: text`, `term – text`.

In: the inline token of a paragraph. Out: its two halves. The parsed token is copied, never changed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from exporter.reading.markdown import plain_text
from exporter.reading.page.wording import asking

_LONGEST = 80
"""Characters of a term; what is longer is a sentence with a colon in it."""
_LOOKED_AT = _LONGEST + 20
"""Where the sign behind a term must stand, with what follows it."""
_LINE = 48
_STATEMENT = 12
"""Characters of a line that names what the next ones explain, and of a statement that leaves its end open."""
_SIGN = re.compile(
    r"(?<!\s)\s*(?:(?:：|:(?=\s|[^\x00-\x7f]|$))(?!//)|(?:(?<=\s)|(?<=^))(?:[-–—―]{1,2}|→|=>|=)(?=\s|$)|——+|[:：]$)\s*"
)
_EMPHASIS = ("strong_open", "em_open", "mark_open")


@dataclass(frozen=True, slots=True)
class Term:
    """The inline tokens before and behind what parts them, and the `way` the term is written."""

    front: tuple[Token, ...]
    back: tuple[Token, ...]
    way: str


def read_term(children: Sequence[Token]) -> Term | None:
    """The halves of a paragraph; None where it does not begin with a term."""
    first = next((child for child in children if child.type != "text" or child.content.strip()), None)
    if first is None:
        return None
    term = _emphasised(children, first) if first.type in _EMPHASIS else None
    if term is not None and not any(map(str.isalpha, plain_text(term.front))):  # a number, before what it counts
        return _parted(children) or term
    return term if first.type in _EMPHASIS else _parted(children)


def _emphasised(children: Sequence[Token], first: Token) -> Term | None:
    """`**term**: text`, `**term:** text`, `**term** text`."""
    closing = first.type.replace("_open", "_close")
    end = next((i for i, child in enumerate(children) if child.type == closing), None)
    if end is None:
        return None
    front, back = list(children[: end + 1]), list(children[end + 1 :])
    while back and (back[0].type in ("softbreak", "hardbreak") or not (back[0].content.strip() or back[0].children)):
        if back[0].type != "text" and back[0].type not in ("softbreak", "hardbreak"):
            break
        del back[0]
    if back and back[0].type == "text" and (sign := _SIGN.match(back[0].content)):
        back[0] = back[0].copy(content=back[0].content[sign.end() :])
    front = without_colon(front)
    words = plain_text(front)
    if not words or len(words) > 2 * _LONGEST or not any(c.isalnum() for c in plain_text(back)):
        return None
    return Term(tuple(front), tuple(back), "emphasised")


def without_colon(front: Sequence[Token]) -> list[Token]:
    """A term without the colon behind it."""
    front = list(front)
    for index in range(len(front) - 1, -1, -1):
        if front[index].type == "text" and front[index].content.strip():
            front[index] = front[index].copy(content=front[index].content.rstrip().rstrip(":：").rstrip())
            break
    return front


def _parted(children: Sequence[Token]) -> Term | None:
    """`term: text`, `term – text`: the sign stands in the text, outside of emphasis and links."""
    depth = length = 0
    for index, child in enumerate(children):
        depth += child.nesting
        if child.type in ("softbreak", "hardbreak"):
            return _first_line(children, index)
        if (
            child.type == "text"
            and depth == 0
            and (sign := _SIGN.search(child.content[:_LOOKED_AT], 0 if index else 1))
        ):
            if not 0 < length + sign.start() <= _LONGEST:
                return None
            front = (*children[:index], child.copy(content=child.content[: sign.start()].rstrip()))
            back = (child.copy(content=child.content[sign.end() :]), *children[index + 1 :])
            return Term(front, back, "term") if any(c.isalnum() for c in plain_text(back)) else None
        length += len(child.content)
        if length > _LONGEST:
            return None
    return None


def _first_line(children: Sequence[Token], index: int) -> Term | None:
    """A short line that is no sentence, and the lines below it in the same paragraph."""
    words = plain_text(children[:index])
    is_sentence = words[-1:] in tuple(".,;:。，；、…") and asking(words) < 1  # a semicolon asks in Greek
    if not words or len(words) > _LINE or is_sentence or not plain_text(children[index + 1 :]):
        return None
    return Term(tuple(children[:index]), tuple(children[index + 1 :]), "line")


def read_statement(children: Sequence[Token]) -> Term | None:
    """A statement that ends with its answer in bold: `Routers operate at **Layer 3**`."""
    rest = [child for child in children if child.type != "text" or child.content.strip(" .")]
    if not rest or rest[-1].type != "strong_close" or rest[0].type == "strong_open":
        return None
    opening = max(i for i, child in enumerate(children) if child.type == "strong_open")
    front, back = children[:opening], children[opening:]
    if len(plain_text(front)) < _STATEMENT or any(child.type == "strong_open" for child in front):
        return None
    return Term(tuple(front), tuple(back), "statement")
