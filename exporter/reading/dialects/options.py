"""The options of a multiple choice, in all common spellings, as one: a list whose items know whether they are right.

In: block tokens. Out: the same with every run of options as a bullet list, each `list_item_open` with `meta["checked"]`.
Options are items with a box (`- [ ]`, `- ( )`), items or lines that begin with letters in order (`A.` `a)` `(A)` `б)` `①`),
one to a line, a paragraph each, or all on one line. Right is what is ticked, what alone is bold or starred, or what says
so (`✓`, `*[CORRECT]`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from exporter.reading.markdown import plain_text
from exporter.reading.page.lines import Line, split_lines
from exporter.reading.page.option_keys import key_of, key_pattern, key_place, may_begin, option_start
from exporter.reading.page.question_titles import drop_start
from exporter.reading.page.right_options import label_length

_BOX = re.compile(r"\s*[(（]\s?([xX√✓●*]?)\s?[)）]\s+(?=\S)")
_SAYS = re.compile(
    r"\s*(?:\*?\[(?:correct|right)\]\*?|[(（](?:correct(?: answer)?|right|richtig|正确|correcta?)[)）]|[✓✔✅☑]\ufe0f?)\s*",
    re.IGNORECASE,
)
_LABEL = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)?\s*[:：]")
_STAR = re.compile(r"\s*\*\s*(?=\S)")
_LISTS = ("bullet_list_open", "ordered_list_open")

Item = list[Token]
"""An option: its `list_item_open`, what is in it, its `list_item_close`."""


def as_lists(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with each run of options as a list of boxes."""
    result: list[Token] = []
    run: list[Item] = []
    for block in _blocks(tokens):
        lines, rest = _lettered(block)
        if lines and _goes_on(run, lines):
            run += lines
        else:
            result += _as_list(run)
            run = lines if lines and _letter(lines[0]) == "A" else []
            result += [] if run else _boxed(block)
        if run and rest:
            result += [*_as_list(run), *rest]
            run = []
    return result + _as_list(run)


def may_hold_options(tokens: Sequence[Token]) -> bool:
    """Whether anything among the tokens may be an option; quick, since every answer is asked."""
    return any(
        (token.type == "inline" and (may_begin().match(token.content) or _BOX.match(token.content)))
        or (token.type == "list_item_open" and "checked" in token.meta)
        for token in tokens
    )


def begins_options(tokens: Sequence[Token], start: int) -> bool:
    """Whether a paragraph or list at `start` begins with an option A, or is a list of boxes."""
    token = tokens[start]
    if token.type == "paragraph_open":
        words = tokens[start + 1]
        return may_begin().match(words.content) is not None and _letter([token, token, words]) == "A"
    if token.type not in _LISTS or start + 3 >= len(tokens) or tokens[start + 3].type != "inline":
        return False
    words = tokens[start + 3]
    boxed = "checked" in tokens[start + 1].meta or _BOX.match(words.content) is not None
    return boxed or (may_begin().match(words.content) is not None and _letter([token, token, words]) == "A")


def right_ones(items: Sequence[Item]) -> list[Item]:
    """The items, with those marked as right that alone are bold or starred, or that say so; the marks are taken off."""
    if any(item[0].meta["checked"] for item in items):
        return list(items)
    said = [_SAYS.search(_words(item)) for item in items]
    starred = [_STAR.match(_words(item)) for item in items]
    bold = [_is_bold(item) for item in items]
    for marks in (said, starred, bold):
        if any(marks) and not all(marks):
            return [_marked(item, is_right=bool(mark)) for item, mark in zip(items, marks, strict=True)]
    return list(items)


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
    if words is None or not may_begin().match(words.content):
        return [], []
    rest: list[Token] = []
    if block[0].type == "paragraph_open" and len(block) == 3:
        lines, below = _joined(list(split_lines(words.children or ())))
        parts = [part for line in lines for part in _pieces(line)]
        items = [_item(block, part, number) for number, part in enumerate(parts)]
        inline = words.copy(children=below, content=plain_text(below))
        rest = [block[0], inline, block[2]] if below else []
    elif block[0].type in _LISTS and block[-1].nesting < 0:
        items = [[*item] for item in _blocks(block[1:-1])]
        if any("checked" in item[0].meta or len(item) < 4 or item[2].type != "inline" for item in items):
            return [], []
        items = [[item[0].copy(meta={**item[0].meta, "checked": False}), *item[1:]] for item in items]
    else:
        return [], []
    letters = [_letter(item) for item in items]
    first = ord(letters[0]) if letters and letters[0] else 0
    in_order = first and all(letter == chr(first + number) for number, letter in enumerate(letters))
    return (items, rest) if in_order else ([], [])


def _joined(lines: Sequence[Line]) -> tuple[list[list[Token]], list[Token]]:
    """Options of several lines as one each, and the lines from the first that is a label (`**Explanation:**`)."""
    options: list[list[Token]] = []
    for number, line in enumerate(lines):
        text = plain_text(line)
        if options and (label_length(text) or _LABEL.match(text)) and not option_start().match(text):
            return options, [token for rest in lines[number:] for token in (*rest, _break())][:-1]
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
    for match in re.finditer(rf"\s+(?=[(（]?({key_pattern()})[)）.．、]|([①-⑧]))", text):
        if key_place(match[1] or match[2]) == len(places) and not (match[1] or "A").islower():
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


def _goes_on(run: Sequence[Item], lines: Sequence[Item]) -> bool:
    return bool(run) and _letter(lines[0]) == chr(ord("A") + len(run))


def _as_list(run: Sequence[Item]) -> list[Token]:
    """A run of options as a list; one alone is what it was."""
    if len(run) < 2:
        return [token.copy(hidden=False) for item in run for token in item[1:-1]]
    opening = Token("bullet_list_open", "ul", 1, markup="-", block=True, map=run[0][0].map)
    return [opening, *(token for item in run for token in item), Token("bullet_list_close", "ul", -1, block=True)]


def _boxed(block: Sequence[Token]) -> list[Token]:
    """A list of `( )` and `(x)` as one of boxes; any other block as it is."""
    if block[0].type not in _LISTS:
        return list(block)
    items = [[*item] for item in _blocks(block[1:-1])]
    if not all(len(item) > 3 and item[2].type == "inline" and _BOX.match(_words(item)) for item in items):
        return list(block)
    result: list[Token] = [block[0]]
    for item in items:
        match = _BOX.match(_words(item))
        assert match
        opening = item[0].copy(meta={**item[0].meta, "checked": bool(match[1])})
        words = item[2].copy(children=drop_start(item[2].children or (), match.end()))
        result += [opening, item[1], words, *item[3:]]
    return [*result, block[-1]]


def _words(item: Item) -> str:
    return plain_text(item[2].children or ()) if len(item) > 2 else ""


def _is_bold(item: Item) -> bool:
    """Whether all words of an option are bold, but for its letter."""
    depth = 0
    bold = loose = ""
    for child in (item[2].children or ()) if len(item) > 2 else ():
        depth += {"strong_open": 1, "strong_close": -1}.get(child.type, 0)
        if depth:
            bold += child.content
        else:
            loose += child.content
    return bool(bold.strip()) and not option_start().sub("", f"{loose.strip()}\0").strip("\0").strip(" .")


def _marked(item: Item, *, is_right: bool) -> Item:
    opening = item[0].copy(meta={**item[0].meta, "checked": is_right})
    if len(item) < 3:
        return [opening, *item[1:]]
    children = list(item[2].children or ())
    if is_right:
        children = [c.copy(content=_SAYS.sub("", c.content)) if c.type == "text" else c for c in children]
        star = _STAR.match(plain_text(children))
        children = drop_start(children, star.end()) if star else children
        children = (
            [c for c in children if c.type not in ("strong_open", "strong_close")] if _is_bold(item) else children
        )
    return [opening, item[1], item[2].copy(children=children), *item[3:]]
