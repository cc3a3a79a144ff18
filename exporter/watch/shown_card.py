"""One card as the page shows it: its sides, its Markdown, why it is a card, and what there is to say about it.

In: a snapshot, a card of it, and what is known around it. Out: plain tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from exporter.config import Config
from exporter.reading.why import why
from exporter.source import Span
from exporter.watch.editors import editor_link
from exporter.watch.faces import render_faces
from exporter.watch.findings import Findings
from exporter.watch.snapshot import Shown, Snapshot

_MOST_LINES = 2000


@dataclass(frozen=True, slots=True)
class Setting:
    """What a card is shown with: the nonce of the frame's scripts, the author's editor, and what is known of all cards.

    `pages` are the page of each card (from 0) in each printed form, by form and guid.
    """

    nonce: str
    editor: str
    findings: Findings
    states: Mapping[str, Sequence[str]]
    pages: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def show_card(snapshot: Snapshot, shown: Shown, setting: Setting, typed: str | None = None) -> dict[str, Any]:
    """The card with its sides. `typed` is what a reader answered where the card asks for that."""
    note, notetype = snapshot.note_of(shown)
    return {
        **describe(snapshot, shown, setting),
        "css": notetype.css,
        "notetype": notetype.name,
        "deck": note.deck,
        "tags": list(note.tags),
        "faces": [
            {"name": f.name, "number": f.number, "front": f.front, "back": f.back}
            for f in render_faces(note, notetype, setting.nonce, typed)
        ],
    }


def describe(snapshot: Snapshot, shown: Shown, setting: Setting) -> dict[str, Any]:
    """What is known of a card without making its sides, which a broken template cannot hinder."""
    card, config = shown.card, snapshot.config
    order = [*snapshot.cards]
    at = order.index(shown.guid)
    beside = snapshot.files[card.span.path]
    return {
        "id": shown.guid,
        "text": card.text,
        "number": card.number,
        "kind": str(card.kind),
        "lang": shown.chapter.lang,
        "title": shown.chapter.title,
        "path": card.span.path,
        "line": card.span.line,
        "sections": list(card.sections),
        "href": editor_link(card.span, config, setting.editor),
        "at": at,
        "of": len(order),
        "spot": next(place for place, other in enumerate(beside) if other is shown),
        "before": order[at - 1] if at else "",
        "after": order[at + 1] if at + 1 < len(order) else "",
        "source": _source(shown, config, setting.editor),
        "why": [
            *why(shown.chapter, card.span.line, lambda _: None, lambda _: None)
        ],  # no file is read again for a card
        "choices": len(shown.chapter.decision.alternatives),
        "state": list(setting.states.get(shown.guid, ())),
        "problems": setting.findings.described(setting.findings.of_card(shown.guid), config, setting.editor),
        "pages": {key: pages[shown.guid] for key, pages in setting.pages.items() if shown.guid in pages},
    }


def _source(shown: Shown, config: Config, editor: str) -> dict[str, Any]:
    """The lines of a card; `href` opens the line that takes the place of `{line}`."""
    lines = shown.chapter.source.lines[shown.first - 1 : shown.last][:_MOST_LINES]
    marker = editor_link(Span(shown.card.span.path, 987654321), config, editor)
    return {"first": shown.first, "lines": list(lines), "href": marker.replace("987654321", "{line}")}


def nearest(snapshot: Snapshot, guid: str, path: str, spot: int) -> Shown | None:
    """The card of this guid; else what stands in its place, since a reworded question may be a new card."""
    if guid in snapshot.cards:
        return snapshot.cards[guid]
    beside = snapshot.files.get(path, ())
    if beside:
        return beside[max(0, min(spot, len(beside) - 1))]
    return next(iter(snapshot.cards.values()), None)
