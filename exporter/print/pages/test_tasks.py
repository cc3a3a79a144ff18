"""Tasks of a class test that are more than a question with room to write: matching, putting in order, true or false.

In: a question as templates see it, and what shuffles. Out: its `Task`, with what is right, or None for any other question. A
question whose words say so and whose answer is a table of two columns is matched, one whose answer is a numbered list is
put in order. One that offers two verdicts ("True / False"), or has nothing but one for its answer, is ticked.
"""

from __future__ import annotations

import html
import random
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from exporter.machinery.html_text import Html, escape, rewrite
from exporter.print.pages.page import PageItem, plain
from exporter.reading.page.vocabulary import exam_words, words_of

_VOWELS = re.compile("[\u064b-\u0652]")
"""What Arabic may be written with or without."""
_ROW = re.compile(r"<tr\b[^>]*>(.*?)</tr>", re.DOTALL)
_CELL = re.compile(r"<(t[hd])\b[^>]*>(.*?)</\1>", re.DOTALL)
_LIST = re.compile(r"<ol\b[^>]*>(.*?)</ol>", re.DOTALL)
_ITEM = re.compile(r"<li>(.*?)</li>", re.DOTALL)
_FEWEST, _MOST = 3, 15


@dataclass(frozen=True, slots=True)
class Task:
    """What stands on the sheet: for matching, `left` numbered and `right` with letters; for order, `right` alone.

    `asks` is the question without what the sheet shows in another way. `solution` says what is right, such as "1 C, 2 A,
    3 B" or "2, 3, 1": the places of what the sheet shows. A verdict has two words at the `right`, and one for its solution.
    """

    kind: Literal["match", "order", "verdict"]
    asks: Html
    left: tuple[Html, ...]
    right: tuple[Html, ...]
    solution: str


Verdicts = tuple[str, str]
"""What a test calls true, and what false."""


def find_task(item: PageItem, mix: random.Random, verdicts: Verdicts | None) -> Task | None:
    """The task that a question sets, shuffled so that nothing stands where it belongs by itself."""
    if item.keys or item.is_cloze:
        return None
    return find_verdict(item, verdicts) or _match(item, mix) or _order(item, mix)


def is_asked(kind: Literal["match", "order"], title: Html) -> bool:
    """Whether a question says that it is one to match, or to put in order."""
    return _asking(kind).search(_VOWELS.sub("", plain(title))) is not None


@cache
def _asking(kind: str) -> re.Pattern[str]:
    return re.compile(exam_words(kind), re.IGNORECASE)


def _match(item: PageItem, mix: random.Random) -> Task | None:
    rows = [
        [Html(text.strip()) for kind, text in _CELL.findall(row) if kind == "td"] for row in _ROW.findall(item.answer)
    ]
    rows = [row for row in rows if row]
    if not (is_asked("match", item.title) and _FEWEST <= len(rows) <= _MOST and all(len(row) == 2 for row in rows)):
        return None
    order = _shuffled(len(rows), mix)
    letters = {row: chr(65 + place) for place, row in enumerate(order)}
    solution = ", ".join(f"{row + 1} {letters[row]}" for row in range(len(rows)))
    return Task("match", item.title, tuple(row[0] for row in rows), tuple(rows[row][1] for row in order), solution)


def _order(item: PageItem, mix: random.Random) -> Task | None:
    steps = [Html(text.strip()) for text in _ITEM.findall(found[1])] if (found := _LIST.search(item.answer)) else []
    if not (is_asked("order", item.title) and _FEWEST <= len(steps) <= _MOST and item.answer.count("<ol") == 1):
        return None
    order = _shuffled(len(steps), mix)
    solution = ", ".join(str(step + 1) for step in order)
    return Task("order", item.title, (), tuple(steps[step] for step in order), solution)


def find_verdicts(items: Iterable[PageItem]) -> Verdicts | None:
    """The two words that are the whole answers of a test's statements; None where there are not both, or more."""
    said = {found for item in items if (found := _said(item)) and not found[2]}
    right, wrong = ({word for is_true, word, _ in said if is_true == wanted} for wanted in (True, False))
    return (right.pop(), wrong.pop()) if len(right) == len(wrong) == 1 else None


def find_verdict(item: PageItem, verdicts: Verdicts | None) -> Task | None:
    """The two words that a statement offers, or that all statements of a test have for answers; None for other questions."""
    if item.keys or item.is_cloze:
        return None
    said = _said(item)
    offered = _offers().search(plain(item.title))
    if not said or not (offered or (verdicts and not said[2])):
        return None
    words = (offered["right"] or offered["first"], offered["wrong"] or offered["then"]) if offered else verdicts
    asks = rewrite(item.title, lambda text: _offers().sub("", text)) if offered else item.title
    shown = tuple(escape(word[:1].upper() + word[1:]) for word in words or ())
    return Task("verdict", asks, (), shown, html.unescape(shown[0 if said[0] else 1]))


def _said(item: PageItem) -> tuple[bool, str, str] | None:
    """Whether an answer says that something is true, the word for it, and what it says more; None for other answers."""
    found = _begins_with_verdict().match(plain(item.answer).strip())
    return (bool(found["right"]), found["right"] or found["wrong"], found["more"].strip()) if found else None


@cache
def _begins_with_verdict() -> re.Pattern[str]:
    return re.compile(
        rf"(?:(?P<wrong>{words_of('false')})|(?P<right>{words_of('true')}))(?!\w)[.。!]?(?P<more>.*)$",
        re.IGNORECASE | re.DOTALL,
    )


@cache
def _offers() -> re.Pattern[str]:
    """What offers true and false, at the end of a question ("T/F", "(richtig oder falsch)") or before its statement."""
    right, wrong = words_of("true"), words_of("false")
    either = rf"(?:[\s/／|,，、\[\]()□☐○_·-]|{exam_words('or')}){{1,12}}"
    begins = rf"^\W*(?P<first>{right}){either}(?P<then>{wrong})\s*[?？:：.)）\]]+\s*(?=\S)"
    ends = rf"(?<![\s\-–—:：(（\[□☐○_])[\s\-–—:：(（\[□☐○_]*+(?<!\w)(?P<right>{right}){either}(?P<wrong>{wrong})[)）\]\s.?？_□☐○]*$"
    return re.compile(rf"{begins}|{ends}", re.IGNORECASE)


def _shuffled(count: int, mix: random.Random) -> list[int]:
    """Another order than that of the notes."""
    order = list(range(count))
    while order == sorted(order):
        mix.shuffle(order)
    return order
