"""`make-deck explain`: what a code of a diagnostic or the name of a rule means."""

from __future__ import annotations

from shutil import get_terminal_size
from typing import TYPE_CHECKING

import click

from exporter.cli.completion import complete_code

if TYPE_CHECKING:
    from collections.abc import Iterable

    from exporter.cli.explanations import Case


@click.command("explain")
@click.argument("word", required=False, shell_complete=complete_code)
def command(word: str | None) -> None:
    """Say what a code or a rule means, with an example and what to do; without WORD, list them all.

    \b
    Example:
      make-deck explain image-missing
    """  # noqa: D301
    from exporter.cli.explanations import code_in
    from exporter.diagnostics import CODES

    if word is None:
        _list_all()
    elif (name := code_in(word)) in CODES:
        _explain_code(name)
    else:
        _explain_rule(name)


def _list_all() -> None:
    from exporter.diagnostics import CODES
    from exporter.reading.rules import RULE_MEANINGS

    click.echo("What make-deck says of notes and settings, and what it means:\n")
    _print_table((code, f"{severity}: {meaning}") for code, (severity, meaning) in CODES.items())
    click.echo(
        "\nThe rules by which questions are found. `cards: h3` in the front matter of a file sets one, and so does"
    )
    click.echo('[questions] "textbook/*.md" = "h3" in deck.toml:\n')
    _print_table(RULE_MEANINGS.items())
    click.echo('\n"make-deck explain image-missing" says more of one, with an example.')


def _explain_code(code: str) -> None:
    from exporter.cli.explanations import explain_code
    from exporter.diagnostics import CODES

    severity, meaning = CODES[code]
    explanation = explain_code(code)
    click.echo(f"{click.style(code, bold=True)} ({severity}): {meaning}\n")
    _print_text(explanation.meaning)
    click.secho("\nWhat to do", bold=True)
    _print_text(explanation.advice)
    if explanation.case:
        click.secho("\nExample", bold=True)
        _print_text(explanation.example)
        _print_case(explanation.case)


def _print_case(case: Case) -> None:
    for file in case.files:
        click.secho(f"\n  {file.name}", underline=True)
        text = f"({len(file.data)} bytes)" if file.how == "hex" else file.text
        click.echo("\n".join(f"    {line}".rstrip() for line in text.splitlines()))
    click.echo(f"\n  $ make-deck {case.call}")
    click.echo("\n".join(f"  {line}" for line in case.says.replace("{tmp}/", "").splitlines()))


def _explain_rule(name: str) -> None:
    from difflib import get_close_matches

    from exporter.diagnostics import CODES
    from exporter.machinery.printable import printable
    from exporter.reading.rules import RULE_MEANINGS, rule_meaning

    if meaning := rule_meaning(name):
        click.echo(f"{click.style(name, bold=True)} (rule): {meaning}\n")
        _print_text(
            f"With `cards: {name}` in the front matter of a file, this is what asks there. In `deck.toml`, "
            f'`"textbook/*.md" = "{name}"` in `[questions]` says it of many files. `make-deck outline` shows the outcome.'
        )
        return
    sorted_words = {"-".join(sorted(word.split("-"))): word for word in (*CODES, *RULE_MEANINGS)}
    near = get_close_matches("-".join(sorted(name.split("-"))), sorted_words, n=1, cutoff=0.5)
    hint = f'did you mean "{sorted_words[near[0]]}"? ' if near else ""
    raise click.UsageError(
        f'no code and no rule is called "{printable(name)}"\n  hint: {hint}"make-deck explain" lists all'
    )


def _print_table(rows: Iterable[tuple[str, str]]) -> None:
    found = list(rows)
    width = max(len(name) for name, _ in found) + 2
    for name, meaning in found:
        click.echo(click.style(f"  {name:{width}}", bold=True) + meaning)


def _print_text(text: str) -> None:
    width = min(100, get_terminal_size().columns)
    click.echo(click.wrap_text(text, width, "  ", "  ", preserve_paragraphs=True))
