"""Ids that other tools write into notes, and the notes in Anki that they lead to.

In: a card's `foreign_ids`, as they are written, and the old notes. Out: the note. Obsidian_to_Anki, flashcards-obsidian,
yanki, inka and ki write Anki's number of the note; md2anki the guid that it gives the note; logseq-anki-sync the id of
the block, which stands in a field of the note, with the kind of its card.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from exporter.editions.moving_in.old_notes import OldNote

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_WRITTEN = re.compile(rf"guid:\s*(?P<guid>\S+)|(?P<uuid>{_UUID})|(?<!\d)(?P<number>\d{{10,19}})(?!\d)")
_FIELD = re.compile(rf"({_UUID})(?:-[a-z_]+)?")


def written_ids(foreign_ids: Iterable[str]) -> Iterator[str]:
    """The ids of notes among what a tool wrote beside a card: schedules and names of blocks are none."""
    for text in foreign_ids:
        if not text.startswith(("SR:", "card-")) and (match := _WRITTEN.search(text)):
            yield match["guid"] or match["uuid"] or match["number"]


def index_ids(notes: Iterable[OldNote]) -> Mapping[str, Sequence[OldNote]]:
    """The notes by everything that a tool may call them."""
    found: defaultdict[str, list[OldNote]] = defaultdict(list)
    for note in notes:
        names = {note.guid, *([str(note.id)] if note.id else [])}
        names |= {match[1] for _, text in note.fields if len(text) < 80 and (match := _FIELD.fullmatch(text.strip()))}
        for name in names:
            found[name].append(note)
    return found
