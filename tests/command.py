"""The command `make-deck`, called in a process of its own or, much sooner, in this one.

In: arguments and a folder. Out: exit code and text, as `subprocess.run` gives them. A call in this process does all that
the command does, but what each process has to start lives on from call to call: the libraries, the processes that typeset
pages, and MathJax.
"""

from __future__ import annotations

import gc
import io
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from subprocess import CompletedProcess, run
from typing import Any

import pytest

from exporter.cli import main
from exporter.machinery.workers import Workers

Result = CompletedProcess[str]


def call_process(arguments: tuple[object, ...], cwd: Path) -> Result:
    """As a user does."""
    command = [sys.executable, "-m", "exporter", *map(str, arguments)]
    return run(command, cwd=cwd, capture_output=True, text=True, encoding="utf-8", timeout=300, check=False)


def call_here(arguments: tuple[object, ...], cwd: Path) -> Result:
    """In this process. What it raises is a traceback and exit code 1, as it would be there."""
    words = list(map(str, arguments))
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with chdir(cwd), _as_if_alone(), redirect_stdout(out), redirect_stderr(err):
        try:
            main(words, prog_name="make-deck")
        except SystemExit as end:
            code = end.code
        except Exception:  # noqa: BLE001 - whatever got out
            traceback.print_exc(file=err)
            code = 1
    out.flush()
    err.flush()
    texts = (stream.buffer.getvalue().decode().replace(os.linesep, "\n") for stream in (out, err))
    return CompletedProcess(words, code if isinstance(code, int) else int(bool(code)), *texts)


@contextmanager
def _as_if_alone() -> Iterator[None]:
    """With what was started by calls before, and without a trace of what this one sets."""
    thresholds = gc.get_threshold()
    with pytest.MonkeyPatch.context() as patch, Path(os.devnull).open(encoding="utf-8") as nothing:
        patch.setattr("sys.stdin", nothing)
        patch.setattr("exporter.pipeline.build.Workers", KeptWorkers)
        patch.setattr("exporter.pipeline.build.MathJax", mathjax)
        patch.setattr("exporter.pipeline.check.MathJax", mathjax)
        try:
            yield
        finally:
            gc.set_threshold(*thresholds)


@cache
def mathjax() -> Any:
    from exporter.markup.math import MathJax

    return MathJax()


class KeptWorkers(Workers):
    """Workers whose processes work for the next ones too, if nothing went wrong."""

    _kept: dict[int, Workers] = {}  # noqa: RUF012 - one for all

    def _start(self) -> Any:
        if self._executor is None and (last := self._kept.pop(self._jobs, None)):
            self._executor, self._folder = last._executor, last._folder
        return super()._start()

    def __exit__(self, error: object, *rest: object) -> None:
        if error is None and self._executor and self._jobs not in self._kept:
            self._kept[self._jobs] = self
        else:
            super().__exit__(error, *rest)

    @classmethod
    def end(cls) -> None:
        while cls._kept:
            cls._kept.popitem()[1].stop()
