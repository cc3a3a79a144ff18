"""Cutting a page into sections, prose and cards, in source order.

In: a page and its questions. Out: items, what was left out, and diagnostics. Nothing of the page is lost: what is no
section, no card and no table of contents is prose.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from markdown_it.token import Token

from exporter.diagnostics import Diagnostic, report
from exporter.model import Card, Item, LeftOut, Prose, Section
from exporter.reading.cutting.answers import read_sides
from exporter.reading.cutting.bodies import clean, read_body
from exporter.reading.cutting.sides import Sides
from exporter.reading.detection.ends import place_marks, sections
from exporter.reading.dialects.dialect import Question
from exporter.reading.markdown.block_ids import block_names
from exporter.reading.page.contents import Range
from exporter.reading.page.front_matter import FrontMatter
from exporter.reading.page.marks import Kind, Mark
from exporter.reading.page.overrides import Overrides, check_overrides
from exporter.reading.page.page import Page
from exporter.reading.page.question_titles import read_title, shown_name, with_number
from exporter.reading.page.tool_data import MOST_TAGS, Foreign, read_file, read_foreign
from exporter.reading.page.wording import Style
from exporter.reading.text_fingerprints import answer_text, grams, render_sketch
from exporter.source import Span

_REASONS = {
    "answer-empty": "it has no answer",
    "answer-placeholder": "its answer is still to be written",
    "answer-link": "its answer is nothing but a link",
    "question-excluded": "it is marked no-card",
    "heading-missing": "the contents name it, but it is no heading here",
}
_STYLE_RANK = {Style.CHAPTER: 0, Style.LIST: 1}


@dataclass(slots=True)
class _Cutter:
    """The walk through a page. `path` are the headings above: level, rank within the level, text, is a section, tags.

    `asked` are the places of questions, `divided` the ids of comments that divide answers. `deck` and `tags` are what
    holds where the walk has come to, `file_tags` what holds everywhere.
    """

    page: Page
    overrides: Overrides
    file_tags: tuple[str, ...]
    deck: str = ""
    tags: tuple[str, ...] = ()
    items: list[Item] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    path: list[tuple[int, int, str, bool, tuple[str, ...]]] = field(default_factory=list)
    asked: set[int] = field(default_factory=set)
    divided: set[int] = field(default_factory=set)

    def add_prose(self, start: int, stop: int) -> None:
        """Keep what stands between two places."""
        said = read_foreign(self.page.tokens[start:stop])
        if said.deck or said.tags:
            self.deck, self.tags = said.deck or self.deck, said.tags
        if not self.asked:  # above the first question they are the file's
            self.add_file_tags(said)
        tokens = clean(self.page.tokens[start:stop])
        if tokens:
            self.items.append(Prose(read_body(self.page.source, tokens)))

    def add_file_tags(self, said: Foreign) -> None:
        """Hashtags of the title, and of what stands above all questions."""
        self.file_tags = (*self.file_tags, *said.hashtags)[:MOST_TAGS]

    def add_section(self, mark: Mark) -> None:
        """A heading that groups questions, or that stands among them."""
        rank = _STYLE_RANK.get(mark.title.style, 2)
        while self.path and self.path[-1][:2] >= (mark.level, rank):
            self.path.pop()
        tags = read_foreign(self.page.tokens[mark.start : mark.stop]).hashtags
        self.path.append((mark.level, rank, mark.title.full, True, tags))
        level = sum(is_section for _, _, _, is_section, _ in self.path)
        inline = self.page.tokens[mark.start + 1]
        title = read_body(self.page.source, (inline,))
        self.items.append(Section(level, title, mark.title.full, mark.anchors, self.span(mark.start, mark.title.full)))

    def add_question(self, question: Question, end: int, *, groups: bool) -> None:
        """A card, or a question that is left out. `groups`: deeper questions follow."""
        words = self.overrides.words.get(question.start, frozenset())
        sides = read_sides(self.page, question, end, words, all_cloze=self.overrides.all_cloze)
        self.asked.add(question.start)
        self.divided |= sides.comments
        fault = "question-excluded" if (question.start, "no-card") in self.overrides else sides.fault
        while self.path and not self.path[-1][3] and self.path[-1][0] >= question.level:
            self.path.pop()
        if not fault:
            card = self.card(question, sides, read_foreign(_around(self.page, question.start, end)), end)
            self.items.append(card)
            self.diagnostics += [report(c.code, card.span, c.message, c.hint) for c in sides.complaints]
            self.path.append((question.level, 2, question.title.text, False, ()))
            return
        self.leave_out(question, fault)
        mark = next((m for m in self.page.marks_at(question.start) if groups), None)
        if mark:
            self.add_section(mark)
            self.add_prose(question.stop, end)
        else:
            self.add_prose(question.start, end)

    def leave_out(self, question: Question, fault: str) -> None:
        """Say what became no card, and why."""
        span = self.span(question.start, question.title.full, question.title.inline)
        reason = _REASONS[fault]
        self.left_out.append(LeftOut(question.title.text, reason, span))
        self.diagnostics.append(report(fault, span, f'"{_short(question.title.full)}": {reason}'))

    def card(self, question: Question, sides: Sides, said: Foreign, end: int) -> Card:
        """Assemble a card. `said` is what other tools keep for it, `end` where its answer ends."""
        title = question.title
        lines = list(title.inline.map or self.page.tokens[question.start].map or [0, 1])
        opening = Token("paragraph_open", "p", 1, map=lines, block=True)
        closing = Token("paragraph_close", "p", -1, block=True)
        inline = sides.head.copy(level=1)
        above = (tag for *_, tags in self.path for tag in tags)
        source = self.page.source
        front, back = read_body(source, (opening, inline, closing, *sides.more)), read_body(source, sides.back)
        return Card(
            kind=sides.kind,
            key=title.key,
            number=title.number,
            text=title.text or shown_name(title),
            front=front,
            back=back,
            hint=read_body(source, sides.hint) if sides.hint else None,
            extra=read_body(source, sides.extra) if sides.extra else None,
            sections=tuple(text for _, _, text, _, _ in self.path),
            tags=tuple(
                dict.fromkeys((*self.file_tags, *self.tags, *above, *question.tags, *said.tags, *said.hashtags))
            ),
            anchors=tuple(dict.fromkeys((*question.anchors, *title.anchors, *_anchors(self.page, question, end)))),
            span=self.span(question.start, title.full, title.inline),
            sketch=render_sketch(grams(answer_text(sides.kind, front, back))),
            deck=question.deck or said.deck or self.deck,
            foreign_ids=(*question.foreign_ids, *said.ids),
        )

    def span(self, start: int, text: str, inline: Token | None = None) -> Span:
        """The line of a mark, and the column where its words begin. They may stand below what a tool begins it with."""
        token = self.page.tokens[start]
        line, end = token.map or (self.page.line(start), self.page.line(start) + 1)
        if inline is not None and inline.map and inline.map[0] >= end:
            line, end = inline.map
        source = self.page.source
        written = source.lines[line] if line < len(source.lines) else ""
        column = max(written.rfind(text[:12]) if text else 0, 0)
        return source.span(line, end, column + 1)


def cut_items(
    page: Page, questions: Sequence[Question], overrides: Overrides, *, title: Mark | None, matter: FrontMatter
) -> tuple[list[Item], list[LeftOut], list[Diagnostic]]:
    """Walk through the page and put everything where it belongs."""
    said = read_file(page.source.text)
    cutter = _Cutter(page, overrides, (*matter.tags, *said.tags), matter.deck or said.deck)
    position = 0
    lost = frozenset(page.lost)
    edges = list(_edges(page, _told_apart(page, questions)))
    for number, (start, edge) in enumerate(edges):
        if start < position:
            continue
        cutter.add_prose(position, start)
        following = next((s for s, _ in edges[number + 1 : number + 2]), len(page.tokens))
        if isinstance(edge, Question):
            position = edge.end if edge.end is not None else following
            deeper = edges[number + 1][1] if number + 1 < len(edges) else None
            groups = isinstance(deeper, Question) and deeper.level > edge.level
            cutter.add_question(edge, position, groups=groups)
        elif isinstance(edge, Mark):
            position = edge.stop
            if edge is title:
                cutter.add_file_tags(read_foreign(page.tokens[edge.start : edge.stop]))
            else:
                cutter.add_section(edge)
        else:
            position = edge[1]
            if edge in lost:
                cutter.leave_out(Question(*edge, read_title(page.tokens[start + 3])), "heading-missing")
    cutter.add_prose(position, len(page.tokens))
    _drop_repetitions(cutter)
    cutter.diagnostics.extend(check_overrides(page.source, page.tokens, overrides, cutter.asked, cutter.divided))
    return cutter.items, cutter.left_out, cutter.diagnostics


def _around(page: Page, start: int, end: int) -> Sequence[Token]:
    """A card with the comments of tools that stand right above it, or below it and not right above what follows."""
    tokens = page.tokens
    line = page.line(start)
    while start and tokens[start - 1].type == "comment" and (tokens[start - 1].map or [0, 0])[1] == line:
        start -= 1
        line = page.line(start)
    behind = end
    while behind < len(tokens) and (tokens[behind].type == "comment" or tokens[behind].nesting < 0):
        if tokens[behind].content.startswith("# Note"):  # the head of ki's next note
            break
        behind += 1
    last = next((lines[1] for i in range(end - 1, -1, -1) if not tokens[i].nesting and (lines := tokens[i].map)), 0)
    following = page.line(behind)
    while behind > end and tokens[behind - 1].type == "comment":
        lines = tokens[behind - 1].map or [0, 0]
        if lines[1] != following or lines[0] == last:
            break
        behind -= 1
        following = lines[0]
    return tokens[start:behind]


def _anchors(page: Page, question: Question, end: int) -> Iterator[str]:
    """What else links may call a card: its key, the headings in its answer, the names of its blocks (`^name`)."""
    if question.title.key:
        yield question.title.key
    place = bisect_right(page.marks, question.start, key=lambda mark: mark.start)
    while place < len(page.marks) and page.marks[place].start < end:
        yield from page.marks[place].anchors
        place += 1
    for _, name in block_names(page.tokens[question.start : end]):
        yield f"^{name}".lower()


def _told_apart(page: Page, questions: Sequence[Question]) -> list[Question]:
    """The questions; where numbers do not count, one stays among the words of those that are the same without it.

    So `3. Sinfonie?` and `9. Sinfonie?`; and `1. FC Köln`, the only heading with a number beside others.
    """
    counted = [question for question in questions if question.title.style is Style.NUMBER]
    numbers = [int(q.title.number) for q in counted if q.title.number.isdecimal()]
    if any(second == first + 1 for first, second in pairwise(numbers)):
        return list(questions)
    same = Counter(question.title.text for question in counted)
    lone = len(counted) == 1 and bool(page.marks_at(counted[0].start))
    lone = lone and any(q.level == counted[0].level and q.title.style is Style.PLAIN for q in questions)
    kept = {question.start for question in counted if lone or same[question.title.text] > 1}
    return [replace(q, title=with_number(q.title)) if q.start in kept else q for q in questions]


def _edges(page: Page, questions: Sequence[Question]) -> Iterator[tuple[int, Question | Mark | Range]]:
    """Where something begins that ends what was before."""
    edges: list[tuple[int, Question | Mark | Range]] = [(question.start, question) for question in questions]
    edges += [(mark.start, mark) for mark in sections(place_marks(page, questions)) if mark.kind is not Kind.BOLD]
    edges += [(block[0], block) for block in (*page.contents.ranges, *page.lost)]
    return iter(sorted(edges, key=lambda edge: edge[0]))


def _drop_repetitions(cutter: _Cutter) -> None:
    """What stands twice with the same answer becomes one card, the first. Nothing else is a repetition."""
    known: dict[tuple[object, ...], Card] = {}
    for index, card in enumerate(cutter.items):
        if not isinstance(card, Card):
            continue
        first = known.setdefault(_identity(card), card)
        if first is card:
            continue
        reason = f"it repeats line {first.span.line}, question and answer"
        cutter.left_out.append(LeftOut(card.text, reason, card.span))
        cutter.diagnostics.append(report("question-duplicate", card.span, f'"{_short(card.text)}": {reason}'))
        cutter.items[index] = Prose(read_body(cutter.page.source, (*card.front.tokens, *card.back.tokens)))


def _identity(card: Card) -> tuple[object, ...]:
    """All that a reader sees of a card, and the author's own name for it."""
    bodies = (card.front, card.back, card.hint, card.extra)
    return card.kind, card.key, *(tuple(_visible(body.tokens)) if body else () for body in bodies)


def _visible(tokens: Iterable[Token]) -> Iterator[str]:
    for token in tokens:
        if token.children:
            yield from _visible(token.children)
        else:
            yield f"{token.type} {token.content} {token.info} {token.attrs or ''}{token.meta.get('correct', '')}"


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
