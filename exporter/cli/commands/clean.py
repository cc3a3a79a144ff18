"""`make-deck clean`: away with the caches."""

from __future__ import annotations

from pathlib import Path

import click

from exporter.cli.arguments import OUTPUT, PATH, read_destination, read_root


@click.command("clean")
@PATH
@OUTPUT
def command(path: Path | None, output: Path | None) -> None:
    """Delete the deck's caches; the next build makes them anew.

    \b
    Example:
      make-deck clean notes/ -o out
    """  # noqa: D301
    import shutil
    import sys

    from exporter.cli.console import say, show
    from exporter.diagnostics import report
    from exporter.source import Span

    config = read_root(path, "text")
    folder = config.cache_folder(read_destination(config, output))
    if folder.is_dir():
        shutil.rmtree(folder, ignore_errors=True)
        if folder.exists():
            hint = "another build may be using it, or it belongs to somebody else"
            show((report("output-unwritable", Span(str(folder)), "it cannot be deleted", hint),), "text")
            sys.exit(1)
        say(f"deleted {folder}")
    else:
        say(f"there is no {folder}" + ("" if config.file or output else "; after build -o DIR, it is clean -o DIR"))
