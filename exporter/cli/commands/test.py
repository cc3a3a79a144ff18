"""`make-deck test`: sheets for a class, and the key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from exporter.cli.arguments import DECK, OUTPUT, PATH, STRICT
from exporter.cli.commands import build


@click.command("test")
@PATH
@DECK
@OUTPUT
@click.option("--versions", help="Names of the sheets, with commas: A,B,C. Questions and options are shuffled in each.")
@click.option("--seed", type=click.IntRange(min=1), help="Shuffle; the same number gives the same sheets.")
@click.option("--tags", help="Ask only what has one of these tags or stands below such a title, with commas.")
@click.option("--count", type=click.IntRange(min=1), help="How many questions are asked.")
@click.option("--space", type=click.Choice(["ruled", "grid", "box", "blank", "none"]), help="Room to write.")
@click.option("--bubbles/--no-bubbles", default=None, help="Add a sheet with circles to fill in for the options.")
@click.option("--page", help="Size of the paper: A4, A5, A6, B5, Letter, Legal, or such as 148x210mm.")
@STRICT
@click.pass_context
def command(context: click.Context, /, path: Path | None, output: Path | None, strict: bool, **printing: Any) -> None:
    """Print a test for a class: a sheet for each version, and one key apart.

    A question ends with its points, as in "(3 points)", has those of its heading ("(2 points each)"), or [print.test] points.
    Parts of an exam keep their headings and questions. Sheets never hold an answer.

    \b
    Example:
      make-deck test notes/ --versions A,B --count 12
      make-deck test algebra.md --space grid
    """  # noqa: D301
    context.invoke(build.command, path=path, output=output, strict=strict, only="test", **printing)
