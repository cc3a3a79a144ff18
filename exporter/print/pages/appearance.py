"""How a printed form looks: the templates, the theme, the words in the reader's language, the size of the page.

In: settings. Out: a `Look`. The deck's own `templates/` wins over ours, file by file; a theme is one CSS file of custom
properties on top of those of `paper`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from exporter.config import Config
from exporter.diagnostics import Diagnostic, report, suggest
from exporter.machinery.html_text import Html
from exporter.machinery.paper_sizes import page_size
from exporter.machinery.plain_files import list_folder
from exporter.machinery.sandbox import LEAST_ROOM, Sandbox, Templates, reading_table, template_text
from exporter.machinery.templates import Own, template_folders
from exporter.print.pages.direction import Direction, directed, direction_of, isolate
from exporter.print.pages.foot_notes import notes_at_foot
from exporter.print.pages.page import PageChapter
from exporter.print.pages.plain_titles import in_words, width_of
from exporter.reading.language import is_cjk
from exporter.source import Span

_DEFAULT_THEME = "paper"
_PROPERTY = re.compile(r"(?<![\w-])--([\w-]++)\s*+:\s*+([^;}]+)")
_LENGTH = re.compile(r"(-?(?:\d{1,6}(?:\.\d{1,6})?|\.\d{1,6}))(mm|cm|pt|px|em)?")
_A4_WIDTH = 210.0
_SHRINKING = 0.34
"""Type shrinks by so much of what a page is narrower than A4: a book of half the size is held nearer, but not at half the way."""

_SMALLEST_PT = 8.2
"""Text is not made smaller than this for a small page."""

_ROOM, _READABLE_PT = 25.0, 4.0
"""The narrowest and lowest column in mm, and the smallest type, that a theme can mean."""

_LEAST_SIZE, _LEAST_COLUMN = 0.5, 10.0
"""The smallest type, and the narrowest and lowest column in mm, whatever a theme says or does not say."""

_TALL, _TALL_ON_CARDS = 0.3, 14.0
"""The part of a page's height, and the ems on a card, from which a formula of lines may go over to the next."""

_LATIN_EM = 0.47
"""The width of a Latin character in em, spaces counted."""

_MM = {"mm": 1.0, "cm": 10.0, "pt": 25.4 / 72, "px": 25.4 / 96}


@dataclass(frozen=True)
class Look:
    """The templates of a deck, its theme, and the measures that follow from them. Lengths are in mm and pt."""

    own: Own | None
    theme: str
    labels: Mapping[str, str]
    page: str
    sheet: tuple[float, float] = (0.0, 0.0)
    """Width and height of the page in mm."""
    width: float = 0.0
    """The width of the text in mm where it is not the page's: a card's."""
    binding: float = 0.0
    """What the margin along the fold is wider, in mm."""
    direction: Direction = "ltr"
    """The direction of the book's language, and of what its pages say themselves."""
    smart_quotes: bool = False
    """Whether straight quotation marks become those of the language, in notes that have no others."""
    room: int = LEAST_ROOM
    """How many characters a template may write."""
    is_wide: bool = False
    """Whether the book's language is written in characters as wide as they are high: Chinese, Japanese, Korean."""

    def __getstate__(self) -> dict[str, Any]:
        """All but what other processes make anew."""
        return {name: value for name, value in vars(self).items() if name not in ("environment", "properties")}

    @cached_property
    def environment(self) -> Sandbox:
        """The templates."""
        return _environment(self.own)

    @cached_property
    def properties(self) -> Mapping[str, str]:
        """The custom properties, later ones over earlier ones."""
        return {name: value.strip() for name, value in _PROPERTY.findall(self.theme)}

    def length(self, name: str) -> float:
        """A property of the theme in mm (`pt` and the like converted); a bare number as it is."""
        match = _LENGTH.match(self.properties.get(name, "0"))
        length = float(match[1]) * _MM.get(match[2] or "mm", 1.0) if match else 0.0
        return max(length, _LEAST_SIZE) if name.endswith("-size") else length

    def showing(self, chapters: Iterable[PageChapter]) -> Look:
        """The same look for templates that show these chapters, a few times perhaps."""
        return replace(self, room=LEAST_ROOM + 20 * sum(chapter.size for chapter in chapters))

    @property
    def scale(self) -> float:
        """What type is multiplied with on a small page."""
        if self.width:
            return 1.0
        shrunk = 1 - _SHRINKING * (1 - self.sheet[0] / _A4_WIDTH)
        return min(1.0, max(shrunk, _SMALLEST_PT * _MM["pt"] / (self.length("text-size") or 1)))

    @property
    def text_scale(self) -> float:
        """What running text is multiplied with: Latin letters are set a little larger than characters as wide as they are high."""
        return self.scale * (1.0 if self.is_wide else self.length("latin-scale") or 1.0)

    @property
    def margin_scale(self) -> float:
        """What margins are multiplied with on a small page."""
        return min(1.0, self.sheet[0] / _A4_WIDTH)

    @property
    def side(self) -> float:
        """The margin beside the text in mm: that of the theme, or what a line of so many characters as it wants leaves."""
        least = self.length("page-side") * self.margin_scale
        em = (1.0 if self.is_wide else _LATIN_EM) * self.length("text-size") * self.text_scale
        measure = self.length("wide-measure" if self.is_wide else "measure") * em
        room = self.sheet[0] - self.length("note-margin") * self.margin_scale - self.binding
        return max(least, (room - measure) / 2) if measure else least

    @property
    def bleed(self) -> float:
        """How far in mm what is broad may go into the margins, on both sides."""
        return 0.0 if self.width else self.side - self.length("page-side") * self.margin_scale

    @property
    def column(self) -> float:
        """The width of a column of text in mm."""
        if self.width:
            return self.width
        columns = max(1.0, self.length("columns"))
        width = self.sheet[0] - 2 * self.side - self.length("note-margin") * self.margin_scale - self.binding
        return max(_LEAST_COLUMN, (width - (columns - 1) * self.length("column-gap")) / columns)

    @property
    def broad(self) -> float:
        """How many times as wide as the column it may be what goes into the margins."""
        return 1 + 2 * self.bleed / self.column

    @property
    def turned_em(self) -> float:
        """The width of a turned page in ems of its text."""
        width = self.sheet[1] - 2 * self.length("page-side") * self.margin_scale
        return width / (self.length("text-size") * self.text_scale)

    @property
    def column_em(self) -> float:
        """The width of a column in ems of its text."""
        return self.column / (self.length("text-size") * self.text_scale)

    @property
    def height(self) -> float:
        """The height of the text on a page in mm."""
        margins = sum(map(self.length, ("page-top", "page-bottom", "summary"))) * self.margin_scale
        return max(_LEAST_COLUMN, self.sheet[1] - margins)

    @property
    def tall_em(self) -> float:
        """The height in em from which a formula is parted: a good part of a page, or of a card."""
        if self.width:
            return _TALL_ON_CARDS
        return _TALL * self.height / (self.length("text-size") * self.text_scale)

    @property
    def code_columns(self) -> int:
        """How many characters of code stand on a line of a column; JetBrains Mono is 0.6 em wide."""
        return int((self.column - 7) / (self.length("code-size") * self.scale * 0.6))

    def source(self, name: str) -> str:
        """A file of the templates as it is."""
        return template_text(self.environment, name)

    def render(self, template: str, context: Mapping[str, Any]) -> Html:
        """A template's HTML, in which Jinja escapes text, with what every template knows."""
        width, height = self.sheet
        shared = {
            "theme": self.theme, "labels": self.labels, "page": self.page, "page_width": width, "page_height": height,
            "scale": self.scale, "text_scale": self.text_scale, "margin_scale": self.margin_scale, "dir": self.direction,
            "side": self.side, "bleed": self.bleed, "binding": self.binding,
        }  # fmt: skip
        return Html(self.environment.fill(template, {**shared, **context}, self.room))


def load_look(config: Config, lang: str) -> Look | Diagnostic:
    """The look that settings ask for, or an error where there is no such theme."""
    own = config.own_templates
    environment = _environment(own)
    names = theme_names(own)
    if config.print.theme not in names:
        hint = suggest(config.print.theme, names) or f"there are: {', '.join(names)}"
        if "there are" not in hint:
            hint += f" There are: {', '.join(names)}"
        place = Span(config.file.name) if config.file else None
        return report("theme-unknown", place, f'no theme "{config.print.theme}"', hint)
    sheets = dict.fromkeys([_DEFAULT_THEME, config.print.theme])
    theme = "\n".join(template_text(environment, f"themes/{name}.css") for name in sheets)
    return Look(
        own, theme, _labels(environment, lang), config.print.page, page_size(config.print.page),
        direction=direction_of(lang), is_wide=is_cjk(lang),
        smart_quotes=config.print.smart_quotes,
    )  # fmt: skip


def report_theme(look: Look, config: Config) -> tuple[Diagnostic, ...]:
    """A warning where no page of the theme can be read."""
    size = look.length("text-size") * look.text_scale / _MM["pt"]
    if look.column >= _ROOM and look.height >= _ROOM and size >= _READABLE_PT:
        return ()
    theme = config.print.theme
    message = f'theme "{theme}" leaves {look.column:.0f} x {look.height:.0f} mm of a page for a column of text, of {size:.1f} pt'
    hint = "see its page-side, page-top, page-bottom, columns and text-size"
    return (report("theme-unfit", Span(f"templates/themes/{theme}.css"), message, hint),)


def theme_names(own: Own | None) -> tuple[str, ...]:
    """The themes that there are: the deck's own and ours."""
    folders = template_folders(own)
    return tuple(
        sorted({file.stem for folder in folders for file in list_folder(folder / "themes") if file.suffix == ".css"})
    )


def _labels(environment: Sandbox, lang: str) -> Mapping[str, str]:
    """The UI words of a language; English where there are none."""
    with reading_table(environment, "labels.toml") as table:
        found = table["en"] | table.get(lang.lower(), table.get(lang.split("-", maxsplit=1)[0].lower(), {}))
        return {str(name): str(words) for name, words in found.items()}


def _environment(own: Own | None) -> Sandbox:
    environment = Sandbox(loader=Templates(own, ("handout",)), autoescape=True)
    environment.filters |= {"in_words": in_words, "width_of": width_of, "directed": directed, "isolate": isolate}
    environment.filters["at_foot"] = notes_at_foot
    return environment
