"""`make-deck trust`: the templates of a deck may do anything."""

from __future__ import annotations

from pathlib import Path

import click

from exporter.cli.arguments import PATH, read_root


@click.command("trust")
@PATH
def command(path: Path | None) -> None:
    """Let a deck's own templates do anything: run scripts on cards, take fonts from the network.

    Read them before. What you say is kept in your own settings, and holds until one of them changes.

    \b
    Example:
      make-deck trust notes/
    """  # noqa: D301
    from exporter.cli.console import fail, print_done, say
    from exporter.diagnostics import report
    from exporter.machinery.trust import own_templates, trust
    from exporter.source import Span, shown_path

    config = read_root(path, "text")
    try:
        files = own_templates(config.root) if config.file else ()
    except OSError as error:
        hint = "nothing is trusted while there are templates that cannot be read"
        place = Span(shown_path(Path(str(error.filename)), config.root))
        fail((report("template-untrusted", place, error.strerror or str(error), hint),), "text")
    if not files:
        say("the deck has no templates of its own: there is nothing to trust")
        return
    try:
        trust(config.root)
    except OSError as error:
        fail((report("output-unwritable", Span(str(error.filename)), error.strerror or str(error)),), "text")
    for file in files:
        say(f"  {file.relative_to(config.root).as_posix()}")
    print_done(f"{len(files)} templates of {config.name} are trusted as they are now")
