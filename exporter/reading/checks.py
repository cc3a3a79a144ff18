"""What is worth saying about chapters once they are read. A check is one function; add it to `CHECKS`.

In: a chapter, or for links all of them. Out: diagnostics with their places. Changes nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from urllib.parse import unquote

from markdown_it.token import Token

from exporter.diagnostics import Diagnostic, report
from exporter.model import Body, CardKind, Chapter, Prose
from exporter.reading.anchors import anchor_index, find_anchor, loosely
from exporter.reading.markdown import DIAGRAMS, has_gaps
from exporter.reading.near_misses import NEAR
from exporter.reading.references import bodies_of, links_of

_INSIDE = re.compile(r"#.|[^:?#]+\.(?:md|markdown)(?:#|$)", re.IGNORECASE)
"""Links to headings of this file, and to other notes."""

_PRIVATE = re.compile(
    r"(?:file|obsidian|zotero|logseq|vscode|(?:x-)?devonthink(?:-item)?|evernote|onenote|notion|bear):", re.IGNORECASE
)

_BLOCK = re.compile(r"\^([A-Za-z0-9-]+)\s*(?:-->)?$", re.MULTILINE)

_GAP = re.compile(r"\{\{c\d+(?:,\d+)*::")
_LOGSEQ_GAP = re.compile(r"\{\{(?:cloze|c\d+) [^{}\n]+\}\}")
_TWO_GAPS = "close it with }} in the same paragraph, and write a gap with the same number in the next one"
_GAP_ALONE = "a block with gaps is a card of its own where no block above it is one"
_AROUND_CODE = "put the backticks inside of it: {{c1::`code`}}"

_SCREEN, _LINE, _CODE_LINE = 26, 42, 40
"""Lines on a screen of 390 × 844 px, and letters in a line of text and of code there."""
_MOST_SCREENS = 4

Check = Callable[[Chapter], Iterator[Diagnostic]]


def check_chapter(chapter: Chapter) -> tuple[Diagnostic, ...]:
    """What all checks have to say about a chapter."""
    return tuple(diagnostic for check in CHECKS for diagnostic in check(chapter))


def diagrams(chapter: Chapter) -> Iterator[Diagnostic]:
    """A diagram in a language of its own (Mermaid and the like) is shown as its source."""
    for body in _bodies(chapter):
        for token in body.tokens:
            if token.type == "fence" and token.info.strip().lower() in DIAGRAMS and token.map:
                hint = "draw it to an image and refer to that"
                name = token.info.strip()
                yield report(
                    "diagram-unsupported", chapter.source.span(token.map[0]), f"{name} is shown as its source", hint
                )


def check_links(chapters: Sequence[Chapter], others: Sequence[Chapter] = ()) -> Iterator[Diagnostic]:
    """A link to a heading or a note that leads nowhere stands as text. `others` are the notes that stay at home."""
    linked = any(chapter.links for chapter in chapters)
    index, at_home = (anchor_index(some if linked else ()) for some in (chapters, others))
    named = cache(partial(_named_places, {chapter.source.path: chapter for chapter in chapters}))
    for chapter in chapters:
        said: set[str] = set()
        for link in chapter.links:
            href = link.address
            if not (link.is_wiki or _INSIDE.match(href)) or (link.is_wiki and href in said):
                continue
            found = find_anchor(index, chapter.source.path, href)
            if not found:
                said.add(href)
                where = "no heading" if href[0] == "#" else "no note"
                if find_anchor(at_home, chapter.source.path, href):
                    where = "a note that is not printed"
                message = f'"{href}" leads to {where}'
                yield report("link-broken", link.span, message, "it is printed as plain text")
            elif link.is_wiki and found[1] == index.places[found[0], ""]:
                place = unquote(href).rpartition("#")[2] if "#" in href else ""
                if place and loosely(place) not in named(found[0]):
                    said.add(href)
                    message = f'"{href}" leads to a note that has no such {"block" if place[0] == "^" else "heading"}'
                    yield report("link-broken", link.span, message, "it leads to the beginning of that note")


def _named_places(chapters: Mapping[str, Chapter], path: str) -> frozenset[str]:
    """What a link may call a place of a note that is no card and no section: the title, a heading or block of its text."""
    source = chapters[path].source
    blocks = (f"^{name}" for name in _BLOCK.findall(source.text))
    headings = (line.lstrip("# ") for line in source.lines if line.startswith("#"))
    return frozenset(map(loosely, (chapters[path].title, *headings, *blocks)))


def raw_media(chapter: Chapter) -> Iterator[Diagnostic]:
    """Embedded pages in HTML are left out, and so are sound and film without a file."""
    for body in _bodies(chapter):
        for token in body.tokens:
            if token.type not in ("inline", "html_block"):
                continue
            for match in re.finditer(r"<(video|audio|iframe|embed|object|svg)\b", token.content, re.IGNORECASE):
                start, end = token.map or (body.span.line - 1, body.span.end_line)
                if token.type == "html_block" or any(
                    c.type == "html_inline" and match[0] in c.content for c in token.children or ()
                ):
                    span = chapter.source.find(match[0], start, end)
                    name = match[1].lower()
                    linked = name in ("iframe", "embed", "object") and token.type == "inline"
                    says = "is a link on cards, a QR code on paper" if linked else "is left out"
                    yield report("media-unsupported", span, f"<{name}> {says}", "link to it, or use an image")


def loose_gaps(chapter: Chapter) -> Iterator[Diagnostic]:
    """A gap in what is no question: a list below the title, a table between sections, code among paragraphs with gaps."""
    is_cloze = any(card.kind is CardKind.CLOZE for card in chapter.cards)
    for body in (item.body for item in chapter.items if isinstance(item, Prose)):
        for token in body.tokens:
            in_code = is_cloze and token.type in ("fence", "code_block") and _GAP.search(token.content)
            if in_code or has_gaps((token,)):
                start, end = token.map or (body.span.line - 1, body.span.end_line)
                hint = "put a heading above it, or <!-- card -->"
                yield report(
                    "gap-unused", chapter.source.find("{{c", start, end), "this gap belongs to no question", hint
                )


def broken_gaps(chapter: Chapter) -> Iterator[Diagnostic]:
    """A gap that does not end in its paragraph, or stands in `code` with its braces: it is shown as it is written."""
    for body in _bodies(chapter):
        for token in body.tokens:
            for child in token.children or ():
                if child.type not in ("text", "code_inline"):
                    continue
                match = _GAP.search(child.content) or (child.type == "text" and _LOGSEQ_GAP.search(child.content))
                if not match:
                    continue
                start, end = token.map or (body.span.line - 1, body.span.end_line)
                place = chapter.source.find(match[0], start, end)
                if match.re is _LOGSEQ_GAP:
                    yield report("gap-unused", place, "this gap of Logseq's stands in the answer of a card", _GAP_ALONE)
                elif child.type == "text":
                    yield report("gap-unused", place, "this gap does not end in its paragraph", _TWO_GAPS)
                else:
                    yield report("gap-unused", place, "this gap stands inside of code in a line", _AROUND_CODE)


def long_answers(chapters: Sequence[Chapter]) -> Iterator[Diagnostic]:
    """An answer of more than four screens of a phone is seldom one question's."""
    for chapter in chapters:
        for card in chapter.cards:
            screens = sum(map(_lines, card.back.tokens)) / _SCREEN
            if screens > _MOST_SCREENS:
                hint = "split it into questions of their own, or put what explains below <!-- extra -->"
                yield report("answer-long", card.span, f"an answer of {screens:.0f} screens of a phone: split?", hint)


def _lines(token: Token) -> float:
    """How many lines of a phone a block takes, with the space around it. A 汉字 is as wide as two letters."""
    if token.type in ("fence", "code_block"):
        return 2 + sum(1 + len(line) // _CODE_LINE for line in token.content.splitlines())
    if token.type in ("figure", "math_block"):
        return 10 if token.type == "figure" else 3
    if token.type != "inline":
        return 0
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in token.content)
    return 0.7 + -(-(len(token.content) + wide) // _LINE)


def _bodies(chapter: Chapter) -> Iterator[Body]:
    return (body for item in chapter.items for body in bodies_of(item))


def private_links(chapter: Chapter) -> Iterator[Diagnostic]:
    """A link into a program or a disk of its author's opens for nobody else, and stands as text."""
    for opening, span in (link for body in _bodies(chapter) for link in links_of(body, chapter.source)):
        address = str(opening.attrs.get("href", ""))
        if match := _PRIVATE.match(address):
            message = f'"{match[0]}" leads to its author\'s own machine'
            yield report("link-private", span, message, "link to a page of the network; here the words stand alone")


def incomplete_rows(chapter: Chapter) -> Iterator[Diagnostic]:
    """A row without a word of its own stands on the card of the row above it, or, like one without an answer, on none."""
    for body in _bodies(chapter):
        for token in body.tokens:
            if (above := token.meta.get("goes_on")) and token.map:
                message = f"this row has no word; it goes on with the card of line {above[0] + 1}"
                yield report("row-incomplete", chapter.source.span(token.map[0]), message)
    for item in chapter.items:
        for token in _loose_rows(item.body.tokens) if isinstance(item, Prose) else ():
            if token.map:
                message = "this row has an empty cell, and is on no card"
                yield report("row-incomplete", chapter.source.span(token.map[0]), message)


def _loose_rows(tokens: Sequence[Token]) -> Iterator[Token]:
    """Rows whose table stands above, on cards, and that have words in some cells and none in others."""
    row: Token | None = None
    filled: list[bool] = []
    tables = 0
    for token in tokens:
        tables += token.nesting if token.type in ("table_open", "table_close") else 0
        if token.type == "tr_open":
            row, filled = token, []
        elif token.type == "inline":
            filled.append(bool(token.content.strip()))
        elif token.type == "tr_close" and row and not tables and any(filled) and not all(filled):
            yield row


CHECKS: tuple[Check, ...] = (diagrams, raw_media, loose_gaps, broken_gaps, private_links, incomplete_rows, *NEAR)
