"""The fields of a note by name, for each kind of card."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from markdown_it.token import Token

from exporter.cards.anki_syntax import field_html
from exporter.cards.source_links import source_address
from exporter.config import Config
from exporter.machinery.html_text import FieldHtml, Html, escape, rewrite
from exporter.markup.html import Gaps, Target, render_body, render_tokens
from exporter.model import Card, CardKind, Chapter
from exporter.reading.card_language import card_language
from exporter.reading.cutting.typed import split_typed
from exporter.reading.dialects.multiple_choice import Option, option_keys, split_explanation, split_options
from exporter.reading.markdown import has_gaps, plain_text
from exporter.reading.page.option_keys import usual_keys
from exporter.source import Span

_SHORT_QUESTION, _SHORT_ANSWER = 40, 80
_UNLIKE_WORDS = frozenset({"image", "code_inline", "hardbreak", "softbreak", "html_inline"})
_PARAGRAPH = ["paragraph_open", "inline", "paragraph_close"]
_HEAD = 3
"""Tokens of the question's own paragraph: its opening, its words, its closing."""


def note_fields(card: Card, number: str, chapter: Chapter, target: Target, config: Config) -> Mapping[str, FieldHtml]:
    """The fields of a note but for its key; those that are not named stay empty. `number` is that of its question on paper."""
    lang = card_language(card, chapter.lang)
    sides = _sides(card, target, lang, shuffle=config.anki.shuffle)
    if is_short(card):
        sides = {name: rewrite(text, _as_short) for name, text in sides.items()}
    fields = {
        **sides,
        "Hint": render_body(card.hint, target),
        "Extra": render_body(card.extra, target),
        "Breadcrumb": _breadcrumb((chapter.title, *card.sections)),
        "Number": escape(number),
        "Source": _source(card.span, config),
        "Lang": escape(lang),
    }
    return {name: field_html(value) for name, value in fields.items()}


@lru_cache(64)
def _breadcrumb(headings: tuple[str, ...]) -> Html:
    """The headings above a question, outermost first: many questions have the same."""
    return Html().join(map(Html('<span class="crumb">{}</span>').format, headings))


def _as_short(markup: str) -> str:
    return markup.replace("<p>", '<p class="short">', 1)


def _as_lead(markup: str) -> str:
    return markup.replace("<p>", '<p class="lead">', 1)


def is_short(card: Card) -> bool:
    """Whether a card is a word, a term or a date: its sides are a line of text each, and the templates set them large."""
    if card.kind not in (CardKind.BASIC, CardKind.REVERSED, CardKind.TYPE_IN):
        return False
    return _is_line(card.front.tokens, _SHORT_QUESTION) and _is_line(card.back.tokens, _SHORT_ANSWER)


def _is_line(tokens: Sequence[Token], longest: int) -> bool:
    """Whether tokens are one paragraph of plain words, `longest` letters at most; a 汉字 is as wide as two.

    A paragraph that only sounds, as a word does that one learns to say, may stand above or below it.
    """
    if [token.type for token in tokens] != _PARAGRAPH * (len(tokens) // 3):
        return False
    lines = [token.children or [] for token in tokens[1::3]]
    lines = [line for line in lines if any(child.type != "media" and child.content.strip() for child in line)]
    if len(lines) != 1:
        return False
    (children,) = lines
    text = plain_text(children)
    if len(text) > longest:
        return False
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide <= longest and not {child.type for child in children} & _UNLIKE_WORDS


def _sides(card: Card, target: Target, lang: str, *, shuffle: bool) -> dict[str, Html]:
    """What is asked and what is answered."""
    match card.kind:
        case CardKind.CLOZE:
            return {"Question": _passage(card, target), "Answer": render_body(card.back, target)}
        case CardKind.CHOICE:
            question, options = split_options(card.front.tokens)
            return {
                "Question": render_tokens(question, target),
                "Options": _options(options, _unusual_keys(card, lang), target, shuffle=shuffle),
                "Answer": render_tokens(split_explanation(card.back.tokens), target),
            }
        case CardKind.TYPE_IN if typed := split_typed(card.back.tokens):
            return {
                "Question": render_body(card.front, target),
                "Typed": escape(typed[0], quote=False),
                "Answer": render_tokens(typed[1], target),
            }
    return {"Question": render_body(card.front, target), "Answer": render_body(card.back, target)}


def _passage(card: Card, target: Target) -> Html:
    """The text of a cloze. A question without gaps above it leads it."""
    passage = replace(target, gaps=Gaps.ANKI)
    head, text = card.front.tokens[:_HEAD], card.front.tokens[_HEAD:]
    if not text or has_gaps(head):
        return render_body(card.front, passage)
    lead = rewrite(render_tokens(head, passage), _as_lead)
    return Html("\n").join((lead, render_tokens(text, passage)))


def _unusual_keys(card: Card, lang: str) -> tuple[str, ...]:
    """What counts the options of a card, "" for each where that is what the style sheet writes."""
    keys = option_keys(card.front.tokens, lang)
    return ("",) * len(keys) if keys == usual_keys(len(keys), lang) else keys


def _options(options: Sequence[Option], keys: Sequence[str], target: Target, *, shuffle: bool) -> Html:
    """The options as a list; how many are right, where several are, is said in front of them."""
    items = (_option(option, target, key) for option, key in zip(options, keys, strict=True))
    several = sum(option.is_right for option in options)
    how_many = Html(' data-right="{}"').format(several) if several > 1 else ""
    shuffled = " data-shuffle" if shuffle else ""
    return Html('<ol class="options"{}{}>\n{}</ol>').format(how_many, shuffled, Html().join(items))


def _option(option: Option, target: Target, key: str) -> Html:
    """An option; `key` is what counts it where that is not what the style sheet writes."""
    right = " is-right" if option.is_right else ""
    counted = Html(' data-key="{}"').format(key) if key else ""
    return Html('<li class="option{}"{}>{}</li>\n').format(right, counted, render_tokens(option.tokens, target))


def _source(span: Span, config: Config) -> Html:
    """Where the question stands in the notes: a quiet link where they are on the network, the path where its author asks.

    Unseen it is there in any case: a lost lock is rebuilt from it.
    """
    place = f"{span.path}:{span.line}"
    if not config.source_url:
        hidden = "" if config.anki.show_path else " hidden"
        return Html('<span class="source"{}>{}</span>').format(hidden, place)
    address = source_address(span.path, span.line, config)
    return Html('<a class="source" href="{}" title="{}"><span hidden>{}</span></a>').format(address, place, place)
