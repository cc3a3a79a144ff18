"""The pipeline on one page: notes in, deck and pages out.

Each stage returns a value and diagnostics. An error anywhere means that nothing is written; otherwise all outputs and
the lock appear together.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import KW_ONLY, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2

from exporter.cards import has_fields, source_links
from exporter.config import CACHE_FOLDER, Config
from exporter.diagnostics import Diagnostic, Outcome, failed, settle
from exporter.editions.changes import changes_for_readers
from exporter.editions.edition import Edition
from exporter.editions.identity import render_lock
from exporter.editions.identity.lock import says_the_same
from exporter.editions.identity.lock_reader import check_new
from exporter.editions.published import remember_published
from exporter.machinery.cache import Cache
from exporter.machinery.whole_files import write_files
from exporter.machinery.workers import Workers, processors
from exporter.markup.math import CachedMath, MathJax
from exporter.model import Book
from exporter.pipeline.book import kept_sources, read_book
from exporter.pipeline.chapters_ahead import read_ahead, read_notes_ahead
from exporter.pipeline.edition_time import lock_bytes
from exporter.pipeline.faults import changed_file, template_fault, unwritable
from exporter.pipeline.formulas import check_formulas, only_checked
from exporter.pipeline.held_rules import as_published
from exporter.pipeline.lock_checks import changed_lock, forgotten_history, lost_lock
from exporter.pipeline.planning import plan_now
from exporter.pipeline.unchanged import Built
from exporter.print.volumes import cut_plan, cut_volumes

if TYPE_CHECKING:
    from exporter.print.forms import Printed
    from exporter.print.print_shop import PrintShop

_NAMED = 5
"""Changed notes that a build names itself."""

Progress = Callable[[str], None]
"""Told the name of each step as it begins."""


def build(  # noqa: PLR0913 - as many ways to build
    config: Config,
    destination: Path,
    *,
    strict: bool = False,
    locked: bool = False,
    release: bool = False,
    jobs: int = 0,
    progress: Progress = lambda step: None,  # noqa: ARG005
) -> Outcome[Built]:
    """Read, plan, render and write. With an error among the diagnostics nothing was written.

    `jobs` is how many processes typeset pages; 0 for as many as the machine has processors. `locked` makes it an error
    when the lock would change. `release` makes an edition of what is built, with a list of changes for its readers. A part
    of a deck is no edition: its lock is read, not written.
    """
    is_new = not destination.exists()
    config = as_published(config, destination)
    cache = Cache(config.cache_folder(destination))
    try:
        with Workers(jobs or processors()) as workers:
            made = _build(
                _Job(config, destination, cache, workers, progress, strict=strict, locked=locked, release=release)
            )
    except jinja2.TemplateError as error:
        made = Outcome(Built(), (template_fault(error),))
    if failed(made.diagnostics) and is_new and not config.file and not (destination / CACHE_FOLDER / "pages").exists():
        _leave_nothing(destination)
    return made


def _leave_nothing(destination: Path) -> None:
    """Remove a folder that was not there before a build that failed before it typeset pages, and holds only its caches."""
    shutil.rmtree(destination / CACHE_FOLDER, ignore_errors=True)
    with suppress(OSError):  # another build wrote into it
        destination.rmdir()


@dataclass(frozen=True, slots=True)
class _Job:
    """What is to be built, and by what means."""

    config: Config
    destination: Path
    cache: Cache
    workers: Workers
    progress: Progress
    _: KW_ONLY
    strict: bool
    locked: bool
    release: bool

    @property
    def is_printed(self) -> bool:
        """Whether anything is: what prints is loaded for nothing else."""
        return bool(set(self.config.outputs) - {"apkg"})

    @property
    def lock_file(self) -> Path:
        return self.config.lock_file(self.destination)


@dataclass(frozen=True, slots=True)
class _Made:
    """Outputs: what each file holds, its name by output, and how many pages are printed."""

    contents: Mapping[Path, bytes] = field(default_factory=dict)
    files: Mapping[str, Path] = field(default_factory=dict)
    pages: int = 0


def _build(job: _Job) -> Outcome[Built]:
    job.progress("reading")
    book = _read(job)
    if failed(settled := settle(book.diagnostics, strict=job.strict)):
        return Outcome(Built(), settled)
    shop = _open_shop(book.value, job) if job.is_printed else None
    job.progress("planning")
    lost = lost_lock(job.config, job.destination)
    last = lock_bytes(job.lock_file)  # read after it: another build writes its lock first, and its package then
    if lost and last is None:
        return Outcome(Built(), settle((*book.diagnostics, lost), strict=job.strict))
    planned = plan_now(book.value, job.config, job.destination, job.cache, release=job.release)
    edition = planned.value
    lock_text = render_lock(edition.lock)
    diagnostics = [*book.diagnostics, *planned.diagnostics]
    diagnostics.extend(() if failed(diagnostics) else _check_lock(edition, job))
    made = Outcome(_Made()) if failed(diagnostics) else _make(edition, book.value, shop, job)
    settled = settle((*diagnostics, *made.diagnostics), strict=job.strict)
    if failed(settled):
        return Outcome(Built(), settled)
    job.progress("writing")
    lock = {} if job.config.part else {job.lock_file: lock_text.encode()}
    try:
        written = write_files({**lock, **made.value.contents}, still=lambda: lock_bytes(job.lock_file) == last)
    except OSError as error:
        return Outcome(Built(), (*settled, unwritable(error, job.destination)))
    if not written:  # another build was faster: this one is the edition after it
        return _build(job)
    if not job.config.part:
        remember_published(edition.lock, job.lock_file, job.cache)
    job.cache.trim()
    counts = (_asked(book.value, job.config), len(edition.plan.media), made.value.pages, len(book.value.others))
    return Outcome(Built(made.value.files, *counts, edition=_news(edition, job)), settled)


def _check_lock(edition: Edition, job: _Job) -> Iterator[Diagnostic]:
    """What is to be said of the lock that a build is about to write."""
    is_new = not says_the_same(edition.lock, edition.before)
    if job.release or (is_new and edition.before.notes and not edition.lock.released):
        yield from forgotten_history(job.lock_file)
    if is_new and job.locked:
        yield changed_lock(edition, job.lock_file)
    elif is_new:
        yield from check_new(edition.lock, edition.before, job.lock_file.name)


def _asked(book: Book, config: Config) -> int:
    """How many questions the outputs have: a quiz or test has those that it asks, a page to test a printer none."""
    if {"apkg", "handout", "flashcards"}.intersection(config.outputs):
        return book.card_count
    if not {"quiz", "test"}.intersection(config.outputs):
        return 0
    from exporter.print.pages import choose_cards

    return len(choose_cards(book, config))


def _read(job: _Job) -> Outcome[Book]:
    """The book, and what its cards show: what the cache lacks of both is made in several processes."""
    config, cache = job.config, job.cache
    if not config.fetch:
        read_notes_ahead(config, job.destination, cache, job.workers, only_read=False)
    book = read_book(config, job.destination, kept_sources(cache))
    assets = book.value.assets
    links = source_links(book.value, config)
    unmade = [c.source.file for c in book.value.chapters if not has_fields(c, assets, links, config, cache)]
    read_ahead(unmade, config, cache, job.workers, (assets, links))
    return book


def _make(edition: Edition, book: Book, shop: PrintShop | None, job: _Job) -> Outcome[_Made]:
    """The outputs that settings ask for."""
    config, cache = job.config, job.cache
    contents: dict[Path, bytes] = {}
    files: dict[str, Path] = {}
    name = config.file_name
    if job.release and config.edition_in_name:
        name = f"{name}-{edition.lock.released}"
    diagnostics: list[Diagnostic] = []
    pages = 0
    if shop:
        forms = _print(edition, book, shop, job)
        diagnostics.extend(forms.diagnostics)
        pages = sum(form.pages for form in forms.value)
        for form in forms.value:
            files[form.key] = job.destination / f"{name}{form.suffix}.pdf"
            contents[files[form.key]] = form.data
    if _is_released(edition, job):
        deck = config.title if config.one_of else ""
        text = changes_for_readers(edition.changes, book.lang, released_at=edition.lock.released_at, deck=deck)
        contents[_changes_file(job)] = text.encode()
    if only_checked(config):
        diagnostics.extend(check_formulas(book, config, MathJax(), cache))
    if "apkg" in config.outputs and not failed(diagnostics):
        job.progress("packing")
        packages = _pack(edition, book, config, cache)
        diagnostics.extend(packages.diagnostics)
        for tail, data in packages.value.items():
            files[f"apkg{tail}"] = job.destination / f"{name}{tail}.apkg"
            contents[files[f"apkg{tail}"]] = data
    return Outcome(_Made(contents, files, pages), tuple(diagnostics))


def _open_shop(book: Book, job: _Job) -> PrintShop:
    from exporter.print.print_shop import PrintShop

    shop = PrintShop(job.workers, job.cache, job.progress)
    shop.open_early(_newer_chapters(book, job.config, job.destination))
    return shop


def _print(edition: Edition, book: Book, shop: PrintShop, job: _Job) -> Outcome[tuple[Printed, ...]]:
    from exporter.pipeline.pages_ahead import render_with
    from exporter.print.forms import write_forms

    job.progress("rendering")
    render = render_with(CachedMath(MathJax(), job.cache), job.config, job.cache, job.workers)
    return write_forms(book, job.config, render, edition.lock.mod, shop)


def _news(edition: Edition, job: _Job) -> str:
    """What is released, and what an edition changes for the readers of the last one: a line, and one for each change."""
    changes, released = edition.changes, edition.lock.released
    is_out = _is_released(edition, job)
    told = f"edition {released} is released, and {_changes_file(job).name} tells what is new" if is_out else ""
    if job.release and not job.config.part and not is_out:
        told = f"nothing has changed since edition {released}: no new one is made"
    if not edition.before.notes or job.config.part or not (changes.counts or changes.offers):
        return told
    open_questions = f"; {len(changes.offers)} undecided" if changes.offers else ""
    named = [f"\n    {', '.join(change.kinds)}: {change.after.question}" for change in changes.notes[:_NAMED]]
    more = len(changes.notes) - len(named)
    named += [f"\n    and {more} more"] if more > 0 else []
    which = told or (f"draft of edition {changes.number}" if released else "since the last build")
    return f"{which}: {changes}{open_questions}{''.join(named)}"


def _is_released(edition: Edition, job: _Job) -> bool:
    """Whether an edition goes out with this build, with its list of changes."""
    return job.release and not job.config.part and edition.lock.released > edition.before.released


def _changes_file(job: _Job) -> Path:
    return job.destination / (f"{job.config.name}-CHANGES.md" if job.config.one_of else "CHANGES.md")


def _newer_chapters(book: Book, config: Config, destination: Path) -> int:
    """How many notes are newer than the printed book, as far as times of files can tell."""
    try:
        printed = (destination / f"{config.file_name}.pdf").stat().st_mtime
        return sum((config.root / c.source.path).stat().st_mtime >= printed for c in book.chapters)
    except OSError:
        return len(book.chapters)


def _pack(edition: Edition, book: Book, config: Config, cache: Cache) -> Outcome[dict[str, bytes]]:
    """The packages, by what the names of their files add to the deck's: "" where there is one."""
    from exporter.cards.apkg import write_apkg
    from exporter.media.scaled import ChangedError

    volumes = cut_volumes(book, config.anki.packages)
    try:
        return Outcome(
            {v.tail: write_apkg(plan, edition.lock.mod, cache) for v, plan in cut_plan(edition.plan, volumes)}
        )
    except ChangedError as error:
        return Outcome({}, (changed_file(error, config),))
