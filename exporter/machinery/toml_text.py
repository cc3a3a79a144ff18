"""The door of TOML: a parser of the standard library, for which a key of a thousand parts is a thousand keys.

In: text that a stranger may have written. Out: its outermost table, in time and memory that grow with the text.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any

_MOST_PARTS = 32
_PART = r"(?:[\w-]+|\"[^\"\n]*\"|'[^'\n]*')"
_MOST_BITS = 4096
_LONG_NUMBER = re.compile(r"[0-9A-Fa-f_]{1000}")
"""Where a number may begin that is longer than any is: a thousand digits and more."""

_LONG_KEY = re.compile(rf"(?:^|[\[{{,])[ \t]*{_PART}(?:[ \t]*\.[ \t]*{_PART}){{{_MOST_PARTS}}}", re.MULTILINE)


def read_toml_text(text: str) -> dict[str, Any]:
    """The table. Raises TOMLDecodeError, which names line and column where they are known, and RecursionError."""
    if long := _LONG_KEY.search(text):
        raise _fault(f"A key has more than {_MOST_PARTS} parts", text, long.start())
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except ValueError as error:  # int() has a limit
        raise _too_long(text) from error
    if _is_long(table):
        raise _too_long(text)
    return table


def _is_long(value: object) -> bool:
    """Whether a number is in a value that could not even be written down."""
    if isinstance(value, dict | list):
        return any(map(_is_long, value.values() if isinstance(value, dict) else value))
    return isinstance(value, int) and value.bit_length() > _MOST_BITS


def _too_long(text: str) -> tomllib.TOMLDecodeError:
    found = _LONG_NUMBER.search(text)
    return _fault("A number has too many digits", text, found.start() if found else 0)


def _fault(message: str, text: str, place: int) -> tomllib.TOMLDecodeError:
    line, column = text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)
    return tomllib.TOMLDecodeError(f"{message} (at line {line}, column {column})")
