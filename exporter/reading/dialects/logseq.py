"""Logseq: `- question #card` with the answer in the bullets beneath, and `{{cloze words}}` or `{{c1 words}}`.

What else stands in the bullet itself (code, a picture) is more of the question. `#card` on a bullet with clozes and
nothing beneath makes a cloze, too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

from exporter.model import CardKind
from exporter.reading.dialects.cloze import mark_braces
from exporter.reading.dialects.dialect import Dialect, Question
from exporter.reading.markdown import plain_text
from exporter.reading.page.lines import Line, split_lines
from exporter.reading.page.page import weigh
from exporter.reading.page.question_titles import read_title
from exporter.reading.page.wording import question_line

_TAG = re.compile(r"(?<!\s)\s*+#(?:card|\[\[card\]\])(?![\w/-])\s*", re.IGNORECASE)
_CLOZE = re.compile(r"\{\{c(?:loze:?|(?P<own>[1-9]\d?)) ([^{}]+)\}\}", re.IGNORECASE)
_PROPERTY = re.compile(r"\s*[\w-]+::(?:\s|$)")
_LABEL = re.compile(r"\s*([\w-]+):: +(?=\S)")

_SIGN = re.compile(r"#card|#\[\[card|\{\{c(?:loze|\d+ )", re.IGNORECASE)


def find_logseq(tokens: Sequence[Token], strict: bool) -> Sequence[Question]:  # noqa: ARG001, FBT001 - a dialect's `find`
    """Every bullet with the tag. A card inside the answer of another belongs to that answer."""
    questions: list[Question] = []
    ends = item_ends(tokens)
    for index, token in enumerate(tokens):
        if token.type != "list_item_open" or index + 2 >= len(tokens):
            continue
        inline = tokens[index + 2]
        if inline.type != "inline" or not (_TAG.search(plain_text(inline.children or ())) or _has_gap(inline)):
            continue
        if questions and questions[-1].end and index < questions[-1].end:
            continue
        children, gaps = mark_braces(_without_tag(inline.children or []), 0, _CLOZE)
        title = read_title(inline.copy(children=children))
        if gaps:
            more = tuple(tokens[index + 4 : ends[index]])
            questions.append(Question(index, index + 4, title, end=ends[index], kind=CardKind.CLOZE, back=more))
        elif title.text:
            answer = _children(tokens, index, ends[index])
            questions.append(Question(index, index + 4, title, answer=answer, end=ends[index], marked=True))
    return questions


def _has_gap(inline: Token) -> bool:
    return any(child.type == "text" and _CLOZE.search(child.content) for child in inline.children or ())


def _children(tokens: Sequence[Token], start: int, end: int) -> int | None:
    """Where the bullets beneath a bullet begin; None where there are none, or nothing stands between."""
    lists = (i for i in range(start + 4, end) if tokens[i].type == "bullet_list_open")
    place = next(lists, None)
    return place if place is not None and any(map(weigh, tokens[start + 4 : place])) else None


def item_ends(tokens: Sequence[Token]) -> dict[int, int]:
    """For each list item, the place of its closing token."""
    ends: dict[int, int] = {}
    open_items: list[int] = []
    for index, token in enumerate(tokens):
        if token.type == "list_item_open":
            open_items.append(index)
        elif token.type == "list_item_close" and open_items:
            ends[open_items.pop()] = index
    return ends


def _without_tag(children: Sequence[Token]) -> list[Token]:
    """The question without its tag and without Logseq's properties (`collapsed:: true`)."""
    known = split_lines(_without_label(_without_linked_tag(children)))
    lines: list[Line] = [line for line in known if not _PROPERTY.match(plain_text(line))]
    result: list[Token] = []
    for number, line in enumerate(lines):
        if number:
            result.append(Token("softbreak", "br", 0))
        for child in line:
            content = _TAG.sub(" ", child.content) if child.type == "text" else child.content
            result.append(child.copy(content=content) if content != child.content else child)
    return result


def _without_label(children: Sequence[Token]) -> Sequence[Token]:
    """The question without the name of the property that holds it: `question:: …`."""
    match = _LABEL.match(children[0].content) if children and children[0].type == "text" else None
    if match is None or not question_line(f"{match[1]}: x"):
        return children
    return [children[0].copy(content=children[0].content[match.end() :]), *children[1:]]


def _without_linked_tag(children: Sequence[Token]) -> list[Token]:
    """`#[[card]]` as `#card`: the parser sees `#` and a link."""
    result = list(children)
    for index in range(len(result) - 3):
        before, opening, text, closing = result[index : index + 4]
        linked = opening.type == "link_open" and closing.type == "link_close" and text.content.lower() == "card"
        if linked and before.type == "text" and before.content.endswith("#"):
            result[index : index + 4] = [before.copy(content=f"{before.content}card")]
            break
    return result


DIALECT = Dialect("logseq", "- … #card bullets", find_logseq, share=0.0, sign=_SIGN.search)
