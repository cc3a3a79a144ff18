"""`make-deck watch`: the live preview."""

from __future__ import annotations

from pathlib import Path

import click

from exporter.cli.arguments import (
    DECK,
    PATH,
    fetch_options,
    given_limits,
    given_proxy,
    is_trust_given,
    read_config,
    read_destination,
    stranger_options,
)


@click.command("watch")
@PATH
@DECK
@click.option(
    "--port", type=click.IntRange(0, 65535),
    help="Port on 127.0.0.1; 0: any that is free.  [default: 8407, or any that is free]",
)  # fmt: skip
@click.option("--open", "show", is_flag=True, help="Open the preview in the browser.")
@click.option(
    "--editor", default="vscode", show_default=True, metavar="NAME",
    help="Where links to a line lead: vscode, vscodium, cursor, windsurf, zed, sublime, textmate, idea, obsidian, or an "
    "address with {path}, {line} and {col}.",
)  # fmt: skip
@fetch_options
@stranger_options
def command(path: Path | None, port: int | None, show: bool, editor: str, fetch: bool) -> None:
    """Preview cards and pages in the browser; every save shows up at once. Writes no outputs.

    Into deck.toml it writes only the way to read a file that you choose by a click.

    \b
    Example:
      make-deck watch notes/ --open
      make-deck watch --editor "cursor://file/{path}:{line}:{col}"
    """  # noqa: D301
    config = read_config(path, "text", fetch=fetch)
    from exporter.machinery.printable import printable
    from exporter.watch.run import watch
    from exporter.watch.snapshot import Call

    def ready(address: str) -> None:
        click.echo(
            f"Preview of {printable(config.title or config.name)}: {click.style(address, bold=True)}  (Ctrl-C ends it)"
        )
        if show:
            click.launch(address)

    call = Call(
        (path or Path()).absolute(),
        read_destination(config, None),
        fetch,
        is_trust_given(),
        given_limits(),
        config.one_of,
        given_proxy(),
    )
    try:
        watch(
            call,
            port=port,
            editor=editor,
            ready=ready,
            say=lambda session, seconds: click.echo(printable(session.report(seconds))),
        )
    except OSError as error:
        raise click.ClickException(
            f"port {port} cannot be used: {error.strerror}; --port 0 takes any that is free"
        ) from error
