"""Chapters → what templates see of them: numbered questions, sections and prose as HTML."""

from __future__ import annotations

import math

from markupsafe import Markup

from exporter.anchors import anchor_of
from exporter.html import Gaps
from exporter.markdown import has_gaps, plain_text
from exporter.model import Body, Book, Card, CardKind, Chapter, Prose, Section
from exporter.pages.bodies import Bodies, split_question
from exporter.pages.heads import in_words
from exporter.pages.page import PageChapter, PageItem
from exporter.pages.shapes import width_of
from exporter.reader import language

_LINE = 58
"""How many Latin characters (half as many Chinese) one writes by hand on a line of A4."""


def number_cards(book: Book) -> dict[tuple[str, int], int]:
    """The number of each card by (chapter path, position): one sequence for the whole book, in all its volumes."""
    places = [(c.source.path, i) for c in book.chapters for i, item in enumerate(c.items) if isinstance(item, Card)]
    return {place: number for number, place in enumerate(places, 1)}


def spoken(chapter: Chapter) -> str:
    """The language that a chapter is set in: an English one in a Chinese deck is hyphenated, and spaced as English.

    `lang` in deck.toml is the deck's; it also says which Chinese, but not that everything is.
    """
    own = chapter.lang.partition("-")[0].lower()
    found = language(chapter.source.text)
    is_foreign = found == "en" if own in ("zh", "ja", "ko") else own == "en" and found != "en"
    return found if is_foreign else chapter.lang


def render_chapter(
    chapter: Chapter, bodies: Bodies, numbers: dict[tuple[str, int], int], number: int = 1
) -> PageChapter:
    """A chapter as a template sees it: the one with this number."""
    items: list[PageItem] = []
    for position, item in enumerate(chapter.items):
        anchor = anchor_of(chapter, position)
        match item:
            case Section():
                items.append(
                    PageItem(
                        "section", anchor, level=item.level, title=bodies.inline(item.title, chapter), text=item.text
                    )
                )
            case Prose():
                items.append(PageItem("prose", anchor, body=bodies.block(item.body, chapter)))
            case Card():
                items.append(render_card(item, chapter, bodies, anchor, numbers[chapter.source.path, position]))
    anchor = anchor_of(chapter)
    return PageChapter(anchor, chapter.title, spoken(chapter), tuple(items), number, chapter.source.path)


def render_card(card: Card, chapter: Chapter, bodies: Bodies, anchor: str, number: int) -> PageItem:
    """A question as a template sees it."""
    question, rest = split_question(card.front)
    is_cloze = card.kind is CardKind.CLOZE
    asked = Gaps.HIDDEN if is_cloze else Gaps.SHOWN
    bodies.math_text += in_words(card.text)  # the running head
    answer = bodies.block(card.back, chapter)
    if is_cloze:
        passage = [bodies.block(part, chapter) for part in (question, rest) if has_gaps(part.tokens)]
        answer = Markup("\n").join([*passage, answer])
    correct = [bool(token.meta["correct"]) for token in card.front.tokens if "correct" in token.meta]
    return PageItem(
        "card", anchor, number=number, label=card.number, is_cloze=is_cloze,
        title=bodies.inline(question, chapter, asked), text=card.text, body=bodies.block(rest, chapter, asked),
        answer=answer, hint=bodies.block(card.hint, chapter), extra=bodies.block(card.extra, chapter), tags=card.tags,
        choices=len(correct), right=", ".join(chr(65 + i) for i, is_right in enumerate(correct) if is_right),
        lines=_lines(card),
    )  # fmt: skip


def _lines(card: Card) -> int:
    """How many lines an answer takes by hand: more for a longer one, but one does not write a page."""
    if card.kind in (CardKind.CHOICE, CardKind.CLOZE):
        return 0
    width = width_of(_text(card.back))
    return 1 if width <= _LINE // 3 else max(2, min(8, math.ceil(2.0 * math.sqrt(width / _LINE))))


def _text(body: Body) -> str:
    return " ".join(
        plain_text(token.children or ()) or token.content for token in body.tokens if token.type in ("inline", "fence")
    )
