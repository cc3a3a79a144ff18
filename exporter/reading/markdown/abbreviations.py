"""`*[HTML]: Hyper Text Markup Language`: the line is hidden, and the word explains itself wherever it stands in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

_LINE = re.compile(r"[ \t]*\*\[([^\[\]\n]{1,60})\]:[ \t]*(\S[^\n]*)")


def collect(state: StateCore) -> None:
    """Before lines are read: take the definitions out of paragraphs that are nothing else."""
    for token in state.tokens:
        if token.type != "inline" or not token.content.lstrip().startswith("*["):
            continue
        found = [_LINE.fullmatch(line) for line in token.content.split("\n")]
        if all(found):
            known = state.env.setdefault("abbreviations", {})
            known.update({match[1].strip(): match[2].strip() for match in found if match})
            token.content = ""


def explain(state: StateCore) -> None:
    """Mark each abbreviation in the text with what it is short for."""
    known: Mapping[str, str] = state.env.get("abbreviations", {})
    if not known:
        return
    names = "|".join(re.escape(name) for name in sorted(known, key=len, reverse=True))
    pattern = re.compile(rf"(?<!\w)(?:{names})(?!\w)")
    for token in state.tokens:
        if token.type == "inline" and token.children:
            token.children = [part for child in token.children for part in _parts(child, pattern, known)]


def _parts(child: Token, pattern: re.Pattern[str], known: Mapping[str, str]) -> Iterator[Token]:
    if child.type != "text":
        yield child
        return
    place = 0
    for match in pattern.finditer(child.content):
        if match.start() > place:
            yield _text(child, child.content[place : match.start()])
        yield Token("abbr_open", "abbr", 1, attrs={"title": known[match[0]]}, level=child.level)
        yield _text(child, match[0])
        yield Token("abbr_close", "abbr", -1, level=child.level)
        place = match.end()
    if place < len(child.content) or not place:
        yield child if not place else _text(child, child.content[place:])


def _text(model: Token, content: str) -> Token:
    return Token("text", "", 0, content=content, level=model.level)


def install(md: MarkdownIt) -> None:
    """Definitions once the blocks are there, words once the lines are."""
    md.core.ruler.after("block", "collect_abbreviations", collect)
    md.core.ruler.push("explain_abbreviations", explain)
