"""`make-deck push`: an edition into a collection."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exporter.cli.arguments import (
    DECK,
    FORMAT,
    OUTPUT,
    PATH,
    STRICT,
    fetch_options,
    read_config,
    read_destination,
    stranger_options,
)

if TYPE_CHECKING:
    from exporter.diagnostics import Format
    from exporter.push import OpenTarget, Proposal


@click.command("push")
@PATH
@DECK
@OUTPUT
@click.option("--sync", "server", metavar="URL", help="A self-hosted Anki sync server.")
@click.option(
    "--connect", is_flag=False, flag_value="http://127.0.0.1:8765", metavar="[URL]",
    help="A running Anki with the add-on AnkiConnect.  [default: http://127.0.0.1:8765]",
)  # fmt: skip
@click.option("-y", "--yes", is_flag=True, help="Do not ask before the first write.")
@click.option("-n", "--dry-run", is_flag=True, help="Show what would be pushed, and write nothing.")
@click.option(
    "--take-over",
    is_flag=True,
    help="What the collection has of this deck, in its own decks, is the deck's, though no push brought it.",
)
@fetch_options
@STRICT
@FORMAT
@stranger_options
def command(
    path: Path | None, output: Path | None, server: str | None, connect: str | None,
    yes: bool, dry_run: bool, take_over: bool, fetch: bool, strict: bool, form: Format,
) -> None:  # fmt: skip
    """Bring the edition into a collection: cards move and removed notes go for real, history and own tags stay.

    A sync server needs the extra "push"; user and password come from MAKE_DECK_SYNC_USER and MAKE_DECK_SYNC_PASSWORD or
    are asked for. A key for AnkiConnect comes from MAKE_DECK_ANKICONNECT_KEY.

    \b
    Example:
      make-deck push --connect
      make-deck push notes/ --sync https://anki.example.org/ --dry-run
    """  # noqa: D301
    from exporter.cli.console import fail, print_done, show, stop_if_failed
    from exporter.push import Stopped, as_json, progress_bar, push

    if bool(server) == bool(connect):
        raise click.UsageError("say where to: --sync URL or --connect")
    if connect and "://" not in connect and path is None:  # `--connect notes/`: the address was left out
        path, connect = Path(connect), "http://127.0.0.1:8765"
    config = read_config(path, form, fetch=fetch)
    try:
        target = _push_target(server, connect)
    except Stopped as stopped:
        fail((stopped.diagnostic,), form)
    with progress_bar(quiet=form != "text") as (step, bar):
        agreed = dry_run or yes
        asks = bool(connect) or sys.stdin.isatty()
        approve = partial(_approve, bar=bar, form=form, agreed=agreed, asks=asks)
        destination = read_destination(config, output)
        how = {"strict": strict, "dry_run": dry_run, "take_over": take_over}
        outcome = push(config, destination, target, approve=approve, step=step, **how)
    show(outcome.diagnostics, form, summary=as_json(outcome.value), summary_key="pushed")
    stop_if_failed(outcome.diagnostics)
    if form == "text" and outcome.value.done:
        print_done(f"{outcome.value.target} has this edition")


def _push_target(server: str | None, connect: str | None) -> OpenTarget:
    """Where to push. Raises `Stopped` for an address that is none, and where nobody can be asked for a password."""
    from exporter.push import Credentials, Stopped, read_address

    address = read_address(server or connect or "")
    if not server:
        from exporter.push.ankiconnect import open_connect
        from exporter.push.ankiconnect_protocol import Connection

        return partial(open_connect, Connection(address, os.environ.get("MAKE_DECK_ANKICONNECT_KEY", "")))
    from exporter.push.sync_server import open_server

    user, password = (os.environ.get(f"MAKE_DECK_SYNC_{name}", "") for name in ("USER", "PASSWORD"))
    if not (user and password) and not sys.stdin.isatty():
        hint = "set MAKE_DECK_SYNC_USER and MAKE_DECK_SYNC_PASSWORD"
        raise Stopped("push-refused", f"no user and password for {address}", hint)
    user = user or click.prompt(f"User of {address}", err=True)
    password = password or click.prompt("Password", hide_input=True, err=True)
    return partial(open_server, address, Credentials(user, password))


def _approve(proposal: Proposal, *, bar: Any, form: Format, agreed: bool, asks: bool) -> bool:
    """Show the plan and ask, unless told not to. Deleting is asked of everyone who did not say --yes."""
    from exporter.cli.console import print_rich
    from exporter.push import describe

    if bar:
        bar.stop()
    if form == "text":
        print_rich(*describe(proposal))
    if not agreed and (asks or proposal.delivery.removed):
        try:
            agreed = click.confirm("Push?", err=True)
        except click.Abort:
            click.echo(err=True)
            return False
        if not agreed:
            return False
    if bar:
        bar.start()
    return True
