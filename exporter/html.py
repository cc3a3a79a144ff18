"""A body → HTML for a card or for a page.

In: tokens, and a `Target` that says how images, formulas and links are shown there. Out: sanitised HTML in one
vocabulary of classes that card and page style alike. What notes bring as HTML passes an allow-list; what we make
ourselves is put in afterwards.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath

import nh3
from markdown_it.common.utils import unescapeAll
from markdown_it.token import Token

from exporter.markdown import DIAGRAMS, plain_text, quoted_callouts
from exporter.model import Asset, Body


@dataclass(frozen=True, slots=True)
class Target:
    """Where HTML goes. Each function takes what the notes say and returns trusted HTML or an address.

    `image(asset)` gives an address; `math(tex, display)` HTML; `link(href)` the address of a working link, or None
    where the text must stand alone; `find_image(address)` the asset, or None where it is missing.
    """

    find_image: Callable[[str], Asset | None]
    image: Callable[[Asset], str]
    math: Callable[[str, bool], str]
    link: Callable[[str], str | None]
    anchor: Callable[[str], str | None] = lambda name: None  # noqa: ARG005


_TAGS = set(
    "a abbr b bdi bdo big blockquote br caption center cite code col colgroup dd del details dfn div dl dt em figcaption "
    "figure font h1 h2 h3 h4 h5 h6 hr i ins kbd li mark nobr ol p pre q rp rt ruby s samp section small span strike strong "
    "sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr".split()
)
_ATTRIBUTES = {
    "*": {"align", "dir", "lang"},
    "a": {"href", "title"},
    "abbr": {"title"},
    "details": {"open"},
    "font": {"color", "size"},
    "ol": {"start", "type"},
    "td": {"colspan", "rowspan", "valign", "style"},
    "th": {"colspan", "rowspan", "valign", "style"},
}
_CLASSES = {"div": {"table"}, "li": {"task"}, "p": {"callout-title"}, "section": {"footnotes"}, "span": {"box", "done"}}
_SCHEMES = {"http", "https", "mailto"}
_ADDRESS = re.compile(r"https?://[A-Za-z0-9._~:/?#@!$&()*+,;=%\[\]-]*[A-Za-z0-9/_~#=&%-]")
_PARAGRAPH_TAG = re.compile(r"^<(/?)p\b", re.IGNORECASE)
_TABLE_TAG = re.compile(r"</?table\b", re.IGNORECASE)
_EMPTY_PARAGRAPH = re.compile(r"<p>\s*</p>\n?")
_SLOT = re.compile("\ue000(\\d+)\ue001")
_SPAN_CAP = 100
_HEADING_SHIFT = 2
"""Headings inside an answer stand below the question, which is a page's h2 or h3."""

_MACHINE_NAME = re.compile(
    r"[0-9a-f]{8}-?[0-9a-f-]{8,}|(?:image|img|pic|picture|photo|figure|fig|screenshot|screen shot|untitled|alt|alt text|图片|图像"
    r"|截图|截屏|屏幕截图|微信图片|微信截图|在这里插入图片描述|请添加图片描述|描述)?[-_ ().\d:T]*|[\w-]{28,}",
    re.IGNORECASE,
)
"""Names that cameras, editors and chat programs give: they say nothing under a figure."""


def render_body(body: Body | None, target: Target) -> str:
    """The HTML of a body; "" for none."""
    return render_tokens(body.tokens, target) if body else ""


def render_tokens(tokens: Sequence[Token], target: Target) -> str:
    """The HTML of block tokens, sanitised."""
    writer = _Writer(target)
    writer.blocks(quoted_callouts(tokens))
    writer.footnotes()
    return writer.finish()


class _Writer:
    """Collects HTML. Trusted pieces wait in slots while the rest passes the sanitiser."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._parts: list[str] = []
        self._slots: list[str] = []
        self._plain_link: list[bool] = []
        self._notes: dict[str, tuple[Token, ...]] = {}

    def finish(self) -> str:
        clean = nh3.clean(
            "".join(self._parts),
            tags=_TAGS,
            attributes=_ATTRIBUTES,
            allowed_classes=_CLASSES,
            attribute_filter=_filter_attribute,
            url_schemes=_SCHEMES,
            link_rel=None,
            filter_style_properties={"text-align"},
        )
        while _SLOT.search(clean):
            clean = _SLOT.sub(lambda match: self._slots[int(match[1])], clean)
        return _EMPTY_PARAGRAPH.sub("", clean).strip()

    def _trusted(self, markup: str) -> None:
        self._parts.append(f"\ue000{len(self._slots)}\ue001")
        self._slots.append(markup)

    def blocks(self, tokens: Sequence[Token]) -> None:
        for token in tokens:
            getattr(self, f"_{token.type}", self._tag)(token)

    # block tokens

    def _tag(self, token: Token) -> None:
        """Any paired or empty element without a method of its own."""
        if token.hidden or not token.tag:
            return
        if token.nesting < 0:
            self._parts.append(f"</{token.tag}>")
            return
        attributes = "".join(f' {name}="{html.escape(str(value))}"' for name, value in token.attrs.items() if name != "id")
        self._parts.append(f"<{token.tag}{attributes}>")

    def _heading_open(self, token: Token) -> None:
        self._parts.append(f"<h{min(6, int(token.tag[1]) + _HEADING_SHIFT)}>")

    def _heading_close(self, token: Token) -> None:
        self._parts.append(f"</h{min(6, int(token.tag[1]) + _HEADING_SHIFT)}>\n")

    def _paragraph_close(self, token: Token) -> None:
        if not token.hidden:
            self._parts.append("</p>\n")

    def _table_open(self, token: Token) -> None:  # noqa: ARG002 - called by token type
        self._parts.append('<div class="table"><table>')

    def _table_close(self, token: Token) -> None:  # noqa: ARG002
        self._parts.append("</table></div>\n")

    def _list_item_open(self, token: Token) -> None:
        if "checked" in token.meta:
            done = " done" if token.meta["checked"] else ""
            self._parts.append(f'<li class="task"><span class="box{done}"></span>')
        else:
            self._parts.append("<li>")

    def _details_open(self, token: Token) -> None:  # noqa: ARG002
        self._parts.append("<details>")

    def _details_close(self, token: Token) -> None:  # noqa: ARG002
        self._parts.append("</details>\n")

    def _comment(self, token: Token) -> None:
        """Comments are for authors."""

    def _html_block(self, token: Token) -> None:
        self._parts.append(token.content)

    def _fence(self, token: Token) -> None:
        info = unescapeAll(token.info).strip()
        if info.lower() in DIAGRAMS:
            self._trusted(f'<div class="unsupported"><p class="unsupported-title">{info}</p>{_code(token.content, "")}</div>')
        else:
            self._trusted(_code(token.content, info))

    def _callout_open(self, token: Token) -> None:
        kind = re.sub(r"[^a-z0-9-]", "", str(token.meta["kind"]))
        self._trusted(f'<div class="callout callout-{kind}">')
        self._parts.append('<p class="callout-title">')
        self.blocks(token.children or [Token("text", "", 0, content=token.content.capitalize())])
        self._parts.append("</p>\n")

    def _callout_close(self, token: Token) -> None:  # noqa: ARG002
        self._trusted("</div>\n")

    def _code_block(self, token: Token) -> None:
        self._trusted(_code(token.content, ""))

    def _math_block(self, token: Token) -> None:
        self._trusted(f'<div class="math-display">{self._target.math(token.content, True)}</div>')  # noqa: FBT003

    def _figure(self, token: Token) -> None:
        (image,) = token.children or [token]
        self._trusted(_figure(image, self._target))

    def _inline(self, token: Token) -> None:
        self.blocks(token.children or ())

    # inline tokens

    def _text(self, token: Token) -> None:
        text = html.escape(token.content, quote=False)
        self._parts.append(text if self._plain_link else _ADDRESS.sub(r'<a href="\g<0>">\g<0></a>', text))

    def _footnote_ref(self, token: Token) -> None:
        self._notes.setdefault(str(token.meta["id"]), token.meta.get("note", ()))
        number = list(self._notes).index(str(token.meta["id"])) + 1
        self._parts.append(f"<sup>[{number}]</sup>")

    def footnotes(self) -> None:
        """The notes that the tokens refer to, at their end."""
        if not self._notes:
            return
        self._parts.append('<section class="footnotes"><ol>')
        for tokens in list(self._notes.values()):
            self._parts.append("<li>")
            self.blocks(tokens)
            self._parts.append("</li>")
        self._parts.append("</ol></section>")

    def _text_special(self, token: Token) -> None:
        self._text(token)

    def _softbreak(self, token: Token) -> None:
        self._parts.append("" if token.meta.get("joins") else "\n")

    def _hardbreak(self, token: Token) -> None:  # noqa: ARG002
        self._parts.append("<br>")

    def _code_inline(self, token: Token) -> None:
        self._parts.append(f"<code>{html.escape(token.content, quote=False)}</code>")

    def _html_inline(self, token: Token) -> None:
        if match := re.match(r"<a\s[^>]*\b(?:id|name)\s*=\s*[\"']?([^\"'>]+)", token.content, re.IGNORECASE):
            if anchor := self._target.anchor(html.unescape(match[1])):
                self._trusted(f'<a id="{html.escape(anchor)}"></a>')
            if "href" not in token.content.lower():
                return
        tag = _PARAGRAPH_TAG.sub(r"<\1div", token.content)  # <p> cannot hold the blocks that notes put into it
        if _TABLE_TAG.match(tag):
            tag = f'<div class="table">{tag}' if tag[1] != "/" else f"{tag}</div>\n"
        self._parts.append(tag)

    def _math(self, token: Token) -> None:
        display = bool(token.meta["display"])
        markup = self._target.math(token.content, display)
        self._trusted(f'<span class="math-display">{markup}</span>' if display else markup)

    def _image(self, token: Token) -> None:
        asset = self._target.find_image(str(token.attrs["src"]))
        if asset is None:
            self._trusted(f'<span class="inline missing">{html.escape(str(token.attrs["src"]))}</span>')
            return
        self._trusted(f'<img class="inline" src="{html.escape(self._target.image(asset))}" alt="{_alt(token)}">')

    def _link_open(self, token: Token) -> None:
        address = self._target.link(str(token.attrs.get("href", "")))
        self._plain_link.append(address is None)
        if address is not None:
            self._parts.append(f'<a href="{html.escape(address)}">')

    def _link_close(self, token: Token) -> None:  # noqa: ARG002
        if self._plain_link and not self._plain_link.pop():
            self._parts.append("</a>")


def _filter_attribute(element: str, attribute: str, value: str) -> str | None:  # noqa: ARG001 - nh3's signature
    if attribute in ("colspan", "rowspan"):
        return str(min(int(value), _SPAN_CAP)) if value.isdigit() and int(value) else None
    return value


def _alt(image: Token) -> str:
    """The alternative text: what the author wrote, else the file's stem."""
    return html.escape(plain_text(image.children or ()) or _stem(image))


def _stem(image: Token) -> str:
    from urllib.parse import unquote

    return PurePosixPath(unquote(str(image.attrs["src"])).replace("\\", "/").split("?")[0]).stem


def _figure(image: Token, target: Target) -> str:
    caption = _alt(image)
    if _MACHINE_NAME.fullmatch(html.unescape(caption)):
        caption = ""
    label = f"<figcaption>{caption}</figcaption>" if caption else ""
    asset = target.find_image(str(image.attrs["src"]))
    if asset is None:
        name = html.escape(str(image.attrs["src"]))
        return f'<figure class="figure missing"><div class="missing-name">{name}</div>{label}</figure>\n'
    size = f' width="{asset.width}" height="{asset.height}"' if asset.width and asset.height else ""
    return (
        f'<figure class="figure"><img src="{html.escape(target.image(asset))}" alt="{_alt(image)}"{size}>{label}</figure>\n'
    )


def _code(content: str, info: str) -> str:
    """A code block, highlighted where the language is known."""
    language = re.split(r"[\s,{:]", info.lstrip("{. "), maxsplit=1)[0].rstrip("}").lower()
    known = f' class="language-{html.escape(language)}"' if language else ""
    content = content.rstrip("\n").expandtabs(4)
    return f'<div class="code"><pre><code{known}>{_highlight(content, language)}</code></pre></div>\n'


def _highlight(content: str, language: str) -> str:
    lexer = _lexer(language) if language else None
    if lexer is None:
        return html.escape(content, quote=False)
    from pygments import highlight
    from pygments.formatters import HtmlFormatter

    return str(highlight(content, lexer, HtmlFormatter(nowrap=True))).rstrip("\n")


@cache
def _lexer(language: str) -> object | None:
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)  # type: ignore[no-any-return]
    except ClassNotFound:
        return None


def text_of(tokens: Iterable[Token]) -> str:
    """Plain text on one line, for titles and labels."""
    return re.sub(r"\s+", " ", plain_text(tokens))
