"""The door of TOML: a parser of the standard library, for which a key of a thousand parts is a thousand keys.

In: text that a stranger may have written. Out: its outermost table, in time and memory that grow with the text.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any

_MOST_PARTS = 32
_PART = r"(?:[\w-]+|\"[^\"\n]*\"|'[^'\n]*')"
_LONG_KEY = re.compile(rf"(?:^|[\[{{,])[ \t]*{_PART}(?:[ \t]*\.[ \t]*{_PART}){{{_MOST_PARTS}}}", re.MULTILINE)


def read_toml_text(text: str) -> dict[str, Any]:
    """The table. Raises ValueError, which names line and column where they are known, and RecursionError."""
    if long := _LONG_KEY.search(text):
        line = text.count("\n", 0, long.start()) + 1
        column = long.start() - text.rfind("\n", 0, long.start())
        raise tomllib.TOMLDecodeError(f"A key has more than {_MOST_PARTS} parts (at line {line}, column {column})")
    return tomllib.loads(text)
