"""Multiple choice: a question, its options, and which of them are right.

In: the tokens below a question. Out: what belongs to the question (the options without boxes and letters, since cards
and pages letter them) and the answer (the right options, then the explanation). Each option's `list_item_open` has
`meta["correct"]`, and its letter as it is written as `meta["key"]`. `options` knows how options are written,
`page.right_options` how it is said which is right.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from markdown_it.token import Token

from exporter.reading.dialects.dialect import Question
from exporter.reading.dialects.options import as_lists, may_hold_options
from exporter.reading.dialects.right_marks import Item, right_ones
from exporter.reading.markdown import plain_text
from exporter.reading.page.answer_keys import reason_in
from exporter.reading.page.key_entries import UNSAID, Said
from exporter.reading.page.lines import Line, split_lines
from exporter.reading.page.option_keys import key_of, option_start, shown_keys, usual_keys, written_key
from exporter.reading.page.page import Page
from exporter.reading.page.question_titles import drop_start
from exporter.reading.page.right_options import is_letter_alone, label_length, reason_start, right_options
from exporter.reading.page.wording import is_answer_label

_DIGIT = re.compile(r"(?<!\w)[1-8](?!\w)")
_SHOWN = ("image", "media")
"""What in a line that names options is shown, whatever the line says."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The options as more of the question, and the answer. `lead` stands above the options; `correct` counts."""

    lead: tuple[Token, ...]
    front: tuple[Token, ...]
    back: tuple[Token, ...]
    correct: int


@dataclass(frozen=True, slots=True)
class Option:
    """One option: what it says, and whether it is right."""

    tokens: tuple[Token, ...]
    is_right: bool


def read_choice(tokens: Sequence[Token], key: Said = UNSAID) -> Choice | None:
    """Read the options below a question, or None where what stands there is no list of options.

    Which are right, their boxes say, their dress, a line below them, or `key`.
    """
    if not may_hold_options(tokens):
        return None
    tokens = as_lists(tokens)
    lists = _option_lists(tokens)
    items = right_ones([item for a, z in lists for item in _items(tokens[a + 1 : z - 1])])
    if len(items) < 2:
        return None
    first, last = lists[0][0], lists[-1][1]
    rest: Sequence[Token] = tokens[last:]
    told: Line = ()
    if not any(item[0].meta["checked"] for item in items):
        items, rest, told = _answered(items, rest, key)
    options = _without_letters([_without_box(item) for item in items])
    _carry(told, options)
    front: list[Token] = list(tokens[:first])
    following = iter(options)
    position = first
    for start, stop in lists:
        front += [*tokens[position:start], tokens[start].copy(attrs={})]
        for _ in _items(tokens[start + 1 : stop - 1]):
            front += next(following)
        front.append(tokens[stop - 1])
        position = stop
    right = [token for option in options if option[0].meta["correct"] for token in option]
    correct = sum(bool(option[0].meta["correct"]) for option in options)
    template = tokens[first].copy(attrs={})
    closing = Token(template.type.replace("_open", "_close"), template.tag, -1, markup=template.markup, block=True)
    answer = [template, *right, closing] if right else []
    return Choice(tuple(tokens[:first]), tuple(front), (*answer, *rest), correct)


def _carry(told: Line, options: Sequence[list[Token]]) -> None:
    """What the line below said is said by the right options from now on: its pieces go with the first, unseen."""
    right = next((option for option in options if option[0].meta["correct"] and len(option) > 2), None)
    if right and told:
        right[2] = right[2].copy(children=[*(right[2].children or ()), *told])


def told_and_reason(line: Line, label: int, options: Sequence[str]) -> tuple[Line, list[Token]]:
    """What of a line is said by showing which options are right, and what it adds: why, and pictures.

    `label` are the characters before it names them.
    """
    reason = reason_start(plain_text(line)[label:], options)
    if reason:
        return _told(line, label + reason), drop_start(line, label + reason)
    whole = sum(len(child.content) for child in line)
    return _told(line, whole), [child for child in line if child.type in _SHOWN]


def _told(line: Line, length: int) -> Line:
    """The words of a line up to a length, as what is said by other means and not shown."""
    told: list[Token] = []
    for child in line:
        if "piece" in child.meta and child.type not in _SHOWN and length > 0:
            told.append(child.copy(type="text", tag="", content="", meta=child.meta | {"told": child.content[:length]}))
        length -= len(child.content)
    return tuple(told)


def _answered(items: list[Item], rest: Sequence[Token], key: Said) -> tuple[list[Item], Sequence[Token], Line]:
    """The options with those as right that the line below them names, or the key; what is left below; what that line told."""
    words = [plain_text(item[2].children or ()) if len(item) > 2 else "" for item in items]
    texts = [text[match.end() :] if (match := option_start().match(text)) else text for text in words]
    found, left, told = _answer_line(rest, texts, counted="counted" in items[0][0].meta)
    if not found and key.named:
        found, left = right_options(key.named, texts), (*rest, *reason_in(key, texts), *key.why)
    if not found:
        return items, rest, ()
    checked = [[item[0].copy(meta={**item[0].meta, "checked": n in found}), *item[1:]] for n, item in enumerate(items)]
    return checked, left, told


def _answer_line(
    rest: Sequence[Token], options: Sequence[str], *, counted: bool
) -> tuple[frozenset[int], Sequence[Token], Line]:
    """What the first line below the options says, the rest without it, and what of the line was said by that.

    `counted`: it names them by 1, 2, 3.
    """
    start = 0
    folded = False
    while start < len(rest) and _only_leads(rest[start]):
        if rest[start].type == "summary_open":
            folded = start + 1 < len(rest) and is_answer_label(plain_text(rest[start + 1].children or ()))
            start = next((i for i in range(start, len(rest)) if rest[i].type == "summary_close"), start)
        start += 1
    if start + 1 >= len(rest) or rest[start].type not in ("paragraph_open", "heading_open"):
        return frozenset(), rest, ()
    inline = rest[start + 1]
    lines = list(split_lines(inline.children or ()))
    text = plain_text(lines[0])
    label = label_length(text)
    said = _DIGIT.sub(lambda match: usual_keys(8, "")[int(match[0]) - 1], text[label:]) if counted else text[label:]
    found = right_options(said, options) if label or folded or is_letter_alone(text) else frozenset()
    if not found:
        return found, rest, ()
    told, added = told_and_reason(lines[0], label, options)
    below = (inline.children or [])[len(lines[0]) + 1 :]
    children = [*added, *([Token("softbreak", "br", 0)] if added and below else []), *below]
    kept = (rest[start], inline.copy(children=children), rest[start + 2]) if any(map(_is_shown, children)) else ()
    return found, (*rest[:start], *kept, *rest[start + 3 :]), told


def _is_shown(child: Token) -> bool:
    return child.type in _SHOWN or bool(plain_text((child,)))


def _only_leads(token: Token) -> bool:
    """Whether a token only stands before an answer: a rule, a fold and its summary, a tag."""
    loose = token.type == "inline" and not plain_text(token.children or ())
    return loose or token.type in ("hr", "comment", "details_open", "summary_open")


def _option_lists(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """The top-level lists whose every item has a box; only code and pictures may stand between them."""
    lists: list[tuple[int, int]] = []
    depth = start = 0
    for index, token in enumerate(tokens):
        if depth == 0:
            start = index
        depth += token.nesting
        if depth == 0 and tokens[start].type in ("bullet_list_open", "ordered_list_open"):
            items = _items(tokens[start + 1 : index])
            if items and all("checked" in item[0].meta for item in items):
                lists.append((start, index + 1))
            elif lists:
                break
        elif depth == 0 and lists and tokens[start].type not in ("fence", "code_block", "figure"):
            break
    return lists


def _items(tokens: Sequence[Token]) -> list[list[Token]]:
    items: list[list[Token]] = []
    depth = 0
    for token in tokens:
        if depth == 0:
            items.append([])
        items[-1].append(token)
        depth += token.nesting
    return items


def _without_box(item: Sequence[Token]) -> list[Token]:
    """An option as an ordinary list item; `meta["correct"]` says whether its box is ticked."""
    opening = item[0].copy(meta={"correct": item[0].meta["checked"]}, attrs={})
    return [opening, *item[1:]]


def _without_letters(options: list[list[Token]]) -> list[list[Token]]:
    """The options without the letters A, B, C … where they have them one after the other."""
    for number, option in enumerate(options):
        match = option_start().match(plain_text(option[2].children or ())) if len(option) > 3 else None
        if not match or key_of(match) != chr(ord("A") + number):
            return options
    return [_without_letter(option) for option in options]


def _without_letter(option: list[Token]) -> list[Token]:
    match = option_start().match(plain_text(option[2].children or ()))
    if not match:
        return option
    opening = option[0].copy(meta={**option[0].meta, "key": written_key(match)})
    children = drop_start(option[2].children or (), match.end())
    return [opening, option[1], option[2].copy(children=children), *option[3:]]


def option_keys(front: Sequence[Token], lang: str) -> tuple[str, ...]:
    """What counts the options of a question, from the first to the last, as `shown_keys` has it."""
    return shown_keys([str(token.meta.get("key", "")) for token in front if "correct" in token.meta], lang)


def split_options(front: Sequence[Token]) -> tuple[tuple[Token, ...], tuple[Option, ...]]:
    """The question and its options. What stands between two lists of options belongs to the option above."""
    question: list[Token] = []
    options: list[Option] = []
    depth = 0
    item: list[Token] | None = None
    for index, token in enumerate(front):
        opens_list = depth == 0 and token.nesting > 0 and "correct" in front[index + 1].meta
        if depth == 1 and "correct" in token.meta:
            options.append(Option((), bool(token.meta["correct"])))
            item = []
        elif depth == 2 and item is not None and token.type == "list_item_close":
            options[-1] = replace(options[-1], tokens=(*options[-1].tokens, *item))
            item = None
        elif item is not None:
            item.append(token)
        elif not options and not opens_list:
            question.append(token)
        elif depth == 0 and not opens_list:
            options[-1] = replace(options[-1], tokens=(*options[-1].tokens, token))
        depth += token.nesting
    return tuple(question), tuple(options)


def split_explanation(back: Sequence[Token]) -> tuple[Token, ...]:
    """The answer of a choice without the right options, which come first."""
    if len(back) < 2 or "correct" not in back[1].meta:
        return tuple(back)
    depth = 0
    for index, token in enumerate(back):
        depth += token.nesting
        if depth == 0:
            return tuple(back[index + 1 :])
    return ()


def find_choices(page: Page) -> tuple[Question, ...]:
    """Every heading or bold line with options right below it, because the user says so."""
    return tuple(
        Question(mark.start, mark.stop, mark.title, level=mark.level, anchors=mark.anchors)
        for mark in page.marks
        if read_choice(page.tokens[mark.stop : page.next_mark(mark.start)])
    )
