"""What kind of card a question is: what its syntax says, what its gaps say, what its author asks for.

In: the two sides of a card, and the author's words. Out: the sides as that kind has them, with a complaint where words
and notes do not fit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from markdown_it.token import Token

from exporter.model import CardKind
from exporter.reading.cutting.sides import Complaint, Sides
from exporter.reading.cutting.typed import LONGEST, split_typed
from exporter.reading.dialects.cloze import mark_brackets, mark_code, mark_highlights, mark_inline_code
from exporter.reading.markdown import has_gaps
from exporter.reading.markdown.cloze import highest_gap
from exporter.reading.page.overrides import KIND_WORDS

_Marked = tuple[list[Token], int]


def settle_kind(sides: Sides, words: frozenset[str], *, all_cloze: bool) -> Sides:
    """The sides of the card that a question makes. `all_cloze`: marks make a cloze, unasked."""
    wanted = sorted(words & KIND_WORDS)
    if len(wanted) > 1:
        both = " and ".join(f"<!-- {word} -->" for word in wanted)
        return _complain(sides, f"a question cannot be {both} at once")
    word = wanted[0] if wanted else ""
    if sides.kind is CardKind.CHOICE:
        return _complain(sides, f"<!-- {word} --> does not go with options") if word else sides
    sides = replace(sides, more=tuple(map(mark_code, sides.more)), back=tuple(map(mark_code, sides.back)))
    marked = _mark(sides) if word == "cloze" or all_cloze else sides
    if has_gaps((marked.head, *marked.more, *marked.back)):
        settled = _as_cloze(_with_code(marked))
        unfit = word in ("reversed", "type")
        return _complain(settled, f"<!-- {word} --> does not go with the gaps of a cloze") if unfit else settled
    match word:
        case "cloze":
            message = "<!-- cloze --> finds nothing to hide"
            return _complain(sides, message, "mark it: ==word==, [word] or {{c1::word}}")
        case "reversed" if sides.kind is CardKind.BASIC:
            return replace(sides, kind=CardKind.REVERSED)
        case "type":
            return _as_type_in(sides)
    return sides


def _with_code(sides: Sides) -> Sides:
    more, back = (tuple(map(mark_inline_code, side)) for side in (sides.more, sides.back))
    return replace(sides, head=mark_inline_code(sides.head), more=more, back=back)


def _complain(sides: Sides, message: str, hint: str = "") -> Sides:
    return replace(sides, complaints=(*sides.complaints, Complaint("comment-unheard", message, hint)))


def _as_cloze(sides: Sides) -> Sides:
    """All that holds gaps is the question. What is set apart explains; so does what has no gaps, below one that has."""
    above = has_gaps((sides.head, *sides.more))
    explains = above and (sides.explained or not has_gaps(sides.back))
    more = sides.more if explains else (*sides.more, *sides.back)
    return replace(sides, kind=CardKind.CLOZE, more=more, back=sides.back if explains else ())


def _as_type_in(sides: Sides) -> Sides:
    if split_typed(sides.back):
        return replace(sides, kind=CardKind.TYPE_IN)
    message = f"<!-- type --> needs an answer that begins with one line of at most {LONGEST} characters"
    hint = "without one the card is a basic one; put what explains into a paragraph of its own"
    return replace(sides, complaints=(*sides.complaints, Complaint("typed-unfit", message, hint)))


def _mark(sides: Sides) -> Sides:
    """`==marks==` as gaps; `[brackets]` where there are none, and no gaps either."""
    whole = (sides.head, *sides.more, *sides.back)
    known = has_gaps(whole)
    marked = _mark_all(whole, mark_highlights, highest_gap(whole))
    if not known and not has_gaps(marked):
        marked = _mark_all(whole, mark_brackets, 0)
    split = 1 + len(sides.more)
    return replace(sides, head=marked[0], more=tuple(marked[1:split]), back=tuple(marked[split:]))


def _mark_all(tokens: Sequence[Token], mark: Callable[[Sequence[Token], int], _Marked], number: int) -> list[Token]:
    """The tokens with what `mark` finds in each paragraph as gaps, numbered on from `number`."""
    result: list[Token] = []
    for token in tokens:
        if token.type == "inline" and token.children:
            children, number = mark(token.children, number)
            result.append(token.copy(children=children))
        else:
            result.append(token)
    return result
