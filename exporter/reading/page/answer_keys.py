"""Which options are right: `Answer: B, D`, `答案：ABD`, and keys at the end of a part or a file (`1. B`, `| Q1 | C | why |`).

In: texts and tokens. Out: places of options, from 0, and `Key`s: the answers by the numbers of their questions. Knows
nothing of how options are written.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from markdown_it.token import Token

from exporter.reading.markdown import plain_text
from exporter.reading.page.lines import split_lines
from exporter.reading.page.option_keys import key_pattern, key_place
from exporter.reading.page.wording import answer_line, fold, is_answer_label

_CORRECT = re.compile(r"[\s*_]*(?:the\s+)?(?:correct|right|richtige?|正确)\s*(?=\w)", re.IGNORECASE)
_BARE_LABEL = re.compile(r"[\s*_]*(?:correct|right|正确)\s*[:：]", re.IGNORECASE)
_PARTS = re.compile(r"\s*(?:[,，、;；/&+]|\b(?:and|und|et|y|e|och|og|en|и|i|ve)\b|和|与)\s*")
_SEVERAL = re.compile(r"[A-H]{2,8}")
_NUMBER = re.compile(r"\W*(?:Q\w*\.?\s*)?(\d{1,3})\W*$", re.IGNORECASE)
_ONE = r"[(（]?[A-Ha-h][)）]?"
_AND = r"(?:\s*(?:[,，、;；/&+]|和|与)\s*|\s+(?:and|und|et|y|e|och|og|en|и|i|ve)\s+)+"
_ENTRY = re.compile(
    r"\W*(?:Q\w*\.?\s*)?(?<!\d[-–—~～])(?<!\d)(\d{1,3})\s*[.)、:：=\-–—]?\s*"
    rf"((?:{_ONE}(?:{_AND}{_ONE})+|[A-H]{{2,8}})(?![\w-])(?=\s*(?:$|[^\w\s]|\d|Q\w*\d))"
    rf"|{_ONE}(?=$|\W))([^\d]*)"
)
"""A number and its letters. Several (`A, C`, `a) and c)`, `AC`) only where no word follows: `2. A, C is wrong` names one. The end of a
range (`1-4 ABCD`) is no number."""
_RANGE = re.compile(r"(\d{1,3})\s*[-–—~～至]\s*(\d{1,3})\s*[.:：]?\s*([A-H](?:[ 、,，]?[A-H])+)(?!\w)")
"""Letters of several questions in a row: `1-5 ABCDA`."""
_KEY = re.compile(
    r"\W*(?:answers?\s*keys?|keys?|solutions?|lösungen|respuestas|réponses|答案|参考答案|答え|ответы)\W*", re.IGNORECASE
)
_LETTERED = re.compile(r"[(（]?[A-Ha-h](?:$|\W)")
_FEWEST = 2
_LONGEST = 60
"""Characters of a heading that announces answers."""


Said = tuple[str, tuple[Token, ...]]
"""What a key says of a question: letters or words, and what explains them."""


@dataclass(frozen=True, slots=True)
class Key:
    """The answers to the questions before the token `start`: by their numbers."""

    start: int
    answers: dict[str, Said]


@cache
def _one() -> re.Pattern[str]:
    return re.compile(rf"[(（\[【]?({key_pattern()})[)）\]】.]?")


@cache
def _with_words() -> re.Pattern[str]:
    return re.compile(rf"[(（\[【]?({key_pattern()})\s*([)）\]】.．、:：]|[-–—]|\s|$)\s*(.*)$", re.DOTALL)


def label_length(text: str) -> int:
    """How long a label is that says which option is right (`Answer:`, `Correct answer:`), 0 where there is none."""
    if match := _BARE_LABEL.match(text):
        return match.end()
    lead = match.end() if (match := _CORRECT.match(text)) else 0
    length = answer_line(text[lead:])
    return lead + length if length else 0


def right_options(text: str, options: Sequence[str]) -> frozenset[int]:
    """The places of the options that a text names, by letters or by their words; none where it says anything else."""
    bare = re.sub(r"[*_`]+", "", text).strip().rstrip("。.").strip()
    count = len(options)
    parts = [part for part in _PARTS.split(bare) if part]
    singles = [match[1] for part in parts if (match := _one().fullmatch(part))]
    letters = "".join(map(_letter, singles)) if parts and len(singles) == len(parts) else ""
    if not letters and (_SEVERAL.fullmatch(bare) and list(bare) == sorted(set(bare))):
        letters = bare
    folded = [fold(option) for option in options]
    if not letters and (match := _with_words().match(bare)) and (place := key_place(match[1])) < count:
        words = fold(match[3])
        same = bool(words) and (words.startswith(folded[place]) or folded[place].startswith(words))
        letters = _letter(match[1]) if same or (match[2] in ")）].．、:：" and match[2]) else ""
    found = frozenset(ord(letter) - ord("A") for letter in letters)
    if not found:
        named = [fold(bare)] if fold(bare) in folded else [fold(part) for part in parts]
        known = all(name in folded for name in named) and all(named)
        found = frozenset(folded.index(name) for name in named) if known else frozenset()
    return found if all(place < count for place in found) else frozenset()


def _letter(key: str) -> str:
    return chr(ord("A") + key_place(key))


def said_in(keys: Sequence[Key], start: int, number: str) -> Said:
    """What the next key below a question says of its number."""
    place = bisect_right(keys, start, key=lambda key: key.start)
    return keys[place].answers.get(number.lstrip("0"), ("", ())) if number and place < len(keys) else ("", ())


def answer_of(said: Said, question: Token) -> tuple[Token, ...]:
    """What a key says as the answer of a question without options; `question` are its words."""
    if not said[0]:
        return ()
    words = question.copy(children=[Token("text", "", 0, content=said[0])], content=said[0])
    return (*_paragraph(words), *said[1])


def find_keys(tokens: Sequence[Token]) -> tuple[Key, ...]:
    """All keys: tables of numbers and letters, and what stands below a heading that says "answers"."""
    keys: list[Key] = []
    announced = False
    for index, token in enumerate(tokens):
        if token.level:
            continue
        answers: dict[str, Said] = {}
        if token.type == "table_open":
            answers = dict(_rows(tokens, index))
            letters = sum(_LETTERED.match(said) is not None for said, _ in answers.values())
            answers = answers if letters >= _FEWEST and 2 * letters > len(answers) else {}
        elif token.type == "paragraph_open" and (ranges := _labelled_ranges(tokens[index + 1])):
            answers = ranges
        elif token.type in ("heading_open", "paragraph_open") and _announces(tokens[index + 1]):
            announced = True
        elif token.type == "heading_open":
            announced = False
        elif announced and token.type in ("paragraph_open", "ordered_list_open", "bullet_list_open"):
            answers = dict(_lines(tokens, index))
        if len(answers) >= _FEWEST:
            same = keys and announced and not answers.keys() & keys[-1].answers.keys()
            keys = [*keys[:-1], Key(index, {**keys[-1].answers, **answers})] if same else [*keys, Key(index, answers)]
    return tuple(keys)


def _announces(inline: Token) -> bool:
    if len(inline.content) > _LONGEST:
        return False
    text = plain_text(inline.children or ())
    return bool(text) and (_KEY.fullmatch(text) is not None or is_answer_label(text))


def _rows(tokens: Sequence[Token], start: int) -> Iterator[tuple[str, Said]]:
    """The rows of a table that is a key: a number, letters, what explains."""
    cells: list[Token] = []
    for index in range(start, len(tokens)):
        token = tokens[index]
        if token.type == "tr_open":
            cells = []
        elif token.type == "inline":
            cells.append(token)
        elif token.type == "tr_close" and len(cells) > 1:
            number, said = (plain_text(cell.children or ()) for cell in cells[:2])
            if (match := _NUMBER.match(number)) and said:
                yield match[1], (said, tuple(token for cell in cells[2:] for token in _paragraph(cell)))
        elif token.type == "table_close":
            return


def _labelled_ranges(inline: Token) -> dict[str, Said]:
    """The answers of a line of its own: `参考答案：1-5 ABCDA`."""
    text = plain_text(inline.children or ())
    return dict(_ranges(text)) if label_length(text) else {}


def _ranges(text: str) -> Iterator[tuple[str, Said]]:
    """Each number of a range with its letter, where there are as many of them."""
    for match in _RANGE.finditer(text):
        letters = [letter for letter in match[3] if letter.isalpha()]
        numbers = range(int(match[1]), int(match[2]) + 1)
        if len(letters) == len(numbers):
            yield from ((str(number), (letter, ())) for number, letter in zip(numbers, letters, strict=True))


def _paragraph(cell: Token) -> list[Token]:
    opening = Token("paragraph_open", "p", 1, map=cell.map, block=True)
    return [opening, cell.copy(level=1), Token("paragraph_close", "p", -1, block=True)] if cell.content.strip() else []


def _lines(tokens: Sequence[Token], start: int) -> Iterator[tuple[str, Said]]:
    """`1. B` and the like, one or more on a line, also as items of a numbered list."""
    depth = 0
    number = ""
    for index in range(start, len(tokens)):
        token = tokens[index]
        depth += token.nesting
        if token.type == "list_item_open":
            number = f"{token.info}. " if token.info else ""
        elif token.type == "inline":
            for line in split_lines(token.children or ()):
                yield from _ranges(plain_text(line))
                for match in _ENTRY.finditer(number + plain_text(line)):
                    yield match[1], (match[2], ())
                number = ""
        if depth == 0:
            return
