"""What leaves its page → diagnostics, at its place in the notes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from exporter.diagnostics import Diagnostic, report
from exporter.model import Book, Chapter, Prose
from exporter.print.press.refinements.overflow import Cut
from exporter.reading.anchors import anchor_of
from exporter.source import Span

_SHOWN = 60
_HINTS: Mapping[str, str] = MappingProxyType({
    "formula": r"divide it: into several formulas, or into lines with \\ in aligned",
    "picture": "make it smaller, or divide it",
    "text": "divide the table, or give the long word a place to break",
})  # fmt: skip


def report_cuts(cuts: Iterable[Cut], book: Book) -> tuple[Diagnostic, ...]:
    """A diagnostic for each."""
    places: dict[str, tuple[Chapter, Span]] = {}
    for chapter in book.chapters:
        spans = [item.body.span if isinstance(item, Prose) else item.span for item in chapter.items]
        ends = [*(span.line - 1 for span in spans[1:]), len(chapter.source.lines)]
        for position, (span, end) in enumerate(zip(spans, ends, strict=True)):
            places[anchor_of(chapter, position)] = chapter, span._replace(end_line=max(span.end_line, end))
    return tuple(_report(cut, *places[cut.anchor]) for cut in cuts if cut.anchor in places)


def _report(cut: Cut, chapter: Chapter, span: Span) -> Diagnostic:
    first = cut.shown.strip().partition("\n")[0]
    place = chapter.source.find(first, span.line - 1, span.end_line)
    shown = first if len(first) <= _SHOWN else first[: _SHOWN - 1] + "…"
    what = "leaves its page or card, and is cut off" if cut.fault == "cut" else "is set too small to be read"
    name = "a piece of text" if cut.kind == "text" else f"a {cut.kind}"
    return report("print-cut", place, f"{name} {what}: {shown}", _HINTS[cut.kind])
