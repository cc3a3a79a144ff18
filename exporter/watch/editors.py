"""Addresses by which editors open a place of the notes.

In: a place, and the editor's name or an address of the author's own. Out: an address, "" where there is no place.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from exporter.config import Config
from exporter.source import Span

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
"""`{path}` has no leading slash."""


def editor_link(span: Span | None, config: Config | None, editor: str) -> str:
    """An address that opens a place in the editor."""
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
