"""A paragraph that is nothing but a formula is set as a displayed one, however its author wrote it.

In: a body. Out: the body for paper, where such a formula stands in the middle, at its full size, below its sentence.
"""

from __future__ import annotations

from dataclasses import replace

from markdown_it.token import Token

from exporter.model import Body


def display_lone_formulas(body: Body) -> Body:
    """The body with its lone formulas displayed; one that is all of a body stays what it is."""
    tokens = body.tokens
    found = [
        place
        for place in range(1, len(tokens) - 1)
        if _is_lone(tokens[place]) and tokens[place - 1].type == "paragraph_open" and not tokens[place - 1].hidden
    ]
    found = [place for place in found if place < 2 or tokens[place - 2].type != "list_item_open"]
    if not found or len(tokens) <= 3:
        return body
    shown: list[Token] = []
    since = 0
    for place in found:
        formula = (tokens[place].children or [])[0]
        shown += [*tokens[since : place - 1], formula.copy(type="math_block", block=True, map=tokens[place].map)]
        since = place + 2
    return replace(body, tokens=(*shown, *tokens[since:]))


def _is_lone(inline: Token) -> bool:
    children = inline.children or ()
    return inline.type == "inline" and len(children) == 1 and children[0].type == "math"
