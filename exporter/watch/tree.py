"""The tree at the side: files first, and what stands in a file when it is unfolded.

In: a snapshot, its findings, and what the next edition does to each card. Out: plain tables, small enough that a deck
of 20,000 cards is there at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from exporter.model import Card, Section
from exporter.reading.unsure_files import gives_nothing
from exporter.watch.findings import Findings
from exporter.watch.snapshot import Snapshot

States = Mapping[str, Sequence[str]]
"""By guid: what the next edition does to a note ("new", "reworded", …)."""


def list_files(snapshot: Snapshot, findings: Findings, states: States) -> list[dict[str, Any]]:
    """All files of the book in its order. `changed` counts the cards that the next edition changes."""
    return [
        {
            "path": path,
            "title": chapter.title,
            "lang": chapter.lang,
            "count": len(snapshot.files[path]),
            "worst": findings.worst_in(path),
            "changed": sum(shown.guid in states for shown in snapshot.files[path]) if states else 0,
            "unsure": len(chapter.decision.alternatives) > 1 and (not chapter.decision.sure or gives_nothing(chapter)),
        }
        for path, chapter in snapshot.chapters.items()
    ]


def list_rows(snapshot: Snapshot, path: str, findings: Findings, states: States) -> list[dict[str, Any]]:
    """The headings and questions of a file. `depth` counts from 0: a question without a number stands below its own."""
    worst, guids = findings.worst_by_card, {id(shown.card): shown.guid for shown in snapshot.files[path]}
    rows: list[dict[str, Any]] = []
    for item in snapshot.chapters[path].items:
        match item:
            case Section():
                rows.append({"text": item.text, "depth": item.level - 1, "line": item.span.line})
            case Card():
                guid = guids[id(item)]
                found = worst.get(guid, "")
                rows.append(
                    {
                        "id": guid,
                        "text": item.text,
                        "number": item.number,
                        "kind": str(item.kind),
                        "depth": len(item.sections),
                        "worst": "" if found == "info" else found,
                        "state": (*states.get(guid, ()), "")[0],
                    }
                )
    return rows
