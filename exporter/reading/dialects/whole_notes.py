"""yanki and Mochi: a file is a note, its sides parted by `---`. Two of them in a row ask in both directions.

Its sign is yanki's `noteId:` in the front matter; for files that have none, the rule "sides" says so. What follows a
second `---` explains. Without a `---`, `~~struck~~` words are the gaps of a cloze.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

from exporter.model import CardKind
from exporter.reading.dialects.dialect import Dialect, Question
from exporter.reading.markdown.cloze import GapMark, gap_token
from exporter.reading.page.page import weigh
from exporter.reading.page.question_titles import read_title

_ID = re.compile(r"^noteId:\s*(\S+)", re.MULTILINE)


def find_note(tokens: Sequence[Token], strict: bool) -> Sequence[Question]:  # noqa: FBT001 - a dialect's `find`
    """The note that the file is."""
    matter = tokens[0] if tokens and tokens[0].type == "front_matter" else None
    sign = _ID.search(matter.content) if matter else None
    if strict and not sign:
        return ()
    start = 0 if matter is None else 1
    first = next((i for i in range(start, len(tokens)) if tokens[i].type in ("paragraph_open", "heading_open")), None)
    if first is None:
        return ()
    ids = (f"noteId: {sign[1]}",) if sign else ()
    rules = [i for i in range(first, len(tokens)) if tokens[i].type == "hr" and not tokens[i].level]
    inline, end = tokens[first + 1], len(tokens)
    if not rules:
        children, gaps = _mark_struck(inline.children or ())
        title = read_title(inline.copy(children=children))
        more = tuple(tokens[first + 3 :])
        known = Question(first, end, title, end=end, level=1, kind=CardKind.CLOZE, more=more, foreign_ids=ids)
        return (known,) if gaps else ()
    sides = [tuple(tokens[a + 1 : b]) for a, b in zip(rules, [*rules[1:], end], strict=True)]
    both = len(sides) > 1 and not any(map(weigh, sides[0]))
    back, *rest = sides[1:] if both else sides
    kind = CardKind.REVERSED if both else CardKind.BASIC
    more = tuple(tokens[first + 3 : rules[0]])
    extra = tuple(token for side in rest for token in side)
    title = read_title(inline)
    return (Question(first, end, title, None, end, 1, kind, back=back, more=more, extra=extra, foreign_ids=ids),)


def _mark_struck(children: Sequence[Token]) -> tuple[list[Token], int]:
    number = 0
    result: list[Token] = []
    for child in children:
        number += child.type == "s_open"
        gap = {"s_open": GapMark(number), "s_close": GapMark(0)}.get(child.type)
        result.append(gap_token(gap) if gap else child)
    return result, number


DIALECT = Dialect("sides", "one file, sides parted by ---", find_note, share=0.0)
