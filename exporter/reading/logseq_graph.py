"""A folder of Logseq's: what a block says whose name stands in another file.

In: settings and the files of the notes. Out: the settings with the words of all blocks that are referred to. Only a folder
that has Logseq's own beside its notes is looked through.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from exporter.config import Config
from exporter.reading.markdown.logseq_lines import named_blocks, referred_blocks
from exporter.reading.note_text import note_text

_OWN = "logseq"
"""The folder in which Logseq keeps its settings, beside `pages` and `journals`."""


def with_blocks(config: Config, files: Sequence[Path]) -> Config:
    """The settings with the blocks that files refer to, where the notes are a graph of Logseq's."""
    homes = {config.source_path, config.root, config.source_path.parent}
    if not any((home / _OWN).is_dir() for home in homes if home == config.root or config.root in home.parents):
        return config
    known: dict[str, str] = {}
    wanted: set[str] = set()
    for file in files:
        text = note_text(file, config)
        known |= named_blocks(text)
        wanted |= referred_blocks(text)
    return replace(config, blocks=MappingProxyType({name: known[name] for name in sorted(wanted & known.keys())}))
