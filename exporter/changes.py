"""What an edition changes, for an author to look through before it goes out: as text and as JSON.

In: the locks before and after, and the matching between. Out: `Changes`. Says honestly what Anki does with them: a
package updates and adds notes, and never moves a card or deletes one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rich.markup import escape

from exporter.identity import Entry, How, Link, Lock, Matching, Offer, pair_id, question_key

_SHOWN = 20
"""Changes of one kind that the text lists; JSON lists all."""


class Kind(StrEnum):
    """What became of a note. One can be reworded, edited and moved at once.

    `recorded` is a change of the lock alone, such as an `{#id}`.
    """

    NEW = "new"
    RESTORED = "restored"
    REWORDED = "reworded"
    EDITED = "edited"
    MOVED = "moved"
    RENUMBERED = "renumbered"
    RECORDED = "recorded"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Change:
    """A note that is not as it was. `id` undoes a link that the question's own text did not make."""

    kinds: tuple[Kind, ...]
    before: Entry | None
    after: Entry
    line: int = 0
    how: How = How.NEW
    id: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """Notes that changed their file or deck together."""

    before: str
    after: str
    notes: int


@dataclass(frozen=True, slots=True)
class Changes:
    """An edition against the last one. `tombstones` counts the removed notes that the package still names."""

    number: int
    notes: tuple[Change, ...]
    files: tuple[Moved, ...]
    decks: tuple[Moved, ...]
    notetypes: tuple[str, ...]
    tombstones: int
    unchanged: int
    offers: tuple[Offer, ...]

    @property
    def counts(self) -> dict[Kind, int]:
        """How many notes there are of each kind of change, without zeros."""
        counts = Counter(kind for change in self.notes for kind in change.kinds)
        return {kind: counts[kind] for kind in Kind if counts[kind]}

    def __str__(self) -> str:
        parts = [f"{count} {kind}" for kind, count in self.counts.items()]
        types = "a new look" if self.notetypes else ""
        return ", ".join(filter(None, [*parts, types])) or "nothing changes"


def compare(before: Lock, after: Lock, matching: Matching, offers: tuple[Offer, ...], *, tombstones: int) -> Changes:
    """Everything that the lock after says differently from the lock before."""
    entries = {entry.guid: entry for entry in after.notes}
    files = _renamed(matching)
    renamed = {(moved.before, moved.after) for moved in files}
    found = [_compare_link(link, entries[link.guid], renamed) for link in matching.links]
    changes = [change for change in found if change.kinds]
    gone = [entry for entry in matching.vanished if not entry.removed]
    removed = [Change((Kind.REMOVED,), entry, entries[entry.guid]) for entry in gone]
    types = tuple(sorted(key for key, entry in after.notetypes.items() if entry != before.notetypes.get(key, entry)))
    moves = ((link.entry.deck, entries[link.guid].deck) for link in matching.links if link.entry and link.entry.deck)
    decks = _count_moves((old, new) for old, new in moves if old != new)
    unchanged = len(found) - len(changes)
    return Changes(after.edition, (*changes, *removed), files, decks, types, tombstones, unchanged, offers)


def _compare_link(link: Link, after: Entry, renamed: set[tuple[str, str]]) -> Change:
    before, line = link.entry, link.placed.card.span.line
    if before is None:
        return Change((Kind.NEW,), None, after, line)
    checks = {
        Kind.RESTORED: before.removed,
        Kind.REWORDED: question_key(before.question) != question_key(after.question),
        Kind.MOVED: before.path != after.path and (before.path, after.path) not in renamed,
        Kind.RENUMBERED: before.number != after.number,
    }
    kinds = [kind for kind, is_so in checks.items() if is_so]
    content = before.digest != after.digest and not before.removed
    if content and (before.answer != after.answer or (not kinds and before.path == after.path)):
        kinds.append(Kind.EDITED)
    if not kinds and (before.key, before.nth, before.gaps) != (after.key, after.nth, after.gaps):
        kinds.append(Kind.RECORDED)
    undo = pair_id(before, link.placed.question) if link.how in (How.ANSWER, How.DECISION) else ""
    return Change(tuple(sorted(kinds, key=list(Kind).index)), before, after, line, link.how, undo)


def _renamed(matching: Matching) -> tuple[Moved, ...]:
    """Files that are gone, and the new file that took over at least half of their notes."""
    links = [link for link in matching.links if link.entry]
    moves = Counter((link.entry.path, link.placed.path) for link in links if link.entry)
    totals = Counter(link.entry.path for link in links if link.entry)
    here = {link.placed.path for link in matching.links}
    found = [
        Moved(old, new, count)
        for (old, new), count in sorted(moves.items())
        if old not in here and new not in totals.keys() - {old} and 2 * count >= totals[old]
    ]
    heirs = [
        moved for moved in found if not any(other.after == moved.after and other.notes > moved.notes for other in found)
    ]
    return tuple(moved for moved in heirs if moves[moved.after, moved.after] == 0)


def _count_moves(moves: Iterable[tuple[str, str]]) -> tuple[Moved, ...]:
    return tuple(Moved(old, new, count) for (old, new), count in sorted(Counter(moves).items()))


def changes_as_json(changes: Changes) -> dict[str, Any]:
    """All changes and offers."""
    return {
        "edition": changes.number,
        "counts": {str(kind): count for kind, count in changes.counts.items()},
        "unchanged": changes.unchanged,
        "tombstones": changes.tombstones,
        "notes": [_change_as_json(change) for change in changes.notes],
        "files": [{"before": moved.before, "after": moved.after, "notes": moved.notes} for moved in changes.files],
        "decks": [{"before": moved.before, "after": moved.after, "notes": moved.notes} for moved in changes.decks],
        "notetypes": list(changes.notetypes),
        "offers": [_offer_as_json(offer) for offer in changes.offers],
    }


def _change_as_json(change: Change) -> dict[str, Any]:
    return {
        "guid": change.after.guid,
        "changes": [str(kind) for kind in change.kinds],
        "before": _entry_as_json(change.before) if change.before else None,
        "after": None if Kind.REMOVED in change.kinds else {**_entry_as_json(change.after), "line": change.line},
        "found_by": str(change.how) if change.before and Kind.REMOVED not in change.kinds else None,
        **({"id": change.id} if change.id else {}),
    }


def _entry_as_json(entry: Entry) -> dict[str, str]:
    return {"question": entry.question, "number": entry.number, "path": entry.path, "deck": entry.deck}


def _offer_as_json(offer: Offer) -> dict[str, Any]:
    candidates = [
        {
            "id": candidate.id,
            "question": candidate.link.placed.card.text,
            "path": candidate.link.placed.path,
            "line": candidate.link.placed.card.span.line,
            "guid": candidate.link.guid,
            "title": round(candidate.title, 2),
            "answer": round(candidate.answer, 2),
        }
        for candidate in offer.candidates
    ]
    entry = offer.entry
    return {
        "guid": entry.guid,
        "question": entry.question,
        "path": entry.path,
        "removed": entry.removed,
        "candidates": candidates,
    }


def changes_as_text(changes: Changes) -> Iterator[str]:
    """The same for people: lines in rich's markup."""
    unchanged = f", {changes.unchanged} unchanged" if changes.unchanged else ""
    yield f"[bold]edition {changes.number}[/]  {changes}{unchanged}"
    for kind in changes.counts:
        yield f"[bold]{kind}[/]"
        yield from _some([_line(change, kind) for change in changes.notes if kind in change.kinds])
    if changes.files:
        yield "[bold]files renamed[/]"
        yield from _some([_moved(moved) for moved in changes.files])
    if changes.decks:
        yield "[bold]decks[/]  Anki leaves the cards that readers have where they are;"
        yield "  a reader who renames the deck before the import, or moves the cards, has all in one place"
        yield from _some([_moved(moved) for moved in changes.decks])
    if changes.notetypes:
        yield f"[bold]look[/]  the cards' design changed ({', '.join(changes.notetypes)}); the import brings it"
    if changes.tombstones:
        yield f"[bold]tombstones[/]  {_notes(changes.tombstones)} shipped only to say what was removed"
    if changes.offers:
        yield from _offers(changes.offers)


def _some(lines: Sequence[str]) -> Iterator[str]:
    yield from (f"  {line}" for line in lines[:_SHOWN])
    if len(lines) > _SHOWN:
        yield f"  [dim]and {len(lines) - _SHOWN} more; --json lists all[/]"


def _line(change: Change, kind: Kind) -> str:
    after, before = change.after, change.before
    place = f"  [dim]{escape(after.path)}{f':{change.line}' if change.line else ''}[/]"
    question = escape(after.question)
    if before is None:
        return question + place
    match kind:
        case Kind.REWORDED:
            by = "as you said" if change.how is How.DECISION else "by its answer"
            undo = f"[dim], {by} (--refuse {change.id} undoes it)[/]" if change.id else ""
            return f"{escape(before.question)} [cyan]→[/] {question}{place}{undo}"
        case Kind.MOVED:
            return f"{question}  [dim]{escape(before.path)} →[/]{place}"
        case Kind.RENUMBERED:
            return f"{question}  {escape(before.number or '–')} [cyan]→[/] {escape(after.number or '–')}{place}"
        case _:
            return question + place


def _moved(moved: Moved) -> str:
    return f"{escape(moved.before)} [cyan]→[/] {escape(moved.after)}  [dim]{_notes(moved.notes)}[/]"


def _offers(offers: Sequence[Offer]) -> Iterator[str]:
    yield "[bold yellow]maybe the same[/]  only you can tell: --accept or --refuse the id before a question, or all;"
    yield "  without a word, the old question is removed and the other one is new"
    for offer in offers:
        gone = ", removed before" if offer.entry.removed else ""
        yield f"  {escape(offer.entry.question)}  [dim]{escape(offer.entry.path)}{gone}[/]"
        for candidate in offer.candidates:
            card = candidate.link.placed.card
            alike = f"title {candidate.title:.0%}" + (f", answer {candidate.answer:.0%}" if candidate.answer else "")
            place = f"{escape(card.span.path)}:{card.span.line}"
            yield f"    [yellow]{candidate.id}[/] {escape(card.text)}  [dim]{place}, {alike}[/]"


def _notes(count: int) -> str:
    return "1 note" if count == 1 else f"{count} notes"
