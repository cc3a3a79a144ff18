"""The changes of an edition for an author to look through before it goes out: as text and as JSON.

In: `Changes`. Says honestly what Anki does with them: a package updates and adds notes, and never moves a card or
deletes one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from exporter.editions.changes.compare import Change, Changes, Kind, Moved, Reread
from exporter.editions.identity import Entry, How, Offer
from exporter.machinery.printable import printable_rich

_SHOWN = 20
"""Changes of one kind that the text lists; JSON lists all."""


_FOUND_BY = {How.DECISION: "as you said", How.ANSWER: "by its answer", How.SIDE: "by its other side and its place"}


def changes_as_json(changes: Changes) -> dict[str, Any]:
    """All changes and offers."""
    return {
        "edition": changes.number,
        "counts": {str(kind): count for kind, count in changes.counts.items()},
        "since": "build" if changes.unreleased else "release",
        "unchanged": changes.unchanged,
        "tombstones": changes.tombstones,
        "written_over": changes.written_over,
        "notes": [_change_as_json(change) for change in changes.notes],
        "files": [{"before": moved.before, "after": moved.after, "notes": moved.notes} for moved in changes.files],
        "decks": [{"before": moved.before, "after": moved.after, "notes": moved.notes} for moved in changes.decks],
        "notetypes": list(changes.notetypes),
        "reread": [{"path": r.path, "before": r.before, "after": r.after} for r in changes.reread],
        "held": [{"path": r.path, "before": r.before, "after": r.after} for r in changes.held],
        "offers": [_offer_as_json(offer) for offer in changes.offers],
    }


def _change_as_json(change: Change) -> dict[str, Any]:
    return {
        "guid": change.after.guid,
        "changes": [str(kind) for kind in change.kinds],
        "before": _entry_as_json(change.before) if change.before else None,
        "after": None if change.is_gone else {**_entry_as_json(change.after), "line": change.line},
        "found_by": str(change.how) if change.before and not change.is_gone else None,
        **({"whole": {"guid": change.whole.guid, **_entry_as_json(change.whole)}} if change.whole else {}),
        **({"deck": change.deck} if change.deck else {}),
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
    if changes.unreleased:
        yield "[dim]  since the last build: until the first release, each one counts as an edition that readers have;[/]"
        yield "[dim]  that release counts all notes as new[/]"
    for kind in changes.counts:
        yield f"[bold]{kind}[/]"
        yield from _some([_line(change, kind) for change in changes.notes if kind in change.kinds])
    yield from _moves(changes)
    if changes.notetypes:
        yield f"[bold]look[/]  the cards' design changed ({', '.join(changes.notetypes)}); the import brings it"
    if changes.written_over:
        yield f"[bold]written over[/]  {_notes(changes.written_over)} that readers have, with their own tags and edits in them"
    if changes.reread:
        yield "[bold yellow]read otherwise[/]  make-deck finds other questions in these files than for the last edition;"
        yield "  the old rule in \\[questions] of deck.toml, or `cards:` in a file's front matter, keeps what readers have"
        yield from _some([_reread(reread) for reread in changes.reread])
    if changes.held:
        yield "[bold]held[/]  this version would read these files otherwise; they are read as for the last edition, until"
        yield '  "make-deck outline --choose" settles it'
        yield from _some([_reread(reread) for reread in changes.held])
    if changes.tombstones:
        yield f"[bold]tombstones[/]  {_notes(changes.tombstones)} shipped only to say what was removed"
    if changes.offers:
        yield from _offers(changes.offers)


def _moves(changes: Changes) -> Iterator[str]:
    if changes.files:
        yield "[bold]files renamed[/]"
        yield from _some([_moved(moved) for moved in changes.files])
    if changes.decks:
        yield "[bold]decks[/]  Anki leaves the cards that readers have where they are;"
        yield "  a reader who renames the deck before the import, or moves the cards, has all in one place"
        yield from _some([_moved(moved) for moved in changes.decks])


def _some(lines: Sequence[str]) -> Iterator[str]:
    yield from (f"  {line}" for line in lines[:_SHOWN])
    if len(lines) > _SHOWN:
        yield f"  [dim]and {len(lines) - _SHOWN} more; --json lists all[/]"


def _line(change: Change, kind: Kind) -> str:
    after, before = change.after, change.before
    place = f"  [dim]{printable_rich(after.path)}{f':{change.line}' if change.line else ''}[/]"
    question = printable_rich(after.question)
    if change.whole:
        joint = "from" if kind is Kind.SPLIT else "into"
        return f"{question}  [cyan]{joint}[/] {printable_rich(change.whole.question)}{place}"
    if change.deck:
        way = "from" if kind is Kind.CAME else "to"
        return f"{question}  [cyan]{way}[/] {printable_rich(change.deck)}{place}"
    if before is None:
        return question + place
    match kind:
        case Kind.REWORDED:
            undo = f"[dim], {_FOUND_BY[change.how]} (--refuse {change.id} undoes it)[/]" if change.id else ""
            moved = f"[dim], moved from {printable_rich(before.path)}[/]" if Kind.MOVED in change.kinds else ""
            return f"{printable_rich(before.question)} [cyan]→[/] {question}{place}{moved}{undo}"
        case Kind.MOVED:
            return f"{question}  [dim]{printable_rich(before.path)} →[/]{place}"
        case Kind.RETYPED:
            return f"{question}  {before.kind}, made [cyan]{after.kind}[/], so that its history begins anew{place}"
        case Kind.RENUMBERED:
            return f"{question}  {printable_rich(before.number or '–')} [cyan]→[/] {printable_rich(after.number or '–')}{place}"
        case Kind.EDITED if change.drafted:
            return f"{question}{place}[dim], in a draft, perhaps its question too[/]"
        case _:
            return question + place


def _reread(reread: Reread) -> str:
    return f"{printable_rich(reread.path)}  {printable_rich(reread.before)} [cyan]→[/] {printable_rich(reread.after)}"


def _moved(moved: Moved) -> str:
    return f"{printable_rich(moved.before)} [cyan]→[/] {printable_rich(moved.after)}  [dim]{_notes(moved.notes)}[/]"


def _offers(offers: Sequence[Offer]) -> Iterator[str]:
    yield "[bold yellow]maybe the same[/]  only you can tell: --accept or --refuse the id before a question, or all;"
    yield "  without a word, the old question is removed and the other one is new"
    for offer in offers:
        gone = ", removed before" if offer.entry.removed else ""
        yield f"  {printable_rich(offer.entry.question)}  [dim]{printable_rich(offer.entry.path)}{gone}[/]"
        for candidate in offer.candidates:
            card = candidate.link.placed.card
            alike = f"title {candidate.title:.0%}" + (f", answer {candidate.answer:.0%}" if candidate.answer else "")
            place = f"{printable_rich(card.span.path)}:{card.span.line}"
            yield f"    [yellow]{candidate.id}[/] {printable_rich(card.text)}  [dim]{place}, {alike}[/]"


def _notes(count: int) -> str:
    return "1 note" if count == 1 else f"{count} notes"
