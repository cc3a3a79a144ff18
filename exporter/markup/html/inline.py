"""Inline tokens → HTML: text, links, formulas, gaps."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from markdown_it.token import Token

from exporter.machinery.addresses import far_address
from exporter.machinery.html_text import Html, escape, rewrite
from exporter.markup.html.card_or_page import Gaps, Target, link_address
from exporter.markup.html.figures import alternative, own_size, short_address
from exporter.markup.html.gaps import space_tex, without_hidden, write_gaps, write_mark
from exporter.markup.html.placeholders import fill_slots, write_slot
from exporter.markup.html.sanitiser import sanitise
from exporter.reading.markdown import GapMark, Pieces

_ADDRESS = re.compile(r"https?://[A-Za-z0-9._~:/?#@!$&()*+,;=%\[\]-]*[A-Za-z0-9/_~#=&%-]")
_PARAGRAPH_TAG = re.compile(r"^<(/?)p\b", re.IGNORECASE)
_LONE_ANCHOR = re.compile(r"<a\s[^>]*\b(?:id|name)\s*=\s*[\"']?[^\"'>]+", re.IGNORECASE)
_TABLE_TAG = re.compile(r"</?table\b", re.IGNORECASE)
_EMPTY_PARAGRAPH = re.compile(r"<p>\s*</p>\n?")


_FRAME = re.compile(r"""<(?:iframe|embed|object)\b[^>]*?\b(?:src|data)\s*=\s*["']?([^\s"'>]+)""", re.IGNORECASE)


class InlineWriter:
    """Collects what notes bring as HTML in `parts`, which pass the sanitiser. What is HTML already waits in slots."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.parts: list[str] = []
        self._slots: list[Html] = []
        self._plain_link: list[bool] = []
        self._plain_references: list[bool] = []
        self.notes: dict[str, tuple[Token, ...]] = {}
        self._gaps = 0  # how many gaps are open here

    def finish(self) -> Html:
        """All that was written, sanitised."""
        clean = fill_slots(sanitise("".join(self.parts)), self._slots)
        clean = rewrite(clean, lambda markup: _EMPTY_PARAGRAPH.sub("", markup).strip())
        return write_gaps(clean) if self.target.gaps is Gaps.ANKI else clean

    def trusted(self, markup: Html) -> None:
        """Put HTML of our own in, past the sanitiser."""
        self.parts.append(write_slot(str(len(self._slots))))
        self._slots.append(markup)

    def blocks(self, tokens: Sequence[Token]) -> None:
        """Write tokens one after the other, each by the method that has its name."""
        for token in tokens:
            if self._is_shown or token.type in ("cloze_open", "cloze_close"):
                getattr(self, f"_{token.type}", self.tag)(token)

    @property
    def _is_shown(self) -> bool:
        return not self._gaps or self.target.gaps is not Gaps.HIDDEN

    def tag(self, token: Token) -> None:
        """Any paired or empty element without a method of its own."""
        if token.hidden or not token.tag:
            return
        if token.nesting < 0:
            self.parts.append(f"</{token.tag}>")
            return
        attributes = "".join(f' {name}="{escape(v)}"' for name, v in token.attrs.items() if name != "id")
        self.parts.append(f"<{token.tag}{attributes}>")

    def _text(self, token: Token) -> None:
        if mentions := token.meta.get("mentions"):
            found = self.target.references.mentioned(mentions)
            if found is not None:
                self.trusted(found)
                return
        text = escape(token.content, quote=False)
        self.parts.append(text if self._plain_link else _ADDRESS.sub(r'<a href="\g<0>">\g<0></a>', text))

    def _footnote_ref(self, token: Token) -> None:
        self.notes.setdefault(str(token.meta["id"]), token.meta.get("note", ()))
        number = list(self.notes).index(str(token.meta["id"])) + 1
        self.parts.append(f"<sup>[{number}]</sup>")

    def _text_special(self, token: Token) -> None:
        self._text(token)

    def _softbreak(self, token: Token) -> None:
        self.parts.append("" if token.meta.get("joins") else "\n")

    def _hardbreak(self, token: Token) -> None:  # noqa: ARG002
        self.parts.append("<br>")

    def _code_inline(self, token: Token) -> None:
        pieces: Pieces = token.meta.get("pieces", (token.content,))
        if self.target.gaps is Gaps.HIDDEN:
            pieces = without_hidden(pieces)
        self.parts.append("<code>")
        for piece in pieces:
            if isinstance(piece, GapMark):
                self.trusted(self.mark(piece))
            else:
                self.parts.append(escape(piece, quote=False))
        self.parts.append("</code>")

    def _html_inline(self, token: Token) -> None:
        if _LONE_ANCHOR.match(token.content) and "href" not in token.content.lower():
            return  # a mark for links, which lead to questions here
        if (frame := _FRAME.match(token.content)) and (address := far_address(html.unescape(frame[1]))):
            self.trusted(self.target.film(address))
        tag = _PARAGRAPH_TAG.sub(r"<\1div", token.content)  # <p> cannot hold the blocks that notes put into it
        if _TABLE_TAG.match(tag):
            tag = f'<div class="table">{tag}' if tag[1] != "/" else f"{tag}</div>\n"
        self.parts.append(tag)

    def _refer_open(self, token: Token) -> None:
        opening = self.target.references.opening(str(token.meta["name"]))
        self._plain_references.append(opening is None)
        if opening is not None:
            self.trusted(opening)

    def _refer_close(self, token: Token) -> None:  # noqa: ARG002
        if self._plain_references and not self._plain_references.pop():
            self.trusted(Html("</a>"))

    def named(self, token: Token) -> Html:
        """Where references to what a token bears lead."""
        anchors = map(self.target.references.anchor, token.meta.get("names", ()))
        return Html().join(Html('<span id="{}"></span>').format(anchor) for anchor in anchors if anchor)

    def _math(self, token: Token) -> None:
        display = bool(token.meta["display"])
        markup = self.formula(token, display=display)
        markup = self.named(token) + markup
        self.trusted(Html('<span class="math-display">{}</span>').format(markup) if display else markup)

    def _image(self, token: Token) -> None:
        asset = self.target.find_image(str(token.attrs["src"]))
        if asset is None:
            self._missing(token)
            return
        size = own_size(token)
        inline = size if self._gaps or size else Html(' class="inline"')  # a picture that is asked for is no icon
        picture = Html('<img{} src="{}" alt="{}">')
        self.trusted(picture.format(inline, self.target.image(asset), alternative(token)))

    def _media(self, token: Token) -> None:
        asset = self.target.find_image(str(token.attrs["src"]))
        if asset is None:
            self._missing(token)
        else:
            self.trusted(self.target.media(asset))

    def _missing(self, token: Token) -> None:
        address = str(token.attrs["src"])
        if token.type == "media" and (far := far_address(address)):
            self.trusted(self.target.film(far))
            return
        far = far_address(address)
        shown = link_address(far) if far else escape(short_address(address))
        self.trusted(Html('<span class="inline missing">{}</span>').format(shown))

    def _link_open(self, token: Token) -> None:
        address = self.target.link(str(token.attrs.get("href", "")))
        self._plain_link.append(address is None)
        if address is not None:
            self.parts.append(f'<a href="{escape(address)}">')

    def _link_close(self, token: Token) -> None:  # noqa: ARG002
        if self._plain_link and not self._plain_link.pop():
            self.parts.append("</a>")

    # gaps

    def _cloze_open(self, token: Token) -> None:
        if self._is_shown:
            self.trusted(self.mark(GapMark(token.meta["number"])))
        self._gaps += 1

    def _cloze_close(self, token: Token) -> None:
        self._gaps -= 1
        if self._is_shown:
            self.trusted(self.mark(GapMark(0, str(token.meta.get("hint", "")))))

    def mark(self, mark: GapMark) -> Html:
        """What stands where a gap begins or ends."""
        return write_mark(mark, self.target.gaps)

    def formula(self, token: Token, *, display: bool) -> Html:
        """A formula with the gaps that stand in it."""
        depth = self._gaps
        tex = ""
        for piece in token.meta.get("pieces", (token.content,)):
            if isinstance(piece, GapMark):
                tex += _boxed(piece, self.target.gaps, inside=depth > 0)
                depth += 1 if piece.opens else -1
            elif self.target.gaps is Gaps.ANKI and depth:
                tex += space_tex(piece)
            elif self.target.gaps is not Gaps.HIDDEN or depth == self._gaps:
                tex += piece
        return self.target.math(tex + str(token.meta.get("definitions", "")), display)


def tex_of(formula: Token) -> str:
    """The TeX of a formula without gaps, with the definitions of its file that it uses."""
    return formula.content + str(formula.meta.get("definitions", ""))


def _boxed(mark: GapMark, gaps: Gaps, *, inside: bool) -> str:
    """Where a gap of a formula begins or ends; on a page it stands in a box, which is empty where it is hidden."""
    if gaps is Gaps.ANKI:
        return write_mark(mark, gaps)
    if gaps is Gaps.SHOWN:
        return r"\boxed{" if mark.opens else "}"
    return r"\underline{\hspace{4em}}" if mark.opens and not inside else ""
