"""Chapters → what templates see of them: numbered questions, sections and prose as HTML.

In: a book, and a way to render chapters. Out: `PageChapter`s. What a chapter takes from outside of it is told first, so
that it can be rendered in another process, and kept.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from exporter.config import Config
from exporter.machinery.html_text import Html, rewrite
from exporter.markup.html import Gaps
from exporter.markup.math import MathBackend
from exporter.model import Body, Book, Card, CardKind, Chapter, Prose, Section
from exporter.print.pages.appearance import Look
from exporter.print.pages.bodies import Bodies, Surroundings, split_question
from exporter.print.pages.book_references import names_in, told_elsewhere
from exporter.print.pages.gaps import SizedGaps
from exporter.print.pages.page import PageChapter, PageItem
from exporter.print.pages.plain_titles import in_words, width_of
from exporter.reading.anchors import anchor_index, anchor_of, find_anchor
from exporter.reading.card_language import card_language
from exporter.reading.dialects.multiple_choice import option_keys, split_explanation
from exporter.reading.language import is_cjk, language
from exporter.reading.markdown import has_gaps, plain_text
from exporter.reading.question_numbers import question_numbers
from exporter.reading.references import addresses
from exporter.reading.used_keys import used_up

_LINE = 58
"""How many Latin characters (half as many Chinese) one writes by hand on a line of A4."""


_LONE_HEAD = re.compile(
    r'<div class="table[^"]*"><table>\s*<thead>(?:(?!</thead>).)*</thead>\s*(?:<tbody>\s*</tbody>)?\s*</table></div>\s*',
    re.DOTALL,
)

_CELL = re.compile(r"<th[^>]*>(.*?)</th>", re.DOTALL)
_LONGEST_NAME = 24
"""So many letters name a column; a cell of more in the head of a table is something to learn, and stays."""

_ROW = re.compile(r"\||<t[rdh]\b", re.IGNORECASE)
"""What a line has that is a row of a table."""


@dataclass(frozen=True, slots=True)
class ChapterJob:
    """A chapter to render, with its surroundings."""

    chapter: Chapter
    around: Surroundings


RenderChapters = Callable[[Sequence[ChapterJob], Look], Sequence[PageChapter]]
"""How a form has its chapters rendered: here and now (`render_here`), or what is not kept in processes (`chapters_ahead`)."""


def plan_chapters(
    book: Book,
    config: Config,
    chapters: Sequence[Chapter] | None = None,
    *,
    links: bool = True,
    volume_titles: Mapping[str, str] | None = None,
) -> tuple[ChapterJob, ...]:
    """Chapters of a book (all of them, where none are named) with their surroundings.

    The questions of a book are counted in one sequence, in all its volumes; where some chapters have numbers of their own,
    those without are counted each for itself. `volume_titles` are by chapter path, for
    chapters that are in another volume.
    """
    firsts: dict[str, int] = {}
    number = 1
    has_own = any(question_numbers(chapter.cards) for chapter in book.chapters)
    for chapter in book.chapters:
        firsts[chapter.source.path] = number
        number += len(chapter.cards)
    index = anchor_index(book.chapters if links else ())
    titles = volume_titles or {}
    shown = book.chapters if chapters is None else chapters
    names = names_in(book, shown, titles) if links else {}
    jobs: list[ChapterJob] = []
    for place, chapter in enumerate(shown, 1):
        path = chapter.source.path
        found = {href: find_anchor(index, path, href) for href in addresses(chapter.links)} if links else {}
        targets = {href: (to[1], titles.get(to[0], "")) for href, to in found.items() if to}
        assets = {a: book.assets[path, a] for a in addresses(chapter.images) if (path, a) in book.assets}
        others = told_elsewhere(chapter, names) if links else {}
        around = Surroundings(
            place,
            firsts[path],
            1 if has_own else firsts[path],
            assets,
            targets,
            config.math.macros,
            links,
            names.get(path, {}),
            others,
        )
        jobs.append(ChapterJob(chapter, around))
    return tuple(jobs)


def render_here(backend: MathBackend) -> RenderChapters:
    """Chapter after chapter, in this process."""
    return lambda jobs, look: [render_chapter(job, look, backend) for job in jobs]


def spoken(chapter: Chapter) -> str:
    """The language that a chapter is set in: an English one in a Chinese deck is hyphenated, and spaced as English.

    `lang` in deck.toml is the deck's; it also says which Chinese, but not that everything is.
    """
    own = chapter.lang.partition("-")[0].lower()
    found = language(chapter.source.text)
    is_foreign = is_cjk(own) != is_cjk(found) or (own == "en" and found != "en")
    return found if is_foreign else chapter.lang


def render_chapter(job: ChapterJob, look: Look, backend: MathBackend) -> PageChapter:
    """A chapter as a template sees it."""
    chapter = job.chapter
    bodies = Bodies(chapter, job.around, look, backend)
    number = job.around.first
    labels = question_numbers(chapter.cards) or tuple(
        str(job.around.counted + place) for place in range(len(chapter.cards))
    )
    lang = spoken(chapter)
    items: list[PageItem] = []
    used = used_up(chapter.items)
    for position, item in enumerate(chapter.items):
        anchor = anchor_of(chapter, position)
        bodies.lang = lang
        match item:
            case Section() | Prose() if position in used:
                items.append(PageItem("used", anchor, lang=lang))
            case Section():
                title = bodies.inline(item.title)
                items.append(
                    PageItem(
                        "section",
                        anchor,
                        level=item.level,
                        title=title,
                        text=bodies.title(item.title, item.text),
                        lang=lang,
                    )
                )
            case Prose():
                body = bodies.block(item.body)
                items.append(PageItem("prose", anchor, body=_above_rows(body, chapter, position + 1), lang=lang))
            case Card():
                items.append(_render_card(item, bodies, anchor, number, lang, labels[number - job.around.first]))
                number += 1
    return PageChapter(
        anchor_of(chapter), chapter.title, lang, tuple(items), job.around.number, chapter.source.path,
        bodies.pictures, bodies.more_text, tuple(bodies.diagnostics), bodies.is_passing,
    )  # fmt: skip


def _above_rows(markup: Html, chapter: Chapter, position: int) -> Html:
    """Prose without the head of a table whose rows are all questions, where the first of them is the item after it."""
    after = chapter.items[position] if position < len(chapter.items) else None
    is_row = isinstance(after, Card) and _ROW.search(chapter.source.lines[after.span.line - 1])
    return rewrite(markup, lambda text: _LONE_HEAD.sub(_without_names, text)) if is_row else markup


def _without_names(head: re.Match[str]) -> str:
    names = (html.unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in _CELL.findall(head[0]))
    return "" if all(len(name) <= _LONGEST_NAME for name in names) else head[0]


def _render_card(  # noqa: PLR0913, PLR0917 - a card, and where it stands
    card: Card, bodies: Bodies, anchor: str, number: int, chapter_lang: str, label: str
) -> PageItem:
    """A question as a template sees it."""
    lang = bodies.lang = card_language(card, chapter_lang)
    question, rest = split_question(card.front)
    is_cloze = card.kind is CardKind.CLOZE
    sized = SizedGaps(card.front) if is_cloze else rewrite
    asked = Gaps.HIDDEN if is_cloze else Gaps.SHOWN
    text = bodies.title(card.front, card.text)
    bodies.more_text += in_words(text)  # the running head
    correct = [bool(token.meta["correct"]) for token in card.front.tokens if "correct" in token.meta]
    keys = option_keys(card.front.tokens, lang)
    rest = _lettered(rest, keys)
    only, more = _only_right(
        _lettered(card.back, [key for key, is_right in zip(keys, correct, strict=True) if is_right])
    )
    answer = bodies.block(more)
    if is_cloze:
        passage = [bodies.block(part) for part in (question, rest) if has_gaps(part.tokens)]
        answer = Html("\n").join([*passage, answer])
    bodies.more_text += "".join(keys)  # written by the style sheet
    return PageItem(
        "card", anchor, number=number, label=label, is_cloze=is_cloze,
        title=sized(bodies.inline(question, asked)), text=text, body=sized(bodies.block(rest, asked)),
        answer=answer, hint=bodies.block(card.hint), extra=bodies.block(card.extra), tags=card.tags,
        keys=keys, right=", ".join(key for key, is_right in zip(keys, correct, strict=True) if is_right),
        right_words=bodies.inline(only) if only else Html(), lines=_lines(card), lang=lang,
    )  # fmt: skip


def _lettered(body: Body, keys: Sequence[str]) -> Body:
    """A body whose options say what counts them."""
    following = (f"{key}." if key.isalpha() else key for key in keys)
    tokens = [
        token.copy(attrs={**token.attrs, "data-key": next(following)}) if "correct" in token.meta else token
        for token in body.tokens
    ]
    return replace(body, tokens=tokens) if keys else body


def _only_right(back: Body) -> tuple[Body | None, Body]:
    """The only right option that an answer begins with, where it is one line, and the answer without it."""
    explanation = split_explanation(back.tokens)
    option = back.tokens[: len(back.tokens) - len(explanation)]
    kinds = [token.type for token in option]
    if kinds[1:-1] != ["list_item_open", "paragraph_open", "inline", "paragraph_close", "list_item_close"]:
        return None, back
    return replace(back, tokens=option), replace(back, tokens=explanation)


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
