"""The quiz: questions with room to write, and the answers at the end.

In: a `Book` and `[print.quiz]`. Out: one `Page`, in several parts where there are many questions. Questions keep the
numbers that they have in the handout.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from exporter.config import Config
from exporter.diagnostics import Diagnostic, Outcome, report
from exporter.model import Book, Card, Chapter
from exporter.print.pages.appearance import Look, load_look
from exporter.print.pages.chapters import RenderChapters, plan_chapters
from exporter.print.pages.handout import front_matter
from exporter.print.pages.page import Page, PageChapter, PageItem, Part, finish
from exporter.print.pages.test_tasks import Verdicts, find_verdict, find_verdicts
from exporter.reading.references import bodies_of
from exporter.source import Span

Place = tuple[Chapter, int, Card]
"""A card with its chapter and its place there."""

_AT_ONCE = 50
_MOST_AT_ONCE = 90
"""A quiz of so many questions is one piece."""


def render_quiz(book: Book, config: Config, render: RenderChapters, edition: int) -> Outcome[Page | None]:
    """The quiz; None, with an error, where no question is chosen. `edition` is in seconds since 1970."""
    look = load_look(config, book.lang)
    if isinstance(look, Diagnostic):
        return Outcome(None, (look,))
    chosen = choose_cards(book, config)
    if not chosen:
        return Outcome(None, (report_nothing(book, config),))
    paths = {chapter.source.path for chapter, _, _ in chosen}
    shown = [chapter for chapter in book.chapters if chapter.source.path in paths]
    rendered = {page.path: page for page in render(plan_chapters(book, config, shown, links=False), look)}
    items = [rendered[chapter.source.path].items[position] for chapter, position, _ in chosen]
    verdicts = find_verdicts(items)
    labels = [item.label for item in items if item.label]
    keeps_labels = _is_headed(book, config) or 0 < len(set(labels)) == len(labels)
    chapters: list[PageChapter] = []
    for (chapter, _, _), asked in zip(chosen, items, strict=True):
        page = rendered[chapter.source.path]
        item = _ticked(asked if keeps_labels else _counted(asked), verdicts)
        if chapters and chapters[-1].path == page.path:
            chapters[-1] = replace(chapters[-1], items=(*chapters[-1].items, item))
        else:
            chapters.append(replace(page, items=(item,)))
    context = {
        **front_matter(book, config, edition),
        "headed": _is_headed(book, config),
        "count": len(chosen),
        "digits": max(len(item.label) for chapter in chapters for item in chapter.items),
        "space": config.print.quiz.space,
        "seed": config.print.quiz.seed,
    }
    sheet = finish(
        _parts(chapters, look.showing(rendered.values()), context),
        rendered.values(),
        "".join(look.labels.values()) + "ABCDEFGHIJ",
        book.lang,
    )
    return Outcome(replace(sheet, fills_pages=True), said_of(chosen, rendered.values()))


def report_nothing(book: Book, config: Config) -> Diagnostic:
    """That no question has one of the tags, and which there are."""
    place = Span(config.file.name) if config.file else None
    tags = ", ".join(config.print.quiz.tags)
    known = sorted({tag for chapter in book.chapters for card in chapter.cards for tag in card.tags})
    hint = f"the notes have these tags: {', '.join(known[:20])}" if known else "no question in the notes has a tag"
    return report("quiz-empty", place, f"no question is tagged {tags}", hint)


def said_of(chosen: Sequence[Place], rendered: Iterable[PageChapter]) -> tuple[Diagnostic, ...]:
    """What could not be typeset of the chosen questions."""
    places = [
        (chapter.source.path, card.span.line, max(body.span.end_line for body in bodies_of(card)))
        for chapter, _, card in chosen
    ]
    return tuple(
        found for page in rendered for found in page.said
        if found.span and any(path == found.span.path and first <= found.span.line <= last for path, first, last in places)
    )  # fmt: skip


def _is_headed(book: Book, config: Config) -> bool:
    """Whether questions stand below the titles of their chapters, so that two of them may have one number."""
    return len(book.chapters) > 1 and not config.print.quiz.seed


def _counted(item: PageItem) -> PageItem:
    return replace(item, label=str(item.number))


def _ticked(item: PageItem, verdicts: Verdicts | None) -> PageItem:
    """A question, with boxes for true and false instead of lines where that is the answer."""
    task = find_verdict(item, verdicts)
    return replace(item, title=task.asks, verdicts=task.right, lines=0) if task else item


def _parts(chapters: Sequence[PageChapter], look: Look, context: Mapping[str, object]) -> tuple[Part, ...]:
    """The quiz in one piece; a large one in parts, first all with questions, then all with answers.

    A part begins on a page of its own. Figures are numbered through all of them.
    """
    runs = tuple(_cut(chapters))
    parts: list[Part] = []
    nothing: Sequence[PageChapter] = ()
    shown = (
        [(run, nothing) for run in runs] + [(nothing, run) for run in runs] if len(runs) > 1 else [(chapters, chapters)]
    )
    figures = 0
    for asked, solved in shown:
        run = asked or solved
        more = {
            "asked": asked, "solved": solved, "bound": len(shown) > 1, "figures": figures,
            "shows_front": not parts, "shows_answers": not any(solved for _, solved in shown[: len(parts)]),
        }  # fmt: skip
        html = look.render("quiz.html.j2", {**context, **more})
        figures += html.count("<figcaption")
        parts.append(Part(html, run[0].path if len(run) == 1 else "", run[0].title or look.labels["quiz"]))
    return tuple(parts)


def _cut(chapters: Sequence[PageChapter]) -> Iterator[tuple[PageChapter, ...]]:
    """The chapters in runs of about `_AT_ONCE` questions; what goes on in another run has no title there.

    A document that refers to its own pages is laid out again and again, so that a large one would take for ever.
    """
    run: list[PageChapter] = []
    for chapter in chapters:
        for start in range(0, len(chapter.items), _AT_ONCE):
            items = chapter.items[start : start + _AT_ONCE]
            if run and sum(len(c.items) for c in run) + len(items) > _MOST_AT_ONCE:
                yield tuple(run)
                run = []
            run.append(replace(chapter, items=items, title="" if start else chapter.title))
    yield tuple(run)


def choose_cards(book: Book, config: Config) -> tuple[Place, ...]:
    """The cards that are asked: those with one of the tags, shuffled by the seed, at most `count`.

    A tag chooses by the author's tags, with all below it (`verbs` has `verbs/irregular`), and by the titles of chapter and
    sections, whatever their case. Without a seed a smaller `count` takes questions from the whole of the notes, evenly, and
    not only the first ones.
    """
    quiz = config.print.quiz
    places: list[Place] = [
        (c, i, item) for c in book.chapters for i, item in enumerate(c.items) if isinstance(item, Card)
    ]
    if quiz.tags:
        wanted = {_fold(tag) for tag in quiz.tags}
        places = [place for place in places if wanted & _names(place)]
    if quiz.seed:
        random.Random(quiz.seed).shuffle(places)  # noqa: S311 - a reproducible order, no secret
        return tuple(places[: quiz.count or None])
    if 0 < quiz.count < len(places):
        places = [places[i * len(places) // quiz.count] for i in range(quiz.count)]
    return tuple(places)


def _names(place: Place) -> set[str]:
    chapter, _, card = place
    levels = (_fold(tag).split("/") for tag in card.tags)
    tags = {"/".join(level[:count]) for level in levels for count in range(1, len(level) + 1)}
    return tags | {_fold(name) for name in (*card.sections, chapter.title)}


def _fold(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold().strip().removeprefix("#").replace("::", "/")
