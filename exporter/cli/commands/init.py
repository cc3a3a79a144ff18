"""`make-deck init`: a deck to start from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from exporter.cli.workflows import Service


@click.command("init")
@click.argument("folder", required=False, default=".", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--workflow", type=click.Choice(["github", "gitlab", "forgejo"]),
    help="Also what checks pull requests, keeps the lock in step and publishes an edition for a tag.",
)  # fmt: skip
@click.option(
    "--install", default="", metavar="SPEC", help="What pip installs there.  [default: where this make-deck came from]"
)
def command(folder: Path, workflow: Service | None, install: str) -> None:
    """Start a deck: deck.toml and a first chapter. Files that exist are left as they are.

    Among notes that are there already it writes a deck.toml that builds them, and nothing else.

    \b
    Example:
      make-deck init my-deck
      make-deck init --workflow github
    """  # noqa: D301
    if install and not workflow:
        raise click.UsageError("--install is for --workflow")
    from exporter.cli.around_notes import look_around
    from exporter.cli.console import say
    from exporter.cli.starter import create_deck, create_settings, has_notes
    from exporter.cli.workflows import fill_workflows, installed_from

    install = install or installed_from()
    with _writing(folder):
        filled = fill_workflows(folder, workflow, install) if workflow else None
    found = look_around(folder) if has_notes(folder) else None
    made: tuple[Path, ...] = ()
    with _writing(folder):
        if not (folder / "deck.toml").is_file():
            made = (create_settings(folder, found.settings),) if found else create_deck(folder)
    for file in made:
        say(f"created {file}")
    for line in found.lines if found else ():
        say(line)
    if filled is not None:
        with _writing(folder):
            _add_workflows(filled, install)
        return
    if found and not found.questions:
        say(f"next: make-deck outline {folder} says what was read, and how questions are marked")
        return
    say(f"next: make-deck build {folder}" if made else "nothing to do: the deck is there already")


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Say what cannot be written below a folder, and end."""
    from exporter.cli.console import fail
    from exporter.diagnostics import report
    from exporter.source import Span

    try:
        yield
    except OSError as error:
        place = Span(str(error.filename or folder))
        fail((report("output-unwritable", place, error.strerror or str(error), "choose another folder"),), "text")


def _add_workflows(filled: Mapping[Path, bytes], install: str) -> None:
    """Put the workflows there, and say what is left to do by hand."""
    from exporter.cli.console import say
    from exporter.cli.workflows import write_workflows

    made = write_workflows(filled)
    for file in made.new:
        say(f"created {file}")
    for file in made.kept:
        wanted = {".gitattributes": ": deck.lock merge=make-deck", ".gitlab-ci.yml": ": include: .gitlab/make-deck.yml"}
        say(f"left {file} as it is" + (f"; it should have the line{wanted[file.name]}" if file.name in wanted else ""))
    if not install and made.new:
        say("next: say in these files what pip installs (MAKE_DECK), or delete them and call again with --install")
    say("what each build makes anew, dist/, need not be committed: name it in .gitignore; the lock has to be")
    say('for merges on this machine: git config merge.make-deck.driver "make-deck merge-lock %O %A %B"')
