"""The coverage-guided fuzzer, for a moment: it must start, and find nothing.

With `MAKE_DECK_FUZZ_SECONDS` each target runs for so long, from another seed each time; `python -m tests.fuzz` runs one.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.fuzz.targets import TARGETS

SECONDS = int(os.environ.get("MAKE_DECK_FUZZ_SECONDS") or 0)


@pytest.mark.slow
@pytest.mark.parametrize("target", TARGETS if SECONDS else ["notes"])
def test_nothing_new_is_found(target: str, tmp_path: Path) -> None:
    pytest.importorskip("atheris", reason="atheris has no wheel for this system")
    command = [
        sys.executable,
        "-m",
        "tests.fuzz",
        target,
        "--seconds",
        str(SECONDS or 2),
        "--seed",
        "0" if SECONDS else "1",
    ]
    # libFuzzer ends the process without tidying up, so its temporary files lie where pytest does
    result = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)},  # a pool of workers keeps its safe path
        capture_output=True,
        text=True,
        errors="replace",
        timeout=SECONDS + 120,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-5000:]
