"""A first look at an edited card, cut from its own lines while the whole of a long file is still being read.

In: a snapshot, and a file that changed. Out: the snapshot with that card anew; None where the change reaches beyond one
card, or what the card shows may stand elsewhere in the file. What the reading of the whole file finds holds; it comes a
moment later, and nearly always is the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from exporter.config import Config
from exporter.diagnostics import Outcome
from exporter.model import Card, Chapter, Prose
from exporter.pipeline.pin_rule import key_of
from exporter.reading.chapter import cut_chapter, read_chapter
from exporter.source import SourceFile, decode, shown_path
from exporter.watch.snapshot import Shown, Snapshot

_ELSEWHERE = re.compile(r"^ {0,3}\[[^\]\n]+\]:|\[\^|\\(?:re)?newcommand|\\def\b|\A---$", re.MULTILINE)
"""What a card may have from other lines of its file: references, footnotes, macros, front matter."""


_PARTS = re.compile(r"\s*(?:#|<h\d|<!--|<details|<summary|---|===|```|~~~|\$\$)")
"""Lines that may part cards."""


def look_first(snapshot: Snapshot, file: Path) -> tuple[Snapshot, str] | None:
    """The snapshot with the one card that changed, and its guid."""
    config, path = snapshot.config, shown_path(file, snapshot.config.root)
    chapter = snapshot.chapters.get(path)
    if chapter is None or not chapter.decision.alternatives or _ELSEWHERE.search(chapter.source.text):
        return None
    lines = _lines(file, path, config)
    shown = _changed(snapshot, path, chapter.source.lines, lines)
    if shown is None:
        return None
    last = shown.last + len(lines) - len(chapter.source.lines)
    for text, rule in _extracts(chapter, shown, lines[shown.first - 1 : last]):
        cut = cut_chapter(text.encode(), file, replace(config, questions={key_of(path, config): rule})).value
        card = _same(cut, shown) if cut else None
        if cut and card:
            named = replace(cut, title=chapter.title, lang=chapter.lang)
            return _with(snapshot, chapter, shown, named, card), shown.guid
    return None


def _extracts(chapter: Chapter, shown: Shown, own: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The lines of a card at their place, below the headings above it; and marked as a card. Each with a rule to read it."""
    above = [""] * (shown.first - 1)
    for item in chapter.items:
        if not isinstance(item, Prose) and item.text in shown.card.sections and item.span.line < shown.first:
            above[item.span.line - 1] = chapter.source.lines[item.span.line - 1]
    title = next((place for place, line in enumerate(chapter.source.lines[: shown.first - 1]) if line.strip()), None)
    if title is not None and chapter.source.lines[title].startswith("# "):
        above[title] = chapter.source.lines[title]
    yield "\n".join((*above, *own)), chapter.decision.alternatives[0].rule
    if shown.first > 1:
        yield "\n".join((*[""] * (shown.first - 2), "<!-- card -->", *own)), "none"


def _lines(file: Path, path: str, config: Config) -> tuple[str, ...]:
    """The lines of a file as it is now; none where it is no text."""
    found: list[tuple[str, ...]] = []

    def keep(data: bytes, file: Path, _: Config) -> Outcome[Chapter | None]:
        text = decode(data)
        found.append(SourceFile.from_text(path, file, text).lines if isinstance(text, str) else ())
        return Outcome(None)

    read_chapter(file, config, keep)
    return found[0] if found else ()


def _changed(snapshot: Snapshot, path: str, old: tuple[str, ...], new: tuple[str, ...]) -> Shown | None:
    """The card below whose first line all that changed stands."""
    most = min(len(old), len(new))
    start = next((place for place in range(most) if old[place] != new[place]), most)
    end = next((place for place in range(most - start) if old[-1 - place] != new[-1 - place]), most - start)
    touched = (*old[start : len(old) - end], *new[start : len(new) - end])
    if not touched or any(map(_PARTS.match, touched)):
        return None
    around = [shown for shown in snapshot.files[path] if shown.card.span.line < start + 1]
    return around[-1] if around and len(old) - end <= around[-1].last else None


def _same(cut: Chapter, shown: Shown) -> Card | None:
    """The card of these lines, if it is the only one and asks as before; it stays where it stands."""
    if len(cut.cards) != 1:
        return None
    (card,), old = cut.cards, shown.card
    if (card.text, card.kind) != (old.text, old.kind):
        return None
    return replace(card, number=old.number, sections=old.sections, tags=old.tags, deck=old.deck, anchors=old.anchors)


def _with(snapshot: Snapshot, chapter: Chapter, shown: Shown, cut: Chapter, card: Card) -> Snapshot:
    items = tuple(card if item is shown.card else item for item in chapter.items)
    chapters = tuple(replace(chapter, items=items) if one is chapter else one for one in snapshot.book.chapters)
    cards = {**snapshot.cards, shown.guid: Shown(shown.guid, card, cut)}
    return replace(snapshot, book=replace(snapshot.book, chapters=chapters), cards=cards)
