"""What commands say: diagnostics and text in colours for people, JSON and annotations for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NoReturn

import click

from exporter.diagnostics import Diagnostic, Format, Severity, failed, render_diagnostics, settle
from exporter.machinery.git import folder_of
from exporter.machinery.printable import printable, printable_json

_ENDLESS = 100_000
"""Columns of what is no terminal."""

_NARROWEST = 20
"""Columns for words, however deep a tree is."""


def show(
    diagnostics: tuple[Diagnostic, ...],
    form: Format,
    summary: Mapping[str, Any] | None = None,
    summary_key: str = "built",
) -> None:
    """Diagnostics for people go to stderr; for programs, to stdout."""
    if form == "json":
        body = json.loads(render_diagnostics(diagnostics, "json"))
        print_json({"diagnostics": body, **({summary_key: summary} if summary else {})})
    elif form == "github":
        context = click.get_current_context(silent=True)
        folder = folder_of(context.meta["root"]) if context and "root" in context.meta else ""
        click.echo(render_diagnostics(diagnostics, "github", folder), nl=False)
    elif diagnostics:
        _print_diagnostics(diagnostics)


def stop_if_failed(diagnostics: tuple[Diagnostic, ...]) -> None:
    """Exit code 1 for a command that has shown an error."""
    if failed(diagnostics):
        sys.exit(1)


def fail(diagnostics: tuple[Diagnostic, ...], form: Format, *, code: int = 1) -> NoReturn:
    """Show the errors that end a command, with exit code 2 where the call was wrong."""
    show(settle(diagnostics), form)
    sys.exit(code)


def print_done(text: str) -> None:
    """A line with a green tick."""
    click.echo(click.style("✓ ", fg="green") + printable(text))


def print_json(value: object) -> None:
    """A value for programs."""
    click.echo(printable_json(value))


def say(text: str) -> None:
    """A line, in which a path or a title may stand."""
    click.echo(printable(text))


def print_rich(*items: Any) -> None:
    """Trees whose words are printable, and lines with Rich's marks. A terminal folds what is too long; a file has it whole."""
    from rich.console import Console

    console = Console(highlight=False, width=None if sys.stdout.isatty() else _ENDLESS)
    for item in items:
        is_line = isinstance(item, str)
        console.print(printable(item) if is_line else item, soft_wrap=is_line)


def print_rows(rows: Iterable[tuple[str, str, Sequence[Sequence[str]]]]) -> None:
    """A tree: of each row what stands before it, before what it is folded into, and printable words behind their styles.

    A terminal folds what is too long; a file has it whole and without colours, for which Rich would take seconds.
    """
    if not sys.stdout.isatty():
        for first, _, words in rows:
            click.echo(first + "".join(run for _, run in words))
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    for first, rest, words in rows:
        line = Text.assemble(*((run, style) for style, run in words))
        for count, part in enumerate(line.wrap(console, max(_NARROWEST, console.width - len(first)))):
            console.print(Text(rest if count else first) + part, soft_wrap=True)


def _print_diagnostics(diagnostics: tuple[Diagnostic, ...]) -> None:
    colours = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
    for diagnostic in diagnostics:
        first, *hint = str(diagnostic).split("\n")
        place = printable(f"{diagnostic.span}: ") if diagnostic.span else ""
        label = f"{diagnostic.severity}[{diagnostic.code}]"
        styled = click.style(place, bold=True) + click.style(label, fg=colours[diagnostic.severity], bold=True)
        click.echo("\n".join([styled + first[len(place) + len(label) :], *hint]), err=True)
