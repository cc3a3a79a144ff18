"""The options of printed forms, and the settings with what they say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from exporter.config import Config

_OPTIONS = (
    click.option("--theme", help="Theme of the printed forms: paper, compact, cornell, ink-saving, or one of the deck's own."),
    click.option("--page", help="Size of the paper: A4, A5, A6, B5, Letter, Legal, or such as 148x210mm."),
    click.option("--binding", type=click.FloatRange(0, 40), help="Widen the handout's margin along the fold by so many mm."),
    click.option("--recto/--no-recto", default=None, help="Chapters of the handout open on a right page."),
    click.option("--terms/--no-terms", default=None, help="Add an index of terms to the handout: what is bold, and what is defined."),
    click.option("--notes", type=click.Choice(["answer", "foot"]), help="Notes below answers, or at the foot of a page."),
    click.option("--front", type=click.Choice(["block", "page"]), help="The handout's title: a block above the contents, or a page."),
    click.option("--impose", type=click.Choice(["2up", "booklet"]), help="A second PDF of the handout, with two pages on each side."),
    click.option("--justify/--no-justify", default=None, help="Lines of Latin text are equally long, as those of Chinese are."),
    click.option("--volumes", type=click.Choice(["book", "folder", "file"]), help="What of the handout becomes a PDF of its own."),
    click.option(
        "--pdf-variant", type=click.Choice(["pdf/ua-1", "pdf/a-3b", "pdf/a-3u"]),
        help="Accessible PDF (PDF/UA-1), or PDF for archives (PDF/A-3).",
    ),
    click.option("--seed", type=click.IntRange(min=1), help="Shuffle the quiz; the same number gives the same order."),
    click.option("--tags", help="Ask in the quiz only what has one of these tags or stands below such a title, with commas."),
    click.option("--count", type=click.IntRange(min=1), help="How many questions the quiz asks."),
    click.option("--versions", help="Names of the sheets of a class test, with commas: A,B,C."),
    click.option(
        "--space", type=click.Choice(["ruled", "grid", "box", "blank", "none"]), help="Room to write in the quiz and the test."
    ),
    click.option("--bubbles/--no-bubbles", default=None, help="Add a sheet with circles for the options to a class test."),
    click.option("--cards", help="Cards to cut out: columns x rows (2x4), a size (A7, 5x3in, 90x60mm) or a stock (Avery 5371)."),
    click.option("--order", type=click.Choice(["rows", "stacks"]), help="Cards follow in rows, or in the piles of a cutter."),
    click.option("--duplex", type=click.Choice(["long", "short"]), help="The edge over which the printer turns the sheet."),
    click.option("--shift-x", type=float, help="Move the backs of cards to the right by so many mm (left: below 0)."),
    click.option("--shift-y", type=float, help="Move the backs of cards down by so many mm (up: below 0)."),
    click.option("--test-page", is_flag=True, help="Instead of cards, a sheet that shows by how much the printer is off."),
)  # fmt: skip


def printing_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of printed forms, in the order in which help shows them."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def with_printing(config: Config, given: Mapping[str, Any]) -> Config:
    """The settings with what the command says about print in the place of what deck.toml says."""
    from exporter.machinery.paper_sizes import page_fault

    def named(**names: str) -> dict[str, Any]:
        return {key: given[name] for key, name in names.items() if given[name] is not None}

    tags = tuple(tag.strip() for tag in given["tags"].split(",") if tag.strip()) if given["tags"] else None
    quiz = replace(config.print.quiz, **named(seed="seed", count="count", space="space"))
    test = replace(config.print.test, **named(seed="seed", space="space", bubbles="bubbles"))
    test = replace(test, versions=_versions(given["versions"])) if given["versions"] else test
    quiz = replace(quiz, tags=tags) if tags else quiz
    cards = replace(
        config.print.flashcards,
        **named(cards="cards", duplex="duplex", shift_x="shift_x", shift_y="shift_y", order="order"),
    )
    printing = replace(
        config.print,
        quiz=quiz,
        test=test,
        flashcards=cards,
        **named(
            theme="theme",
            page="page",
            binding="binding",
            recto="recto",
            notes="notes",
            terms="terms",
            front="front",
            impose="impose",
            justify="justify",
            volumes="volumes",
            variant="pdf_variant",
        ),
    )
    if given["page"] and (fault := page_fault(given["page"])):
        raise click.BadParameter(fault, param_hint="--page")
    outputs = tuple("testpage" if given["test_page"] and name == "flashcards" else name for name in config.outputs)
    if given["test_page"] and "testpage" not in outputs:
        raise click.BadParameter("it takes the place of cards: add --only flashcards", param_hint="--test-page")
    return replace(config, print=printing, outputs=outputs)


def _versions(text: str) -> tuple[str, ...]:
    """The names of versions, which become part of file names."""
    from exporter.config import misnamed_version

    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    if fault := misnamed_version(names):
        raise click.BadParameter(fault, param_hint="--versions")
    return names
