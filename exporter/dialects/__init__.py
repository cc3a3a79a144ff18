"""First, simple version (headings only); is being replaced."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from markdown_it.token import Token

from exporter.diagnostics import Diagnostic, Outcome, report
from exporter.markdown import plain_text
from exporter.model import Body, Card, CardKind, Item, LeftOut, Prose, Section
from exporter.source import SourceFile, Span

RULES = ("auto", "none", "h1", "h2", "h3", "h4", "h5", "h6", "bold", "qa", "details", "callout", "logseq", "flashcards", "choice", "cloze", "file")

_NUMBER = re.compile(r"\s*((?:Q|问题|面试问题)?\s*\d+(?:\.\d+)*)\s*[.、:：)）\s]\s*(?=\S)", re.IGNORECASE)
_CONTENTS = re.compile(r"(目\s*录|(table of )?contents|toc)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Document:
    """What a dialect reads."""

    source: SourceFile
    tokens: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read."""

    rule: str
    title: str
    items: tuple[Item, ...]
    left_out: tuple[LeftOut, ...]


def read_document(document: Document, rule: str = "auto") -> Outcome[Reading]:
    """Cut a document at its headings."""
    tokens, source = document.tokens, document.source
    marks = [i for i, t in enumerate(tokens) if t.type == "heading_open" and t.level == 0]
    texts = {i: plain_text(tokens[i + 1].children or ()) for i in marks}
    toc = {i for i in marks if _CONTENTS.match(texts[i])}
    score: Counter[str] = Counter()
    for i in marks:
        if i not in toc:
            score[tokens[i].tag] += 1 + 2 * bool(_NUMBER.match(texts[i])) + 2 * (texts[i][-1:] in "?？")
    best = rule if rule in score else max(score, key=lambda t: score[t], default="")
    title = texts[marks[0]] if marks and tokens[marks[0]].tag == "h1" and best != "h1" else ""
    items: list[Item] = []
    left: list[LeftOut] = []
    diagnostics: list[Diagnostic] = []
    sections: list[tuple[int, str]] = []
    edges = [*marks, len(tokens)]
    if edges[0] > 0:
        items.append(Prose(_body(source, tokens[: edges[0]])))
    for number, (start, end) in enumerate(zip(edges, edges[1:], strict=False)):
        back = list(tokens[start + 3 : end])
        text = texts[start]
        if start in toc:
            continue
        if tokens[start].tag == best:
            if not back:
                left.append(LeftOut(text, "no answer", _span(source, tokens[start])))
                diagnostics.append(report("answer-empty", _span(source, tokens[start]), f'no answer to "{text}"'))
                continue
            items.append(_card(source, tokens, start, back, tuple(t for _, t in sections)))
        elif tokens[start].tag > best and items and isinstance(items[-1], Card):
            last = items[-1]
            tokens_back = (*last.back.tokens, *tokens[start:end])
            items[-1] = Card(last.kind, last.key, last.number, last.text, last.front, _body(source, tokens_back), None, None, last.sections, (), last.anchors, last.span)
        else:
            level = int(tokens[start].tag[1])
            if not (title and number == 0):
                sections = [s for s in sections if s[0] < level] + [(level, text)]
                items.append(Section(max(1, len(sections)), _body(source, tokens[start + 1 : start + 2]), text, (), _span(source, tokens[start])))
            if back:
                items.append(Prose(_body(source, tokens[start + 3 : end])))
    name = f"{best} headings" if any(isinstance(i, Card) for i in items) else "none"
    return Outcome(Reading(name, title, tuple(items), tuple(left)), tuple(diagnostics))


def _span(source: SourceFile, token: Token) -> Span:
    start, end = token.map or (0, 1)
    return source.span(start, end)


def _body(source: SourceFile, tokens: tuple[Token, ...] | list[Token]) -> Body:
    maps = [t.map for t in tokens if t.map]
    start, end = (min(m[0] for m in maps), max(m[1] for m in maps)) if maps else (0, 0)
    return Body(tuple(tokens), "\n".join(source.lines[start:end]), source.span(start, end))


def _card(source: SourceFile, tokens: tuple[Token, ...], start: int, back: list[Token], sections: tuple[str, ...]) -> Card:
    inline = tokens[start + 1]
    children = list(inline.children or ())
    number = ""
    if children and children[0].type == "text" and (match := _NUMBER.match(children[0].content)):
        number = match[1]
        children[0] = children[0].copy(content=children[0].content[match.end() :])
    question = inline.copy(children=children)
    opening = Token("paragraph_open", "p", 1, map=inline.map, block=True)
    closing = Token("paragraph_close", "p", -1, block=True)
    text = plain_text(children)
    anchor = tokens[start].attrs.get("id")
    slug = re.sub(r"[^\w\- ]", "", plain_text(inline.children or ()).lower()).replace(" ", "-")
    front = Body((opening, question, closing), text, _span(source, inline))
    anchors = tuple(dict.fromkeys([*([str(anchor)] if anchor else []), slug]))
    return Card(CardKind.BASIC, "", number, text, front, _body(source, back), None, None, sections, (), anchors, _span(source, tokens[start]))
