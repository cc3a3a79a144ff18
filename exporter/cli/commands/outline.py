"""`make-deck outline`: how the notes were read."""

from __future__ import annotations

from pathlib import Path

import click

from exporter.cli.arguments import PATH, read_config, read_destination


@click.command("outline")
@PATH
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--left-out", is_flag=True, help="Show only what is on no card, file by file, with its sums.")
def command(path: Path | None, as_json: bool, left_out: bool) -> None:
    """Show what was taken for a question, by which rule, and what was left out.

    \b
    Example:
      make-deck outline notes/ --json
    """  # noqa: D301
    from exporter.cli.console import fail, print_json, print_rich
    from exporter.diagnostics import Severity, settle
    from exporter.reading.outline import left_out_as_tree, outline_as_json, outline_as_tree

    config = read_config(path, "text")
    from exporter.pipeline.book import read_book

    book = read_book(config, read_destination(config, None))
    errors = [d for d in settle(book.diagnostics) if d.severity is Severity.ERROR and d.code != "no-questions"]
    if errors:
        fail(tuple(errors), "text")
    if as_json:
        print_json(outline_as_json(book.value))
    else:
        print_rich(left_out_as_tree(book.value) if left_out else outline_as_tree(book.value))
