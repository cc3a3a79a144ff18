"""Obsidian_to_Anki: `START`, the note type, its fields, `END`; on one line `STARTI [Basic] front Back: back ENDI`.

`Front:`, `Back:`, `Text:`, `Extra:` begin a field; the first needs no name. `%%ANKI … END%%` around a block hides it
from Obsidian. `markdown.tool_lines` has made comments of the edges, of `Tags:` and of `ID:`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from markdown_it.token import Token

from exporter.model import CardKind
from exporter.reading.dialects.cloze import mark_braces, mark_highlights
from exporter.reading.dialects.dialect import Dialect, Question
from exporter.reading.markdown import has_gaps, plain_text, reworded
from exporter.reading.page.lines import Cut, Line
from exporter.reading.page.question_titles import drop_start, read_title
from exporter.reading.page.tool_data import read_tags

_FIELD = re.compile(r"\s*(Front|Text|Question|Back Extra|Back|Answer|Extra)\s*:[ \t]*")
_ASKS = ("Front", "Text", "Question")
_EXPLAINS = ("Extra", "Back Extra")
_INLINE = re.compile(r"\s*+STARTI\s*+\[([^\[\]]+)\]\s*+(.*?)ENDI\s*+$", re.DOTALL)
_GAP = re.compile(r"(?<!\{)\{++(?:c?\d+::?)?([^{}]+)\}+")

_SIGN = re.compile(r"START")


def cut_notes(text: str, line: Line) -> Cut:  # noqa: ARG001 - a dialect's `cut`
    """A field begins a paragraph; a note on one line is one."""
    if text.lstrip().startswith("STARTI"):
        return Cut.AROUND
    return Cut.BEFORE if _FIELD.match(text) else Cut.NOWHERE


def find_notes(tokens: Sequence[Token], strict: bool) -> Sequence[Question]:  # noqa: ARG001, FBT001 - a dialect's `find`
    """Every note."""
    questions: list[Question] = []
    start: int | None = None
    for index, token in enumerate(tokens):
        if token.type == "comment" and token.content == "START":
            start = index
        elif token.type == "comment" and token.content == "END" and start is not None:
            questions += filter(None, [_read_block(tokens, start, index)])
            start = None
        elif start is None and token.type == "paragraph_open" and "STARTI" in tokens[index + 1].content:
            questions += filter(None, [_read_inline(tokens, index)])
    return questions


def _read_block(tokens: Sequence[Token], start: int, end: int) -> Question | None:
    """The fields between two edges."""
    kind = next(
        (t.content.removeprefix("note:").strip() for t in tokens[start:end] if t.content.startswith("note:")), ""
    )
    places = [
        i for i in range(start, end) if tokens[i].type == "paragraph_open" and _FIELD.match(tokens[i + 1].content)
    ]
    first = next((i for i in range(start, end) if tokens[i].nesting > 0 or tokens[i].type == "fence"), end)
    edges = [*([first] if first not in places else []), *places, end]
    sides: dict[str, tuple[Token, ...]] = {"": (), "back": (), "extra": ()}
    for begin, stop in pairwise(edges):
        match = _FIELD.match(tokens[begin + 1].content) if begin in places else None
        name = match[1] if match else "Front"
        side = "" if name in _ASKS else "extra" if name in _EXPLAINS else "back"
        sides[side] += _unlabelled(tokens[begin:stop], match.end() if match else 0)
    asked = sides[""]
    if len(asked) < 3 or asked[1].type != "inline":
        return None
    if "cloze" in kind.lower():
        return _cloze(asked, start, end + 1, (*sides["back"], *sides["extra"]))
    return Question(
        first, end, read_title(asked[1]), end=end + 1, kind=_kind(kind), back=sides["back"], more=asked[3:],
        extra=sides["extra"], marked=True,
    )  # fmt: skip


def _cloze(asked: Sequence[Token], start: int, end: int, back: tuple[Token, ...]) -> Question | None:
    children, _ = _mark(asked[1].children or ())
    if not has_gaps(children):
        return None
    title = read_title(asked[1].copy(children=children))
    return Question(start, end, title, end=end, kind=CardKind.CLOZE, back=back, more=tuple(asked[3:]))


def _mark(children: Sequence[Token]) -> tuple[list[Token], int]:
    if has_gaps(children):
        return list(children), 0
    marked, number = mark_highlights(children, 0)
    return mark_braces(marked, number, _GAP)


def _kind(name: str) -> CardKind:
    return CardKind.REVERSED if "revers" in name.lower() else CardKind.BASIC


def _unlabelled(tokens: Sequence[Token], cut: int) -> tuple[Token, ...]:
    """A field without its name."""
    if not cut:
        return tuple(tokens)
    children = drop_start(tokens[1].children or (), cut)
    rest = tuple(tokens[3:])
    return (tokens[0], tokens[1].copy(children=children), tokens[2], *rest) if children else rest


def _read_inline(tokens: Sequence[Token], index: int) -> Question | None:
    """A note on one line."""
    inline = tokens[index + 1]
    children = [child for child in inline.children or () if child.type != "html_inline"]
    text = _spelled(children)
    match = _INLINE.match(text)
    if not match:
        return None
    tags = re.search(r"\sTags:(.*?)ENDI", text)
    words = _between(children, match.start(2), tags.start() if tags else match.end(2))
    said = read_tags(tags[1]) if tags else ()
    back = re.search(r"(?<!\s)\s*+\bBack:\s*+", _spelled(words))
    if "cloze" in match[1].lower() and not back:
        title = read_title(inline.copy(children=_mark(words)[0]))
        return Question(index, index + 3, title, end=index + 3, kind=CardKind.CLOZE, tags=said)
    if not back:
        return None
    behind = _between(words, back.end(), len(_spelled(words)))
    answer = (tokens[index], reworded(inline, behind), tokens[index + 2])
    title = read_title(inline.copy(children=_between(words, 0, back.start())))
    return Question(index, index + 3, title, end=index + 3, kind=_kind(match[1]), back=answer, tags=said, marked=True)


def _spelled(children: Sequence[Token]) -> str:
    """The text of inline tokens, as long as its pieces."""
    return "".join(child.content if child.type == "text" else plain_text([child]) for child in children)


def _between(children: Sequence[Token], start: int, end: int) -> list[Token]:
    """The inline tokens whose plain text lies between two places of `_spelled`."""
    result: list[Token] = []
    place = 0
    for child in children:
        if child.type != "text":
            length = len(plain_text([child]))
            if start <= place and place + length <= end:
                result.append(child)
            place += length
            continue
        piece = child.content[max(0, start - place) : max(0, end - place)]
        place += len(child.content)
        if piece:
            result.append(child.copy(content=piece))
    return result


DIALECT = Dialect("start-end", "START … END notes", find_notes, cut_notes, share=0.0, sign=_SIGN.search)
