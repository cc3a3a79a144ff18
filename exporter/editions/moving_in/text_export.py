"""Anki's "Notes in Plain Text": rows of fields, below lines that say which column is what.

In: the bytes of such a file. Out: its rows, or `UnfitError`. Without a column of ids no note can be told from another.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from exporter.machinery.strange_databases import MOST_FIELDS, UnfitError

_HEAD = re.compile(
    r"#(separator|html|guid column|notetype column|notetype|deck column|deck|tags column):(.*)(?:\r?\n|\Z)"
)
_SEPARATORS = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": " ", "colon": ":"}
_LONGEST_FIELD = 20_000_000
_MOST_SEPARATORS = 1_000_000
"""In a row, with those in its texts."""
_NO_IDS = 'it has no ids: export it once more with "Include unique identifier", or as .apkg'


@dataclass(frozen=True, slots=True)
class Row:
    """A note: its guid, the names of its note type and deck ("" where the file does not say), its fields without names."""

    guid: str
    notetype: str
    deck: str
    fields: tuple[tuple[str, str], ...]


def is_text_export(data: bytes) -> bool:
    """Whether a file begins as Anki writes it."""
    return data.removeprefix(b"\xef\xbb\xbf").startswith(b"#separator:")


def read_text_export(data: bytes) -> tuple[Row, ...]:
    """The rows of a text export. Raises `UnfitError`."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnfitError("it is not UTF-8") from error
    head: dict[str, str] = {}
    begin = 0
    while match := _HEAD.match(text, begin):
        head[match[1]] = match[2].strip()
        begin = match.end()
    separator = _SEPARATORS.get(head.get("separator", "").lower(), head.get("separator", ""))
    places = {name: _column(head, name) for name in ("guid", "notetype", "deck", "tags")}
    if places["guid"] < 0:
        raise UnfitError(_NO_IDS)
    csv.field_size_limit(_LONGEST_FIELD)
    try:
        return tuple(_row(row, places, head, number) for number, row in enumerate(_rows(text[begin:], separator), 1))
    except (csv.Error, TypeError) as error:
        raise UnfitError(f"its rows cannot be read ({error})") from error


def _rows(text: str, separator: str) -> Iterator[list[str]]:
    """The rows that are not empty, none of which may have more cells than a note has fields."""
    parted = 0

    def lines() -> Iterator[str]:
        nonlocal parted
        for line in io.StringIO(text, newline=""):
            parted += line.count(separator)
            if parted > _MOST_SEPARATORS:
                raise UnfitError(f"its note {number + 1} has too many cells; {MOST_FIELDS:,} is the most")
            yield line

    number = 0
    for row in csv.reader(lines(), delimiter=separator):
        parted = 0
        number += bool(row)
        if len(row) > MOST_FIELDS:
            raise UnfitError(f"its note {number} has {len(row):,} cells; {MOST_FIELDS:,} is the most")
        if row:
            yield row


def _row(row: list[str], places: Mapping[str, int], head: Mapping[str, str], number: int) -> Row:
    if places["guid"] >= len(row):
        raise UnfitError(f"its note {number} has no id")

    def said(name: str) -> str:
        return row[places[name]] if 0 <= places[name] < len(row) else head.get(name, "")

    apart = set(places.values())
    fields = tuple(("", text) for place, text in enumerate(row) if place not in apart)
    return Row(row[places["guid"]], said("notetype"), said("deck"), fields)


def _column(head: Mapping[str, str], name: str) -> int:
    """The place of a column, from 0; -1 for none. Anki counts from 1."""
    text = head.get(f"{name} column", "")
    return int(text) - 1 if text.isdecimal() and text.isascii() and 0 < len(text) < 4 and int(text) else -1
