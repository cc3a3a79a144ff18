"""The changes of an edition as a comment on a pull request, for who decides whether it goes in.

In: `Changes`, and what a build says. Out: Markdown that GitHub, GitLab and Forgejo show alike: what costs readers their
history first, then what they will see, last what is wrong with the notes. The words are a stranger's: none of them is
markup, calls a person or a robot, or leads anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from exporter.diagnostics import Diagnostic, Severity
from exporter.editions.changes.compare import Change, Changes, Kind, Moved, Reread
from exporter.editions.identity import Offer
from exporter.machinery.markdown_words import markdown_words

MARK = "<!-- make-deck plan -->"
"""The first line, by which the next comment finds the last one."""

_FOLDED = 5
"""So many lines of a kind are shown; more are folded."""

_LONGEST = 160
_MOST_CHARACTERS = 60_000
"""GitHub takes 65,536."""

_SAID = frozenset({"question-ambiguous", "history-anew"})
"""What the changes say already."""

_TITLES = {
    Kind.NEW: "New",
    Kind.CAME: "From another deck, with their history",
    Kind.REWORDED: "Reworded",
    Kind.EDITED: "Edited",
    Kind.REMOVED: "Removed",
    Kind.WENT: "Moved to another deck",
    Kind.RESTORED: "Brought back",
    Kind.MOVED: "Moved to another file",
}
_UNDECIDED = "Only its author can tell. As it is, the old one is removed and the other begins without history."
_ANEW = "Anki cannot turn a note into one of another type, so readers learn these from the beginning."
_SPLIT = (
    "These are new cards for readers. The question that they were a part of keeps its history where it still stands."
)
_MERGED = "The question that took them in keeps its own history. The old cards stay in Anki, tagged as removed."
_REREAD = "Other questions are found in these files than for the last edition. A rule in `[questions]` of deck.toml settles it."
_HELD = "They are read as for the last edition, so that readers keep their questions."
_STAY = "Anki leaves the cards that readers have where they are."


@dataclass(frozen=True, slots=True)
class Places:
    """How lines are named: `folder` is the deck's, from the root of its repository; `address` has {path} and {line}."""

    folder: str = ""
    address: str = ""

    def link(self, path: str, line: int) -> str:
        """A place, as a link where there is somewhere to lead."""
        words = plain(f"{path}:{line}" if line else path)
        if not self.address or not line:
            return words
        whole = quote(f"{self.folder}/{path}" if self.folder else path)
        return f"[{words}]({self.address.replace('{path}', whole).replace('{line}', str(line))})"


def changes_as_markdown(
    changes: Changes | None, diagnostics: Sequence[Diagnostic], places: Places, *, deck: str = ""
) -> str:
    """The whole comment; `changes` is None where errors in the notes left nothing to compare.

    `deck` names it where there are several.
    """
    of_it = f": {plain(deck)}" if deck else ""
    for most in (100, 30, 10, 3):
        text = "\n".join(_lines(changes, diagnostics, places, most, of_it)) + "\n"
        if len(text) <= _MOST_CHARACTERS:
            break
    return text


def plain(text: str) -> str:
    """A stranger's words in one line of Markdown, as words."""
    text = " ".join(text.split())
    return markdown_words(text if len(text) <= _LONGEST else text[:_LONGEST] + "…")


def _lines(
    changes: Changes | None, diagnostics: Sequence[Diagnostic], places: Places, most: int, of_it: str
) -> Iterator[str]:
    yield MARK
    if changes is None:
        yield f"### What readers will see cannot be said{of_it}"
    else:
        yield f"### What readers will see{of_it}"
        yield from _changes(changes, places, most)
    problems = [d for d in diagnostics if d.severity is not Severity.INFO and d.code not in _SAID]
    problems.sort(key=lambda d: d.severity is not Severity.ERROR)
    yield from _section("Problems", [_problem(problem, places) for problem in problems], most)


def _changes(changes: Changes, places: Places, most: int) -> Iterator[str]:
    counts = [f"{count} {kind}" for kind, count in changes.counts.items() if kind is not Kind.RECORDED]
    offers = [_offer(offer, places) for offer in changes.offers if not offer.entry.removed]
    counts += [f"{len(offers)} undecided"] if offers else []
    look = ["a new look"] if changes.notetypes else []
    same = f"; {changes.unchanged} unchanged" if changes.unchanged else ""
    yield ""
    yield f"**{', '.join((*counts, *look)) or 'Nothing changes'}**{same}"
    if changes.written_over:
        yield ""
        are = "that readers have is" if changes.written_over == 1 else "that readers have are"
        yield f"{_notes(changes.written_over)} {are} written over, with their own edits and tags in them."
    yield from _section("Maybe the same question, reworded", offers, most, _UNDECIDED)
    by_kind = {kind: [change for change in changes.notes if kind in change.kinds] for kind in Kind}
    retyped = [_retyped(change, places) for change in by_kind[Kind.RETYPED]]
    yield from _section("History begins anew", retyped, most, _ANEW)
    yield from _section("Read otherwise", [_reread(reread) for reread in changes.reread], most, _REREAD)
    held = [_reread(reread) for reread in changes.held]
    yield from _section("Would be read otherwise by this version of make-deck", held, most, _HELD)
    yield from _section("Split", [_part(change, "from", places) for change in by_kind[Kind.SPLIT]], most, _SPLIT)
    yield from _section("Merged", [_part(change, "into", places) for change in by_kind[Kind.MERGED]], most, _MERGED)
    for kind, title in _TITLES.items():
        yield from _section(title, [_change(change, kind, places) for change in by_kind[kind]], most)
    yield from _section("Files renamed", [_moved(moved) for moved in changes.files], most)
    yield from _section("Decks", [_moved(moved) for moved in changes.decks], most, _STAY)


def _section(title: str, lines: Sequence[str], most: int, note: str = "") -> Iterator[str]:
    """A title with its lines, folded when there are many."""
    if not lines:
        return
    yield ""
    folded = len(lines) > _FOLDED
    yield f"<details><summary><b>{title}</b> ({len(lines)})</summary>" if folded else f"**{title}** ({len(lines)})"
    if note:
        yield ""
        yield note
    yield ""
    yield from (f"- {line}" for line in lines[:most])
    if len(lines) > most:
        yield f"- and {len(lines) - most} more"
    if folded:
        yield ""
        yield "</details>"


def _change(change: Change, kind: Kind, places: Places) -> str:
    place = places.link(change.after.path, change.line)
    if change.deck:
        return f"{plain(change.after.question)} · {plain(change.deck)} · {place}"
    if kind is Kind.REWORDED and change.before:
        moved = f", moved from {plain(change.before.path)}" if Kind.MOVED in change.kinds else ""
        return f"{plain(change.before.question)} → {plain(change.after.question)} · {place}{moved}"
    if kind is Kind.MOVED and change.before:
        return f"{plain(change.after.question)} · {plain(change.before.path)} → {place}"
    return f"{plain(change.after.question)} · {place}"


def _part(change: Change, joint: str, places: Places) -> str:
    whole = plain(change.whole.question) if change.whole else ""
    return f"{plain(change.after.question)} {joint} {whole} · {places.link(change.after.path, change.line)}"


def _retyped(change: Change, places: Places) -> str:
    before = change.before.kind if change.before else ""
    return f"{plain(change.after.question)} · {before}, made {change.after.kind} · {places.link(change.after.path, change.line)}"


def _offer(offer: Offer, places: Places) -> str:
    best = offer.candidates[0]
    card = best.link.placed.card
    return (
        f"{plain(offer.entry.question)} → {plain(card.text)} · {places.link(card.span.path, card.span.line)}<br>"
        f"`make-deck plan --accept {best.id}` keeps its history, `--refuse {best.id}` makes it new"
    )


def _reread(reread: Reread) -> str:
    return f"{plain(reread.path)}: {plain(reread.before)} → {plain(reread.after)}"


def _moved(moved: Moved) -> str:
    return f"{plain(moved.before)} → {plain(moved.after)} ({_notes(moved.notes)})"


def _problem(diagnostic: Diagnostic, places: Places) -> str:
    place = f" · {places.link(diagnostic.span.path, diagnostic.span.line)}" if diagnostic.span else ""
    hint = f"<br>{plain(diagnostic.hint)}" if diagnostic.hint else ""
    return f"**{diagnostic.severity}** {plain(diagnostic.message)}{place}{hint}"


def _notes(count: int) -> str:
    return "1 note" if count == 1 else f"{count} notes"
