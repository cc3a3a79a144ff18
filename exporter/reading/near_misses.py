"""What is nearly a gap, a formula, a comment, an answer or a link, and stands as words because of a slip.

In: a chapter. Out: diagnostics with their places. Code is never looked at; what is said here changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from exporter.diagnostics import Diagnostic, report
from exporter.model import Body, Chapter
from exporter.reading.markdown import plain_text
from exporter.reading.page.lines import split_lines
from exporter.reading.page.wording import answer_line, question_line
from exporter.reading.references import bodies_of, links_of

_SLIPS = (
    (
        re.compile(r"\{\{c\d+:(?!:)|(?<!\{)\{c\d+::|\{\{[сС]\d+::"),
        "gap-unused",
        "this is no gap",
        "a gap is {{c1::words}}",
    ),
    (
        re.compile(r"\\begin\{(?:equation|align|gather|multline|alignat|flalign|eqnarray|[pbBvV]?matrix|cases)\*?\}"),
        "math-invalid",
        "this begins a formula that does not end in its paragraph",
        r"end it with the \end of the same name",
    ),
    (
        re.compile(r"<!--(?=(?:(?!-->|<!--).)*$)", re.MULTILINE),
        "comment-unclosed",
        "the comment is never closed",
        'close it with "-->"',
    ),
    (re.compile(r"(?<=\S\s)%%(?=\s)"), "comment-unclosed", "the comment is never closed", 'close it with "%%"'),
    (re.compile("<!-(?!-)"), "comment-unclosed", "this begins no comment", 'a comment begins with "<!--"'),
    (re.compile(r"!\[[^\[\]]*\]\([^()\s]*$"), "markup-unclosed", "this picture has no end", "close it with )"),
    (
        re.compile(r"(?<!!)\[[^\[\]]+\]\((?=https?:|[^()\s]+\.md)[^()]*$"),
        "markup-unclosed",
        "this link has no end",
        "close it with )",
    ),
    (re.compile(r"\[\[(?=[^\s\[\]-])[^\[\]]*$"), "markup-unclosed", "this link has no end", "close it with ]]"),
    (
        re.compile(r"\[\^\d{1,3}\](?!:)"),
        "markup-unclosed",
        "this note is nowhere",
        'write it at the end of the file, as "[^1]: words"',
    ),
    (
        re.compile(r"^(?:[-*+]\[[ xX]?\]|\[\] )(?=\s*\w)"),
        "markup-unclosed",
        "this is no box",
        'a box is "- [ ]" or "- [x]", with a space before and in it',
    ),
    (
        re.compile(r"^\[!\w+(?=[^\]\w]*$|\s[^\]]*$)"),
        "markup-unclosed",
        "this begins no callout",
        "close its kind with ]",
    ),
    (re.compile(r"\{#[\w-]+\s*$"), "markup-unclosed", "this is no name", "close it with }"),
    (
        re.compile(r"(?<!\S)\*\*(?=[^\s*])(?!\w*args)(?!\w+(?:[,)=\]}.:]|$))"),
        "markup-unclosed",
        "this bold text has no end",
        "close it with ** in its paragraph",
    ),
)
"""What a text shows only by mistake: how it looks, the code, the message, the hint."""

_ROW = re.compile(r"\|(?:[^|]+\|){2,}\s*")
_SIGNS = re.compile(r"[{\[]|<!-|%%|\*\*")
"""What is quick to see of them."""

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):(?://|(?=\S))")
_KNOWN = re.compile(
    r"https?:|mailto:|data:|#|(?:file|obsidian|zotero|logseq|vscode|(?:x-)?devonthink(?:-item)?|evernote|onenote|notion|bear):",
    re.IGNORECASE,
)


def near_misses(chapter: Chapter) -> Iterator[Diagnostic]:
    """Signs in words that are nearly what makes a gap, a formula or a comment."""
    for body, line, end, text in _texts(chapter):
        for pattern, code, message, hint in _SLIPS:
            if match := pattern.search(text):
                place = chapter.source.find(match[0], line, end) if line < end else body.span
                yield report(code, place, message, hint)


def _texts(chapter: Chapter) -> Iterator[tuple[Body, int, int, str]]:
    """Each run of words with the lines that it stands in."""
    for item in chapter.items:
        for body in bodies_of(item):
            for token in body.tokens:
                for child in token.children or ():
                    if child.type == "text" and _SIGNS.search(child.content):
                        start, end = token.map or (body.span.line - 1, body.span.end_line)
                        yield body, start, end, child.content


def odd_links(chapter: Chapter) -> Iterator[Diagnostic]:
    """A link whose address begins as no address does: its words stand alone."""
    for item in chapter.items:
        for body in bodies_of(item):
            for opening, span in links_of(body, chapter.source):
                address = str(opening.attrs.get("href", ""))
                match = _SCHEME.match(address)
                if match and not opening.meta.get("wiki") and not _KNOWN.match(address):
                    message = f'"{match[1]}:" begins no address that a card or a page opens'
                    yield report("link-broken", span, message, "it is printed as plain text")


def lone_answers(chapter: Chapter) -> Iterator[Diagnostic]:
    """`A:` where no `Q:` stands above it, among questions that have one: it is words, or part of the answer above."""
    lines = chapter.source.lines
    if not any(question_line(lines[card.span.line - 1]) for card in chapter.cards if card.span.line <= len(lines)):
        return
    for item in chapter.items:
        bodies = bodies_of(item)
        for body in bodies[1:] or bodies:
            for token in body.tokens:
                if token.type != "inline" or not token.map:
                    continue
                for place, line in enumerate(split_lines(token.children or ())):
                    if answer_line(plain_text(line)):
                        span = chapter.source.span(min(token.map[0] + place, token.map[1] - 1))
                        yield report(
                            "answer-empty",
                            span,
                            "this answer has no question of its own",
                            'begin its question with "Q:"',
                        )


def rows_without_table(chapter: Chapter) -> Iterator[Diagnostic]:
    """Lines that look like the rows of a table and are none, since no line of dashes stands below the first."""
    if "|\n|" not in chapter.source.text:
        return
    for item in chapter.items:
        for body in bodies_of(item):
            for token in body.tokens:
                first, _, second = token.content.partition("\n") if token.type == "inline" else ("", "", "")
                if token.map and _ROW.fullmatch(first) and _ROW.fullmatch(second.partition("\n")[0]):
                    hint = 'a table has a line "|---|---|" below its head'
                    yield report("markup-unclosed", chapter.source.span(token.map[0]), "this is no table", hint)


NEAR: tuple[Callable[[Chapter], Iterator[Diagnostic]], ...] = (near_misses, odd_links, lone_answers, rows_without_table)
