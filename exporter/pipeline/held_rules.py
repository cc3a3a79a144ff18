"""The rules by which files were read for the last edition, from its lock.

In: settings. Out: the same with these rules, so that whoever reads a file, in this process or another, reads it alike.
Nothing else of the lock is looked at here: what is wrong with it, the edition says.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from exporter.config import Config
from exporter.editions.identity.lock_reader import LONGEST_RULE
from exporter.pipeline.edition_time import lock_bytes

_BEGIN, _END = b'\n"rules": {\n', b"\n},\n"


def as_published(config: Config, destination: Path) -> Config:
    """The settings, with the rule of each file that make-deck chose by itself for the last edition."""
    _, _, rest = (lock_bytes(config.lock_file(destination)) or b"").partition(_BEGIN)
    block, _, _ = rest.partition(_END)
    try:
        rules = json.loads(b"{" + block + b"}")
    except (ValueError, RecursionError):
        rules = {}
    held = {path: rule for path, rule in rules.items() if isinstance(rule, str) and len(rule) <= LONGEST_RULE}
    return replace(config, held=MappingProxyType(held))
