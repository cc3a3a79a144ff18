"""What a printed form is: a page ready for print, and what templates see of a book."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

_CODE = re.compile(r"<code\b[^>]*>(.*?)</code>", re.DOTALL)
_STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True, slots=True)
class Page:
    """A document ready to be printed: HTML, its pictures by address, and its text for the choice of fonts."""

    html: str
    pictures: Mapping[str, Path]
    text: str
    code: str
    lang: str


@dataclass(frozen=True, slots=True)
class PageItem:
    """A section, a piece of prose or a question as a template sees it. `kind` is "section", "prose" or "card".

    `choices` counts the boxes to tick, `right` names those that are right ("A, C"); `lines` is how many lines an answer
    takes when written by hand. Of a cloze, `title` and `body` have blanks, and `answer` says the text in full.
    """

    kind: str
    anchor: str = ""
    level: int = 0
    number: int = 0
    label: str = ""
    title: Markup = Markup()
    text: str = ""
    body: Markup = Markup()
    answer: Markup = Markup()
    hint: Markup = Markup()
    extra: Markup = Markup()
    tags: tuple[str, ...] = ()
    choices: int = 0
    right: str = ""
    lines: int = 0
    is_cloze: bool = False


@dataclass(frozen=True, slots=True)
class PageChapter:
    """A chapter as a template sees it."""

    anchor: str
    title: str
    lang: str
    items: tuple[PageItem, ...]

    @property
    def cards(self) -> tuple[PageItem, ...]:
        """Its questions."""
        return tuple(item for item in self.items if item.kind == "card")


def plain(markup: str) -> str:
    """The characters that a document shows."""
    return html.unescape(_TAG.sub("", _STYLE.sub("", markup)))


def code_in(markup: str) -> str:
    """The characters that it shows in a fixed-width font."""
    return html.unescape(_TAG.sub("", "".join(_CODE.findall(markup))))


def finish(markup: str, pictures: Mapping[str, Path], more_text: str, lang: str) -> Page:
    """A document of this HTML. `more_text` is what pictures of formulas and the style sheet write."""
    return Page(markup, pictures, plain(markup) + more_text, code_in(markup), lang)
