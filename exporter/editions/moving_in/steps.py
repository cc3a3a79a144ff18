"""What the owner of old notes has to do in Anki, once, so that they become the deck's and keep their history.

In: what is taken over, and the settings. Out: Markdown. Measured with the real backend: an import never turns a note into
one of another type; "Merge note types" does, but begins all of its cards anew and takes the old type away. "Change Note
Type" keeps cards and history, and dates the note, so that the next import has to be told to update always.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from exporter.cards.notetypes import card_environment, load_notetype
from exporter.editions.moving_in.taking_over import Kept, TakeOver
from exporter.machinery.markdown_words import markdown_words
from exporter.machinery.printable import printable

_AT_ONCE = 1_500
"""Notes of one search: Anki's search field holds 32,767 letters."""


def render_steps(taken: TakeOver, package: str, theme: str) -> str:
    """The steps, with the searches that find the notes; `package` is the name of the deck's package."""
    groups: defaultdict[tuple[str, str], list[Kept]] = defaultdict(list)
    environment = card_environment(None)
    for one in taken.kept:
        kind = one.placed.card.kind
        groups[one.note.notetype, load_notetype(kind, environment, theme).name].append(one)
    changes = "\n".join(line for names, kept in sorted(groups.items()) for line in _change(*names, kept))
    return _STEPS.format(package=package, count=len(taken.kept), changes=changes)


_STEPS = """\
# Moving in: what to do in Anki, once

Make a backup first: File > Export, "Anki Collection Package".

1. Run `make-deck build`, and import `{package}`. The {count} old notes are left as they are, and the new note types are
   there. **"Merge note types" must be off**: it would begin every card anew.
2. Give the old notes their new type. For each search below: Browse, paste it, select all (Ctrl+A), Notes > Change Note
   Type, choose the new type, Save. However the fields are mapped: the next step writes them. Cards and their history stay.
3. Import `{package}` again, this once with "Update notes: Always". From then on, every edition is an ordinary import.

Cards stay in the decks that they are in; Browse > Cards > Change Deck moves them. The notes get the deck's tags instead of
your own: flags, which belong to cards, stay.

{changes}"""


def _change(old: str, new: str, kept: Sequence[Kept]) -> Iterator[str]:
    """A note type that becomes another, and the search for its notes: by number, else by type and deck."""
    words = "note of {} becomes" if len(kept) == 1 else "notes of {} become"
    yield f'## {len(kept)} {words.format(_named(old))} "{markdown_words(new)}"\n'
    numbers = [str(one.note.id) for one in kept if one.note.id]
    decks = sorted({one.note.deck for one in kept if one.note.deck})
    if len(numbers) == len(kept):
        searches = ["nid:" + ",".join(numbers[n : n + _AT_ONCE]) for n in range(0, len(numbers), _AT_ONCE)]
    else:
        named = " or ".join(f'"deck:{_quoted(deck)}"' for deck in decks)
        searches = [" ".join(filter(None, (f'"note:{_quoted(old)}"' if old else "", f"({named})" if named else "")))]
    yield from (f"```\n{search}\n```\n" for search in searches)
    more = sum(one.note.cards > 1 and one.placed.card.kind in ("basic", "typein", "choice") for one in kept)
    if more:
        yield (
            f"{more} of them have several cards, and their questions one: only the first keeps its history. "
            "`<!-- reversed -->` above a question keeps two.\n"
        )


def _named(name: str) -> str:
    return f'"{markdown_words(name)}"' if name else "a note type"


def _quoted(name: str) -> str:
    """A name as Anki's search takes it literally."""
    return printable(name).replace("\\", "\\\\").replace('"', '\\"').replace("*", "\\*").replace("_", "\\_")
