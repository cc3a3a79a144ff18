"""The command: `make-deck`. Parses the call, shows progress and diagnostics, and sets the exit code.

0: done. 1: an error in the notes or in an output. 2: a wrong call.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from exporter import __version__
from exporter.config import Config, load_config
from exporter.diagnostics import Diagnostic, Format, Severity, failed, render_diagnostics, report, settle
from exporter.source import Span

if TYPE_CHECKING:
    from exporter.build import Built, Progress
    from exporter.push import OpenTarget, Proposal

_PATH = click.argument("path", required=False, type=click.Path(path_type=Path))
_STRICT = click.option("--strict", is_flag=True, help="Take warnings for errors.")
_FORMAT = click.option(
    "--format", "form", type=click.Choice(["text", "json", "github"]), default="text", show_default=True,
    help="How diagnostics are printed: for people, for programs, or as annotations of GitHub Actions.",
)  # fmt: skip
_OUTPUT = click.option(
    "-o", "--output", type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the outputs.  [default: dist/ of the deck, or of the current folder]",
)  # fmt: skip
_FETCH = click.option("--fetch", is_flag=True, help="Fetch images that lie on the network, into the deck's cache.")


_PRINTING = (
    click.option("--theme", help="Theme of the printed forms: paper, compact, cornell, ink-saving, or one of the deck's own."),
    click.option("--page", type=click.Choice(["A4", "A5", "Letter"]), help="Size of the paper."),
    click.option("--volumes", type=click.Choice(["book", "folder", "file"]), help="What of the handout becomes a PDF of its own."),
    click.option(
        "--pdf-variant", type=click.Choice(["pdf/ua-1", "pdf/a-3b", "pdf/a-3u"]),
        help="Accessible PDF (PDF/UA-1), or PDF for archives (PDF/A-3).",
    ),
    click.option("--seed", type=click.IntRange(min=1), help="Shuffle the quiz; the same number gives the same order."),
    click.option("--tags", help="Ask in the quiz only what has one of these tags or stands below such a title, with commas."),
    click.option("--count", type=click.IntRange(min=1), help="How many questions the quiz asks."),
    click.option("--cards", help="Cards to cut out: columns x rows on a sheet (2x4), or a size (A7, A8, 3x5in, 4x6in)."),
    click.option("--duplex", type=click.Choice(["long", "short"]), help="The edge over which the printer turns the sheet."),
    click.option("--shift-x", type=float, help="Move the backs of cards to the right by so many mm (left: below 0)."),
    click.option("--shift-y", type=float, help="Move the backs of cards down by so many mm (up: below 0)."),
    click.option("--test-page", is_flag=True, help="Instead of cards, a sheet that shows by how much the printer is off."),
)  # fmt: skip


def _printing(command: Callable[..., None]) -> Callable[..., None]:
    """The options of printed forms, in the order in which help shows them."""
    for option in reversed(_PRINTING):
        command = option(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, "-V", "--version", prog_name="make-deck")
def main() -> None:
    """Turn Markdown questions and answers into an Anki deck and a printed handout.

    \b
    make-deck build notes.md        one file
    make-deck build notes/ -o out   a folder
    make-deck build                 the deck around the current folder (deck.toml)
    """  # noqa: D301 - \b is click's mark for a paragraph that must not be wrapped


@main.command("build")
@_PATH
@_OUTPUT
@click.option("--only", help="Only these outputs, with commas: apkg, handout, quiz, flashcards.")
@_FETCH
@_STRICT
@_FORMAT
@click.option("--locked", is_flag=True, help="Fail if this build would change the lock (for CI).")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but warnings and errors.")
@_printing
def build_command(
    path: Path | None,
    output: Path | None,
    only: str | None,
    fetch: bool,
    strict: bool,
    form: Format,
    locked: bool,
    quiet: bool,
    **printing: Any,
) -> None:
    """Build the deck and the handout.

    PATH is a Markdown file or a folder; without it, the deck around the current folder.

    \b
    Example:
      make-deck build notes/ -o out --only apkg
      make-deck build notes/ --only quiz --seed 7 --count 20
      make-deck build notes/ --only flashcards --cards A7 --duplex short
    """  # noqa: D301
    from exporter.build import build, with_outputs

    config = _with_printing(with_outputs(_config(path, form, fetch=fetch), _outputs(only)), printing)
    destination = _destination(config, output)
    with _progress(quiet=quiet or form != "text") as progress:
        outcome = build(config, destination, strict=strict, locked=locked, progress=progress)
    _show(outcome.diagnostics, form, summary=_summary(outcome.value))
    if failed(outcome.diagnostics):
        sys.exit(1)
    if form == "text" and not quiet:
        _print_summary(outcome.value, outcome.diagnostics)


@main.command("check")
@_PATH
@_FETCH
@_STRICT
@_FORMAT
def check_command(path: Path | None, fetch: bool, strict: bool, form: Format) -> None:
    """Report what a build would report, and write nothing.

    \b
    Example:
      make-deck check notes/ --strict --format github
    """  # noqa: D301
    config = _config(path, form, fetch=fetch)
    from exporter.build import check

    diagnostics = check(config, _destination(config, None), strict=strict)
    _show(diagnostics, form)
    if failed(diagnostics):
        sys.exit(1)


@main.command("outline")
@_PATH
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def outline_command(path: Path | None, as_json: bool) -> None:
    """Show what was taken for a question, by which rule, and what was left out.

    \b
    Example:
      make-deck outline notes/ --json
    """  # noqa: D301
    from exporter.outline import outline_as_json, outline_as_tree

    config = _config(path, "text")
    from exporter.build import read_book

    book = read_book(config, _destination(config, None))
    errors = [d for d in settle(book.diagnostics) if d.severity is Severity.ERROR and d.code != "no-questions"]
    if errors:
        _show(tuple(errors), "text")
        sys.exit(1)
    if as_json:
        click.echo(json.dumps(outline_as_json(book.value), ensure_ascii=False, indent=2))
    else:
        _console().print(outline_as_tree(book.value))


@main.command("init")
@click.argument("folder", required=False, default=".", type=click.Path(file_okay=False, path_type=Path))
def init_command(folder: Path) -> None:
    """Start a deck: deck.toml and a first chapter. Files that exist are left as they are.

    \b
    Example:
      make-deck init my-deck
    """  # noqa: D301
    from exporter.scaffold import create_deck

    try:
        made = create_deck(folder)
    except OSError as error:
        place = Span(str(error.filename or folder))
        _fail((report("output-unwritable", place, error.strerror or str(error), "choose another folder"),), "text")
    for file in made:
        click.echo(f"created {file}")
    click.echo(f"next: make-deck build {folder}" if made else "nothing to do: the deck is there already")


@main.command("watch")
@_PATH
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
@_FETCH
def watch_command(path: Path | None, port: int | None, show: bool, editor: str, fetch: bool) -> None:
    """Preview cards and pages in the browser; every save shows up at once. Writes no outputs.

    \b
    Example:
      make-deck watch notes/ --open
      make-deck watch --editor "cursor://file/{path}:{line}:{col}"
    """  # noqa: D301
    config = _config(path, "text", fetch=fetch)
    from exporter.watch.run import watch
    from exporter.watch.snapshot import Call

    def ready(address: str) -> None:
        click.echo(f"Preview of {config.title or config.name}: {click.style(address, bold=True)}  (Ctrl-C ends it)")
        if show:
            click.launch(address)

    call = Call((path or Path()).absolute(), _destination(config, None), fetch)
    try:
        watch(
            call,
            port=port,
            editor=editor,
            ready=ready,
            say=lambda session, seconds: click.echo(session.report(seconds)),
        )
    except OSError as error:
        raise click.ClickException(
            f"port {port} cannot be used: {error.strerror}; --port 0 takes any that is free"
        ) from error


@main.command("clean")
@_PATH
@_OUTPUT
def clean_command(path: Path | None, output: Path | None) -> None:
    """Delete the deck's caches; the next build makes them anew.

    \b
    Example:
      make-deck clean notes/ -o out
    """  # noqa: D301
    config = _config(path, "text")
    folder = config.cache_folder(_destination(config, output))
    if folder.is_dir():
        shutil.rmtree(folder)
        click.echo(f"deleted {folder}")


@main.command("plan")
@_PATH
@_OUTPUT
@click.option("--accept", multiple=True, metavar="ID", help='It is the same question; an id from the plan, or "all".')
@click.option("--refuse", multiple=True, metavar="ID", help='It is another question, for good; an id, or "all".')
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def plan_command(
    path: Path | None, output: Path | None, accept: tuple[str, ...], refuse: tuple[str, ...], as_json: bool
) -> None:
    """Show what the next edition changes for readers, and write nothing.

    Where a question that is gone may be one that is new, --accept and --refuse settle it; the lock keeps the answer.
    --accept FILE:LINE=GUID says so of a question that was not offered.

    \b
    Example:
      make-deck plan
      make-deck plan --accept k3f2a --refuse all
    """  # noqa: D301
    from exporter.changes import changes_as_json, changes_as_text

    config = _config(path, "text")
    destination = _destination(config, output)
    from exporter.build import plan

    outcome = plan(config, destination, accept=accept, refuse=refuse)
    if failed(outcome.diagnostics) or outcome.value is None:
        _show(tuple(d for d in outcome.diagnostics if d.severity is Severity.ERROR), "text")
        sys.exit(1)
    if as_json:
        click.echo(json.dumps(changes_as_json(outcome.value), ensure_ascii=False, indent=2))
    else:
        for line in changes_as_text(outcome.value):
            _console().print(line)


@main.command("adopt")
@click.argument("package", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_PATH
@_OUTPUT
@click.option("--replace", "anyway", is_flag=True, help="Replace a lock that is whole, too.")
def adopt_command(package: Path, path: Path | None, output: Path | None, anyway: bool) -> None:
    """Rebuild a lost or damaged lock from a published PACKAGE (.apkg), so that readers keep their history.

    \b
    Example:
      make-deck adopt dist/notes.apkg
    """  # noqa: D301
    config = _config(path, "text")
    lock_file = config.lock_file(_destination(config, output))
    from exporter.adopt import adopt

    outcome = adopt(package, lock_file, anyway=anyway)
    _show(settle(outcome.diagnostics), "text")
    if failed(outcome.diagnostics):
        sys.exit(1)
    click.echo(
        click.style("✓ ", fg="green")
        + f'{outcome.value} notes adopted in {lock_file.name}; "make-deck plan" shows what comes next'
    )


@main.command("push")
@_PATH
@_OUTPUT
@click.option("--sync", "server", metavar="URL", help="A self-hosted Anki sync server.")
@click.option(
    "--connect", is_flag=False, flag_value="http://127.0.0.1:8765", metavar="[URL]",
    help="A running Anki with the add-on AnkiConnect.  [default: http://127.0.0.1:8765]",
)  # fmt: skip
@click.option("-y", "--yes", is_flag=True, help="Do not ask before the first write.")
@click.option("-n", "--dry-run", is_flag=True, help="Show what would be pushed, and write nothing.")
@_FETCH
@_STRICT
@_FORMAT
def push_command(
    path: Path | None, output: Path | None, server: str | None, connect: str | None,
    yes: bool, dry_run: bool, fetch: bool, strict: bool, form: Format,
) -> None:  # fmt: skip
    """Bring the edition into a collection: cards move and removed notes go for real, history and own tags stay.

    A sync server needs make-deck[push]; user and password come from MAKE_DECK_SYNC_USER and MAKE_DECK_SYNC_PASSWORD or
    are asked for. A key for AnkiConnect comes from MAKE_DECK_ANKICONNECT_KEY.

    \b
    Example:
      make-deck push --connect
      make-deck push notes/ --sync https://anki.example.org/ --dry-run
    """  # noqa: D301
    from exporter.push import Stopped, as_json, progress_bar, push

    if bool(server) == bool(connect):
        raise click.UsageError("say where to: --sync URL or --connect")
    if connect and "://" not in connect and path is None:  # `--connect notes/`: the address was left out
        path, connect = Path(connect), "http://127.0.0.1:8765"
    config = _config(path, form, fetch=fetch)
    try:
        target = _push_target(server, connect)
    except Stopped as stopped:
        _fail((stopped.diagnostic,), form)
    with progress_bar(quiet=form != "text") as (step, bar):
        agreed = dry_run or yes
        asks = bool(connect) or sys.stdin.isatty()
        approve = partial(_approve, bar=bar, form=form, agreed=agreed, asks=asks)
        destination = _destination(config, output)
        outcome = push(config, destination, target, approve=approve, step=step, strict=strict, dry_run=dry_run)
    _show(outcome.diagnostics, form, summary=as_json(outcome.value), summary_key="pushed")
    if failed(outcome.diagnostics):
        sys.exit(1)
    if form == "text" and outcome.value.done:
        click.echo(click.style("✓ ", fg="green") + f"{outcome.value.target} has this edition")


def _push_target(server: str | None, connect: str | None) -> OpenTarget:
    """Where to push. Raises `Stopped` for an address that is none, and where nobody can be asked for a password."""
    from exporter.push import Credentials, Stopped, read_address

    address = read_address(server or connect or "")
    if not server:
        from exporter.push.connect import open_connect
        from exporter.push.protocol import Connection

        return partial(open_connect, Connection(address, os.environ.get("MAKE_DECK_ANKICONNECT_KEY", "")))
    from exporter.push.server import open_server

    user, password = (os.environ.get(f"MAKE_DECK_SYNC_{name}", "") for name in ("USER", "PASSWORD"))
    if not (user and password) and not sys.stdin.isatty():
        hint = "set MAKE_DECK_SYNC_USER and MAKE_DECK_SYNC_PASSWORD"
        raise Stopped("push-refused", f"no user and password for {address}", hint)
    user = user or click.prompt(f"User of {address}", err=True)
    password = password or click.prompt("Password", hide_input=True, err=True)
    return partial(open_server, address, Credentials(user, password))


def _approve(proposal: Proposal, *, bar: Any, form: Format, agreed: bool, asks: bool) -> bool:
    """Show the plan and ask, unless told not to. Deleting most of a deck is asked of everyone who did not say --yes."""
    from exporter.push import describe

    if bar:
        bar.stop()
    if form == "text":
        for line in describe(proposal):
            _console().print(line)
    if not agreed and (asks or proposal.delivery.drastic):
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


def _console() -> Any:
    from rich.console import Console

    return Console(highlight=False, soft_wrap=True)


def _config(path: Path | None, form: Format, *, fetch: bool = False) -> Config:
    loaded = load_config(path)
    if loaded.value is None:
        _fail(loaded.diagnostics, form)
    return replace(loaded.value, fetch=fetch or loaded.value.fetch)


def _fail(diagnostics: tuple[Diagnostic, ...], form: Format) -> NoReturn:
    _show(settle(diagnostics), form)
    sys.exit(1)


def _outputs(only: str | None) -> tuple[Any, ...]:
    known = ("apkg", "handout", "quiz", "flashcards")
    names = tuple(name.strip() for name in (only or "").split(",") if name.strip())
    for name in names:
        if name not in known:
            raise click.BadParameter(f'"{name}" is none of {", ".join(known)}', param_hint="--only")
    return names


def _with_printing(config: Config, given: Mapping[str, Any]) -> Config:
    """The settings with what the command says about print in the place of what deck.toml says."""

    def named(**names: str) -> dict[str, Any]:
        return {key: given[name] for key, name in names.items() if given[name] is not None}

    tags = tuple(tag.strip() for tag in given["tags"].split(",") if tag.strip()) if given["tags"] else None
    quiz = replace(config.print.quiz, **named(seed="seed", count="count"))
    quiz = replace(quiz, tags=tags) if tags else quiz
    cards = replace(
        config.print.flashcards, **named(cards="cards", duplex="duplex", shift_x="shift_x", shift_y="shift_y")
    )
    printing = replace(
        config.print,
        quiz=quiz,
        flashcards=cards,
        **named(theme="theme", page="page", volumes="volumes", variant="pdf_variant"),
    )
    outputs = tuple("testpage" if given["test_page"] and name == "flashcards" else name for name in config.outputs)
    if given["test_page"] and "testpage" not in outputs:
        raise click.BadParameter("it takes the place of cards: add --only flashcards", param_hint="--test-page")
    return replace(config, print=printing, outputs=outputs)


def _destination(config: Config, output: Path | None) -> Path:
    return output.absolute() if output else (config.root if config.file else Path().absolute()) / "dist"


def _show(
    diagnostics: tuple[Diagnostic, ...], form: Format, summary: dict[str, Any] | None = None, summary_key: str = "built"
) -> None:
    """Diagnostics for people go to stderr; for programs, to stdout."""
    if form == "json":
        body = json.loads(render_diagnostics(diagnostics, "json"))
        click.echo(
            json.dumps(
                {"diagnostics": body, **({summary_key: summary} if summary else {})}, ensure_ascii=False, indent=2
            )
        )
    elif form == "github":
        click.echo(render_diagnostics(diagnostics, "github"), nl=False)
    elif diagnostics:
        _print_diagnostics(diagnostics)


def _print_diagnostics(diagnostics: tuple[Diagnostic, ...]) -> None:
    colours = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
    for diagnostic in diagnostics:
        first, *hint = str(diagnostic).split("\n")
        place = f"{diagnostic.span}: " if diagnostic.span else ""
        label = f"{diagnostic.severity}[{diagnostic.code}]"
        styled = click.style(place, bold=True) + click.style(label, fg=colours[diagnostic.severity], bold=True)
        click.echo("\n".join([styled + first[len(place) + len(label) :], *hint]), err=True)


def _summary(built: Built) -> dict[str, Any]:
    files = {name: str(file) for name, file in built.files.items()}
    return {"files": files, "cards": built.cards, "images": built.images, "pages": built.pages}


def _print_summary(built: Built, diagnostics: tuple[Diagnostic, ...]) -> None:
    warnings = sum(d.severity is Severity.WARNING for d in diagnostics)
    counts = [
        f"{built.cards} cards",
        f"{built.images} images",
        f"{built.pages} pages" if built.pages else "",
        f"{warnings} warnings",
    ]
    singular = [count[:-1] if count.startswith("1 ") else count for count in counts if count]
    click.echo(click.style("✓ ", fg="green") + ", ".join(singular))
    for file in built.files.values():
        shown = file.relative_to(Path().absolute()) if file.is_relative_to(Path().absolute()) else file
        click.echo(f"  {shown}  ({_size(file.stat().st_size)})")


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{size / 1e3:.1f} kB"


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Progress]:
    """A line that names the step, on a terminal; nothing when quiet or piped."""
    if quiet or not sys.stderr.isatty():
        yield lambda step: None  # noqa: ARG005
        return
    from rich.console import Console

    with Console(stderr=True).status("make-deck") as status:
        yield lambda step: status.update(f"{step} …")
