"""The locks of two branches become one.

In: the lock that both began from, and what each made of it. Out: one lock, in which no note loses its guid, no `mod` is
earlier than on either side, and what an author decided on one side holds. Where both changed the same note, what its
notes say after the merge decides with the next build: then the entry here only has to be late enough.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from exporter.editions.identity import Entry, Lock, TypeEntry, later

_T = TypeVar("_T")


def merge_locks(base: Lock, ours: Lock, theirs: Lock) -> Lock:
    """Three locks as one. Each side's own changes are taken over; `ours` wins where only one of two can be."""
    notes = _merge_tables(_by_guid(base), _by_guid(ours), _by_guid(theirs), _merge_entries)
    types = _merge_tables(base.notetypes, ours.notetypes, theirs.notetypes, _merge_types)
    rules = _merge_tables(base.rules, ours.rules, theirs.rules, lambda mine, _: mine)
    released, released_at = max((ours.released, ours.released_at), (theirs.released, theirs.released_at))
    identity = ours.identity or theirs.identity
    return Lock(tuple(notes.values()), types, identity, rules, released, released_at)


def _by_guid(lock: Lock) -> Mapping[str, Entry]:
    return {entry.guid: entry for entry in lock.notes}


def _merge_tables(
    base: Mapping[str, _T], ours: Mapping[str, _T], theirs: Mapping[str, _T], both: Callable[[_T, _T], _T]
) -> dict[str, _T]:
    """What one side changed, added or took away, it did; `both` settles what two sides changed.

    What one took away and the other changed stays.
    """
    merged: dict[str, _T] = {}
    for key in dict.fromkeys((*ours, *theirs)):
        old, mine, other = base.get(key), ours.get(key), theirs.get(key)
        kept = other if mine == old else mine if other == old else None
        if kept is None and old not in (mine, other):
            kept = both(mine, other) if mine is not None and other is not None else mine if other is None else other
        if kept is not None:
            merged[key] = kept
    return merged


def _merge_entries(ours: Entry, theirs: Entry) -> Entry:
    """A note that both sides changed: alive where one has it alive, the later text, all decisions."""
    first, second = sorted((ours, theirs), key=lambda entry: (not entry.removed, entry.mod), reverse=True)
    mod = max(ours.mod, theirs.mod)
    if ours.digest != theirs.digest and (ours.mod == theirs.mod or mod != first.mod):
        mod = later(mod, mod)  # readers of either side get what the merge says
    return first._replace(
        mod=mod,
        born=min(ours.born, theirs.born),
        edition=max(ours.edition, theirs.edition),
        becomes=first.becomes or second.becomes,
        refused=tuple(sorted({*ours.refused, *theirs.refused})),
    )


def _merge_types(ours: TypeEntry, theirs: TypeEntry) -> TypeEntry:
    """A note type that both sides changed: the later one, and later than both where they differ."""
    last = max(ours, theirs, key=lambda entry: entry.mod)
    return last if ours.mod != theirs.mod or ours == theirs else replace(last, mod=later(last.mod, last.mod))
