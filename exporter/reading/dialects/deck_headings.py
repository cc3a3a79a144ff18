"""Decks of headings: mdanki, md2apkg, markdown-anki-decks, VS Code Anki, md2anki. Every heading of one level is a card.

The level is that of the headings with the tool's own sign below: a `%` alone or `<!-- md2apkg split -->` between
question and answer, a line of `[#tag]()`, or the id of md2anki behind the heading's words. Without a `%` the heading asks
and all below it answers; with one, what stands above it is more of the question.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from markdown_it.token import Token

from exporter.reading.dialects.dialect import Dialect, Question
from exporter.reading.page.question_titles import read_title

_SPLITS = ("%", "md2apkg split")


def find_deck(tokens: Sequence[Token], strict: bool) -> Sequence[Question]:  # noqa: FBT001 - a dialect's `find`
    """Every heading of the level that the tool's signs are found at; where the user insists, of the second."""
    level = _level(tokens) or (None if strict else 2)
    if level is None:
        return ()
    headings = [i for i, t in enumerate(tokens) if t.type == "heading_open" and not t.level and int(t.tag[1]) <= level]
    questions: list[Question] = []
    for start, end in pairwise([*headings, len(tokens)]):
        if int(tokens[start].tag[1]) == level:
            split = next((i for i in range(start, end) if is_split(tokens[i])), None)
            answer = None if split is None else split + 1
            questions.append(Question(start, start + 3, read_title(tokens[start + 1]), answer, end, level))
    return questions


def is_split(token: Token) -> bool:
    """Whether a token parts question and answer."""
    return token.type == "comment" and token.level == 0 and token.content.strip() in _SPLITS


def _level(tokens: Sequence[Token]) -> int | None:
    """The level of most headings with a sign; no sign counts that a rule parts from its heading."""
    votes: Counter[int] = Counter()
    level = 0
    for index, token in enumerate(tokens):
        if token.level:
            continue
        if token.type == "heading_open":
            level = int(token.tag[1])
            votes[level] += _has_id(tokens[index + 1])
        elif token.type == "hr":
            level = 0
        elif level and (is_split(token) or (token.type == "comment" and token.content.startswith(("[#", "md2apkg")))):
            votes[level] += 1
    best = max(votes, key=lambda level: (votes[level], level), default=0)
    return best if votes[best] else None


def _has_id(inline: Token) -> bool:
    return inline.content.endswith(")-->")


DIALECT = Dialect("deck", "headings of a deck", find_deck, share=0.0)
