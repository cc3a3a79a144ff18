"""The table of contents: where it stands, and what it promises.

In: blocks and marks. Out: `Contents`. A heading may announce it (目录), or a list or table of links into the same file
may be one. Entries are matched by their words first: a third of the links are broken (facts/notes.md).
"""

from __future__ import annotations

import html
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from markdown_it.token import Token

from exporter.reading.markdown import plain_text
from exporter.reading.page.marks import Kind, Mark
from exporter.reading.page.question_titles import read_anchors, read_title
from exporter.reading.page.wording import fold, is_contents

Range = tuple[int, int]
_LIST_TYPES = ("bullet_list_open", "ordered_list_open", "table_open")


@dataclass(frozen=True, slots=True)
class Contents:
    """`ranges` of tokens that are the contents, the folded `texts` of the entries and the `anchors` they link to."""

    ranges: tuple[Range, ...] = ()
    texts: frozenset[str] = frozenset()
    anchors: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.texts)

    def covers(self, index: int) -> bool:
        """Whether a token belongs to the contents."""
        place = bisect_right(self.ranges, index, key=lambda block: block[0]) - 1
        return place >= 0 and index < self.ranges[place][1]

    def lists(self, mark: Mark) -> bool:
        """Whether the contents name a mark, by its words or by an anchor."""
        title = mark.title
        if not self.texts or not fold(title.text):
            return False
        if fold(title.full) in self.texts or fold(title.text) in self.texts:
            return True
        return any(anchor in self.anchors for anchor in mark.anchors)


def read_blocks(tokens: Sequence[Token]) -> tuple[Range, ...]:
    """The top-level blocks of a file, as ranges of tokens."""
    blocks: list[Range] = []
    depth = start = 0
    for index, token in enumerate(tokens):
        if depth == 0:
            start = index
        depth = max(0, depth + token.nesting)
        if depth == 0:
            blocks.append((start, index + 1))
    if depth:
        blocks.append((start, len(tokens)))
    return tuple(blocks)


def find_contents(tokens: Sequence[Token], blocks: Sequence[Range], marks: Sequence[Mark]) -> Contents:
    """Find all tables of contents: under their heading, or by their links."""
    headings = [mark for mark in marks if mark.kind is not Kind.BOLD]
    words = {fold(mark.title.text) for mark in headings} | {fold(mark.title.full) for mark in headings}
    starts = [start for start, _ in blocks]
    ranges: list[Range] = []
    for mark in marks:
        if is_contents(mark.title.text) and not (ranges and mark.start < ranges[-1][1]):
            first = max(0, bisect_left(starts, mark.start + 1) - 1)
            last = _end(tokens, blocks, first + 1, words)
            if last > first + 1 or not _tells(tokens, blocks, first + 1):
                ranges.append((mark.start, blocks[last - 1][1]))
    loose = [(start, stop) for start, stop in blocks if _is_link_list(tokens, start, stop, words)]
    loose = loose if _lead_anywhere(tokens, loose, marks) else []
    ranges += [block for block in loose if not any(start <= block[0] < stop for start, stop in ranges)]
    return _entries(tokens, sorted(ranges))


def find_lost(
    tokens: Sequence[Token], blocks: Sequence[Range], marks: Sequence[Mark], contents: Contents
) -> tuple[Range, ...]:
    """Lists of one entry that repeats the contents, where its heading should stand: `- [36.kubectl](#36)`."""
    known = {fold(mark.title.text) for mark in marks}
    lost: list[Range] = []
    for start, stop in blocks:
        if stop - start != 7 or tokens[start].type not in _LIST_TYPES or contents.covers(start):
            continue
        inline = tokens[start + 3]
        if inline.type == "inline" and _is_link_paragraph(inline, 3):
            text = fold(read_title(inline).text)
            if text in contents.texts and text not in known:
                lost.append((start, stop))
    return tuple(lost)


def _end(tokens: Sequence[Token], blocks: Sequence[Range], position: int, words: set[str]) -> int:
    """The block behind the contents: lists of entries, and the headings between them."""
    end = position
    while position < len(blocks):
        start, stop = blocks[position]
        if tokens[start].type in _LIST_TYPES:
            if not _is_entry_list(tokens, start, stop, words):
                break
            end = position + 1
        elif tokens[start].type == "paragraph_open" and _is_link_paragraph(tokens[start + 1], stop - start):
            end = position + 1
        elif tokens[start].type not in ("heading_open", "hr", "comment") and plain_text(tokens[start:stop]):
            break
        position += 1
    return end


def _tells(tokens: Sequence[Token], blocks: Sequence[Range], position: int) -> bool:
    """Whether something of its own stands below a heading: `## Questions` above questions is a section's name."""
    tag = tokens[blocks[position - 1][0]].tag
    below = (tokens[start] for start, _ in blocks[position:] if tokens[start].type not in ("hr", "comment"))
    first = next(below, None)
    return first is not None and (first.type != "heading_open" or first.tag > tag)


def _links(tokens: Sequence[Token], start: int, stop: int) -> tuple[int, int, int]:
    """Entries, links into this file, and all links of a list or table. One with headings or code is no contents."""
    rows = inner = links = 0
    for token in tokens[start:stop]:
        if token.type in ("heading_open", "fence"):
            return stop - start, 0, 0
        rows += token.type in ("list_item_open", "tr_open")
        for child in token.children or ():
            if child.type == "link_open":
                links += 1
                inner += str(child.attrs.get("href", "")).startswith("#")
    return rows, inner, links


def _is_link_list(tokens: Sequence[Token], start: int, stop: int, words: set[str]) -> bool:
    if tokens[start].type not in _LIST_TYPES:
        return False
    rows, inner, _ = _links(tokens, start, stop)
    if inner >= 3 and inner >= 0.6 * rows:
        return tokens[start].type == "table_open" or not _is_told(tokens, start, stop)
    return inner >= 2 and _known(tokens, start, stop, words) >= rows


def _is_told(tokens: Sequence[Token], start: int, stop: int) -> bool:
    """Whether more text stands beside the links of a list than in them: answers below their questions."""
    inside = free = linked = 0
    for token in tokens[start:stop]:
        for child in token.children or ():
            inside += child.nesting if child.type in ("link_open", "link_close") else 0
            linked += len(child.content) if inside else 0
            free += len(child.content) if not inside and child.type != "html_inline" else 0
    return free > linked


def _lead_anywhere(tokens: Sequence[Token], loose: Sequence[Range], marks: Sequence[Mark]) -> bool:
    """Whether any entry has the words of a mark or links to a place that there is: others are items with an own link."""
    places = {fold(word) for mark in marks for word in (mark.title.text, mark.title.full)}
    places |= {anchor for mark in marks for anchor in mark.anchors}
    places |= {a for t in tokens for c in t.children or () if c.type == "html_inline" for a in read_anchors(c.content)}
    linked = (t for start, stop in loose for t in tokens[start:stop] if t.type == "inline" and "](" in t.content)
    for token in linked:
        title, href = read_title(token), (c.attrs.get("href") for c in token.children or () if c.type == "link_open")
        if not places.isdisjoint({fold(title.text), fold(title.full), *(_anchor(str(link)) for link in href)}):
            return True
    return not loose


def _anchor(href: str) -> str:
    """What a link into the same file calls."""
    return html.unescape(unquote(href).removeprefix("#"))


def _is_entry_list(tokens: Sequence[Token], start: int, stop: int, words: set[str]) -> bool:
    rows, _, links = _links(tokens, start, stop)
    return links >= 0.5 * rows or _known(tokens, start, stop, words) >= 0.5 * rows


def _known(tokens: Sequence[Token], start: int, stop: int, words: set[str]) -> int:
    """How many entries are the words of a heading."""
    return sum(fold(plain_text(t.children or ())) in words for t in tokens[start:stop] if t.type == "inline")


def _is_link_paragraph(inline: Token, size: int) -> bool:
    """Whether a paragraph is links and nothing else."""
    depth = links = 0
    for child in inline.children or ():
        if child.type in ("link_open", "link_close"):
            depth += child.nesting
            links += 1
        elif not depth and any(char.isalnum() for char in child.content) and child.type != "html_inline":
            return False
    return size == 3 and links > 0


def _entries(tokens: Sequence[Token], ranges: list[Range]) -> Contents:
    texts: set[str] = set()
    anchors: set[str] = set()
    for start, stop in ranges:
        for token in tokens[start:stop]:
            if token.type != "inline":
                continue
            title = read_title(token)
            texts |= {fold(title.full), fold(title.text)}
            inside: list[Token] = []
            for child in token.children or ():
                if child.type == "link_open":
                    inside = []
                    anchors.add(_anchor(str(child.attrs.get("href", ""))))
                elif child.type == "link_close":
                    link = read_title(token.copy(children=inside))
                    texts |= {fold(link.full), fold(link.text)}
                inside.append(child)
    return Contents(tuple(ranges), frozenset(texts - {""}), frozenset(anchors - {""}))
