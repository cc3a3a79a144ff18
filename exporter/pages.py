"""Book → the HTML of printed pages.

In: a `Book`. Out: one HTML document for each printed form, with the pictures it shows, and what could not be typeset.
The templates in `templates/handout/` decide what it looks like; here it is only decided what stands where.
"""

from __future__ import annotations

import base64
import html
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

import jinja2
from markupsafe import Markup

from exporter.config import Config
from exporter.diagnostics import Diagnostic, Outcome, report
from exporter.html import Target, render_body, render_tokens, text_of
from exporter.markdown.cjk import PUNCTUATION, WIDE
from exporter.math import MathBackend, MathError, Typeset, expand
from exporter.model import Asset, Body, Book, Card, Chapter, Prose, Section
from exporter.resources import template_folders

_HAN = f"(?![{PUNCTUATION}\u3000])[{WIDE}]"
_WORD = "[A-Za-z0-9\u00c0-\u024f\u0370-\u03ff\u0400-\u04ff$%+#@&=]"
_TAGS = r"((?:</?(?:a|b|code|em|i|span|strong|sub|sup|mark|del)\b[^>]*>)*)"
_AUTOSPACE = (
    re.compile(f"({_HAN}){_TAGS}[ ]?(?={_WORD})"),
    re.compile(f"({_WORD}){_TAGS}[ ]?(?={_HAN})"),
)
_THIN_SPACE = "\u2009"
_UNTOUCHED = re.compile(r"(<pre\b.*?</pre>|<code\b.*?</code>|<img\b[^>]*>|<a [^>]*>)", re.DOTALL)


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
    """A section, a piece of prose or a question as a template sees it. `kind` is "section", "prose" or "card"."""

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


@dataclass(frozen=True, slots=True)
class PageChapter:
    """A chapter as a template sees it."""

    anchor: str
    title: str
    lang: str
    items: tuple[PageItem, ...]


def render_handout(book: Book, config: Config, backend: MathBackend, edition: int) -> Outcome[Page]:
    """The handout: title, contents, and everything the notes say. `edition` is in seconds since 1970."""
    renderer = _Renderer(book, config, backend)
    chapters = tuple(renderer.chapter(chapter) for chapter in book.chapters)
    environment = _environment(config.root if config.file else None)
    context = {
        "book": book,
        "chapters": chapters,
        "page": config.print.page,
        "fonts": config.print.fonts,
        "theme": _source(environment, f"../themes/{config.print.theme}.css"),
        "labels": _labels(environment, book.lang),
        "date": datetime.fromtimestamp(edition, UTC).date(),
        "contents": sum(len(c.items) for c in chapters) > 1,
    }
    markup = environment.get_template("handout.html.j2").render(context)
    code = "".join(re.findall(r"<code\b[^>]*>(.*?)</code>", markup, re.DOTALL))
    plain = html.unescape(re.sub(r"<style>.*?</style>|<[^>]+>", "", markup, flags=re.DOTALL))
    text = plain + renderer.math_text + "".join(labels_text(context["labels"]))
    page = Page(markup, renderer.pictures, text, html.unescape(re.sub(r"<[^>]+>", "", code)), book.lang)
    return Outcome(page, tuple(renderer.diagnostics))


def labels_text(labels: object) -> Iterator[str]:
    """The words that a template may put on a page."""
    if isinstance(labels, Mapping):
        yield from (str(value) for value in labels.values())


class _Renderer:
    """Renders the bodies of one book, and keeps what they show and what they could not show."""

    def __init__(self, book: Book, config: Config, backend: MathBackend) -> None:
        self._book = book
        self._config = config
        self._backend = backend
        self._anchors = anchor_index(book)
        self._typeset: dict[tuple[str, bool], Typeset | MathError] = {}
        self._number = 0
        self.pictures: dict[str, Path] = {}
        self.math_text = ""
        self.diagnostics: list[Diagnostic] = []

    def chapter(self, chapter: Chapter) -> PageChapter:
        items: list[PageItem] = []
        for position, item in enumerate(chapter.items):
            anchor = _anchor(chapter, position)
            match item:
                case Section():
                    title = self._inline(item.title, chapter)
                    items.append(PageItem("section", anchor, level=item.level, title=title, text=item.text))
                case Prose():
                    items.append(PageItem("prose", anchor, body=self._block(item.body, chapter)))
                case Card():
                    items.append(self._card(item, chapter, anchor))
        return PageChapter(_anchor(chapter), chapter.title, chapter.lang, tuple(items))

    def _card(self, card: Card, chapter: Chapter, anchor: str) -> PageItem:
        self._number += 1
        question, rest = _split_question(card.front)
        return PageItem(
            "card", anchor, number=self._number, label=card.number,
            title=self._inline(question, chapter), text=card.text, body=self._block(rest, chapter),
            answer=self._block(card.back, chapter), hint=self._block(card.hint, chapter),
            extra=self._block(card.extra, chapter), tags=card.tags,
        )  # fmt: skip

    def _inline(self, body: Body, chapter: Chapter) -> Markup:
        inline = next((token for token in body.tokens if token.type == "inline"), None)
        children = [t for t in (inline.children or ()) if t.type not in ("link_open", "link_close")] if inline else []
        return Markup(autospace(render_tokens(children, self._target(chapter, body))))

    def _block(self, body: Body | None, chapter: Chapter) -> Markup:
        return Markup(autospace(render_body(body, self._target(chapter, body)))) if body else Markup()

    def _target(self, chapter: Chapter, body: Body) -> Target:
        path = chapter.source.path

        def image(asset: Asset) -> str:
            address = f"deck:{asset.sha256}"
            self.pictures[address] = asset.file
            return address

        def link(href: str) -> str | None:
            if re.match(r"https?:|mailto:", href):
                return href
            anchor = find_anchor(self._anchors, path, href)
            return f"#{anchor}" if anchor else None

        return Target(
            lambda address: self._book.assets.get((path, address)),
            image,
            lambda tex, display: self._math(tex, chapter, body, display=display),
            link,
            lambda name: self._anchors.get((path, name)) and None,
        )

    def _math(self, tex: str, chapter: Chapter, body: Body, *, display: bool) -> str:
        expanded = expand(tex, self._config.math.macros)
        key = (expanded, display)
        if key not in self._typeset:
            self._typeset[key] = self._backend.typeset(expanded, display=display)
        result = self._typeset[key]
        self.math_text += "".join(char for char in expanded if ord(char) > 0x7F)  # noqa: PLR2004
        if isinstance(result, MathError):
            first = tex.strip().splitlines()[0]
            span = chapter.source.find(first, body.span.line - 1, body.span.end_line)
            shown = first if len(first) <= 60 else first[:57] + "…"  # noqa: PLR2004
            self.diagnostics.append(report("math-invalid", span, f"{result.message}: {shown}"))
            return f'<code class="math-source">{html.escape(tex)}</code>'
        return _picture(result, tex, display=display)


def _picture(formula: Typeset, tex: str, *, display: bool) -> str:
    """A formula as an image on the baseline; its TeX is the alternative text."""
    svg = formula.svg.replace('font-family="serif"', 'font-family="Deck Sans"')
    data = base64.b64encode(svg.encode()).decode()
    size = f"width:{formula.width:.3f}em;height:{formula.height:.3f}em;vertical-align:{-formula.depth:.3f}em"
    kind = "math display" if display else "math"
    image = f'<img class="{kind}" alt="{html.escape(tex)}" style="{size}" src="data:image/svg+xml;base64,{data}">'
    return image + (f'<span class="math-tag">({html.escape(formula.tag)})</span>' if formula.tag else "")


def _split_question(front: Body) -> tuple[Body, Body]:
    """The question's first paragraph, which stands in the heading, and what follows it (code, options)."""
    closing = next((i for i, token in enumerate(front.tokens) if token.type == "paragraph_close"), len(front.tokens) - 1)
    head, rest = front.tokens[: closing + 1], front.tokens[closing + 1 :]
    return Body(head, front.markdown, front.span), Body(rest, "", front.span)


def autospace(markup: str) -> str:
    """HTML with a thin space wherever Han meets Latin letters or digits (CLREQ 3.2.2), code left alone."""
    pieces = _UNTOUCHED.split(markup)
    for index in range(0, len(pieces), 2):
        for pattern in _AUTOSPACE:
            pieces[index] = pattern.sub(rf"\1\2{_THIN_SPACE}", pieces[index])
    return "".join(pieces)


def _anchor(chapter: Chapter, position: int | None = None) -> str:
    return f"c-{chapter.slug}" if position is None else f"c-{chapter.slug}-{position}"


def anchor_index(book: Book) -> Mapping[tuple[str, str], str]:
    """The page anchor for each (chapter path, link target); ("", target) where only one chapter has it."""
    index: dict[tuple[str, str], str] = {}
    loose: dict[tuple[str, str], str] = {}
    for chapter in book.chapters:
        index[chapter.source.path, ""] = _anchor(chapter)
        for position, item in enumerate(chapter.items):
            if isinstance(item, Prose):
                continue
            for name in item.anchors:
                index.setdefault((chapter.source.path, name), _anchor(chapter, position))
                loose.setdefault((chapter.source.path, _loosely(name)), _anchor(chapter, position))
    return loose | index


def find_anchor(index: Mapping[tuple[str, str], str], path: str, href: str) -> str | None:
    """The page anchor that a link inside the notes means: `#id`, `other.md`, `other.md#id`; None where there is none."""
    file, _, fragment = unquote(html.unescape(href)).partition("#")
    target = path
    if file:
        parts = [*path.split("/")[:-1]]
        for part in file.replace("\\", "/").split("/"):
            if part == "..":
                parts = parts[:-1]
            elif part not in ("", "."):
                parts.append(part)
        target = unicodedata.normalize("NFC", "/".join(parts))
    if not file and not fragment:
        return None
    # a third of the links in one book are broken under GitHub's slugs, and right but for punctuation and case
    return index.get((target, fragment)) or (index.get((target, _loosely(fragment))) if fragment else None)


def _loosely(name: str) -> str:
    return "~" + re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name).casefold())


def _labels(environment: jinja2.Environment, lang: str) -> Mapping[str, str]:
    """The UI words of a language; English where there are none."""
    table = tomllib.loads(_source(environment, "labels.toml"))
    return table["en"] | table.get(lang.lower(), table.get(lang.split("-")[0].lower(), {}))  # type: ignore[no-any-return]


def _source(environment: jinja2.Environment, name: str) -> str:
    assert environment.loader is not None
    return environment.loader.get_source(environment, name.removeprefix("../"))[0]


def _environment(deck_root: Path | None) -> jinja2.Environment:
    folders = template_folders(deck_root)
    paths: Sequence[Path] = [*(folder / "handout" for folder in folders), *folders]
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(paths),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
