"""What moving in does, for its owner to look through: a line for each count, and the pairs that only he can tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from exporter.editions.identity import How
from exporter.editions.moving_in.taking_over import TakeOver
from exporter.pipeline.move_in import Moved

_FOUND_BY = {
    How.KEY: "by its id", How.TEXT: "by its text", How.ANSWER: "by its answer", How.SIDE: "by one side and its place",
    How.DECISION: "as you said",
}  # fmt: skip
_SHOWN = 20
_NOT_YET = "nothing is written yet: the same call with --yes does it"


def plan_lines(moved: Moved) -> Iterator[str]:
    """The plan, and what comes next."""
    if moved.taken is None:
        yield f"{moved.learnt:>6}  kept: their due date, interval and ease become Anki's"
        yield f"{moved.unlearnt:>6}  new, or in deck.lock already: the notes have no schedule of them"
        if moved.left:
            yield f"{moved.left:>6}  left behind: they belong to no question of these notes"
        yield from _next_package(moved)
        return
    yield from _counts(moved.taken)
    yield from _offers(moved.taken)
    yield from _next_lock(moved)


def _counts(taken: TakeOver) -> Iterator[str]:
    by = Counter(_FOUND_BY[one.how] for one in taken.kept)
    how = ", ".join(f"{count} {words}" for words, count in by.most_common())
    reviewed = sum(one.note.reviews > 0 for one in taken.kept)
    yield f"{len(taken.kept):>6}  kept{f': {how}' if how else ''}{f'; {reviewed} of them reviewed' if reviewed else ''}"
    if taken.known:
        yield f"{taken.known:>6}  in deck.lock already: they stay what they are (--anew takes old notes over all the same)"
    yield f"{len(taken.offers):>6}  offered"
    yield f"{len(taken.new):>6}  new"
    left = Counter(note.deck for note in taken.left)
    decks = ", ".join(f"{deck or 'no deck'} {count}" for deck, count in left.most_common(3))
    yield f"{len(taken.left):>6}  left behind, and stay in Anki as they are{f': {decks}' if decks else ''}"


def _offers(taken: TakeOver) -> Iterator[str]:
    for offer in taken.offers[:_SHOWN]:
        yield f'  was "{offer.entry.question}"'
        for candidate in offer.candidates:
            card = candidate.link.placed.card
            alike = f"title {candidate.title:.0%}, answer {candidate.answer:.0%}"
            yield f'    {candidate.id}  {card.span.path}:{card.span.line}  "{card.text}"  {alike}'
    if len(taken.offers) > _SHOWN:
        yield f"  and {len(taken.offers) - _SHOWN} more"
    if taken.offers:
        yield "  --accept ID keeps the history; what is not accepted starts anew; --accept all takes those that are much alike"


def _next_lock(moved: Moved) -> Iterator[str]:
    assert moved.taken is not None
    if moved.written:
        yield f"next: make-deck build, then do in Anki what {moved.written[-1].name} says"
    elif moved.taken.kept:
        yield _NOT_YET
    else:
        yield "there is nothing to take over" if moved.taken.known else "no note of it is one of these questions"


def _next_package(moved: Moved) -> Iterator[str]:
    if moved.written:
        yield f'next: import {moved.written[-1].name} into your Anki, with "Import any learning progress" on, and before any other'
        yield "  package of this deck. It is yours alone: give others the package of make-deck build. Your next editions are"
        yield "  ordinary imports."
    elif moved.learnt:
        yield _NOT_YET
    else:
        yield "no question of these notes has a schedule: there is nothing to take over"
