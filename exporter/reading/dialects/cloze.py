"""Cloze: hashcards' `C: The [hidden] words`, and paragraphs with `{{c1::gaps}}` that belong to no question.

Also what becomes a gap where the author asks for it: `==marks==`, `[brackets]`, and `{{c1::…}}` in code.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

from exporter.model import CardKind
from exporter.reading.dialects.dialect import Dialect, Question
from exporter.reading.dialects.qa_lines import CLOZE, cut_qa
from exporter.reading.markdown import GapMark, has_gaps, plain_text
from exporter.reading.markdown.cloze import cut_gaps, gap_token
from exporter.reading.page.overrides import PART_WORDS, comment_word
from exporter.reading.page.question_titles import read_title

_BRACKET = re.compile(r"\\?[\[\]]")
_START = re.compile(r"(?<!\s)\s*+C\s*:\s*")


def find_cloze(tokens: Sequence[Token], strict: bool) -> Sequence[Question]:  # noqa: ARG001, FBT001 - a dialect's `find`
    """Every paragraph that begins with `C:` and has something in brackets."""
    questions: list[Question] = []
    for index, token in enumerate(tokens):
        if token.type != "paragraph_open" or token.level:
            continue
        inline = tokens[index + 1]
        text = plain_text(inline.children or ())
        children = inline.children or []
        if CLOZE.match(text) and (has_gaps(children) or ("[" in text and "]" in text)):
            children = _without_start(children)
            children = children if has_gaps(children) else mark_brackets(children, 0, _escaped(inline))[0]
            title = read_title(inline.copy(children=children))
            questions.append(Question(index, index + 3, title, end=index + 3, kind=CardKind.CLOZE))
    return questions


def find_gaps(tokens: Sequence[Token], strict: bool) -> Sequence[Question]:  # noqa: FBT001 - a dialect's `find`
    """Every heading with gaps below it; under the title of the file, every paragraph and list item.

    `strict` off: also what has `==marks==`. Comments that divide an answer, or ask for a cloze, are as good as gaps.
    """
    questions: list[Question] = []
    title = _title(tokens)
    heading: int | None = None
    behind = depth = 0  # where the last question ends
    for index, token in enumerate(tokens):
        if token.type == "heading_open" and depth == 0:
            heading = None if index == title else index
        depth += token.nesting
        if index < behind or not (has_gaps((token,)) or _says(token) or (not strict and _is_marked(token))):
            continue
        question = _of_block(tokens, index) if heading is None else _of_heading(tokens, heading)
        if question:
            questions.append(question)
            behind, heading = question.end or index, None
    return questions


def _title(tokens: Sequence[Token]) -> int | None:
    """The first heading, where it is the only one of its level and the file's highest."""
    headings = [index for index, token in enumerate(tokens) if token.type == "heading_open" and not token.level]
    levels = [tokens[index].tag for index in headings]
    return headings[0] if levels and levels[0] == "h1" and levels.count("h1") == 1 else None


def _of_heading(tokens: Sequence[Token], start: int) -> Question:
    """A heading, up to the next one that is not below it."""
    level = int(tokens[start].tag[1])
    ends = (i for i in range(start + 1, len(tokens)) if tokens[i].type == "heading_open" and not tokens[i].level)
    end = next((i for i in ends if int(tokens[i].tag[1]) <= level), len(tokens))
    return Question(start, start + 3, read_title(tokens[start + 1]), end=end, level=level)


def _of_block(tokens: Sequence[Token], index: int) -> Question | None:
    """The paragraph, or the item of a list, whose words stand at `index`."""
    token = tokens[index]
    if token.type != "inline" or tokens[index - 1].type != "paragraph_open":
        return None
    if token.level == 1:
        return Question(index - 1, index + 2, read_title(token), end=index + 2, kind=CardKind.CLOZE)
    item = index - 2
    if tokens[item].type != "list_item_open" or tokens[item].level != 1:
        return None
    closing = (i for i in range(index, len(tokens)) if tokens[i].type == "list_item_close" and tokens[i].level == 1)
    return Question(item, index + 2, read_title(token, tokens[item].info), end=next(closing, index + 2))


def _says(token: Token) -> bool:
    """Whether a comment divides an answer, or asks for a cloze."""
    said = map(comment_word, (token, *(token.children or ())))
    return any(word == "cloze" or word in PART_WORDS for word in said if word)


def _is_marked(token: Token) -> bool:
    return any(child.type == "mark_open" for child in token.children or ())


def _escaped(inline: Token) -> Sequence[bool]:
    """For each bracket in the words of a paragraph, whether a backslash stands before it; none where that is unclear."""
    source = inline.content
    for child in inline.children or ():
        if child.type != "text":
            source = source.replace(child.content, "", 1) if child.content else source
    found = [match[0] in ("\\[", "\\]") for match in _BRACKET.finditer(source.replace("\\[\\]", ""))]
    shown = sum(len(_BRACKET.findall(child.content)) for child in inline.children or () if child.type == "text")
    return found if len(found) == shown else ()


def mark_brackets(children: Sequence[Token], number: int, escaped: Sequence[bool] = ()) -> tuple[list[Token], int]:
    """The outer `[brackets]` as gaps, numbered on from `number`; the last number. Unpaired ones stay as they are.

    `escaped` says of each bracket whether it is one of the words.
    """
    result: list[Token] = []
    depth, last = 0, number
    literal = iter(escaped)
    for child in children:
        if child.type != "text":
            result.append(child)
            continue
        for piece in re.split(r"([\[\]])", child.content):
            if piece in ("[", "]") and next(literal, False):
                result.append(child.copy(content=piece))
            elif piece == "[":
                depth += 1
                last += depth == 1
                result.append(gap_token(GapMark(last)) if depth == 1 else child.copy(content=piece))
            elif piece == "]" and depth:
                depth -= 1
                result.append(child.copy(content=piece) if depth else gap_token(GapMark(0)))
            elif piece:
                result.append(child.copy(content=piece))
    return (result, last) if not depth else (list(children), number)


def _mark_spans(children: Sequence[Token], number: int, kind: str) -> tuple[list[Token], int]:
    """Spans of a kind (`mark`: ==highlighted==, `strong`: bold) as gaps, numbered on from `number`; the last number."""
    result: list[Token] = []
    for child in children:
        if child.type == f"{kind}_open":
            number += 1
            result.append(gap_token(GapMark(number)))
        else:
            result.append(gap_token(GapMark(0)) if child.type == f"{kind}_close" else child)
    return result, number


def mark_highlights(children: Sequence[Token], number: int) -> tuple[list[Token], int]:
    """`==marks==` as gaps, numbered on from `number`; the last number."""
    return _mark_spans(children, number, "mark")


def mark_bold(children: Sequence[Token], number: int) -> tuple[list[Token], int]:
    """Bold words as gaps, numbered on from `number`; the last number."""
    return _mark_spans(children, number, "strong")


def mark_braces(children: Sequence[Token], number: int, gap: re.Pattern[str]) -> tuple[list[Token], int]:
    """What `gap` finds in the text, its last group, as gaps, numbered on from `number`; the last number.

    A group `own` is the number that the author gives.
    """
    result: list[Token] = []
    for child in children:
        if child.type != "text":
            result.append(child)
            continue
        place = 0
        for match in gap.finditer(child.content):
            own = match.groupdict().get("own")
            number = max(number, int(own)) if own else number + 1
            result += [
                child.copy(content=child.content[place : match.start()]),
                gap_token(GapMark(int(own) if own else number)),
                child.copy(content=match[match.re.groups]),
            ]
            result.append(gap_token(GapMark(0)))
            place = match.end()
        result.append(child if not place else child.copy(content=child.content[place:]))
    return result, number


def in_order(children: Sequence[Token]) -> list[Token]:
    """The gaps, numbered anew as a reader meets them."""
    result: list[Token] = []
    number = 0
    for child in children:
        number += child.type == "cloze_open"
        result.append(gap_token(GapMark(number)) if child.type == "cloze_open" else child)
    return result


def mark_code(token: Token) -> Token:
    """A code block with its `{{c1::…}}` as gaps; there `::` is code and no hint. Any other token as it is."""
    if token.type not in ("fence", "code_block") or "{{c" not in token.content:
        return token
    return _cut(token)


def mark_inline_code(token: Token) -> Token:
    """A paragraph with the `{{c1::…}}` in its `code` as gaps. Only in a cloze: elsewhere they are an example of the syntax."""
    if not any(child.type == "code_inline" and "{{c" in child.content for child in token.children or ()):
        return token
    return token.copy(children=[_cut(c) if c.type == "code_inline" else c for c in token.children or ()])


def _cut(code: Token) -> Token:
    """Code at its gaps."""
    pieces = cut_gaps(code.content, hints=False)
    if len(pieces) == 1:
        return code
    content = "".join(piece for piece in pieces if isinstance(piece, str))
    return code.copy(content=content, meta={**code.meta, "pieces": pieces})


def _without_start(children: Sequence[Token]) -> list[Token]:
    first = children[0]
    return [first.copy(content=_START.sub("", first.content, count=1)), *children[1:]]


DIALECT = Dialect("cloze", "C: lines with [brackets]", find_cloze, cut_qa, share=0.0)
GAPS = Dialect("gaps", "{{c1::…}} gaps", find_gaps, share=1e9)
"""Only where nothing else asks: a gap in the answer of a question makes a cloze of that question."""
