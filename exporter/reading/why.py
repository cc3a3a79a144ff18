"""Why a line is a card, or is none.

In: a chapter, a line of it, and ways to read the file by another rule and with a word above the line. Out: sentences for
its author, of which each was tried.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from exporter.model import Card, Chapter, Section
from exporter.reading.unsure_files import say_sure

_DECIDED_BY = {
    "rule": "by a rule of yours",
    "explicit syntax": "by their syntax",
    "numbering": "they ask or are numbered alike",
    "choice": "the likeliest way to read it",
    "folder": "as in the files beside it",
}

Reread = Callable[[str], Chapter | None]
"""The chapter as a rule reads it."""

Worded = Callable[[str], Chapter | None]
"""The chapter as it is read with a comment on the line above."""


def why(chapter: Chapter, line: int, reread: Reread, worded: Worded) -> Iterator[str]:
    """What a line (from 1) is, why, and what would make it otherwise."""
    decision = chapter.decision
    chosen = decision.alternatives[0].words if decision.alternatives else chapter.rule
    by = _DECIDED_BY.get(decision.decided_by, decision.decided_by)
    by += "" if decision.sure else f"; {say_sure(decision)}"
    if card := _asked_at(chapter, line):
        yield f'a card: "{card.text}"'
        yield f"the questions are {chosen} ({by})"
        yield f"it {_reach(card)}"
        other = worded("no-card")
        if other and _texts(other) == _texts(chapter) - Counter([card.text]):
            yield "<!-- no-card --> on the line above leaves it out"
        return
    around = next((card for card in chapter.cards if card.span.line < line <= _last(card)), None)
    left_out = next((left for left in chapter.left_out if left.span.line == line), None)
    if left_out:
        yield f'no card: "{left_out.text}": {left_out.reason}'
        return
    if around:
        yield f'no card of its own: it is part of the card "{around.text}" (line {around.span.line}), which {_reach(around)}'
    elif section := _section_at(chapter, line):
        yield f'no card: "{section.text}" is a section, since the questions are {chosen} ({by})'
    elif not 0 < line <= len(chapter.source.lines):
        yield f"the file has {len(chapter.source.lines)} lines"
        return
    else:
        yield f"no card: it stands in no question and no answer, since the questions are {chosen} ({by})"
    for alternative in decision.alternatives[1:]:
        other = reread(alternative.rule)
        if other and _asked_at(other, line):
            yield f'"{alternative.rule}" would make it one: {alternative.words}'
    other = worded("card")
    made = _asked_at(other, line + 1) if other else None
    if other and made and _texts(other) == _texts(chapter) + Counter([made.text]) and not _is_row(chapter, line, made):
        yield "<!-- card --> on the line above makes it one"


def _texts(chapter: Chapter) -> Counter[str]:
    return Counter(card.text for card in chapter.cards)


def _is_row(chapter: Chapter, line: int, card: Card) -> bool:
    """Whether a row was torn out of its table, which the comment parts."""
    return "|" in card.text and any("|" in beside for beside in chapter.source.lines[max(line - 2, 0) : line + 1 : 2])


def _asked_at(chapter: Chapter, line: int) -> Card | None:
    return next((card for card in chapter.cards if card.span.line == line), None)


def _section_at(chapter: Chapter, line: int) -> Section | None:
    return next((item for item in chapter.items if isinstance(item, Section) and item.span.line == line), None)


def _last(card: Card) -> int:
    """The last line of a card's answer."""
    return max(body.span.end_line for body in (card.front, card.back, card.hint, card.extra) if body)


def _reach(card: Card) -> str:
    return f"goes on to line {_last(card)}" if _last(card) > card.span.line else "stands on the same line"
