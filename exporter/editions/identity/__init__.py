"""Which note is which, through every edition.

In: the cards, and `deck.lock` from the last edition. Out: a guid for each card, `mod` times that rise only where
content changed, and the lock of this edition. Anki updates a note when its guid is known and its `mod` is later, and
never otherwise; so both are decided here and nowhere else.

`lock` is what the file says, and writes it; `lock_reader` reads it; `answer_likeness` compares texts without keeping
them; `compared_cards` are what is compared; `guids` names what is new; `matching` finds each card's entry,
`between_decks` those in other decks of the same notes; `parts` sees what was split or merged; `offers` ranks what only
the author can tell, and `decisions` writes down the answer; `dating` makes the new lock; `note_checks` stops what Anki
would break. Knows nothing of HTML, and does not write.
"""

from exporter.editions.identity.between_decks import Crossing, Sister, cross
from exporter.editions.identity.dating import Dated, date_notes, date_notetypes, digest_note, later
from exporter.editions.identity.decisions import decide
from exporter.editions.identity.guids import deck_identity
from exporter.editions.identity.lock import Entry, Lock, TypeEntry, render_lock
from exporter.editions.identity.lock_reader import read_lock
from exporter.editions.identity.matching import How, Link, Matching, match_cards
from exporter.editions.identity.note_checks import check_ids, check_notes
from exporter.editions.identity.offers import LIKELY, Candidate, Offer, find_offers, pair_id
from exporter.editions.identity.parts import Parts, find_parts

__all__ = [
    "LIKELY",
    "Candidate",
    "Crossing",
    "Dated",
    "Entry",
    "How",
    "Link",
    "Lock",
    "Matching",
    "Offer",
    "Parts",
    "Sister",
    "TypeEntry",
    "check_ids",
    "check_notes",
    "cross",
    "date_notes",
    "date_notetypes",
    "decide",
    "deck_identity",
    "digest_note",
    "find_offers",
    "find_parts",
    "later",
    "match_cards",
    "pair_id",
    "read_lock",
    "render_lock",
]
