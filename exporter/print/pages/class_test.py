"""The test for a class: sheets to hand out, in as many versions as are asked for, and one key apart for the teacher.

In: a `Book`, `[print.test]`, and the questions that `[print.quiz]` chooses. Out: a `Page` for each version and one for the
key. Questions are numbered by their place on the sheet; nothing on a sheet says where or what the answer is.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from exporter.config import Config
from exporter.diagnostics import Diagnostic, Outcome
from exporter.machinery.html_text import Html, rewrite
from exporter.model import Body, Book, Card, Chapter
from exporter.print.pages.appearance import load_look
from exporter.print.pages.chapters import RenderChapters, plan_chapters
from exporter.print.pages.handout import front_matter
from exporter.print.pages.page import Page, PageChapter, PageItem, finish
from exporter.print.pages.quiz import Place, choose_cards, report_nothing, said_of
from exporter.print.pages.test_tasks import Task, find_task
from exporter.reading.markdown import plain_text

_UNIT = (
    r"(?:points?|pts?\.?|marks?|Punkte?|P\.?|puntos?|punti|punt[oe]n?|pontos?|pkt\.?|баллов|балла?|分|点|점"
    r"|نقاط|نقطة|נקודות)"
)
_POINTS = re.compile(rf"\s*[(（](\d{{1,3}})\s*{_UNIT}[)）]\s*$", re.IGNORECASE)
_BEFORE_EACH = r"(?:each|je(?:weils)?|每小?[题題]|各|각)"
_AFTER_EACH = (
    r"(?:each|apiece|(?:per|a) question|pro Frage|je Frage|chacune?|par question|cada (?:una?|pregunta)|por pregunta|ciascuna?"
    r"|каждый|за (?:каждый )?вопрос|لكل سؤال|לכל שאלה)"
)
_POINTS_EACH = re.compile(
    rf"[(（][^()（）]{{0,40}}?(?:{_BEFORE_EACH}\s*(\d{{1,3}})\s*{_UNIT}|\b(\d{{1,3}})\s*{_UNIT}\s*{_AFTER_EACH})\s*[)）]",
    re.IGNORECASE,
)
"""In a heading: what each of its questions is worth. Without "each" it is what they are worth together."""
_STAYS_LAST = re.compile(
    r"^(?:all|none|neither|both) (?:of )?(?:the |these|those|are|is)|^以上|^(?:全部|都)"
    r"|^alle (?:der )?(?:(?:oben|hier) )?(?:genannten|antworten|obigen)|^kein[es]* de"
    r"|^toutes? les|^aucune? |^todas? las|^ninguna |^(?:جميع|كل) ما (?:سبق|ذكر)|^لا شيء مما|^все |^上記",
    re.IGNORECASE,
)
_NAMES_LETTERS = re.compile(r"\b[A-H]\b\s*(?:,|&|and|or|und|oder|和|或|y|et|e)\s*\b[A-H]\b")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on a sheet: its number there, its points, and what the template shows."""

    number: int
    points: int
    item: PageItem
    title: Html
    task: Task | None = None

    @property
    def right(self) -> str:
        """What is right: letters of options, or what a task says."""
        return self.task.solution if self.task else self.item.right


@dataclass(frozen=True, slots=True)
class Solved:
    """A question in the key: in the order of the notes, with its number and the right letters in each version."""

    item: PageItem
    title: Html
    points: int
    places: tuple[tuple[str, int, str], ...]


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
    pages: list[tuple[str, Page]] = []
    sheets: dict[str, list[Asked]] = {}
    context = {
        **front_matter(book, config, edition),
        "versions": versions,
        "space": config.print.test.space,
        "shows_front": True,
        "is_key": False,
        "bubbles": config.print.test.bubbles,
        "digits": len(str(len(chosen))),
        "bound": False,
    }
    words = "".join(look.labels.values()) + "ABCDEFGHIJKLMNO_□→" + "".join(versions)
    rendered: dict[str, PageChapter] = {}
    for version in versions:
        mix = _mixer(config, version)
        asked = [_mixed(c, version, config, mix) for c in book.chapters if c.source.path in paths]
        plan = plan_chapters(replace(book, chapters=tuple(asked)), config, links=False)
        rendered = {page.path: page for page in render(plan, look)}
        if version == versions[0]:
            look = look.showing(rendered.values())
        sheets[version] = _sheet(chosen, rendered, config, mix)
        shown = {
            **context,
            "version": version,
            "asked": sheets[version],
            "total": sum(a.points for a in sheets[version]),
        }
        markup = look.render("test.html.j2", shown)
        pages.append((version, replace(finish(markup, rendered.values(), words, book.lang), fills_pages=True)))
    key = {**context, "is_key": True, "solved": _key(chosen, sheets), "rows": _rows(sheets, chosen)}
    key["points_below"] = any(not asked.right for sheet in sheets.values() for asked in sheet)
    pages.append(("key", finish(look.render("test-key.html.j2", key), rendered.values(), words, book.lang)))
    return Outcome(tuple(pages), said_of(chosen, rendered.values()))


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
    items = tuple(
        replace(item, front=mix_options(item.front, mix)) if isinstance(item, Card) else item for item in chapter.items
    )
    return replace(chapter, items=items, digest=f"{chapter.digest}/{config.print.test.seed}/{version}")


def mix_options(front: Body, mix: random.Random) -> Body:
    """A question with its options shuffled.

    Two stay as they are (true and false), and so do options that name each other by their letters; "all of the above" stays
    last.
    """
    spans = _options(front)
    texts = [plain_text([t for t in front.tokens[a:b] if t.type == "inline"]).strip() for a, b in spans]
    is_one_list = all(end == start for (_, end), (start, _) in itertools.pairwise(spans))
    if len(spans) < 3 or not is_one_list or any(map(_NAMES_LETTERS.search, texts)):
        return front
    order = [place for place in range(len(spans)) if not _STAYS_LAST.match(texts[place])]
    last = [place for place in range(len(spans)) if place not in order]
    mix.shuffle(order)
    moved = [token for place in (*order, *last) for token in front.tokens[spans[place][0] : spans[place][1]]]
    tokens = (*front.tokens[: spans[0][0]], *moved, *front.tokens[spans[-1][1] :])
    return replace(front, tokens=tokens)


def _options(front: Body) -> list[tuple[int, int]]:
    """Where the options of a question begin and end among its tokens."""
    spans: list[tuple[int, int]] = []
    for start, token in enumerate(front.tokens):
        if "correct" in token.meta:
            end = next(
                i
                for i, t in enumerate(front.tokens[start:], start)
                if t.type == "list_item_close" and t.level == token.level
            )
            spans.append((start, end + 1))
    return spans


def _sheet(
    chosen: Sequence[Place], rendered: dict[str, PageChapter], config: Config, mix: random.Random | None
) -> list[Asked]:
    """The questions of a version in their order."""
    places = list(chosen)
    if mix:
        mix.shuffle(places)
    return [
        Asked(
            number, points_of(card, config), item, _without_points(item.title), find_task(item, _task_mixer(item, mix))
        )
        for number, (chapter, position, card) in enumerate(places, 1)
        for item in [rendered[chapter.source.path].items[position]]
    ]


def _task_mixer(item: PageItem, mix: random.Random | None) -> random.Random:
    """What shuffles a task. One that is not shuffled would be solved already."""
    return mix or random.Random(item.text)  # noqa: S311 - a reproducible order, no secret


def _key(chosen: Sequence[Place], sheets: dict[str, list[Asked]]) -> list[Solved]:
    """The answers in the order of the notes. Two chapters may be anchored alike, so that a question is told by its number too."""
    found: dict[int, list[tuple[str, int, str, Asked]]] = {}
    for version, sheet in sheets.items():
        for asked in sheet:
            found.setdefault(asked.item.number, []).append((version, asked.number, asked.right, asked))
    ordered = sorted(found.items())
    return [
        Solved(rows[0][3].item, rows[0][3].title, rows[0][3].points, tuple((v, n, right) for v, n, right, _ in rows))
        for _, rows in ordered[: len(chosen)]
    ]


def _rows(sheets: dict[str, list[Asked]], chosen: Sequence[Place]) -> list[tuple[int, list[str]]]:
    """For each number, what is right in each version: the letters, else an arrow to the answer in the key."""
    first = {
        number: place for place, number in enumerate(sorted(a.item.number for a in next(iter(sheets.values()))), 1)
    }
    return [
        (number + 1, [sheet[number].right or f"→ {first[sheet[number].item.number]}" for sheet in sheets.values()])
        for number in range(len(chosen))
    ]


def points_of(card: Card, config: Config) -> int:
    """What a question says that it is worth, as in "(3 points)" at its end; else its headings ("(2 points each)"), or settings."""
    if said := _POINTS.search(card.text):
        return int(said[1])
    for heading in reversed(card.sections):
        if each := _POINTS_EACH.search(heading):
            return int(each[1] or each[2])
    return config.print.test.points


def _without_points(title: Html) -> Html:
    return rewrite(title, lambda text: _POINTS.sub("", text))
