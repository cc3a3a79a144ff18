"""How fast make-deck is, beside others and beside itself: `python -m tests.bench [ROW …] [--runs N] [--ankdown PATH]`.

Every figure is a ratio of medians of whole commands that ran by turns in one run on one machine. Rows: help, terms,
course, growth, book. `terms` is measured against ankdown (PyPI) where `--ankdown` names its command, `course` against
headless Chromium printing the same HTML where it is installed. Never a test: a busy machine only makes it longer.
"""

from __future__ import annotations

import argparse
import math
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.decks import write_course, write_terms
from tests.conftest import CORPUS


@dataclass
class Clock:
    """Runs commands, and keeps seconds and the memory of the largest process by name."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    megabytes: dict[str, float] = field(default_factory=dict)

    def run(self, name: str, *command: object, cwd: Path | None = None) -> None:
        """Run a command, which must succeed."""
        start = time.perf_counter()
        process = subprocess.Popen([*map(str, command)], cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert not process.returncode, f"{name}: exit code {process.returncode}"
        self.seconds.setdefault(name, []).append(time.perf_counter() - start)
        self.megabytes[name] = max(self.megabytes.get(name, 0.0), usage.ru_maxrss / 1024)

    def median(self, name: str) -> float:
        """The median of a command's seconds."""
        return statistics.median(self.seconds[name])

    def ratio(self, one: str, other: str) -> float:
        """How many times as long one command takes as another."""
        return self.median(one) / self.median(other)


def make_deck(*arguments: object) -> tuple[object, ...]:
    return (sys.executable, "-m", "exporter", *arguments)


def edit(file: Path, run: int) -> None:
    """Change one answer."""
    text = file.read_text(encoding="utf-8")
    file.write_text(re.sub(r"(?<=\n\n)(?:edited \d+ )?(?=\w)", f"edited {run} ", text, count=1), encoding="utf-8")


def rest(root: Path) -> None:
    """Let files look a minute old: what was just written is not trusted."""
    past = time.time() - 60
    for file in root.rglob("*"):
        if "dist" not in file.parts and ".make-deck" not in file.parts:
            os.utime(file, (past, past))


def forget(root: Path) -> None:
    """Delete what former builds left."""
    for folder in (root / "dist", root / ".make-deck"):
        shutil.rmtree(folder, ignore_errors=True)
    (root / "deck.lock").unlink(missing_ok=True)


def bench_help(folder: Path, clock: Clock, runs: int, _: argparse.Namespace) -> None:
    for _ in range(runs):
        clock.run("python -c pass", sys.executable, "-c", "pass")
        clock.run("make-deck --help", *make_deck("--help"))
    print(
        f"make-deck --help: {clock.median('make-deck --help'):.3f} s, python -c pass {clock.median('python -c pass'):.3f} s"
    )


def bench_terms(folder: Path, clock: Clock, runs: int, options: argparse.Namespace) -> None:
    root, theirs = folder / "terms", folder / "ankdown"
    write_terms(root, 10_000, 100)
    (root / "deck.toml").write_text('name = "terms"\nsource = "."\noutputs = ["apkg"]\n', encoding="utf-8")
    write_terms(theirs, 10_000, 100, ankdown=True)
    for run in range(runs):
        forget(root)
        clock.run("cold", *make_deck("build", root, "-o", root / "dist"))
        if options.ankdown:
            clock.run("ankdown", options.ankdown, "-r", ".", "-p", folder / "a.apkg", cwd=theirs)
        edit(root / "c050.md", run)
        clock.run("edited", *make_deck("build", root, "-o", root / "dist"))
        rest(root)
        clock.run("settled", *make_deck("build", root, "-o", root / "dist"))
        clock.run("unchanged", *make_deck("build", root, "-o", root / "dist"))
        clock.run("python", sys.executable, "-c", "pass")
    if options.ankdown:
        print(f"10,000 notes, cold: {clock.ratio('cold', 'ankdown'):.2f} x ankdown")
    print(f"10,000 notes, one answer edited: {clock.ratio('edited', 'cold'):.2f} x cold ({clock.median('cold'):.1f} s)")
    print(
        f"10,000 notes, nothing changed: {clock.median('unchanged') - clock.median('python'):.2f} s over the interpreter's start"
    )


def bench_course(folder: Path, clock: Clock, runs: int, _: argparse.Namespace) -> None:
    root = folder / "course"
    write_course(root, 1000, 20)
    page = whole_html(root)
    chromium = shutil.which("chromium")
    for run in range(runs):
        forget(root)
        clock.run("cold", *make_deck("build", root, "-o", root / "dist"))
        if chromium:
            flags = (
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--allow-file-access-from-files",
                "--no-pdf-header-footer",
            )
            clock.run("chromium", chromium, *flags, f"--print-to-pdf={folder}/c.pdf", page.as_uri())
        edit(root / "notes/010.md", run)
        clock.run("edited", *make_deck("build", root, "-o", root / "dist"))
    if chromium:
        print(f"handout, 1,000 questions, cold: {clock.ratio('cold', 'chromium'):.2f} x Chromium")
        print(
            f"  file: {(root / 'dist/course.pdf').stat().st_size / (folder / 'c.pdf').stat().st_size:.2f} x Chromium's"
        )
    print(f"handout, one answer edited: {clock.ratio('edited', 'cold'):.2f} x cold ({clock.median('cold'):.1f} s)")


def bench_growth(folder: Path, clock: Clock, runs: int, _: argparse.Namespace) -> None:
    for count in (1000, 5000):
        write_course(folder / f"g{count}", count, count // 50)
    for _ in range(max(1, runs // 3)):
        for count in (1000, 5000):
            forget(folder / f"g{count}")
            clock.run(str(count), *make_deck("build", folder / f"g{count}", "-o", folder / f"g{count}/dist"))
    exponent = math.log(clock.ratio("5000", "1000")) / math.log(5)
    print(
        f"handout, 5,000 questions: growth exponent {exponent:.2f}, {clock.megabytes['5000']:.0f} MB in the largest process"
    )


def bench_book(folder: Path, clock: Clock, _: int, __: argparse.Namespace) -> None:
    """Everything that the book in the corpus gives, cold and warm, with the share of each step."""
    root = folder / "book"
    shutil.copytree(CORPUS / "book", root)
    for name in ("cold", "warm"):
        start = time.perf_counter()
        outputs = "apkg,handout,quiz,flashcards"
        command = [
            str(part) for part in make_deck("build", root, "-o", folder / "out", "--only", outputs, "--profile", "-q")
        ]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
        table = re.findall(r"^  (\w[\w ]*?) +([\d.]+) s +(\d+)%$", said, re.MULTILINE)
        print(
            f"the book, {name}: {time.perf_counter() - start:.0f} s;",
            ", ".join(f"{step} {share} %" for step, _, share in table),
        )
    clock.seconds.clear()


def whole_html(root: Path) -> Path:
    """The handout of a deck as one HTML file that a browser prints."""
    from exporter.config import load_config
    from exporter.markup.math import MathJax
    from exporter.pipeline.book import read_book
    from exporter.print.pages import render_handout, render_here

    config = load_config(root).value
    assert config
    page = render_handout(read_book(config, root / "dist").value, config, render_here(MathJax()), 0).value[0][1]
    head = page.parts[0].html.partition("<body>")[0]
    bodies = "".join(part.html.partition("<body>")[2].partition("</body>")[0] for part in page.parts)
    markup = re.sub(
        r"deck:[0-9a-f]{64}", lambda match: page.pictures[match[0]].as_uri(), f"{head}<body>{bodies}</body>"
    )
    file = root.parent / f"{root.name}.html"
    file.write_text(
        markup.replace("__BODY_FONTS__", '"Noto Sans CJK SC"').replace("__MONO_FONTS__", "monospace"), encoding="utf-8"
    )
    return file


ROWS: Mapping[str, Callable[[Path, Clock, int, argparse.Namespace], None]] = {
    "help": bench_help,
    "terms": bench_terms,
    "course": bench_course,
    "growth": bench_growth,
    "book": bench_book,
}


def main() -> None:
    """Measure the rows that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="*", default=[*ROWS], choices=[*ROWS])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--ankdown", help="the command of ankdown, in an environment of its own")
    options = parser.parse_args()
    for row in options.rows:
        with tempfile.TemporaryDirectory() as folder:
            ROWS[row](Path(folder), Clock(), options.runs, options)


if __name__ == "__main__":
    main()
