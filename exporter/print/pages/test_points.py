"""What the questions of a class test are worth.

In: a chapter, and what a question is worth that nothing says it of. Out: points by question, exact, and how they are
written; and that they are not the sum a heading says. A question says its own, as in "(3 points)" or "[2,5 Punkte]"; a
heading says those of each of its questions ("2 points each"), or of all together ("20 points").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cache

from exporter.diagnostics import Diagnostic, report
from exporter.machinery.html_text import Html, rewrite
from exporter.model import Card, Chapter, Section
from exporter.reading.page.vocabulary import exam_words
from exporter.source import Span

_NUMBER = r"(\d{1,3}(?:[.,]\d{1,2})?)"


def _said() -> str:
    return rf"[(（\[]\s*{_NUMBER}\s*{exam_words('points', whole=False)}\s*[)）\]]"


@cache
def _own() -> re.Pattern[str]:
    """A question's own points, at its beginning or end."""
    return re.compile(rf"^\s*{_said()}\s*|\s*{_said()}(?=(?:</\w+>|\s)*$)", re.IGNORECASE)


@cache
def _labelled() -> re.Pattern[str]:
    """Points in the label of a question, which is not shown: `Task 1 (3 points): Why?`."""
    return re.compile(rf"[^\n:：]{{0,30}}?{_said()}\s*[:：]", re.IGNORECASE)


@cache
def _each() -> re.Pattern[str]:
    """What a heading says that each of its questions is worth."""
    worth = rf"{_NUMBER}\s*{exam_words('points', whole=False)}"
    said = rf"(?:{exam_words('before_each')}\s*{worth}|(?<![\d.,]){worth}\s*{exam_words('after_each')})"
    return re.compile(rf"[(（\[][^()（）\[\]]{{0,40}}?{said}[^()（）\[\]]{{0,20}}[)）\]]", re.IGNORECASE)


@cache
def _together() -> re.Pattern[str]:
    """What a heading says that its questions are worth together."""
    said = rf"(?<![\d.,]){_NUMBER}\s*{exam_words('points', whole=False)}"
    return re.compile(rf"\s*[(（\[][^()（）\[\]]{{0,40}}?{said}\s*[)）\]](?=(?:</\w+>|\s)*$)", re.IGNORECASE)


def share_points(chapter: Chapter, usual: int) -> Mapping[int, Fraction]:
    """The points of each question, by its place among the items of the chapter."""
    points: dict[int, Fraction] = {}
    shared: dict[int, list[int]] = {}
    totals: dict[int, Fraction] = {}
    for position, card, headings in _walk(chapter):
        if total := _nearest_total(headings):
            shared.setdefault(total[0], []).append(position)
            totals[total[0]] = total[1]
        points[position] = _said_of(card, [heading for _, heading in headings], usual)
    for place, positions in shared.items():
        free = [position for position in positions if points[position] < 0]
        left = totals[place] - sum(points[position] for position in positions if points[position] >= 0)
        if free:
            points.update(zip(free, _portions(left, len(free), usual), strict=True))
    return points


def check_points(chapter: Chapter, points: Mapping[int, Fraction]) -> Iterator[Diagnostic]:
    """That a heading says another sum than its questions are worth: nobody hands out a sheet that counts otherwise."""
    sums: dict[int, Fraction] = {}
    said: dict[int, Fraction] = {}
    for position, _, headings in _walk(chapter):
        if total := _nearest_total(headings):
            place, together = total
            said[place] = together
            sums[place] = sums.get(place, Fraction(0)) + points[position]
    for place, together in said.items():
        if sums[place] != together:
            item = chapter.items[place] if place >= 0 else None
            span = item.span if isinstance(item, Section) else Span(chapter.source.path)
            message = f"the heading says {show_points(together, '.')} points; its questions are worth {show_points(sums[place], '.')}"
            yield report("points-differ", span, message, "the sheet has the points of the questions")


def _walk(chapter: Chapter) -> Iterator[tuple[int, Card, list[tuple[int, str]]]]:
    """Each question with its place, and the headings above it with theirs, the nearest first."""
    above: list[tuple[int, Section]] = []
    for position, item in enumerate(chapter.items):
        if isinstance(item, Section):
            above = [(place, section) for place, section in above if section.level < item.level] + [(position, item)]
        elif isinstance(item, Card):
            yield position, item, [(place, section.text) for place, section in reversed(above)] + [(-1, chapter.title)]


def _nearest_total(headings: Iterable[tuple[int, str]]) -> tuple[int, Fraction] | None:
    """The place of the nearest heading that says what all its questions are worth, and how much."""
    return next(((place, total) for place, said in headings if (total := said_together(said)) is not None), None)


def _said_of(card: Card, headings: list[str], usual: int) -> Fraction:
    """What the notes say that a question is worth; below 0 where it has a share of what a heading says of all."""
    if said := _own().search(card.text) or _labelled().match(card.front.markdown):
        return _number(said)
    for heading in headings:
        if each := _each().search(heading):
            return _number(each)
        if said_together(heading) is not None:
            return Fraction(-1)
    return Fraction(usual)


def _portions(total: Fraction, count: int, usual: int) -> list[Fraction]:
    """A sum in equal parts where they are whole or half points, else in whole ones: the first have one more."""
    if total < count:  # nothing is left, or too little
        return [Fraction(usual)] * count
    if (2 * total / count).denominator == 1:
        return [total / count] * count
    whole, more = divmod(total, count)
    return [Fraction(whole) + max(Fraction(0), min(Fraction(1), more - place)) for place in range(count)]


def said_together(heading: str) -> Fraction | None:
    """What a heading says that all its questions are worth; None where it says nothing, or what each is worth."""
    said = None if _each().search(heading) else _together().search(heading)
    return _number(said) if said else None


def says_points(heading: str) -> bool:
    """Whether a heading says what its questions are worth."""
    return bool(_each().search(heading) or _together().search(heading))


def without_points(title: Html) -> Html:
    """The words of a question without its points, which a sheet shows apart."""
    return rewrite(title, lambda text: _own().sub("", text))


def without_sum(title: Html) -> Html:
    """A heading without the sum of its points, which a sheet shows apart; what each question is worth stays."""
    return title if _each().search(title) else rewrite(title, lambda text: _together().sub("", text))


def show_points(points: Fraction, decimal: str) -> str:
    """Points as they are written, with the sign of a language before their halves."""
    return f"{float(points):.4g}".replace(".", decimal)


def _number(match: re.Match[str]) -> Fraction:
    return Fraction(next(group for group in match.groups() if group).replace(",", "."))
