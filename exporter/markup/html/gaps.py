"""Gaps as Anki reads them: `{{c1::text::hint}}` in the HTML of a field.

Anki looks for `{{c1::`, `::` and `}}` in the field's source before any HTML is parsed, in tags and code too; so what
stands in a gap is written with entities where it would end the gap or begin a hint. While HTML is put together, gaps
are marks that no note can write (`placeholders`).
"""

from __future__ import annotations

import re

from exporter.machinery.html_text import Html, escape, rewrite
from exporter.markup.html.card_or_page import Gaps
from exporter.markup.html.placeholders import slots, write_slot
from exporter.reading.markdown import GapMark, Pieces

_MARK = slots(r"\+(\d+)|-(.*?)")
_OPENS = re.compile(r"\{\{(?=c\d)")

_BLANK = "\u00a0" * 9


def write_mark(mark: GapMark, gaps: Gaps) -> Html:
    """What stands where a gap begins or ends. Of a gap that is hidden only the beginning is shown, as a blank."""
    match gaps, mark.opens:
        case Gaps.ANKI, True:
            return write_slot(f"+{mark.number}")
        case Gaps.ANKI, False:
            return write_slot(Html("-{}").format(escape(mark.hint, quote=False)))
        case Gaps.HIDDEN, True:
            return Html('<u class="blank">{}</u>').format(_BLANK)
        case Gaps.HIDDEN, False:
            return Html(" ({})").format(escape(mark.hint, quote=False)) if mark.hint else Html()
        case _, True:
            return Html('<span class="cloze">')
        case _:
            return Html("</span>")


def write_gaps(markup: Html) -> Html:
    """HTML with Anki's own syntax in the place of the marks, and nothing else that Anki would take for it."""
    return rewrite(markup, _write_gaps)


def _write_gaps(markup: str) -> str:
    parts: list[str] = []
    depth = position = 0
    for mark in _MARK.finditer(markup):
        closes = mark[1] is None
        parts.append(_escape(markup[position : mark.start()], in_gap=depth > 0, closes=closes))
        if closes:
            hint = _escape(mark[2], in_gap=True, closes=True)
            parts.append(f"::{hint}}}}}" if hint else "}}")
        else:
            parts.append(f"{{{{c{mark[1]}::")
        depth += -1 if closes else 1
        position = mark.end()
    return "".join((*parts, _escape(markup[position:], in_gap=False, closes=False)))


def without_hidden(pieces: Pieces) -> Pieces:
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


def space_tex(tex: str) -> str:
    """TeX that does not close the gap it stands in: a space between braces changes nothing in a formula."""
    return re.sub(r"\}(?=\}|$)", "} ", tex)


def _escape(markup: str, *, in_gap: bool, closes: bool) -> str:
    markup = _OPENS.sub("&#123;&#123;", markup)
    if not in_gap:
        return markup
    markup = markup.replace("}}", "&#125;&#125;").replace("::", "&#58;&#58;")
    if closes and markup.endswith(("}", ":")):
        markup = f"{markup[:-1]}&#{ord(markup[-1])};"
    return markup
