"""The pipeline on one page: notes in, deck and pages out.

Each stage returns a value and diagnostics. An error anywhere means that nothing is written; otherwise all outputs and
the lock appear together.
"""

from __future__ import annotations

import os
import shutil
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import KW_ONLY, dataclass, field
from functools import partial
from pathlib import Path

import jinja2

from exporter.ahead import read_ahead, render_with
from exporter.assets import Load, load_assets, load_image, remote_addresses
from exporter.cache import Cache
from exporter.changes import Changes
from exporter.checks import check_links
from exporter.config import CACHE_FOLDER, Config
from exporter.diagnostics import Diagnostic, Outcome, failed, report, settle
from exporter.editions import Edition, plan_edition
from exporter.fetch import fetch_images
from exporter.identity import decide, render_lock
from exporter.math import CachedMath, MathJax
from exporter.model import Book
from exporter.notes import has_fields
from exporter.pages import plan_cards, render_handout, render_quiz
from exporter.reader import Read, find_files, read_chapter, read_chapters
from exporter.receipt import Built
from exporter.records import has_chapter, keep_chapters
from exporter.source import Span, read_whole
from exporter.volumes import cut_plan, cut_volumes
from exporter.workers import Workers
from exporter.writers.files import write_files
from exporter.writers.forms import write_forms
from exporter.writers.pdf import PrintShop

Progress = Callable[[str], None]
"""Told the name of each step as it begins."""


@dataclass(frozen=True, slots=True)
class Sources:
    """How a build comes by chapters and images. `watch` has ways that remember."""

    read: Read = read_chapter
    load: Load = load_image
    fetch: Callable[..., Mapping[str, Path | str]] = fetch_images


def kept_sources(cache: Cache) -> Sources:
    """Ways that look into the cache first."""
    return Sources(keep_chapters(cache), partial(load_image, cache=cache))


def build(  # noqa: PLR0913 - as many ways to build
    config: Config,
    destination: Path,
    *,
    strict: bool = False,
    locked: bool = False,
    jobs: int = 0,
    progress: Progress = lambda step: None,  # noqa: ARG005
) -> Outcome[Built]:
    """Read, plan, render and write. With an error among the diagnostics nothing was written.

    `jobs` is how many processes typeset pages; 0 for as many as the machine has processors. `locked` makes it an error
    when the lock would change. A part of a deck is no edition: its lock is read, not written.
    """
    is_new = not destination.exists()
    cache = Cache(config.cache_folder(destination))
    try:
        with Workers(jobs or processors()) as workers:
            made = _build(_Job(config, destination, cache, workers, progress, strict=strict, locked=locked))
    except jinja2.TemplateError as error:
        made = Outcome(Built(), (_template_fault(error),))
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
    shop = PrintShop(job.workers, job.cache, job.progress)
    if set(job.config.outputs) - {"apkg"}:
        shop.open_early(_newer_chapters(book.value, job.config, job.destination))
    job.progress("planning")
    last = _content(job.lock_file)
    planned = plan_edition(book.value, job.config, job.lock_file, now(), job.cache)
    edition = planned.value
    lock_text = render_lock(edition.lock)
    diagnostics = [*book.diagnostics, *planned.diagnostics]
    if job.locked and not failed(diagnostics) and lock_text != render_lock(edition.before):
        diagnostics.append(_changed_lock(edition, job))
    made = Outcome(_Made()) if failed(diagnostics) else _make(edition, book.value, shop, job)
    settled = settle((*diagnostics, *made.diagnostics), strict=job.strict)
    if failed(settled):
        return Outcome(Built(), settled)
    job.progress("writing")
    lock = {} if job.config.part else {job.lock_file: lock_text.encode()}
    try:
        written = write_files({**lock, **made.value.contents}, still=lambda: _content(job.lock_file) == last)
    except OSError as error:
        return Outcome(Built(), (*settled, _unwritable(error, job.destination)))
    if not written:  # another build was faster: this one is the edition after it
        return _build(job)
    job.cache.trim()
    counts = (book.value.card_count, len(edition.plan.media), made.value.pages)
    return Outcome(Built(made.value.files, *counts, edition=_news(edition, job.config)), settled)


def _read(job: _Job) -> Outcome[Book]:
    """The book, and what its cards show: what the cache lacks of both is made in several processes."""
    config, cache = job.config, job.cache
    if not config.fetch:
        files = find_files(config.source_path, job.destination)[: config.limits.notes]
        read_ahead([f for f in files if not has_chapter(f, config, cache)], config, cache, job.workers)
    book = read_book(config, job.destination, kept_sources(cache))
    assets = book.value.assets
    unmade = [c.source.file for c in book.value.chapters if not has_fields(c, assets, config, cache)]
    read_ahead(unmade, config, cache, job.workers, assets)
    return book


def _make(edition: Edition, book: Book, shop: PrintShop, job: _Job) -> Outcome[_Made]:
    """The outputs that settings ask for."""
    config, cache = job.config, job.cache
    contents: dict[Path, bytes] = {}
    files: dict[str, Path] = {}
    diagnostics: list[Diagnostic] = []
    pages = 0
    if set(config.outputs) - {"apkg"}:
        job.progress("rendering")
        render = render_with(CachedMath(MathJax(), cache), config, cache, job.workers)
        forms = write_forms(book, config, render, edition.lock.mod, shop)
        diagnostics.extend(forms.diagnostics)
        pages = sum(form.pages for form in forms.value)
        for form in forms.value:
            files[form.key] = job.destination / f"{config.name}{form.suffix}.pdf"
            contents[files[form.key]] = form.data
    if "apkg" in config.outputs and not failed(diagnostics):
        job.progress("packing")
        packages = _pack(edition, book, config, cache)
        diagnostics.extend(packages.diagnostics)
        for tail, data in packages.value.items():
            files[f"apkg{tail}"] = job.destination / f"{config.name}{tail}.apkg"
            contents[files[f"apkg{tail}"]] = data
    return Outcome(_Made(contents, files, pages), tuple(diagnostics))


def _changed_lock(edition: Edition, job: _Job) -> Diagnostic:
    message = f"this edition would change it: {edition.changes}"
    hint = 'look at it with "make-deck plan", then build without --locked and commit the lock'
    return report("lock-changed", Span(job.lock_file.name), message, hint)


def _news(edition: Edition, config: Config) -> str:
    """What an edition changes for the readers of the last one, in a line; "" for the first one, and where nothing does."""
    changes = edition.changes
    if not edition.before.notes or config.part or not (changes.counts or changes.offers):
        return ""
    open_questions = f"; {len(changes.offers)} undecided" if changes.offers else ""
    return f"edition {changes.number}: {changes}{open_questions}"


def _newer_chapters(book: Book, config: Config, destination: Path) -> int:
    """How many notes are newer than the printed book, as far as times of files can tell."""
    try:
        printed = (destination / f"{config.name}.pdf").stat().st_mtime
        return sum((config.root / c.source.path).stat().st_mtime >= printed for c in book.chapters)
    except OSError:
        return len(book.chapters)


def _pack(edition: Edition, book: Book, config: Config, cache: Cache) -> Outcome[dict[str, bytes]]:
    """The packages, by what the names of their files add to the deck's: "" where there is one."""
    from exporter.writers.apkg import write_apkg
    from exporter.writers.media import ChangedError

    volumes = cut_volumes(book, config.anki.packages)
    try:
        return Outcome(
            {v.tail: write_apkg(plan, edition.lock.mod, cache) for v, plan in cut_plan(edition.plan, volumes)}
        )
    except ChangedError as error:
        return Outcome({}, (_changed(error, config),))


def check(config: Config, destination: Path, *, strict: bool = False) -> tuple[Diagnostic, ...]:
    """Everything that a build has to say, without writing anything."""
    cache = Cache(config.cache_folder(destination), read_only=True)
    book = read_book(config, destination, kept_sources(cache))
    diagnostics = [*book.diagnostics]
    if not failed(diagnostics):
        edition = plan_edition(book.value, config, config.lock_file(destination), now(), cache)
        render = render_with(CachedMath(MathJax(), cache), config, cache, Workers(1))
        mod = edition.value.lock.mod
        diagnostics.extend((*edition.diagnostics, *render_handout(book.value, config, render, mod).diagnostics))
        if "quiz" in config.outputs:
            diagnostics.extend(render_quiz(book.value, config, render, mod).diagnostics)
        if "flashcards" in config.outputs:
            diagnostics.extend(plan_cards(book.value, config, render, mod).diagnostics)
    return settle(tuple(dict.fromkeys(diagnostics)), strict=strict)


def plan(
    config: Config, destination: Path, *, accept: Iterable[str] = (), refuse: Iterable[str] = ()
) -> Outcome[Changes | None]:
    """What the next edition changes. Nothing is written but decisions, into the lock."""
    cache = Cache(config.cache_folder(destination), read_only=True)
    book = read_book(config, destination, kept_sources(cache))
    if failed(book.diagnostics):
        return Outcome(None, settle(book.diagnostics))
    lock_file = config.lock_file(destination)
    last = _content(lock_file)
    edition = plan_edition(book.value, config, lock_file, now(), cache)
    diagnostics = [*book.diagnostics, *edition.diagnostics]
    accept, refuse = tuple(accept), tuple(refuse)
    if (accept or refuse) and not failed(diagnostics):
        value = edition.value
        decided = decide(value.before, value.matching, value.offers, accept=accept, refuse=refuse)
        diagnostics.extend(decided.diagnostics)
        if not failed(diagnostics):
            data = render_lock(decided.value).encode()
            try:
                written = write_files({lock_file: data}, still=lambda: _content(lock_file) == last)
            except OSError as error:
                return Outcome(None, settle([*diagnostics, _unwritable(error, destination)]))
            if not written:
                return plan(config, destination, accept=accept, refuse=refuse)
            edition = plan_edition(book.value, config, lock_file, now(), cache)
    return Outcome(edition.value.changes, settle(diagnostics))


def read_book(config: Config, destination: Path, sources: Sources = Sources()) -> Outcome[Book]:
    """Everything below the source but the outputs in `destination`, with the images it shows."""
    chapters = read_chapters(config, skip=destination, read=sources.read)
    fetched = {}
    if config.fetch:
        cache = config.cache_folder(destination) / "fetched"
        limits = config.limits
        remote = remote_addresses(chapters.value)
        fetched = dict(sources.fetch(remote, cache, max_bytes=limits.fetch_bytes, timeout_s=limits.fetch_seconds))
    assets = load_assets(chapters.value, config.root, fetched, sources.load, limits=config.limits)
    only = chapters.value[0] if len(chapters.value) == 1 else None
    title = config.title or (only.title if only else config.name)
    languages = Counter(chapter.lang for chapter in chapters.value).most_common(1)
    lang = config.lang or (languages[0][0] if languages else "en")
    book = Book(title, lang, config.author, chapters.value, assets.value)
    return Outcome(book, (*chapters.diagnostics, *assets.diagnostics, *check_links(chapters.value)))


def _content(lock_file: Path) -> bytes | None:
    """The bytes of a lock, by which one sees whether it is still the one that an edition was planned with.

    Otherwise the edition would lose another's guids.
    """
    try:
        return read_whole(lock_file)
    except OSError:
        return None


def _changed(error: OSError, config: Config) -> Diagnostic:
    file = Path(str(error.filename))
    place = Span(file.relative_to(config.root).as_posix() if file.is_relative_to(config.root) else str(file))
    return report("file-changed", place, error.strerror or str(error), "build again")


def _unwritable(error: OSError, destination: Path) -> Diagnostic:
    place = Span(str(error.filename2 or error.filename or destination))
    hint = "choose another folder with -o"
    return report("output-unwritable", place, error.strerror or str(error), hint)


def _template_fault(error: jinja2.TemplateError) -> Diagnostic:
    """Where a template of the deck's own is wrong: Jinja leaves the template's line in the traceback."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if not f.filename.endswith(".py")]
    name, line = (frames[-1].filename, frames[-1].lineno or 1) if frames else ("templates", 1)
    place = Path(name)
    shown = "/".join(place.parts[place.parts.index("templates") :]) if "templates" in place.parts else name
    return report(
        "template-invalid",
        Span(shown, line),
        error.message or str(error),
        "mend it, or delete it to use make-deck's own",
    )


def processors() -> int:
    """How many processors this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)  # not on macOS and Windows
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def now() -> int:
    """The time that new notes get: `SOURCE_DATE_EPOCH` (reproducible-builds.org), else the clock, in seconds.

    Eleven digits go to the year 5138; Anki and SQLite could not keep a time of twenty.
    """
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    return int(given) if given.isdecimal() and len(given) <= 11 else int(time.time())
