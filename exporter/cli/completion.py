"""`make-deck --completion SHELL`: the lines that let a shell complete commands, options and what they take.

The shell asks make-deck itself for every completion, in click's own way: nothing here has to be kept up to date.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

_SHELLS = ("bash", "zsh", "fish")


def completion_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give the command its option `--completion`."""
    return click.option(
        "--completion", type=click.Choice(_SHELLS), is_eager=True, expose_value=False, callback=_print_script,
        help="Print what completes make-deck in this shell, and end.",
    )(command)  # fmt: skip


def complete_code(context: click.Context, parameter: click.Parameter, begun: str) -> list[str]:  # noqa: ARG001 - click's
    """The codes of diagnostics that begin so."""
    from exporter.diagnostics import CODES

    return [code for code in CODES if code.startswith(begun)]


def _print_script(context: click.Context, parameter: click.Parameter, shell: str | None) -> None:  # noqa: ARG001 - click's
    if shell is None or context.resilient_parsing:
        return
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found is not None
    click.echo(found(context.command, {}, "make-deck", "_MAKE_DECK_COMPLETE").source())
    context.exit()
