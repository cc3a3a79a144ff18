"""From a question and the tokens below it to what stands on the two sides of a card.

In: a `Question` and where it ends. Out: `Sides`, or why there is no answer. Knows nothing of sections and keys.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from markdown_it.token import Token

from exporter.model import CardKind
from exporter.reading.cutting.bodies import answer_fold, balance, clean, unfold
from exporter.reading.cutting.kinds import settle_kind
from exporter.reading.cutting.parts import divide, take_extra, take_hint
from exporter.reading.cutting.sides import Sides
from exporter.reading.dialects.dialect import Question
from exporter.reading.dialects.multiple_choice import read_choice
from exporter.reading.dialects.obsidian_callouts import callout_kind, without_marker
from exporter.reading.dialects.options import needs_question
from exporter.reading.markdown import plain_text
from exporter.reading.page.answer_keys import answer_of, said_in
from exporter.reading.page.key_entries import Said
from exporter.reading.page.page import Page, weigh
from exporter.reading.page.question_titles import drop_start
from exporter.reading.page.wording import answer_line, asks, is_answer_heading, is_epilogue, is_placeholder

_URL = re.compile(r"<?https?://\S+>?")
_LONGEST_URL = 2000
_TOLD = 15
"""Characters of a link behind a term (`SSL: [Secure Socket Layer](…)`) that say what it means."""
_MAX_LEAD = 300
"""Characters of prose between a question and its options; more, and it is an answer with a checklist."""


def read_sides(page: Page, question: Question, end: int, words: frozenset[str], *, all_cloze: bool) -> Sides:
    """Split what stands below a question. `words` are what its author says of it; see `settle_kind`."""
    head = question.title.inline
    if question.back or question.more or question.kind is CardKind.CLOZE:
        more, extra = clean(question.more), clean(question.extra)
        sides = Sides(head, more, _polished(question.back), question.kind, extra=extra, explained=bool(more))
    else:
        sides = _split(page, question, end)
    sides = settle_kind(sides, words, all_cloze=all_cloze)
    fault = "" if sides.kind is CardKind.CLOZE else _fault(sides.back)
    is_told = fault == "answer-link" and (question.marked or _tells(question.lead))
    return replace(sides, fault="" if is_told else fault)


def _tells(lead: Sequence[Token]) -> bool:
    """Whether a link behind a term says what the term means."""
    text = plain_text(lead)
    return len(text) >= _TOLD and not _URL.fullmatch(text)


def _split(page: Page, question: Question, end: int) -> Sides:
    """The sides of a question whose answer stands below it, in its parts."""
    start = question.stop if question.answer is None else question.answer
    parts = divide((*question.lead, *page.tokens[start:end]))
    more: tuple[Token, ...]
    if question.answer is None:
        key = said_in(page.keys, question.start, question.title.number)
        body = clean(parts.body) or answer_of(key, question.title.inline)
        more, back, kind = _split_options(body, question, key, quiz=page.has_ticks)
    else:
        more, back, kind = clean(page.tokens[question.stop : question.answer]), clean(parts.body), question.kind
    explained = bool(more) or parts.answer is not None
    if parts.answer is not None:
        answer = clean(parts.answer)
        more, back = (more, (*back, *answer)) if kind is CardKind.CHOICE else ((*more, *back), answer)
    back = _polished(back)
    hint, extra = parts.hint, parts.extra
    if not hint:
        back, hint = take_hint(back)
    if not extra:
        back, extra = take_extra(back)
    return Sides(question.title.inline, more, back, kind, hint, extra, explained, comments=parts.comments)


def _polished(back: tuple[Token, ...]) -> tuple[Token, ...]:
    """The answer without frames, folds and labels that only say that it is one."""
    opened = clean(unfold(_without_callout(back)))
    bare = _without_label(opened)
    return opened if bare is opened else clean(bare)


def _split_options(
    below: tuple[Token, ...], question: Question, key: Said, *, quiz: bool
) -> tuple[tuple[Token, ...], tuple[Token, ...], CardKind]:
    """Options, and what stands above a fold that says "Answer", belong to the question. `quiz`: the file has ticks."""
    fold = answer_fold(below)
    choice = read_choice(below, key)
    if choice and fold is not None and len(choice.lead) >= fold:
        choice = None
    if choice and asks(question.title.text) and _is_answer(choice.lead, below):
        choice = None
    kind = question.kind
    if choice and (choice.correct or quiz) and _prose(choice.lead) <= _MAX_LEAD:
        return clean(choice.front), choice.back, CardKind.CHOICE if choice.correct else kind
    if fold is not None:
        return clean(below[:fold]), tuple(balance(below[fold:])), kind
    return (), below, kind


def _is_answer(lead: Sequence[Token], below: Sequence[Token]) -> bool:
    """Whether what stands between a question that asks and boxes without letters answers it: the boxes are things to do."""
    lines = [token for token in lead if token.type == "inline"]
    if not lines or not needs_question(below, len(lead)):
        return False
    text = plain_text(lines[-1].children or ())
    leads_in = not is_epilogue(text) and (text.endswith((":", "：", "?", "？", ")", "）")) or asks(text))
    return any(token.type == "heading_open" for token in lead) or not leads_in


def _prose(tokens: Sequence[Token]) -> int:
    """Characters that a reader sees, but for code: a question with options may be about a long listing."""
    return sum(weigh(token) for token in tokens if token.type not in ("fence", "code_block"))


def _without_callout(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """The answer of a callout that is a callout itself, without its frame and its title."""
    if callout_kind(tokens, 0) not in ("success", "check", "done", "answer", "solution"):
        return tokens
    if tokens[-1].type != "blockquote_close" or sum(t.level == tokens[0].level and t.nesting > 0 for t in tokens) > 1:
        return tokens
    inside = tokens[4:-1]
    title = without_marker(tokens[2].children or [])
    label = not plain_text(title) or is_answer_heading(plain_text(title))
    return inside if label else (tokens[1], tokens[2].copy(children=title), tokens[3], *inside)


def _without_label(back: tuple[Token, ...]) -> tuple[Token, ...]:
    """The answer without 答：, `**回答：**` or a heading "Answer" before it."""
    if len(back) < 3 or back[1].type != "inline":
        return back
    text = plain_text(back[1].children or ())
    if back[0].type == "heading_open":
        return back[3:] if is_answer_heading(text) and len(back) > 3 else back
    cut = answer_line(text) if back[0].type == "paragraph_open" else 0
    if not cut:
        return back
    children = drop_start(back[1].children or [], cut)
    if not plain_text(children) and not any(child.type == "image" for child in children):
        return back[3:]
    return (back[0], back[1].copy(children=children), *back[2:])


def _fault(back: Sequence[Token]) -> str:
    if not any(map(weigh, back)):
        return "answer-empty"
    text = plain_text(back)
    if len(text) < _LONGEST_URL and not any(token.type in ("figure", "fence") for token in back):
        if len(text) < 80 and is_placeholder(text):
            return "answer-placeholder"
        if _URL.fullmatch(text):
            return "answer-link"
    return "answer-link" if _is_bare_link(back) else ""


def _is_bare_link(back: Sequence[Token]) -> bool:
    """Whether the answer is one link and nothing else."""
    if len(back) != 3 or back[1].type != "inline":
        return False
    links = depth = 0
    for child in back[1].children or ():
        if child.meta.get("embed"):
            return False  # the text of another note
        if child.type in ("link_open", "link_close"):
            depth += child.nesting
            links += child.nesting > 0
        elif child.type == "image" or (not depth and any(char.isalnum() for char in child.content)):
            return False
    return links == 1
