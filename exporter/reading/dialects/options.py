"""The options of a multiple choice, in all common spellings, as one: a list whose items know whether they are right.

In: block tokens. Out: the same with every run of options as a bullet list, each `list_item_open` with `meta["checked"]`.
Options are items with a box (`- [ ]`, `- ( )`), items or lines that begin with letters in order (`A.` `a)` `(A)` `б)` `①`),
one to a line, a paragraph each, or all on one line. Right is what is ticked, what alone is bold or starred, or what says
so (`right_marks`); items without letters or boxes are options where one of them says so, or where they count 1, 2, 3 and
the line below names one by its number (`1) Lyon`, `2) Paris`, `Answer: 2`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from exporter.reading.dialects.right_marks import Item, says_right, told_apart
from exporter.reading.markdown import plain_text, reworded
from exporter.reading.page.lines import Line, split_lines
from exporter.reading.page.option_keys import key_of, key_pattern, key_place, may_begin, option_start
from exporter.reading.page.question_titles import drop_start
from exporter.reading.page.right_options import is_letter_alone, label_length
from exporter.reading.page.wording import are_opposites, asking, is_verdict

_BOX = re.compile(r"\s*[(（]\s?([xX√✓●*]?)\s?[)）]\s+(?=\S)")
_BALLOT = re.compile(r"\s*([☐☑☒])\s*(?=\S)")
_LABEL = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)?\s*[:：]")
_LISTS = ("bullet_list_open", "ordered_list_open")
_OPENING = "(（"
_DIGITS = re.compile(r"\s*([1-8](?:\s*[,;]\s*[1-8])*)(?:[.)）。]|\s*$)")
_MOST_COUNTED = 8
_NEAR = 200
"""Tokens of a list among which its options are."""


def as_lists(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with each run of options as a list of boxes."""
    result: list[Token] = []
    run: list[Item] = []
    tokens = _with_counted(tokens)
    has_options, seen = False, 0
    for block in _blocks(tokens):
        lines, rest = _lettered(block)
        if lines and _goes_on(run, lines):
            run += lines
        else:
            result += _as_list(run)
            run = lines if lines and _begins(lines) else []
            has_options = has_options or any("checked" in token.meta for token in result[seen:])
            seen = len(result)
            result += [] if run else _boxed(block, has_options=has_options)
        if run and rest:
            result += [*_as_list(run), *rest]
            run = []
    return result + _as_list(run)


def may_hold_options(tokens: Sequence[Token]) -> bool:
    """Whether anything among the tokens may be an option; quick, since every answer is asked."""
    return any(
        (
            token.type == "inline"
            and (may_begin().match(token.content) or box_length(token.content) or _says_verdict(token))
        )
        or (token.type == "inline" and token.level > 1 and says_right(token.content))
        or (token.type == "list_item_open" and "checked" in token.meta)
        for token in tokens
    ) or any(counts_options(tokens, index) for index in range(len(tokens)))


def box_length(text: str) -> int:
    """How long the box is that a line begins with (`( )`, `(x)`, `☐`), 0 where there is none."""
    match = _BOX.match(text) or _BALLOT.match(text)
    return match.end() if match else 0


def begins_options(tokens: Sequence[Token], start: int) -> bool:
    """Whether a paragraph or list at `start` begins with an option A, is a list of boxes, or says which item is right."""
    return _begins_letters(tokens, start) or _begins_verdicts(tokens, start) or needs_question(tokens, start)


def _says_verdict(inline: Token) -> bool:
    """Whether the first line of a paragraph says true or false, and no more."""
    return is_verdict(inline.content.partition("\n")[0])


def _begins_verdicts(tokens: Sequence[Token], start: int) -> bool:
    """Whether a paragraph and the next, two lines of one, or two bullets say true and false."""
    if tokens[start].type == "ordered_list_open":  # a key
        return False
    place = start + 3 if tokens[start].type in _LISTS else start + 1
    if place >= len(tokens) or tokens[place].type != "inline" or not _says_verdict(tokens[place]):
        return False
    first, _, second = tokens[place].content.partition("\n")
    following = (token.content for token in tokens[place + 1 : place + 6] if token.type == "inline")
    return are_opposites(first, (second or next(following, "")).partition("\n")[0])


def needs_question(tokens: Sequence[Token], start: int) -> bool:
    """Whether what may be options at `start` may as well be a checklist, or an answer with a tick, but below a question."""
    if tokens[start].type not in _LISTS or start + 3 >= len(tokens) or _begins_letters(tokens, start):
        return False
    return counts_options(tokens, start) or "checked" in tokens[start + 1].meta or _one_is_right(tokens, start)


def _begins_letters(tokens: Sequence[Token], start: int) -> bool:
    """Whether it begins with an option A, or with `( )`."""
    token = tokens[start]
    is_list = token.type in _LISTS and start + 3 < len(tokens)
    if token.type != "paragraph_open" and not is_list:
        return False
    words = tokens[start + 3 if is_list else start + 1]
    if words.type != "inline" or not (may_begin().match(words.content) or box_length(words.content)):
        return False
    return box_length(words.content) > 0 or _letter([token, token, words]) == "A"


def _one_is_right(tokens: Sequence[Token], start: int) -> bool:
    """Whether one item of a list alone says that it is right."""
    level = tokens[start].level
    count = said = 0
    for index in range(start + 1, min(len(tokens), start + _NEAR)):
        token = tokens[index]
        if token.level == level and token.nesting < 0:
            return count > 1 and said == 1
        begins = token.type == "list_item_open" and token.level == level + 1 and index + 2 < len(tokens)
        if begins and tokens[index + 2].type == "inline":
            count += 1
            said += says_right(tokens[index + 2].content)
    return False


def counts_options(tokens: Sequence[Token], start: int) -> bool:
    """Whether a list counts 1, 2, 3, does not ask, and a labelled line below it names some by their numbers, and no more."""
    if tokens[start].type != "ordered_list_open":
        return False
    level, words = tokens[start].level, list[str]()
    numbers: list[str] = []
    below = ""
    for index in range(start + 1, min(len(tokens), start + _NEAR)):
        token = tokens[index]
        if token.level == level:
            is_labelled = index + 2 < len(tokens) and tokens[index + 1].type == "paragraph_open"
            below = below or (plain_text(tokens[index + 2].children or ()) if is_labelled else "")
            break
        if token.type == "list_item_open" and token.level == level + 1:
            numbers.append(token.info)
        elif token.type == "inline" and below:
            return False
        elif token.type == "inline":
            text = plain_text(token.children or ())
            below = text if len(numbers) == len(words) else ""
            words += [] if below else [text]
            if len(numbers) != len(words):
                return False
    label = label_length(below)
    said = _DIGITS.match(below, label) if label else None
    if said is None or not 1 < len(words) <= _MOST_COUNTED or numbers != [str(n + 1) for n in range(len(words))]:
        return False
    named = re.findall(r"\d", said[1])
    is_twofold = any(text in named and text != number for text, number in zip(words, numbers, strict=True))
    return not is_twofold and max(map(int, named)) <= len(words) and all(asking(text) < 1 for text in words)


def _with_counted(tokens: Sequence[Token]) -> list[Token]:
    """The items of lists that count options, as such."""
    result = list(tokens)
    for start in range(len(tokens)):
        if counts_options(tokens, start):
            level, index = tokens[start].level, start + 1
            while tokens[index].level > level:
                if tokens[index].type == "list_item_open" and tokens[index].level == level + 1:
                    result[index] = tokens[index].copy(meta={**tokens[index].meta, "checked": False, "counted": True})
                index += 1
    return result


def _blocks(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    depth = start = 0
    for index, token in enumerate(tokens):
        depth = max(0, depth + token.nesting)
        if depth == 0:
            yield tokens[start : index + 1]
            start = index + 1
    if start < len(tokens):
        yield tokens[start:]


def _lettered(block: Sequence[Token]) -> tuple[list[Item], list[Token]]:
    """The options that a paragraph or a list holds, if all it holds are options; and what explains at its end."""
    words = next((token for token in block[1:4] if token.type == "inline"), None)
    if words is not None and block[0].type == "paragraph_open" and len(block) == 3 and box_length(words.content):
        lines = [list(line) for line in split_lines(words.children or ())]
        return _as_boxes([_item(block, line, number) for number, line in enumerate(lines)]) or [], []
    if words is None or not (may_begin().match(words.content) or _says_verdict(words)):
        return [], []
    rest: list[Token] = []
    if block[0].type == "paragraph_open" and len(block) == 3:
        lines, below = _joined(list(split_lines(words.children or ())))
        parts = [part for line in lines for part in _pieces(line)]
        items = [_item(block, part, number) for number, part in enumerate(parts)]
        inline = reworded(words, below)
        rest = [block[0], inline, block[2]] if below else []
    elif block[0].type in _LISTS and block[-1].nesting < 0:
        items = [[*item] for item in _blocks(block[1:-1])]
        if any("checked" in item[0].meta or len(item) < 4 or item[2].type != "inline" for item in items):
            return [], []
        items, rest = _without_tail(items)
        items = [[item[0].copy(meta={**item[0].meta, "checked": False}), *item[1:]] for item in items]
    else:
        return [], []
    if is_verdict(_words(items[0])):
        is_pair = (len(items) == 1 and block[0].type == "paragraph_open") or (
            block[0].type != "ordered_list_open"
            and len(items) == 2
            and are_opposites(_words(items[0]), _words(items[1]))
        )
        return (items, rest) if is_pair else ([], [])
    letters = [_letter(item) for item in items]
    first = ord(letters[0]) if letters and letters[0] else 0
    in_order = first and all(letter == chr(first + number) for number, letter in enumerate(letters))
    return (items, rest) if in_order else ([], [])


def _joined(lines: Sequence[Line]) -> tuple[list[list[Token]], list[Token]]:
    """Options of several lines as one each, and the lines from the first that is a label (`**Explanation:**`) or `(B)`."""
    options: list[list[Token]] = []
    for number, line in enumerate(lines):
        text = plain_text(line)
        tells = _begins_label(text) or is_letter_alone(text)
        if options and tells and not option_start().match(text):
            return options, _rejoined([tuple(line) for line in lines[number:]])
        if option_start().match(text.removeprefix("*")) or not options:
            options.append(list(line))
        else:
            options[-1] += [_break(), *line]
    return options, []


def _break() -> Token:
    return Token("softbreak", "br", 0)


def _pieces(line: list[Token]) -> list[list[Token]]:
    """A line of several options at each further letter: `A. tea B. milk C. wine`."""
    if len(line) != 1 or line[0].type != "text" or not option_start().match(line[0].content):
        return [line]
    text = line[0].content
    places = [0]
    opening = text[0] if text[0] in _OPENING else ""
    for match in re.finditer(rf"(?<!\s)\s++(?=([{_OPENING}]?)({key_pattern()})([)）.．、])|([①-⑧]))", text):
        key = match[2] or match[4]
        is_same = not key.islower() or (match[1] == opening and match[3] in ")）")  # `see b.` and `see (b)` are words
        if key_place(key) == len(places) and is_same:
            places.append(match.end())
    bounds = zip(places, [*places[1:], len(text)], strict=True)
    return [[line[0].copy(content=text[start:end].strip())] for start, end in bounds]


def _item(block: Sequence[Token], children: list[Token], number: int) -> Item:
    """A line as an item of a list."""
    line = (block[0].map or [0, 1])[0] + number
    place = [line, line + 1]
    inline = block[1].copy(children=children, content=plain_text(children), map=place)
    opening = Token("list_item_open", "li", 1, block=True, meta={"checked": False}, map=place)
    paragraph = block[0].copy(hidden=True, map=place)
    return [opening, paragraph, inline, block[2].copy(hidden=True), Token("list_item_close", "li", -1, block=True)]


def _letter(item: Item) -> str:
    match = option_start().match(_words(item).removeprefix("*"))
    return key_of(match) if match else ""


def _begins(lines: Sequence[Item]) -> bool:
    """Whether options are the first of a question: A, one of true and false, or one with a box."""
    return "boxed" in lines[0][0].meta or _letter(lines[0]) == "A" or is_verdict(_words(lines[0]))


def _goes_on(run: Sequence[Item], lines: Sequence[Item]) -> bool:
    if run and "boxed" in run[0][0].meta:
        return "boxed" in lines[0][0].meta
    if not run or is_verdict(_words(run[0])):
        return len(run) == len(lines) == 1 and are_opposites(_words(run[0]), _words(lines[0]))
    return _letter(lines[0]) == chr(ord("A") + len(run))


def _as_list(run: Sequence[Item]) -> list[Token]:
    """A run of options as a list; one alone is what it was."""
    if len(run) < 2:
        return [token.copy(hidden=False) for item in run for token in item[1:-1]]
    opening = Token("bullet_list_open", "ul", 1, markup="-", block=True, map=run[0][0].map)
    return [opening, *(token for item in run for token in item), Token("bullet_list_close", "ul", -1, block=True)]


def _boxed(block: Sequence[Token], *, has_options: bool) -> list[Token]:
    """A list of `( )` and `(x)`, or one of which one item says that it is right, as one of boxes; any other block as it is.

    Below options, `(true)` behind an item is the verdict on a statement.
    """
    if block[0].type not in _LISTS or block[-1].nesting >= 0:
        return list(block)
    items, rest = _without_tail([[*item] for item in _blocks(block[1:-1])])
    is_checked = all("checked" in item[0].meta for item in items)
    boxed = items if is_checked else _as_boxes(items) or (None if has_options else told_apart(items))
    return [block[0], *(token for item in boxed for token in item), block[-1], *rest] if boxed else list(block)


def _as_boxes(items: Sequence[Item]) -> list[Item] | None:
    """Items that begin with `( )` or `(x)`, as boxes; None where one does not."""
    result: list[Item] = []
    for item in items:
        text = _words(item) if len(item) > 3 and item[2].type == "inline" else ""
        match = _BOX.match(text) or _BALLOT.match(text)
        if match is None:
            return None
        is_right = bool(match[1]) and match[1] != "☐"
        opening = item[0].copy(meta={**item[0].meta, "checked": is_right, "boxed": True})
        words = item[2].copy(children=drop_start(item[2].children or (), match.end()))
        result.append([opening, item[1], words, *item[3:]])
    return result


def _without_tail(items: list[Item]) -> tuple[list[Item], list[Token]]:
    """The options, and what stands below the last one from a label on (`Answer: …`), indented, not, or as another item."""
    last = items[-1] if items else []
    if len(items) > 2 and len(last) > 3 and last[2].type == "inline" and label_length(_words(last)):
        return items[:-1], [token.copy(hidden=False) for token in last[1:-1]]
    blocks = list(_blocks(last[1:-1]))
    cut = next((n for n, block in enumerate(blocks) if n and _is_labelled(block)), 0)
    if cut:
        below = [token.copy(hidden=False) for block in blocks[cut:] for token in block]
        return [*items[:-1], [last[0], *(token for block in blocks[:cut] for token in block), last[-1]]], below
    if len(blocks) != 1 or last[2].type != "inline" or "\n" not in last[2].content:
        return items, []
    opening, paragraph, inline, closing, end = last
    lines = list(split_lines(inline.children or ()))
    cut = next((n for n, line in enumerate(lines) if n and _begins_label(plain_text(line))), 0)
    if not cut:
        return items, []
    kept, told = _rejoined(lines[:cut]), _rejoined(lines[cut:])
    option = [opening, paragraph, reworded(inline, kept), closing, end]
    words = reworded(inline, told)
    return [*items[:-1], option], [paragraph.copy(hidden=False), words, closing.copy(hidden=False)]


def _is_labelled(block: Sequence[Token]) -> bool:
    return block[0].type == "paragraph_open" and _begins_label(plain_text(block[1].children or ()))


def _begins_label(text: str) -> bool:
    return label_length(text) > 0 or _LABEL.match(text) is not None


def _rejoined(lines: Sequence[Line]) -> list[Token]:
    return [token for line in lines for token in (*line, _break())][:-1]


def _words(item: Item) -> str:
    return plain_text(item[2].children or ()) if len(item) > 2 else ""
