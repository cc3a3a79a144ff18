"""A TOML file as instances of the classes in `tables`.

In: a file, and the class of its outermost table. Out: an instance; what does not fit is a diagnostic with file, line and
what is allowed. A key that is no field of its class is an error.
"""

from __future__ import annotations

import copyreg
import difflib
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from exporter.diagnostics import Diagnostic, report
from exporter.machinery.plain_files import read_plain, read_whole
from exporter.machinery.toml_text import read_toml_text
from exporter.source import Span

_LARGEST = 1_000_000
NO_KEY = MappingProxyType({"key": False})
"""Metadata of a field that no file sets."""

_MOST = 10**12
MOST_FAULTS = 20
"""What is said of one file: each place is looked for in the whole of it."""

_FARTHEST = 1000.0
"""Settings that are no whole numbers are lengths on paper, in mm and pt."""


def read_toml(file: Path) -> dict[str, Any] | Diagnostic:
    """The outermost table of a file, or what is wrong with it as TOML."""
    try:
        return read_toml_text(read_whole(file, _LARGEST, within=file.parent).decode("utf-8-sig"))
    except RecursionError:
        return report("config-invalid", Span(file.name), "brackets stand too deep in each other")
    except OSError as error:
        return report("config-invalid", Span(file.name), f"cannot be read ({error.strerror})")
    except ValueError as error:
        match = re.search(r"line (\d+), column (\d+)", str(error))
        line, col = (int(match[1]), int(match[2])) if match else (1, 1)
        return report("config-invalid", Span(file.name, line, col), str(error))


def key_names(kind: type) -> list[str]:
    """The keys of the table that the dataclass `kind` stands for."""
    return [f.name for f in fields(kind) if f.metadata != NO_KEY]


def read_table(kind: type, table: Mapping[str, Any], file: Path, prefix: str, faults: list[Diagnostic]) -> Any:
    """An instance of the dataclass `kind` from a TOML table; what does not fit goes to `faults`."""
    hints = get_type_hints(kind)
    keys = key_names(kind)
    values: dict[str, Any] = {}
    for key, value in table.items():
        if len(faults) >= MOST_FAULTS:
            break
        if key not in keys:
            near = difflib.get_close_matches(key, keys, n=1)
            hint = f'did you mean "{near[0]}"?' if near else f"known here: {', '.join(keys)}"
            faults.append(report("config-unknown-key", place_of(file, key), f'unknown key "{prefix}{key}"', hint))
        elif is_dataclass(hints[key]) and isinstance(value, dict):
            values[key] = read_table(hints[key], value, file, f"{prefix}{key}.", faults)
        elif (item := _item_of(hints[key])) is not None and isinstance(value, dict):
            values[key] = _frozen_table(
                {name: _read_item(item, entry, file, f"{prefix}{key}.{name}", faults) for name, entry in value.items()}
            )
        elif (reason := _misfit(value, hints[key])) is not None:
            faults.append(report("config-invalid", place_of(file, key), f'"{prefix}{key}" must be {reason}'))
        else:
            values[key] = _freeze(value)
    return kind(**values)


def _item_of(hint: Any) -> type | None:
    """The class of the tables in a table of tables; None for any other type."""
    item = get_args(hint)[1] if get_origin(hint) is Mapping else None
    return item if is_dataclass(item) and isinstance(item, type) else None


def _read_item(kind: type, value: object, file: Path, name: str, faults: list[Diagnostic]) -> Any:
    if isinstance(value, dict):
        return read_table(kind, value, file, f"{name}.", faults)
    faults.append(report("config-invalid", place_of(file, name.rpartition(".")[2]), f'"{name}" must be a table'))
    return kind()


def _misfit(value: object, hint: Any) -> str | None:
    """What a value of type `hint` must be, where `value` is none; None where it fits."""
    if get_origin(hint) is tuple:
        item = get_args(hint)[0]
        reason = None if isinstance(value, list) else "a list"
        return reason or next((f"a list of {r}" for v in value if (r := _misfit(v, item))), None)  # type: ignore[attr-defined]
    if get_origin(hint) is Literal:
        return None if value in get_args(hint) else "one of " + ", ".join(f'"{a}"' for a in get_args(hint))
    if get_origin(hint) is Mapping:
        strings = isinstance(value, dict) and all(isinstance(v, str) for v in value.values())
        return None if strings else "a table of strings"
    if hint is int:
        return None if type(value) is int and 0 < value <= _MOST else "a whole number above 0"
    if hint is float:  # no NaN is between two numbers
        return None if type(value) in (int, float) and -_FARTHEST <= value <= _FARTHEST else "a number"  # type: ignore[operator]
    if hint is bool:
        return None if isinstance(value, bool) else "true or false"
    if is_dataclass(hint):
        return "a table"
    return None if isinstance(value, str) else "a string"


def _freeze(value: object) -> object:
    if isinstance(value, list):
        return tuple(value)
    return _frozen_table(value) if isinstance(value, dict) else value


def _frozen_table(table: dict[str, object]) -> MappingProxyType[str, object]:
    return MappingProxyType(table)


copyreg.pickle(MappingProxyType, lambda table: (_frozen_table, (dict(table),)))  # settings go to other processes


def place_of(file: Path, key: str, table: str = "") -> Span:
    """Where a key stands in `deck.toml`: the line on which `key` stands (tomllib keeps no places).

    With `table`, the first one behind its header, such as `[anki]`.
    """
    pattern = re.compile(rf"^\s*(?:\[.*?\b)?(\"?){re.escape(key)}\1\s*[=\].]")
    inside = not table
    try:
        lines = read_plain(file, _LARGEST).decode().split("\n")
    except (OSError, UnicodeDecodeError):  # it changed since it was read
        lines = []
    for number, line in enumerate(lines, 1):
        inside = inside or line.strip().startswith(f"[{table}]")
        if inside and (match := pattern.search(line)):
            return Span(file.name, number, line.index(key, match.start()) + 1)
    return Span(file.name)
