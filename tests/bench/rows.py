"""What is measured, a function a row: from a folder, a clock and what the user asked for to figures."""

from __future__ import annotations

import argparse
import math
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from tests.bench import watch
from tests.bench.clock import Clock, Figure
from tests.bench.decks import write_course, write_files, write_pictures, write_terms
from tests.conftest import CORPUS

_PRINT = ("--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files", "--no-pdf-header-footer")
_PARSE = """
import sys
from pathlib import Path
from exporter.reading.markdown import parse
from exporter.source import SourceFile
for file in sorted(Path(sys.argv[1]).rglob("*.md")):
    parse(SourceFile.from_text(file.name, file, file.read_text(encoding="utf-8")))
"""

Row = Callable[[Path, Clock, argparse.Namespace], Iterator[Figure]]


def make_deck(*arguments: object) -> tuple[object, ...]:
    """The command of this checkout."""
    return (sys.executable, "-m", "exporter", *arguments)


def build(root: Path) -> tuple[object, ...]:
    """The command that builds a deck beside its notes."""
    return make_deck("build", root, "-o", root / "dist")


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


def settings(root: Path, *outputs: str) -> None:
    """Let a folder of notes be a deck with these outputs."""
    (root / "deck.toml").write_text(f'name = "{root.name}"\nsource = "."\noutputs = {[*outputs]}\n', encoding="utf-8")


def bench_help(folder: Path, clock: Clock, options: argparse.Namespace) -> Iterator[Figure]:
    for _ in range(options.runs):
        clock.run("help", *make_deck("--help"))
    yield clock.time("`make-deck --help`", "help", 0.15)


def bench_deck(folder: Path, clock: Clock, options: argparse.Namespace) -> Iterator[Figure]:
    """A deck of 10,000 notes: with pictures, formulas and code, and without."""
    for name, rich in (("plain", False), ("rich", True)):
        root, theirs = folder / name, folder / f"ankdown-{name}"
        write_terms(root, 10_000, 100, rich=rich)
        settings(root, "apkg")
        write_terms(theirs, 10_000, 100, rich=rich, ankdown=True)
        for run in range(options.runs):
            forget(root)
            clock.run(name, *build(root))
            if options.ankdown:
                clock.run(f"{name} ankdown", options.ankdown, "-r", ".", "-p", folder / "a.apkg", cwd=theirs)
            clock.run(f"{name} second", *build(root))  # it reads by the rules that the first one wrote into the lock
            edit(root / "c050.md", run)
            clock.run(f"{name} edited", *build(root))
        kind = "with pictures, formulas, code" if rich else "of plain text"
        yield clock.time(f"deck of 10,000 notes {kind}, from nothing", name)
        if options.ankdown:
            yield clock.compare("the same, beside ankdown", name, f"{name} ankdown", 2.0)
        yield clock.time("one answer edited", f"{name} edited")
        yield clock.compare("one answer edited, against from nothing", f"{name} edited", name, 0.15)


def bench_unchanged(folder: Path, clock: Clock, options: argparse.Namespace) -> Iterator[Figure]:
    """Nothing changed, over the interpreter's start."""
    for name, pictures in (("10,000 notes", 0), ("5,000 pictures", 5_000)):
        root = folder / name
        write_terms(root, 10_000, 100)
        write_pictures(root, pictures)
        settings(root, "apkg")
        clock.run(f"{name} cold", *build(root))
        rest(root)
        clock.run(f"{name} settled", *build(root))
        for _ in range(options.runs):
            clock.run(name, *build(root))
            clock.run("python", sys.executable, "-c", "pass")
        over = clock.median(name) - clock.median("python")
        yield Figure(f"nothing changed, {name}, over Python's start", over, "s", 0.15, clock.spread(name))


def bench_memory(folder: Path, clock: Clock, options: argparse.Namespace) -> Iterator[Figure]:
    for count, most in ((10_000, 250), (100_000, 1_200)):
        root = folder / str(count)
        write_terms(root, count, count // 100)
        settings(root, "apkg")
        clock.run(str(count), *build(root))
        yield Figure(f"memory of a deck of {count:,} notes, from nothing", clock.megabytes[str(count)], "MB", most)
    yield Figure(
        "exponent from 10,000 notes to 100,000", math.log(clock.ratio("100000", "10000")) / math.log(10), "", 1.05
    )


def bench_outline(folder: Path, clock: Clock, options: argparse.Namespace) -> Iterator[Figure]:
    """2,000 files of 25 MB: against parsing them on one processor, and again."""
    root = folder / "notes"
    write_files(root, 2_000, 12_500)
    for _ in range(max(1, options.runs // 2)):
        forget(root)
        clock.run("parse", sys.executable, "-c", _PARSE, root)
        clock.run("cold", *make_deck("outline", root))
        clock.run("again", *make_deck("outline", root))
    yield clock.time("`outline` of 2,000 files, from nothing", "cold")
    yield clock.compare("the same, beside the parser alone", "cold", "parse", 1.5)
    yield clock.time("the second time", "again", 1.0)


def bench_handout(folder: Path, clock: Clock, options: argparse.Namespace) -> Iterator[Figure]:
    """1,000 questions as a handout, beside headless Chromium printing the same HTML."""
    root = folder / "course"
    write_course(root, 1000, 20)
    page = whole_html(root)
    chromium = shutil.which("chromium")
    for run in range(options.runs):
        forget(root)
        clock.run("cold", *build(root))
        if chromium:
            clock.run("chromium", chromium, *_PRINT, f"--print-to-pdf={folder}/c.pdf", page.as_uri())
        edit(root / "notes/010.md", run)
        clock.run("edited", *build(root))
    yield clock.time("handout of 1,000 questions, from nothing", "cold")
    if chromium:
        yield clock.compare("the same, beside headless Chromium", "cold", "chromium", 1.8)
        size = (root / "dist/course.pdf").stat().st_size / (folder / "c.pdf").stat().st_size
        yield Figure("its file, beside Chromium's", size, "×", 0.5)
    yield clock.time("one answer edited", "edited")
    yield clock.compare("one answer edited, against from nothing", "edited", "cold", 0.12)


def bench_growth(folder: Path, clock: Clock, options: argparse.Namespace) -> Iterator[Figure]:
    for count in (1000, 5000):
        write_course(folder / f"g{count}", count, count // 50)
    for _ in range(max(1, options.runs // 3)):
        for count in (1000, 5000):
            forget(folder / f"g{count}")
            clock.run(str(count), *build(folder / f"g{count}"))
    exponent = math.log(clock.ratio("5000", "1000")) / math.log(5)
    yield Figure("exponent of a handout from 1,000 questions to 5,000", exponent, "", 1.0)
    yield Figure("memory of its largest process", clock.megabytes["5000"], "MB", 500)


def bench_watch(folder: Path, clock: Clock, options: argparse.Namespace) -> Iterator[Figure]:
    """An edit on the screen of `make-deck watch`, from the first byte written to the new text in the card."""
    for files, where, goal in ((20, "in 20 files", 0.0), (1, "in one file", 0.8)):
        root = folder / str(files)
        for milliseconds in watch.measure(root, watch.write_deck(root, 1000, files)):
            clock.add(where, milliseconds / 1000)
        work = f"an edit on the screen, 1,000 cards {where}"
        yield clock.time(work, where, goal)


def bench_size(folder: Path, clock: Clock, options: argparse.Namespace) -> Iterator[Figure]:
    """What an installation takes, without what every environment of Python has."""
    root = Path(__file__).parents[2]
    clock.run("venv", sys.executable, "-m", "venv", folder / "venv")
    before = _megabytes(folder / "venv")
    clock.run("install", folder / "venv/bin/pip", "install", "-q", root)
    yield Figure("installed size", _megabytes(folder / "venv") - before, "MB", 270)


def bench_book(folder: Path, clock: Clock, options: argparse.Namespace) -> Iterator[Figure]:
    """Everything that the book in the corpus gives, with the share of each step."""
    root = folder / "book"
    shutil.copytree(CORPUS / "book", root)
    for name in ("from nothing", "again"):
        start = time.perf_counter()
        command = make_deck("build", root, "-o", folder / "out", "--only", "apkg,handout,quiz,flashcards", "--profile")
        said = subprocess.run([*map(str, command), "-q"], capture_output=True, text=True, check=True).stderr
        steps = re.findall(r"^  (\w[\w ]*?) +[\d.]+ s +(\d+)%$", said, re.MULTILINE)
        shares = ", ".join(f"{step} {share} %" for step, share in steps)
        yield Figure(f"the book {name} ({shares})", time.perf_counter() - start, "s")


def _megabytes(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and not file.is_symlink()) / 1e6


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


ROWS: Mapping[str, Row] = {
    "help": bench_help,
    "deck": bench_deck,
    "unchanged": bench_unchanged,
    "memory": bench_memory,
    "outline": bench_outline,
    "handout": bench_handout,
    "growth": bench_growth,
    "watch": bench_watch,
    "size": bench_size,
    "book": bench_book,
}
