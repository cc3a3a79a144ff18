"""Lines that are written as questions and are no cards: in the answer of another question, or between questions.

In: the items of a file. Out: each such line with its place and what it looks like. What asks with a question mark is
`asked_elsewhere`'s; here are those that tell by their form: a number that goes on from the card above and is missing
among the cards, a verdict, a gap, a label.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from markdown_it.token import Token

from exporter.model import Body, Card, CardKind, Decision, Item, LeftOut, Prose, Section
from exporter.reading.asked_elsewhere import BETWEEN, answering_bodies, inside_of, shorten
from exporter.reading.dialects.multiple_choice import split_explanation
from exporter.reading.dialects.statements import is_judged
from exporter.reading.markdown import plain_text
from exporter.reading.page.lines import split_lines
from exporter.reading.page.right_options import label_length
from exporter.reading.page.wording import Style, key_line, question_line, read_wording
from exporter.reading.used_keys import used_up
from exporter.source import SourceFile

_GAP = re.compile(r"(?<![A-Za-z_])_{3,}(?![A-Za-z_])|＿{2,}")
_COLON = re.compile("[:：】]")
_WORDS = re.compile(r"[^\W\d_]")


_TERM = re.compile(r"[^\s:：–—.?!,，。](?:[^:：–—.?!。\n]{0,38}[^\s:：–—.?!。])?(?:[:：]\s*| [–—-] )(?!$|//)\S.{2,}")
_FEWEST_TERMS = 3
_DOUBT = 0.5
"""How likely a reading is right at most that leaves out lines that look like questions."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a body: its words, the number before them, "" where none, and where in the file its block stands.

    `is_first`: nothing stands above it. `is_outer`: it stands in no quote and no item of an item.
    """

    text: str
    number: str
    lines: tuple[int, int]
    is_first: bool
    is_outer: bool


def unread_lines(items: Sequence[Item], source: SourceFile) -> Iterator[LeftOut]:
    """The lines that look like questions, in order. Keys whose answers are on cards are none."""
    used = used_up(items)
    numbers = [int(item.number) if isinstance(item, Card) and item.number.isdecimal() else None for item in items]
    following = _following(numbers)
    has_cards = any(isinstance(item, Card) for item in items)
    above = 0
    for place, item in enumerate(items):
        if isinstance(item, Section) or place in used or not has_cards:
            above = 0 if isinstance(item, Section) else above
            continue
        above = numbers[place] or above
        reason = inside_of(item) if isinstance(item, Card) else BETWEEN
        is_open = False  # a question is listed whose answer may follow
        for line in _lines_of(item):
            counts_on = _counts_on(line, above, following[place])
            above += counts_on
            asks = counts_on or _looks_asked(line)
            tells = not asks and _tells(line)
            if asks or (tells and not is_open and not (line.is_first and isinstance(item, Card))):
                yield LeftOut(shorten(line.text), reason, source.find(line.text[:12], *line.lines))
            is_open = asks or (is_open and not tells)


def terms_between(items: Sequence[Item], source: SourceFile) -> Iterator[LeftOut]:
    """Runs of lines below a question, and in no answer, each a word or phrase and what it means: the first of them, in order."""
    used = used_up(items)
    first = next((place for place, item in enumerate(items) if isinstance(item, Card)), len(items))
    for place, item in enumerate(items):
        if place < first or place in used or not isinstance(item, Prose):
            continue
        for is_term, lines in groupby(_lines_of(item), lambda line: line.is_outer and bool(_TERM.fullmatch(line.text))):
            run = list(lines) if is_term else []
            if len(run) >= _FEWEST_TERMS:
                text = f"{shorten(run[0].text)} (and {len(run) - 1} more)"
                yield LeftOut(text, BETWEEN, source.find(run[0].text[:12], *run[0].lines))


def _following(numbers: Sequence[int | None]) -> list[int | None]:
    """The next number behind each."""
    following: list[int | None] = []
    last = None
    for number in reversed(numbers):
        following.append(last)
        last = last if number is None else number
    return following[::-1]


def doubted(decision: Decision, unread: Sequence[LeftOut]) -> Decision:
    """A decision, worth a look where it left lines unread; not that of an author."""
    if not unread or not decision.sure or decision.decided_by == "rule":
        return decision
    return replace(decision, sure=False, confidence=min(decision.confidence, _DOUBT))


def _counts_on(line: _Line, above: int, following: int | None) -> bool:
    """Whether a number is the next after that of the card above, and no card has it: 2 between 1 and 3."""
    if not line.number.isdecimal() or not above or not line.is_outer:
        return False
    return int(line.number) == above + 1 and (following is None or following > above + 1 or following == 1)


def _looks_asked(line: _Line) -> bool:
    """Whether a line says by a label, a verdict or a gap that it asks."""
    if not line.is_outer or label_length(line.text):
        return False
    has_gap = _GAP.search(line.text) is not None and _WORDS.search(line.text) is not None
    return has_gap or question_line(line.text) > 0 or is_judged(line.text)


def _tells(line: _Line) -> bool:
    """Whether a line says by a label that it answers, and does; what stands above it asks."""
    length = label_length(line.text) if line.is_outer and not key_line(line.text) else 0
    is_label = bool(_COLON.search(line.text[:length])) and "::" not in line.text[: length + 1]
    return is_label and any(map(str.isalnum, line.text[length:]))


def _lines_of(item: Item) -> Iterator[_Line]:
    for body in answering_bodies(item):
        is_choice = isinstance(item, Card) and item.kind is CardKind.CHOICE
        tokens = split_explanation(body.tokens) if is_choice else body.tokens
        yield from _read(tokens, body)


def _read(tokens: Iterable[Token], body: Body) -> Iterator[_Line]:
    """The lines of paragraphs and list items. The number of an item is that of its first line."""
    depth = 0
    number, is_first = "", True
    for opening, token in pairwise(tokens):
        if opening.type in ("blockquote_open", "list_item_open", "table_open"):
            depth += 1
            number = opening.info if opening.type == "list_item_open" else ""
        elif opening.type in ("blockquote_close", "list_item_close", "table_close"):
            depth -= 1
        if opening.type != "paragraph_open" or token.type != "inline":
            continue
        first, last = token.map or (body.span.line - 1, body.span.end_line)
        for line in split_lines(token.children or ()):
            text = plain_text(line).strip()
            wording = read_wording(text, spaced=False)
            counted = wording.number if wording.style is Style.NUMBER else ""
            yield _Line(text, number or counted, (first, last), is_first, depth < 2)
            number, is_first = "", False
