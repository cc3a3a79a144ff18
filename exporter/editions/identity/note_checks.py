"""What Anki would import and break for good.

In: the chapters and notes of an edition. Out: an error for a guid that stands twice (Anki keeps a broken pair), an
empty first field, and a note that makes no card; a warning for an `{#id}` that stands twice in a file.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from exporter.diagnostics import Diagnostic, report
from exporter.model import Chapter, Note

_SHOWS = re.compile(r"<(?:img|audio|video|svg|hr)\b|\[sound:", re.IGNORECASE)
_MARKUP = re.compile(r"(?:<[^>]*>|&nbsp;|\s)*+")
_GAP = re.compile(r"\{\{c[1-9]\d*(?:,\d+)*::")


def check_notes(notes: Iterable[Note], clozes: Collection[str]) -> Iterator[Diagnostic]:
    """Errors in the notes; `clozes` are the keys of the cloze note types."""
    seen: dict[str, Note] = {}
    for note in notes:
        if (first := seen.setdefault(note.guid, note)) is not note:
            hint = "give each question an {#id} of its own"
            yield report("duplicate-guid", note.span, f"this note and the one at {first.span} have one guid", hint)
        question = note.fields[0]
        if _MARKUP.fullmatch(question) and not _SHOWS.search(question):
            yield report(
                "question-empty", note.span, "the question shows nothing", "Anki needs words or a picture here"
            )
        elif note.notetype in clozes and not _GAP.search(question):
            yield report(
                "note-no-card", note.span, "the cloze has no gap, so Anki would make no card", "write {{c1::…}}"
            )


def check_ids(chapters: Iterable[Chapter]) -> Iterator[Diagnostic]:
    """An `{#id}` that two questions of one file have. The first keeps it."""
    for chapter in chapters:
        seen: dict[str, int] = {}
        for card in chapter.cards:
            line = seen.setdefault(card.key, card.span.line)
            if card.key and line != card.span.line:
                hint = "ids tell questions apart through all editions; give each its own"
                yield report("id-duplicate", card.span, f"line {line} has the id {{#{card.key}}} too", hint)
