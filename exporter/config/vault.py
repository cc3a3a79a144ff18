"""What an Obsidian vault says of its notes: that they lie in one, and the settings of its Spaced Repetition.

In: the settings of a deck. Out: the same, with the separators, tags and clozes that the vault's own settings name, unless
`deck.toml` names any. They are another tool's file, so whatever is wrong with it is told and stops nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from exporter.config.settings import Config
from exporter.config.tables import DEFAULT_SIGNS, LONGEST_SIGN, MOST_CLOZES, MOST_TAGS, SpacedRepetitionConfig
from exporter.diagnostics import report
from exporter.machinery.plain_files import read_plain
from exporter.source import Span, shown_path

_FILE = ".obsidian/plugins/obsidian-spaced-repetition/data.json"
_SIGNS = (".obsidian", "logseq")
"""Folders of a vault, and of a graph."""

_LARGEST = 20_000_000
"""It holds what is to be asked, too."""

_KEYS = {
    "separator": "singleLineCardSeparator",
    "reversed_separator": "singleLineReversedCardSeparator",
    "line": "multilineCardSeparator",
    "reversed_line": "multilineReversedCardSeparator",
    "end_line": "multilineCardEndMarker",
    "tags": "flashcardTags",
    "everywhere": "convertFoldersToDecks",
    "highlights": "convertHighlightsToClozes",
    "bold": "convertBoldTextToClozes",
    "braces": "convertCurlyBracketsToClozes",
    "clozes": "clozePatterns",
}
"""What the tool calls our keys."""

_HINT = "what it says is read as by default; [spaced_repetition] in deck.toml goes before it"


def with_vault(config: Config) -> Config:
    """The settings with those of the vault that the notes lie in: the nearest one in the deck's folder."""
    place = config.source_path if config.source_path.is_dir() else config.source_path.parent
    homes = [home for home in (place, *place.parents) if home == config.root or config.root in home.parents]
    config = replace(config, in_vault=any((home / sign).is_dir() for home in homes for sign in _SIGNS))
    if config.spaced_repetition != DEFAULT_SIGNS:
        return config
    file = next((home / _FILE for home in homes if (home / _FILE).is_file()), None)
    if file is None:
        return config
    shown = Span(shown_path(file, config.root))
    try:
        record = json.loads(read_plain(file, _LARGEST, within=config.root).decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no JSON"
        if isinstance(error, json.JSONDecodeError):
            shown, reason = shown._replace(line=error.lineno, col=error.colno), f"it is no JSON: {error.msg}"
        return replace(config, said=(report("vault-unread", shown, str(reason), _HINT),))
    found = record.get("settings", record) if isinstance(record, dict) else None
    if not isinstance(found, dict):
        return replace(config, said=(report("vault-unread", shown, 'it has no "settings"', _HINT),))
    values, faults = _read_settings(found)
    said = tuple(report("vault-unread", shown, f'"{_KEYS[key]}" must be {kind}', _HINT) for key, kind in faults)
    return replace(config, spaced_repetition=SpacedRepetitionConfig(**values), said=said)


def _read_settings(found: Mapping[str, Any]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """The values of our keys, and which are no such values."""
    values: dict[str, Any] = {}
    faults: list[tuple[str, str]] = []
    for field in fields(SpacedRepetitionConfig):
        key, default = _KEYS[field.name], field.default
        if key not in found:
            continue
        value, most = found[key], MOST_CLOZES if field.name == "clozes" else MOST_TAGS
        if isinstance(default, bool) and isinstance(value, bool):
            values[field.name] = value
        elif isinstance(default, str) and isinstance(value, str) and len(value) <= LONGEST_SIGN and "\n" not in value:
            values[field.name] = value.strip()
        elif isinstance(default, tuple) and isinstance(value, list) and all(map(_is_sign, value)):
            values[field.name] = tuple(part.strip() for part in value if part.strip())[:most]
        else:
            kind = {bool: "true or false", tuple: "a list of short strings"}.get(
                type(default), "a short string of one line"
            )
            faults.append((field.name, kind))
    if "clozes" in values:  # the later versions have patterns alone
        values |= {"highlights": False, "bold": False, "braces": False}
    return values, faults


def _is_sign(value: object) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_SIGN
