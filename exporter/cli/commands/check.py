"""`make-deck check`: what a build has to say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from exporter.cli.arguments import FETCH, FORMAT, OUTPUT, PATH, STRICT, read_config, read_destination, stranger_options

if TYPE_CHECKING:
    from exporter.diagnostics import Format


@click.command("check")
@PATH
@OUTPUT
@FETCH
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

    config = read_config(path, form, fetch=fetch)
    from exporter.pipeline.check import check

    checked = check(config, read_destination(config, output), strict=strict)
    show(checked.diagnostics, form)
    stop_if_failed(checked.diagnostics)
    for chapter in checked.value.chapters if form == "text" else ():
        say(f"{chapter.source.path}: {chapter.accounts}")
