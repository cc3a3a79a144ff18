"""The rules of `[questions]` in deck.toml: which one holds for a file, and whether they make sense."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from exporter.config import Config, place_of
from exporter.diagnostics import Diagnostic, report, suggest
from exporter.reading.document import RULES
from exporter.source import shown_path


def rule_for(path: str, config: Config) -> str:
    """The rule that deck.toml gives for a path: the last pattern that matches wins."""
    matching = [name for pattern, name in config.questions.items() if _matches(path, pattern, config)]
    return matching[-1] if matching and matching[-1] in RULES else "auto"


def _matches(path: str, pattern: str, config: Config) -> bool:
    return fnmatchcase(path, pattern) or fnmatchcase(path, f"{config.source}/{pattern}")


def check_rules(config: Config, files: Iterable[Path]) -> Iterator[Diagnostic]:
    """Whether the rules of `[questions]` are known, and its patterns match anything."""
    paths = [shown_path(file, config.root) for file in files]
    if config.file is None:
        return
    for pattern, name in config.questions.items():
        place = place_of(config.file, pattern)
        if name not in RULES:
            hint = suggest(name, RULES) or f"known are {', '.join(RULES)}"
            yield report("config-invalid", place, f'no rule is called "{name}"', hint)
        elif config.source_path == config.root / config.source and not any(
            _matches(path, pattern, config) for path in paths
        ):
            hint = "a pattern is a path below the source, with * for anything"
            yield report("config-unmatched", place, f'no file matches "{pattern}"', hint)
