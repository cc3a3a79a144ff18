"""Runs of tokens as bodies: whole blocks, nothing around them that only separates.

In: any run of a page's tokens. Out: tokens that open and close in pairs, and `Body`s with their Markdown and place. The
parsed tokens are copied where they change.
"""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it.token import Token

from exporter.model import Body
from exporter.reading.markdown import plain_text
from exporter.reading.page.page import weigh
from exporter.reading.page.wording import is_answer_label, is_invitation
from exporter.source import SourceFile

_LISTS = ("bullet_list_open", "ordered_list_open")
_FOLDS = {"details_open": 1, "details_close": -1}
"""Folds may stay open in notes, so the parser does not count them as nesting."""


def read_body(source: SourceFile, tokens: Sequence[Token]) -> Body:
    """A body of these tokens, with the lines that they came from."""
    lines = [token.map for token in tokens if token.map]
    start, end = (min(m[0] for m in lines), max(m[1] for m in lines)) if lines else (0, 0)
    while end > start + 1 and not source.lines[min(end, len(source.lines)) - 1].strip():
        end -= 1
    return Body(tuple(tokens), "\n".join(source.lines[start:end]), source.span(start, end))


def clean(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """Whole blocks without separators at either end: rules, `<br>`, links back to the top, lone anchors, comments."""
    if not tokens:
        return ()
    blocks = _blocks(balance(tokens))
    while blocks and not any(map(weigh, blocks[-1])):
        blocks.pop()
    while blocks and not any(map(weigh, blocks[0])):
        del blocks[0]
    return tuple(token for block in blocks for token in block if token.type not in ("comment", "front_matter"))


def balance(tokens: Sequence[Token]) -> list[Token]:
    """Drop what closes a block that was opened before, close what stays open, drop what holds nothing."""
    result: list[Token] = []
    open_places: list[int] = []
    for token in tokens:
        if token.nesting > 0:
            open_places.append(len(result))
        elif token.nesting < 0:
            if not open_places or _closing(result[open_places[-1]]) != token.type:
                continue
            open_places.pop()
        result.append(token)
    while open_places:
        place = open_places.pop()
        if place == len(result) - 1:
            result.pop()
        else:
            opening = result[place]
            result.append(Token(_closing(opening), opening.tag, -1, markup=opening.markup, block=True))
    return _without_tightness(_in_lists(result))


def unfold(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """The answer without the folds that only say "Answer", or that hold all of it: a card shows it anyway."""
    result: list[Token] = []
    kept: list[bool] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if token.type == "details_open":
            text = _summary(tokens, index)
            kept.append(not (is_answer_label(text) or (index == 0 and is_invitation(text) and _is_whole(tokens))))
            if not kept[-1]:
                index = _behind_summary(tokens, index)
                continue
        elif token.type == "details_close" and kept and not kept.pop():
            index += 1
            continue
        result.append(token)
        index += 1
    return tuple(result)


def answer_fold(tokens: Sequence[Token]) -> int | None:
    """Where a fold begins that hides the answer (`<summary>Answer</summary>`), outside of lists and quotes."""
    depth = 0
    for index, token in enumerate(tokens):
        if token.type == "details_open" and depth == 0 and is_answer_label(_summary(tokens, index)):
            return index
        depth += token.nesting
    return None


def _summary(tokens: Sequence[Token], index: int) -> str:
    summary = next((t for t in tokens[index + 1 : index + 3] if t.type == "inline"), None)
    return plain_text(summary.children or ()) if summary else ""


def _is_whole(tokens: Sequence[Token]) -> bool:
    return sum(token.type == "details_open" for token in tokens) == 1 and tokens[-1].type == "details_close"


def _behind_summary(tokens: Sequence[Token], index: int) -> int:
    while index < len(tokens) and tokens[index].type != "summary_close":
        index += 1
    return index + 1


def _blocks(tokens: Sequence[Token]) -> list[list[Token]]:
    blocks: list[list[Token]] = []
    depth = 0
    for token in tokens:
        if depth == 0:
            blocks.append([])
        blocks[-1].append(token)
        depth = max(0, depth + nesting(token))
    return blocks


def nesting(token: Token) -> int:
    """How many levels deeper it is behind a token; a fold is a level."""
    return token.nesting + _FOLDS.get(token.type, 0)


def _closing(opening: Token) -> str:
    return opening.type.removesuffix("_open") + "_close"


def _in_lists(tokens: list[Token]) -> list[Token]:
    """Items that were cut out of their list in one of their own, with the numbers that they had."""
    result: list[Token] = []
    depth, around = 0, ""
    for token in tokens:
        begins_item = token.type == "list_item_open"
        if depth == 0 and around and not begins_item:
            result.append(_end_of(around))
            around = ""
        if depth == 0 and not around and begins_item:
            around = "ordered" if token.info else "bullet"
            attrs: dict[str, str | int | float] = {"start": int(token.info)} if token.info.isdecimal() else {}
            tag = "ol" if token.info else "ul"
            result.append(
                Token(f"{around}_list_open", tag, 1, attrs=attrs, map=token.map, markup=token.markup, block=True)
            )
        result.append(token)
        depth += token.nesting
    return [*result, _end_of(around)] if around else result


def _end_of(kind: str) -> Token:
    return Token(f"{kind}_list_close", "ol" if kind == "ordered" else "ul", -1, block=True)


def _without_tightness(tokens: list[Token]) -> list[Token]:
    """Paragraphs of a tight list are hidden; outside of their list they are not."""
    lists = 0
    for index, token in enumerate(tokens):
        if token.type in _LISTS:
            lists += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists -= 1
        elif token.hidden and not lists and token.type.startswith("paragraph"):
            tokens[index] = token.copy(hidden=False)
    return tokens
