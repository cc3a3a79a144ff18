"""Numbered statements that end with their answer in bold: homework, true or false, gaps to fill (`… the ____. **cell**`).

Or in brackets, where they have a gap, ask, or say no more than true or false (`… the ____. (cell)`, `Ice is hot. (false)`).

One bold end is emphasis; the sign is that most of a file's numbered items have one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

from exporter.reading.dialects.dialect import Dialect, Question
from exporter.reading.markdown import plain_text, reworded
from exporter.reading.page.question_titles import drop_start, read_title
from exporter.reading.page.wording import asking, is_verdict

_SIGN = re.compile(r"^[ \t]*\d+[.)] .*?(?:\*\*|__|[)）\]】])[ \t.]*$", re.MULTILINE)
_BRACKETS = re.compile(r"(?<!\s)\s*+[(（\[【]([^()（）\[\]【】]{1,60})[)）\]】]\s*$")
_GAP = re.compile(r"_{3,}|\.{4,}|…{2,}")
_FEWEST = 5
_SHARE = 0.7


def find_fill_ins(tokens: Sequence[Token], strict: bool) -> Sequence[Question]:  # noqa: FBT001 - a dialect's `find`
    """Every numbered item with a bold end, where most have one."""
    items = 0
    ordered = False
    questions: list[Question] = []
    for index, token in enumerate(tokens):
        if token.level == 0 and token.nesting > 0:
            ordered = token.type == "ordered_list_open"
        if not ordered or token.type != "list_item_open" or token.level != 1:
            continue
        items += 1
        question = _read(tokens, index)
        if question:
            questions.append(question)
    sure = len(questions) >= _FEWEST and len(questions) >= _SHARE * items
    return questions if sure or not strict else ()


def _read(tokens: Sequence[Token], start: int) -> Question | None:
    """An item as a question; the last line of its first paragraph ends with the answer."""
    inline = tokens[start + 2] if start + 2 < len(tokens) else None
    if inline is None or inline.type != "inline" or tokens[start + 1].type != "paragraph_open":
        return None
    asked, told = fill_in_halves(inline.children or ())
    if not plain_text(asked) or not plain_text(told):
        return None
    end = next(
        (i for i in range(start, len(tokens)) if tokens[i].type == "list_item_close" and tokens[i].level == 1), start
    )
    answer = reworded(inline, told)
    back = (tokens[start + 1], answer, *tokens[start + 3 : end])
    return Question(start, start + 4, read_title(inline.copy(children=asked), tokens[start].info), end=end, back=back)


def fill_in_halves(words: Sequence[Token]) -> tuple[list[Token], list[Token]]:
    """The statement and its answer, in bold or in brackets at its end; nothing where it has none.

    Emphasis at the end answers what has a gap or a question mark.
    """
    children = list(words)
    while children and children[-1].type == "text" and not children[-1].content.strip(" ."):
        children.pop()
    if not children:
        return [], []
    last = children[-1]
    if last.type in ("strong_close", "em_close"):
        kind = last.type.replace("close", "open")
        opening = max(place for place, child in enumerate(children) if child.type == kind)
        asked = plain_text(children[:opening])
        is_told = kind == "strong_open" or _GAP.search(asked) or asking(asked) == 1
        return (drop_start(children[:opening], 0), children[opening + 1 : -1]) if is_told else ([], [])
    match = _BRACKETS.search(last.content) if last.type == "text" else None
    asked = plain_text(children)
    if match is None or not (_GAP.search(asked) or is_verdict(match[1]) or asking(_BRACKETS.sub("", asked)) == 1):
        return [], []
    return [*children[:-1], last.copy(content=last.content[: match.start()])], [last.copy(content=match[1])]


DIALECT = Dialect(
    "fill-ins", "numbered statements that end with their answer", find_fill_ins, share=0.0, sign=_SIGN.search
)
