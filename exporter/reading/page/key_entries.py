"""The entries of a key: which answer it gives to which number, in tables, lists, paragraphs and on single lines.

In: the tokens of a block that may be a key. Out: what it says by numbers: letters of options, or words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from markdown_it.token import Token

from exporter.reading.markdown import plain_text
from exporter.reading.page.lines import Line, split_lines
from exporter.reading.page.option_keys import key_pattern
from exporter.reading.page.question_titles import drop_start
from exporter.reading.page.right_options import label_length
from exporter.reading.page.vocabulary import LETTER, MARKS
from exporter.reading.page.wording import key_line

_NUMBER = re.compile(rf"\W*(?:{LETTER}{{1,12}}\.?\s*)?(\d{{1,3}})\W*$")
_AND = r"(?:\s*+(?:[,，、;；/&+]|和|与|(?<=\s)(?:and|und|et|y|e|och|og|en|и|i|ve)(?=\s)))+\s*+"


@cache
def _entry() -> re.Pattern[str]:
    """A number and its letters, in any script.

    Several (`A, C`, `a) and c)`, `AC`) only where no word follows: `2. A, C is wrong` names one. The end of a range
    (`1-4 ABCD`) is no number.
    """
    one = rf"[(（]?{key_pattern()}[)）]?"
    return re.compile(
        r"(?:(?<!\W)\W*+(?:Q[^\W\d]{0,12}+\.?\s*+)?|(?=\d))(?<!\d[-–—~～])(?<!\d)(\d{1,3})\s*+(?:[.)、:：=\-–—]\s*+)?"
        rf"((?:{one}(?:{_AND}{one})+|[A-H]{{2,8}})(?![\w-])(?=\s*(?:$|[^\w\s]|\d|Q\w*\d))"
        rf"|{one}(?=$|[^\w{MARKS}]))([^\d]*)"
    )


@cache
def _lettered_start() -> re.Pattern[str]:
    return re.compile(rf"[(（]?{key_pattern()}(?:$|[^\w{MARKS}])|[A-H]{{2,8}}$")


_BEGUN = re.compile(r"\W*+(?:Q[^\W\d]*+\.?\s*+)?(\d{1,3})\s*+[.)、:：]\s*+(?=\S)", re.IGNORECASE)
"""The number that a written answer begins with."""
_OF_PARTS = re.compile(rf"[(（]?[aA][)）.]\s*+(?!{_AND}[(（]?[bB]\b)[^\s)）].*?\s[(（]?[bB][)）.]\s*\S")
"""An answer to each part of a question, which names no option: `a) 6 N b) 0.006 kN`."""
_RANGE = re.compile(r"(\d{1,3})\s*+[-–—~～至]\s*+(\d{1,3})\s*+(?:[.:：]\s*+)?([A-H](?:[ 、,，]?[A-H])+)(?!\w)")
"""Letters of several questions in a row: `1-5 ABCDA`."""
_MARKER = re.compile(r"(?<![\w.,])(\d{1,3})\s*[.)、:：=\-–—]\s*(?=\S|$)")
"""The number of an entry that stands among others on a line."""
_PARTED = re.compile(r"(?:^|(?<=[,，;；、|·]))\s*(\d{1,3})\s+(?=[^\W\d])")
"""The number of an entry in words, with nothing behind it, where commas part the entries: `1 goes, 2 were`."""
_FEWEST = 2
_DEEPEST = 3
"""A paragraph in an item of a list; what lies deeper explains an answer."""
_PARTING = ",，;；、|·"


@dataclass(frozen=True, slots=True)
class Said:
    """What a key says of a question: what names its options (letters or words), all its words, and what explains them."""

    named: str = ""
    words: tuple[Token, ...] = ()
    why: tuple[Token, ...] = ()


UNSAID = Said()


def count_letters(answers: dict[str, Said]) -> int:
    """How many answers are letters."""
    return sum(_lettered_start().match(said.named) is not None for said in answers.values())


def table_entries(tokens: Sequence[Token], start: int) -> Iterator[tuple[str, Said]]:
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
                why = tuple(token for cell in cells[2:] for token in as_paragraph(cell))
                yield match[1], Said(said, tuple(cells[1].children or ()), why)
        elif token.type == "table_close":
            return


def key_label(text: str) -> int:
    """How long a label is that says that answers follow, in any language where letters do; 0 where there is none."""
    if length := key_line(text) or label_length(text):
        return length
    match = _entries_alone().match(text)
    return match.end() if match else 0


@cache
def _entries_alone() -> re.Pattern[str]:
    """Words with a colon, and nothing behind them but numbers with letters."""
    entry = rf"\d{{1,3}}\s*[.)=:\-–—]?\s*{key_pattern()}"
    return re.compile(rf"\W*{LETTER}{{2,}}(?: {LETTER}+){{0,3}}[\s*_]*[:：](?=\W*{entry}(?:[\s,;]+{entry})+\W*$)")


def line_entries(inline: Token, cut: int) -> dict[str, Said]:
    """The answers of a line of its own: `参考答案：1-5 ABCDA`, `Answers: 1. A, 2. Rome`. Its numbers follow each other."""
    if ranges := dict(_ranges(plain_text(inline.children or ()))):
        return ranges
    lines = [*split_lines(drop_start(inline.children or (), cut))]
    found = [entry for line in lines for entry in _entries(line, "")]
    numbers = [int(number) for number, _ in found]
    if numbers and numbers == sorted(set(numbers)) and count_letters(dict(found)) == len(found):
        told = dict(_parts([token for line in lines for token in (*line, Token("softbreak", "br", 0))]))
        alone = {number: said for number, said in found if number not in told}  # `1b, 2: 5`
        return dict(found) if len(found) >= len(told) else {**alone, **told}
    run = [token for line in lines for token in (*line, Token("softbreak", "br", 0))]
    if told := dict(_parts(run)):
        return told
    parted = dict(_parts(run, _PARTED))
    return parted if len(parted) >= _FEWEST and "1" in parted else {}


def _parts(line: Sequence[Token], marker: re.Pattern[str] = _MARKER) -> Iterator[tuple[str, Said]]:
    """The entries of a line whose numbers count, whatever they say: `1. B 2. Paris`."""
    parts: list[tuple[str, list[Token]]] = []
    for child in line:
        place = 0
        for match in marker.finditer(child.content) if child.type == "text" else ():
            if not parts or int(match[1]) == int(parts[-1][0]) + 1:
                if parts:
                    parts[-1][1].append(child.copy(content=child.content[place : match.start()]))
                parts.append((match[1], []))
                place = match.end()
        if parts:
            parts[-1][1].append(child.copy(content=child.content[place:]) if place else child)
    for number, words in parts:
        text = plain_text(words).strip().rstrip(_PARTING).rstrip()
        yield number, Said(text, tuple(_trimmed(words)))


def _trimmed(words: list[Token]) -> list[Token]:
    """Words without what parts them from those behind them."""
    while words and (words[-1].type == "softbreak" or not words[-1].content.strip(f"{_PARTING} ")):
        if words[-1].type not in ("softbreak", "text"):
            break
        words.pop()
    if words and words[-1].type == "text":
        words[-1] = words[-1].copy(content=words[-1].content.rstrip(f"{_PARTING} "))
    return drop_start(words, 0)


def _ranges(text: str) -> Iterator[tuple[str, Said]]:
    """Each number of a range with its letter, where there are as many of them."""
    for match in _RANGE.finditer(text):
        letters = [letter for letter in match[3] if letter.isalpha()]
        numbers = range(int(match[1]), int(match[2]) + 1)
        if len(letters) == len(numbers):
            yield from ((str(number), _letters(letter)) for number, letter in zip(numbers, letters, strict=True))


def as_paragraph(cell: Token) -> list[Token]:
    """The words of a cell as a paragraph; nothing where it is empty."""
    opening = Token("paragraph_open", "p", 1, map=cell.map, block=True)
    return [opening, cell.copy(level=1), Token("paragraph_close", "p", -1, block=True)] if cell.content.strip() else []


def _letters(named: str, behind: str = "") -> Said:
    text = f"{named}{behind}".strip().rstrip(_PARTING).rstrip()
    return Said(named, (Token("text", "", 0, content=text),))


def paragraph_entries(tokens: Sequence[Token], start: int) -> tuple[dict[str, Said], int]:
    """Paragraphs of answers with nothing else between them, and where they end."""
    answers: dict[str, Said] = {}
    while start < len(tokens) and tokens[start].type == "paragraph_open":
        found = _written(tokens[start + 1], "")
        if not found:
            break
        answers |= found
        start += 3
    return answers, start


def list_entries(tokens: Sequence[Token], start: int, stop: int) -> Iterator[tuple[str, Said]]:
    """The items of a list of answers. What stands below an answer in its item explains it."""
    depth = answered = 0
    number = ""
    for index in range(start, stop):
        token = tokens[index]
        depth += token.nesting
        if token.type == "list_item_open":
            number = f"{token.info}. " if token.info else ""
        elif token.type == "inline" and index > answered:
            found = _written(token, number)
            number = ""
            nested = depth > _DEEPEST
            is_part = token.content.rstrip(" *_").endswith((":", "："))
            if len(found) == 1 and not nested and not is_part and tokens[index - 2].type == "list_item_open":
                answered = next((i for i in range(index, stop) if tokens[i].level < token.level - 1), stop)
                found = {place: replace(said, why=tuple(tokens[index + 2 : answered])) for place, said in found.items()}
            yield from (
                (place, said) for place, said in found.items() if not nested or _lettered_start().match(said.named)
            )


def _written(inline: Token, number: str) -> dict[str, Said]:
    """The answers of a paragraph, one or more on a line: `1. B`. Lines without a number go on with the last."""
    found: list[tuple[str, Said]] = []
    for line in split_lines(inline.children or ()):
        entries = list(_entries(line, number))
        if found and not entries:
            last, said = found.pop()
            entries = [(last, replace(said, words=(*said.words, Token("softbreak", "br", 0), *line)))]
        found += entries
        number = ""
    return dict(found)


def _entries(line: Line, number: str) -> Iterator[tuple[str, Said]]:
    """The answers on a line, with the `number` of the list item that it begins: several by letters, or one in words."""
    text = number + plain_text(line)
    if ranges := list(_ranges(text)):
        yield from ranges
        return
    found = list(_entry().finditer(text))
    begun = _BEGUN.match(text)
    if begun and (len(found) < _FEWEST or found[0].start()):
        named = found[0][2] if found and not found[0].start() else text[begun.end() :]
        named = "" if _OF_PARTS.match(text, begun.end()) else named
        yield begun[1], Said(named, tuple(drop_start(line, begun.end() - len(number))))
        return
    for match in found:
        yield match[1], _letters(match[2], match[3])
