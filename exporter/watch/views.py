"""What the page gets to see, as JSON values: the list of cards, one card with its sides, the diagnostics, the pages.

In: what the session holds. Out: plain tables. Addresses that open a place in an editor are made here.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from exporter.config import Config
from exporter.diagnostics import Diagnostic, settle
from exporter.model import Body, Card, Chapter
from exporter.source import Span
from exporter.watch.faces import render_faces
from exporter.watch.snapshot import Shown, Snapshot
from exporter.watch.typesetting import Form

EDITORS = {
    "vscode": "vscode://file/{path}:{line}:{col}",
    "vscodium": "vscodium://file/{path}:{line}:{col}",
    "cursor": "cursor://file/{path}:{line}:{col}",
    "windsurf": "windsurf://file/{path}:{line}:{col}",
    "zed": "zed://file/{path}:{line}:{col}",
    "sublime": "subl://open?url=file:///{path}&line={line}&column={col}",
    "textmate": "txmt://open?url=file:///{path}&line={line}&column={col}",
    "idea": "idea://open?file=/{path}&line={line}&column={col}",
    "obsidian": "obsidian://open?path=/{path}",
}
"""Addresses by which editors open a file; `{path}` has no leading slash."""


def editor_link(span: Span | None, config: Config | None, editor: str) -> str:
    """An address that opens a place in the editor; "" where there is no place."""
    if span is None or config is None:
        return ""
    file = Path(span.path) if Path(span.path).is_absolute() else config.root / span.path
    path = quote(file.as_posix().lstrip("/"), safe="/:")
    return (
        EDITORS.get(editor, editor)
        .replace("{path}", path)
        .replace("{line}", str(span.line))
        .replace("{col}", str(span.col))
    )


def list_cards(snapshot: Snapshot) -> list[dict[str, Any]]:
    """The chapters with their questions. `v` changes when the Markdown of a card does."""
    chapters: dict[str, dict[str, Any]] = {}
    for shown in snapshot.cards.values():
        source = shown.chapter.source
        entry = chapters.setdefault(source.path, _chapter(shown.chapter))
        card = shown.card
        entry["cards"].append(
            {
                "id": shown.guid,
                "text": card.text,
                "number": card.number,
                "kind": str(card.kind),
                "line": card.span.line,
                "v": _version(card),
            }
        )
    return list(chapters.values())


def _chapter(chapter: Chapter) -> dict[str, Any]:
    return {"path": chapter.source.path, "title": chapter.title, "lang": chapter.lang, "cards": []}


def _version(card: Card) -> int:
    bodies: Iterable[Body | None] = (card.front, card.back, card.hint, card.extra)
    return zlib.crc32("\0".join(body.markdown if body else "" for body in bodies).encode())


def show_card(snapshot: Snapshot, shown: Shown, nonce: str, editor: str) -> dict[str, Any]:
    """One card as Anki has it: its sides, its note type's CSS, and where it comes from."""
    note, notetype = snapshot.note_of(shown)
    return {
        "id": shown.guid,
        "css": notetype.css,
        "notetype": notetype.name,
        "deck": note.deck,
        "tags": list(note.tags),
        "place": f"{shown.card.span.path}:{shown.card.span.line}",
        "href": editor_link(shown.card.span, snapshot.config, editor),
        "faces": [
            {"name": f.name, "number": f.number, "front": f.front, "back": f.back}
            for f in render_faces(note, notetype, nonce)
        ],
    }


def list_problems(diagnostics: Iterable[Diagnostic], config: Config | None, editor: str) -> list[dict[str, Any]]:
    """The diagnostics, each once, errors first, then by place."""
    order = {"error": 0, "warning": 1, "info": 2}
    settled = sorted(settle(diagnostics), key=lambda diagnostic: order[diagnostic.severity])
    return [
        {
            "severity": str(d.severity), "code": d.code, "message": d.message, "hint": d.hint,
            "path": d.span.path if d.span else "", "line": d.span.line if d.span else 0,
            "col": d.span.col if d.span else 0,
            "href": editor_link(d.span, config, editor),
        }
        for d in settled
    ]  # fmt: skip


def list_forms(forms: Iterable[Form]) -> list[dict[str, Any]]:
    """The printed forms with the sizes of their pages, in pt."""
    return [{"key": form.key, "sizes": [[round(w, 1), round(h, 1)] for w, h in form.sizes]} for form in forms]
