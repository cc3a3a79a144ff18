"""Printed forms, typeset in a process of its own: slow work, native libraries, and a lower priority than the cards.

In: a `Call`. Out: `Prints`, the PDFs with what a build has to say about the edition and its pages. The process reads
the notes itself, remembers what it read, and ends with the one that started it.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2

from exporter.diagnostics import Diagnostic, failed
from exporter.editions.edition import Edition, plan_edition
from exporter.machinery.cache import Cache
from exporter.machinery.workers import Workers, end_with_parent, processors, spawning
from exporter.markup.math import CachedMath, MathBackend, MathJax
from exporter.model import Book, Card
from exporter.pipeline.book import read_book
from exporter.pipeline.edition_time import now
from exporter.pipeline.faults import template_fault
from exporter.pipeline.pages_ahead import render_with
from exporter.print.print_shop import PrintShop
from exporter.reading.anchors import anchor_of
from exporter.reading.kept_chapters import keep_chapters
from exporter.watch.chapters_in_memory import Library
from exporter.watch.raster import Contents, read_contents
from exporter.watch.snapshot import Call

if TYPE_CHECKING:
    from exporter.print.forms import Printed


@dataclass(frozen=True, slots=True)
class Form:
    """One PDF: "handout", "quiz", "flashcards". `pages` are those on which cards stand, from 0, by guid."""

    key: str
    data: bytes
    contents: Contents
    pages: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Prints:
    """All forms that settings ask for; none where there is an error. `fault` is a failure of the press itself.

    `states` says what the next edition does to each note that it touches, by guid; None where readers have none yet.
    """

    forms: tuple[Form, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    fault: str = ""
    states: Mapping[str, tuple[str, ...]] | None = None


class Press:
    """Starts the process with the first job, and again after it broke."""

    def __init__(self, call: Call, cache: Path) -> None:
        self._call = call
        self._cache = cache
        self._process: BaseProcess | None = None
        self._line: Connection | None = None
        self._starting = threading.Lock()
        self._is_over = False

    def print_forms(self) -> Prints:
        """The forms of the notes as they are now. Blocks until they are typeset."""
        try:
            line = self._line or self._start()
            line.send(self._call)
            prints = line.recv()
        except (EOFError, OSError):
            code = self._process.exitcode if self._process else None
            self.stop()
            return Prints(
                fault=f"typesetting broke off{f' (exit code {code})' if code else ''}; the next save tries again"
            )
        assert isinstance(prints, Prints)
        return prints

    def end(self) -> None:
        """End for good: what is asked for from now on, or at this moment in another thread, starts nothing."""
        with self._starting:
            self._is_over = True
        self.stop()

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        process, line = self._process, self._line  # `print_forms` may be in another thread
        self._process = self._line = None
        if process:
            process.terminate()
            process.join(5)
        if line:
            line.close()

    def _start(self) -> Connection:
        context = spawning()
        with self._starting:
            if self._is_over:
                raise EOFError
            ours, its = context.Pipe()
            self._process = context.Process(target=_work, args=(its, self._cache), name="make-deck press")
            self._process.start()
            its.close()
            self._line = ours
            return ours


def _work(line: Connection, cache: Path) -> None:
    """Answer calls until the other end closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which then closes the line
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # so that the workers end with it, and leave nothing behind
    with suppress(OSError, AttributeError):
        os.nice(10)
    end_with_parent()
    kept = Cache(cache)
    library = Library(keep_chapters(kept))
    backend = CachedMath(MathJax(), kept)
    with suppress(EOFError, OSError), Workers(processors()) as workers:
        while True:
            call: Call = line.recv()
            try:
                prints = _print(call, library, backend, kept, workers)
            except jinja2.TemplateError as error:
                prints = Prints(diagnostics=(template_fault(error),))
            except Exception as error:  # noqa: BLE001 - a bug must reach the author, not end the preview
                prints = Prints(fault=f"{type(error).__name__}: {error}")
            line.send(prints)


def _print(call: Call, library: Library, backend: MathBackend, cache: Cache, workers: Workers) -> Prints:
    settings = call.settings()
    config = settings.value
    if config is None:
        return Prints()
    with library.refresh(config) as sources:
        book = read_book(config, call.destination, sources)
    if failed(book.diagnostics):
        return Prints()
    lock_file = config.lock_file(call.destination)
    edition = plan_edition(book.value, config, lock_file, now(lock_file))
    states = _states(edition.value)
    if failed(edition.diagnostics) or not set(config.outputs) - {"apkg"}:
        return Prints(diagnostics=edition.diagnostics, states=states)
    from exporter.print.forms import write_forms

    render = render_with(backend, config, cache, workers)
    forms = write_forms(book.value, config, render, edition.value.lock.mod, PrintShop(workers, cache))
    anchors = _anchors(book.value, edition.value.matching.guids)
    printed = tuple(_form(form, anchors) for form in forms.value)
    return Prints(printed, (*edition.diagnostics, *forms.diagnostics), states=states)


def _anchors(book: Book, guids: Sequence[str]) -> Mapping[str, str]:
    """The anchor of each card on the pages, by guid."""
    cards = (
        anchor_of(chapter, place)
        for chapter in book.chapters
        for place, item in enumerate(chapter.items)
        if isinstance(item, Card)
    )
    return dict(zip(guids, cards, strict=True))


def _form(printed: Printed, anchors: Mapping[str, str]) -> Form:
    contents = read_contents(printed.data)
    pages = {guid: contents.anchors[anchor] for guid, anchor in anchors.items() if anchor in contents.anchors}
    return Form(printed.key, printed.data, contents, pages)


def _states(edition: Edition) -> Mapping[str, tuple[str, ...]] | None:
    if not edition.before.notes:
        return None
    return {change.after.guid: tuple(map(str, change.kinds)) for change in edition.changes.notes}
