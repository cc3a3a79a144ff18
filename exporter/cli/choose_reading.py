"""Choosing among the ways to read a file, in a terminal: one key picks, and the rule goes into `deck.toml`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from exporter.config import Config
    from exporter.model import Chapter

_SHOWN = 3
"""Ways to read a file that stand side by side."""


def choose_rules(chapters: Sequence[Chapter], config: Config) -> None:
    """Ask for each chapter which of its readings is meant, and write the rule of the one that is picked."""
    from exporter.cli.console import fail, print_rich, say
    from exporter.diagnostics import failed
    from exporter.pipeline.pin_rule import pin_rule

    open_ones = [chapter for chapter in chapters if len(chapter.decision.alternatives) > 1]
    if not open_ones:
        say("nothing to choose")
    for number, chapter in enumerate(open_ones, 1):
        shown = chapter.decision.alternatives[:_SHOWN]
        click.echo()
        print_rich(f"[bold]{number} of {len(open_ones)}[/]", _side_by_side(chapter))
        click.echo(f"{'/'.join(str(n + 1) for n in range(len(shown)))} picks, Enter leaves it open, q ends ")
        key = click.getchar()
        if key in ("q", "\x03", "\x04", "\x1b"):
            break
        if key.isdigit() and 0 < int(key) <= len(shown):
            rule = shown[int(key) - 1].rule
            found = pin_rule(config, chapter.source.path, rule)
            if failed(found):
                fail(found, "text")
            say(f'  "{rule}" for {chapter.source.path} stands in deck.toml')


def _side_by_side(chapter: Chapter) -> object:
    """The best ways to read a file as columns: what they take for a question, and the first fronts."""
    from rich.table import Table

    from exporter.machinery.printable import printable_rich

    table = Table(title=printable_rich(chapter.source.path), title_justify="left", expand=True)
    shown = chapter.decision.alternatives[:_SHOWN]
    for number, alternative in enumerate(shown, 1):
        table.add_column(f"{number}  {printable_rich(alternative.words)}", ratio=1)
    cells = ["\n".join(f"• {printable_rich(front)}" for front in other.fronts) or "[dim]no card[/]" for other in shown]
    table.add_row(*cells)
    return table
