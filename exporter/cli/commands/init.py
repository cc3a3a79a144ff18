"""`make-deck init`: a deck to start from."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("init")
@click.argument("folder", required=False, default=".", type=click.Path(file_okay=False, path_type=Path))
def command(folder: Path) -> None:
    """Start a deck: deck.toml and a first chapter. Files that exist are left as they are.

    \b
    Example:
      make-deck init my-deck
    """  # noqa: D301
    from exporter.cli.console import fail, say
    from exporter.cli.starter import create_deck
    from exporter.diagnostics import report
    from exporter.source import Span

    try:
        made = create_deck(folder)
    except OSError as error:
        place = Span(str(error.filename or folder))
        fail((report("output-unwritable", place, error.strerror or str(error), "choose another folder"),), "text")
    for file in made:
        say(f"created {file}")
    say(f"next: make-deck build {folder}" if made else "nothing to do: the deck is there already")
