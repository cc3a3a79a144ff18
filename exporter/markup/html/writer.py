"""Block tokens → HTML, one method for each kind of token."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.common.utils import unescapeAll
from markdown_it.token import Token

from exporter.machinery.html_text import Html, escape
from exporter.markup.html.card_or_page import Gaps, Target
from exporter.markup.html.code import render_code
from exporter.markup.html.figures import render_figure
from exporter.markup.html.gaps import without_hidden
from exporter.markup.html.inline import InlineWriter
from exporter.markup.html.joined_signs import with_joined_signs
from exporter.model import Body
from exporter.reading.markdown import DIAGRAMS, Pieces, quoted_callouts

_HEADING_SHIFT = 2
"""Headings inside an answer stand below the question, which is a page's h2 or h3."""


def render_body(body: Body | None, target: Target) -> Html:
    """The HTML of a body; "" for none."""
    return render_tokens(body.tokens, target) if body else Html()


def render_tokens(tokens: Sequence[Token], target: Target) -> Html:
    """The HTML of block tokens, sanitised."""
    writer = _Writer(target)
    writer.blocks(quoted_callouts(tokens))
    writer.footnotes()
    return writer.finish()


class _Writer(InlineWriter):
    """Blocks, and what stands in them."""

    def _heading_open(self, token: Token) -> None:
        self.parts.append(f"<h{min(6, int(token.tag[1]) + _HEADING_SHIFT)}>")

    def _heading_close(self, token: Token) -> None:
        self.parts.append(f"</h{min(6, int(token.tag[1]) + _HEADING_SHIFT)}>\n")

    def _paragraph_close(self, token: Token) -> None:
        if not token.hidden:
            self.parts.append("</p>\n")

    def _table_open(self, token: Token) -> None:  # noqa: ARG002 - called by token type
        self.parts.append('<div class="table"><table>')

    def _table_close(self, token: Token) -> None:  # noqa: ARG002
        self.parts.append("</table></div>\n")

    def _ordered_list_open(self, token: Token) -> None:
        start = f' start="{token.attrs["start"]}"' if "start" in token.attrs else ""
        self.parts.append(f'<ol class="paren"{start}>' if token.markup == ")" else f"<ol{start}>")

    def _list_item_open(self, token: Token) -> None:
        if "checked" in token.meta:
            done = " done" if token.meta["checked"] else ""
            self.parts.append(f'<li class="task"><span class="box{done}"></span>')
        else:
            names = (name for name in ("value", "data-key") if name in token.attrs)
            shown = (f' {name}="{escape(token.attrs[name])}"' for name in names)
            self.parts.append(f"<li{''.join(shown)}>")

    def _details_open(self, token: Token) -> None:  # noqa: ARG002
        self.parts.append("<details>")

    def _details_close(self, token: Token) -> None:  # noqa: ARG002
        self.parts.append("</details>\n")

    def _comment(self, token: Token) -> None:
        """Comments are for authors."""

    def _html_block(self, token: Token) -> None:
        self.parts.append(token.content)

    def _fence(self, token: Token) -> None:
        info = unescapeAll(token.info).strip()
        if info.lower() in DIAGRAMS:
            title = Html('<p class="unsupported-title">{}</p>').format(info)
            self.trusted(Html('<div class="unsupported">{}{}</div>').format(title, render_code(token.content, "")))
        else:
            pieces: Pieces = token.meta.get("pieces", ())
            if self.target.gaps is Gaps.HIDDEN:
                pieces = without_hidden(pieces)
            self.trusted(render_code(token.content, info, pieces, self.mark))

    def _callout_open(self, token: Token) -> None:
        kind = re.sub(r"[^a-z0-9-]", "", str(token.meta["kind"]))
        self.trusted(Html('<div class="callout callout-{}">').format(kind))
        self.parts.append('<p class="callout-title">')
        self.blocks(token.children or [Token("text", "", 0, content=token.content.capitalize())])
        self.parts.append("</p>\n")

    def _callout_close(self, token: Token) -> None:  # noqa: ARG002
        self.trusted(Html("</div>\n"))

    def _code_block(self, token: Token) -> None:
        self.trusted(render_code(token.content, ""))

    def _math_block(self, token: Token) -> None:
        formula = self.named(token) + self.formula(token, display=True)
        self.trusted(Html('<div class="math-display">{}</div>').format(formula))

    def _figure(self, token: Token) -> None:
        (image,) = token.children or [token]
        self.trusted(render_figure(image, self.target, beside=self.target.rows and "beside" in token.meta))

    def _inline(self, token: Token) -> None:
        if "names" in token.meta:
            self.trusted(self.named(token))
        self.blocks(tuple(with_joined_signs(token.children or ())))

    def footnotes(self) -> None:
        """The notes that the tokens refer to, at their end."""
        if not self.notes:
            return
        self.parts.append('<section class="footnotes"><ol>')
        for tokens in list(self.notes.values()):
            self.parts.append("<li>")
            self.blocks(tokens)
            self.parts.append("</li>")
        self.parts.append("</ol></section>")
