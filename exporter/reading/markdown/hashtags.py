"""`#tags` of an editor, where the notes show that they are tags: hidden, and kept as comments for the cards.

They lie in a vault of Obsidian's or a graph of Logseq's, or the file has a paragraph that is nothing but tags, or one of
the tags that mark flashcards. There, tags alone in a line and those that end a line are tags (`## What is A? #optics`);
elsewhere `#include` is a word. Tags within a sentence stay in it. Those that make cards are the dialects' to read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from exporter.config import DEFAULT_SIGNS, SpacedRepetitionConfig

_TAG = r"#[^\W\d_][\w/-]*"
_ONE = re.compile(_TAG)
_WORD = re.compile(r"\S+")
_ALONE = re.compile(rf"\s*{_TAG}(?:[\s,]+{_TAG})*\s*")
KEPT = "hashtags:"
"""What the comment begins with."""
_CARDS = re.compile(r"#(?:flash)?cards?(?![^\W_])|#anki", re.IGNORECASE)
"""What marks cards, and is read by the dialects."""


def keep_tags(state: StateCore) -> None:
    """Before lines are read: take tags out of headings and paragraphs."""
    if "#" in state.src and (state.env["in_vault"] or _has_tags(state.tokens, state.env["signs"])):
        state.tokens = list(_without_tags(state.tokens, state.env["signs"]))


def _has_tags(tokens: Sequence[Token], signs: SpacedRepetitionConfig) -> bool:
    """Whether a paragraph is nothing but tags, or a word is a tag that marks flashcards."""
    return any(
        token.type == "inline"
        and "#" in token.content
        and (_ALONE.fullmatch(token.content) or _marks(token.content, signs))
        for token in tokens
    )


def _marks(text: str, signs: SpacedRepetitionConfig) -> bool:
    own = (tag for tag in signs.tags if tag not in DEFAULT_SIGNS.tags)
    return bool(_CARDS.search(text)) or any(tag in text for tag in own)


def _without_tags(tokens: Sequence[Token], signs: SpacedRepetitionConfig) -> Iterator[Token]:
    hidden = 0
    for index, token in enumerate(tokens):
        if hidden:
            hidden -= 1
            continue
        inline = tokens[index + 1] if token.type in ("heading_open", "paragraph_open") else None
        if inline is None or "#" not in inline.content or _marks(inline.content, signs):
            yield token
            continue
        found: list[str] = []
        lines = [_taken(line, found) for line in inline.content.split("\n")]
        if found:
            inline.content = "\n".join(line for line in lines if line.strip())
            comment = f"{KEPT} {' '.join(found)}"
            if not inline.content and token.type == "paragraph_open":
                yield Token("comment", "", 0, content=comment, block=True, level=token.level, map=token.map)
                hidden = 2
                continue
            inline.content += f"<!--{comment}-->"
        yield token


def _taken(line: str, found: list[str]) -> str:
    """A line without the tags that it ends with."""
    if _ALONE.fullmatch(line):
        found += _ONE.findall(line)
        return ""
    words = list(_WORD.finditer(line))
    last = next((place for place in reversed(range(len(words))) if not _ONE.fullmatch(words[place][0])), -1)
    if last in (-1, len(words) - 1):
        return line
    found += [word[0] for word in words[last + 1 :]]
    return line[: words[last].end()]


def install(md: MarkdownIt) -> None:
    """Once blocks are known, before what stands in them is read."""
    md.core.ruler.after("block", "hashtags", keep_tags)
