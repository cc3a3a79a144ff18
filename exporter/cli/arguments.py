"""How commands are called: the arguments that several of them take, and the settings that hold for a call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from exporter.config import Config
    from exporter.diagnostics import Format

PATH = click.argument("path", required=False, type=click.Path(path_type=Path))
STRICT = click.option("--strict", is_flag=True, help="Take warnings for errors.")
FORMAT = click.option(
    "--format", "form", type=click.Choice(["text", "json", "github"]), default="text", show_default=True,
    help="How diagnostics are printed: for people, for programs, or as annotations of GitHub Actions.",
)  # fmt: skip
OUTPUT = click.option(
    "-o", "--output", type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the outputs.  [default: dist/ of the deck, or of the current folder]",
)  # fmt: skip
_FETCH = click.option("--fetch", is_flag=True, help="Fetch images that lie on the network, into your cache.")
_TRUST = click.option(
    "--trust", is_flag=True, expose_value=False, callback=lambda context, _, given: context.meta.update({"trust": given}),
    help="Let the deck's own templates do anything, this once.",
)  # fmt: skip


def _read_limits(context: click.Context, _: object, given: tuple[str, ...]) -> None:
    from exporter.config import LimitsConfig

    limits = {}
    for text in given:
        name, _, number = text.replace("-", "_").partition("=")
        if name not in LimitsConfig.__dataclass_fields__:
            raise click.BadParameter(f'"{name}" is none of {", ".join(LimitsConfig.__dataclass_fields__)}')
        if not (number.isdecimal() and number.isascii() and 0 < len(number) <= 12 and int(number)):
            raise click.BadParameter(f'"{number}" is no whole number above 0')
        limits[name] = int(number)
    context.meta["limits"] = limits


def _read_proxy(context: click.Context, _: object, given: str | None) -> None:
    from exporter.machinery.public_hosts import PROXY_FORM, is_proxy

    if given and not is_proxy(given):
        raise click.BadParameter(f'"{given}" is no address of a proxy, {PROXY_FORM}')
    context.meta["proxy"] = given or ""


_PROXY = click.option(
    "--proxy", metavar="URL", expose_value=False, callback=_read_proxy,
    help="Fetch by this proxy (proxy = \"…\" in your own settings: always); what it may reach, a deck's pictures may.",
)  # fmt: skip


def fetch_options(command: Callable[..., None]) -> Callable[..., None]:
    """What lets a deck show images of the network."""
    return _FETCH(_PROXY(command))


_LIMIT = click.option(
    "--limit", multiple=True, metavar="NAME=NUMBER", expose_value=False, callback=_read_limits,
    help="Allow more, or less, than [limits] in your own settings; a deck may only lower it.",
)  # fmt: skip


def stranger_options(command: Callable[..., None]) -> Callable[..., None]:
    """What only the user may allow a deck, and no file of the deck."""
    return _TRUST(_LIMIT(command))


def is_trust_given() -> bool:
    """Whether this call has `--trust`: it holds as long as the call, whatever changes."""
    return bool(click.get_current_context().meta.get("trust", False))


def given_proxy() -> str:
    """The proxy of this call; "" is for that of the user's own settings."""
    return str(click.get_current_context().meta.get("proxy", ""))


def given_limits() -> tuple[tuple[str, int], ...]:
    """The limits of this call."""
    return tuple(click.get_current_context().meta.get("limits", {}).items())


DECK = click.option(
    "--deck", metavar="NAME", expose_value=False, callback=lambda context, _, given: context.meta.update({"deck": given}),
    help="One of several decks in deck.toml.",
)  # fmt: skip


def read_config(path: Path | None, form: Format, *, fetch: bool = False) -> Config:
    """The settings that hold for PATH; what is wrong with them ends the command, and so do several decks."""
    decks = read_decks(path, form, fetch=fetch)
    if len(decks) > 1:
        raise click.UsageError(f"there are several decks here: say --deck {', --deck '.join(d.name for d in decks)}")
    return decks[0]


def read_decks(path: Path | None, form: Format, *, fetch: bool = False) -> tuple[Config, ...]:
    """The settings of each deck that PATH holds, or of that which --deck names; what is wrong with them ends the command."""
    from exporter.config import one_deck
    from exporter.diagnostics import suggest

    config = read_root(path, form, fetch=fetch)
    name = click.get_current_context().meta.get("deck")
    if name is not None and name not in config.decks:
        hint = suggest(name, config.decks) or f"there are {', '.join(config.decks) or 'none in deck.toml'}"
        raise click.BadParameter(f'no deck is called "{name}"; {hint}', param_hint="--deck")
    if not config.decks:
        return (config,)
    names = [name] if name else [*config.decks]
    if form == "json" and len(names) > 1:
        raise click.UsageError("one deck at a time as JSON: name it with --deck")
    return tuple(one_deck(config, deck) for deck in names)


def read_root(path: Path | None, form: Format, *, fetch: bool = False) -> Config:
    """The settings that hold for PATH, whatever decks they name."""
    from exporter.cli.console import fail
    from exporter.config import load_config
    from exporter.reading.other_files import no_notes
    from exporter.source import Span

    meta = click.get_current_context().meta
    meta["root"] = path.absolute().parent if path and path.suffix else (path or Path()).absolute()  # until it is known
    loaded = load_config(path, meta.get("limits", {}))
    if loaded.value is None:
        is_wrong_call = any(d.code == "source-missing" and d.span == Span(str(path)) for d in loaded.diagnostics)
        fail(loaded.diagnostics, form, code=2 if is_wrong_call else 1)
    if (other := no_notes(loaded.value.source_path)) is not None:
        fail((other,), form, code=2)
    meta["root"] = loaded.value.root
    return replace(
        loaded.value,
        fetch=fetch or loaded.value.fetch,
        proxy=given_proxy() or loaded.value.proxy,
        trusted=loaded.value.trusted or is_trust_given(),
    )


def read_destination(config: Config, output: Path | None) -> Path:
    """The folder for the outputs: --output, else `dist/`, which may be no link that leads elsewhere."""
    from exporter.cli.console import fail
    from exporter.diagnostics import report
    from exporter.machinery.plain_files import is_inside
    from exporter.source import Span

    if output:
        return output.absolute()
    home = config.root if config.file else Path().absolute()
    if (home / "dist").is_symlink() and not is_inside(home / "dist", home):
        hint = "remove it, or name the folder with -o"
        fail((report("output-unwritable", Span("dist"), "a link that leads out of the folder", hint),), "text")
    return home / "dist"
