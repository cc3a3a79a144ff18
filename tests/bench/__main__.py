"""How fast make-deck is, beside others and beside itself: `python -m tests.bench [ROW …] [--runs N] [--ankdown PATH]`.

Prints a table in Markdown. A ratio is one of medians of whole commands that ran by turns on one machine. `--ankdown`
names the command of that tool (PyPI), in an environment of its own; Chromium is compared where it is installed. Never a
test: a busy machine only makes it longer, and the table says so; the seconds of a processor, of all processes of a command
together, say more then.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from pathlib import Path

from tests.bench.clock import Clock
from tests.bench.rows import ROWS


def main() -> None:
    """Measure the rows that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="*", default=[*ROWS], choices=[*ROWS])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--ankdown", help="the command of ankdown, in an environment of its own")
    options = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # nobody's make-deck is compiled anew with each call
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}\n")
    print("| work | measured | processor time | goal | |\n|---|---|---|---|---|")
    for row in options.rows:
        with tempfile.TemporaryDirectory() as folder:
            for figure in ROWS[row](Path(folder), Clock(), options):
                print(figure, flush=True)


if __name__ == "__main__":
    main()
