"""An end to work in this process that may not come to one by itself: an expression that is matched for years.

In: seconds of the processor. Out: `TimeoutError`, wherever Python is then; its regular expressions, too, look whether
somebody wants something. Only where a process has signals, and only in its first thread: `can_interrupt` says so.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


def can_interrupt() -> bool:
    """Whether `at_most` has an effect here."""
    return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise `TimeoutError` after so many seconds of the processor. Not within itself."""
    if not can_interrupt():
        yield
        return
    former = signal.signal(signal.SIGPROF, _interrupt)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, former)


def _interrupt(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - a handler's signature
    raise TimeoutError
