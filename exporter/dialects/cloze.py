"""hashcards' cloze: `C: The [hidden] words`. Each pair of brackets is hidden once."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

from exporter.dialects.qa import CLOZE, cut_qa
from exporter.dialects.questions import Dialect, Question
from exporter.dialects.titles import read_title
from exporter.markdown import plain_text
from exporter.model import CardKind

_START = re.compile(r"\s*C\s*:\s*")


def find_cloze(tokens: Sequence[Token], strict: bool) -> Sequence[Question]:  # noqa: ARG001, FBT001 - a dialect's `find`
    """Every paragraph that begins with `C:` and has something in brackets."""
    questions: list[Question] = []
    for index, token in enumerate(tokens):
        if token.type != "paragraph_open" or token.level:
            continue
        inline = tokens[index + 1]
        text = plain_text(inline.children or ())
        if CLOZE.match(text) and "[" in text and "]" in text:
            children = mark_cloze(_without_start(inline.children or []))
            title = read_title(inline.copy(children=children))
            questions.append(Question(index, index + 3, title, end=index + 3, kind=CardKind.CLOZE))
    return questions


def mark_cloze(children: Sequence[Token]) -> list[Token]:
    """Put `cloze_open` and `cloze_close` (`meta["number"]` from 1) in the place of the outer brackets."""
    result: list[Token] = []
    number = depth = 0
    for child in children:
        if child.type != "text":
            result.append(child)
            continue
        for piece in re.split(r"([\[\]])", child.content):
            if piece == "[":
                depth += 1
                number += depth == 1
                result.append(_bracket("cloze_open", number) if depth == 1 else _text(piece))
            elif piece == "]" and depth:
                depth -= 1
                result.append(_text(piece) if depth else _bracket("cloze_close", number))
            elif piece:
                result.append(_text(piece))
    return result if not depth else list(children)


def _bracket(kind: str, number: int) -> Token:
    is_open = kind == "cloze_open"
    attrs: dict[str, str | int | float] = {"class": "cloze"} if is_open else {}
    return Token(kind, "span", 1 if is_open else -1, attrs=attrs, meta={"number": number})


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _without_start(children: Sequence[Token]) -> list[Token]:
    first = children[0]
    return [first.copy(content=_START.sub("", first.content, count=1)), *children[1:]]


DIALECT = Dialect("cloze", "C: lines with [brackets]", find_cloze, cut_qa, share=0.0)
