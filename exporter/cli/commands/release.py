"""`make-deck release`: what is built now goes out to readers."""

from __future__ import annotations

from pathlib import Path

import click

from exporter.cli.arguments import DECK, OUTPUT, PATH, STRICT
from exporter.cli.commands import build


@click.command("release")
@PATH
@DECK
@OUTPUT
@STRICT
@click.pass_context
def command(context: click.Context, path: Path | None, output: Path | None, strict: bool) -> None:
    """Build, and make an edition of it.

    Until then every build is a draft: a question that came and went in between leaves nothing behind, and removed ones are
    counted from edition to edition. CHANGES.md beside the outputs tells readers what is new. Commit deck.lock with it.

    \b
    Example:
      make-deck release
    """  # noqa: D301
    context.invoke(build.command, path=path, output=output, strict=strict, release=True)
