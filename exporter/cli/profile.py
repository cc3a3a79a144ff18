"""Where the time of a build went: `--profile`.

In: the names of steps as they begin. Out: a table of seconds and shares.
"""

from __future__ import annotations

import time


class Profile:
    """A progress that keeps the time of each step; one that comes again is added up."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}
        self._step = "starting"
        self._since = time.perf_counter()

    def __call__(self, step: str) -> None:
        """The last step ends, and this one begins."""
        now = time.perf_counter()
        self._seconds[self._step] = self._seconds.get(self._step, 0.0) + now - self._since
        self._step, self._since = step, now

    def table(self) -> str:
        """The steps in the order in which they first came, with seconds and the share of the whole."""
        self(self._step)
        total = sum(self._seconds.values())
        rows = [f"  {step:16}{seconds:8.2f} s {seconds / total:5.0%}" for step, seconds in self._seconds.items()]
        return "\n".join([*rows, f"  {'':16}{total:8.2f} s"])
