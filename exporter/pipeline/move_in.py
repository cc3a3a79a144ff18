"""Notes and history come in from another tool: what would become of them, and, when it is agreed to, the lock that says so.

In: settings, and what another tool left. Out: a `Moved`, and what was written: the lock, with the steps that are left to do
in Anki where it has the notes already; or a package with the reader's own history, where no Anki has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from exporter.cards.history import CardHistory
from exporter.config import Config
from exporter.diagnostics import Outcome, failed, report, settle
from exporter.editions.edition import Edition
from exporter.editions.identity import Lock, read_lock, render_lock
from exporter.editions.moving_in.hashcards import read_hashcards
from exporter.editions.moving_in.in_notes import read_schedules
from exporter.editions.moving_in.old_notes import read_old_notes
from exporter.editions.moving_in.steps import render_steps
from exporter.editions.moving_in.taking_over import TakeOver, find_old_notes, take_over
from exporter.machinery.cache import Cache
from exporter.machinery.strange_databases import UnfitError
from exporter.machinery.whole_files import write_files
from exporter.model import Book
from exporter.pipeline.book import kept_sources, read_book
from exporter.pipeline.edition_time import lock_bytes
from exporter.pipeline.faults import changed_file, unwritable
from exporter.pipeline.held_rules import as_published
from exporter.pipeline.planning import plan_now
from exporter.source import Span


@dataclass(frozen=True, slots=True)
class Moved:
    """What moving in does or, before it is agreed to, would do.

    `learnt` counts the questions whose history the package has, `unlearnt` those without, `left` schedules without question.
    """

    taken: TakeOver | None = None
    learnt: int = 0
    unlearnt: int = 0
    left: int = 0
    written: tuple[Path, ...] = field(default=())


def move_in(  # noqa: PLR0913 - a call of keywords
    config: Config,
    destination: Path,
    source: str | Path,
    *,
    accept: Iterable[str] = (),
    anew: bool = False,
    write: bool = False,
) -> Outcome[Moved]:
    """Find what becomes of each question, and write it with `write`. With an error, nothing was written."""
    config = as_published(config, destination)
    cache = Cache(config.cache_folder(destination), read_only=True)
    book = read_book(config, destination, kept_sources(cache))
    lock_file = config.lock_file(destination)
    last = lock_bytes(lock_file)
    lock = read_lock(lock_file, lock_file.name)
    said = (*(d for d in book.diagnostics if failed((d,))), *lock.diagnostics)
    if failed(said):
        return Outcome(Moved(), settle(said))
    job = _Job(config, destination, cache, book.value, lock.value)
    try:
        if isinstance(source, str) or source.suffix.lower() == ".db":
            made = job.learn(source, write=write)
        else:
            made = job.take(source, accept, anew=anew, write=write)
        if failed(made.diagnostics) or not write:
            return Outcome(made.value[0], settle((*said, *made.diagnostics)))
        if not write_files(made.value[1], still=lambda: lock_bytes(lock_file) == last):
            return move_in(config, destination, source, accept=accept, anew=anew, write=write)
    except UnfitError as error:
        hint = "give what Anki's File > Export wrote, the whole collection or the deck, or hashcards.db"
        return Outcome(Moved(), (report("history-unfit", Span(str(source)), f"cannot be moved in: {error}", hint),))
    except OSError as error:
        return Outcome(Moved(), (unwritable(error, destination),))
    moved, files = made.value
    return Outcome(
        Moved(moved.taken, moved.learnt, moved.unlearnt, moved.left, tuple(files)), settle((*said, *made.diagnostics))
    )


_Made = Outcome[tuple[Moved, Mapping[Path, bytes]]]


@dataclass(frozen=True, slots=True)
class _Job:
    """What is to be moved in, and into what."""

    config: Config
    destination: Path
    cache: Cache
    book: Book
    lock: Lock

    def take(self, file: Path, accept: Iterable[str], *, anew: bool, write: bool) -> _Made:
        """Take over notes that are in Anki."""
        found = find_old_notes(self.book.chapters, read_old_notes(file), self.lock, accept=accept, anew=anew)
        said = [*found.diagnostics]
        if found.value.strayed:
            message = f"{found.value.strayed} ids in the notes lead to no note of it"
            hint = "those questions are found by their text; where they are not, export the whole collection"
            said.append(report("history-strayed", Span(str(file)), message, hint))
        files: dict[Path, bytes] = {}
        if write and found.value.kept and not failed(said):
            steps = render_steps(found.value, f"{self.config.name}.apkg", self.config.anki.theme)
            files[self.config.lock_file(self.destination)] = render_lock(take_over(self.lock, found.value)).encode()
            files[self.destination / f"{self.config.name}-moving-in.md"] = steps.encode()
        return Outcome((Moved(found.value), files), tuple(said))

    def learn(self, source: str | Path, *, write: bool) -> _Made:
        """Take over what no Anki has yet."""
        if isinstance(source, str):
            read = read_schedules(self.book.chapters, source)
        else:
            read = Outcome(read_hashcards(source, self.book.chapters))
        by_card = read.value.by_card
        moved = Moved(None, len(by_card), self.book.card_count - len(by_card), read.value.left)
        if failed(read.diagnostics) or not write or not by_card:
            return Outcome((moved, {}), read.diagnostics)
        planned = plan_now(self.book, self.config, self.destination, self.cache)
        if failed(planned.diagnostics):
            return Outcome((moved, {}), planned.diagnostics)
        return self._pack(moved, planned.value, by_card)

    def _pack(self, moved: Moved, edition: Edition, by_card: Mapping[int, Sequence[CardHistory]]) -> _Made:
        from exporter.cards.apkg import write_apkg
        from exporter.media.scaled import ChangedError

        histories = {edition.plan.notes[index].guid: found for index, found in by_card.items()}
        try:
            package = write_apkg(edition.plan, edition.lock.mod, self.cache, histories)
        except ChangedError as error:
            return Outcome((moved, {}), (changed_file(error, self.config),))
        files = {
            self.config.lock_file(self.destination): render_lock(edition.lock).encode(),
            self.destination / f"{self.config.name}-with-my-history.apkg": package,
        }
        return Outcome((moved, files))
