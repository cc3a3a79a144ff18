"""What is numbered on a page, so that a key may answer it: headings, paragraphs, items of lists.

In: tokens. Out: `Numbered`s in order. Where no question of a part has a number, the items of its last list are counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from exporter.reading.page.question_titles import Title, read_title
from exporter.reading.page.wording import Style

_LISTS = ("bullet_list_open", "ordered_list_open")
_EDGES = ("heading_open", "paragraph_open", "hr", "table_open", *_LISTS)


@dataclass(frozen=True, slots=True)
class Numbered:
    """`tokens[start:stop]` are its own words; up to `end` follows what stands below it."""

    start: int
    stop: int
    end: int
    title: Title

    @property
    def number(self) -> str:
        """Its digits, without zeros before them."""
        return self.title.number.lstrip("0")


def find_numbered(tokens: Sequence[Token], start: int = 0, stop: int | None = None) -> list[Numbered]:
    """All that is numbered between two places: Q1, 2., (3)."""
    stop = len(tokens) if stop is None else stop
    tops = [i for i in range(start, stop) if not tokens[i].level and tokens[i].type in _EDGES]
    found: list[Numbered] = []
    delimiter = ""
    for place, index in enumerate(tops):
        following = tops[place + 1] if place + 1 < len(tops) else stop
        if tokens[index].type in ("heading_open", "paragraph_open"):
            title = read_title(tokens[index + 1])
            if title.style in (Style.PREFIX, Style.NUMBER) and title.number:
                found.append(Numbered(index, index + 3, following, title))
        elif tokens[index].type == "ordered_list_open":
            delimiter = delimiter or tokens[index + 1].markup
            if tokens[index + 1].markup != delimiter and found:  # `1)` below `1.`: options, or steps
                found[-1] = Numbered(found[-1].start, found[-1].stop, following, found[-1].title)
            else:
                found += _items(tokens, index, following)
        elif tokens[index].type == "bullet_list_open" and found and found[-1].end == index:
            found[-1] = Numbered(found[-1].start, found[-1].stop, following, found[-1].title)
    return found


def count_items(tokens: Sequence[Token], start: int, stop: int) -> list[Numbered]:
    """The items of the last list of bullets between two places, by their places in it."""
    lists = [i for i in range(start, stop) if tokens[i].type == "bullet_list_open" and not tokens[i].level]
    return list(_items(tokens, lists[-1], stop)) if lists else []


def _items(tokens: Sequence[Token], start: int, stop: int) -> Iterator[Numbered]:
    item = count = 0
    for index in range(start, stop):
        token = tokens[index]
        if token.level == 1 and token.type == "list_item_open":
            item, count = index, count + 1
        elif token.level == 1 and token.type == "list_item_close":
            if tokens[item + 1].type == "paragraph_open":
                title = read_title(tokens[item + 2], tokens[item].info or str(count))
                yield Numbered(item, item + 4, index, title)
        elif not token.level and index > start:
            return
