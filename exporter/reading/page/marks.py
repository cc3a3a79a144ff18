"""Marks: every heading and bold line of a file, whether it is a question or not.

In: the tokens of a file. Out: `Mark`s in order. Headings in quotes and behind a folded answer belong to their block and
are no marks; one that begins a list item (`1. ### question`) is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from markdown_it.token import Token

from exporter.reading.markdown import plain_text
from exporter.reading.page.lines import Cut, Line, split_lines
from exporter.reading.page.question_titles import Title, read_anchors, read_title
from exporter.reading.page.wording import (
    Style,
    asking,
    asks,
    is_answer_label,
    is_spaced_label,
    read_wording,
)

BOLD_LEVEL = 7
_MAX_BOLD = 200
_BOLD_TAG = re.compile(r"<(/?)(?:b|strong)(?:\s[^>]*)?>", re.IGNORECASE)


class Kind(StrEnum):
    """How a mark is written."""

    ATX = "atx"
    HTML = "html"
    SETEXT = "setext"
    BOLD = "bold"


@dataclass(frozen=True, slots=True)
class Mark:
    """A heading or bold line: `tokens[start:stop]`. `anchors` are what links may call it."""

    start: int
    stop: int
    kind: Kind
    level: int
    title: Title
    anchors: tuple[str, ...]


def find_marks(tokens: Sequence[Token]) -> tuple[Mark, ...]:
    """All marks outside quotes and folded answers."""
    marks: list[Mark] = []
    slugs: Counter[str] = Counter()
    quotes = folds = 0
    for index, token in enumerate(tokens):
        match token.type:
            case "blockquote_open":
                quotes += 1
            case "blockquote_close":
                quotes -= 1
            case "details_open" if folds or _folds_answer(tokens, index):
                folds += 1
            case "details_close" if folds:
                folds -= 1
            case "heading_open" if not quotes and not folds:
                if mark := _heading(tokens, index, slugs):
                    marks.append(mark)
            case "paragraph_open" if not (quotes or folds or token.level) and _is_bold(tokens[index + 1]):
                title = read_title(tokens[index + 1])
                marks.append(Mark(index, index + 3, Kind.BOLD, BOLD_LEVEL, title, _anchors_before(tokens, index)))
    return _without_lone_labels(tokens, marks)


def _without_lone_labels(tokens: Sequence[Token], marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """`Q4 earnings` and `Q3 results` are words; `Q4 What …` is a label where the questions are counted: Q3, Q4."""
    if not any(is_spaced_label(mark.title.full) for mark in marks):
        return tuple(marks)
    numbers = [mark.title.number for mark in marks if mark.title.style is Style.PREFIX]
    counted = [int(number) for number in numbers if number.isdecimal()]
    if any(second == first + 1 for first, second in pairwise(counted)):
        return tuple(marks)
    return tuple(
        replace(mark, title=read_title(tokens[mark.start + 1], spaced=False))
        if is_spaced_label(mark.title.full)
        else mark
        for mark in marks
    )


def cut_bold(text: str, line: Line) -> Cut:
    """Put a bold question that has its answer on the next line into a paragraph of its own, one with it behind into the same."""
    open_at_end = sum(_nesting(child) for child in line)  # it goes on in the next line, as one question
    if open_at_end:
        return Cut.NOWHERE
    if not is_bold_line(line):
        return Cut.BEFORE if asking(leading_bold(line)) == 1 else Cut.NOWHERE
    title = read_title(Token("inline", "", 0, children=list(line), content=text))
    numbered = title.style in (Style.NUMBER, Style.DECIMAL) and asks(title.text)
    sure = title.style is Style.PREFIX or asking(title.text) == 1
    return Cut.AROUND if numbered or sure else Cut.NOWHERE


def leading_bold(line: Sequence[Token]) -> str:
    """The bold words that a line begins with, "" where it begins with others."""
    depth = 0
    inside = ""
    for child in line:
        depth += _nesting(child)
        if depth:
            inside += child.content if child.type == "text" else ""
        elif inside or (child.content.strip() and child.type != "html_inline"):
            break
    return inside.strip()


def _folds_answer(tokens: Sequence[Token], index: int) -> bool:
    """Whether `<details>` hides an answer: its summary says no more than "answer"."""
    summary = next((t for t in tokens[index + 1 : index + 3] if t.type == "inline"), None)
    return summary is None or is_answer_label(plain_text(summary.children or ()))


def _heading(tokens: Sequence[Token], index: int, slugs: Counter[str]) -> Mark | None:
    opening, inline = tokens[index], tokens[index + 1]
    if inline.type != "inline":
        return None
    in_list = opening.level > 0 and index > 0 and tokens[index - 1].type == "list_item_open"
    kind = {"html": Kind.HTML, "=": Kind.SETEXT, "-": Kind.SETEXT}.get(opening.markup, Kind.ATX)
    if opening.level and not in_list and kind is not Kind.HTML:
        return None
    number = tokens[index - 1].info if in_list else ""
    title = read_title(inline, number)
    slug = _slug(plain_text(inline.children or ()))
    slugs[slug] += 1
    own = [str(opening.attrs["id"])] if opening.attrs.get("id") else []
    own.append(slug if slugs[slug] == 1 else f"{slug}-{slugs[slug] - 1}")
    anchors = (*_anchors_before(tokens, index), *([title.key] if title.key else []), *own, *title.anchors)
    return Mark(index, index + 3, kind, int(opening.tag[1]), title, tuple(dict.fromkeys(anchors)))


def _anchors_before(tokens: Sequence[Token], index: int) -> tuple[str, ...]:
    """The ids of `<a id=…></a>` on lines of their own directly before a mark."""
    anchors: list[str] = []
    while index > 0:
        index -= 1
        token = tokens[index]
        if token.type in ("paragraph_open", "paragraph_close", "hr", "comment", "list_item_open"):
            continue
        if token.type != "inline" or plain_text(token.children or ()) or not token.children:
            break
        found = [anchor for child in token.children for anchor in read_anchors(child.content)]
        if not found and any(child.type == "image" for child in token.children):
            break
        anchors = found + anchors
    return tuple(anchors)


def _slug(text: str) -> str:
    """GitHub's id for a heading: lower case, no punctuation, hyphens for spaces."""
    return re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")


def _is_bold(inline: Token) -> bool:
    children = inline.children or ()
    if not any(_nesting(child) > 0 for child in children[:3]):
        return False
    lines = list(split_lines(children))
    if len(lines) == 1:
        return is_bold_line(lines[0])
    if not is_bold_line(tuple(children)) or not all(
        sum(_nesting(child) for child in line) for line in (lines[0], lines[-1])
    ):
        return False
    text = plain_text(children)
    return asking(text) == 1 or read_wording(text).style is Style.PREFIX


def _nesting(child: Token) -> int:
    """1 where bold, marked or added text begins, -1 where it ends; tags count."""
    if child.type == "html_inline":
        tag = _BOLD_TAG.fullmatch(child.content)
        return 0 if tag is None else -1 if tag[1] else 1
    return child.nesting if child.type.partition("_")[0] in ("strong", "mark", "ins") else 0


def is_bold_line(line: Line, *, colon: bool = False) -> bool:
    """Whether a line is bold from end to end, and no label (`**优点：**`, but with `colon`) and no emphasised sentence."""
    depth = 0
    inside = outside = ""
    for child in line:
        if nesting := _nesting(child):
            depth += nesting
        elif depth:
            inside += child.content
        elif child.type == "image":
            return False
        elif child.type != "html_inline":
            outside += child.content
    text = plain_text(line)
    if not inside.strip() or len(text) > _MAX_BOLD or (text.endswith((":", "：")) and not colon):
        return False
    loose = re.sub(r"[\W_\d]+", "", outside)
    sentence = inside.rstrip().endswith(("。", ".", "！", "!", "；"))
    return not loose and (not sentence or asks(inside) or read_wording(text).style is Style.PREFIX)
