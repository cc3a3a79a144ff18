"""`make-deck move-in`: from another tool, with one's history."""

from __future__ import annotations

from pathlib import Path

import click

from exporter.cli.arguments import DECK, OUTPUT, PATH, read_config, read_destination

_IN_ANKI = (
    "obsidian-to-anki", "obsidian_to_anki", "flashcards-obsidian", "yanki", "inka", "inka2", "md2anki", "logseq-anki-sync",
    "mdanki", "md2apkg", "anki",
)  # fmt: skip


@click.command("move-in")
@click.argument("source", metavar="FROM")
@PATH
@DECK
@OUTPUT
@click.option("--accept", multiple=True, metavar="ID", help='It is that old note; an id from the plan, or "all".')
@click.option("--anew", is_flag=True, help="Questions that the lock has already take over old notes, too.")
@click.option("--yes", is_flag=True, help="Do it. Without, nothing is written.")
def command(
    source: str, path: Path | None, output: Path | None, accept: tuple[str, ...], *, anew: bool, yes: bool
) -> None:
    """Take over the notes that another tool made of yours, so that you keep what you have learnt.

    \b
    FROM is what has your history:
      my.colpkg, my.apkg  what Anki's File > Export wrote (the deck, or all): for Obsidian_to_Anki,
                          flashcards-obsidian, yanki, inka, md2anki, logseq-anki-sync, mdanki, or cards
                          that you typed. Ids in your notes are followed; other questions are found
                          by their text.
      notes.txt           Anki's "Notes in Plain Text", exported with "Include unique identifier"
      spaced-repetition   Obsidian's Spaced Repetition: the <!--SR:...--> in the notes
      logseq              Logseq's own flashcards: the card-next-schedule:: in the notes
      hashcards.db        the database of hashcards

    First look at the plan: kept, offered, new, left behind. With --yes it is done: deck.lock knows your
    old notes, and you are told what is left to do in Anki.

    \b
    Example:
      make-deck move-in ~/Desktop/collection.colpkg
      make-deck move-in ~/Desktop/collection.colpkg --accept all --yes
    """  # noqa: D301
    from exporter.cli.console import fail, print_done, say, show
    from exporter.diagnostics import failed
    from exporter.editions.moving_in.in_notes import IN_NOTES
    from exporter.pipeline.move_in import move_in

    file = Path(source)
    if source not in IN_NOTES and not file.is_file():
        if source.lower() in _IN_ANKI:
            hint = 'its cards are in your Anki: there, File > Export, "Anki Collection Package", and give that file'
            raise click.BadParameter(f'"{source}": {hint}', param_hint="FROM")
        names = ", ".join(IN_NOTES)
        raise click.BadParameter(f'"{source}" is no file, and none of {names}', param_hint="FROM")
    config = read_config(path, "text")
    outcome = move_in(
        config,
        read_destination(config, output),
        source if source in IN_NOTES else file,
        accept=accept,
        anew=anew,
        write=yes,
    )
    if failed(outcome.diagnostics):
        fail(outcome.diagnostics, "text")
    show(outcome.diagnostics, "text")
    from exporter.cli.moving_in_plan import plan_lines

    for written in outcome.value.written:
        print_done(str(written))
    for line in plan_lines(outcome.value):
        say(line)
