"""What the front matter says: title, tags, language, and the rule for cards.

In: its text. Out: `FrontMatter`. YAML is read as far as notes use it (`key: value`, lists); TOML as a whole.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

_PAIR = re.compile(r"([\w-]+)\s*:\s*(.*)$")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The keys that make-deck uses. `cards_line` is the line (from 0) of `cards`."""

    title: str = ""
    lang: str = ""
    cards: str = ""
    cards_line: int = 0
    tags: tuple[str, ...] = ()


def read_front_matter(tokens: Sequence[Token]) -> FrontMatter:
    """Read the front matter of a file; an empty one where there is none."""
    token = next((token for token in tokens[:1] if token.type == "front_matter"), None)
    if token is None:
        return FrontMatter()
    values = _toml(token.content) if token.markup == "+++" else _yaml(token.content)
    lines = token.content.split("\n")
    line = next((number for number, text in enumerate(lines) if re.match(r"cards\s*[:=]", text)), 0)
    return FrontMatter(
        title=_text(values, "title") or _text(values, "name"),
        lang=_text(values, "lang"),
        cards=_text(values, "cards").lower(),
        cards_line=line + 1,
        tags=_list(values, "tags"),
    )


def _toml(text: str) -> Mapping[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}


def _yaml(text: str) -> Mapping[str, object]:
    values: dict[str, object] = {}
    key = ""
    for line in text.split("\n"):
        if match := _PAIR.match(line):
            key = match[1]
            values[key] = _scalar(match[2])
        elif key and (item := re.match(r"\s*-\s+(.+)$", line)):
            known = values[key]
            values[key] = [*(known if isinstance(known, list) else []), _unquoted(item[1])]
        elif "=" in line and (pair := re.match(r"([\w-]+)\s*=\s*(.+)$", line)):  # hashcards: TOML between ---
            values[pair[1]] = _scalar(pair[2])
    return values


def _scalar(text: str) -> object:
    text = text.strip()
    if text.startswith("[") and text.endswith("]"):
        return [_unquoted(part) for part in text[1:-1].split(",") if part.strip()]
    return _unquoted(text)


def _unquoted(text: str) -> str:
    text = re.sub(r"\s+#.*$", "", text.strip())
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def _text(values: Mapping[str, object], key: str) -> str:
    value = values.get(key, "")
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _list(values: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = values.get(key, "")
    if isinstance(value, str):
        return tuple(part.strip("# ") for part in re.split(r"[,\s]+", value) if part.strip("# "))
    return tuple(str(part).strip("# ") for part in value) if isinstance(value, list) else ()
