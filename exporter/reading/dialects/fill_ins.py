"""Numbered statements that end with their answer in bold: homework, true or false, gaps to fill (`… the ____. **cell**`).

One bold end is emphasis; the sign is that most of a file's numbered items have one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

from exporter.reading.dialects.dialect import Dialect, Question
from exporter.reading.markdown import plain_text
from exporter.reading.page.question_titles import drop_start, read_title

_SIGN = re.compile(r"^[ \t]*\d+[.)] .*?(?:\*\*|__)[ \t.]*$", re.MULTILINE)
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
    children = list(inline.children or ())
    while children and children[-1].type == "text" and not children[-1].content.strip(" ."):
        children.pop()
    if not children or children[-1].type != "strong_close":
        return None
    opening = max(place for place, child in enumerate(children) if child.type == "strong_open")
    asked, told = drop_start(children[:opening], 0), children[opening + 1 : -1]
    if not plain_text(asked) or not plain_text(told):
        return None
    end = next(
        (i for i in range(start, len(tokens)) if tokens[i].type == "list_item_close" and tokens[i].level == 1), start
    )
    answer = inline.copy(children=told, content=plain_text(told))
    back = (tokens[start + 1], answer, *tokens[start + 3 : end])
    return Question(start, start + 4, read_title(inline.copy(children=asked), tokens[start].info), end=end, back=back)


DIALECT = Dialect("fill-ins", "numbered statements with a bold end", find_fill_ins, share=0.0, sign=_SIGN)
