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
    from exporter.cli.console import fail, print_json, print_rich, say
    from exporter.diagnostics import Severity, settle
    from exporter.reading.outline import left_out_as_tree, outline_as_json, outline_as_tree, sums
    from exporter.reading.unsure_files import doubtful

    if choose and not sys.stdin.isatty():
        raise click.UsageError("--choose asks in a terminal; --unsure lists the files, and --suggest prints rules")
    place = _place(line) if line else None
    wanted = path or (place[0] if place else None)
    decks = read_decks(wanted, "text")
    config = decks[0] if len(decks) == 1 else read_root(wanted, "text")
    from exporter.pipeline.outline import read_outline

    book = read_outline(config, read_destination(config, None))
    errors = [d for d in settle(book.diagnostics) if d.severity is Severity.ERROR and d.code != "no-questions"]
    if errors:
        fail(tuple(errors), "text")
    if place:
        _explain(book.value, config, *place)
        return
    chapters = (*book.value.chapters, *book.value.others)
    if suggest:
        from exporter.pipeline.pin_rule import rules_to_pin, suggested

        # "none" would also keep a note's text from those that embed it: that is the author's to say, not a choice's
        rules = {path: rule for path, rule in rules_to_pin(chapters, config).items() if rule != "none"}
        for rule in suggested(rules, config).splitlines():
            say(rule)
        return
    shown = replace(book.value, chapters=doubtful(chapters), others=()) if unsure or choose else book.value
    if choose:
        from exporter.cli.choose_reading import choose_rules

        choose_rules(shown.chapters, config)
    elif as_json:
        print_json(outline_as_json(shown))
    elif unsure and not shown.chapters:
        say("every file is sure")
    else:
        count = len(shown.chapters)
        found = f"{count} of {len(chapters)} files {'is' if count == 1 else 'are'} worth a look" if unsure else ""
        print_rich(left_out_as_tree(shown) if left_out else outline_as_tree(shown, found))
        for line_of_sums in sums(shown) if left_out else ():
            say(line_of_sums)


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
