"""What a printed form is: a page ready for print, and what templates see of a book."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from exporter.diagnostics import Diagnostic
from exporter.machinery.html_text import Html, escape
from exporter.print import page_numbers
from exporter.print.fonts import han_language
from exporter.print.page_numbers import EVEN_PAGE, FLUSH_PAGE, FOREIGN, ODD_PAGE, PAGE, PAGES, TARGETS, Fill
from exporter.print.pages.direction import Direction, direction_of

_CODE = re.compile(r"<code\b[^>]*>(.*?)</code>", re.DOTALL)
_EMPHASIS = re.compile(r"<(em|i)\b[^>]*>(.*?)</\1>", re.DOTALL)
_STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_BROAD_CODE = re.compile(r'<div class="code(?: short)? broad\b')
_LONG = 24
"""Lines of a question, with those to write on, from which it may be parted."""
_FIELDS = {
    "__PAGES__": (PAGES, Fill.LEFT), "__PAGE__": (PAGE, Fill.RIGHT),
    "__FLUSH_PAGE__": (FLUSH_PAGE, Fill.RIGHT),
    "__ODD_PAGE__": (ODD_PAGE, Fill.RIGHT), "__EVEN_PAGE__": (EVEN_PAGE, Fill.LEFT),
}  # fmt: skip
"""What a style sheet writes for a page's own numbers. Those of a book stand at its outer edge, and are flush with it."""

_LEFT_PAGES = "__LEFT_PAGES__"
"""What a style sheet writes for the pages of a part that will lie on the left of an open book: its even or its odd ones."""

_ID = re.compile(r'\bid="([^"]+)"')
_REFERENCE = re.compile(r'<a\b([^>]*?) href="#([^"]+)"')


@dataclass(frozen=True, slots=True)
class Part:
    """HTML that begins on a page of its own: all of a form, or a chapter of it.

    `path` names its note, "" for others; `in_column` says that its page numbers stand below each other.
    """

    html: Html
    path: str = ""
    title: str = ""
    in_column: bool = False

    def with_fields(self, numbers: Mapping[str, int], column: int) -> tuple[str, tuple[str, ...]]:
        """The HTML with a field for each page number, and the anchors that the fields refer to.

        A link to an anchor among `numbers` becomes one out of this part, `deck-page:…`. Its attribute `data-page` is a field
        as wide as its number there; where numbers stand in a column, `column` digits.
        """
        targets: dict[str, int] = {}
        first = _ID.search(self.html)
        opens_left = first is not None and numbers.get(html.unescape(first[1]), 1) % 2 == 0

        def refer(match: re.Match[str]) -> str:
            anchor = html.unescape(match[2])
            if anchor not in numbers:
                return match[0]
            code = TARGETS + targets.setdefault(anchor, len(targets))
            digits, fill = (column, Fill.RIGHT) if self.in_column else (len(str(numbers[anchor])), Fill.LEFT)
            return f'<a{match[1]} href="deck-page:{match[2]}" data-page="{page_numbers.field(code, digits, fill)}"'

        def count(match: re.Match[str]) -> str:
            shown = match[0]
            for name, (code, fill) in _FIELDS.items():
                shown = shown.replace(name, page_numbers.field(code, column, fill))
            return shown.replace(_LEFT_PAGES, "odd" if opens_left else "even")

        markup = _REFERENCE.sub(refer, FOREIGN.sub("\ufffd", self.html))
        return _STYLE.sub(count, markup), tuple(targets)


@dataclass(frozen=True, slots=True)
class Page:
    """A document ready to be printed: HTML, its pictures by address, and its text for the choice of fonts.

    One part is printed as it is. Several are typeset apart and bound: they leave fields for page numbers. With
    `fills_pages` figures may shrink a little rather than leave a page half empty; in columns they would all do. Without
    `tagged` it has no structure tree (ISO 32000-1, 14.7).
    """

    parts: tuple[Part, ...]
    pictures: Mapping[str, Path]
    text: str
    code: str
    lang: str
    fills_pages: bool = False
    tagged: bool = True
    even: bool = False
    """Whether each part but the last has an even number of pages, so that the next one opens on a right page."""
    foreign: Mapping[str, str] = field(default_factory=dict)
    """Text in other languages with Han characters than the book's, by `han_language`."""
    italic: str = ""
    """The characters that are emphasised."""


@dataclass(frozen=True, slots=True)
class PageItem:
    """A section, a piece of prose or a question as a template sees it. `kind` is "section", "prose" or "card".

    What is "used" is a key that answers cards, or its heading: it is not printed, but may be the target of a link.

    `number` counts the questions of the book; `label` is the number that is printed, as a rule the author's own,
    "" for one that has none among others that have.

    `keys` are what counts the options to tick, `right` names those that are right ("A, C"), `right_words` is what the only one
    says, where that is one line: else the answer begins with those that are right. `lines` is how many lines an answer takes
    when written by hand, `verdicts` are two words of which a quiz has one ticked instead. Of a cloze, `title` and `body` have
    blanks, and `answer` says the text in full.
    """

    kind: str
    anchor: str = ""
    level: int = 0
    number: int = 0
    label: str = ""
    title: Html = Html()
    text: str = ""
    body: Html = Html()
    answer: Html = Html()
    hint: Html = Html()
    extra: Html = Html()
    tags: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    right: str = ""
    right_words: Html = Html()
    lines: int = 0
    verdicts: tuple[Html, ...] = ()
    is_cloze: bool = False
    lang: str = ""

    @property
    def is_long(self) -> bool:
        """Whether a question takes much of a page: it may go over to the next one."""
        height = self.body.count("\n") + len(plain(self.title + self.body)) // 90 + 2 * self.lines
        return height > _LONG

    @property
    def dir(self) -> Direction:
        """The direction of a question's language, which need not be its chapter's."""
        return direction_of(self.lang)

    @property
    def plain_text(self) -> str:
        """The characters that it shows."""
        return plain(escape(self.text) + self.title + self.body + self.answer + self.hint + self.extra)


@dataclass(frozen=True, slots=True)
class PageChapter:
    """A chapter as a template sees it. `number` counts the chapters of the volume, from 1.

    `pictures` are the files that it shows, by address; `more_text` is what it shows beside its HTML: formulas and running
    heads; `said` is what could not be typeset. A chapter that `is_passing` may look better the next time.
    """

    anchor: str
    title: str
    lang: str
    items: tuple[PageItem, ...]
    number: int = 1
    path: str = ""
    pictures: Mapping[str, Path] = field(default_factory=dict)
    more_text: str = ""
    said: tuple[Diagnostic, ...] = ()
    is_passing: bool = False

    @property
    def dir(self) -> Direction:
        """The direction of its language."""
        return direction_of(self.lang)

    @property
    def has_broad_code(self) -> bool:
        """Whether a line of its code needs more room than the text has."""
        return any(_BROAD_CODE.search(html) for item in self.items for html in (item.body, item.answer, item.extra))

    @property
    def size(self) -> int:
        """The characters of its HTML."""
        return sum(len(i.title) + len(i.body) + len(i.answer) + len(i.hint) + len(i.extra) for i in self.items)

    @property
    def cards(self) -> tuple[PageItem, ...]:
        """Its questions."""
        return tuple(item for item in self.items if item.kind == "card")

    def foreign_text(self, book_lang: str) -> Iterator[tuple[str, str]]:
        """What it says with Han characters of another language than the book's, by `han_language`."""
        own = han_language(book_lang)
        for lang, text in ((self.lang, self.title), *((item.lang, item.plain_text) for item in self.items)):
            if (language := han_language(lang)) and language != own:
                yield language, text


def plain(markup: str) -> str:
    """The characters that a document shows."""
    return html.unescape(_TAG.sub("", _STYLE.sub("", markup)))


def code_in(markup: str) -> str:
    """The characters that it shows in a fixed-width font."""
    return html.unescape(_TAG.sub("", "".join(_CODE.findall(markup))))


def emphasised_in(markup: str) -> str:
    """The characters that it emphasises."""
    return html.unescape(_TAG.sub("", "".join(text for _, text in _EMPHASIS.findall(markup))))


def finish(markup: Html | tuple[Part, ...], chapters: Iterable[PageChapter], more_text: str, lang: str) -> Page:
    """A document of this HTML, which shows these chapters. `more_text` is what the style sheet writes."""
    parts = (Part(markup),) if isinstance(markup, str) else markup
    whole = "".join(part.html for part in parts)
    pictures: dict[str, Path] = {}
    foreign: dict[str, str] = {}
    for chapter in chapters:
        pictures.update(chapter.pictures)
        more_text += chapter.more_text
        for language, text in chapter.foreign_text(lang):
            foreign[language] = foreign.get(language, "") + text
    return Page(
        parts, pictures, plain(whole) + more_text, code_in(whole), lang, foreign=foreign, italic=emphasised_in(whole)
    )
