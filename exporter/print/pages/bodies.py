"""Bodies → HTML for pages: formulas as pictures, links to pages, everything fitted to the column.

In: a chapter, its surroundings in the book, a `Look` and a math backend. Out: HTML by body; what it shows and what could
not be typeset is kept.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from exporter.diagnostics import Diagnostic, report
from exporter.machinery.addresses import far_address
from exporter.machinery.html_text import Html, escape, rewrite
from exporter.machinery.plain_files import read_plain
from exporter.markup.html import Gaps, Target, render_body, render_tokens
from exporter.markup.math import MathBackend, MathError, Typeset, break_lines, expand, refusal, split_rows
from exporter.media.svg import undrawn_parts
from exporter.model import Asset, Body, Chapter
from exporter.print.pages.appearance import Look
from exporter.print.pages.book_references import BookReferences, Referred
from exporter.print.pages.cjk_spacing import autospace
from exporter.print.pages.column_fit import shape
from exporter.print.pages.direction import Direction, direct, direct_line, direction_of
from exporter.print.pages.emphasis_dots import mark_emphasis
from exporter.print.pages.figure_rows import set_in_rows
from exporter.print.pages.han_lines import even_out
from exporter.print.pages.lone_formulas import display_lone_formulas
from exporter.print.pages.long_words import cut_long_words
from exporter.print.pages.old_attributes import style_attributes
from exporter.print.pages.plain_titles import raised_words
from exporter.print.pages.qr_codes import show_address
from exporter.print.pages.smart_quotes import CURLY, set_quotes
from exporter.reading.language import is_cjk

_FORMULA_SIZE = 1.06
"""The size of a formula to that of the text around it, as in content.css."""

_LEAST_SHARE = 0.75
"""A long formula that would be shrunk more than to this part of its size is set on several lines instead."""

_LINKS = ("link_open", "link_close", "refer_open", "refer_close")

_DOTTED = ("zh", "ja")
"""Languages whose emphasis is a dot at each character."""

_ELSEWHERE = re.compile(r'<a href="#@(\d+)">(.*?)</a>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """All that the pages of a chapter take from outside of it.

    `number` is that of the chapter in its volume, `first` that of its first card in the book; `counted` is what is printed as
    the number of its first card where its notes have none. `assets` are by address.
    `targets` are the links that lead somewhere in the notes: the anchor there, and the title of the volume, "" where it is
    this one. Without `links` there are none at all, not even to the network. `own` and `others` are what references may mean,
    by name: in this file, and in others.
    """

    number: int
    first: int
    counted: int
    assets: Mapping[str, Asset]
    targets: Mapping[str, tuple[str, str]]
    macros: Mapping[str, str]
    links: bool
    own: Mapping[str, Referred]
    others: Mapping[str, Referred]


class Bodies:
    """Renders the bodies of one chapter for one form."""

    def __init__(self, chapter: Chapter, around: Surroundings, look: Look, backend: MathBackend) -> None:
        self._chapter = chapter
        self._around = around
        self._look = look
        self._backend = backend
        self._elsewhere: list[str] = []
        self._references = BookReferences(around.own, around.others, chapter.lang, look.labels["in_volume"])
        self._sets_quotes = look.smart_quotes and not CURLY.search(chapter.source.text)
        self._assets = {f"deck:{asset.sha256}": asset for asset in around.assets.values()}
        self.lang = chapter.lang
        """The language of what is rendered next."""
        self.pictures: dict[str, Path] = {}
        self.more_text = ""
        self.is_passing = False
        self.diagnostics: list[Diagnostic] = []

    def inline(self, body: Body, gaps: Gaps = Gaps.SHOWN) -> Html:
        """The body's first line, without links: for headings."""
        inline = next((token for token in body.tokens if token.type == "inline"), None)
        children = [t for t in (inline.children or ()) if t.type not in _LINKS] if inline else []
        return self._set(render_tokens(children, self._target(body, gaps)), direct_line)

    def block(self, body: Body | None, gaps: Gaps = Gaps.SHOWN) -> Html:
        """All of a body, fitted to the column; "" for none."""
        if not body:
            return Html()
        shown = display_lone_formulas(body)
        markup = rewrite(
            render_body(shown, self._target(body, gaps)), set_in_rows, self._shape, style_attributes, self._name_volumes
        )
        return self._set(markup, direct)

    def _shape(self, markup: str) -> str:
        return shape(markup, self._look, self._assets.get)

    def _set(self, markup: Html, turn: Callable[[str, Direction], str]) -> Html:
        """HTML as its language is set: its spaces, its marks, its direction."""
        steps: list[Callable[[str], str]] = []
        if self._sets_quotes:
            steps.append(lambda text: set_quotes(text, self.lang))
        if self.lang.partition("-")[0].lower() in _DOTTED:
            steps.append(mark_emphasis)
        steps.append(lambda text: autospace(text, mark_wide=not is_cjk(self.lang)))
        if self.lang.partition("-")[0].lower() in _DOTTED:
            steps.append(even_out)
        return rewrite(markup, *steps, cut_long_words, lambda text: turn(text, direction_of(self.lang)))

    def title(self, body: Body, text: str) -> str:
        """The plain text of a title whose body this is: `10^3^` is 10³."""
        inline = next((token for token in body.tokens if token.type == "inline"), None)
        return self.plain((raised_words(inline.children or ()) if inline else "") or text)

    def plain(self, text: str) -> str:
        """A title as plain text, for running heads and the outline."""
        return html.unescape(set_quotes(escape(text, quote=False), self.lang)) if self._sets_quotes else text

    def _name_volumes(self, markup: str) -> str:
        """HTML in which a reference that leads into another volume names it."""
        return _ELSEWHERE.sub(self._name_volume, markup)

    def _name_volume(self, match: re.Match[str]) -> str:
        title = escape(self._elsewhere[int(match[1])])
        label = escape(self._look.labels["in_volume"], quote=False)
        return f'{match[2]}<span class="volume">{label.replace("{}", title)}</span>'

    def _target(self, body: Body, gaps: Gaps) -> Target:
        def image(asset: Asset) -> str:
            address = f"deck:{asset.sha256}"
            self.pictures[address] = asset.file
            if asset.media_type == "image/svg+xml":
                self._tell_undrawn(asset, body)
            return address

        return Target(
            self._around.assets.get,
            image,
            lambda tex, display: self._math(tex, body, display=display),
            self._link,
            film=show_address,
            gaps=gaps,
            references=self._references,
            rows=True,
        )

    def _tell_undrawn(self, asset: Asset, body: Body) -> None:
        """What print leaves out of a drawing."""
        if not (parts := _undrawn(asset.file, asset.sha256)):
            return
        span = self._chapter.source.find(asset.name, body.span.line - 1, body.span.end_line)
        message = f'"{asset.name}" is drawn without {" and ".join(parts)}'
        self.diagnostics.append(report("image-partial", span, message, "save it as PNG, or without them"))

    def _link(self, href: str) -> str | None:
        if not self._around.links:
            return None
        if far_address(href):
            return href
        if href not in self._around.targets:
            return None
        anchor, title = self._around.targets[href]
        if title:
            self._elsewhere.append(title)
            return f"#@{len(self._elsewhere) - 1}"
        return f"#{anchor}"

    def _math(self, tex: str, body: Body, *, display: bool) -> Html:
        expanded = expand(tex, self._around.macros)
        result = refusal(expanded) or self._backend.typeset(expanded, display=display)
        self.more_text += "".join(char for char in expanded if ord(char) > 0x7F)
        if isinstance(result, MathError):
            self.is_passing = self.is_passing or result.passing
            first = tex.strip().splitlines()[0]
            span = self._chapter.source.find(first, body.span.line - 1, body.span.end_line)
            shown = first if len(first) <= 60 else first[:57] + "…"
            self.diagnostics.append(report("math-invalid", span, f"{result.message}: {shown}"))
            return Html('<code class="math-source">{}</code>').format(tex)
        if result.width * _FORMULA_SIZE * _LEAST_SHARE > self._look.column_em:
            parted = self._on_lines(expanded, display=display)
            if parted and not display:  # lines of a formula within a line of text
                return Html('<span class="math-display">{}</span>').format(_picture(parted, tex, display=True))
            result = parted or result
        if display and result.height > self._look.tall_em and (rows := self._in_rows(expanded)):
            line = Html('<span class="math-row">{}</span>')
            return Html().join(line.format(_picture(row, source, display=True)) for row, source in rows)
        return _picture(result, tex, display=display)

    def _in_rows(self, tex: str) -> list[tuple[Typeset, str]]:
        """The lines of a formula that is too tall to stand on one page, each a picture, with their TeX."""

        def measure(piece: str) -> float:
            made = self._backend.typeset(piece, display=True)
            return made.width if isinstance(made, Typeset) else 0.0

        rows = [(self._backend.typeset(row, display=True), row) for row in split_rows(tex, measure)]
        made = [(row, source) for row, source in rows if isinstance(row, Typeset)]
        return made if len(made) == len(rows) else []

    def _on_lines(self, tex: str, *, display: bool) -> Typeset | None:
        """A formula that is too long for the column, on several lines, where it can be broken."""

        def measure(piece: str) -> float:
            made = self._backend.typeset(piece, display=display)
            return made.width if isinstance(made, Typeset) else 0.0

        lines = break_lines(tex, self._look.column_em / _FORMULA_SIZE, measure)
        made = self._backend.typeset(lines, display=display) if lines else None
        return made if isinstance(made, Typeset) else None


@cache
def _undrawn(file: Path, sha256: str) -> tuple[str, ...]:  # noqa: ARG001 - another content, another answer
    return undrawn_parts(read_plain(file))


def _picture(formula: Typeset, tex: str, *, display: bool) -> Html:
    """A formula as an image on the baseline; its TeX is the alternative text. Its height follows where a column cuts it."""
    svg = formula.svg.replace('font-family="serif"', 'font-family="Deck Sans"')
    data = base64.b64encode(svg.encode()).decode()
    size = f"width:{formula.width:.3f}em;vertical-align:{-formula.depth:.3f}em"
    kind = "math display" if display else "math"
    image = Html('<img class="{}" alt="{}" style="{}" src="data:image/svg+xml;base64,{}">').format(
        kind, tex, size, data
    )
    return image + (Html('<span class="math-tag">({})</span>').format(formula.tag) if formula.tag else "")


def split_question(front: Body) -> tuple[Body, Body]:
    """The question's first paragraph, which stands in the heading, and what follows it (code, options)."""
    closing = next(
        (i for i, token in enumerate(front.tokens) if token.type == "paragraph_close"), len(front.tokens) - 1
    )
    head, rest = front.tokens[: closing + 1], front.tokens[closing + 1 :]
    return Body(head, front.markdown, front.span), Body(rest, "", front.span)
