"""Paragraphs that begin with a term, and paragraphs that ask; answered behind the term and below."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from markdown_it.token import Token

from exporter.reading.detection.forms.candidate import Candidate, Form
from exporter.reading.detection.forms.items import behind
from exporter.reading.detection.forms.terms import Term, read_term, without_colon
from exporter.reading.dialects.dialect import Question
from exporter.reading.markdown import plain_text
from exporter.reading.page.marks import is_bold_line
from exporter.reading.page.page import Page
from exporter.reading.page.question_titles import read_title
from exporter.reading.page.wording import Style, asking, is_role, read_wording

_LONGEST = 400
_LONGEST_LABEL = 80


def find_paragraphs(page: Page) -> Iterator[Candidate]:
    """Every paragraph outside of lists and quotes that begins with a term, asks, or has a number."""
    marks = {mark.start for mark in page.marks}
    for index, token in enumerate(page.tokens):
        if token.type != "paragraph_open" or token.level or index in marks or page.contents.covers(index):
            continue
        inline = page.tokens[index + 1]
        end = page.next_mark(index)
        term = read_term(inline.children or ())
        if term is not None:
            words, inside = plain_text(term.front), len(plain_text(term.back))
            group = (str(Form.LEAD), term.way)
            ask = partial(_ask, page, index, term)
            yield Candidate(index, index + 3, end, Form.LEAD, group, 8, words, "", inside, ask)
        elif len(inline.content) <= _LONGEST:
            words = plain_text(inline.children or ())
            if (
                len(words) <= _LONGEST_LABEL
                and is_bold_line(tuple(inline.children or ()), colon=True)
                and not is_role(words)
            ):
                bare = inline.copy(children=without_colon(inline.children or ()))
                group = (str(Form.LEAD), "label")
                yield Candidate(index, index + 3, end, Form.LEAD, group, 8, words, "", 0, partial(_label, index, bare))
                continue
            style = read_wording(words).style
            numbered = style in (Style.PREFIX, Style.NUMBER, Style.DECIMAL)
            if numbered or asking(words) == 1:
                group = (str(Form.PARAGRAPH), str(style) if numbered else "asking")
                ask = partial(_ask, page, index, None)
                yield Candidate(index, index + 3, end, Form.PARAGRAPH, group, 8, words, "", 0, ask)


def _label(start: int, inline: Token) -> Question:
    return Question(start, start + 3, read_title(inline))


def _ask(page: Page, start: int, term: Term | None) -> Question:
    inline = page.tokens[start + 1]
    if term is None:
        return Question(start, start + 3, read_title(inline))
    title = read_title(inline.copy(children=list(term.front)))
    return Question(start, start + 3, title, lead=behind(page.tokens, start, term))
