"""The door of `deck.lock`: it is a file that people edit and merge, so nothing in it is believed.

In: the file, or its bytes. Out: a `Lock`, or an error that names the line and the way back.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any, get_origin, get_type_hints

from exporter.diagnostics import Diagnostic, Outcome, report
from exporter.editions.identity.lock import BELIEVED, LATEST, VERSION, Entry, Lock, TypeEntry, render_lock
from exporter.machinery.plain_files import read_whole
from exporter.machinery.printable import plain_name
from exporter.model import CardKind
from exporter.reading.markdown.cloze import MAX_NUMBER
from exporter.reading.text_fingerprints import is_sketch
from exporter.source import Span

_LARGEST = 500_000_000
"""The lock of a million notes has about so many bytes."""

_LONGEST_SHOWN = 60
LONGEST_RULE = 2_000
"""Characters: far more than any combination of ways to mark a question has."""
_LONGEST_GUID = 100
"""Anki's own have ten characters."""

_CONFLICT = re.compile(r"^(<{7}|={7}|>{7}|\|{7})( |$)")
_REQUIRED = tuple(name for name in Entry._fields if name not in Entry._field_defaults)


def read_lock(file: Path, shown: str) -> Outcome[Lock]:
    """The lock, or an empty one where there is none. A damaged lock is an error: a fresh one would lose every guid."""
    try:
        data = read_whole(file, _LARGEST, within=file.parent)
    except (FileNotFoundError, NotADirectoryError):
        return Outcome(Lock())
    except OSError as error:
        return Outcome(Lock(), (_damage("", error, shown),))
    return parse_lock(data, shown)


def parse_lock(data: bytes, shown: str) -> Outcome[Lock]:
    """The lock that a file holds."""
    text = data.decode(errors="replace")
    try:
        tables = json.loads(data.decode())
        notes, types = _read_tables(tables)
        identity, released, released_at = _read_head(tables)
        rules = _read_rules(tables.get("rules", {}))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        return Outcome(Lock(), (_damage(text, error, shown),))
    twice = [guid for guid, count in Counter(entry.guid for entry in notes).items() if count > 1]
    if twice:
        place = Span(shown, _line_of(text, f'"{twice[0]}"', occurrence=2))
        hint = 'keep the line with the later "mod", and delete the other'
        return Outcome(Lock(), (report("lock-invalid", place, f"the note {_shown(twice[0])} stands here twice", hint),))
    return Outcome(Lock(notes, types, identity, rules, released, released_at))


def check_new(lock: Lock, before: Lock, shown: str) -> tuple[Diagnostic, ...]:
    """Errors where a lock that is to be written could not be read again, beside a lock before that was read."""
    known = set(map(id, before.notes))
    new = replace(lock, notes=tuple(entry for entry in lock.notes if id(entry) not in known))
    return parse_lock(render_lock(new).encode(errors="replace"), shown).diagnostics


def is_guid(text: str) -> bool:
    """Whether Anki and a reader's browser of notes can hold a guid: a short word of what is seen."""
    return bool(text) and _are_guids([text])


def _read_tables(data: dict[str, Any]) -> tuple[tuple[Entry, ...], dict[str, TypeEntry]]:
    if data["version"] != VERSION:
        raise ValueError(f"version {data['version']}, and this make-deck reads {VERSION}")
    types = {key: _read_type(key, value) for key, value in data["notetypes"].items()}
    tables = data["notes"]
    for table in tables:
        for name in ("becomes", "refused"):
            if name in table:
                table[name] = tuple(table[name])
    _check_tables(tables)
    for table in tables:
        if table["mod"] > BELIEVED:
            table["mod"] = 0
    return tuple(Entry(**table) for table in tables), types


def _read_head(data: dict[str, Any]) -> tuple[str, int, int]:
    """What the lock says of the deck as a whole: its identity, and when which edition was released."""
    identity, released = data.get("identity", ""), data.get("released", [0, 0])
    if not isinstance(identity, str) or (identity and not is_guid(identity)):
        raise ValueError(f'"identity" cannot be {json.dumps(identity)}')
    if not isinstance(released, list) or len(released) != 2 or not _fit("mod", released):
        raise ValueError(f'"released" cannot be {json.dumps(released)}')
    edition, at = released
    return identity, edition, at if at <= BELIEVED else 0


def _read_rules(table: dict[str, Any]) -> dict[str, str]:
    for path, rule in table.items():
        if not _are_texts((path, rule)) or len(rule) > LONGEST_RULE:
            raise ValueError(f"the rule of {_json(path)} cannot be {_json(rule)}")
    return dict(table)


def _read_type(key: str, values: list[Any]) -> TypeEntry:
    names = ("digest", "mod", "edition", "theme")[: len(values)]
    is_whole = all(_fit(name, [value]) for name, value in zip(names, values, strict=False))
    if not 2 <= len(values) <= 4 or not is_whole or not _are_texts([key]):
        raise ValueError(f"the note type {_json(key)} cannot be {_json(values)}")
    return TypeEntry(*values)


def _check_tables(tables: list[dict[str, Any]]) -> None:
    """Raise ValueError for what no note can have."""
    names = dict.fromkeys(chain.from_iterable(tables))
    columns = {name: [table[name] for table in tables if name in table] for name in names}
    for name in _REQUIRED:
        if len(columns.get(name, ())) < len(tables):
            table = next(table for table in tables if name not in table)
            raise ValueError(f'"{name}" of the note {_shown(table.get("guid", "?"))} is missing')
    for name, values in columns.items():
        if not _fit(name, values):
            table = next(table for table in tables if name in table and not _fit(name, [table[name]]))
            raise ValueError(f'"{name}" of the note {_shown(table.get("guid", "?"))} cannot be {_json(table[name])}')


def _fit(name: str, values: Sequence[Any]) -> bool:
    """Whether the rest of make-deck can rely on values of this name. Ten thousand good ones are looked at together."""
    kind = _TYPES.get(name)
    if set(map(type, values)) != {kind}:
        return False
    if kind in (int, bool):
        return int(min(values)) >= 0 and int(max(values)) <= (MAX_NUMBER if name == "gaps" else LATEST)
    if kind is tuple:
        return all(map(_are_texts, values)) and (name == "refused" or set(map(len, values)) <= {0, 2})
    match name:
        case "answer":
            return all(map(is_sketch, values))
        case "guid":
            return all(values) and _are_guids(values)
        case "follows" | "split_from" | "merged_into":
            return _are_guids(values)
    return _are_texts(values) and (name != "kind" or _KINDS.issuperset(values))


def _are_guids(texts: Sequence[str]) -> bool:
    """Whether all are guids, or ""."""
    joined = "".join(texts)
    return max(map(len, texts)) <= _LONGEST_GUID and plain_name(joined) == joined and not re.search(r"\s", joined)


def _shown(guid: object) -> str:
    """A guid in a message, which is one line whatever stands in the lock."""
    return _json(guid).strip('"')


def _json(value: object) -> str:
    """A value in a message: its beginning, where it is long."""
    text = json.dumps(value)
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"


def _are_texts(values: Sequence[object]) -> bool:
    """Whether all values are strings that UTF-8 can write."""
    if not all(isinstance(value, str) for value in values):
        return False
    text = "".join(map(str, values))
    return text.isascii() or text.encode(errors="replace").decode() == text


_KINDS = frozenset(map(str, CardKind))
_TYPES = {"theme": str} | {name: get_origin(kind) or kind for name, kind in get_type_hints(Entry).items()}


def _damage(text: str, error: Exception, shown: str) -> Diagnostic:
    """What is wrong with a lock, where, and the way back."""
    hint = "restore it from version control, or rebuild it from a published deck: make-deck adopt <deck.apkg>"
    for number, line in enumerate(text.split("\n"), 1):
        if _CONFLICT.match(line):
            hint = '"make-deck merge-lock" settles it and keeps the notes of both sides; or make-deck adopt <deck.apkg>'
            return report("lock-invalid", Span(shown, number), "a merge left conflict markers here", hint)
    if isinstance(error, json.JSONDecodeError):
        return report("lock-invalid", Span(shown, error.lineno, error.colno), f"is no JSON here: {error.msg}", hint)
    named = re.search(r"of the note (\S+)", str(error))
    place = Span(shown, _line_of(text, f'"{named[1]}"') if named else 1)
    match error:
        case KeyError():
            reason = f"{error} is missing"
        case OSError():
            reason = error.strerror or str(error)
        case UnicodeDecodeError():
            reason = "it is no UTF-8"
        case RecursionError():
            reason = "brackets stand too deep in each other"
        case ValueError() if "set_int_max_str_digits" in str(error):
            reason = "a number in it has thousands of digits"
        case ValueError():
            reason = str(error)
        case _:
            reason = "it is JSON, but has not the shape of a lock"
    return report("lock-invalid", place, f"cannot be read: {reason}", hint)


def _line_of(text: str, needle: str, *, occurrence: int = 1) -> int:
    lines = [number for number, line in enumerate(text.split("\n"), 1) if needle in line]
    return lines[occurrence - 1] if len(lines) >= occurrence else 1
