"""What other flashcard tools keep in notes: ids and schedules, decks, tags.

In: tokens and front matter. Out: `Foreign`. The one place that knows how each tool spells them. `markdown.tool_lines`
has made comments of such lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from exporter.reading.markdown.hashtags import KEPT

MOST_TAGS = 100
"""Of a file, a section or a question: each card below has all of them."""

_ID = re.compile(
    r"SR:|guid:|ID:|\^[\w-]+$|\([0-9a-f]{8}-[0-9a-f-]{27}\)$|(?:id|card-[a-z-]+):: |nid:|md2apkg\b|notecardId"
)
_DECK = re.compile(r"(?:\#+ )?(?:TARGET DECK|Deck)\s*:(?=\n*.)\s*+(.*)", re.IGNORECASE)
_TAGS = re.compile(r"(?:FILE TAGS|Tags)\s*:(?=\n*.)\s*+(.*)", re.IGNORECASE)
_TARGET_DECK = re.compile(r"^(?:\#+ )?TARGET DECK(?:\s*+:|[^\S\n]*+\n)\s*+(.+)$", re.MULTILINE)
_FILE_TAGS = re.compile(r"^FILE TAGS(?:\s*+:|[^\S\n]*+\n)\s*+(.+)$", re.MULTILINE)
_LINKED_TAG = re.compile(r"\[#([^\[\]]+)\]\(")


@dataclass(frozen=True, slots=True)
class Foreign:
    """`ids` as they are written (schedules too), `deck` with `::` between its levels ("" for none), and `tags`.

    `hashtags` are those of an editor's, which say something of what they stand in and of nothing below it.
    """

    ids: tuple[str, ...] = ()
    deck: str = ""
    tags: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()


def read_foreign(tokens: Iterable[Token]) -> Foreign:
    """What the comments among the tokens say; of several decks the last."""
    ids: list[str] = []
    tags: list[str] = []
    hashtags: list[str] = []
    deck = ""
    for words in _comments(tokens):
        if match := _DECK.fullmatch(words):
            deck = read_deck(match[1])
        elif match := _TAGS.fullmatch(words):
            tags += read_tags(match[1])
        elif words.startswith(KEPT):
            hashtags += read_tags(words.removeprefix(KEPT))
        elif _ID.match(words):
            ids.append(words)
        else:
            tags += map(str.strip, _LINKED_TAG.findall(words))
    return Foreign(tuple(ids), deck, tuple(dict.fromkeys(tags))[:MOST_TAGS], tuple(dict.fromkeys(hashtags))[:MOST_TAGS])


def read_file(text: str) -> Foreign:
    """What Obsidian_to_Anki's `TARGET DECK` and `FILE TAGS` say of a whole file, wherever they stand."""
    deck, tags = (
        next((match[1] for match in pattern.finditer(text)), "") if word in text else ""
        for word, pattern in (("TARGET DECK", _TARGET_DECK), ("FILE TAGS", _FILE_TAGS))
    )
    return Foreign((), read_deck(deck), read_tags(tags)[:MOST_TAGS])


def read_deck(text: str) -> str:
    """A deck's name with `::` between its levels; some tools write `/`."""
    name = text.strip().strip("\"'[]")
    parts = re.split(r"::|(?<=\S)/(?=\S)", name)
    return "::".join(part.strip() for part in parts if part.strip())


def read_tags(text: str) -> tuple[str, ...]:
    """Tags by spaces or commas, with `#` or without."""
    return tuple(tag for part in re.split(r"[,\s]+", text) if (tag := part.strip("#[]\"' ")))


def is_foreign(token: Token) -> bool:
    """Whether a token is a comment that belongs to a tool."""
    return any(_is_known(words) for words in _comments((token,)))


def deck_of_tag(tags: Sequence[str]) -> str:
    """The deck that Obsidian's Spaced Repetition names by a tag: `flashcards/physics/optics`."""
    for tag in tags:
        head, _, path = tag.partition("/")
        if head.lower() in ("flashcards", "flashcard") and path:
            return read_deck(path)
    return ""


def _is_known(words: str) -> bool:
    return bool(
        words.startswith(KEPT)
        or _ID.match(words)
        or _DECK.fullmatch(words)
        or _TAGS.fullmatch(words)
        or _LINKED_TAG.match(words)
    )


def _comments(tokens: Iterable[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type != "comment" and "<!--" not in token.content:
            continue
        for comment in (token, *(token.children or ())):
            content = comment.content.strip()
            if comment.type == "comment" or (comment.type == "html_inline" and content.startswith("<!--")):
                yield content.removeprefix("<!--").removesuffix("-->").strip()
