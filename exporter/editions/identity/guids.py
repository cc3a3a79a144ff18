"""How notes that are new are named: by their deck's identity and their question.

In: the cards of a first edition, or a new card. Out: the identity of a deck, or a guid that no note has.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable

from exporter.editions.identity.compared_cards import Placed
from exporter.editions.identity.lock import Lock
from exporter.model import Chapter

_AS_GUID = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" * 4
"""The character for each byte of a digest."""


def deck_identity(chapters: Iterable[Chapter], lock: Lock, name: str) -> str:
    """What makes the guids of a deck its own: that of its lock, else one from its name and all that it says now.

    Two decks of one name differ in what they say; the same folder without a lock gives the same again.
    """
    if lock.identity:
        return lock.identity
    digest = hashlib.sha256(name.encode())
    for chapter in chapters:
        for card in chapter.cards:
            digest.update(f"\0{card.kind}\0{card.text}\0{card.sketch}".encode(errors="replace"))
    return digest.digest()[:16].translate(_AS_GUID).decode()


def new_guid(deck: str, placed: Placed, taken: Collection[str], tried: Counter[str]) -> str:
    """The first guid of a question that no note has; `tried` counts those that were asked for, which stay taken."""
    basis = placed.card.key or placed.question
    while True:
        guid = guid_of(deck, basis, tried[basis])
        tried[basis] += 1
        if guid not in taken:
            return guid


def guid_of(deck: str, basis: str, occurrence: int) -> str:
    """The guid of a question, or of an author's `{#id}`; `occurrence` counts from 0."""
    digest = hashlib.sha256(f"{deck}\0{basis}\0{occurrence}".encode()).digest()
    return digest[:12].translate(_AS_GUID).decode()
