"""What a dialect finds, and what a dialect is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markdown_it.token import Token

from exporter.model import CardKind
from exporter.reading.page.lines import Cut, Line
from exporter.reading.page.marks import BOLD_LEVEL
from exporter.reading.page.page import Page
from exporter.reading.page.question_titles import Title


@dataclass(frozen=True, slots=True)
class Question:
    """A question, in places of the token sequence.

    `tokens[start:stop]` are its own. What follows up to `answer` is more of the question; None: the answer follows at
    once. `end` is where its syntax ends the answer; None: where a reader would. `lead` is what of its own tokens begins
    the answer (`term: text`), `back` the whole answer where it is no run of the page's tokens; `more` then is what stands
    below the question's words, `extra` what explains. `level` is that of a heading (bold and lines are deeper than any),
    so that headings of the answer can be told from those that end it. `marked`: a tool's own mark says that it is a card,
    whatever its answer is (a bare link). `tags`, `deck` and `foreign_ids` are what the tool's syntax says of this
    question alone.
    """

    start: int
    stop: int
    title: Title
    answer: int | None = None
    end: int | None = None
    level: int = BOLD_LEVEL
    kind: CardKind = CardKind.BASIC
    anchors: tuple[str, ...] = ()
    lead: tuple[Token, ...] = ()
    back: tuple[Token, ...] = ()
    more: tuple[Token, ...] = ()
    extra: tuple[Token, ...] = ()
    marked: bool = False
    tags: tuple[str, ...] = ()
    deck: str = ""
    foreign_ids: tuple[str, ...] = ()


Finding = tuple[str, tuple[Question, ...]]
"""What was taken for a question, in words, and the questions."""


def uncut(text: str, line: Line) -> Cut:  # noqa: ARG001 - a dialect's `cut`
    """Leave every paragraph as it is."""
    return Cut.NOWHERE


@lru_cache(maxsize=128)
def _has(sign: Callable[[str], object], text: str) -> bool:
    """Whether a file has a sign: dialects share some, and each is looked for before the file is cut and behind it."""
    return bool(sign(text))


def unbroken(text: str) -> int:  # noqa: ARG001 - a dialect's `within`
    """Leave every line as it is."""
    return 0


@dataclass(frozen=True, slots=True)
class Dialect:
    """One way to mark questions.

    `rule` is its name, `words` say what it looks for. `find` gives all questions among the tokens. `strict` asks for
    the proof that a file means it (a #flashcards tag); with False, because the user forces the rule, it does without.
    `cut` names lines that are paragraphs of their own, `within` where in a line the next one begins. `share`: how many
    questions it must find for each one that the headings ask, so that it is the dialect of the file and no part of an
    answer. `sign` is what a file must have somewhere for anything of the dialect to be in it; quick to look for.
    """

    rule: str
    words: str
    find: Callable[[Sequence[Token], bool], Sequence[Question]]
    cut: Callable[[str, Line], Cut] = uncut
    share: float = 0.6
    sign: Callable[[str], object] | None = None
    within: Callable[[str], int] = unbroken

    def may_be_in(self, text: str) -> bool:
        """Whether a file is worth looking at: whether it has the dialect's sign."""
        return self.sign is None or _has(self.sign, text)

    def find_proven(self, page: Page) -> Sequence[Question]:
        """All questions of a page that proves that it means the dialect; it is looked through once."""
        if self.rule not in page.found:
            page.found[self.rule] = self.find(page.tokens, True) if self.may_be_in(page.source.text) else ()  # noqa: FBT003
        found: Sequence[Question] = page.found[self.rule]
        return found
