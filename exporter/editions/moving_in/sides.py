"""Which fields of an old note are its question and its answer, as the texts that cards are compared by.

In: an old note, and the keys of all questions of the book. Out: `Sides`. Other tools number their fronts, put headings
above them, or an id into the first field: of all that a field may mean, what is a question of the book is taken first.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from exporter.editions.adopt import text_of
from exporter.editions.moving_in.old_notes import OldNote
from exporter.reading.text_fingerprints import question_key

_ASKS = (
    "front",
    "question",
    "text",
    "正面",
    "问题",
    "vorderseite",
    "frente",
    "recto",
    "vraag",
    "лицо",
    "вопрос",
    "表面",
)
_ANSWERS = ("back", "answer", "背面", "答案", "rückseite", "verso", "reverso", "achterkant", "ответ", "裏面")
_EXTRA = ("extra", "back extra")
_BLOCK = re.compile(r"\s*<(p|h\d|div|li)\b[^>]*>(.*?)</\1>", re.DOTALL)
_LINE_END = re.compile(r"<br\b[^<>]*>|</(?:p|div|li|h\d)>|\n")
_NUMBER = re.compile(r"\W{0,20}(?:Q\s*)?\d{1,4}(?:\.\d{1,4})*\s*[.)、．:：]\s*")
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}\S*|\d{10,}")
_LONGEST = 5_000
"""Letters of a field among which its question stands."""

_GAP = re.compile(r"\{\{c\d+(?:,\d+)*::")


@dataclass(frozen=True, slots=True)
class Sides:
    """What a note asks and answers as plain text, and whether it has gaps."""

    question: str
    answer: str
    is_cloze: bool


def read_sides(note: OldNote, keys: Collection[str]) -> Sides:
    """The sides of a note. `keys` are those of the book's questions."""
    fields = _in_order(note)
    first = 0
    question = ""
    for place, (_, markup) in enumerate(fields):
        found = next((text for text in _readings(markup) if question_key(text) in keys), "")
        if found:
            first, question = place, found
            break
    else:
        question = next(_readings(fields[0][1]), "") if fields else ""
    is_cloze = bool(fields) and _GAP.search(fields[first][1]) is not None
    rest = [text_of(markup) for place, (_, markup) in enumerate(fields) if place != first and markup.strip()]
    whole = text_of(fields[first][1]) if fields and is_cloze else ""
    return Sides(question, "\n".join(filter(None, (whole, rest[0] if rest else ""))), is_cloze)


def _in_order(note: OldNote) -> list[tuple[str, str]]:
    """The fields, the likely question first and the likely answer second; ids and empty ones apart."""
    fields = [field for field in note.fields if field[1].strip() and not _ID.fullmatch(field[1].strip())]

    def rank(field: tuple[str, str]) -> int:
        name = field[0].casefold()
        return 0 if name in _ASKS else 1 if name in _ANSWERS else 3 if name in _EXTRA else 2

    return sorted(fields, key=rank) if any(rank(field) == 0 for field in fields) else fields


def _readings(markup: str) -> Iterator[str]:
    """What a field may ask, the likeliest first: its first block, its first line, all of it; each without its number."""
    markup = markup.strip()[:_LONGEST]
    block = _BLOCK.match(markup)
    pieces = (block[2] if block else "", _LINE_END.split(markup, maxsplit=1)[0], markup)
    for piece in pieces:
        text = " ".join(text_of(piece).split())
        if text:
            yield text
            yield from filter(None, (_without_number(text), text.rpartition(" > ")[2], text.rpartition("\u203a ")[2]))


def _without_number(text: str) -> str:
    match = _NUMBER.match(text)
    return text[match.end() :] if match else ""
