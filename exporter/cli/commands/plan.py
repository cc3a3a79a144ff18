"""`make-deck plan`: the next edition before its readers see it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from exporter.cli.arguments import DECK, OUTPUT, PATH, read_decks, read_destination, stranger_options

if TYPE_CHECKING:
    from exporter.config import Config
    from exporter.diagnostics import Diagnostic, Outcome
    from exporter.editions.changes import Changes


@click.command("plan")
@PATH
@DECK
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
    form = "json" if as_json else form
    decks = read_decks(path, "text")
    if len(decks) > 1 and (form == "json" or accept or refuse):
        raise click.UsageError("one deck at a time: name it with --deck")
    from exporter.cli.console import stop_if_failed
    from exporter.pipeline.plan import plan, plan_against

    said: list[Diagnostic] = []
    costs = False
    for config in decks:
        destination = read_destination(config, output)
        if against is not None:
            outcome = plan_against(config, destination, against)
        else:
            outcome = plan(config, destination, accept=accept, refuse=refuse)
        _show(outcome, config, form, links)
        said.extend(outcome.diagnostics)
        costs = costs or bool(outcome.value and outcome.value.costs_history)
    stop_if_failed(tuple(said))
    if exit_code and costs:
        sys.exit(1)


def _show(outcome: Outcome[Changes | None], config: Config, form: str, links: str) -> None:
    """Print the changes of a deck, or what keeps it from having any."""
    from exporter.cli.console import print_json, print_rich, say, show
    from exporter.diagnostics import Severity, failed
    from exporter.editions.changes import changes_as_json, changes_as_markdown, changes_as_text
    from exporter.editions.changes.as_markdown import Places
    from exporter.machinery.git import folder_of

    changes = None if failed(outcome.diagnostics) else outcome.value
    if form == "markdown":
        places = Places(folder_of(config.root), links)
        click.echo(changes_as_markdown(changes, outcome.diagnostics, places, deck=config.one_of), nl=False)
    elif config.one_of and form == "text":
        say(f"{config.name}:")
    if changes is None:
        show(tuple(d for d in outcome.diagnostics if d.severity is Severity.ERROR), "text")
    elif form == "json":
        print_json(changes_as_json(changes))
    elif form == "text":
        print_rich(*changes_as_text(changes))
