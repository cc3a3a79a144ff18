"""Options of which nothing says which is right: where they stand as answers, and where an answer names none of them.

In: a page, its questions and what was cut of them. Out: diagnostics.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from exporter.diagnostics import Diagnostic, report
from exporter.model import Card, CardKind, Item
from exporter.reading.dialects.dialect import Question
from exporter.reading.dialects.multiple_choice import read_choice
from exporter.reading.markdown import plain_text
from exporter.reading.page.answer_keys import said_in
from exporter.reading.page.page import Page
from exporter.reading.page.right_options import label_length

_FEWEST = 2
_HALF = 0.5
"""The share of the cards of a file whose answers must be options: below a heading letters count the parts of an answer."""


def find_open_options(page: Page, questions: Iterable[Question], items: Sequence[Item]) -> Iterator[Diagnostic]:
    """What an author should say of options, or has said of one that is not there."""
    for question in questions:
        if said := _named_wrongly(page, question):
            line, words = said
            message = f'"{words}" names no option of "{question.title.text}"'
            yield report("option-missing", page.source.span(line), message, "name one that stands below the question")
    cards = [item for item in items if isinstance(item, Card)]
    headings = {page.line(mark.start) + 1 for mark in page.marks}
    found = [c for c in cards if c.kind is CardKind.BASIC and c.span.line not in headings and _are_options(c)]
    if len(found) >= _FEWEST and len(found) >= _HALF * len(cards):
        message = f"the options of {len(found)} questions became their answers: nothing says which are right"
        hint = 'tick the right one, or write "Answer: B" below it, or "## Answers" with "1. B" at the end'
        yield report("options-unanswered", found[0].span, message, hint)


def without_twice(found: Iterable[Diagnostic], page: Page, questions: Iterable[Question]) -> list[Diagnostic]:
    """What was found, but for questions without an answer of which is said that an option is missing."""
    lines = {page.line(question.start) + 1 for question in questions if _named_wrongly(page, question)}
    return [one for one in found if one.code != "answer-empty" or one.span is None or one.span.line not in lines]


def _named_wrongly(page: Page, question: Question) -> tuple[int, str] | None:
    return _named(page, question) if question.more and not question.back else None


def _named(page: Page, question: Question) -> tuple[int, str] | None:
    """The line (from 0) and the words that say which option is right: below the question, or in a key."""
    for index in range(question.stop, min(question.end or question.stop, len(page.tokens) - 1)):
        text = plain_text(page.tokens[index + 1].children or ()) if page.tokens[index].type == "paragraph_open" else ""
        if label_length(text):
            return page.line(index), text.partition("\n")[0]
    said = said_in(page.keys, question.start, question.title.number)
    key = next((key for key in page.keys if said in key.answers.values()), None)
    return (page.line(key.start), f"{question.title.number}. {said.named}") if key and said.named else None


def _are_options(card: Card) -> bool:
    """Whether an answer is nothing but options."""
    choice = read_choice(card.back.tokens)
    return choice is not None and not (choice.lead or choice.correct or choice.back)
