"""`make-deck plan`: the next edition before its readers see it."""

from __future__ import annotations

from pathlib import Path

import click

from exporter.cli.arguments import OUTPUT, PATH, read_config, read_destination, stranger_options


@click.command("plan")
@PATH
@OUTPUT
@click.option("--accept", multiple=True, metavar="ID", help='It is the same question; an id from the plan, or "all".')
@click.option("--refuse", multiple=True, metavar="ID", help='It is another question, for good; an id, or "all".')
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@stranger_options
def command(
    path: Path | None, output: Path | None, accept: tuple[str, ...], refuse: tuple[str, ...], as_json: bool
) -> None:
    """Show what the next edition changes for readers, and write nothing.

    Where a question that is gone may be one that is new, --accept and --refuse settle it; the lock keeps the answer.
    --accept FILE:LINE=GUID says so of a question that was not offered.

    \b
    Example:
      make-deck plan
      make-deck plan --accept k3f2a --refuse all
    """  # noqa: D301
    from exporter.cli.console import fail, print_json, print_rich
    from exporter.diagnostics import Severity, failed
    from exporter.editions.changes import changes_as_json, changes_as_text

    config = read_config(path, "text")
    from exporter.pipeline.plan import plan

    outcome = plan(config, read_destination(config, output), accept=accept, refuse=refuse)
    if failed(outcome.diagnostics) or outcome.value is None:
        fail(tuple(d for d in outcome.diagnostics if d.severity is Severity.ERROR), "text")
    if as_json:
        print_json(changes_as_json(outcome.value))
    else:
        print_rich(*changes_as_text(outcome.value))
