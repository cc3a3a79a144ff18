"""Keys at the end of a part or a file: `1. B`, `| Q1 | C | why |`, `Answers: 1A 2B`, `7. It destroys the offer`.

In: tokens. Out: `Key`s: the answers by the numbers of their questions.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from markdown_it.token import Token

from exporter.reading.markdown import plain_text
from exporter.reading.page.lines import Line, split_lines
from exporter.reading.page.numbered import Numbered, count_items, find_numbered
from exporter.reading.page.option_keys import key_pattern, option_start
from exporter.reading.page.question_titles import drop_start
from exporter.reading.page.right_options import label_length, reason_start
from exporter.reading.page.vocabulary import LETTER, MARKS
from exporter.reading.page.wording import is_answer_label, is_key_label, key_line

_NUMBER = re.compile(rf"\W*(?:{LETTER}{{1,12}}\.?\s*)?(\d{{1,3}})\W*$")
_AND = r"(?:\s*(?:[,，、;；/&+]|和|与)\s*|\s+(?:and|und|et|y|e|och|og|en|и|i|ve)\s+)+"


@cache
def _entry() -> re.Pattern[str]:
    """A number and its letters, in any script.

    Several (`A, C`, `a) and c)`, `AC`) only where no word follows: `2. A, C is wrong` names one. The end of a range
    (`1-4 ABCD`) is no number.
    """
    one = rf"[(（]?{key_pattern()}[)）]?"
    return re.compile(
        r"\W*(?:Q[^\W\d]*\.?\s*)?(?<!\d[-–—~～])(?<!\d)(\d{1,3})\s*[.)、:：=\-–—]?\s*"
        rf"((?:{one}(?:{_AND}{one})+|[A-H]{{2,8}})(?![\w-])(?=\s*(?:$|[^\w\s]|\d|Q\w*\d))"
        rf"|{one}(?=$|[^\w{MARKS}]))([^\d]*)"
    )


@cache
def _lettered_start() -> re.Pattern[str]:
    return re.compile(rf"[(（]?{key_pattern()}(?:$|[^\w{MARKS}])|[A-H]{{2,8}}$")


_BEGUN = re.compile(r"\W*(?:Q[^\W\d]*\.?\s*)?(\d{1,3})\s*[.)、:：]\s*(?=\S)", re.IGNORECASE)
"""The number that a written answer begins with."""
_RANGE = re.compile(r"(\d{1,3})\s*[-–—~～至]\s*(\d{1,3})\s*[.:：]?\s*([A-H](?:[ 、,，]?[A-H])+)(?!\w)")
"""Letters of several questions in a row: `1-5 ABCDA`."""
_MARKER = re.compile(r"(?<![\w.,])(\d{1,3})\s*[.)、:：=\-–—]\s*(?=\S|$)")
"""The number of an entry that stands among others on a line."""
_FEWEST = 2
_FEWEST_BARE = 3
_BLOCKS = ("heading_open", "paragraph_open", "table_open", "ordered_list_open", "bullet_list_open")
_DEEPEST = 3
"""A paragraph in an item of a list; what lies deeper explains an answer."""
_PARTING = ",，;；、|·"
_LONGEST = 60
"""Characters of a heading that announces answers."""


_SHARE = 0.8
"""Of the entries of a key in words, so many must have a question above that has nothing below it but its options."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a key says of a question: what names its options (letters or words), all its words, and what explains them."""

    named: str = ""
    words: tuple[Token, ...] = ()
    why: tuple[Token, ...] = ()


UNSAID = Said()


@dataclass(frozen=True, slots=True)
class Key:
    """The answers, by their numbers, to the questions before the token `start`; `stop` is where the key ends.

    `in_words`: none of them is a letter.
    """

    start: int
    stop: int
    answers: dict[str, Said]
    in_words: bool = False


def key_of_question(keys: Sequence[Key], start: int, number: str) -> Key | None:
    """The next key below a question, where it says something of the question's number."""
    place = bisect_right(keys, start, key=lambda key: key.start)
    return keys[place] if place < len(keys) and number and number.lstrip("0") in keys[place].answers else None


def said_in(keys: Sequence[Key], start: int, number: str) -> Said:
    """What the next key below a question says of its number."""
    key = key_of_question(keys, start, number)
    return key.answers[number.lstrip("0")] if key else UNSAID


def answer_of(said: Said, question: Token) -> tuple[Token, ...]:
    """What a key says as the answer of a question without options; `question` are its words."""
    if not said.named:
        return ()
    words = question.copy(children=list(said.words), content=plain_text(said.words))
    return (*_paragraph(words), *said.why)


def reason_in(said: Said, options: Sequence[str]) -> tuple[Token, ...]:
    """Why an option is right, where a key says so behind its letter: `1. b - the treaty was signed in 1949`."""
    start = reason_start(plain_text(said.words), options)
    children = drop_start(said.words, start) if start else []
    text = plain_text(children)
    return tuple(_paragraph(Token("inline", "", 0, children=children, content=text, level=1))) if text else ()


def find_keys(tokens: Sequence[Token]) -> tuple[Key, ...]:
    """All keys: tables of numbers and letters, what stands below a heading that says "answers", and lines that say both."""
    keys: list[Key] = []
    announced: int | None = None
    for index, token in enumerate(tokens):
        if token.level or token.type not in _BLOCKS or (keys and index < keys[-1].stop):
            continue
        below = announced is not None
        if token.type in ("heading_open", "paragraph_open") and _announces(tokens[index + 1]):
            announced = index
            continue
        if token.type == "heading_open":
            announced = None
            continue
        answers, stop = _answers(tokens, index, announced=below)
        if len(answers) < _FEWEST:
            continue
        same = bool(keys) and below and not answers.keys() & keys[-1].answers.keys()
        lettered = _lettered(answers) >= _FEWEST
        start = announced if announced is not None and announced + 3 == index else index
        if same and (lettered or index == keys[-1].stop):
            keys[-1] = replace(keys[-1], stop=stop, answers={**keys[-1].answers, **answers})
        elif lettered or answered_above(tokens, keys[-1].stop if keys else 0, start, answers):
            keys.append(Key(start, stop, answers, in_words=not lettered))
    return tuple(keys)


def answered_above(tokens: Sequence[Token], since: int, start: int, answers: dict[str, Said]) -> dict[str, Numbered]:
    """The questions that answers in words belong to, by number; none where too few of them wait for an answer."""
    found = find_numbered(tokens, since, start) or count_items(tokens, since, start)
    asked = {question.number: question for question in found if not _is_told(tokens, question)}
    known = {number: asked[number] for number in answers if number in asked}
    return known if len(known) >= max(_FEWEST, _SHARE * max(len(answers), len(found))) else {}


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
        rows = dict(_rows(tokens, start))
        return (rows if 2 * _lettered(rows) > len(rows) else {}), stop
    is_paragraph = tokens[start].type == "paragraph_open"
    if is_paragraph and (cut := _label(plain_text(tokens[start + 1].children or ()))):
        return _labelled(tokens[start + 1], cut), stop
    if not announced:
        return _bare(tokens, start, stop), stop
    return _paragraphs(tokens, start) if is_paragraph else (dict(_items(tokens, start, stop)), stop)


def _bare(tokens: Sequence[Token], start: int, stop: int) -> dict[str, Said]:
    """A numbered list that nothing announces in a language that we know, of nothing but letters: `1. B`, `2. A`, `3. C`."""
    if tokens[start].type != "ordered_list_open":
        return {}
    lines = [token.content.strip() for token in tokens[start:stop] if token.type == "inline"]
    if len(lines) < _FEWEST_BARE or not all(_only_letters().fullmatch(line) for line in lines):
        return {}
    return dict(_items(tokens, start, stop))


@cache
def _only_letters() -> re.Pattern[str]:
    return re.compile(rf"[*_(（]*{key_pattern()}[)）.*_]*")


def _lettered(answers: dict[str, Said]) -> int:
    """How many answers are letters."""
    return sum(_lettered_start().match(said.named) is not None for said in answers.values())


def _announces(inline: Token) -> bool:
    if len(inline.content) > _LONGEST:
        return False
    text = plain_text(inline.children or ())
    return bool(text) and (is_key_label(text) or is_answer_label(text))


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
                why = tuple(token for cell in cells[2:] for token in _paragraph(cell))
                yield match[1], Said(said, tuple(cells[1].children or ()), why)
        elif token.type == "table_close":
            return


def _label(text: str) -> int:
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


def _labelled(inline: Token, cut: int) -> dict[str, Said]:
    """The answers of a line of its own: `参考答案：1-5 ABCDA`, `Answers: 1. A, 2. Rome`. Its numbers follow each other."""
    if ranges := dict(_ranges(plain_text(inline.children or ()))):
        return ranges
    lines = [*split_lines(drop_start(inline.children or (), cut))]
    found = [entry for line in lines for entry in _entries(line, "")]
    numbers = [int(number) for number, _ in found]
    if numbers and numbers == sorted(set(numbers)) and _lettered(dict(found)) == len(found):
        told = dict(_parts([token for line in lines for token in (*line, Token("softbreak", "br", 0))]))
        return dict(found) if len(found) >= len(told) else told
    return dict(_parts([token for line in lines for token in (*line, Token("softbreak", "br", 0))]))


def _parts(line: Sequence[Token]) -> Iterator[tuple[str, Said]]:
    """The entries of a line whose numbers count, whatever they say: `1. B 2. Paris`."""
    parts: list[tuple[str, list[Token]]] = []
    for child in line:
        place = 0
        for match in _MARKER.finditer(child.content) if child.type == "text" else ():
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


def _paragraph(cell: Token) -> list[Token]:
    opening = Token("paragraph_open", "p", 1, map=cell.map, block=True)
    return [opening, cell.copy(level=1), Token("paragraph_close", "p", -1, block=True)] if cell.content.strip() else []


def _letters(named: str, behind: str = "") -> Said:
    text = f"{named}{behind}".strip().rstrip(_PARTING).rstrip()
    return Said(named, (Token("text", "", 0, content=text),))


def _paragraphs(tokens: Sequence[Token], start: int) -> tuple[dict[str, Said], int]:
    """Paragraphs of answers with nothing else between them, and where they end."""
    answers: dict[str, Said] = {}
    while start < len(tokens) and tokens[start].type == "paragraph_open":
        found = _written(tokens[start + 1], "")
        if not found:
            break
        answers |= found
        start += 3
    return answers, start


def _items(tokens: Sequence[Token], start: int, stop: int) -> Iterator[tuple[str, Said]]:
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
        yield begun[1], Said(named, tuple(drop_start(line, begun.end() - len(number))))
        return
    for match in found:
        yield match[1], _letters(match[2], match[3])
