"""What stands beside questions with options in an exam: statements, gaps, short answers, terms, in one run of numbers.

A number says that an item asks; its answer is what is said of it: a verdict, a label, words in a gap, what stands below.
A part of an exam that counts anew below its title (`二、判断题`, `Part B`) must say so of most of its items.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Container, Iterable, Sequence
from dataclasses import dataclass, replace

from markdown_it.token import Token

from exporter.reading.dialects.dialect import Question
from exporter.reading.dialects.exam_titles import part_titles
from exporter.reading.dialects.fill_ins import fill_in_halves
from exporter.reading.dialects.statements import is_judged, judge
from exporter.reading.dialects.told_lines import GAP, told_within
from exporter.reading.markdown import plain_text, reworded
from exporter.reading.page.answer_keys import Key, key_of_question
from exporter.reading.page.line_starts import short_answer
from exporter.reading.page.lines import halve_lines
from exporter.reading.page.numbered import Numbered, find_numbered
from exporter.reading.page.page import weigh
from exporter.reading.page.question_titles import drop_end, drop_start
from exporter.reading.page.right_options import label_length
from exporter.reading.page.vocabulary import lower
from exporter.reading.page.wording import asks, names_part

_SHARE = 0.7
"""Of the items of a part that counts anew, so many must say their answer."""
_FEWEST = 2
_MOST_OPEN = 3
"""Runs of numbers in each other."""
_LONGEST_TERM = 40
_WORDS = r"[^()（）\s](?:[^()（）]{0,28}[^()（）\s])?"
_FILLED = re.compile(rf"[(（]\s++({_WORDS})\s++[)）]|（({_WORDS})）(?=[。.]?\s*$)")
"""Words in a gap that brackets make: `首都是（北京）。`, `( Paris ) is the capital`."""
_TERM = re.compile(r"(?<!\s)\s*+[:：]\s*(?=\S)")
_ARROW = re.compile(r"(?<!\s)\s++(?:[→⇒➜➤➔⟶]|[-=]>)\s++(?=\S)")
_SIGNED = re.compile(r"\s*(?:[→⇒➜➤➔⟶]|[-=]>)\s*(?=\S)")
_FULL = re.compile(r"[.。:：?？!！…؟।;]['\"”’»)）*_]*$")

_Halves = tuple[list[Token], list[Token]]
"""The words that ask, and those that answer."""


def find_beside(tokens: Sequence[Token], begun: Collection[int], keys: Sequence[Key]) -> list[Question]:
    """The items in the runs of numbers of questions that begin at `begun`, and in the parts below the first of them.

    Where there are none, only in parts whose titles say what kind of questions they hold.
    """
    since = min(begun, default=0)
    titles = {place for place in part_titles(tokens, since) if begun or names_part(_words(tokens, place))}
    numbered = (item for item in find_numbered(tokens) if tokens[item.start].type != "heading_open")
    runs = _runs(tokens, numbered, begun, titles)
    edges = [i for i, t in enumerate(tokens) if not t.level and t.type in ("heading_open", "hr")]
    edges += [*titles, *(key.start for key in keys), len(tokens)]
    for run in runs:
        if any(item.start in begun for item in run) or _above(tokens, run[0].start) in titles:
            edges += [item.start for item in run]
    edges.sort()
    found: list[Question] = []
    for run in runs:
        first = next((place for place, item in enumerate(run) if item.start in begun), None)
        asked = [
            _read(tokens, item, _end(tokens, item, edges))
            for item in (run if first is None or run[0].start < since else run[first:])
            if item.start not in begun and not _in_key(keys, item)
        ]
        if first is None and not _is_part(tokens, _above(tokens, run[0].start), titles, asked):
            asked = [q for q in asked if begun and tokens[q.start].level and _is_labelled(tokens, q.stop)]
        found += asked
    return found


def _end(tokens: Sequence[Token], item: Numbered, edges: Sequence[int]) -> int:
    """Where the answer of an item ends: at the next edge, and with its list item."""
    edge = edges[bisect_left(edges, item.stop)]
    return min(edge, item.end) if tokens[item.start].level else edge


@dataclass(frozen=True, slots=True)
class _Run:
    """What counts on. `is_asked`: a question with options is in it, or it stands below a title."""

    items: list[Numbered]
    is_asked: bool


def _runs(
    tokens: Sequence[Token], numbered: Iterable[Numbered], begun: Container[int], titles: Container[int]
) -> list[list[Numbered]]:
    """What counts on: in a list upwards, in paragraphs one by one. Answers may count, too, before their run goes on."""
    runs: list[list[Numbered]] = []
    opened: list[_Run] = []
    for item in numbered:
        if not item.number.isdecimal():
            continue
        fitting = [place for place, run in enumerate(opened) if _goes_on(tokens, run.items[-1], item)]
        if fitting and not _is_beside(tokens, item):
            fitting = [place for place in fitting if opened[place].is_asked] or fitting
        if fitting:
            run = opened[fitting[-1]]
            del opened[fitting[-1] :]
        else:
            run = _Run([], _above(tokens, item.start) in titles)
            runs.append(run.items)
        run.items.append(item)
        opened = [*opened[1 - _MOST_OPEN :], replace(run, is_asked=run.is_asked or item.start in begun)]
    return runs


def _goes_on(tokens: Sequence[Token], before: Numbered, item: Numbered) -> bool:
    first, second = int(before.number), int(item.number)
    is_upwards = _is_beside(tokens, item) and (second > first or second == first == 1)
    return (second == first + 1 or is_upwards) and _is_bracketed(before) is _is_bracketed(item)


def _is_beside(tokens: Sequence[Token], item: Numbered) -> bool:
    """Whether an item of a list stands right above."""
    return tokens[item.start - 1].type == "list_item_close"


def _is_bracketed(item: Numbered) -> bool:
    return item.title.full.startswith(("(", "（"))


def _words(tokens: Sequence[Token], place: int) -> str:
    return plain_text(tokens[place + 1].children or ())


def _in_key(keys: Sequence[Key], item: Numbered) -> bool:
    answered = key_of_question(keys, item.start, item.title.number) is not None
    return answered or any(key.start <= item.start < key.stop for key in keys)


def _read(tokens: Sequence[Token], item: Numbered, end: int) -> Question:
    """An item as a question, whose answer stands in its line, in the lines below it or in what follows."""
    question = Question(item.start, item.stop, item.title, end=end)
    inline, place = item.title.inline, item.stop - 3
    if short := _told_short(tokens, item.stop, end):
        return replace(question, stop=item.stop + 3, lead=short)
    has_below = any(map(weigh, tokens[item.stop : end]))
    ways = _WAYS if not has_below else () if _is_labelled(tokens, item.stop) else _WITH_BELOW
    for way in ways:
        front, told = way(list(inline.children or ()))
        if plain_text(front) and plain_text(told):
            title = replace(item.title, inline=reworded(inline, front), text=plain_text(front))
            words = reworded(inline, told)
            return replace(question, title=title, lead=(tokens[place], words, tokens[place + 2]))
    return question


def _is_part(tokens: Sequence[Token], above: int, titles: Container[int], asked: Sequence[Question]) -> bool:
    """Whether what stands below a title is a part of the exam: whether most of it says its answer."""
    if above not in titles:
        return False
    is_named = names_part(_words(tokens, above))
    sure = tokens[above].type == "heading_open" and not is_named
    told = sum(_is_told(tokens, question, sure=sure) for question in asked)
    return told >= max(1 if is_named else _FEWEST, _SHARE * len(asked))


def _told_short(tokens: Sequence[Token], place: int, end: int) -> tuple[Token, ...]:
    """The paragraph at a place without the letter or arrow that it answers with (`R: …`); nothing where it has none."""
    if place + 3 > end or tokens[place].type != "paragraph_open":
        return ()
    inline = tokens[place + 1]
    if not (match := _short_label(plain_text(inline.children or ()))):
        return ()
    words = drop_start(inline.children or (), match.end())
    return (tokens[place], reworded(inline, words), tokens[place + 2])


def _short_label(text: str) -> re.Match[str] | None:
    return _SIGNED.match(text) or short_answer().match(lower(text))


def _is_told(tokens: Sequence[Token], question: Question, *, sure: bool) -> bool:
    """Whether a question has an answer of its own. `sure`: other lists below a heading have none like it."""
    if not question.lead or not sure:
        return bool(question.lead) or _is_labelled(tokens, question.stop)
    return any(all(way(list(tokens[question.stop - 2].children or ()))) for way in _SURE)


def _is_labelled(tokens: Sequence[Token], place: int) -> bool:
    """Whether a paragraph at a place is an answer with its label."""
    if place >= len(tokens) or tokens[place].type != "paragraph_open":
        return False
    text = plain_text(tokens[place + 1].children or ())
    length = label_length(text)
    return length > 0 and any(map(str.isalnum, text[length:]))


def _by_verdict(words: list[Token]) -> _Halves:
    text = plain_text(words)
    judged = judge(text) if is_judged(text) else None
    if judged is None:
        return [], []
    asked, said = (drop_start(drop_end(words, len(text) - last), first) for first, last in judged)
    return asked, said


def _by_label(words: list[Token]) -> _Halves:
    text = plain_text(words)
    halves = told_within(text, has_gap=GAP.search(text) is not None, counts=True)
    if halves is None:
        return [], []
    asked, first, last = halves
    return drop_end(words, len(text) - asked), drop_start(drop_end(words, len(text) - last), first)


def _by_gap(words: list[Token]) -> _Halves:
    """Words in brackets that are a gap, all of one text."""
    places = [place for place, child in enumerate(words) if child.type == "text" and _FILLED.search(child.content)]
    if len(places) != 1:
        return [], []
    child = words[places[0]]
    said = "；".join(match[1] or match[2] for match in _FILLED.finditer(child.content))
    if not any(map(str.isalnum, said)) or not _FILLED.sub("", plain_text(words)).strip(" .。"):
        return [], []
    emptied = child.copy(content=_FILLED.sub("（　）", child.content))
    return [*words[: places[0]], emptied, *words[places[0] + 1 :]], [child.copy(content=said)]


def _by_line(words: list[Token]) -> _Halves:
    """The first line, where it is a sentence or asks, and the lines below it."""
    first, rest = halve_lines(words)
    text = plain_text(first)
    if label := _short_label(plain_text(rest)):
        return first, drop_start(rest, label.end())
    return (first, rest) if _FULL.search(text) or asks(text) else ([], [])


def _by_arrow(words: list[Token]) -> _Halves:
    text = plain_text(words)
    match = _ARROW.search(text)
    return (drop_end(words, len(text) - match.start()), drop_start(words, match.end())) if match else ([], [])


def _by_term(words: list[Token]) -> _Halves:
    text = plain_text(words)
    match = _TERM.search(text)
    if match is None or not 0 < match.start() <= _LONGEST_TERM or GAP.search(text):
        return [], []
    return drop_end(words, len(text) - match.start()), drop_start(words, match.end())


_SURE = (_by_verdict, _by_label, fill_in_halves, _by_gap)
_WITH_BELOW: tuple[Callable[[list[Token]], _Halves], ...] = (_by_verdict, _by_line)
_WAYS = (_by_verdict, _by_label, fill_in_halves, _by_line, _by_arrow, _by_gap, _by_term)


def _above(tokens: Sequence[Token], start: int) -> int:
    """Where the paragraph or heading right above a list or paragraph begins."""
    return start - (4 if tokens[start].type == "list_item_open" else 3)
