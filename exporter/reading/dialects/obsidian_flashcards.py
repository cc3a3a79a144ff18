"""Obsidian's Spaced Repetition: `question::answer`, `?` on a line between question and answer, and clozes.

Only under a `#flashcards` tag, since `::`, `?` and `==` are common: in the front matter or on a line of its own for the
file, in a heading for what stands below it, in a paragraph for that. A schedule (`<!--SR:…-->`) proves as much. `:::`
and `??` ask in both directions; `;;`, `;;;` and a lone `—` are what many users set in their place. Where the settings of
the deck or its vault name others, these part and no default does (`flashcard_signs`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache, partial

from markdown_it.token import Token

from exporter.config import DEFAULT_SIGNS, SpacedRepetitionConfig
from exporter.model import CardKind
from exporter.reading.dialects.dialect import Dialect, Question
from exporter.reading.dialects.flashcard_gaps import mark_gaps
from exporter.reading.dialects.flashcard_signs import END_OF_CARD, Signs, signs_of
from exporter.reading.markdown import plain_text, reworded
from exporter.reading.markdown.cloze import has_gaps
from exporter.reading.page.lines import Cut, Line, halve
from exporter.reading.page.page import weigh
from exporter.reading.page.question_titles import drop_start, read_title
from exporter.reading.page.wording import asks

_CARD_TAG = re.compile(r"(?<!\s)\s++#card\s*$", re.IGNORECASE)
_TAG_LINE = re.compile(r"\s*(?:#[\w/-]+\s*)+$")
_BELOW = ("?", "??", "？", "？？", "—", "–")
_FEWEST_SAME = 3
"""So many cards with one and the same front: it is a label (`Question:: …`), and no front."""
_WORDS = ("inline", "figure")
_LEAVES = ("inline", "fence", "code_block", "math_block", "figure")


def cut_flashcards(text: str, line: Line, *, signs: Signs) -> Cut:  # noqa: ARG001 - a dialect's `cut`
    """`?` stands alone; a line with `::` and a line of tags is a paragraph."""
    alone = text.strip() in _BELOW or signs.is_inline(text) or _TAG_LINE.fullmatch(text)
    return Cut.AROUND if alone else Cut.NOWHERE


def find_flashcards(tokens: Sequence[Token], strict: bool, *, signs: Signs) -> Sequence[Question]:  # noqa: FBT001 - a dialect's `find`
    """Every card in the reach of a tag."""
    reach = _reach(tokens, signs) if strict and not signs.everywhere else [True] * len(tokens)
    questions: list[Question] = []
    behind = 0
    for index, token in enumerate(tokens):
        if index < behind or not reach[index]:
            continue
        question: Question | None = None
        if width := _separates(tokens, index):
            question = _read_below(tokens, index, width, questions[-1].end or 0 if questions else 0, signs=signs)
        elif token.type == "paragraph_open":
            question = _read_inline(tokens, index, signs) or _read_open(tokens, index, signs)
            question = question or _read_cloze(tokens, index, signs)
        if question:
            while questions and questions[-1].start >= question.start:  # a front of several lines, with marks in it
                questions.pop()
            questions.append(question)
            behind = question.end or index
    same = Counter(question.title.text for question in questions)
    unlike = [question for question in questions if same[question.title.text] < _FEWEST_SAME]
    return [_numbered(tokens, question) if same[question.title.text] > 1 else question for question in unlike]


def _numbered(tokens: Sequence[Token], question: Question) -> Question:
    """`1. Weltkrieg begann::1914` among `2. Weltkrieg begann::1939`: the number of a list tells twins apart."""
    item = tokens[question.start - 1] if question.start else None
    if item is None or item.type != "list_item_open" or not item.info:
        return question
    return replace(question, title=read_title(question.title.inline, item.info))


def _reach(tokens: Sequence[Token], signs: Signs) -> list[bool]:
    """For each token, whether a tag reaches it."""
    reach = [False] * len(tokens)
    section = 0  # the level of the tagged heading above, or 0
    paragraph = False
    for index, token in enumerate(tokens):
        if token.type == "front_matter" and ("cards-deck:" in token.content or signs.tag.search(token.content)):
            return [True] * len(tokens)
        if token.type == "comment" and token.content.startswith("SR:"):
            return [True] * len(tokens)
        if token.type == "heading_open":
            level = int(token.tag[1])
            section = 0 if level <= section else section
            section = section or (level if signs.hashtag.search(tokens[index + 1].content) else 0)
        elif token.type == "paragraph_open":
            content = tokens[index + 1].content
            paragraph = "#" in content and bool(signs.hashtag.search(content))
            if "<!--SR:" in content or (paragraph and _TAG_LINE.fullmatch(content)):
                return [True] * len(tokens)
        reach[index] = bool(section) or paragraph
    return reach


def _separates(tokens: Sequence[Token], index: int) -> int:
    """How many tokens the `?` at `index` is, or 0."""
    token = tokens[index]
    if token.type == "comment" and token.content in _BELOW:
        return 1
    return 3 if token.type == "paragraph_open" and tokens[index + 1].content.strip() in _BELOW else 0


def _read_below(tokens: Sequence[Token], index: int, width: int, first: int, *, signs: Signs) -> Question | None:
    """The lines above `?` up to a blank one ask, those below it up to a blank one answer."""
    word = tokens[index] if width == 1 else tokens[index + 1]
    kind = CardKind.REVERSED if len(word.content.strip()) == 2 else CardKind.BASIC
    start = _front(tokens, index, first)
    if start is None:
        return None
    leaf = next(i for i in range(start, index) if tokens[i].type in _WORDS)
    stop = leaf + 1 + (tokens[leaf].type == "inline")
    title = read_title(_without_tag(tokens[leaf].copy(type="inline", tag=""), signs))  # a picture may ask, too
    end = _end(tokens, index + width, signs)
    more = tuple(tokens[stop:index])
    if width == 1:
        return Question(start, stop, title, answer=index + 1, end=end, kind=kind, marked=True)
    back = tuple(tokens[index + width : end])
    return Question(start, index + width, title, end=end, kind=kind, back=back, more=more, marked=True)


def _front(tokens: Sequence[Token], index: int, first: int) -> int | None:
    """Where the lines begin that stand right above a token.

    Code and formulas ask together with the words above them, and so does a paragraph below a heading that asks itself.
    """
    line = next((lines[0] for i in range(index, len(tokens)) if (lines := tokens[i].map)), 0)
    start = None
    for place in range(index - 1, first - 1, -1):
        token = tokens[place]
        if token.type not in _LEAVES or not token.map:
            if token.type in ("comment", "hr"):
                break
            continue
        if token.map[1] < line and (start is None or not _leans(tokens, start, place)):
            break
        line, start = token.map[0], place
    if start is None or tokens[start].type not in _WORDS:
        return None
    while start > first and tokens[start - 1].nesting > 0 and (tokens[start - 1].map or [line])[0] == line:
        start -= 1
    return start


def _leans(tokens: Sequence[Token], start: int, above: int) -> bool:
    """Whether what begins at `start` asks nothing without the words that stand `above` it."""
    if tokens[start].type not in _WORDS:
        return True
    is_heading = above > 0 and tokens[above - 1].type == "heading_open"
    return is_heading and asks(plain_text(tokens[above].children or ())) and not asks(tokens[start].content)


def _read_inline(tokens: Sequence[Token], index: int, signs: Signs) -> Question | None:
    """`question::answer`: two halves of one paragraph."""
    inline = tokens[index + 1]
    stands_for = {"image": "\ufffc", "softbreak": "\n", "hardbreak": "\n"}
    shown = "".join(stands_for.get(child.type, child.content) for child in inline.children or ())
    if not signs.is_inline(shown):
        return None
    before, kind, behind = _halves(_without_tag(inline, signs).children or [], signs)
    if kind is None or not weigh(inline.copy(children=before, content="")):
        return None
    back = (tokens[index], reworded(inline, behind), tokens[index + 2])
    return Question(
        index, index + 3, read_title(inline.copy(children=before)), end=index + 3, kind=kind, back=back, marked=True
    )


def _read_open(tokens: Sequence[Token], index: int, signs: Signs) -> Question | None:
    """`question::` with nothing behind it: the block that begins on the next line, or behind its schedule, answers."""
    inline = tokens[index + 1]
    children = list(_without_tag(inline, signs).children or ())
    match = signs.open.search(children[-1].content) if children and children[-1].type == "text" else None
    start = index + 3
    line = inline.map[1] if inline.map else 0
    while start < len(tokens) and tokens[start].type == "comment" and (tokens[start].map or [0])[0] == line:
        start, line = start + 1, line + 1
    below = tokens[start] if start < len(tokens) else None
    if match is None or below is None or not inline.map or not below.map or below.map[0] != line:
        return None
    children[-1] = children[-1].copy(content=children[-1].content[: match.start()])
    end = _end(tokens, start, signs)
    back = tuple(tokens[start:end])
    title = read_title(inline.copy(children=children))
    if not title.text or not any(map(weigh, back)):
        return None
    return Question(index, index + 3, title, end=end, kind=_kind(match), back=back, marked=True)


def _halves(children: Sequence[Token], signs: Signs) -> tuple[list[Token], CardKind | None, list[Token]]:
    """The inline tokens before and behind the separator, and how it asks; None where it only stands in code."""
    texts = [(place, child.content) for place, child in enumerate(children) if child.type == "text"]
    found = [(place, match) for place, text in texts for match in signs.separator.finditer(text)]
    loose = [(place, match) for place, match in found if not signs.is_in_name(match.string, match.start())]
    for place, match in (loose or found)[:1]:
        before, behind = halve(children, place, match)
        behind = [child for child in behind if child.type != "html_inline" or not child.content.startswith("<!--")]
        behind = drop_start(behind, 0)
        if behind and behind[-1].type == "text":
            behind[-1] = behind[-1].copy(content=_CARD_TAG.sub("", behind[-1].content))
        return before, _kind(match), behind
    return list(children), None, []


def _kind(separator: re.Match[str]) -> CardKind:
    """`:::` asks in both directions."""
    return CardKind.REVERSED if separator["both"] else CardKind.BASIC


def _read_cloze(tokens: Sequence[Token], index: int, signs: Signs) -> Question | None:
    """A paragraph with something hidden. Bold hides only where a schedule or a tag of its own says that it is a card."""
    inline = tokens[index + 1]
    following = tokens[index + 3] if index + 3 < len(tokens) else None
    scheduled = "SR:" in inline.content or (following is not None and following.content.startswith("SR:"))
    bare = _without_tag(inline, signs)
    children = mark_gaps(bare, signs, bold=scheduled or bare is not inline)
    if children is None or has_gaps(inline.children or ()):
        return None
    title = read_title(inline.copy(children=children))
    return Question(index, index + 3, title, end=index + 3, kind=CardKind.CLOZE)


def _without_tag(inline: Token, signs: Signs) -> Token:
    """The words without the tag that makes a card of them."""
    if "#" not in inline.content or not signs.hashtag.search(inline.content):
        return inline
    children = [
        c.copy(content=signs.hashtag.sub("", c.content)) if c.type == "text" else c for c in inline.children or ()
    ]
    return inline.copy(children=children)


def _end(tokens: Sequence[Token], start: int, signs: Signs) -> int:
    """The answer ends at the first blank line: where a block does not begin on the line behind the one before."""
    if signs.ends:
        marks = (i for i in range(start, len(tokens)) if tokens[i].content == END_OF_CARD or _separates(tokens, i))
        mark = next(marks, len(tokens))
        if mark < len(tokens) and tokens[mark].content == END_OF_CARD:
            return mark
    index = start
    last = next((tokens[i].map or [0, 0])[1] for i in range(start - 1, -1, -1) if tokens[i].map)
    while index < len(tokens):
        token = tokens[index]
        if token.nesting < 0:
            index += 1
            continue
        if not token.map or token.map[0] > last or token.type in ("comment", "heading_open"):
            return index
        depth = 0
        while index < len(tokens):
            lines, depth = tokens[index].map, depth + tokens[index].nesting
            if lines and tokens[index].nesting == 0:  # the map of a list takes the blank line behind it along
                last = max(last, lines[1])
            index += 1
            if depth <= 0:
                break
    return index


@cache
def flashcards(settings: SpacedRepetitionConfig) -> Dialect:
    """The dialect as the settings of a deck or vault have it."""
    signs = signs_of(settings)
    find, cut = partial(find_flashcards, signs=signs), partial(cut_flashcards, signs=signs)
    return Dialect("flashcards", "`?` and `::` under #flashcards", find, cut, share=0.0)


DIALECT = flashcards(DEFAULT_SIGNS)
