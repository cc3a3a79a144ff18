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

    CHANGES.md beside the outputs tells readers what is new. Commit deck.lock with it. From the first release on, builds in
    between are drafts: a question that came and went leaves nothing behind, and removed ones are counted from release to
    release. Before it, every build counts as an edition, for nobody knows which of them readers have.

    \b
    Example:
      make-deck release
    """  # noqa: D301
    context.invoke(build.command, path=path, output=output, strict=strict, release=True)
