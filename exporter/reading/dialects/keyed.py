"""Numbered questions whose answers stand together below: exercises and their solutions, gaps and their words.

The key is announced ("Answers"), and nothing but options stands below its questions. Options may be numbered, where the key
says numbers: `1) Rome`, `Answers: 1 - 1`. A key of questions with lettered options is for `choices`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import dropwhile

from markdown_it.token import Token

from exporter.model import CardKind
from exporter.reading.dialects.choices import find_choices
from exporter.reading.dialects.dialect import Dialect, Question
from exporter.reading.dialects.multiple_choice import read_choice
from exporter.reading.page.answer_keys import answer_of, answered_by, find_keys, key_of_question
from exporter.reading.page.key_entries import Said
from exporter.reading.page.numbered import Numbered

_DIGIT = re.compile(r"[(]?([1-9])[).]?")


def find_keyed(tokens: Sequence[Token], strict: bool) -> Sequence[Question]:  # noqa: FBT001 - a dialect's `find`
    """Every question that a key in words answers, where none of its questions has lettered options."""
    keys = find_keys(tokens)
    if not any(key.in_words for key in keys):
        return ()
    lettered = [key_of_question(keys, q.start, q.title.number) for q in find_choices(tokens, strict)]
    found: list[Question] = []
    for key in keys:
        if key.in_words and key not in lettered:
            asked = answered_by(tokens, key)
            found += [_read(tokens, asked[number], key.answers[number]) for number in asked]
    return sorted(found, key=lambda question: question.start)


def _read(tokens: Sequence[Token], asked: Numbered, said: Said) -> Question:
    below = tuple(dropwhile(lambda token: token.nesting < 0, tokens[asked.stop : asked.end]))
    result = Question(asked.start, asked.stop, asked.title, end=asked.end)
    if (digit := _DIGIT.fullmatch(said.named)) and below and below[0].type == "ordered_list_open":
        letter = chr(ord("A") + int(digit[1]) - 1)
        choice = read_choice(_as_boxes(below), replace(said, named=letter))
        if choice and choice.correct:
            return replace(result, kind=CardKind.CHOICE, more=choice.front, back=choice.back)
    return replace(result, more=below, back=answer_of(said, asked.title.inline))


def _as_boxes(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """The list that the tokens begin with, as one of options."""
    return tuple(
        token.copy(meta={**token.meta, "checked": False})
        if token.type == "list_item_open" and token.level == tokens[0].level + 1
        else token
        for token in tokens
    )


DIALECT = Dialect("keyed", "questions with their answers below all of them", find_keyed, share=0.0)
