"""What stands beside questions with options in an exam: statements, gaps, short answers, terms, in one run of numbers.

A number says that an item asks; its answer is what is said of it: a verdict, a label, words in a gap, what stands below.
A part of an exam that counts anew below its title (`二、判断题`, `Part B`) must say so of most of its items.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Container, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from markdown_it.token import Token

from exporter.reading.dialects.dialect import Question
from exporter.reading.dialects.fill_ins import fill_in_halves
from exporter.reading.dialects.statements import is_judged, judge
from exporter.reading.dialects.told_lines import GAP, told_within
from exporter.reading.markdown import plain_text
from exporter.reading.page.answer_keys import Key, key_of_question
from exporter.reading.page.lines import halve_lines
from exporter.reading.page.numbered import Numbered, find_numbered
from exporter.reading.page.page import weigh
from exporter.reading.page.question_titles import drop_end, drop_start, read_title
from exporter.reading.page.right_options import label_length
from exporter.reading.page.wording import Style, asks, names_part, part_length

_SHARE = 0.7
"""Of the items of a part that counts anew, so many must say their answer."""
_FEWEST = 2
_LONGEST_TITLE = 60
"""Characters of the title of a part."""
_LONGEST_TERM = 40
_WORDS = r"[^()（）\s](?:[^()（）]{0,28}[^()（）\s])?"
_FILLED = re.compile(rf"[(（]\s++({_WORDS})\s++[)）]|（({_WORDS})）(?=[。.]?\s*$)")
"""Words in a gap that brackets make: `首都是（北京）。`, `( Paris ) is the capital`."""
_TERM = re.compile(r"(?<!\s)\s*+[:：]\s*(?=\S)")
_FULL = re.compile(r"[.。:：?？!！…؟।;]['\"”’»)）*_]*$")
_SENTENCE = re.compile(r"[.。!！]['\"”’»)）*_]*$")
_IN_ITEM = 2
"""The level of a paragraph in an item of a list."""
_ASKS = (Style.NUMBER, Style.PREFIX)

_Halves = tuple[list[Token], list[Token]]
"""The words that ask, and those that answer."""


def find_beside(tokens: Sequence[Token], begun: Collection[int], keys: Sequence[Key]) -> list[Question]:
    """The items in the runs of numbers of questions that begin at `begun`, and in the parts below the first of them."""
    since = min(begun)
    titles = set(part_titles(tokens, since))
    numbered = [item for item in find_numbered(tokens) if tokens[item.start].type != "heading_open"]
    edges = [i for i, t in enumerate(tokens) if not t.level and t.type in ("heading_open", "hr")]
    edges += [*titles, *(key.start for key in keys), *(item.start for item in numbered), len(tokens)]
    edges.sort()
    found: list[Question] = []
    for run in _runs(tokens, numbered):
        first = next((place for place, item in enumerate(run) if item.start in begun), None)
        asked = [
            _read(tokens, item, _end(tokens, item, edges))
            for item in (run if first is None or run[0].start < since else run[first:])
            if item.start not in begun and not _in_key(keys, item)
        ]
        if first is None and not _is_part(tokens, _above(tokens, run[0].start), titles, asked):
            asked = [q for q in asked if tokens[q.start].level and _is_labelled(tokens, q.stop)]
        found += asked
    return found


def _end(tokens: Sequence[Token], item: Numbered, edges: Sequence[int]) -> int:
    """Where the answer of an item ends: at the next edge, and with its list item."""
    edge = edges[bisect_left(edges, item.stop)]
    return min(edge, item.end) if tokens[item.start].level else edge


def _runs(tokens: Sequence[Token], numbered: Sequence[Numbered]) -> Iterator[list[Numbered]]:
    """What counts on, one after the other: in a list upwards, in paragraphs one by one."""
    run: list[Numbered] = []
    for before, item in pairwise([None, *numbered]):
        if item is None or not item.number.isdecimal():
            continue
        if before is None or not _goes_on(tokens, before, item):
            if run:
                yield run
            run = []
        run.append(item)
    if run:
        yield run


def _goes_on(tokens: Sequence[Token], before: Numbered, item: Numbered) -> bool:
    if tokens[before.start].type != tokens[item.start].type or not before.number.isdecimal():
        return False
    first, second = int(before.number), int(item.number)
    is_next = tokens[item.start - 1].type == "list_item_close"
    return second == first + 1 or (is_next and (second > first or second == first == 1))


def _in_key(keys: Sequence[Key], item: Numbered) -> bool:
    answered = key_of_question(keys, item.start, item.title.number) is not None
    return answered or any(key.start <= item.start < key.stop for key in keys)


def _read(tokens: Sequence[Token], item: Numbered, end: int) -> Question:
    """An item as a question, whose answer stands in its line, in the lines below it or in what follows."""
    question = Question(item.start, item.stop, item.title, end=end)
    inline, place = item.title.inline, item.stop - 3
    has_below = any(map(weigh, tokens[item.stop : end]))
    ways = _WAYS if not has_below else () if _is_labelled(tokens, item.stop) else _WITH_BELOW
    for way in ways:
        front, told = way(list(inline.children or ()))
        if plain_text(front) and plain_text(told):
            title = replace(
                item.title, inline=inline.copy(children=front, content=plain_text(front)), text=plain_text(front)
            )
            words = inline.copy(children=told, content=plain_text(told))
            return replace(question, title=title, lead=(tokens[place], words, tokens[place + 2]))
    return question


def _is_part(tokens: Sequence[Token], above: int, titles: Container[int], asked: Sequence[Question]) -> bool:
    """Whether what stands below a title is a part of the exam: whether most of it says its answer."""
    if above not in titles:
        return False
    told = sum(_is_told(tokens, question, sure=tokens[above].type == "heading_open") for question in asked)
    return told >= max(_FEWEST, _SHARE * len(asked))


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
    return (first, rest) if _FULL.search(text) or asks(text) else ([], [])


def _by_term(words: list[Token]) -> _Halves:
    text = plain_text(words)
    match = _TERM.search(text)
    if match is None or not 0 < match.start() <= _LONGEST_TERM or GAP.search(text):
        return [], []
    return drop_end(words, len(text) - match.start()), drop_start(words, match.end())


_SURE = (_by_verdict, _by_label, fill_in_halves, _by_gap)
_WITH_BELOW: tuple[Callable[[list[Token]], _Halves], ...] = (_by_verdict, _by_line)
_WAYS = (_by_verdict, _by_label, fill_in_halves, _by_line, _by_gap, _by_term)


def part_titles(tokens: Sequence[Token], since: int) -> Iterator[int]:
    """The short paragraphs and headings right above a part.

    They say what kind of questions it holds, count it, or stand above what says what is true.
    """
    for index in range(since, len(tokens) - 3):
        if tokens[index].type not in ("paragraph_open", "heading_open") or tokens[index].level not in (0, _IN_ITEM):
            continue
        text = plain_text(tokens[index + 1].children or ())
        if not text or len(text) > _LONGEST_TITLE or "\n" in tokens[index + 1].content or _is_more(tokens, index):
            continue
        if names_part(text):
            yield index
        elif tokens[index].level or not _may_be_title(text) or read_title(tokens[index + 1]).style in _ASKS:
            continue
        elif _begins(tokens, index + 3, anew=not part_length(text)) and (
            part_length(text) or _says_truth(tokens, index + 3)
        ):
            yield index


def _is_more(tokens: Sequence[Token], index: int) -> bool:
    """Whether a paragraph in an item begins it, or something follows in the item."""
    is_last = tokens[index + 3].type == "list_item_close"
    return tokens[index].level > 0 and (tokens[index - 1].type == "list_item_open" or not is_last)


def _may_be_title(text: str) -> bool:
    """Whether words are no sentence, no label and no statement."""
    inside = _TERM.search(text[part_length(text) :].rstrip(" :："))
    return not (_SENTENCE.search(text) or inside or label_length(text) or is_judged(text))


def _above(tokens: Sequence[Token], start: int) -> int:
    """Where the paragraph or heading right above a list or paragraph begins."""
    return start - (4 if tokens[start].type == "list_item_open" else 3)


def _begins(tokens: Sequence[Token], place: int, *, anew: bool) -> bool:
    """Whether items or numbered paragraphs stand at a place. `anew`: their numbers begin with 1."""
    token = tokens[place]
    if token.type == "paragraph_open":
        title = read_title(tokens[place + 1])
        return is_judged(title.full) or (title.style in _ASKS and (title.number == "1" or not anew))
    is_ordered = token.type == "ordered_list_open" and (tokens[place + 1].info == "1" or not anew)
    return is_ordered or token.type == "bullet_list_open"


def _says_truth(tokens: Sequence[Token], start: int) -> bool:
    """Whether most items of a list, or the paragraph at a place, say whether they are true."""
    if tokens[start].type == "paragraph_open":
        return is_judged(plain_text(tokens[start + 1].children or ()))
    said = [is_judged(plain_text(words.children or ())) for words in _first_lines(tokens, start)]
    return sum(said) >= _SHARE * len(said) > 0


def _first_lines(tokens: Sequence[Token], start: int) -> Iterator[Token]:
    """The words that the items of a list begin with."""
    for index in range(start + 1, len(tokens) - 2):
        if tokens[index].level == tokens[start].level and tokens[index].nesting < 0:
            return
        if tokens[index].type == "list_item_open" and tokens[index].level == tokens[start].level + 1:
            yield tokens[index + 2]
