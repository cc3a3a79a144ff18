"""`make-deck outline`: how the notes were read, why, and what would read them otherwise."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from exporter.cli.arguments import DECK, PATH, read_decks, read_destination, read_root

if TYPE_CHECKING:
    from exporter.config import Config
    from exporter.model import Book, Chapter
    from exporter.reading.outline import Row


@click.command("outline")
@PATH
@DECK
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--left-out", is_flag=True, help="Show only what is on no card, file by file, with its sums.")
@click.option("--unsure", is_flag=True, help="Only the files worth a look, the least sure first.")
@click.option("--why", "line", metavar="FILE:LINE", help="Say why a line is a card, or is none.")
@click.option("--suggest", is_flag=True, help="Print rules for deck.toml that pin what was chosen.")
@click.option("--choose", is_flag=True, help="Choose for each unsure file among the ways to read it.")
def command(
    path: Path | None, as_json: bool, left_out: bool, unsure: bool, line: str | None, suggest: bool, choose: bool
) -> None:
    """Show what was taken for a question, how sure that is, and what was left out.

    A rule in [questions] of deck.toml ("history/*.md" = "h3"), `cards: h3` in a file's front matter, <!-- card --> or
    <!-- no-card --> overrule what was chosen.

    \b
    Example:
      make-deck outline notes/ --json
      make-deck outline --why notes/heap.md:12
      make-deck outline --suggest >> deck.toml
    """  # noqa: D301
    if choose and not sys.stdin.isatty():
        raise click.UsageError("--choose asks in a terminal; --unsure lists the files, and --suggest prints rules")
    place = _place(line) if line else None
    wanted = path or (place[0] if place else None)
    decks = read_decks(wanted, "text")
    config = decks[0] if len(decks) == 1 else read_root(wanted, "text")
    if place:
        _explain(_read(config), config, *place)
    elif suggest:
        _suggest(_read(config), config)
    elif choose:
        from exporter.cli.choose_reading import choose_rules

        choose_rules(_unsure(_read(config)).chapters, config)
    else:
        _tell(config, as_json, left_out, unsure)


def _read(config: Config) -> Book:
    from exporter.cli.console import fail
    from exporter.diagnostics import Severity, settle
    from exporter.pipeline.outline import read_outline

    book = read_outline(config, read_destination(config, None))
    errors = [d for d in settle(book.diagnostics) if d.severity is Severity.ERROR and d.code != "no-questions"]
    if errors:
        fail(tuple(errors), "text")
    return book.value


def _unsure(book: Book) -> Book:
    """The files worth a look, the least sure first."""
    from exporter.reading.unsure_files import doubtful

    return replace(book, chapters=doubtful((*book.chapters, *book.others)), others=())


def _tell(config: Config, as_json: bool, left_out: bool, unsure: bool) -> None:
    """Print what was read, or print again what was printed of the same notes."""
    from exporter.cli.console import print_rows
    from exporter.machinery.printable import printable_json
    from exporter.pipeline.outline import told_of_outline

    def as_text() -> str:
        from exporter.reading.outline import outline_as_json

        book = _read(config)
        return printable_json(outline_as_json(_unsure(book) if unsure else book))

    wanted = (as_json, left_out, unsure)
    destination = read_destination(config, None)
    if as_json:
        click.echo(told_of_outline(config, destination, wanted, as_text))
    else:
        print_rows(told_of_outline(config, destination, wanted, lambda: _rows(_read(config), left_out, unsure)))


def _rows(book: Book, left_out: bool, unsure: bool) -> list[Row]:
    from exporter.reading.outline import left_out_as_tree, outline_as_tree, sums

    shown = _unsure(book) if unsure else book
    count, whole = len(shown.chapters), len(book.chapters) + len(book.others)
    if unsure and not count:
        return [("", "", (("", "every file is sure"),))]
    found = f"{count} of {whole} files {'is' if count == 1 else 'are'} worth a look" if unsure else ""
    tree = left_out_as_tree(shown) if left_out else outline_as_tree(shown, found)
    return [*tree.rows(), *(("", "", (("", line),)) for line in sums(shown) if left_out)]


def _suggest(book: Book, config: Config) -> None:
    """Print the rules that pin what was chosen, and those that would find something where nothing was."""
    from exporter.cli.console import say
    from exporter.pipeline.pin_rule import possible_rules, proposed, rules_to_pin, suggested
    from exporter.reading.unsure_files import gives_nothing

    # "none" would also keep a note's text from those that embed it: that is the author's to say, not a choice's
    chosen = rules_to_pin((*book.chapters, *book.others), config)
    for rule in suggested({path: rule for path, rule in chosen.items() if rule != "none"}, config).splitlines():
        say(rule)
    for chapter in filter(gives_nothing, (*book.chapters, *book.others)):
        for line in proposed(chapter.source.path, possible_rules(chapter, config), config).splitlines():
            say(line)


def _place(line: str) -> tuple[Path, int]:
    name, _, number = line.rpartition(":")
    if not name or not number.isascii() or not number.isdigit():
        raise click.BadParameter(f'"{line}" is no FILE:LINE', param_hint="--why")
    return Path(name), int(number)


def _explain(book: Book, config: Config, file: Path, line: int) -> None:
    """Print why a line of a file is what it is."""
    from exporter.cli.console import say
    from exporter.reading.chapter import cut_chapter, read_chapter
    from exporter.reading.why import why

    wanted, chapters = file.absolute().resolve(), (*book.chapters, *book.others)
    chapter = next(
        (c for c in chapters if c.source.file.resolve() == wanted or c.source.path == str(file)),
        None,
    )
    if chapter is None:
        raise click.BadParameter(f'"{file}" is none of the notes', param_hint="--why")

    def reread(rule: str) -> Chapter | None:
        pinned = replace(config, questions={chapter.source.path: rule})
        return read_chapter(chapter.source.file, pinned).value

    def worded(word: str) -> Chapter | None:
        lines = [*chapter.source.lines]
        lines.insert(line - 1, f"<!-- {word} -->")
        return cut_chapter("\n".join(lines).encode(), chapter.source.file, config).value

    for sentence in why(chapter, line, reread, worded):
        say(sentence)
