"""`make-deck plan`: the next edition before its readers see it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from exporter.cli.arguments import OUTPUT, PATH, read_config, read_destination, stranger_options

if TYPE_CHECKING:
    from exporter.config import Config
    from exporter.diagnostics import Outcome
    from exporter.editions.changes import Changes


@click.command("plan")
@PATH
@OUTPUT
@click.option("--accept", multiple=True, metavar="ID", help='It is the same question; an id from the plan, or "all".')
@click.option("--refuse", multiple=True, metavar="ID", help='It is another question, for good; an id, or "all".')
@click.option("--against", metavar="REF", help="Compare with a revision in git: a branch, a tag, a commit.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True,
    help="For people, for programs, or as a comment on a pull request.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--links", default="", metavar="URL", help="Where lines lead in Markdown: an address with {path} and {line}."
)
@click.option("--exit-code", is_flag=True, help="Exit with 1 where readers would lose history without your word.")
@stranger_options
def command(
    path: Path | None, output: Path | None, accept: tuple[str, ...], refuse: tuple[str, ...], against: str | None,
    form: str, as_json: bool, links: str, exit_code: bool,
) -> None:  # fmt: skip
    """Show what the next edition changes for readers, and write nothing.

    Where a question that is gone may be one that is new, --accept and --refuse settle it; the lock keeps the answer.
    --accept FILE:LINE=GUID says so of a question that was not offered.

    \b
    Example:
      make-deck plan
      make-deck plan --accept k3f2a --refuse all
      make-deck plan --against main --format markdown
    """  # noqa: D301
    if against is not None and (accept or refuse):
        raise click.UsageError("--accept and --refuse are about the next edition, not about a revision")
    config = read_config(path, "text")
    from exporter.pipeline.plan import plan, plan_against

    destination = read_destination(config, output)
    if against is not None:
        outcome = plan_against(config, destination, against)
    else:
        outcome = plan(config, destination, accept=accept, refuse=refuse)
    _show(outcome, config, "json" if as_json else form, links)
    if exit_code and outcome.value is not None and outcome.value.costs_history:
        sys.exit(1)


def _show(outcome: Outcome[Changes | None], config: Config, form: str, links: str) -> None:
    """Print the changes; errors end the command, after a comment that says them."""
    from exporter.cli.console import fail, print_json, print_rich
    from exporter.diagnostics import Severity, failed
    from exporter.editions.changes import changes_as_json, changes_as_markdown, changes_as_text
    from exporter.editions.changes.as_markdown import Places
    from exporter.machinery.git import folder_of

    broken = failed(outcome.diagnostics) or outcome.value is None
    if form == "markdown":
        changes = None if broken else outcome.value
        click.echo(changes_as_markdown(changes, outcome.diagnostics, Places(folder_of(config.root), links)), nl=False)
    if broken or outcome.value is None:
        fail(tuple(d for d in outcome.diagnostics if d.severity is Severity.ERROR), "text")
    if form == "json":
        print_json(changes_as_json(outcome.value))
    elif form == "text":
        print_rich(*changes_as_text(outcome.value))
