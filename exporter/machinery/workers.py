"""Work in other processes, where nothing that a native library does can end the build.

In: a function and its arguments. Out: its results in order; for one that crashed, hung, or took too much memory, a
`Fault`. Processes are started with the first work and kept for more.
"""

from __future__ import annotations

import faulthandler
import multiprocessing
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from multiprocessing import connection, util
from multiprocessing.context import SpawnContext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, Generic, Self, TypeVar

_MOST = 61
"""Windows waits for no more processes at once."""

_BESIDE = threading.Lock()

In = TypeVar("In")
Out = TypeVar("Out")


@dataclass(frozen=True, slots=True)
class Work(Generic[In]):
    """What a function is called with, the seconds that it may take, and the bytes of address space.

    Not every system limits the space: Linux does.
    """

    argument: In
    seconds: float
    memory_bytes: int


@dataclass(frozen=True, slots=True)
class Fault:
    """Why there is no result: "it crashed" and the like."""

    reason: str


class Workers:
    """At most `jobs` processes, kept from one run to the next."""

    def __init__(self, jobs: int) -> None:
        self._jobs = max(1, min(jobs, _MOST))
        self._executor: ProcessPoolExecutor | None = None
        self._folder: TemporaryDirectory[str] | None = None
        self._begun: list[Future[object]] = []

    @property
    def count(self) -> int:
        """How many processes there are at most."""
        return self._jobs

    def prepare(self, function: Callable[[], object], count: int) -> None:
        """Start as many processes as `count` pieces of work will keep busy, and call `function` in each."""
        with suppress(BrokenProcessPool):
            for _ in range(min(self._jobs, count)):
                self._begun.append(self._start().submit(function))

    def call(self, function: Callable[[], Out], seconds: float, memory_bytes: int) -> Out | Fault:
        """A function's result, from one of the processes that were prepared: while these begin, no other is started."""
        wait(self._begun, seconds, FIRST_COMPLETED)
        return self.run(_call, [Work(function, seconds, memory_bytes)])[0]

    def run(
        self,
        function: Callable[[In], Out],
        works: Sequence[Work[In]],
        tell: Callable[[int, Out | Fault], None] = lambda index, result: None,  # noqa: ARG005
    ) -> list[Out | Fault]:
        """The function's results, in the order of `works`. What was under way when a process died is tried alone.

        `tell` is told each result as it comes, with its place in `works`.
        """
        results: dict[int, Out | Fault] = {}

        def settle(index: int, result: Out | Fault) -> None:
            results[index] = result
            tell(index, result)

        suspects: list[int] = []
        waiting = list(range(len(works)))[::-1]
        while waiting or suspects:
            alone = not waiting
            queue = [suspects.pop()] if alone else waiting
            suspects.extend(self._run_some(function, works, queue, settle, alone=alone))
        return [results[index] for index in range(len(works))]

    def _run_some(
        self,
        function: Callable[[In], Out],
        works: Sequence[Work[In]],
        queue: list[int],
        settle: Callable[[int, Out | Fault], None],
        *,
        alone: bool,
    ) -> list[int]:
        """Work the queue off from its end; returns what was under way when a process died."""
        running: dict[Future[Out], tuple[int, float]] = {}
        while queue or running:
            while queue and len(running) < self._jobs:
                index = queue.pop()
                try:
                    future = self._start().submit(_run, function, works[index])
                except BrokenProcessPool:  # it died between two works, or under another one
                    self.stop()
                    queue.append(index)
                    if running:
                        return self._blame(works, running, settle, alone=alone)
                    continue
                running[future] = (index, time.monotonic())
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                index, _ = running[future]
                try:
                    settle(index, future.result())
                except BrokenProcessPool:
                    self.stop()
                    return self._blame(works, running, settle, alone=alone)
                except MemoryError:
                    settle(index, Fault(f"it needed more than {works[index].memory_bytes / 1e9:.3g} GB of memory"))
                except RecursionError:
                    settle(index, Fault("it is nested too deeply"))
                except Exception as error:  # noqa: BLE001 - whatever a library says about untrusted input
                    settle(index, Fault(f"{type(error).__name__}: {error}".partition("\n")[0][:200]))
                del running[future]
        return []

    def _blame(
        self,
        works: Sequence[Work[In]],
        running: dict[Future[Out], tuple[int, float]],
        settle: Callable[[int, Out | Fault], None],
        *,
        alone: bool,
    ) -> list[int]:
        """Settle whose process died: what ran out of time, and what was alone. The others are tried again."""
        suspects: list[int] = []
        for index, start in running.values():
            late = time.monotonic() - start >= works[index].seconds
            if late:
                settle(index, Fault(f"it took longer than {works[index].seconds:.0f} s"))
            elif alone:
                settle(index, Fault("it crashed"))
            else:
                suspects.append(index)
        return suspects

    def _start(self) -> ProcessPoolExecutor:
        if self._executor is None:
            self._folder = TemporaryDirectory(prefix="make-deck-", ignore_cleanup_errors=True)
            self._executor = ProcessPoolExecutor(self._jobs, spawning(), _begin, (self._folder.name,))
        return self._executor

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error: object, *_: object) -> None:
        self.stop(at_once=error is not None)

    def stop(self, *, at_once: bool = False) -> None:
        """End the processes: when their work is done, or at once."""
        if self._executor:
            if at_once:
                for process in list(multiprocessing.active_children()):
                    process.terminate()
            self._executor.shutdown(cancel_futures=True)
            self._executor = None
            self._begun.clear()
        if self._folder:
            self._folder.cleanup()
            self._folder = None


def call_apart(function: Callable[[], Out], seconds: float, memory_bytes: int) -> Out | Fault:
    """A function's result, from a process that this one keeps beside it for what may take much. It starts with the first."""
    with _BESIDE:
        try:
            return _beside().call(function, seconds, memory_bytes)
        except KeyboardInterrupt:  # nobody waits for what it does
            end_apart()
            raise


def end_apart() -> None:
    """End the process beside this one, whatever it is doing."""
    if _beside.cache_info().currsize:
        _beside().stop(at_once=True)


@cache
def _beside() -> Workers:
    workers = Workers(1)
    util.Finalize(None, workers.stop, kwargs={"at_once": True}, exitpriority=10)
    return workers


def spawning() -> SpawnContext:
    """How processes are started: anew, since a fork would copy threads and their locks.

    Python looks for modules in the current folder first, also for those that a new process begins with, and the user
    may stand in a stranger's deck: every process that this one starts is told not to.
    """
    os.environ["PYTHONSAFEPATH"] = "1"
    return multiprocessing.get_context("spawn")


def end_with_parent(folder: str = "") -> None:
    """Let this process end with the one that started it, however that ends, and take its temporary folder along."""
    parent = multiprocessing.parent_process()
    if parent:
        threading.Thread(target=_follow, args=(parent.sentinel, folder), daemon=True).start()


def _begin(folder: str) -> None:
    """Follow the parent, leave nothing behind, and keep what native libraries say as they break from the terminal."""
    end_with_parent(folder)
    tempfile.tempdir = folder  # WeasyPrint's fonts, which a process that is killed leaves
    os.dup2(_nowhere().fileno(), 2)


def _follow(sentinel: Any, folder: str) -> None:
    connection.wait([sentinel])
    if folder:
        shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)


def _run(function: Callable[[In], Out], work: Work[In]) -> Out:
    """Do the work; a process that takes longer ends, whatever native code it is in."""
    faulthandler.dump_traceback_later(work.seconds, exit=True, file=_nowhere())
    _limit_memory(work.memory_bytes)
    try:
        return function(work.argument)
    finally:
        _limit_memory(-1)
        faulthandler.cancel_dump_traceback_later()


def _limit_memory(size: int) -> None:
    """What this process may have of address space, in bytes; -1 for as much as it may have at all."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        most = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (size if size > 0 else most, most))


def _call(function: Callable[[], Out]) -> Out:
    return function()


@cache
def _nowhere() -> IO[str]:
    return Path(os.devnull).open("w", encoding="utf-8")


def processors() -> int:
    """How many processors this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)  # not on macOS and Windows
    return len(affinity(0)) if affinity else os.cpu_count() or 1
