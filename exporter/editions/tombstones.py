"""Removed questions, as a package says that they are gone.

In: the lock. Out: for each note that was removed lately, the same note with its last question and a line that says so,
tagged `make-deck::removed`. Importing a package never deletes anything, so this is how a reader learns of it: the
cards keep their history and can be found by the tag. The answer is gone from the notes, so it cannot be kept; a cloze
keeps its text. Such a note has no card in the package: who gets the deck for the first time is never asked it (tried
on the real backend; only "Check Database" makes a card of it, which the tag finds).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from exporter.cards.anki_syntax import field_html
from exporter.cards.naming import tag_part
from exporter.editions.identity import Entry, Lock
from exporter.machinery.html_text import Html, escape
from exporter.model import Note, NoteType
from exporter.source import Span

REMOVED_TAG = "make-deck::removed"
_MOST_GAPS = 20_000
"""Of all removed questions: a number in a lock may stand for five hundred."""

_WORDS: Mapping[str, str] = {
    "en": "This question was removed from the deck. Your review history is kept; the tag make-deck::removed finds all "
    "such notes, to delete or to keep.",
    "zh": "这道题已从牌组中移除，复习记录仍然保留。"
    "用标签 make-deck::removed 可以找到所有这样的笔记，删除或留下都可以。",
}


def recently_removed(lock: Lock, edition: int, editions: int) -> tuple[Entry, ...]:
    """The entries whose tombstones travel with an edition: removed in it or in one of the `editions - 1` before it."""
    removed = (entry for entry in lock.notes if entry.removed and edition - entry.edition < editions)
    return tuple(sorted(removed, key=lambda entry: entry.guid))


def plan_tombstones(
    entries: Iterable[Entry], notetypes: Mapping[str, NoteType], *, deck: str, lang: str, tags: tuple[str, ...] = ()
) -> Iterator[Note]:
    """The tombstones of removed notes. They stand in the root deck: cards that readers have stay where they are."""
    words = _WORDS.get(lang.partition("-")[0].lower(), _WORDS["en"])
    room = _MOST_GAPS
    for due, entry in enumerate(entries):
        count = min(entry.gaps, max(room, 1))
        room -= count
        gaps = Html().join(
            Html("<br>{{{{c{}::{}}}}}").format(number, words if number == 1 else "…") for number in range(1, count + 1)
        )
        fields = {
            "Question": escape(entry.question, quote=False) + gaps,
            "Answer": Html('<p class="removed">{}</p>').format(words),
            "Number": escape(entry.number, quote=False),
            "Source": escape(entry.path, quote=False),
            "Lang": escape(lang),
            "Key": escape(entry.guid),
        }
        values = tuple(field_html(fields.get(name, Html())) for name in notetypes[entry.kind].field_names)
        place = Span(entry.path)
        yield Note(entry.guid, entry.kind, deck, values, (*map(tag_part, tags), REMOVED_TAG), (), due, place, entry.mod)
