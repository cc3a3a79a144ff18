"""The text of a note that is looked into for what other notes have of it: a key, a block that they refer to.

In: a file and settings. Out: its text.
"""

from __future__ import annotations

from pathlib import Path

from exporter.config import Config
from exporter.machinery.plain_files import read_plain
from exporter.source import decode


def note_text(file: Path, config: Config) -> str:
    """The text of a note, "" where it cannot be read: whoever reads it as a chapter says why."""
    try:
        text = decode(read_plain(file, config.limits.note_bytes, within=config.root))
    except OSError:
        return ""
    return text if isinstance(text, str) else ""
