"""`make-deck check`: what a build has to say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from exporter.diagnostics import Diagnostic, Format


@click.command("check")
@PATH
@DECK
@OUTPUT
@fetch_options
@STRICT
@FORMAT
@stranger_options
def command(path: Path | None, output: Path | None, fetch: bool, strict: bool, form: Format) -> None:
    """Report what a build would report, and where the words of each file went; write nothing.

    \b
    Example:
      make-deck check notes/ --strict --format github
    """  # noqa: D301
    from exporter.cli.console import say, show, stop_if_failed
    from exporter.diagnostics import failed

    decks = read_decks(path, form, fetch=fetch)
    from exporter.pipeline.check import check
    from exporter.reading.outline import where_words_went

    said: list[Diagnostic] = []
    for config in decks:
        checked = check(config, read_destination(config, output), strict=strict)
        show(checked.diagnostics, form)
        said.extend(checked.diagnostics)
        chapters = checked.value.chapters if form == "text" and not failed(checked.diagnostics) else ()
        for chapter in chapters:
            say(f"{chapter.source.path}: {where_words_went(chapter)}")
        if any(chapter.left_out or chapter.asking or chapter.accounts.pieces for chapter in chapters):
            say('"make-deck outline --left-out" lists what is left out, and what asks in an answer')
    stop_if_failed(tuple(said))
