"""What the author says in comments: `<!-- card -->`, `<!-- cloze -->`, and so on, above a question or in its line.

In: tokens. Out: the words by the place of the block that follows them, and a diagnostic for each that is misspelled or
applies to nothing. Words that divide an answer (`<!-- hint -->`) are read by `parts`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from markdown_it.token import Token

from exporter.diagnostics import Diagnostic, report, suggest
from exporter.source import SourceFile

QUESTION_WORDS = ("card", "no-card", "reversed", "cloze", "type")
"""What may be said of a question."""

KIND_WORDS = frozenset({"reversed", "cloze", "type"})
"""Those that ask for a kind of card, and need a question to be of any use."""

PART_WORDS = ("hint", "extra", "answer")
"""What may be said inside an answer."""

ALLOWED = (*QUESTION_WORDS, *PART_WORDS)
_LIKE = re.compile(
    r"(?:no|not|skip)[-_ ]*(?:flash[-_ ]?)?card|revers(?:e|ed)[-_ ]?(?:card)?|no-?question", re.IGNORECASE
)
_OTHER_WORDS = frozenset("car care cart close closed clone clones hit hunt int pint tape typo".split())
"""Comments of one word that are English, and no misspelling of ours."""

_BLOCKS = ("heading_open", "paragraph_open", "details_open", "blockquote_open", "list_item_open")


@dataclass(frozen=True, slots=True)
class Said:
    """A comment: its word, its line (from 0), and the places of the blocks that it may be about."""

    word: str
    line: int
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Overrides:
    """By the place of a block's first token: what the author says about it.

    `all_cloze`: every question of the file is a cloze where it marks something.
    """

    words: Mapping[int, frozenset[str]]
    said: tuple[Said, ...] = field(default=(), repr=False)
    all_cloze: bool = False

    def __contains__(self, item: tuple[int, str]) -> bool:
        place, word = item
        return word in self.words.get(place, ())


def is_override(text: str) -> bool:
    """Whether a comment talks to make-deck, rightly or misspelled. `hints`, `cardio` and `answer key` are words of others."""
    word = text.strip().lower()
    if word in ALLOWED or _LIKE.fullmatch(word):
        return True
    near = difflib.get_close_matches(word, ALLOWED, 1, 0.75) if word not in _OTHER_WORDS else []
    return bool(near) and not word.startswith(near[0]) and " " not in word


def comment_word(token: Token) -> str:
    """The text of a comment, small; "" for any other token."""
    if token.type not in ("comment", "html_inline"):
        return ""
    content = token.content.strip()
    if token.type == "html_inline" and not content.startswith("<!--"):
        return ""
    return content.removeprefix("<!--").removesuffix("-->").strip().lower()


def read_overrides(source: SourceFile, tokens: Sequence[Token]) -> tuple[Overrides, tuple[Diagnostic, ...]]:
    """Collect the comments that talk to make-deck."""
    words: dict[int, set[str]] = {}
    diagnostics: list[Diagnostic] = []
    waiting: list[tuple[str, int, list[int]]] = []
    said: list[tuple[str, int, list[int]]] = []
    block = 0
    for index, token in enumerate(tokens):
        if token.type in _BLOCKS:
            block = index
            for word, _, places in waiting:
                words.setdefault(index, set()).add(word)
                places.append(index)
            if token.type not in ("list_item_open", "details_open"):
                waiting = []
        for comment in (token, *(token.children or ())):
            text = comment_word(comment)
            line = (token.map or [0])[0]
            if not text or text in PART_WORDS or not is_override(text):
                continue
            if text not in QUESTION_WORDS:
                diagnostics.append(_invalid(source, line, text))
            elif comment.type == "comment":
                waiting.append((text, line, []))
                said.append(waiting[-1])
            else:
                words.setdefault(block, set()).add(text)
                said.append((text, line, [block]))
    for text, line, _ in waiting:
        message = f"<!-- {text} --> stands above nothing that could be a question"
        diagnostics.append(report("comment-unheard", source.find("<!--", line, line + 1), message))
    collected = tuple(Said(word, line, tuple(places)) for word, line, places in said)
    return Overrides({place: frozenset(found) for place, found in words.items()}, collected), tuple(diagnostics)


def check_overrides(
    source: SourceFile, tokens: Sequence[Token], overrides: Overrides, asked: set[int], divided: set[int]
) -> Iterator[Diagnostic]:
    """Words that no question heard: `asked` are the places of questions, `divided` the ids of comments in answers."""
    for said in overrides.said:
        if said.places and not asked & set(said.places):
            makes_one = said.word == "card"
            message = (
                f"<!-- {said.word} --> stands above {'nothing that it makes a card' if makes_one else 'no question'}"
            )
            hint = "put it on the line above the question"
            hint = "a heading or a paragraph becomes one, with an answer below" if makes_one else hint
            yield report("comment-unheard", source.find("<!--", said.line, said.line + 1), message, hint)
    for token in tokens:
        for comment in _comments(token):
            word = comment_word(comment)
            if word in PART_WORDS and id(comment) not in divided:
                line = (token.map or [0])[0]
                message = f"<!-- {word} --> divides no answer here"
                hint = "put it on a line of its own, between two paragraphs of an answer"
                yield report("comment-unheard", source.find("<!--", line, line + 1), message, hint)


def _comments(token: Token) -> Iterable[Token]:
    return [token] if token.type == "comment" else [c for c in token.children or () if c.type == "html_inline"]


def _invalid(source: SourceFile, line: int, text: str) -> Diagnostic:
    message = f"<!-- {text} --> is no word that make-deck knows; allowed are {', '.join(ALLOWED)}"
    return report("comment-unheard", source.find("<!--", line, line + 1), message, suggest(text, ALLOWED))
