"""Multiple choice: a question, options with `- [ ]` and `- [x]`, and an explanation.

In: the tokens below a question (the parser puts the boxes into `meta["checked"]`). Out: what belongs to the question
(the options without their boxes) and the answer (the right options, then the explanation). Each option's
`list_item_open` has `meta["correct"]`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from exporter.dialects.page import Page
from exporter.dialects.questions import Question


@dataclass(frozen=True, slots=True)
class Choice:
    """The options as more of the question, and the answer. `lead` stands above the options; `correct` counts."""

    lead: tuple[Token, ...]
    front: tuple[Token, ...]
    back: tuple[Token, ...]
    correct: int


def read_choice(tokens: Sequence[Token]) -> Choice | None:
    """Read the options below a question, or None where what stands there is no list of options."""
    lists = _option_lists(tokens)
    if not lists:
        return None
    first, last = lists[0][0], lists[-1][1]
    front: list[Token] = list(tokens[:first])
    right: list[Token] = []
    options = correct = 0
    position = first
    for start, stop in lists:
        front += tokens[position:start]
        opening, *inside, closing = tokens[start:stop]
        front.append(opening.copy(attrs={}))
        for item in _items(inside):
            is_correct = bool(item[0].meta["checked"])
            option = _without_box(item)
            front += option
            right += option if is_correct else ()
            options += 1
            correct += is_correct
        front.append(closing)
        position = stop
    if options < 2:
        return None
    template = tokens[first].copy(attrs={})
    closing = Token(template.type.replace("_open", "_close"), template.tag, -1, markup=template.markup, block=True)
    answer = [template, *right, closing] if right else []
    return Choice(tuple(tokens[:first]), tuple(front), (*answer, *tokens[last:]), correct)


def _option_lists(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """The top-level lists whose every item has a box; only code and pictures may stand between them."""
    lists: list[tuple[int, int]] = []
    depth = start = 0
    for index, token in enumerate(tokens):
        if depth == 0:
            start = index
        depth += token.nesting
        if depth == 0 and tokens[start].type in ("bullet_list_open", "ordered_list_open"):
            items = _items(tokens[start + 1 : index])
            if items and all("checked" in item[0].meta for item in items):
                lists.append((start, index + 1))
            elif lists:
                break
        elif depth == 0 and lists and tokens[start].type not in ("fence", "code_block", "figure"):
            break
    return lists


def _items(tokens: Sequence[Token]) -> list[list[Token]]:
    items: list[list[Token]] = []
    depth = 0
    for token in tokens:
        if depth == 0:
            items.append([])
        items[-1].append(token)
        depth += token.nesting
    return items


def _without_box(item: Sequence[Token]) -> list[Token]:
    """An option as an ordinary list item; `meta["correct"]` says whether its box is ticked."""
    opening = item[0].copy(meta={"correct": item[0].meta["checked"]}, attrs={})
    return [opening, *item[1:]]


def find_choices(page: Page) -> tuple[Question, ...]:
    """Every heading or bold line with options right below it, because the user says so."""
    return tuple(
        Question(mark.start, mark.stop, mark.title, level=mark.level, anchors=mark.anchors)
        for mark in page.marks
        if read_choice(page.tokens[mark.stop : page.next_mark(mark.start)])
    )
