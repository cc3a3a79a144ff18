"""Questions with options of which some are said to be right: exams and quizzes, whatever their questions look like.

A paragraph, a heading or a list item asks; its options stand right below it. Where a file never says which is right (a tick, dress,
a line below, a key at the end of the part) there are none: a list with letters may be an answer.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from markdown_it.token import Token

from exporter.model import CardKind
from exporter.reading.dialects.dialect import Dialect, Question
from exporter.reading.dialects.exam_items import find_beside
from exporter.reading.dialects.exam_titles import part_titles
from exporter.reading.dialects.multiple_choice import Choice, read_choice
from exporter.reading.dialects.options import begins_options, box_length, counts_options, needs_question
from exporter.reading.markdown import plain_text
from exporter.reading.page.answer_keys import Key, answer_of, find_keys, key_of_question, said_in
from exporter.reading.page.key_entries import Said
from exporter.reading.page.lines import Cut, Line
from exporter.reading.page.marks import BOLD_LEVEL
from exporter.reading.page.numbered import find_numbered
from exporter.reading.page.once import once
from exporter.reading.page.option_keys import first_option, option_start, options_behind
from exporter.reading.page.question_titles import Title, read_title
from exporter.reading.page.right_options import label_length
from exporter.reading.page.wording import Style, asking, asks, is_key_label, is_verdict, names_part, question_line

_LISTS = ("bullet_list_open", "ordered_list_open")
_MOST_ABOVE = 4
_WIDE_NUMBER = re.compile(r"\d{1,3}\s?[．、](?=\S)|[(（]\d{1,3}[)）]\s*(?=\S)")
"""What counts the questions of a Chinese or Japanese exam, and is no list."""
_PLAIN_NUMBER = re.compile(r"\d{1,3}\.\s(?=\S)")
_LETTERED = re.compile(r"[^\W\d_]{1,2}\d{1,3}[.)]?\s")
"""What counts the questions of an exam by a letter of any script: `А1. `, `B12 `."""
_FILLED = re.compile(r"[(（]\s*([A-H]{1,6})\s*[)）]")
"""The letters of what is right, filled in where the question leaves a gap: 首都是（ B ）。"""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question with options: where it begins, where its own words and its options do, and in which list item."""

    start: int
    stop: int
    options: int
    title: Title


def cut_options(text: str, line: Line) -> Cut:  # noqa: ARG001 - a dialect's `cut`
    """An option begins a paragraph, and so does the line that says which is right; the title of a part or key is one."""
    option = option_start().match(text)
    is_schema = option is not None and option[0].rstrip().endswith((":", "："))  # `A: int`, `甲：你好`
    if (names_part(text) or is_key_label(text)) and not option:
        return Cut.AROUND
    begins = (
        _WIDE_NUMBER.match(text)
        or (_PLAIN_NUMBER.match(text) and asking(text) == 1)
        or (option and not is_schema)
        or box_length(text)
        or label_length(text)
        or is_verdict(text)
    )
    return Cut.BEFORE if begins else Cut.NOWHERE


def find_choices(tokens: Sequence[Token], strict: bool) -> Sequence[Question]:  # noqa: ARG001, FBT001 - a dialect's `find`
    """Every question with options, of a file that says which are right."""
    return _find(tokens)


@once
def _find(tokens: Sequence[Token]) -> Sequence[Question]:
    """The same for all dialects that ask whether a file has such questions."""
    asked = _asked(tokens)
    if not asked:
        return ()
    keys = find_keys(tokens)
    asked = _numbered(asked, keys)
    begun = {question.start for question in asked}
    options = {place for question in asked for place in _counted_places(tokens, question.options)}
    beside = [*(_gaps(tokens, asked, keys) if keys else []), *find_beside(tokens, begun, keys)]
    gaps = [question for question in beside if question.start not in options]
    # neither the next question nor its title nor a key is part of an answer
    edges = (*part_titles(tokens, min(begun)), *(key.start for key in keys), len(tokens))
    starts = sorted((*begun, *(question.start for question in gaps), *edges))
    limits = [starts[bisect_right(starts, question.options)] for question in asked]
    found = [_read(tokens, question, limit, keys) for question, limit in zip(asked, limits, strict=True)]
    known = [question for question in found if question]
    if all(question.more and not question.back for question in known):
        return ()
    return sorted([*known, *gaps], key=lambda question: question.start)


def _numbered(asked: list[_Asked], keys: Sequence[Key]) -> list[_Asked]:
    """The questions, counted from key to key where none of them has a number of its own."""
    if not keys or any(question.title.number for question in asked):
        return asked
    result: list[_Asked] = []
    part = count = 0
    for question in asked:
        place = bisect_right(keys, question.start, key=lambda key: key.until)
        part, count = place, count + 1 if place == part else 1
        result.append(replace(question, title=replace(question.title, number=str(count))))
    return result


def _gaps(tokens: Sequence[Token], asked: Sequence[_Asked], keys: Sequence[Key]) -> list[Question]:
    """The numbered headings, paragraphs and list items among them that have no options, and an answer in a key."""
    taken = {(key.start, q.title.number) for q in asked if (key := key_of_question(keys, q.start, q.title.number))}
    mixed = {start for start, _ in taken}  # the keys that answer questions with options, and others in words
    begun = {question.start for question in asked}
    found: list[Question] = []
    for question in find_numbered(tokens):
        start, title = question.start, question.title
        key = key_of_question(keys, start, title.number)
        is_known = not key or (key.start, title.number) in taken or any(k.start <= start < k.stop for k in keys)
        if key is None or is_known or start in begun or (key.in_words and not key.of_part and key.start not in mixed):
            continue
        taken.add((key.start, title.number))
        back = answer_of(said_in(keys, start, title.number), title.inline)
        more = tuple(tokens[question.stop : question.end])
        found.append(Question(start, question.stop, title, end=question.end, back=back, more=more))
    return found


def _asked(tokens: Sequence[Token]) -> list[_Asked]:
    """What stands right above each run of options."""
    found: list[_Asked] = []
    before: int | None = None  # the block above, in the same container
    above: list[int] = []  # the paragraphs and headings above, outside of lists
    items: list[int] = []  # the list items around
    for index, token in enumerate(tokens):
        if token.type == "hr":
            above = []
        elif token.type == "list_item_open":
            items.append(index)
            before = None
        elif token.type == "list_item_close" and items:
            items.pop()
        if token.type not in ("paragraph_open", "heading_open", *_LISTS):
            continue
        if before is not None and begins_options(tokens, index):
            question = _above(tokens, _counted(tokens, above) or before, index, items)
            sure = not needs_question(tokens, index)
            if question and (sure or _is_asked(question.title)) and not (found and question.start <= found[-1].start):
                found.append(question)
                above = []
        if token.type in _LISTS:
            before = before if items else index
        elif len(items) < 2:
            before = index
            above = [*above[-_MOST_ABOVE:], index] if not items else []
    return found


def _counted(tokens: Sequence[Token], above: Sequence[int]) -> int | None:
    """The question, where statements that it speaks of stand between it and its options (`I.`, `II.`)."""
    if len(above) < 2 or tokens[above[-1]].type == "heading_open" or _is_asked(read_title(tokens[above[-1] + 1])):
        return None
    for place in reversed(above):
        title = read_title(tokens[place + 1])
        if names_part(title.full):
            return None
        if title.style in (Style.PREFIX, Style.NUMBER):
            return place
    return None


def _counted_places(tokens: Sequence[Token], start: int) -> range:
    """The places of a list that counts options by 1, 2, 3: its items are no questions."""
    if not counts_options(tokens, start):
        return range(0)
    return range(start, next(i for i in range(start + 1, len(tokens)) if tokens[i].level == tokens[start].level))


def _is_asked(title: Title) -> bool:
    """Whether a title asks or counts, so that the boxes below it are options and no checklist."""
    counts = title.style in (Style.PREFIX, Style.NUMBER) or _LETTERED.match(title.full)
    return bool(counts) or (asks(title.text) and not names_part(title.text))


def _above(tokens: Sequence[Token], before: int, options: int, items: Sequence[int]) -> _Asked | None:
    inline = tokens[before + 1]
    if tokens[before].type in _LISTS or inline.type != "inline":
        return None
    item = items[-1] if items and items[-1] < before else None
    if item is None and tokens[before].level:  # the last item of the list above asks
        item = _item_around(tokens, before)
    number = tokens[item].info if item is not None else ""
    return _Asked(before if item is None else item, before + 3, options, read_title(inline, number))


def _item_around(tokens: Sequence[Token], place: int) -> int | None:
    """The nearest list item above that opens in the same block of the page."""
    while place >= 0 and tokens[place].type != "list_item_open":
        if not tokens[place].level and tokens[place].nesting >= 0:
            return None
        place -= 1
    return place if place >= 0 else None


def _read(tokens: Sequence[Token], asked: _Asked, limit: int, keys: Sequence[Key]) -> Question | None:
    end = _end(tokens, asked.options, min(limit, _item_end(tokens, asked)))
    said, title = said_in(keys, asked.start, asked.title.number), asked.title
    below = _whole(tokens[asked.options : end])
    choice = read_choice(below, said)
    if choice and not said.named and (filled := _filled(title.text)):
        choice = choice if choice.correct else read_choice(below, Said(filled[1]))
        if choice and _right_letters(choice) == filled[1]:
            title = _emptied(title, filled[0])
    if not choice or choice.lead:
        return None
    opening = tokens[asked.start]
    level = int(opening.tag[1]) if opening.type == "heading_open" else BOLD_LEVEL
    if title is not asked.title and choice.correct:
        front = (*tokens[asked.stop : asked.options], *choice.front)
        return Question(asked.start, asked.stop, title, None, end, level, CardKind.CHOICE, more=front, back=choice.back)
    question = Question(asked.start, asked.stop, asked.title, None, end, level)
    if said.words and not said.named and not choice.correct:  # each letter is a part of the question
        more = (*tokens[asked.stop : asked.options], *below)
        return replace(question, more=more, back=answer_of(said, title.inline))
    return question if choice.correct else replace(question, more=(*tokens[asked.stop : asked.options], *choice.front))


def _filled(text: str) -> re.Match[str] | None:
    """The letters that a question has in brackets, in their order: `（ BD ）`, and not `(AAD)`."""
    return next((match for match in _FILLED.finditer(text) if [*match[1]] == sorted({*match[1]})), None)


def _right_letters(choice: Choice) -> str:
    right = [bool(token.meta["correct"]) for token in choice.front if "correct" in token.meta]
    return "".join(chr(ord("A") + place) for place, is_right in enumerate(right) if is_right)


def _emptied(title: Title, filled: str) -> Title:
    """The title with a gap where the letters of what is right were filled in."""
    children = [
        child.copy(content=child.content.replace(filled, "（　）", 1)) if child.type == "text" else child
        for child in title.inline.children or ()
    ]
    return replace(title, inline=title.inline.copy(children=children), text=plain_text(children))


def _whole(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """The tokens without what closes a block that was opened before."""
    result: list[Token] = []
    depth = 0
    for token in tokens:
        if depth + token.nesting >= 0:
            result.append(token)
            depth += token.nesting
    return tuple(result)


def _item_end(tokens: Sequence[Token], asked: _Asked) -> int:
    """Where the list item closes that holds a question and its options, if another item follows: that asks for itself."""
    level = tokens[asked.start].level
    if tokens[asked.start].type != "list_item_open":
        return len(tokens)
    close = next(
        i for i in range(asked.start, len(tokens)) if tokens[i].type == "list_item_close" and tokens[i].level == level
    )
    is_inside = asked.options < close and tokens[close + 1].type == "list_item_open"
    return close if is_inside else len(tokens)


def _end(tokens: Sequence[Token], start: int, limit: int) -> int:
    """The answer ends at a heading, at a line that says it is a question, or at a rule that no answer follows."""
    for index in range(start, limit):
        token = tokens[index]
        if token.level:
            continue
        if token.type == "heading_open" and not label_length(tokens[index + 1].content):
            return index
        if token.type == "paragraph_open" and question_line(plain_text(tokens[index + 1].children or ())):
            return index
        if token.type == "hr":
            following = next((i for i in range(index, limit) if tokens[i].type not in ("hr", "comment")), limit)
            if following + 1 >= limit or not label_length(plain_text(tokens[following + 1].children or ())):
                return index
    return limit


def may_have_options(text: str) -> bool:
    """Whether a line of a file begins as options do."""
    return bool(first_option().search(text) or _BOXED.search(text) or _BEHIND.search(text) or _COUNTED.search(text))


_BOXED = re.compile(r"^[ \t]*(?:[(（] ?[xX√✓●*]? ?[)）] |[☐☑☒])", re.MULTILINE)
_COUNTED = re.compile(
    r"^[ \t]*[2-8][.)][ \t][^\n]*\n(?:[ \t]*\n)?[ \t>*_]*[^\W\d][^\n:：]{0,40}[:：][ \t*_]*[1-8](?!\w)", re.MULTILINE
)
_BEHIND = re.compile(r"[)）?？؟。:：_][ \t\u3000]*[(（]?[Aaａ①أаА][)）.．、 ]?")
DIALECT = Dialect(
    "choices", "questions with options", find_choices, cut_options, sign=may_have_options, within=options_behind
)
