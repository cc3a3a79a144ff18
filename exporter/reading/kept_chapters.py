"""Chapters kept between builds, as JSON without their tokens.

In: a cache. Out: a way to read files that finds there what it read before, with all that was said of it. Whoever asks
a kept chapter for tokens lets its file be parsed again; most stages do not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import astuple
from functools import cache as once
from pathlib import Path
from typing import Any

from markdown_it.token import Token

from exporter.config import Config
from exporter.diagnostics import Diagnostic, Outcome, read_record, write_record
from exporter.machinery.cache import Cache
from exporter.model import (
    Accounts,
    Alternative,
    Body,
    Card,
    CardKind,
    Chapter,
    Decision,
    Imprint,
    Item,
    LateTokens,
    LeftOut,
    Mention,
    Prose,
    Section,
)
from exporter.reading.chapter import chapter_digest, cut_chapter, read_chapter, without_held
from exporter.reading.folder import Read
from exporter.reading.held_reading import agrees
from exporter.reading.rules import held_rule
from exporter.source import SourceFile, Span, decode, shown_path

_KIND = "chapters"

Load = Callable[[], Sequence[Sequence[Token]]]
"""The tokens of all bodies of a chapter, in the order of `_bodies`."""


def keep_chapters(cache: Cache) -> Read:
    """A `read_chapter` that remembers. What the last edition says of a file is asked where it may read it otherwise."""

    def cut(data: bytes, file: Path, config: Config) -> Outcome[Chapter | None]:
        held = held_rule(shown_path(file, config.root), config)
        for settings in (without_held(config), config) if held else (config,):
            digest = chapter_digest(data, file, settings)
            known = cache.find_json(_KIND, (digest,))
            if known and (settings is config or agrees(_read_decision(*known["decision"]), held)):
                return _read_chapter(known, digest, data, file, settings)
        outcome = cut_chapter(data, file, config)
        if outcome.value is not None:
            cache.keep_json(_KIND, (outcome.value.digest,), _write_chapter(outcome.value, outcome.diagnostics))
        return outcome

    return lambda file, config: read_chapter(file, config, cut)


def has_chapter(file: Path, config: Config, cache: Cache) -> bool:
    """Whether a file was read before. One that cannot be read is no more to do than one that was."""
    found: list[bool] = []

    def look(data: bytes, file: Path, config: Config) -> Outcome[Chapter | None]:
        found.append(cache.has(_KIND, (chapter_digest(data, file, config),)))
        return Outcome(None)

    read_chapter(file, config, look)
    return all(found)


def _bodies(items: Sequence[Item]) -> Iterator[Body]:
    for item in items:
        match item:
            case Section():
                yield item.title
            case Prose():
                yield item.body
            case Card():
                yield from (body for body in (item.front, item.back, item.hint, item.extra) if body is not None)


def _write_chapter(chapter: Chapter, said: Sequence[Diagnostic]) -> dict[str, object]:
    return {
        "slug": chapter.slug,
        "title": chapter.title,
        "lang": chapter.lang,
        "rule": chapter.rule,
        "decision": _decision(chapter.decision),
        "path": chapter.source.path,
        "items": [_item(item) for item in chapter.items],
        "left_out": _left_out(chapter.left_out),
        "asking": _left_out(chapter.asking),
        "labels": chapter.labels,
        "images": [[mention.address, _span(mention.span)] for mention in chapter.images],
        "links": [[mention.address, _span(mention.span), mention.is_wiki] for mention in chapter.links],
        "aliases": chapter.aliases,
        "stays_out": chapter.stays_out,
        "imprint": [*astuple(chapter.imprint)],
        "accounts": _write_accounts(chapter.accounts),
        "said": [*map(write_record, said)],
    }


def _write_accounts(sums: Accounts) -> list[object]:
    return [sums.cards, sums.pages, sums.aside, sums.lost, _left_out(sums.pieces)]


def _left_out(entries: Sequence[LeftOut]) -> list[object]:
    return [[left.text, left.reason, _span(left.span)] for left in entries]


def _decision(decision: Decision) -> list[object]:
    alternatives = [[a.rule, a.words, a.count, a.fronts] for a in decision.alternatives]
    return [alternatives, decision.confidence, decision.sure, decision.decided_by, decision.near]


def _item(item: Item) -> list[object]:
    match item:
        case Section():
            return [item.level, _body(item.title), item.text, item.anchors, _span(item.span)]
        case Prose():
            return [_body(item.body), 1] if item.is_used else [_body(item.body)]
    return [
        str(item.kind), item.key, item.number, item.text, *map(_body, (item.front, item.back, item.hint, item.extra)),
        item.sections, item.tags, item.anchors, _span(item.span), item.sketch,
        item.deck, item.foreign_ids,
    ]  # fmt: skip


def _body(body: Body | None) -> list[int] | None:
    return None if body is None else [len(body.tokens), *_span(body.span)]


def _span(span: Span) -> list[int]:
    """A place in the chapter's own file."""
    return [span.line, span.col, span.end_line]


class _Reading:
    """A record being read: what its bodies and places refer to."""

    def __init__(self, path: str, lines: Sequence[str], load: Load) -> None:
        self.path = path
        self.lines = lines
        self.load = load
        self.bodies = 0

    def span(self, value: Sequence[int]) -> Span:
        return Span(self.path, *value)

    def body(self, value: Sequence[int]) -> Body:
        count, line, col, end = value
        place, load = self.bodies, self.load
        self.bodies += 1
        tokens = LateTokens(count, lambda: load()[place])
        return Body(tokens, "\n".join(self.lines[line - 1 : end]), Span(self.path, line, col, end))

    def accounts(self, value: Sequence[Any]) -> Accounts:
        cards, pages, aside, lost, pieces = value
        return Accounts(cards, pages, aside, lost, self.left_out(pieces))

    def left_out(self, entries: Sequence[Any]) -> tuple[LeftOut, ...]:
        return tuple(LeftOut(text, reason, self.span(span)) for text, reason, span in entries)

    def item(self, value: Sequence[Any]) -> Item:
        match value:
            case [body]:
                return Prose(self.body(body))
            case [body, is_used]:
                return Prose(self.body(body), bool(is_used))
            case [level, title, text, anchors, span]:
                return Section(level, self.body(title), text, tuple(anchors), self.span(span))
        kind, key, number, text, front, back, hint, extra, sections, tags, anchors, span, sketch, deck, ids = value
        return Card(
            CardKind(kind), key, number, text, self.body(front), self.body(back),
            self.body(hint) if hint else None, self.body(extra) if extra else None,
            tuple(sections), tuple(tags), tuple(anchors), self.span(span), sketch,
            deck, tuple(ids),
        )  # fmt: skip


def _read_decision(alternatives: Sequence[Any], *how: Any) -> Decision:
    named = tuple(Alternative(rule, words, count, tuple(fronts)) for rule, words, count, fronts in alternatives)
    confidence, sure, decided_by, near = how
    return Decision(named, confidence, sure, decided_by, tuple((rule, behind) for rule, behind in near))


def _read_chapter(
    record: Mapping[str, Any], digest: str, data: bytes, file: Path, config: Config
) -> Outcome[Chapter | None]:
    text = decode(data)
    assert isinstance(text, str)
    source = SourceFile.from_text(record["path"], file, text)

    @once
    def load() -> Sequence[Sequence[Token]]:
        chapter = cut_chapter(data, file, config).value
        assert chapter
        return [body.tokens for body in _bodies(chapter.items)]

    reading = _Reading(source.path, source.lines, load)
    chapter = Chapter(
        slug=record["slug"],
        title=record["title"],
        lang=record["lang"],
        rule=record["rule"],
        decision=_read_decision(*record["decision"]),
        items=tuple(map(reading.item, record["items"])),
        left_out=reading.left_out(record["left_out"]),
        asking=reading.left_out(record["asking"]),
        labels=tuple((name, number) for name, number in record["labels"]),
        source=source,
        images=tuple(Mention(address, reading.span(span)) for address, span in record["images"]),
        links=tuple(Mention(address, reading.span(span), is_wiki) for address, span, is_wiki in record["links"]),
        aliases=tuple(record["aliases"]),
        digest=digest,
        stays_out=record["stays_out"],
        imprint=Imprint(*record["imprint"]),
        accounts=reading.accounts(record["accounts"]),
    )
    return Outcome(chapter, tuple(map(read_record, record["said"])))
