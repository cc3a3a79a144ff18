"""Words of a stranger on a terminal, in JSON and in the log of a CI runner.

In: a path, a title, a message. Out: the same on one line, where nothing moves the cursor, turns the direction of
writing, or is a command to a runner. What would is written as an escape, so that it is seen.
"""

from __future__ import annotations

import json
import re
from typing import Any

HIDDEN = "\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
"""What a terminal obeys instead of showing it: controls, ends of lines, marks of direction (UAX #9), lone surrogates."""

_HIDDEN = re.compile(f"[{HIDDEN}]")
_COMMAND = re.compile(r"^\s*::|##(?=\w*\[)")
"""How commands to GitHub's, Azure's and TeamCity's runners begin: at the start of a line, or anywhere."""


def printable(text: str) -> str:
    r"""Text on one line, with escapes such as `\x1b` and `\u202e` for what must not reach a terminal."""
    text = _HIDDEN.sub(lambda match: _escape(match[0]), text)
    return _COMMAND.sub(lambda match: f"{match[0][:-1]}{_escape(match[0][-1])}", text)


def printable_json(value: Any) -> str:
    """A value as JSON for programs, who read from it the very words that a terminal is not shown."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    text = re.sub(f"[{HIDDEN}]", lambda match: match[0] if match[0] == "\n" else f"\\u{ord(match[0]):04x}", text)
    return re.sub(r"##(?=\w*\[)", r"#\\u0023", text)


def printable_rich(text: str) -> str:
    """Text as Rich prints it: on one line, and with none of its marks. Rich's own escapes would hide a command."""
    from rich import markup

    return markup.escape(printable(text))


def plain_name(text: str) -> str:
    """Text without what is not seen, for names: of decks, tags and files."""
    return _HIDDEN.sub("", text)


def _escape(char: str) -> str:
    return f"\\x{ord(char):02x}" if ord(char) < 0x100 else f"\\u{ord(char):04x}"
