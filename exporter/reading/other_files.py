"""Files that people give as notes, and that are none: what they are, and what can be done with them.

In: a path. Out: a diagnostic, or None for what may be notes.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from exporter.diagnostics import Diagnostic, report
from exporter.source import Span

_PACKAGE = "a package of Anki"
_TABLE = "a table"
_DOCUMENT = "a document"
_PICTURE = "a picture, sound or film"
_KINDS: Mapping[str, str] = {
    **dict.fromkeys(("apkg", "colpkg", "anki2", "anki21"), _PACKAGE),
    **dict.fromkeys(("csv", "tsv", "xlsx", "xls", "ods"), _TABLE),
    **dict.fromkeys(
        ("pdf", "docx", "doc", "odt", "rtf", "epub", "html", "htm", "ipynb", "tex", "org", "rst", "pptx"), _DOCUMENT
    ),
    **dict.fromkeys(("png", "jpg", "jpeg", "gif", "webp", "svg", "mp3", "mp4", "wav"), _PICTURE),
}
_HINTS: Mapping[str, str] = {
    _PACKAGE: '"make-deck move-in {name}" takes its history into a deck of notes, "make-deck adopt {name}" gives a lost '
    "lock back; notes are Markdown",
    _TABLE: "Anki imports it by itself (File, Import); to make notes of it, write its rows as a table in Markdown: "
    "| question | answer |",
    _DOCUMENT: "pandoc makes notes of it: pandoc {name} -t gfm -o {stem}.md",
    _PICTURE: "name it in a note: ![]({name})",
}


def no_notes(path: Path) -> Diagnostic | None:
    """Why a file cannot be notes, by the end of its name."""
    kind = _KINDS.get(path.suffix[1:].lower())
    if kind is None or path.is_dir():
        return None
    hint = _HINTS[kind].format(name=path.name, stem=path.stem)
    if path.suffix.lower() == ".pdf":  # pandoc writes it, and does not read it
        hint = "copy its text into a Markdown file"
    return report("not-notes", Span(path.name), f"is {kind}, and no notes in Markdown", hint)
