"""Whole commands, timed by turns.

In: commands. Out: seconds, seconds of a processor (of all processes of a command together), and the memory of the largest
process of each, by name, with how far the runs lie apart.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

_BUSY = 0.15
"""Runs of one command that lie further apart than this share of their median say that the machine did something else."""


@dataclass
class Clock:
    """Runs commands, and keeps what they took."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    processor: dict[str, list[float]] = field(default_factory=dict)
    megabytes: dict[str, float] = field(default_factory=dict)

    def run(self, name: str, *command: object, cwd: Path | None = None) -> None:
        """Run a command, which must succeed."""
        start = time.perf_counter()
        process = subprocess.Popen([*map(str, command)], cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert not process.returncode, f"{name}: exit code {process.returncode}"
        self.add(name, time.perf_counter() - start)
        self.processor.setdefault(name, []).append(usage.ru_utime + usage.ru_stime)
        self.megabytes[name] = max(self.megabytes.get(name, 0.0), usage.ru_maxrss / 1024)

    def add(self, name: str, seconds: float) -> None:
        """Keep one more time of something."""
        self.seconds.setdefault(name, []).append(seconds)

    def median(self, name: str) -> float:
        """The median of a command's seconds."""
        return statistics.median(self.seconds[name])

    def ratio(self, one: str, other: str) -> float:
        """How many times as long one command takes as another."""
        return self.median(one) / self.median(other)

    def spread(self, *names: str) -> float:
        """How far the runs of these commands lie apart, as a share of their median: the largest of them."""
        return max((max(self.seconds[name]) - min(self.seconds[name])) / self.median(name) for name in names)

    def time(self, work: str, name: str, goal: float = 0.0) -> Figure:
        """How long a command takes."""
        return Figure(work, self.median(name), "s", goal, self.spread(name), self._busy(name))

    def compare(self, work: str, one: str, other: str, goal: float) -> Figure:
        """How many times as long one command takes as another."""
        busy = self._busy(one) / self._busy(other) if self._busy(other) else 0.0
        return Figure(work, self.ratio(one, other), "×", goal, self.spread(one, other), busy)

    def _busy(self, name: str) -> float:
        """The median of the seconds of a processor; 0 where they are not known."""
        return statistics.median(self.processor[name]) if name in self.processor else 0.0


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured of some work. `goal` is the most that it should be; 0 where there is none.

    `processor` is the same in seconds of a processor, which another's work makes little longer; 0 where it is not known.
    """

    work: str
    value: float
    unit: str
    goal: float = 0.0
    spread: float = 0.0
    processor: float = 0.0

    def __str__(self) -> str:
        """A row of a table in Markdown. A figure of a busy machine reaches no goal, and misses none."""
        goal = f"≤ {self._shown(self.goal)}" if self.goal else ""
        processor = self._shown(self.processor) if self.processor else ""
        if self.spread > _BUSY:
            verdict = f"busy: runs lie {self.spread:.0%} apart"
        else:
            verdict = "" if not self.goal else "reached" if self.value <= self.goal else "missed"
        return f"| {self.work} | {self._shown(self.value)} | {processor} | {goal} | {verdict} |"

    def _shown(self, value: float) -> str:
        digits = 0 if value >= 100 else 1 if value >= 10 else 2
        return f"{value:.{digits}f} {self.unit}".rstrip()
