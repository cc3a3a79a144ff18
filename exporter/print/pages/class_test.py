"""The test for a class: sheets to hand out, in as many versions as are asked for, and one key apart for the teacher.

In: a `Book`, `[print.test]`, and the questions that `[print.quiz]` chooses. Out: a `Page` for each version and one for the
key. Questions are numbered by their place on the sheet; nothing on a sheet says where or what the answer is.
"""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

from exporter.config import Config
from exporter.diagnostics import Diagnostic, Outcome
from exporter.model import Book, Card, Chapter
from exporter.print.pages.appearance import load_look
from exporter.print.pages.chapters import RenderChapters, plan_chapters
from exporter.print.pages.handout import front_matter
from exporter.print.pages.mixed_options import explains_letters, mix_options
from exporter.print.pages.page import Page, PageChapter, finish
from exporter.print.pages.quiz import choose_cards, report_nothing, said_of
from exporter.print.pages.test_points import show_points
from exporter.print.pages.test_sheets import SheetPart, Sheets, key_rows, solve
from exporter.reading.card_language import card_language
from exporter.reading.dialects.multiple_choice import option_keys


def render_test(
    book: Book, config: Config, render: RenderChapters, edition: int
) -> Outcome[tuple[tuple[str, Page], ...]]:
    """The sheets by version ("" for the only one), and the key as "key"; none, with an error, where no question is chosen."""
    look = load_look(config, book.lang)
    if isinstance(look, Diagnostic):
        return Outcome((), (look,))
    chosen = choose_cards(book, replace(config, print=replace(config.print, quiz=replace(config.print.quiz, seed=0))))
    if not chosen:
        return Outcome((), (report_nothing(book, config),))
    versions = config.print.test.versions or ("",)
    paths = {chapter.source.path for chapter, _, _ in chosen}
    sheets, pages = Sheets(chosen, config), list[tuple[str, Page]]()
    made: dict[str, tuple[SheetPart, ...]] = {}
    labels = look.labels
    context = {
        **front_matter(book, config, edition),
        "versions": versions,
        "space": config.print.test.space,
        "shows_front": True,
        "is_key": False,
        "bubbles": config.print.test.bubbles,
        "digits": len(str(len(chosen))),
        "bound": False,
        "in_points": lambda points: show_points(points, labels["decimal"]),
    }
    words = "".join(labels.values()) + "ABCDEFGHIJKLMNO_□→" + "".join(versions)
    rendered: dict[str, PageChapter] = {}
    for version in versions:
        mix = _mixer(config, version)
        asked = [_mixed(c, version, config, mix) for c in book.chapters if c.source.path in paths]
        plan = plan_chapters(replace(book, chapters=tuple(asked)), config, links=False)
        rendered = {page.path: page for page in render(plan, look)}
        if version == versions[0]:
            look = look.showing(rendered.values())
        parts = made[version] = sheets.sheet(rendered, mix)
        total = sum((part.points for part in parts), Fraction(0))
        markup = look.render("test.html.j2", {**context, "version": version, "parts": parts, "total": total})
        pages.append((version, replace(finish(markup, rendered.values(), words, book.lang), fills_pages=True)))
    solved = solve(made)
    key = {**context, "is_key": True, "parts": solved, "rows": key_rows(made, solved)}
    key["points_below"] = any(not right for part in solved for answer in part.answers for *_, right in answer.places)
    pages.append(("key", finish(look.render("test-key.html.j2", key), rendered.values(), words, book.lang)))
    return Outcome(tuple(pages), (*sheets.check(), *said_of(chosen, rendered.values())))


def _mixer(config: Config, version: str) -> random.Random | None:
    """What shuffles a version; None for the only one where no seed is given."""
    test = config.print.test
    if not test.versions and not test.seed:
        return None
    return random.Random(f"{test.seed}/{version}")  # noqa: S311 - a reproducible order, no secret


def _mixed(chapter: Chapter, version: str, config: Config, mix: random.Random | None) -> Chapter:
    """A chapter with the options of its questions in another order. What is rendered of it is kept under another name."""
    if mix is None:
        return chapter
    items = tuple(_mixed_card(item, chapter.lang, mix) if isinstance(item, Card) else item for item in chapter.items)
    return replace(chapter, items=items, digest=f"{chapter.digest}/{config.print.test.seed}/{version}")


def _mixed_card(card: Card, lang: str, mix: random.Random) -> Card:
    keys = option_keys(card.front.tokens, card_language(card, lang))
    return card if explains_letters(card.back, keys) else replace(card, front=mix_options(card.front, keys, mix))
