"""Classes of marks, and how much each looks like the questions of a file.

In: marks. Out: `MarkClass`es with a score. A class is what a person sees as "the same kind of heading": one spelling,
one level, one style of numbering.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from exporter.reading.page.marks import BOLD_LEVEL, Kind, Mark
from exporter.reading.page.page import Page
from exporter.reading.page.question_titles import asked_words
from exporter.reading.page.wording import Style, asking, fold, is_contents, is_epilogue, is_role

_STYLE_WORDS = {
    Style.PREFIX: " with a prefix (Q1, 问题：)",
    Style.NUMBER: " with numbers",
    Style.DECIMAL: " with section numbers",
    Style.LIST: " with 一、二、",
}


@dataclass(frozen=True, slots=True)
class MarkClass:
    """Marks of one spelling, level and style. The shares (0 to 1) are over its members.

    `asking`: read like a question; `listed`: named by the contents; `answered`: something stands below; `grouping`:
    nothing but deeper marks stands below.
    """

    kind: Kind
    level: int
    style: Style
    members: tuple[Mark, ...]
    asking: float
    listed: float
    answered: float
    grouping: float

    @property
    def words(self) -> str:
        """The class in words that a user understands."""
        if self.kind is Kind.BOLD:
            return f"bold lines{_STYLE_WORDS.get(self.style, '')}"
        tag = f" (<h{self.level} id>)" if self.kind is Kind.HTML else ""
        return f"h{self.level} headings{_STYLE_WORDS.get(self.style, '')}{tag}"


def find_classes(page: Page, marks: Sequence[Mark], labels: frozenset[str]) -> tuple[MarkClass, ...]:
    """Sort marks into classes; headings that never ask (contents, labels, a lone picture) are left out."""
    groups: dict[tuple[Kind, int, Style], list[Mark]] = {}
    for mark in marks:
        title = mark.title
        never = is_contents(title.text) or is_epilogue(title.text) or is_role(title.text) or fold(title.full) in labels
        if asked_words(title) and not never and title.style is not Style.CHAPTER:
            kind = Kind.ATX if mark.kind is Kind.SETEXT else mark.kind
            groups.setdefault((kind, mark.level, title.style), []).append(mark)
    reach = _reach(page)
    several = {key: members for key, members in groups.items() if len(members) > 1 or members[0].title.text}
    return tuple(_measure(page, key, members, reach) for key, members in several.items())


def _reach(page: Page) -> dict[int, tuple[int, int]]:
    """For each mark: where the next mark begins, and the next one that is not deeper."""
    end = len(page.tokens)
    following = [end] * (BOLD_LEVEL + 2)  # by level: where the next mark of this level or a shallower one begins
    reach: dict[int, tuple[int, int]] = {}
    nearest = end
    for mark in reversed(page.marks):
        reach[mark.start] = (nearest, following[mark.level])
        nearest = mark.start
        for level in range(mark.level, len(following)):
            following[level] = mark.start
    return reach


def _measure(
    page: Page, key: tuple[Kind, int, Style], members: Iterable[Mark], reach: dict[int, tuple[int, int]]
) -> MarkClass:
    members = tuple(members)
    size = len(members)
    asked = sum(asking(asked_words(mark.title)) for mark in members)
    listed = sum(page.contents.lists(mark) for mark in members)
    answered = sum(page.content(mark.stop, reach[mark.start][1]) > 0 for mark in members)
    grouping = sum(
        reach[mark.start][0] < reach[mark.start][1] and not page.content(mark.stop, reach[mark.start][0])
        for mark in members
    )
    return MarkClass(*key, members, asked / size, listed / size, answered / size, grouping / size)


def score(mark_class: MarkClass) -> float:
    """How much a class looks like the questions of the file; the weights are those of facts/notes.md.

    Where nothing asks, it is a textbook: its contents list the chapters, and the deepest headings are the topics.
    """
    found = mark_class
    is_textbook = found.asking < 0.2
    points = 3 * found.asking + 1.5 * found.answered - 1.5 * found.grouping
    points += found.listed + 0.5 * found.level if is_textbook else 3 * found.listed
    points += {Style.PREFIX: 3.0, Style.NUMBER: 1.0, Style.DECIMAL: 1.0, Style.LIST: -1.0}.get(found.style, 0.0)
    points += {Kind.HTML: 0.5, Kind.BOLD: -1.5}.get(found.kind, 0.0)
    size = len(found.members)
    return points * size / (size + 1.5)


def is_convincing(mark_class: MarkClass) -> bool:
    """Whether a class can be the questions at all. README pages, plain articles and checklists have none."""
    found, size = mark_class, len(mark_class.members)
    if found.kind is Kind.BOLD:
        numbered = found.style in (Style.PREFIX, Style.NUMBER, Style.DECIMAL)
        return found.asking >= (0.3 if numbered else 0.5) and size >= 2
    match found.style:
        case Style.PREFIX:
            return size >= 2 or found.asking + found.listed > 0
        case Style.NUMBER:
            return found.asking >= (0.2 if size > 1 else 0.6) or found.listed >= 0.6 or size >= 8
        case Style.DECIMAL:
            return size >= 3 or found.asking >= 0.6 or found.listed >= 0.6
        case Style.LIST:
            return found.asking >= 0.5
        case _:
            by_words = found.asking >= 0.4 if size > 1 else found.asking == 1
            return by_words or (found.listed >= 0.6 and found.asking >= 0.2)
