"""`make-deck merge-lock`: the locks of two branches become one."""

from __future__ import annotations

from pathlib import Path

import click

from exporter.cli.arguments import DECK, read_config, read_destination


@click.command("merge-lock")
@DECK
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH] | BASE OURS THEIRS")
def command(files: tuple[Path, ...]) -> None:
    """Merge the lock of two branches, so that no note loses its history.

    Without files it settles the conflict that git left in deck.lock. With three it is a merge driver, so that git never
    leaves one: git config merge.make-deck.driver "make-deck merge-lock %O %A %B", and the line
    "deck.lock merge=make-deck" in .gitattributes.

    \b
    Example:
      make-deck merge-lock && git add deck.lock
    """  # noqa: D301
    from exporter.cli.console import print_done, show, stop_if_failed
    from exporter.pipeline.merge_lock import merge_conflict, merge_files

    if len(files) == 3:
        outcome = merge_files(*files)
    elif len(files) > 1:
        raise click.UsageError("give the three files of a merge, or at most a PATH")
    else:
        config = read_config(files[0] if files else None, "text")
        outcome = merge_conflict(config.lock_file(read_destination(config, None)))
    show(outcome.diagnostics, "text")
    stop_if_failed(outcome.diagnostics)
    print_done(f'{outcome.value} notes; "make-deck plan" shows what the next edition changes')
