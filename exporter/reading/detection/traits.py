"""What can be said of each candidate in numbers, before anything is chosen.

In: a page and its candidates. Out: `Field`, a row of numbers for each candidate, by the names in `TRAITS`. Each number is
one that a careful person looks at too: whether the line asks, what stands below it, what the others of its class do.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import log1p

from exporter.reading.detection.ends import find_labels
from exporter.reading.detection.forms import Candidate, Form
from exporter.reading.detection.notes_or_project import read_subject
from exporter.reading.markdown import plain_text
from exporter.reading.page.page import Page
from exporter.reading.page.wording import (
    Style,
    asking,
    column_role,
    fold,
    is_answer_label,
    is_contents,
    is_epilogue,
    is_role,
    is_summary,
    names_part,
    read_wording,
)

_NEVER = (is_contents, is_epilogue, is_summary)
"""What a text may say that asks nothing."""
_TITLES = (Form.HEADING, Form.BOLD, Form.PARAGRAPH)
"""What may say what kinds of questions follow."""

OWN_PROSE = 40
"""Characters of explanation that make a card of a heading with questions beneath it (facts/notes.md)."""

_SHORT, _LONG = 32, 120
"""Characters of a term at most, and of more than a question."""
_LABEL = re.compile(r"[*_\s]*+([^:：*\n]{1,24})[*_]*+\s*+[:：]")
_MARKED = (Form.HEADING, Form.BOLD)

TRAITS = (
    "one", *(f"is {form}" for form in Form),
    "asks", "asks by words", "prefixed", "numbered", "sectioned", "chapter", "listed style",
    "length", "short", "ends with a colon", "role", "epilogue", "repeated", "named by contents", "not in contents",
    "own mass", "empty", "little", "own prose", "own prose 40", "whole mass", "leaf", "only groups", "substance",
    "answer label", "code first", "list first", "depth", "height", "alone on its level", "first", "asking inside",
    "class size", "class asks", "class answered", "class numbered", "class prose", "class covers", "class short",
    "class leaf", "class mass", "class evenness", "class repeats",
    "item asks", "item class covers", "bold asks", "bold class asks", "lead class covers", "row short", "heading leaf",
    "heading asks", "heading class asks", "heading own prose", "heading file asks", "item file asks", "bold file asks",
    "bold class covers", "heading in asking", "item in asking", "item class short",
    "form covers", "item form covers", "row form covers", "item is term", "row of terms", "row cells", "below a question",
    "heading below a question", "below a number", "file share", "like a sentence", "long", "rows below",
    "link", "item link",
)  # fmt: skip
"""The numbers of a candidate, by name. A weight of each lies in `weights.json`."""


@dataclass(frozen=True, slots=True)
class Local:
    """What a candidate is by itself. `until` is where its answer ends if its class is chosen; masses are characters.

    An `echo` is the heading of a key that repeats a question.
    """

    asks: float
    style: Style
    own: int
    whole: int
    prose: int
    until: int
    leaf: bool
    never: bool
    answered: bool
    short: bool
    folded: str
    echo: bool


@dataclass(frozen=True, slots=True)
class Field:
    """All candidates of a page, with what is known of each."""

    page: Page
    candidates: tuple[Candidate, ...]
    locals: tuple[Local, ...]
    rows: tuple[tuple[float, ...], ...] = field(repr=False)
    total: int
    file: tuple[float, ...]
    groups: dict[tuple[str, ...], tuple[int, ...]]


def read_field(page: Page, candidates: tuple[Candidate, ...]) -> Field:
    """Look at every candidate, its class and its file."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for index, candidate in enumerate(candidates):
        groups.setdefault(candidate.group, []).append(index)
    found = _locals(page, candidates, groups)
    total = max(1, page.mass[-1] - sum(page.content(start, stop) for start, stop in page.contents.ranges))
    file = _file(page, candidates, found, total)
    repeats = Counter(local.folded for c, local in zip(candidates, found, strict=True) if c.form is not Form.FILE)
    shared = {name: _class(found, members, repeats, total) for name, members in groups.items()}
    around = _Around(
        page, candidates, found, repeats, total, _form_covers(candidates, found, total), _above(candidates)
    )
    rows = tuple(_row(around, index, shared[candidate.group], file) for index, candidate in enumerate(candidates))
    return Field(page, candidates, found, rows, total, file, {name: tuple(members) for name, members in groups.items()})


def _locals(page: Page, candidates: Sequence[Candidate], groups: dict[tuple[str, ...], list[int]]) -> tuple[Local, ...]:
    labels = find_labels(page)
    following: dict[int, int] = {}
    for members in groups.values():
        for index, after in zip(members, [*members[1:], None], strict=True):
            following[index] = candidates[after].start if after is not None else len(page.tokens)
    found: list[Local] = []
    asked: dict[str, int] = {}
    for index, c in enumerate(candidates):
        near = page.next_mark(c.start) if c.form in _MARKED else c.end
        until = min(c.end, following[index])
        own = c.inside + page.content(c.stop, min(near, until))
        whole = c.inside + page.content(c.stop, c.end)
        prose = c.inside + page.explanation(c.stop, min(near, until))
        wording = read_wording(c.text)
        style = wording.style if wording.style is not Style.PLAIN or not c.number else Style.NUMBER
        folded = fold(c.text)
        never = folded in labels or any(says(c.text) for says in _NEVER)
        never = never or (c.form in _TITLES and not c.number and names_part(c.text))
        leaf = near >= c.end
        short = len(c.text) <= _SHORT
        asks = asking(c.text)
        # A key at the end repeats the questions one level deeper.
        echo = c.form is Form.HEADING and asks == 1 and asked.setdefault(folded, c.level) < c.level
        if echo and found and not found[-1].own:  # the heading of the key
            found[-1] = replace(found[-1], never=True)
        found.append(Local(asks, style, own, whole, prose, until, leaf, never or echo, own > 0, short, folded, echo))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Class:
    """What the members of a class have in common; shares are 0 to 1."""

    size: int
    asks: float
    answered: float
    numbered: float
    prose: float
    covers: float
    short: float
    leaf: float
    mass: float
    evenness: float
    repeats: float


def _class(found: Sequence[Local], members: Sequence[int], repeats: Counter[str], total: int) -> _Class:
    size = len(members)
    mine = [found[index] for index in members]
    owns = sorted(local.own for local in mine)
    median = owns[size // 2]
    spread = sum(abs(log1p(own) - log1p(median)) for own in owns) / size
    return _Class(
        size,
        sum(local.asks for local in mine) / size,
        sum(local.answered for local in mine) / size,
        sum(local.style in (Style.PREFIX, Style.NUMBER, Style.DECIMAL) for local in mine) / size,
        sum(local.prose >= OWN_PROSE for local in mine) / size,
        min(1.0, sum(owns) / total),
        sum(local.short for local in mine) / size,
        sum(local.leaf for local in mine) / size,
        log1p(median),
        1 / (1 + spread),
        sum(repeats[local.folded] > 1 for local in mine) / size,
    )


def _form_covers(candidates: Sequence[Candidate], found: Sequence[Local], total: int) -> dict[Form, float]:
    """The share of a file that stands in answers to the candidates of each form that stand in no other one of it."""
    sums: dict[Form, int] = {}
    ends: dict[Form, int] = {}
    for c, local in zip(candidates, found, strict=True):
        if c.start >= ends.get(c.form, 0):
            sums[c.form] = sums.get(c.form, 0) + local.own + (len(c.text) if c.form is not Form.FILE else 0)
            if c.form not in _MARKED:
                ends[c.form] = c.end if c.form is Form.ITEM else c.stop
    return {form: min(1.0, mass / total) for form, mass in sums.items()}


def _above(candidates: Sequence[Candidate]) -> list[int]:
    """For each candidate the heading that it stands below, -1 where none is."""
    above: list[int] = []
    open_: list[int] = []
    for index, c in enumerate(candidates):
        while open_ and candidates[open_[-1]].end <= c.start:
            open_.pop()
        above.append(open_[-1] if open_ and candidates[open_[-1]].start < c.start else -1)
        if c.form is Form.HEADING:
            open_.append(index)
    return above


def _file(page: Page, candidates: Sequence[Candidate], found: Sequence[Local], total: int) -> tuple[float, ...]:
    """Mass, share of headings that ask, how many headings, and what the file is about."""
    marked = [local for c, local in zip(candidates, found, strict=True) if c.form in _MARKED]
    asks = sum(local.asks for local in marked) / max(1, len(marked))
    places = {c.start for c, local in zip(candidates, found, strict=True) if local.asks == 1 and local.whole}
    answered = len(places)
    return (log1p(total), asks, log1p(len(marked)), *read_subject(page, answered))


@dataclass(frozen=True, slots=True)
class _Around:
    page: Page
    candidates: Sequence[Candidate]
    found: Sequence[Local]
    repeats: Counter[str]
    total: int
    covers: dict[Form, float]
    above: list[int]
    levels: list[int] = field(init=False)
    alone: frozenset[int] = field(init=False)
    starts: list[int] = field(init=False)
    asked: list[int] = field(init=False)

    def __post_init__(self) -> None:
        levels = Counter(c.level for c in self.candidates if c.form is Form.HEADING)
        object.__setattr__(self, "levels", sorted(levels))
        object.__setattr__(self, "alone", frozenset(level for level, count in levels.items() if count == 1))
        object.__setattr__(self, "starts", [c.start for c in self.candidates])
        asked = [0]
        for local in self.found:
            asked.append(asked[-1] + (local.asks == 1))
        object.__setattr__(self, "asked", asked)


def _row(around: _Around, index: int, shared: _Class, file: tuple[float, ...]) -> tuple[float, ...]:
    page, c, local = around.page, around.candidates[index], around.found[index]
    form = c.form
    listed = float(c.form in _MARKED and any(page.contents.lists(mark) for mark in page.marks_at(c.start)))
    inside = around.asked[bisect_left(around.starts, c.end)] - around.asked[index + 1]
    heading, bold, item, lead = (float(form is f) for f in (Form.HEADING, Form.BOLD, Form.ITEM, Form.LEAD))
    rank = around.levels.index(c.level) if form is Form.HEADING else 6
    height = len(around.levels) - 1 - rank if form is Form.HEADING else 0
    first = page.tokens[c.stop].type if c.stop < len(page.tokens) else ""
    groups = not local.own and local.whole > 0
    asks = float(local.asks == 1)
    by_words = float(local.asks not in (0, 1))
    mass_asks, many = file[1], float(inside >= 2)
    over = around.found[around.above[index]] if around.above[index] >= 0 else None
    below = float(over is not None and over.asks == 1)
    counted = float(over is not None and over.style in (Style.PREFIX, Style.NUMBER))
    row, link = float(form is Form.ROW), float(_is_link(page, c))
    covers = around.covers[form]
    return (
        1.0, *(float(form is f) for f in Form),
        asks, by_words, float(local.style is Style.PREFIX), float(local.style is Style.NUMBER),
        float(local.style is Style.DECIMAL), float(local.style is Style.CHAPTER), float(local.style is Style.LIST),
        log1p(len(c.text)), float(local.short), float(c.text.endswith((":", "："))), float(is_role(c.text)),
        float(local.never), float(around.repeats[local.folded] > 1), listed, float(bool(page.contents) and not listed),
        log1p(local.own), float(local.own == 0), float(local.own < 15), log1p(local.prose),
        float(local.prose >= OWN_PROSE), log1p(local.whole), float(local.leaf), float(groups),
        min(1.0, local.prose / max(1, local.own)), float(_labelled(page, c)),
        float(first in ("fence", "code_block", "math_block")), float(first.endswith("list_open")),
        float(rank), float(height), float(form is Form.HEADING and c.level in around.alone), float(index == 0),
        log1p(max(0, inside)),
        log1p(shared.size), shared.asks, shared.answered, shared.numbered, shared.prose, shared.covers, shared.short,
        shared.leaf, shared.mass, shared.evenness, shared.repeats,
        item * local.asks, item * shared.covers, bold * local.asks, bold * shared.asks, lead * shared.covers,
        float(form is Form.ROW) * float(local.short), heading * local.leaf, heading * local.asks,
        heading * shared.asks, heading * float(local.prose >= OWN_PROSE), heading * mass_asks, item * mass_asks,
        bold * mass_asks, bold * shared.covers, heading * many, item * many, item * shared.short,
        covers, item * covers, row * covers, item * (c.group[-1] == "term"), row * (column_role(c.group[-1]) in ("front", "language")),
        row * _cells(page, c), below, heading * below, counted, min(1.0, local.own / around.total),
        float(c.text.endswith((".", "。", ";", "；", ","))), float(len(c.text) > _LONG), float(first == "table_open"),
        link, item * link,
    )  # fmt: skip


def _cells(page: Page, candidate: Candidate) -> float:
    """How many cells a row has beyond two."""
    cells = sum(token.type == "td_open" for token in page.tokens[candidate.start : candidate.stop])
    return max(0, min(cells, 6) - 2) / 4


def _is_link(page: Page, candidate: Candidate) -> bool:
    """Whether a candidate begins with a link that leads out of the page, as the entries of a list of links do."""
    for token in page.tokens[candidate.start : candidate.stop]:
        for child in token.children or ():
            if child.type == "link_open":
                return not str(child.attrs.get("href", "")).startswith("#")
            if child.type == "image" or child.content.strip():
                break
    return False


def _labelled(page: Page, candidate: Candidate) -> bool:
    """Whether the answer begins with a word that says so: 答：, **Answer:**, a heading "Answer"."""
    for token in page.tokens[candidate.stop : candidate.stop + 4]:
        if token.type == "inline":
            if (match := _LABEL.match(token.content)) and is_answer_label(match[1]):
                return True
            return len(token.content) < 40 and is_answer_label(plain_text(token.children or ()))
    return False
