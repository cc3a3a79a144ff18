"""Ways to read a file, side by side, and the one click that writes: the rule of the one that is picked.

In: a snapshot, a path of the notes, a rule. Out: plain tables; the rule stands in `deck.toml`, or why it does not. Only
a file of the book and a rule that make-deck itself thought of are taken.
"""

from __future__ import annotations

from typing import Any

from exporter.diagnostics import Diagnostic
from exporter.model import Chapter
from exporter.pipeline.pin_rule import pin_rule
from exporter.reading.unsure_files import doubtful, is_authors, say_sure
from exporter.watch.snapshot import Snapshot

_SHOWN = 3
"""Ways to read a file that stand side by side."""


def list_readings(snapshot: Snapshot, path: str) -> dict[str, Any] | None:
    """The best ways to read a file with their first fronts, and the next file that is worth a look."""
    chapter = _chapter(snapshot, path)
    if chapter is None:
        return None
    decision = chapter.decision
    unsure = [c.source.path for c in doubtful(_all(snapshot)) if len(c.decision.alternatives) > 1]
    later = unsure[unsure.index(path) + 1 :] if path in unsure else unsure
    return {
        "path": path,
        "title": chapter.title,
        "lang": chapter.lang,
        "sure": decision.sure,
        "certainty": say_sure(decision),
        "by_author": is_authors(decision),
        "can_write": snapshot.config.file is not None,
        "unsure": len(unsure),
        "next": later[0] if later else "",
        "ways": [
            {"rule": a.rule, "words": a.words, "cards": a.count, "fronts": list(a.fronts)}
            for a in decision.alternatives[:_SHOWN]
        ],
    }


def choose_reading(snapshot: Snapshot, path: str, rule: str) -> tuple[Diagnostic, ...] | None:
    """Write the rule of one of a file's readings into `deck.toml`; None where there is no such file or rule."""
    chapter = _chapter(snapshot, path)
    if chapter is None or rule not in {alternative.rule for alternative in chapter.decision.alternatives[:_SHOWN]}:
        return None
    return pin_rule(snapshot.config, path, rule)


def _all(snapshot: Snapshot) -> tuple[Chapter, ...]:
    return (*snapshot.book.chapters, *snapshot.book.others)


def _chapter(snapshot: Snapshot, path: str) -> Chapter | None:
    return next((chapter for chapter in _all(snapshot) if chapter.source.path == path), None)
