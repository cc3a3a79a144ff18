"""Tasks of a class test that are more than a question with room to write: matching, and putting in order.

In: a question as templates see it, and what shuffles. Out: its `Task`, with what is right, or None for any other question. A
question whose words say so and whose answer is a table of two columns is matched, one whose answer is a numbered list is
put in order.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import Literal

from exporter.machinery.html_text import Html
from exporter.print.pages.page import PageItem, plain

_MATCH = re.compile(
    r"\b(?:match|pair up|connect)\b|zuordnen|ordne.* zu\b|\bassoci(?:e|er|ez|a)\b|\breli(?:e|er|ez)\b|\brelacion[ae]|\babbina"
    r"|\bcollega\b|\bcorrespond|соотнес|сопостав|连线|配对|匹配|对应|配對|對應|結びつけ|対応"
    r"|연결|짝지|ص[\u064b-\u0652]*ل[\u064b-\u0652]* (?:بين|كل)|طابق|وصّل|وصل|התאם|התאימ",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"\b(?:in|the|right|correct) (?:\w+ )?(?:order|sequence)\b|\b(?:order|sort|arrange|rank) (?:the|these)\b|Reihenfolge|\bordne\b"
    r"|\b(?:dans l.|remettez en )ordre|\b(?:orden[ae]|en orden)\b|\bordina\b|in ordine|по порядку|порядок|排序|顺序|順序|並べ"
    r"|순서|رت[\u064b-\u0652]*ب|بالترتيب|סדר את|לפי הסדר",
    re.IGNORECASE,
)
_ROW = re.compile(r"<tr\b[^>]*>(.*?)</tr>", re.DOTALL)
_CELL = re.compile(r"<(t[hd])\b[^>]*>(.*?)</\1>", re.DOTALL)
_LIST = re.compile(r"<ol\b[^>]*>(.*?)</ol>", re.DOTALL)
_ITEM = re.compile(r"<li>(.*?)</li>", re.DOTALL)
_FEWEST, _MOST = 3, 15


@dataclass(frozen=True, slots=True)
class Task:
    """What stands on the sheet: for matching, `left` numbered and `right` with letters; for order, `right` alone.

    `solution` says what is right, such as "1 C, 2 A, 3 B" or "2, 3, 1": the places of what the sheet shows.
    """

    kind: Literal["match", "order"]
    left: tuple[Html, ...]
    right: tuple[Html, ...]
    solution: str


def find_task(item: PageItem, mix: random.Random) -> Task | None:
    """The task that a question sets, shuffled so that nothing stands where it belongs by itself."""
    asked = plain(item.title)
    rows = [
        [Html(text.strip()) for kind, text in _CELL.findall(row) if kind == "td"] for row in _ROW.findall(item.answer)
    ]
    rows = [row for row in rows if row]
    if _MATCH.search(asked) and _FEWEST <= len(rows) <= _MOST and all(len(row) == 2 for row in rows):
        order = _shuffled(len(rows), mix)
        letters = {row: chr(65 + place) for place, row in enumerate(order)}
        solution = ", ".join(f"{row + 1} {letters[row]}" for row in range(len(rows)))
        return Task("match", tuple(row[0] for row in rows), tuple(rows[row][1] for row in order), solution)
    steps = [Html(text.strip()) for text in _ITEM.findall(found[1])] if (found := _LIST.search(item.answer)) else []
    if _ORDER.search(asked) and _FEWEST <= len(steps) <= _MOST and item.answer.count("<ol") == 1:
        order = _shuffled(len(steps), mix)
        return Task("order", (), tuple(steps[step] for step in order), ", ".join(str(step + 1) for step in order))
    return None


def _shuffled(count: int, mix: random.Random) -> list[int]:
    """Another order than that of the notes."""
    order = list(range(count))
    while order == sorted(order):
        mix.shuffle(order)
    return order
