"""What asks and is no card of its own: it stands in the answer of another question, or between questions.

In: marks and items of a file. Out: what an author wants to be told of. Nothing is compared by its text: what stands in
which answer, the numbers of its pieces say.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise

from markdown_it.token import Token

from exporter.model import Body, Card, Item, LeftOut, Prose, Section
from exporter.reading.markdown import plain_text
from exporter.reading.markdown.visible_pieces import numbered
from exporter.reading.page.lines import split_lines
from exporter.reading.page.marks import Kind, Mark
from exporter.reading.page.wording import Style, asking, asks, fold, is_epilogue, is_role, is_summary, names_part
from exporter.source import SourceFile

_MARK = re.compile("[?？؟]")
_ENDS_ASKING = re.compile(r"(?m:^)(?>.*?\w).*[?？؟][\s*_\"'”’»）)]*$")
INSIDE = "it stands in the answer of"
BETWEEN = "it stands between the questions"
_LONGEST = 60
_FEWEST_REPEATED = 3
"""So many headings of the same words name a part of each answer."""


def asked_elsewhere(
    marks: Sequence[Mark], items: Sequence[Item], source: SourceFile, labels: Collection[str]
) -> Iterator[LeftOut]:
    """Headings and bold lines that ask, or stand on the level of questions, and are part of an answer or a section.

    `labels` are folded texts of marks that only name a part of every answer.
    """
    fronts, answers = _by_piece(items, front=True), _by_piece(items, front=False)
    asked = {card.span: mark for mark in marks if (card := fronts.get(_first(mark.title.inline)))}
    inside = [(mark, card) for mark in marks if (card := answers.get(_first(mark.title.inline)))]
    counts = Counter(fold(mark.title.text) for mark, _ in inside)
    for mark, card in inside:
        text = mark.title.text
        is_part = fold(text) in labels or counts[fold(text)] >= _FEWEST_REPEATED or is_role(text) or is_epilogue(text)
        if asks(text) or (_is_beside(mark, asked.get(card.span)) and not is_part):
            lines = mark.title.inline.map or (card.back.span.line - 1, card.back.span.end_line)
            yield LeftOut(text, inside_of(card), source.find(text[:12], *lines))
    levels = {mark.level for mark in asked.values() if mark.kind is not Kind.BOLD}
    beside = {(mark.title.inline.map or [-1])[0] + 1 for mark in marks if mark.level in levels}
    yield from _sections(items, beside)


def _is_beside(mark: Mark, question: Mark | None) -> bool:
    """Whether a heading is on the level of a question; one with a number among such as have none counts parts."""
    if question is None or mark.kind is Kind.BOLD or mark.level > question.level:
        return False
    return mark.title.style in (Style.PLAIN, Style.PREFIX, question.title.style)


def asking_lines(marks: Iterable[Mark], items: Iterable[Item], source: SourceFile) -> Iterator[LeftOut]:
    """Lines that are nothing but a question, in an answer or between questions; not the marks among them."""
    known = {_first(mark.title.inline) for mark in marks}
    for item in items:
        reason = inside_of(item) if isinstance(item, Card) else BETWEEN
        for body in answering_bodies(item):
            for opening, words in pairwise(body.tokens):
                if opening.type != "paragraph_open" or not _MARK.search(words.content) or _first(words) in known:
                    continue
                for line in split_lines(words.children or ()):
                    text = plain_text(line).strip()
                    if _ENDS_ASKING.search(text) and not names_part(text):
                        lines = words.map or (body.span.line - 1, body.span.end_line)
                        yield LeftOut(shorten(text), reason, source.find(text[:12], *lines))


def answering_bodies(item: Item) -> Iterator[Body]:
    """What a card answers, or what stands between the questions; nothing of a heading."""
    if isinstance(item, Card):
        yield from filter(None, (item.back, item.extra))
    elif isinstance(item, Prose):
        yield item.body


def _sections(items: Sequence[Item], beside: Collection[int]) -> Iterator[LeftOut]:
    """Sections that ask, or stand on the level of questions, and have text right below them.

    It answers them, or introduces what follows. `beside` are the lines of headings on the level of questions.
    """
    for item, below in pairwise(items):
        if not isinstance(item, Section) or not isinstance(below, Prose):
            continue
        is_part = is_epilogue(item.text) or is_role(item.text) or is_summary(item.text)
        is_asked = asking(item.text) == 1 or (item.span.line in beside and not is_part)
        if is_asked and not names_part(item.text):
            yield LeftOut(item.text, "it is read as a section, not as a question", item.span)


def _by_piece(items: Iterable[Item], *, front: bool) -> dict[int, Card]:
    return {
        piece.meta["piece"]: card
        for card in items
        if isinstance(card, Card)
        for body in ((card.front,) if front else (card.back, card.extra))
        if body
        for token in body.tokens
        for piece in numbered(token)
    }


def _first(inline: Token) -> int:
    piece = next(numbered(inline), None)
    return piece.meta["piece"] if piece else -1


def inside_of(card: Card) -> str:
    """Why a line is no card: it stands in the answer of one."""
    return f'{INSIDE} "{shorten(card.text)}"'


def shorten(text: str) -> str:
    """The beginning of a line, as it is listed."""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
