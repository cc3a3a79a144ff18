"""`make-deck clean`: away with the caches."""

from __future__ import annotations

from pathlib import Path

import click

from exporter.cli.call import OUTPUT, PATH, read_config, read_destination


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

    config = read_config(path, "text")
    folder = config.cache_folder(read_destination(config, output))
    if folder.is_dir():
        shutil.rmtree(folder)
        click.echo(f"deleted {folder}")
