"""Each question finds the note that it was in another tool.

In: the chapters, the old notes, and the lock. Out: a `TakeOver`: what keeps its history, what is offered, what is new, and
what is left behind; and the lock that says so. The ids in the notes lead first; else questions and answers are compared as
those of two editions are (`identity`). But an export may hold all that its owner ever learnt, so that the same question
is only taken where the answer is the same, too; else it is offered.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from exporter.diagnostics import Diagnostic, Outcome, failed, report
from exporter.editions.identity import (
    LIKELY,
    Candidate,
    Entry,
    How,
    Link,
    Lock,
    Matching,
    Offer,
    find_offers,
    match_cards,
    pair_id,
)
from exporter.editions.identity.answer_likeness import answer_likeness
from exporter.editions.identity.compared_cards import Placed, place_cards
from exporter.editions.moving_in.ids import index_ids, written_ids
from exporter.editions.moving_in.old_notes import OldNote
from exporter.editions.moving_in.sides import read_sides
from exporter.model import Card, CardKind, Chapter, Item
from exporter.reading.text_fingerprints import grams, question_key, read_sketch, render_sketch

_SAME_ANSWER = 0.5
"""How alike the answers of equal questions are at least: "Summary?" stands in many decks."""

_SAME_QUESTION = 0.9
"""How alike questions are at least for "all" to accept an offer whose answers differ: "What is a … in a cell?" are alike
to 0.7, and another card's history is worse than none."""

ALL = "all"


@dataclass(frozen=True, slots=True)
class Kept:
    """A question with the note that it was, and by what that was found."""

    placed: Placed
    note: OldNote
    how: How


@dataclass(frozen=True, slots=True)
class TakeOver:
    """What moving in does. `known` questions stand in the lock already, and keep what they have there.

    `new` questions have no note and no offer.
    `strayed` counts ids in the notes that lead to no note of the export.
    """

    kept: tuple[Kept, ...] = ()
    offers: tuple[Offer, ...] = ()
    new: tuple[Placed, ...] = ()
    known: int = 0
    left: tuple[OldNote, ...] = ()
    strayed: int = 0


def find_old_notes(
    chapters: Sequence[Chapter], notes: Sequence[OldNote], lock: Lock, *, accept: Iterable[str] = (), anew: bool = False
) -> Outcome[TakeOver]:
    """Find each question's old note. `anew` gives questions another identity than the lock has of them.

    `accept` holds ids of offers; "all" accepts the first candidate of each that is much alike.
    """
    book = place_cards(chapters)
    known = set() if anew else _known(chapters, lock)
    taken = set() if anew else {entry.guid for entry in lock.notes}
    free = [note for note in notes if note.guid not in taken]
    followed = _follow_ids([placed for placed in book if placed.index not in known], free)
    if failed(followed.diagnostics):
        return Outcome(TakeOver(), followed.diagnostics)
    by_id, strayed = followed.value
    entries = _as_entries(free, frozenset(placed.question for placed in book))
    plain = _plainly(chapters, known, {index: entries[note.guid] for index, note in by_id.items()})
    by_guid = {note.guid: entries[note.guid]._replace(key=note.guid) for note in by_id.values()}
    old = Lock(tuple({**entries, **by_guid}.values()))
    matching, doubtful = _sift(match_cards(plain, old, ""))
    likely = _nearest((*doubtful, *find_offers(matching, old, 0)))
    offers, accepted, unknown = _settle(likely, set(accept))
    homes = {link.placed.index: link for link in (*matching.links, *accepted) if link.entry}
    offers = tuple(offer for offer in offers if offer.candidates[0].link.placed.index not in homes)
    origin = {note.guid: note for note in free}
    kept = tuple(Kept(book[index], origin[link.guid], link.how) for index, link in sorted(homes.items()))
    gone = {*(one.note.guid for one in kept), *(offer.entry.guid for offer in offers)}
    settled = {*homes, *known, *(offer.candidates[0].link.placed.index for offer in offers)}
    new = tuple(placed for placed in book if placed.index not in settled)
    left = tuple(note for note in free if note.guid not in gone)
    return Outcome(TakeOver(kept, offers, new, len(known), left, strayed), tuple(map(_unknown, sorted(unknown))))


def take_over(lock: Lock, taken: TakeOver) -> Lock:
    """The lock in which the questions have the identity of their old notes, instead of any other that it had of them."""
    homes = {(one.placed.path, one.placed.question, one.placed.nth) for one in taken.kept}
    entries = {
        entry.guid: entry
        for entry in lock.notes
        if (entry.path, question_key(entry.question), entry.nth) not in homes or entry.removed
    }
    for one in taken.kept:
        placed, card = one.placed, one.placed.card
        entries[one.note.guid] = Entry(
            guid=one.note.guid,
            path=placed.path,
            question=card.text,
            digest="",
            mod=one.note.mod,
            number=card.number,
            nth=placed.nth,
            kind=str(card.kind),
            key=card.key,
            answer=card.sketch,
        )
    return replace(lock, notes=tuple(entries.values()))


def _known(chapters: Sequence[Chapter], lock: Lock) -> set[int]:
    """The places of the questions that the lock has."""
    if not lock.notes:
        return set()
    return {link.placed.index for link in match_cards(chapters, lock, lock.identity).links if link.entry}


def _follow_ids(cards: Sequence[Placed], notes: Sequence[OldNote]) -> Outcome[tuple[dict[int, OldNote], int]]:
    """The notes that the ids in the notes lead to, and how many lead nowhere; an error where two cards have one id."""
    index = index_ids(notes)
    found: dict[int, OldNote] = {}
    first: dict[str, Placed] = {}
    taken: set[str] = set()
    strayed = 0
    for placed in cards:
        names = [name for name in written_ids(placed.card.foreign_ids) if name not in first]
        for name in written_ids(placed.card.foreign_ids):
            if name in first:
                message = f'the id {name} also stands at "{first[name].card.text}", line {first[name].card.span.line}'
                hint = "leave it at the question that it belongs to, and delete the other"
                return Outcome(({}, 0), (report("id-twice", placed.card.span, message, hint),))
        homes = [note for name in names for note in index.get(name, ()) if note.guid not in taken]
        if homes:
            found[placed.index] = homes[0]
            taken.add(homes[0].guid)
        strayed += bool(names) and not homes
        first |= dict.fromkeys(names, placed)
    return Outcome((found, strayed))


def _as_entries(notes: Iterable[OldNote], keys: Collection[str]) -> dict[str, Entry]:
    """Old notes as a lock would have them, by guid. What stood before one in its deck is the one that it follows."""
    entries: dict[str, Entry] = {}
    last: dict[str, str] = {}
    seen: Counter[tuple[str, str]] = Counter()
    for note in notes:
        sides = read_sides(note, keys)
        place = (note.deck, question_key(sides.question))
        entries[note.guid] = Entry(
            guid=note.guid,
            path=note.deck,
            question=sides.question,
            digest="",
            mod=note.mod,
            nth=seen[place],
            kind=CardKind.CLOZE if sides.is_cloze else CardKind.BASIC,
            answer=render_sketch(grams(sides.answer)),
            follows=last.get(note.deck, ""),
        )
        last[note.deck] = note.guid
        seen[place] += 1
    return entries


def _plainly(chapters: Sequence[Chapter], known: Collection[int], by_id: Mapping[int, Entry]) -> list[Chapter]:
    """The chapters with cards of two kinds, as other tools have them; a card that has an id is of its note's kind.

    Those that the lock knows are of a third, which no old note has.
    """
    count = itertools.count()

    def plain(item: Item) -> Item:
        if not isinstance(item, Card):
            return item
        index = next(count)
        if index in known:
            return replace(item, kind=CardKind.CHOICE, key="")
        if index in by_id:
            return replace(item, kind=CardKind(by_id[index].kind), key=by_id[index].guid)
        return replace(item, kind=CardKind.CLOZE if item.kind is CardKind.CLOZE else CardKind.BASIC, key="")

    return [replace(chapter, items=tuple(map(plain, chapter.items))) for chapter in chapters]


def _sift(matching: Matching) -> tuple[Matching, list[Offer]]:
    """Without the links of equal questions whose answers differ, which are offered instead."""
    links: list[Link] = []
    doubtful: list[Offer] = []
    for link in matching.links:
        entry, placed = link.entry, link.placed
        if entry is None or link.how is not How.TEXT:
            links.append(link)
            continue
        alike = answer_likeness(read_sketch(entry.answer), placed.pieces())
        if alike >= _SAME_ANSWER:
            links.append(link)
            continue
        links.append(Link(placed, "", None, How.NEW))
        candidate = Candidate(pair_id(entry, placed.question), links[-1], 1 + alike, 1 + alike, 1.0, alike)
        doubtful.append(Offer(entry, (candidate,)))
    return replace(matching, links=tuple(links)), doubtful


def _nearest(offers: Iterable[Offer]) -> list[Offer]:
    """One old note for each question, the likeliest: an export may hold thousands that share some words with it."""
    found: dict[int, Offer] = {}
    for offer in sorted(offers, key=lambda offer: -offer.candidates[0].rank):
        if offer.candidates[0].score >= LIKELY:
            found.setdefault(offer.candidates[0].link.placed.index, offer)
    return list(found.values())


def _settle(offers: Iterable[Offer], accept: set[str]) -> tuple[tuple[Offer, ...], list[Link], set[str]]:
    """The offers that are left, the links that were accepted, and the ids that name nothing. The surest comes first."""
    left: list[Offer] = []
    links: dict[int, Link] = {}
    ids: set[str] = set()
    for offer in sorted(offers, key=lambda offer: -offer.candidates[0].rank):
        ids |= {candidate.id for candidate in offer.candidates}
        named = [candidate for candidate in offer.candidates if candidate.id in accept]
        first = offer.candidates[0]
        is_strong = first.title >= _SAME_QUESTION or first.answer >= _SAME_ANSWER
        chosen = named or ((first,) if ALL in accept and is_strong else ())
        free = [candidate.link.placed for candidate in chosen if candidate.link.placed.index not in links]
        if free:
            links[free[0].index] = Link(free[0], offer.entry.guid, offer.entry, How.DECISION)
        else:
            left.append(offer)
    return tuple(left), list(links.values()), accept - ids - {ALL}


def _unknown(name: str) -> Diagnostic:
    return report(
        "decision-unknown", None, f'there is nothing to decide about "{name}"', 'give the id beside an offer, or "all"'
    )
