"""`make-deck init`: a deck to start from."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("init")
@click.argument("folder", required=False, default=".", type=click.Path(file_okay=False, path_type=Path))
def command(folder: Path) -> None:
    """Start a deck: deck.toml and a first chapter. Files that exist are left as they are.

    Among notes that are there already it writes a deck.toml that builds them, and nothing else.

    \b
    Example:
      make-deck init my-deck
    """  # noqa: D301
    from exporter.cli.console import fail, say
    from exporter.cli.starter import create_deck, create_settings, has_notes
    from exporter.diagnostics import report
    from exporter.source import Span

    around = has_notes(folder)
    try:
        made = (create_settings(folder),) if around else create_deck(folder)
    except OSError as error:
        place = Span(str(error.filename or folder))
        fail((report("output-unwritable", place, error.strerror or str(error), "choose another folder"),), "text")
    for file in made:
        say(f"created {file}")
    if around:
        say(_found(folder))
    say(f"next: make-deck build {folder}" if made else "nothing to do: the deck is there already")


def _found(folder: Path) -> str:
    """How many notes and questions a folder has, in words."""
    from exporter.config import load_config
    from exporter.pipeline.book import read_book

    config = load_config(folder).value
    if config is None:
        return ""
    book = read_book(config, folder / "dist").value
    notes = len(book.chapters) + len(book.others)
    return f"found {book.card_count} questions in {notes} notes; make-deck outline {folder} shows them"
