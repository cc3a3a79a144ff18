"""Tokens → HTML, one method for each kind of token."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from markdown_it.common.utils import unescapeAll
from markdown_it.token import Token

from exporter.html.code import render_code
from exporter.html.figures import alternative, render_figure
from exporter.html.gaps import BLANK, space_tex, write_gaps, write_mark
from exporter.html.sanitiser import sanitise
from exporter.html.target import Gaps, Target
from exporter.markdown import DIAGRAMS, GapMark, Pieces, quoted_callouts
from exporter.model import Body

_ADDRESS = re.compile(r"https?://[A-Za-z0-9._~:/?#@!$&()*+,;=%\[\]-]*[A-Za-z0-9/_~#=&%-]")
_PARAGRAPH_TAG = re.compile(r"^<(/?)p\b", re.IGNORECASE)
_TABLE_TAG = re.compile(r"</?table\b", re.IGNORECASE)
_EMPTY_PARAGRAPH = re.compile(r"<p>\s*</p>\n?")
_SLOT = re.compile("\ue000(\\d+)\ue001")
_HEADING_SHIFT = 2
"""Headings inside an answer stand below the question, which is a page's h2 or h3."""


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
        self._gaps = 0  # how many gaps are open here

    def finish(self) -> str:
        clean = sanitise("".join(self._parts))
        while _SLOT.search(clean):
            clean = _SLOT.sub(lambda match: self._slots[int(match[1])], clean)
        clean = _EMPTY_PARAGRAPH.sub("", clean).strip()
        return write_gaps(clean) if self._target.gaps is Gaps.ANKI else clean

    def _trusted(self, markup: str) -> None:
        self._parts.append(f"\ue000{len(self._slots)}\ue001")
        self._slots.append(markup)

    def blocks(self, tokens: Sequence[Token]) -> None:
        for token in tokens:
            if self._is_shown or token.type in ("cloze_open", "cloze_close"):
                getattr(self, f"_{token.type}", self._tag)(token)

    @property
    def _is_shown(self) -> bool:
        return not self._gaps or self._target.gaps is not Gaps.HIDDEN

    # block tokens

    def _tag(self, token: Token) -> None:
        """Any paired or empty element without a method of its own."""
        if token.hidden or not token.tag:
            return
        if token.nesting < 0:
            self._parts.append(f"</{token.tag}>")
            return
        attributes = "".join(f' {name}="{html.escape(str(v))}"' for name, v in token.attrs.items() if name != "id")
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
            title = f'<p class="unsupported-title">{info}</p>'
            self._trusted(f'<div class="unsupported">{title}{render_code(token.content, "")}</div>')
        else:
            pieces: Pieces = token.meta.get("pieces", ())
            if self._target.gaps is Gaps.HIDDEN:
                pieces = tuple(_without_hidden(pieces))
            self._trusted(render_code(token.content, info, pieces, self._mark))

    def _callout_open(self, token: Token) -> None:
        kind = re.sub(r"[^a-z0-9-]", "", str(token.meta["kind"]))
        self._trusted(f'<div class="callout callout-{kind}">')
        self._parts.append('<p class="callout-title">')
        self.blocks(token.children or [Token("text", "", 0, content=token.content.capitalize())])
        self._parts.append("</p>\n")

    def _callout_close(self, token: Token) -> None:  # noqa: ARG002
        self._trusted("</div>\n")

    def _code_block(self, token: Token) -> None:
        self._trusted(render_code(token.content, ""))

    def _math_block(self, token: Token) -> None:
        self._trusted(f'<div class="math-display">{self._formula(token, display=True)}</div>')

    def _figure(self, token: Token) -> None:
        (image,) = token.children or [token]
        self._trusted(render_figure(image, self._target))

    def _inline(self, token: Token) -> None:
        self.blocks(token.children or ())

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

    # inline tokens

    def _text(self, token: Token) -> None:
        text = html.escape(token.content, quote=False)
        self._parts.append(text if self._plain_link else _ADDRESS.sub(r'<a href="\g<0>">\g<0></a>', text))

    def _footnote_ref(self, token: Token) -> None:
        self._notes.setdefault(str(token.meta["id"]), token.meta.get("note", ()))
        number = list(self._notes).index(str(token.meta["id"])) + 1
        self._parts.append(f"<sup>[{number}]</sup>")

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
        markup = self._formula(token, display=display)
        self._trusted(f'<span class="math-display">{markup}</span>' if display else markup)

    def _image(self, token: Token) -> None:
        asset = self._target.find_image(str(token.attrs["src"]))
        if asset is None:
            self._missing(token)
            return
        inline = "" if self._gaps else ' class="inline"'  # a picture that is asked for is no icon
        self._trusted(f'<img{inline} src="{html.escape(self._target.image(asset))}" alt="{alternative(token)}">')

    def _media(self, token: Token) -> None:
        asset = self._target.find_image(str(token.attrs["src"]))
        if asset is None:
            self._missing(token)
        else:
            self._trusted(self._target.media(asset))

    def _missing(self, token: Token) -> None:
        self._trusted(f'<span class="inline missing">{html.escape(str(token.attrs["src"]))}</span>')

    def _link_open(self, token: Token) -> None:
        address = self._target.link(str(token.attrs.get("href", "")))
        self._plain_link.append(address is None)
        if address is not None:
            self._parts.append(f'<a href="{html.escape(address)}">')

    def _link_close(self, token: Token) -> None:  # noqa: ARG002
        if self._plain_link and not self._plain_link.pop():
            self._parts.append("</a>")

    # gaps

    def _cloze_open(self, token: Token) -> None:
        if self._is_shown:
            self._trusted(self._mark(GapMark(token.meta["number"])))
        self._gaps += 1

    def _cloze_close(self, token: Token) -> None:
        self._gaps -= 1
        if self._is_shown:
            self._trusted(self._mark(GapMark(0, str(token.meta.get("hint", "")))))

    def _mark(self, mark: GapMark) -> str:
        return write_mark(mark, self._target.gaps)

    def _formula(self, token: Token, *, display: bool) -> str:
        """A formula with the gaps that stand in it."""
        depth = self._gaps
        tex = ""
        for piece in token.meta.get("pieces", (token.content,)):
            if isinstance(piece, GapMark):
                tex += _boxed(piece, self._target.gaps, inside=depth > 0)
                depth += 1 if piece.opens else -1
            elif self._target.gaps is Gaps.ANKI and depth:
                tex += space_tex(piece)
            elif self._target.gaps is not Gaps.HIDDEN or depth == self._gaps:
                tex += piece
        return self._target.math(tex, display)


def _boxed(mark: GapMark, gaps: Gaps, *, inside: bool) -> str:
    """Where a gap of a formula begins or ends; on a page it stands in a box, which is empty where it is hidden."""
    if gaps is Gaps.ANKI:
        return write_mark(mark, gaps)
    if gaps is Gaps.SHOWN:
        return r"\boxed{" if mark.opens else "}"
    return rf"\underline{{\text{{{BLANK}}}}}" if mark.opens and not inside else ""


def _without_hidden(pieces: Pieces) -> Pieces:
    """Pieces of code without what stands in a gap."""
    kept: list[str | GapMark] = []
    depth = 0
    for piece in pieces:
        if isinstance(piece, str):
            kept += [] if depth else [piece]
        else:
            kept += [piece] if depth == (0 if piece.opens else 1) else []
            depth += 1 if piece.opens else -1
    return tuple(kept)
