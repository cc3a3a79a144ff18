"""The command: `make-deck`. Parses the call, shows progress and diagnostics, and sets the exit code.

0: done. 1: an error in the notes or in an output. 2: a wrong call. A command is a file in `commands/`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import click

from exporter import __version__
from exporter.cli import commands
from exporter.cli.completion import completion_option


class Commands(Mapping[str, click.Command]):
    """The files in `commands/`, each imported when it is asked for."""

    def __init__(self) -> None:
        self._names = sorted(module.name.replace("_", "-") for module in iter_modules(commands.__path__))

    def __getitem__(self, name: str) -> click.Command:
        if name not in self._names:
            raise KeyError(name)
        command: click.Command = import_module(f"{commands.__name__}.{name.replace('-', '_')}").command
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


_SOUGHT = {
    "exam": "test", "worksheet": "test", "classtest": "test", "quiz": "build --only quiz", "print": "build --only handout",
    "pdf": "build --only handout", "handout": "build --only handout", "cards": "build --only flashcards",
    "flashcards": "build --only flashcards", "apkg": "build --only apkg", "export": "build", "preview": "watch", "serve": "watch",
    "list": "outline",
    "help": "--help", "sync": "push --sync URL", "publish": "release", "diff": "plan", "status": "plan", "lint": "check",
    "import": "move-in", "migrate": "move-in", "merge": "merge-lock", "new": "init",
}  # fmt: skip
"""What people look for under other names."""


class Command(click.Group):
    """The command and its commands. What none of them foresaw is said in a line: no user is shown a traceback."""

    def resolve_command(self, context: click.Context, args: list[str]) -> Any:
        """The command that is called; another name for one, or nearly its own, says what that is."""
        if args and not args[0].startswith("-") and self.get_command(context, args[0]) is None:
            import difflib

            from exporter.machinery.printable import printable

            near = difflib.get_close_matches(args[0], self.list_commands(context), n=1)
            meant = _SOUGHT.get(args[0].lower()) or next(iter(near), "")
            context.fail(
                f"No such command '{printable(args[0])}'." + (f' Did you mean "make-deck {meant}"?' if meant else "")
            )
        return super().resolve_command(context, args)

    def main(self, *arguments: Any, **options: Any) -> Any:
        """Run, and end the process."""
        os.environ.setdefault("NoDefaultCurrentDirectoryInExePath", "1")  # else Windows runs a stranger's git.exe
        try:
            return super().main(*arguments, **options)
        except Exception as error:
            if os.environ.get("MAKE_DECK_DEBUG"):
                raise
            import jinja2

            from exporter.cli.console import fail
            from exporter.diagnostics import report
            from exporter.pipeline.faults import template_fault

            if isinstance(error, jinja2.TemplateError):
                fail((template_fault(error),), "text")

            reason = f"{type(error).__name__}: {error}".partition("\n")[0][:300]
            hint = "this is a fault of make-deck. Please report it, with what MAKE_DECK_DEBUG=1 shows"
            fail((report("make-deck-broken", None, reason, hint),), "text")


@click.group(
    cls=Command, commands=Commands(), context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@completion_option
@click.version_option(__version__, "-V", "--version", prog_name="make-deck")
def main() -> None:
    """Turn Markdown questions and answers into an Anki deck and a printed handout.

    \b
    make-deck build notes.md        one file
    make-deck build notes/ -o out   a folder
    make-deck build                 the deck around the current folder (deck.toml)
    """  # noqa: D301 - \b is click's mark for a paragraph that must not be wrapped
