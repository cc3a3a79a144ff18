"""`make-deck adopt`: a published package gives the lock back."""

from __future__ import annotations

from pathlib import Path

import click

from exporter.cli.arguments import DECK, OUTPUT, PATH, read_config, read_destination


@click.command("adopt")
@click.argument("package", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@PATH
@DECK
@OUTPUT
@click.option(
    "--with",
    "others",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Another package of the same edition, where it was cut into several.",
)
@click.option("--replace", "anyway", is_flag=True, help="Replace a lock that is whole, too.")
def command(package: Path, path: Path | None, output: Path | None, others: tuple[Path, ...], anyway: bool) -> None:
    """Rebuild a lost or damaged lock from a published PACKAGE (.apkg), so that readers keep their history.

    \b
    Example:
      make-deck adopt dist/notes.apkg
      make-deck adopt dist/notes-a.apkg --with dist/notes-b.apkg
    """  # noqa: D301
    from exporter.cli.console import print_done, show, stop_if_failed
    from exporter.diagnostics import settle

    config = read_config(path, "text")
    lock_file = config.lock_file(read_destination(config, output))
    from exporter.editions.adopt import adopt

    outcome = adopt((package, *others), lock_file, anyway=anyway)
    show(settle(outcome.diagnostics), "text")
    stop_if_failed(outcome.diagnostics)
    print_done(f'{outcome.value} notes adopted in {lock_file.name}; "make-deck plan" shows what comes next')
