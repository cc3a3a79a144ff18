"""`make-deck build`: the deck and the printed forms."""

from __future__ import annotations

import difflib
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exporter.cli.arguments import (
    DECK,
    FORMAT,
    OUTPUT,
    PATH,
    STRICT,
    fetch_options,
    read_decks,
    read_destination,
    stranger_options,
)
from exporter.cli.print_options import printing_options, with_printing
from exporter.cli.profile import Profile

if TYPE_CHECKING:
    from exporter.config import Config
    from exporter.diagnostics import Diagnostic, Format, Outcome
    from exporter.pipeline.build import Progress
    from exporter.pipeline.unchanged import Built


@click.command("build")
@PATH
@DECK
@OUTPUT
@click.option("--only", help="Only these outputs, with commas: apkg, handout, quiz, test, flashcards.")
@fetch_options
@STRICT
@FORMAT
@click.option("--locked", is_flag=True, help="Fail if this build would change the lock (for CI).")
@click.option("--release", is_flag=True, help="Make an edition of it: what is published now (see make-deck release).")
@click.option(
    "-j", "--jobs", type=click.IntRange(1), help="How many processes typeset pages (default: one a processor)."
)
@click.option("--profile", is_flag=True, help="Say how long each step took.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but warnings and errors.")
@printing_options
@stranger_options
def command(
    path: Path | None,
    output: Path | None,
    only: str | None,
    fetch: bool,
    strict: bool,
    form: Format,
    locked: bool,
    release: bool,
    quiet: bool,
    jobs: int | None,
    profile: bool,
    **printing: Any,
) -> None:
    """Build the deck and the handout.

    PATH is a Markdown file or a folder; without it, the deck around the current folder.

    \b
    Example:
      make-deck build notes/ -o out --only apkg
      make-deck build notes/ --only quiz --seed 7 --count 20
      make-deck build notes/ --only flashcards --cards A7 --duplex short
    """  # noqa: D301
    from exporter.cli.console import say, show, stop_if_failed
    from exporter.config import with_outputs
    from exporter.diagnostics import failed

    decks = read_decks(path, form, fetch=fetch)
    outputs = _outputs(only)
    said: list[Diagnostic] = []
    for deck in decks:
        config = with_printing(with_outputs(deck, outputs), printing)
        if release and config.part:
            raise click.UsageError(f"a part of a deck is no edition: release the whole of {config.name}")
        ways = {"strict": strict, "locked": locked, "release": release}
        times = Profile()
        with _progress(quiet=quiet or form != "text") as shown:
            outcome = _build(config, read_destination(config, output), ways, jobs or 0, (times, shown))
        if len(decks) > 1 and form == "text" and not quiet:
            say(f"{config.name}:")
        if form == "text":
            _tell(outcome.diagnostics, config, read_destination(config, output), release=release)
        else:
            show(outcome.diagnostics, form, summary=_summary(outcome.value))
        if profile:
            click.echo(times.table(), err=True)
        if form == "text" and not quiet and not failed(outcome.diagnostics):
            _print_summary(outcome.value, outcome.diagnostics)
        said.extend(outcome.diagnostics)
    stop_if_failed(tuple(said))


def _build(
    config: Config, destination: Path, ways: dict[str, bool], jobs: int, listeners: tuple[Progress, ...]
) -> Outcome[Built]:
    """One deck, unless all of it is there already."""
    from exporter.pipeline.unchanged import make_unless_made

    def progress(step: str) -> None:
        for listen in listeners:
            listen(step)

    def make() -> Outcome[Built]:
        gc.set_threshold(100_000, 50, 50)  # nearly all that a build makes lives to its end: there is little to find
        from exporter.pipeline.build import build

        return build(config, destination, **ways, jobs=jobs, progress=progress)

    return make_unless_made(config, destination, tuple(ways.values()), make)


def _tell(diagnostics: tuple[Diagnostic, ...], config: Config, destination: Path, *, release: bool) -> None:
    """Say it all; of a release, and where nothing but paper is made, what was said of the notes before in one line."""
    from exporter.cli.console import show
    from exporter.diagnostics import failed
    from exporter.pipeline.told_before import remember_told, split_told

    is_short = release or "apkg" not in config.outputs
    new, again = split_told(config, destination, diagnostics) if is_short else (diagnostics, ())
    show(new, "text")
    if again:
        messages = "1 message on the notes is" if len(again) == 1 else f"{len(again)} messages on the notes are"
        click.echo(f'{messages} as before; "make-deck check" says what', err=True)
    if not failed(diagnostics):
        remember_told(config, destination, diagnostics)


_SOUGHT = {"pdf": "handout", "print": "handout", "book": "handout", "anki": "apkg", "deck": "apkg", "exam": "test"}
"""What people look for under other names."""


def _outputs(only: str | None) -> tuple[Any, ...]:
    known = ("apkg", "handout", "quiz", "test", "flashcards")
    names = tuple(name.strip() for name in (only or "").split(",") if name.strip())
    for name in names:
        if name not in known:
            meant = _SOUGHT.get(name.lower()) or next(iter(difflib.get_close_matches(name, known, n=1)), "")
            hint = f'; did you mean "{meant}"?' if meant else ""
            raise click.BadParameter(f'"{name}" is none of {", ".join(known)}{hint}', param_hint="--only")
    return names


def _summary(built: Built) -> dict[str, Any]:
    files = {name: str(file) for name, file in built.files.items()}
    return {
        "files": files,
        "cards": built.cards,
        "images": built.images,
        "pages": built.pages,
        "stays_out": built.stays_out,
    }


def _print_summary(built: Built, diagnostics: tuple[Diagnostic, ...]) -> None:
    from exporter.cli.console import print_done, say
    from exporter.diagnostics import Severity

    warnings = sum(d.severity is Severity.WARNING for d in diagnostics)
    packed = any(name.startswith("apkg") for name in built.files)
    counts = [
        f"{built.cards} {'cards' if packed or 'flashcards' in built.files else 'questions'}" if built.cards else "",
        f"{built.images} images" if packed else "",
        f"{built.pages} pages" if built.pages else "",
        f"{warnings} warnings",
    ]
    singular = [count[:-1] if count.startswith("1 ") else count for count in counts if count]
    print_done(", ".join(singular) + ("; nothing changed" if built.unchanged else ""))
    if built.stays_out:
        files = "1 file stays" if built.stays_out == 1 else f"{built.stays_out} files stay"
        click.echo(f'  {files} out ("make-deck outline" says which, and why)')
    if built.edition:
        for line in built.edition.splitlines():
            say(f"  {line}")
    for file in built.files.values():
        shown = file.relative_to(Path().absolute()) if file.is_relative_to(Path().absolute()) else file
        say(f"  {shown}  ({_size(file.stat().st_size)})")


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{size / 1e3:.1f} kB"


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Progress]:
    """A line that names the step, on a terminal; nothing when quiet or piped."""
    if quiet or not sys.stderr.isatty():
        yield lambda step: None  # noqa: ARG005
        return
    from rich.console import Console

    with Console(stderr=True).status("make-deck") as status:
        yield lambda step: status.update(f"{step} …")
