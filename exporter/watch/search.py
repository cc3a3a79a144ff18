"""Search in everything that an author wrote: questions, answers, hints, tags, paths, ids.

In: a snapshot, and what was typed. Out: hits, best first, with what was found marked. All words must be found, in any
order; "quoted words" stand together; `-word` must not be found. `file:`, `tag:`, `kind:`, `has:` (problem, error,
warning, note) and `is:` (new, edited, …) narrow it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from exporter.cards.naming import tags_of
from exporter.config import Config
from exporter.model import Chapter
from exporter.watch.snapshot import Shown, Snapshot

_TERM = re.compile(r'(?P<no>-)?(?:(?P<name>file|tag|kind|has|is):)?(?:"(?P<quoted>[^"]+)"?|(?P<plain>[^\s"]+))')
_LINK = re.compile(r"!?\[([^\[\]\n]{0,300})\]\([^()\n]{0,500}\)|!?\[\[([^\[\]\n]{0,300})\]\]|<[^<>\n]{0,300}>")
"""Links, pictures and tags. Their lengths have an end, so that the time for a text grows as the text does."""
_LEAD = re.compile(r"\A(?:#{1,6} |>+ ?|(?:`{3}|~{3}).*)")
_MARKS = re.compile(r"\*\*|__|[`|]")
_GAP = re.compile(r"\{\{c\d{1,3}::|(?:::[^{}\n]{0,300})?\}\}")
"""What makes a gap of its words."""
_MOST_WORDS = 20
_MOST_IN_ORDER = 1000
"""Hits through which one goes with the keys."""
_EXCERPT = 110
"""Characters of an answer around the first hit."""


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed: `words` to find, `without` not to find, `filters` by name."""

    words: tuple[str, ...]
    without: tuple[str, ...]
    filters: tuple[tuple[str, str], ...]

    @classmethod
    def read(cls, typed: str) -> Query:
        """Any text is a query; an operator without a value is one that finds nothing yet hinders nothing."""
        words: list[str] = []
        without: list[str] = []
        filters: list[tuple[str, str]] = []
        for match in _TERM.finditer(typed):
            text = (match["quoted"] or match["plain"]).lower()
            if match["name"]:
                filters.append((match["name"], text))
            elif not re.fullmatch(r"(?:file|tag|kind|has|is):", text):
                (without if match["no"] else words).append(text)
        return cls(tuple(words[:_MOST_WORDS]), tuple(without[:_MOST_WORDS]), tuple(filters[:_MOST_WORDS]))


@dataclass(frozen=True, slots=True)
class Entry:
    """One card as it is searched. All but `file`, `front` and `body` is in small letters; `hay` is all of it."""

    shown: Shown
    file: str
    text: str
    front: str
    body: str
    tags: str
    path: str
    hay: str


@dataclass(frozen=True, slots=True)
class Around:
    """What filters ask for that is not in the notes themselves, by guid."""

    problems: Mapping[str, str]
    states: Mapping[str, Sequence[str]]


class Index:
    """The entries of a snapshot. A chapter that did not change is not read again. Not for two threads at once."""

    def __init__(self) -> None:
        self._chapters: dict[str, tuple[Chapter, Sequence[Shown], list[Entry]]] = {}
        self._entries: list[Entry] = []
        self._snapshot: Snapshot | None = None

    def update(self, snapshot: Snapshot) -> None:
        """Make the entries those of this snapshot."""
        if snapshot is self._snapshot:
            return
        known = self._chapters
        self._chapters = {}
        for path, chapter in snapshot.chapters.items():
            cards = snapshot.files[path]
            old = known.get(path)
            if old and old[0] is chapter and [c.guid for c in old[1]] == [c.guid for c in cards]:
                self._chapters[path] = old
            else:
                entries = [_entry(shown, snapshot.config) for shown in cards]
                self._chapters[path] = (chapter, cards, entries)
        self._entries = [entry for *_, entries in self._chapters.values() for entry in entries]
        self._snapshot = snapshot

    def search(self, typed: str, around: Around, *, start: int = 0, most: int = 60) -> dict[str, Any]:
        """Hits from `start` on, with how many there are in each file."""
        query = Query.read(typed)
        found = [entry for entry in self._entries if _fits(entry, query, around)]
        order = found
        if query.words:
            order = sorted(found, key=lambda entry: _rank(entry, query.words), reverse=True)
        return {
            "total": len(found),
            "of": len(self._entries),
            "files": Counter(entry.file for entry in found),
            "order": [entry.shown.guid for entry in order[:_MOST_IN_ORDER]],
            "hits": [_hit(entry, query.words) for entry in order[start : start + most]],
        }


def plain(markdown: str) -> str:
    """Markdown as words to search in and to show: without pictures' addresses, marks, and empty lines."""
    lines = (_LEAD.sub("", line.strip(), count=1) for line in markdown.split("\n") if line.strip(" \t|:-"))
    text = _LINK.sub(lambda match: match[1] or match[2] or " ", "\n".join(lines))
    return " ".join(_MARKS.sub(" ", _GAP.sub("", text)).split())


def _entry(shown: Shown, config: Config) -> Entry:
    card = shown.card
    bodies = (body.markdown for body in (card.back, card.hint, card.extra) if body)
    body = plain("\n".join(bodies))
    text = card.text.lower()
    tags = " ".join(tags_of(card, shown.chapter, config)).lower()
    path = card.span.path.lower()
    front = plain(card.front.markdown)
    hay = "\0".join((text, tags, path, *(part.lower() for part in (card.number, shown.guid, front, body))))
    return Entry(shown, card.span.path, text, front, body, tags, path, hay)


def _fits(entry: Entry, query: Query, around: Around) -> bool:
    hay = entry.hay
    for word in query.words:
        if word not in hay:
            return False
    if query.without and any(word in hay for word in query.without):
        return False
    return not query.filters or all(_passes(entry, name, value, around) for name, value in query.filters)


def _passes(entry: Entry, name: str, value: str, around: Around) -> bool:
    match name:
        case "file":
            return value in entry.path
        case "tag":
            return value in entry.tags
        case "kind":
            return str(entry.shown.card.kind).startswith(value.replace("-", ""))
        case "is":
            return any(state.startswith(value) for state in around.states.get(entry.shown.guid, ()))
        case _:
            found = around.problems.get(entry.shown.guid, "")
            return bool(found) if value.startswith("problem") else found == {"note": "info"}.get(value, value)


def _rank(entry: Entry, words: Sequence[str]) -> int:
    """A question that begins with a word before one that holds it, before its tags, its answer, its path."""
    rank = 0
    for word in words:
        at = entry.text.find(word)
        if at == 0:
            rank += 9
        elif at > 0:
            rank += 6 if entry.text[at - 1].isalnum() and word.isascii() else 7
        elif word in entry.tags:
            rank += 3
        else:
            rank += 1
    return rank


def _hit(entry: Entry, words: Sequence[str]) -> dict[str, Any]:
    shown = entry.shown
    marks = re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))), re.IGNORECASE) if words else None
    missing = [word for word in words if word not in entry.text]
    in_front = any(word in entry.front.lower() and word not in entry.body.lower() for word in missing)
    return {
        "id": shown.guid,
        "path": shown.card.span.path,
        "title": shown.chapter.title,
        "number": shown.card.number,
        "kind": str(shown.card.kind),
        "text": [*_marked(shown.card.text, marks)],
        "excerpt": [*_marked(_excerpt(entry.front if in_front else entry.body, missing or words), marks)],
    }


def _excerpt(body: str, words: Sequence[str]) -> str:
    """Some words around the first one that is found."""
    folded = body.lower()
    places = [place for word in words if (place := folded.find(word)) >= 0]
    start = max(0, min(places, default=0) - _EXCERPT // 3)
    if start:
        space = body.find(" ", start, start + 12)
        start = space + 1 if space >= 0 else start
    end = start + _EXCERPT
    return f"{'… ' if start else ''}{body[start:end]}{' …' if end < len(body) else ''}"


def _marked(text: str, marks: re.Pattern[str] | None) -> Iterator[str]:
    """A text in pieces: what was not found, what was found, what was not, and so on."""
    end = 0
    for match in marks.finditer(text) if marks else ():
        yield text[end : match.start()]
        yield match[0]
        end = match.end()
    yield text[end:]
