"""Keys at the end of a part or a file: `1. B`, `| Q1 | C | why |`, `Answers: 1A 2B`, `7. It destroys the offer`.

In: tokens. Out: `Key`s: the answers by the numbers of their questions.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from markdown_it.token import Token

from exporter.reading.markdown import plain_text
from exporter.reading.page.key_entries import (
    UNSAID,
    Said,
    as_paragraph,
    count_letters,
    key_label,
    line_entries,
    list_entries,
    paragraph_entries,
    table_entries,
)
from exporter.reading.page.key_parts import Parts, find_parts, lines_of_parts, named_part
from exporter.reading.page.numbered import Numbered, count_items, find_numbered
from exporter.reading.page.once import once
from exporter.reading.page.option_keys import key_pattern, option_start
from exporter.reading.page.question_titles import drop_start
from exporter.reading.page.right_options import reason_start
from exporter.reading.page.wording import asking, is_answer_label, is_key_label

_FEWEST = 2
_FEWEST_BARE = 3
_BLOCKS = ("heading_open", "paragraph_open", "table_open", "ordered_list_open", "bullet_list_open")
_LONGEST = 60
"""Characters of a heading that announces answers."""
_SHARE = 0.8
"""Of the entries of a key in words, so many must have a question above that has nothing below it but its options."""


@dataclass(frozen=True, slots=True)
class Key:
    """The answers, by their numbers, to the questions between the tokens `since` and `until`.

    `start` and `stop` are where the key begins and ends. Only the key of a part (`### Part A` below "Answers") answers
    other questions than those between the key before and it, and may hold one alone. `in_words`: none of them is a letter.
    """

    start: int
    stop: int
    answers: dict[str, Said]
    since: int
    until: int
    in_words: bool = False
    of_part: bool = False

    @property
    def is_lost(self) -> bool:
        """Whether it is the key of a part that no questions have, and answers none."""
        return self.since == self.until


def key_at(keys: Sequence[Key], start: int) -> int | None:
    """Which of the keys answers a question; None where none does."""
    place = bisect_right(keys, start, key=lambda key: key.until)
    return place if place < len(keys) and keys[place].since <= start else None


def key_of_question(keys: Sequence[Key], start: int, number: str) -> Key | None:
    """The key that answers a question, where it says something of the question's number."""
    place = key_at(keys, start)
    return keys[place] if place is not None and number and number.lstrip("0") in keys[place].answers else None


def said_in(keys: Sequence[Key], start: int, number: str) -> Said:
    """What the next key below a question says of its number."""
    key = key_of_question(keys, start, number)
    return key.answers[number.lstrip("0")] if key else UNSAID


def answer_of(said: Said, question: Token) -> tuple[Token, ...]:
    """What a key says as the answer of a question without options; `question` are its words."""
    if not (said.named or said.words):
        return ()
    words = question.copy(children=list(said.words), content=plain_text(said.words))
    return (*as_paragraph(words), *said.why)


def reason_in(said: Said, options: Sequence[str]) -> tuple[Token, ...]:
    """Why an option is right, where a key says so behind its letter: `1. b - the treaty was signed in 1949`."""
    start = reason_start(plain_text(said.words), options)
    children = drop_start(said.words, start) if start else []
    text = plain_text(children)
    return tuple(as_paragraph(Token("inline", "", 0, children=children, content=text, level=1))) if text else ()


@once
def find_keys(tokens: Sequence[Token]) -> tuple[Key, ...]:
    """All keys: tables of numbers and letters, what stands below a heading that says "answers", and lines that say both."""
    keys: list[Key] = []
    heads = _Heads(tokens)
    for index, token in enumerate(tokens):
        since = keys[-1].stop if keys else 0
        if "answers" in token.meta:  # a key that is another file
            answers = token.meta["answers"]
            keys.append(Key(index, index + 1, answers, since, index, in_words=count_letters(answers) < _FEWEST))
        if token.level or token.type not in _BLOCKS or (keys and index < keys[-1].stop) or heads.take(index, keys):
            continue
        if by_parts := _keys_of_lines(tokens, index, heads):
            keys += by_parts
            continue
        answers, stop = _answers(tokens, index, announced=heads.announced)
        if len(answers) < (1 if heads.part else _FEWEST):
            continue
        start = heads.above(index)
        asked = heads.part or (since, start)
        again = bool(keys) and bool(answers.keys() & keys[-1].answers.keys())
        lettered = count_letters(answers) >= _FEWEST
        if keys and heads.announced and not heads.part and not again and (lettered or index == keys[-1].stop):
            keys[-1] = replace(keys[-1], stop=stop, answers={**keys[-1].answers, **answers})
        elif lettered and again and 0 < heads.unknown < keys[-1].start == keys[-1].until:
            keys[-1] = replace(keys[-1], since=keys[-1].until)
            keys.append(Key(start, stop, answers, start, start))
        else:
            key = Key(start, stop, answers, *asked, in_words=not lettered, of_part=heads.part is not None)
            keys += [key] if lettered or answered_by(tokens, key) else []
    return tuple(keys)


def _keys_of_lines(tokens: Sequence[Token], index: int, heads: _Heads) -> list[Key]:
    """The keys of parts that a paragraph says line by line: `Part A: 1. Lima 2. Quito`."""
    if tokens[index].type != "paragraph_open":
        return []
    found: list[Key] = []
    for asked, line, length in lines_of_parts(heads.parts, tokens[index + 1]):
        answers = line_entries(tokens[index + 1].copy(children=list(line)), length)
        lettered = count_letters(answers) == len(answers)
        key = Key(heads.above(index), index + 3, answers, *asked, in_words=not lettered, of_part=True)
        if answers and (lettered or answered_by(tokens, key)):
            found.append(key)
    return found


class _Heads:
    """The headings above a place: whether they announce answers, and to which part of the questions.

    `unknown` is where answers by parts are announced that the questions do not have; 0 where there are none.
    """

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self.parts: Parts = {}
        self._rank = ""
        self._run = 0, 0  # the last headings with nothing between them
        self.announced = False
        self.part: tuple[int, int] | None = None
        self.unknown = 0

    def take(self, index: int, keys: Sequence[Key]) -> bool:
        """Whether a block is such a heading, or any."""
        token = self._tokens[index]
        if token.type not in ("heading_open", "paragraph_open"):
            return False
        if _announces(self._tokens[index + 1]):
            self.parts = find_parts(self._tokens, keys[-1].stop if keys else 0, index)
            self._run = index, index + 3
            self._rank = token.tag
            self.announced, self.part, self.unknown = True, None, 0
            return True
        named = named_part(self.parts, self._tokens, index) if self.parts else None
        if named and named[0] >= (keys[-1].until if keys else 0):
            self._run = (self._run[0] if self._run[1] == index else index), index + 3
            self.announced, self.part = True, named
            return True
        if token.type == "paragraph_open":
            return False
        if token.tag <= self._rank:
            self.parts, self._rank = {}, ""
        self.unknown = self._run[0] if self._rank else 0
        self.announced, self.part = False, None
        return True

    def above(self, index: int) -> int:
        """Where the headings right above a place begin that announce it; the place itself where none do."""
        return self._run[0] if self.announced and self._run[1] == index else index


def key_in_file(tokens: Sequence[Token]) -> dict[str, Said]:
    """The answers in a file that is nothing but a key; none where numbers stand twice, or where most of it asks."""
    found: dict[str, Said] = {}
    stop = 0
    for index, token in enumerate(tokens):
        if token.level or token.type not in _BLOCKS or token.type == "heading_open" or index < stop:
            continue
        answers, stop = _answers(tokens, index, announced=True)
        if answers.keys() & found.keys():
            return {}
        found |= answers
    asked = sum(asking(plain_text(said.words)) == 1 for said in found.values())
    return found if 2 * asked < len(found) else {}


def answered_by(tokens: Sequence[Token], key: Key) -> dict[str, Numbered]:
    """The questions that answers in words belong to, by number; none where too few of them wait for an answer."""
    found = find_numbered(tokens, key.since, key.until) or count_items(tokens, key.since, key.until)
    asked = {question.number: question for question in found if not _is_told(tokens, question)}
    known = {number: asked[number] for number in key.answers if number in asked}
    fewest = 1 if key.of_part else _FEWEST
    return known if len(known) >= max(fewest, _SHARE * max(len(key.answers), len(found))) else {}


def _is_told(tokens: Sequence[Token], question: Numbered) -> bool:
    """Whether something stands below a question that does not say what may be right."""
    below = tokens[question.stop : question.end]
    if len(below) > 1 and ("checked" in below[1].meta or option_start().match(below[1].content)):
        return False
    return bool(below) and below[0].type not in ("ordered_list_open", "paragraph_close", "list_item_close")


def _answers(tokens: Sequence[Token], start: int, *, announced: bool) -> tuple[dict[str, Said], int]:
    """What a block may say as a key, and where it ends. Where none was `announced`, a paragraph says itself that it is one."""
    stop = next(
        (i + 1 for i in range(start, len(tokens)) if not tokens[i].level and tokens[i].nesting < 0), len(tokens)
    )
    if tokens[start].type == "table_open":
        rows = dict(table_entries(tokens, start))
        return (rows if 2 * count_letters(rows) > len(rows) else {}), stop
    is_paragraph = tokens[start].type == "paragraph_open"
    if is_paragraph and (cut := key_label(plain_text(tokens[start + 1].children or ()))):
        return line_entries(tokens[start + 1], cut), stop
    if not announced:
        return _bare(tokens, start, stop), stop
    return paragraph_entries(tokens, start) if is_paragraph else (dict(list_entries(tokens, start, stop)), stop)


def _bare(tokens: Sequence[Token], start: int, stop: int) -> dict[str, Said]:
    """A numbered list that nothing announces in a language that we know, of nothing but letters: `1. B`, `2. A`, `3. C`."""
    if tokens[start].type != "ordered_list_open":
        return {}
    lines = [token.content.strip() for token in tokens[start:stop] if token.type == "inline"]
    if len(lines) < _FEWEST_BARE or not all(_only_letters().fullmatch(line) for line in lines):
        return {}
    return dict(list_entries(tokens, start, stop))


@cache
def _only_letters() -> re.Pattern[str]:
    return re.compile(rf"[*_(（]*{key_pattern()}[)）.*_]*")


def _announces(inline: Token) -> bool:
    if len(inline.content) > _LONGEST:
        return False
    text = plain_text(inline.children or ())
    return bool(text) and (is_key_label(text) or is_answer_label(text))
