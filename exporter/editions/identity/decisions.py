"""The author's word on an offer, kept in the lock.

In: the lock, the matching with its offers, and what the author typed. Out: the lock with the decisions, or errors. A
decision stands on the line of the old note, and becomes an ordinary link with the next build.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from exporter.diagnostics import Diagnostic, Outcome, report, suggest
from exporter.editions.identity.lock import Entry, Lock
from exporter.editions.identity.matching import How, Link, Matching
from exporter.editions.identity.offers import Offer, pair_id
from exporter.reading.text_fingerprints import question_key

ALL = "all"


def decide(
    lock: Lock, matching: Matching, offers: Sequence[Offer], *, accept: Iterable[str] = (), refuse: Iterable[str] = ()
) -> Outcome[Lock]:
    """Write decisions into the lock.

    `accept` and `refuse` hold ids of pairs; "all" accepts the first candidate of each offer, or refuses every offer
    that is not accepted. `accept` also takes `<file>:<line>=<guid>` for a link that was not offered.
    """
    pairs = _named_pairs(matching, offers)
    entries = {entry.guid: entry for entry in lock.notes}
    unknown: list[str] = []
    accepted: dict[str, Link] = {}
    for name in accept:
        if name == ALL:
            accepted = {**{entry.guid: link for entry, link in _top_pairs(offers)}, **accepted}
        elif pair := _free_pair(name, matching, entries) if "=" in name else pairs.get(name):
            accepted[pair[0].guid] = pair[1]
        else:
            unknown.append(name)
    for guid, link in accepted.items():
        entries[guid] = entries[guid]._replace(becomes=(link.placed.path, link.placed.card.text))
    for name in refuse:
        if name == ALL:
            guids = [offer.entry.guid for offer in offers if offer.entry.guid not in accepted]
            entries |= {guid: entries[guid]._replace(refused=("*",)) for guid in guids}
        elif pair := pairs.get(name):
            entry = entries[pair[0].guid]
            refused = tuple(sorted({*entry.refused, pair[1].placed.question}))
            entries[entry.guid] = entry._replace(refused=refused, becomes=())
        else:
            unknown.append(name)
    return Outcome(replace(lock, notes=tuple(entries.values())), tuple(_unknown(name, pairs) for name in unknown))


def _named_pairs(matching: Matching, offers: Iterable[Offer]) -> dict[str, tuple[Entry, Link]]:
    """Everything that can be decided: the offers, and the links that were not made by the question's own text."""
    pairs = {c.id: (offer.entry, c.link) for offer in offers for c in offer.candidates}
    for link in matching.links:
        if link.entry and link.how in (How.ANSWER, How.SIDE, How.DECISION):
            pairs[pair_id(link.entry, link.placed.question)] = (link.entry, link)
    return pairs


def _top_pairs(offers: Iterable[Offer]) -> list[tuple[Entry, Link]]:
    """The first candidate of each offer, the surest first; a card that two notes claim goes to the surer one."""
    taken: set[int] = set()
    top: list[tuple[Entry, Link]] = []
    for offer in sorted(offers, key=lambda offer: -offer.candidates[0].rank):
        link = offer.candidates[0].link
        if link.placed.index not in taken:
            taken.add(link.placed.index)
            top.append((offer.entry, link))
    return top


def _free_pair(name: str, matching: Matching, entries: Mapping[str, Entry]) -> tuple[Entry, Link] | None:
    place, _, guid = name.rpartition("=")
    for link in matching.links:
        span = link.placed.card.span
        if guid in entries and (place == f"{span.path}:{span.line}" or question_key(place) == link.placed.question):
            return entries[guid], link
    return None


def _unknown(name: str, pairs: Mapping[str, object]) -> Diagnostic:
    form = "<file>:<line>=<guid>, with a guid of the lock" if "=" in name else 'the id beside an offer, or "all"'
    message = f'there is nothing to decide about "{name}"'
    return report("decision-unknown", None, message, suggest(name, pairs) or f"give {form}")
