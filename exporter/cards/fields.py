"""The fields of a note by name, for each kind of card."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import quote

from markdown_it.token import Token

from exporter.markup.html import Gaps, Target, render_body, render_tokens
from exporter.markup.html.slots import slots, write_slot
from exporter.model import Card, CardKind, Chapter
from exporter.reading.cutting.typed import split_typed
from exporter.reading.dialects.multiple_choice import Option, split_explanation, split_options
from exporter.reading.markdown import has_gaps
from exporter.source import Span

_ANKI_SYNTAX = re.compile(r"\[(?=sound:|latex\]|/latex\]|\$|/\$|anki:)", re.IGNORECASE)
_SOUND = slots("sound:(.*?)")
_HEAD = 3
"""Tokens of the question's own paragraph: its opening, its words, its closing."""


def note_fields(card: Card, chapter: Chapter, target: Target, source_url: str) -> Mapping[str, str]:
    """The fields of a note but for its key; those that are not named stay empty."""
    crumbs = "".join(f'<span class="crumb">{html.escape(crumb)}</span>' for crumb in (chapter.title, *card.sections))
    fields = {
        **_sides(card, target),
        "Hint": render_body(card.hint, target),
        "Extra": render_body(card.extra, target),
        "Breadcrumb": crumbs,
        "Number": html.escape(card.number),
        "Source": _source(card.span, source_url),
        "Lang": chapter.lang,
    }
    return {name: _SOUND.sub(r"[sound:\1]", _ANKI_SYNTAX.sub("&#91;", value)) for name, value in fields.items()}


def _sides(card: Card, target: Target) -> dict[str, str]:
    """What is asked and what is answered."""
    match card.kind:
        case CardKind.CLOZE:
            return {"Question": _passage(card, target), "Answer": render_body(card.back, target)}
        case CardKind.CHOICE:
            question, options = split_options(card.front.tokens)
            return {
                "Question": render_tokens(question, target),
                "Options": _options(options, target),
                "Answer": render_tokens(split_explanation(card.back.tokens), target),
            }
        case CardKind.TYPE_IN if typed := split_typed(card.back.tokens):
            return {
                "Question": render_body(card.front, target),
                "Typed": html.escape(typed[0], quote=False),
                "Answer": render_tokens(typed[1], target),
            }
    return {"Question": render_body(card.front, target), "Answer": render_body(card.back, target)}


def _passage(card: Card, target: Target) -> str:
    """The text of a cloze. A question without gaps above it leads it."""
    passage = replace(target, gaps=Gaps.ANKI)
    head, text = card.front.tokens[:_HEAD], card.front.tokens[_HEAD:]
    if not text or has_gaps(head):
        return render_body(card.front, passage)
    lead = render_tokens(head, passage).replace("<p>", '<p class="lead">', 1)
    return f"{lead}\n{render_tokens(text, passage)}"


def _options(options: Sequence[Option], target: Target) -> str:
    items = (_option(option.tokens, target, is_right=option.is_right) for option in options)
    return f'<ol class="options">\n{"".join(items)}</ol>'


def _option(tokens: Sequence[Token], target: Target, *, is_right: bool) -> str:
    right = " is-right" if is_right else ""
    return f'<li class="option{right}">{render_tokens(tokens, target)}</li>\n'


def _source(span: Span, source_url: str) -> str:
    """Where the question stands in the notes, as a link where the notes are on the network."""
    place = html.escape(f"{span.path}:{span.line}")
    if not source_url:
        return f'<span class="source">{place}</span>'
    address = source_url.replace("{path}", quote(span.path)).replace("{line}", str(span.line))
    return f'<a class="source" href="{html.escape(address)}">{place}</a>'


def write_sound(name: str) -> str:
    """A sound or a film, where it is to be played. Until the field is whole it is a mark that no note can hold."""
    return write_slot(f"sound:{name}")
