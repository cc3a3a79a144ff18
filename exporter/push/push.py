"""From notes to a collection, step by step, so that it can be killed anywhere and run again.

1. Read the notes and plan the edition. An error in them: nothing was contacted.
2. Open the target, read what it holds, compare, show, ask. `dry_run` ends here, with nothing written.
3. **Write the lock**, before anything leaves: a new note's guid is then known even if the push dies in the next
   moment and the author rewords the question before the next one; the reader never gets it twice. A lock that is ahead
   of the readers does no harm, because a push compares with what the collection holds, not with the lock: what is
   missing there is sent by the next one, and what the lock calls removed is removed whenever it is found.
4. Mark the record as unfinished, then import, move, remove, sync. Each of these is the same when done twice. Tags
   travel inside the package, so that at no moment a reader's own tag exists nowhere.
5. Write the record. A push that finds it unfinished does all of it again, even where nothing seems to be left to do.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from exporter.cards.apkg import write_apkg
from exporter.config import Config
from exporter.diagnostics import Diagnostic, Outcome, failed, report, settle
from exporter.editions.changes import changes_as_text
from exporter.editions.edition import Edition
from exporter.editions.identity import read_lock, render_lock
from exporter.machinery.cache import Cache
from exporter.machinery.whole_files import write_files
from exporter.media.scaled import ChangedError
from exporter.pipeline.book import kept_sources, read_book
from exporter.pipeline.held_rules import as_published
from exporter.pipeline.planning import plan_now
from exporter.push.delivery import Delivery, Held, compare, missed, recorded
from exporter.push.last_push import private, read_record, write_record
from exporter.push.target import OpenTarget, Proposal, Step, Stopped, Target
from exporter.source import Span

Approve = Callable[[Proposal], bool]
"""Shows what is about to happen; False stops it."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push did or, with `dry_run`, would do. `target` is empty where it did not get that far."""

    target: str = ""
    delivery: Delivery | None = None
    done: bool = False


def push(  # noqa: PLR0913 - a call of keywords
    config: Config,
    destination: Path,
    open_target: OpenTarget,
    *,
    approve: Approve,
    step: Step,
    strict: bool = False,
    dry_run: bool = False,
    take_over: bool = False,
) -> Outcome[Pushed]:
    """Push the edition. With an error among the diagnostics it has not ended; running it again is safe.

    `take_over` says that what the collection has of this deck is this deck's, though no push brought it.
    """
    step("reading the notes", 0, 0)
    if config.part:
        hint = f"push the whole deck: make-deck push {config.root}"
        return Outcome(Pushed(), (report("push-refused", Span(config.part), "a part of a deck is no edition", hint),))
    config = as_published(config, destination)
    folder = config.cache_folder(destination)
    known = Cache(folder, read_only=True)
    book = read_book(config, destination, kept_sources(known))
    diagnostics = [*book.diagnostics]
    if failed(settle(diagnostics, strict=strict)):
        return Outcome(Pushed(), settle(diagnostics, strict=strict))
    edition = plan_now(book.value, config, destination, known)
    diagnostics.extend(edition.diagnostics)
    if failed(settle(diagnostics, strict=strict)):
        return Outcome(Pushed(), settle(diagnostics, strict=strict))
    job = _Job(edition.value, config.lock_file(destination), Cache(None if dry_run else folder), step)
    pushed = Pushed()
    try:
        with _base(_own_folder(config, destination), dry_run=dry_run) as base, open_target(base, step) as target:
            outcome = job.run(target, approve, dry_run=dry_run, take_over=take_over)
            pushed = outcome.value
            diagnostics.extend(outcome.diagnostics)
    except Stopped as stopped:
        diagnostics.append(stopped.diagnostic)
        pushed = replace(pushed, done=False)
    except ChangedError as error:
        diagnostics.append(report("file-changed", Span(str(error.filename)), str(error.strerror), "run the push again"))
    except OSError as error:
        place = Span(str(error.filename2 or error.filename or destination))
        diagnostics.append(report("output-unwritable", place, error.strerror or str(error), "then run the push again"))
    return Outcome(pushed, settle(diagnostics, strict=strict))


def _own_folder(config: Config, destination: Path) -> Path:
    """Where the user keeps what pushes of this deck have to remember: nothing that came with the deck is believed."""
    from platformdirs import user_data_path

    home = os.path.realpath(config.root if config.file else destination)
    return user_data_path("make-deck", appauthor=False) / "push" / hashlib.sha256(os.fsencode(home)).hexdigest()[:16]


@contextmanager
def _base(folder: Path, *, dry_run: bool) -> Iterator[Path]:
    """The folder of all targets. What only looks makes none: it uses the one that is there, or one for the moment."""
    if dry_run and not folder.is_dir():
        with tempfile.TemporaryDirectory(prefix="make-deck-", ignore_cleanup_errors=True) as temporary:
            yield Path(temporary)
    else:
        yield private(folder)


@dataclass(frozen=True, slots=True)
class _Job:
    """An edition on its way."""

    edition: Edition
    lock_file: Path
    cache: Cache
    step: Step

    def run(self, target: Target, approve: Approve, *, dry_run: bool, take_over: bool) -> Outcome[Pushed]:
        """Compare, ask, deliver. Raises `Stopped` and OSError."""
        record = read_record(target.folder, self.edition.lock.identity)
        guids = [note.guid for note in self.edition.plan.notes]
        gone = self.edition.gone
        held = target.read([*guids, *gone])
        delivery = compare(self.edition.plan, gone, held, record, take_over=take_over)
        removed = [question for guid, question in gone.items() if guid in held and held[guid].note in delivery.removed]
        pushed = Pushed(target.name, delivery)
        idle = record.finished and not delivery
        changes = self.edition.changes
        text = tuple(changes_as_text(changes)) if changes.notes or changes.notetypes else ()
        if (not idle or dry_run) and not approve(Proposal(target.name, delivery, text, tuple(removed))) and not dry_run:
            raise Stopped("push-refused", "nothing was pushed: nobody agreed", "--yes agrees beforehand, for scripts")
        left = tuple(_left_alone(delivery))
        if dry_run:
            return Outcome(pushed, left)
        if not write_files({self.lock_file: render_lock(self.edition.lock).encode()}, still=self._is_last):
            raise Stopped("push-refused", "another build changed the lock meanwhile", "run the push again")
        if idle:
            return Outcome(replace(pushed, done=True), left)
        record = replace(record, delivered=record.delivered | {note.guid for note in delivery.plan.notes})
        write_record(target.folder, replace(record, finished=False))
        after = self._deliver(target, delivery)
        write_record(target.folder, recorded(self.edition.plan, delivery, record, held, after))
        return Outcome(replace(pushed, done=True), (*left, *_warn(delivery, after)))

    def _is_last(self) -> bool:
        return read_lock(self.lock_file, self.lock_file.name).value == self.edition.before

    def _deliver(self, target: Target, delivery: Delivery) -> Mapping[str, Held]:
        """Everything that changes the target; the new and changed notes as it holds them then."""
        self.step("packing", 0, 0)
        package = write_apkg(delivery.plan, self.edition.lock.mod, self.cache)
        target.begin()
        self.step("importing", 0, 0)
        target.add(package)
        for number, (deck, cards) in enumerate(delivery.moved.items()):
            self.step("moving cards", number, len(delivery.moved))
            target.move(cards, deck)
        if delivery.removed:
            self.step("removing notes", 0, 0)
            target.remove(delivery.removed)
        target.tidy(delivery.emptied)
        self.step("looking", 0, 0)
        after = target.read((*delivery.new, *delivery.changed))
        target.finish()
        return after


def _left_alone(delivery: Delivery) -> Iterator[Diagnostic]:
    """A warning where notes of these guids were there before this deck brought any."""
    if delivery.foreign:
        some = len(delivery.foreign)
        message = f"{some} notes are in the collection already, and no push of this deck brought them: they are left as they are"
        hint = "if they came with this deck's package, or from another machine, --take-over makes those in its own decks this deck's"
        yield report("push-foreign", None, message, hint)


def _warn(delivery: Delivery, after: Mapping[str, Held]) -> Iterator[Diagnostic]:
    """A warning for each note that the import did not take."""
    left_out = set(missed(delivery, after))
    for note in delivery.plan.notes:
        if note.guid in left_out:
            message = "the collection did not take this note: it has another note type there, or its type other fields or cards"
            hint = "in Anki, Notes > Change Note Type keeps its history; a field of your own in our type has to go; push again"
            yield report("push-incomplete", note.span, message, hint)
