"""What the form of a file left over: questions in other forms, where it is silent.

In: a page and its questions. Out: more questions. Each stands outside of every answer, and needs no class of its own to
be seen: it has a question mark and an answer, a gap, it is a row below a head that says "term", or it stands in a glossary.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

from exporter.reading.detection.ends import place_marks, sections
from exporter.reading.detection.forms import Form
from exporter.reading.detection.forms.candidate import Candidate
from exporter.reading.detection.traits import Field
from exporter.reading.dialects import cloze, term_lines, told_lines
from exporter.reading.dialects.dialect import Question
from exporter.reading.markdown import plain_text
from exporter.reading.page.marks import Kind
from exporter.reading.page.page import Page
from exporter.reading.page.wording import asks, is_glossary, is_question_label, name_sides

_TERMS = ("term", "emphasised")
"""Ways to write a line that begins with its term."""
_SIGNED_GROUPS = (
    (str(Form.DEFINITION),),
    *((str(Form.EXPLICIT), dialect.DIALECT.rule) for dialect in (term_lines, told_lines)),
)
_SIGNED = re.compile(r"[*_=]{1,3}[^*_=\n]{1,60}(?:[:：][*_=]{1,3}|[*_=]{1,3}\s*(?:[:：]|[–—-]\s))")
"""A term in emphasis with a sign behind it: `**Cell**: …`, `*Tissue:* …`."""
_LETTERS = 3
"""Characters of a heading that divides a glossary: `A`, `A–C`."""
_LONGEST = 40
"""Characters of a term."""


class Answered:
    """The places of a page that stand in a question or in its answer."""

    def __init__(self, page: Page, questions: Sequence[Question]) -> None:
        ends = {mark.start for mark in sections(place_marks(page, questions))}
        ends |= {question.end for question in questions if question.end is not None}
        starts = {question.start for question in questions}
        self._edges = sorted(ends | starts)
        self._starts = starts

    def __contains__(self, place: int) -> bool:
        edge = bisect_right(self._edges, place) - 1
        return edge >= 0 and self._edges[edge] in self._starts


def find_silent(
    page: Page, taken: Sequence[Question], questions: Sequence[Question], *, sure: bool = False
) -> tuple[Question, ...]:
    """Those of `questions` that ask and stand in no answer of the questions `taken`. `sure`: they need not ask."""
    answered = Answered(page, taken)
    return tuple(q for q in questions if q.start not in answered and (sure or asks(q.title.text)))


REST = "+rest"
"""What stands behind the name of a rule where questions of other forms stand beside those of the rule."""


def with_left_over(found: Field, questions: Sequence[Question]) -> tuple[Question, ...]:
    """The questions, and those of other forms that stand in none of their answers, in order.

    A heading that says "glossary" asks nothing where terms stand below it: they do.
    """
    questions = _without_glossaries(found, questions)
    starts = sorted(question.start for question in questions)
    more: list[Question] = []
    for candidate in _plain(found, questions) if questions else ():
        if more and candidate.start < more[-1].stop:
            continue
        if more and candidate.start < (more[-1].end or 0):
            if candidate.form is Form.ITEM:  # a bullet of the answer
                continue
            more[-1] = replace(more[-1], end=candidate.start)
        place = bisect_right(starts, candidate.start)
        end = min(candidate.end, starts[place]) if place < len(starts) else candidate.end
        question = candidate.ask()
        more.append(replace(question, end=min(end if question.end is None else question.end, end)))
    read = sorted((*questions, *more), key=lambda question: question.start)
    gaps = find_silent(found.page, read, cloze.GAPS.find_proven(found.page), sure=True) if read else ()
    return tuple(sorted((*read, *gaps), key=lambda question: question.start))


def _without_glossaries(found: Field, questions: Sequence[Question]) -> Sequence[Question]:
    """The questions without glossaries; each ends the answer above it."""
    if not any(is_glossary(question.title.text) for question in questions):
        return questions
    terms = [candidate.start for candidate in found.candidates if _is_term(candidate)]
    edges = [*_below_glossaries(found.page), len(found.page.tokens)]
    kept: list[Question] = []
    for question in questions:
        stop, following = question.stop, edges[bisect_right(edges, question.start)]
        named = is_glossary(question.title.text) and not asks(question.title.text)
        if not named or bisect_left(terms, stop) == bisect_left(terms, following):
            kept.append(question)
        elif kept and kept[-1].end is None:
            kept[-1] = replace(kept[-1], end=question.start)
    return kept or questions


def _plain(found: Field, questions: Sequence[Question]) -> Iterator[Candidate]:
    """The candidates outside of all answers that need nothing beside them to be seen, or only that the others are terms."""
    answered = Answered(found.page, questions)
    starts = sorted(question.start for question in questions)
    glossaries = _below_glossaries(found.page)
    are_terms = _are_terms(found, starts)
    for candidate, local in zip(found.candidates, found.locals, strict=True):
        if candidate.form is Form.FILE or local.never or not local.own or candidate.start in answered:
            continue
        named = _is_term(candidate) and bisect_left(glossaries, candidate.start) % 2 == 1
        signed = candidate.group in _SIGNED_GROUPS
        told = named or signed or (candidate.form is Form.ROW and _has_heads(found.page, candidate.start))
        term = are_terms and _is_term(candidate) and _SIGNED.match(_words(found.page, candidate))
        if told or term or (local.asks == 1 and _stands_alone(found.page, candidate, starts)):
            yield candidate


def _below_glossaries(page: Page) -> list[int]:
    """Where what stands below headings that say "glossary" begins and ends, by turns. Letters divide it, others end it."""
    edges: list[int] = []
    for mark in page.marks:
        if mark.kind is Kind.BOLD:
            continue
        is_open = len(edges) % 2 == 1
        is_part = is_open and len(mark.title.text) <= _LETTERS
        if is_open and not is_part:
            edges.append(mark.start)
        if is_glossary(mark.title.text):
            edges.append(mark.start)
    return edges


def _are_terms(found: Field, starts: Sequence[int]) -> bool:
    """Whether most of the questions are terms, and ask nothing."""
    pairs = zip(found.candidates, found.locals, strict=True)
    terms = {
        candidate.start
        for candidate, local in pairs
        if _is_term(candidate) and not local.asks and not is_question_label(candidate.text)
    }
    return 2 * sum(start in terms for start in starts) > len(starts)


def _words(page: Page, candidate: Candidate) -> str:
    """The first words of a candidate as they are written."""
    return next(
        (token.content for token in page.tokens[candidate.start : candidate.stop] if token.type == "inline"), ""
    )


def _has_heads(page: Page, row: int) -> bool:
    """Whether the heads of a row's table say what asks and what answers: `Term`, `Meaning`, two languages; and it is no key."""
    if any(key.start <= row < key.stop for key in page.keys):
        return False
    start = next(place for place in range(row, -1, -1) if page.tokens[place].type == "table_open")
    cells = takewhile(lambda token: token.type != "tr_close", page.tokens[start:row])
    heads = (plain_text(cell.children or ()) for cell in cells if cell.type == "inline")
    return name_sides(head for head in heads if len(head) > 1)  # `A` may be an option


def _stands_alone(page: Page, candidate: Candidate, starts: Sequence[int]) -> bool:
    """Whether what asks groups no questions, points to none (`[What is it?](#it)`), and does not lead in to the first.

    A heading above questions that explains something before the first of them is one itself; a title introduces.
    """
    following = bisect_right(starts, candidate.start)
    if candidate.form in (Form.HEADING, Form.BOLD) and following < len(starts) and starts[following] < candidate.end:
        return candidate.level > 1 and page.explanation(candidate.stop, starts[following]) > 0
    if candidate.form in (Form.PARAGRAPH, Form.LEAD) and not following and page.next_mark(candidate.start) <= starts[0]:
        return False
    return any(map(str.isalnum, candidate.text)) and not _points(page, candidate)


def _points(page: Page, candidate: Candidate) -> bool:
    """Whether a candidate is a link into the file above no text of its own, as the entries of contents are."""
    words = next(token for token in page.tokens[candidate.start : candidate.stop] if token.type == "inline")
    first = (words.children or [words])[0]
    points = first.type == "link_open" and str(first.attrs.get("href", "")).startswith("#")
    return points and not page.explanation(candidate.stop, page.next_mark(candidate.start))


def _is_term(candidate: Candidate) -> bool:
    """Whether a candidate is a term beside what it means."""
    is_line = candidate.form in (Form.LEAD, Form.ITEM) and candidate.group[-1] in _TERMS
    return (is_line and len(candidate.text) <= _LONGEST) or candidate.form in (Form.ROW, Form.DEFINITION)
