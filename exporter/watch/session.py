"""One run of `make-deck watch`: what is shown now, and how it follows the files.

In: a `Call`. Out: `shown`, `problems` and `prints` as they are at the moment, and an event for everybody who listens
whenever one of them changes. An error in the notes leaves what was shown before, and says so.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from exporter.config import Config
from exporter.diagnostics import Diagnostic
from exporter.machinery.cache import Cache
from exporter.machinery.workers import end_apart
from exporter.reading.kept_chapters import keep_chapters
from exporter.watch.chapters_in_memory import Library
from exporter.watch.findings import Findings
from exporter.watch.first_look import look_first
from exporter.watch.search import Around, Index
from exporter.watch.snapshot import Call, Snapshot, changed_cards, take_snapshot, watched_folders
from exporter.watch.typesetting import Form, Press, Prints

Say = Callable[["Session", float], None]
"""Told of each reading, with the seconds that it took."""

_IGNORED = frozenset({"node_modules", "__pycache__", "dist"})
_LONG = 0.4
"""Seconds of a reading from which on an edited card is shown before it."""
_HEAD_START = 0.15
"""Seconds for the page to fetch that card, undisturbed."""
_MOST_PASSED_OVER = 3
"""Readings in a row that give way to edited cards which are newer."""
_TEMPORARY = ("~", ".swp", ".swx", ".tmp", ".part", ".crdownload")


class Session:
    """The state of a preview. Everything but reading and printing runs in one event loop."""

    def __init__(self, call: Call, say: Say = lambda session, seconds: None) -> None:  # noqa: ARG005
        self.call = call
        self.shown: Snapshot | None = None
        self.problems: tuple[Diagnostic, ...] = ()
        self.prints = Prints()
        self.fault = ""
        self.is_stale = False
        self.is_printing = False
        self.reading = 0
        self.edited: tuple[str, ...] = ()
        self._seconds = 0.0
        self._unread = asyncio.Event()
        self._is_change = False
        self._looks = 0
        self._passed_over = 0
        self.printing = 0
        self._say = say
        self._index = Index()
        self._searching = asyncio.Lock()
        self._findings: tuple[tuple[object, ...], Findings] | None = None
        self._listeners: set[asyncio.Queue[bool]] = set()
        self._dirty = asyncio.Event()
        self._folder = TemporaryDirectory(prefix="make-deck-watch-")
        settings = call.settings().value
        # without a deck.toml nothing is written beside the notes, so the cache ends with the session
        has_home = settings is not None and settings.file
        cache = settings.cache_folder(call.destination) if settings and has_home else Path(self._folder.name)
        self.cache = Cache(cache)
        self._library = Library(keep_chapters(self.cache))  # what was read before a preview began is there at once
        self._press = Press(call, cache)

    @property
    def config(self) -> Config | None:
        """The settings of what is shown."""
        return self.shown.config if self.shown else None

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What the notes, and the last printing, have to say."""
        return (*self.problems, *(() if self.is_stale else self.prints.diagnostics))

    @property
    def findings(self) -> Findings:
        """The same by file and card."""
        made_of = (self.problems, self.prints, self.is_stale, self.shown)
        if self._findings is None or any(a is not b for a, b in zip(self._findings[0], made_of, strict=True)):
            self._findings = made_of, Findings(self.diagnostics, self.shown)
        return self._findings[1]

    @property
    def states(self) -> Mapping[str, tuple[str, ...]]:
        """What the next edition does to the notes."""
        return self.prints.states or {}

    async def search(self, typed: str, start: int) -> dict[str, Any]:
        """Hits in the notes as they are now, from `start` on."""
        around = Around(self.findings.worst_by_card, self.states)
        async with self._searching:
            return await asyncio.to_thread(self._search, typed, around, start)

    def _search(self, typed: str, around: Around, start: int) -> dict[str, Any]:
        if self.shown:
            self._index.update(self.shown)
        return self._index.search(typed, around, start=start)

    def report(self, seconds: float) -> str:
        """A line for the terminal about the last reading."""
        counts = Counter(str(problem.severity) for problem in self.problems)
        found = [f"{count} {name}{'s' if count > 1 else ''}" for name, count in counts.items() if name != "info"]
        count = len(self.shown.cards) if self.shown else 0
        cards = f"{count} card{'' if count == 1 else 's'}" if self.shown and not self.is_stale else "not shown"
        parts = [time.strftime("%H:%M:%S"), ", ".join([cards, *found]), f"{seconds * 1000:.0f} ms", self.fault]
        return "  ".join(part for part in parts if part)

    def form(self, key: str) -> Form | None:
        """A printed form by name."""
        return next((form for form in self.prints.forms if form.key == key), None)

    @asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        """Read, follow the files and print, until the block ends."""
        self._is_change = True
        self._unread.set()
        tasks = [asyncio.create_task(work()) for work in (self._follow, self._read, self._print)]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            self._press.end()
            end_apart()
            self._folder.cleanup()
            with suppress(asyncio.CancelledError):
                await asyncio.gather(*tasks, return_exceptions=True)

    def close(self) -> None:
        """End the streams of all who listen, so that the server can stop."""
        for listener in self._listeners:
            listener.put_nowait(False)  # noqa: FBT003 - False ends a stream

    async def events(self, every: float = 15.0) -> AsyncIterator[None]:
        """Yields at once, whenever something changed, and now and then so that a lost listener is noticed."""
        queue: asyncio.Queue[bool] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            while True:
                yield
                with suppress(TimeoutError):
                    more = await asyncio.wait_for(queue.get(), every)
                    while not queue.empty():
                        more = queue.get_nowait() and more
                    if not more:
                        return
        finally:
            self._listeners.discard(queue)

    async def refresh(self, *, if_new: bool = False) -> None:
        """Read the notes as they are now. With `if_new`, say nothing where they are what they were."""
        start = time.perf_counter()
        self.fault = ""
        try:
            if not await self._take(if_new=if_new):
                return
        except Exception as error:  # noqa: BLE001 - a bug must reach the author, not end the preview
            self.fault = f"{type(error).__name__}: {error}"
            self.is_stale = True
        self.reading += 1
        self._tell()
        self._seconds = time.perf_counter() - start
        self._say(self, self._seconds)
        if not self.is_stale:
            self._dirty.set()

    async def _take(self, *, if_new: bool) -> bool:
        """Read, and show what was read. Whether there is anything to tell."""
        looks = self._looks
        outcome = await asyncio.to_thread(take_snapshot, self.call, self._library)
        if looks != self._looks and self._passed_over < _MOST_PASSED_OVER:
            self._passed_over += 1  # what is shown is newer already, and the next reading has begun to wait
            return False
        self._passed_over = 0
        if if_new and outcome.diagnostics == self.problems and _is_same(outcome.value, self.shown):
            return False
        self.problems = outcome.diagnostics
        self.is_stale = outcome.value is None
        self.edited = changed_cards(outcome.value, self.shown) if outcome.value and self.shown else ()
        self.shown = outcome.value or self.shown
        return True

    async def _look_first(self, changed: Collection[str]) -> None:
        """Where a reading takes long, show an edited card before the others are read again."""
        if len(changed) != 1 or self.shown is None or self.is_stale:
            return
        try:
            found = await asyncio.to_thread(look_first, self.shown, Path(*changed))
        except Exception:  # noqa: BLE001 - the reading that follows says what is wrong
            return
        if found:
            self.shown, guid = found
            self.edited = (guid,)
            self.reading += 1
            self._looks += 1
            self._tell()
            await asyncio.sleep(_HEAD_START)

    def _tell(self) -> None:
        for listener in self._listeners:
            listener.put_nowait(True)  # noqa: FBT003

    async def _follow(self) -> None:
        """Read again after every change below the watched folders."""
        from watchfiles import awatch

        while True:
            folders, recursive = watched_folders(self.shown, self.call)
            is_first = True
            watching = awatch(
                *folders,
                watch_filter=self._matters,
                recursive=recursive,
                debounce=200,
                step=15,
                rust_timeout=500,
                yield_on_timeout=True,
            )
            async for changes in watching:
                if changes and self._seconds > _LONG:
                    await self._look_first({path for _, path in changes})
                if changes or is_first:  # at first, for what changed before the watch began
                    self._is_change |= bool(changes)
                    self._unread.set()
                is_first = False
                if watched_folders(self.shown, self.call) != (folders, recursive):
                    break

    async def _read(self) -> None:
        """Read again what changed, one reading at a time."""
        while True:
            await self._unread.wait()
            self._unread.clear()
            is_change, self._is_change = self._is_change, False
            await self.refresh(if_new=not is_change)
            with suppress(Exception):  # a search that somebody asks for says what is wrong
                await self.search("", 0)  # so that the first one, too, finds an index

    def _matters(self, _: object, path: str) -> bool:
        """Whether a change at this path can change what is shown: no outputs, no caches, no editor's spare files."""
        file = Path(path)
        root = self.config.root if self.config else self.call.path
        parts = file.relative_to(root).parts if file.is_relative_to(root) else file.parts[-1:]
        hidden = any(part.startswith(".") or part in _IGNORED for part in parts)
        return not hidden and not file.name.endswith(_TEMPORARY) and not file.is_relative_to(self.call.destination)

    async def _print(self) -> None:
        """Typeset the newest notes, one edition at a time."""
        while True:
            await self._dirty.wait()
            self._dirty.clear()
            self.is_printing = True
            self._tell()
            prints = await asyncio.to_thread(self._press.print_forms)
            forms = prints.forms or self.prints.forms  # what cannot be printed leaves what was
            self.prints = replace(prints, forms=forms)
            self.is_printing = self._dirty.is_set()
            self.printing += 1
            self._tell()


def _is_same(new: Snapshot | None, old: Snapshot | None) -> bool:
    """Whether nothing was read anew. Chapters that did not change are the very same objects."""
    if new is None or old is None:
        return new is old
    if new.config != old.config or new.media != old.media:
        return False
    return [id(chapter) for chapter in new.book.chapters] == [id(chapter) for chapter in old.book.chapters]
