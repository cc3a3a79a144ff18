"""Gaps: `{{c1::text}}` and `{{c1::text::hint}}`, as Anki writes them.

Unlike Anki, a gap ends where its author meant it to: braces and `::` in code, in formulas and in links are their own,
`{{c1::{x}}}` holds `{x}`, and gaps in gaps are gaps. In a paragraph a gap becomes `cloze_open` and `cloze_close` tokens
(`meta["number"]`, `meta["hint"]`); a formula with gaps gets `meta["pieces"]` (`Pieces`), and `content` without them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline.state_inline import StateInline
from markdown_it.token import Token

from exporter.reading.markdown.math import math_inline

_OPEN = re.compile(r"\{\{c([1-9]\d{0,2}(?:,[1-9]\d{0,2})*)::")
_LINK = re.compile(r"\]\([^()\s]*\)")
_BACKTICKS = re.compile(r"`+")
_BRACES = re.compile(r"\}+")
_CODE_OR_FORMULA = re.compile(
    r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)|\$\$.*?\$\$|\$[^$\n]+\$|\\\(.*?\\\)|\\\[.*?\\\]", re.DOTALL
)
_ENDS = frozenset({"heading_open", "hr", "table_open", "fence", "code_block", "html_block", "math_block", "comment"})
"""A gap goes over none of these."""
_MOST_PARAGRAPHS = 20
MAX_NUMBER = 500
"""Anki makes no card of a higher number."""


@dataclass(frozen=True, slots=True)
class GapMark:
    """Where a gap begins (`number` from 1) or ends (`number` 0, and the hint)."""

    number: int
    hint: str = ""

    @property
    def opens(self) -> bool:
        """Whether a gap begins here."""
        return self.number > 0


Pieces = tuple[str | GapMark, ...]
"""A text with the marks of its gaps between its pieces."""


def shown_forms(pieces: Pieces) -> Iterator[str]:
    """A text as Anki shows it: whole, and for each gap with its hint, or with three dots, in brackets in its place."""
    for number in dict.fromkeys((0, *(piece.number for piece in pieces if isinstance(piece, GapMark)))):
        shown: list[str] = []
        begun: list[tuple[int, int]] = []
        for piece in pieces:
            if isinstance(piece, str):
                shown.append(piece)
            elif piece.opens:
                begun.append((piece.number, len(shown)))
            elif begun:
                hidden, start = begun.pop()
                if hidden == number:
                    shown[start:] = [f"[{piece.hint or '...'}]"]
        yield "".join(shown)


@dataclass(frozen=True, slots=True)
class Gap:
    """A gap in a text: where it begins, where what it hides does, where that ends, and the place behind the gap.

    It has several numbers where it is written `{{c1,2::…}}`.
    """

    start: int
    inner: int
    inner_end: int
    end: int
    numbers: tuple[int, ...]
    hint: str


@dataclass(slots=True)
class _Opened:
    """A gap that is not closed yet: how many single braces are open in it, and where its hint begins (-1: nowhere)."""

    start: int
    inner: int
    numbers: tuple[int, ...]
    braces: int = 0
    hint: int = -1


def find_gaps(text: str, skip: Callable[[int], int], *, hints: bool = True) -> tuple[Gap, ...]:
    """All gaps, in the order in which they begin. `skip(place)` is behind what is no business of ours, or `place`."""
    stack: list[_Opened] = []
    found: list[Gap] = []
    place = 0
    while place < len(text):
        char = text[place]
        if (behind := skip(place)) > place:
            place = behind
        elif char == "{" and (opening := _opening(text, place)):
            stack.append(opening)
            place = opening.inner
        elif stack and char == "}" and (gap := _closing(text, place, stack[-1])):
            found.append(gap)
            stack.pop()
            place = gap.end
        elif stack and hints and stack[-1].hint < 0 and text.startswith("::", place):
            stack[-1].hint = place
            place += 2
        else:
            if stack:
                stack[-1].braces = max(0, stack[-1].braces + (char == "{") - (char == "}"))
            place += 1
    return tuple(sorted(found, key=lambda gap: gap.start))


def _opening(text: str, place: int) -> _Opened | None:
    match = _OPEN.match(text, place)
    numbers = tuple(dict.fromkeys(int(number) for number in match[1].split(","))) if match else ()
    return _Opened(place, match.end(), numbers) if match and max(numbers) <= MAX_NUMBER else None


def _closing(text: str, place: int, opened: _Opened) -> Gap | None:
    """The gap that ends in the run of braces at `place`; None where they close others."""
    match = _BRACES.match(text, place)
    run = len(match[0]) if match else 0
    if run < max(2, opened.braces + 1):
        return None
    inner_end = place + min(opened.braces, run - 2)
    split = opened.hint if opened.hint >= 0 else inner_end
    hint = text[split + 2 : inner_end].strip() if opened.hint >= 0 else ""
    return Gap(opened.start, opened.inner, split, inner_end + 2, opened.numbers, hint)


def cut_gaps(text: str, skip: Callable[[int], int] = lambda place: place, *, hints: bool = True) -> Pieces:
    """A text at its gaps: pieces without braces, and marks. One piece where there is none."""
    marks: list[tuple[int, int, tuple[GapMark, ...]]] = []
    for gap in find_gaps(text, skip, hints=hints):
        marks.append((gap.start, gap.inner, tuple(GapMark(number) for number in gap.numbers)))
        closing = [GapMark(0, gap.hint), *(GapMark(0) for _ in gap.numbers[1:])]
        marks.append((gap.inner_end, gap.end, tuple(closing)))
    pieces: list[str | GapMark] = []
    place = 0
    for start, end, written in sorted(marks, key=lambda mark: mark[:2]):
        pieces += [text[place:start], *written]
        place = end
    pieces.append(text[place:])
    return tuple(piece for piece in pieces if piece) or ("",)


def gap_token(mark: GapMark) -> Token:
    """The token for a mark in a paragraph."""
    if mark.opens:
        return Token("cloze_open", "span", 1, attrs={"class": "cloze"}, meta={"number": mark.number})
    return Token("cloze_close", "span", -1, meta={"hint": mark.hint})


def has_gaps(tokens: Iterable[Token]) -> bool:
    """Whether there is a gap among the tokens, or in a formula or code that says so."""
    for token in tokens:  # noqa: SIM110 - a generator for every token of every list would take twice as long
        if token.type == "cloze_open" or "pieces" in token.meta or (token.children and has_gaps(token.children)):
            return True
    return False


def highest_gap(tokens: Iterable[Token]) -> int:
    """The highest number of a gap among the tokens, or 0."""
    highest = 0
    for token in tokens:
        marks = [piece for piece in token.meta.get("pieces", ()) if isinstance(piece, GapMark)]
        own = [int(token.meta["number"])] if token.type == "cloze_open" else []
        highest = max([highest, highest_gap(token.children or ()), *own, *(mark.number for mark in marks)])
    return highest


def cloze(state: StateInline, silent: bool) -> bool:
    """Push the tokens of one gap, with the Markdown in it."""
    if not state.src.startswith("{{c", state.pos):
        return False
    gap = _gaps_of(state).get(state.pos)
    if gap is None or gap.end > state.posMax:
        return False
    if not silent:
        for number in gap.numbers:
            token = state.push("cloze_open", "span", 1)
            token.attrs, token.meta = {"class": "cloze"}, {"number": number}
        limit = state.posMax
        state.pos, state.posMax = gap.inner, gap.inner_end
        state.md.inline.tokenize(state)
        state.posMax = limit
        for place, _ in enumerate(gap.numbers):
            state.push("cloze_close", "span", -1).meta = {"hint": "" if place else gap.hint}
    state.pos = gap.end
    return True


def _gaps_of(state: StateInline) -> Mapping[int, Gap]:
    """The gaps of a paragraph by where they begin, found once."""
    known: dict[str, dict[int, Gap]] = state.env.setdefault("gaps", {})
    if state.src not in known:
        known[state.src] = {gap.start: gap for gap in find_gaps(state.src, lambda place: _skip_inline(state, place))}
    return known[state.src]


def _skip_inline(state: StateInline, place: int) -> int:
    """Behind the code, formula, escape or link address that begins here."""
    src = state.src
    match src[place]:
        case "`":
            ticks = _BACKTICKS.match(src, place)
            closing = re.compile(rf"(?<!`){ticks[0]}(?!`)").search(src, ticks.end()) if ticks else None
            return closing.end() if closing else ticks.end() if ticks else place
        case "$" | "\\":
            before = state.pos, state.posMax
            state.pos, state.posMax = place, len(src)
            found = math_inline(state, silent=True)
            behind = state.pos if found else place
            state.pos, state.posMax = before
            return behind if behind > place or src[place] == "$" else place + 2
        case "]":
            address = _LINK.match(src, place)
            return address.end() if address else place
    return place


def skip_tex(tex: str) -> Callable[[int], int]:
    """What is skipped in TeX: a backslash with what follows."""
    return lambda place: place + 2 if tex[place] == "\\" else place


def formulas(state: StateCore) -> None:
    """Cut every formula at its gaps."""
    _cut_formulas(state.tokens)


def _cut_formulas(tokens: Sequence[Token]) -> None:
    for token in tokens:
        if token.type in ("math", "math_block") and "{{c" in token.content:
            pieces = cut_gaps(token.content, skip_tex(token.content))
            if len(pieces) > 1:
                token.meta = {**token.meta, "pieces": pieces}
                token.content = "".join(piece for piece in pieces if isinstance(piece, str))
        elif token.children:
            _cut_formulas(token.children)


def spanning(state: StateCore) -> None:
    """`{{c1::` in a paragraph and its `}}` in a later one of the same text: a gap with the same number in each of them."""
    opened: list[Token] = []  # the paragraphs since the one that opens it
    start = ""
    for token in state.tokens:
        if token.type in _ENDS:
            opened = []
        elif token.type == "inline":
            bare = _CODE_OR_FORMULA.sub("", token.content) if "{{c" in token.content or opened else ""
            if opened and "}}" in _without_gaps(bare):
                for paragraph in opened[1:]:
                    paragraph.content = f"{start}{paragraph.content}}}}}"
                opened[0].content += "}}"
                token.content = start + token.content
                opened = []
            elif opened:
                opened = [*opened, token] if len(opened) < _MOST_PARAGRAPHS else []
            elif opening := next(_OPEN.finditer(_without_gaps(bare)), None):
                opened, start = [token], opening[0]


def _without_gaps(text: str) -> str:
    """A text without the gaps that are whole in it."""
    pieces: list[str] = []
    behind = 0
    for gap in find_gaps(text, lambda place: place):
        pieces.append(text[behind : gap.start])
        behind = max(behind, gap.end)
    return "".join((*pieces, text[behind:]))


def install(md: MarkdownIt) -> None:
    """Before everything that could read a brace; formulas once they are there."""
    md.core.ruler.before("inline", "cloze_spanning", spanning)
    md.inline.ruler.before("escape", "cloze", cloze)
    md.core.ruler.push("cloze_formulas", formulas)
