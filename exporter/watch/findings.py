"""What there is to say about the notes, by file and by card.

In: diagnostics, and the snapshot that they are about. Out: each once, errors first, with the lines of the notes around
its place, and the card in whose lines it lies.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from exporter.config import Config
from exporter.diagnostics import Diagnostic, Severity, settle
from exporter.source import Span
from exporter.watch.editors import editor_link
from exporter.watch.snapshot import Shown, Snapshot

_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}
_AROUND = 1
"""Lines of the notes that are shown before and after the one that is meant."""
_LONGEST = 400
"""Characters of a line that are shown."""


class Findings:
    """The diagnostics of one moment."""

    def __init__(self, diagnostics: Iterable[Diagnostic], snapshot: Snapshot | None) -> None:
        self.all = sorted(settle(diagnostics), key=lambda diagnostic: _ORDER[diagnostic.severity])
        self._snapshot = snapshot
        self._by_file: defaultdict[str, list[Diagnostic]] = defaultdict(list)
        self._by_card: defaultdict[str, list[Diagnostic]] = defaultdict(list)
        self._card_of: dict[Diagnostic, Shown] = {}
        self._firsts: dict[str, list[int]] = {}
        for diagnostic in self.all:
            if diagnostic.span is None:
                continue
            self._by_file[diagnostic.span.path].append(diagnostic)
            if shown := self._card_at(diagnostic.span):
                self._card_of[diagnostic] = shown
                self._by_card[shown.guid].append(diagnostic)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many there are of each severity."""
        return Counter(str(diagnostic.severity) for diagnostic in self.all)

    @property
    def worst_by_card(self) -> Mapping[str, str]:
        """The worst severity for each card that has any."""
        return {guid: str(found[0].severity) for guid, found in self._by_card.items()}

    def worst_in(self, path: str) -> str:
        """The worst severity in a file, "" where there is nothing but notes."""
        found = self._by_file.get(path)
        return str(found[0].severity) if found and found[0].severity is not Severity.INFO else ""

    def of_card(self, guid: str) -> Sequence[Diagnostic]:
        """What lies in the lines of a card."""
        return self._by_card.get(guid, ())

    def described(self, diagnostics: Iterable[Diagnostic], config: Config | None, editor: str) -> list[dict[str, Any]]:
        """Diagnostics as the page shows them. `card` is "" where the place belongs to no card."""
        return [
            {
                "severity": str(d.severity), "code": d.code, "message": d.message, "hint": d.hint,
                "path": d.span.path if d.span else "", "line": d.span.line if d.span else 0,
                "col": d.span.col if d.span else 0, "href": editor_link(d.span, config, editor),
                "card": self._card_of[d].guid if d in self._card_of else "",
                "source": self._lines_around(d.span),
            }
            for d in diagnostics
        ]  # fmt: skip

    def _card_at(self, span: Span) -> Shown | None:
        """The card in whose lines a place lies; None between cards, and for a question that became none."""
        found = self._snapshot.files.get(span.path, ()) if self._snapshot else ()
        if span.path not in self._firsts:
            self._firsts[span.path] = [shown.first for shown in found]
        place = bisect_right(self._firsts[span.path], span.line)
        return found[place - 1] if place and span.line <= found[place - 1].last else None

    def _lines_around(self, span: Span | None) -> list[list[Any]]:
        chapter = self._snapshot.chapters.get(span.path) if span and self._snapshot else None
        if span is None or chapter is None:
            return []
        lines = chapter.source.lines
        numbers = range(max(1, span.line - _AROUND), min(len(lines), span.line + _AROUND) + 1)
        return [[n, lines[n - 1][:_LONGEST]] for n in numbers if n == span.line or lines[n - 1].strip()]
