"""Source text and places in it.

In: the bytes of a Markdown file. Out: `SourceFile` (normalised text, lines) and `Span` (a place that a person can open).
Knows nothing of Markdown.
"""

from __future__ import annotations

import os
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u2060\ufeff]")
"""Characters that no reader sees and that break fonts, XML or Anki: C0 controls, zero-width space, word joiner, BOM."""

_IN_LATIN_WORD = re.compile(r"(?<=[A-Za-z])[^\x00-\x7f]{1,2}(?=[a-z])|(?<![^\s(\"'])[^\x00-\x7f](?=[a-z]{2})")
"""One or two foreign characters within a Latin word, or before one: an umlaut of a file in Windows-1252."""


class Span(NamedTuple):
    """A place in a source file. Lines and columns count from 1, in characters of the normalised text.

    A tuple, as it is the value that there is most of.
    """

    path: str
    line: int = 1
    col: int = 1
    end_line: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.col}"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One Markdown file, decoded and normalised.

    `path` is what people see and what the lock keeps: relative to the deck's root, with `/`. `file` is the place on
    disk. `text` has LF line ends, no BOM, no invisible control characters and ends with a line end.
    """

    path: str
    file: Path
    text: str
    lines: tuple[str, ...] = field(repr=False)

    @classmethod
    def from_text(cls, path: str, file: Path, text: str) -> SourceFile:
        """Normalise decoded text: CRLF and CR become LF, invisible control characters go."""
        text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
        if not text.endswith("\n"):
            text += "\n"
        return cls(path, file, text, tuple(text.split("\n")[:-1]))

    def span(self, start: int, end: int | None = None, col: int = 1) -> Span:
        """The span of the lines `start` to `end` (from 0, end excluded, as in markdown-it's `token.map`)."""
        return Span(self.path, start + 1, col, end if end is not None else start + 1)

    def find(self, needle: str, start: int, end: int, after: tuple[int, int] = (0, 0)) -> Span:
        """The first place of `needle` in the lines `start` to `end` (from 0, end excluded), not before `after`.

        `after` is (line, column), both from 0. Where the text is not found literally, the span of the first line.
        """
        for number in range(max(start, after[0]), min(end, len(self.lines))):
            col = self.lines[number].find(needle, after[1] if number == after[0] else 0)
            if col >= 0:
                return Span(self.path, number + 1, col + 1, number + 1)
        return self.span(start)


def decode(data: bytes) -> str | int:
    """Decode the bytes of a note: UTF-8, or GB18030 when the bytes are no UTF-8 but read as Chinese.

    Returns the text, or the offset of the first byte that cannot be decoded. A file that is UTF-8 but for a few bytes
    is not taken for GB18030, where nearly any bytes mean something.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        offset = error.start
    lenient = data.decode("utf-8", "replace")
    if lenient.count("\ufffd") * 20 < sum(ord(char) > 0x7FF for char in lenient):
        return offset  # nearly all of it is UTF-8: a damaged file
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return offset
    foreign = [char for char in text if ord(char) > 0x7F]
    chinese = sum(
        "\u4e00" <= char <= "\u9fff" or "\u3000" <= char <= "\u303f" or "\uff00" <= char <= "\uffef" for char in foreign
    )
    in_words = sum(map(len, _IN_LATIN_WORD.findall(text)))
    return text if chinese >= 0.8 * len(foreign) and 2 * in_words < len(foreign) else offset


def shown_path(file: Path, root: Path) -> str:
    """A path as people see it: relative to the deck's root where it lies below it, NFC, with `/`."""
    shown = file.relative_to(root) if file.is_relative_to(root) else file
    return shown_name(shown.as_posix())


def shown_name(name: str) -> str:
    """A name of a file as text, NFC, whatever bytes the system has for it."""
    return unicodedata.normalize("NFC", os.fsencode(name).decode(errors="replace"))
