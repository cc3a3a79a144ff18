"""The ways people mark questions, one file each. A new dialect is a new file and a line in `DIALECTS`.

In: the tokens of a page. Out: `Question`s in places of these tokens. `dialect` says what a dialect is. Which of them a
file means is for `detection` to find out.
"""

from exporter.config import SpacedRepetitionConfig
from exporter.reading.dialects import (
    alternating_labels,
    card_tags,
    choices,
    cloze,
    deck_headings,
    exams,
    fill_ins,
    front_back,
    html_details,
    inka,
    keyed,
    labelled_headings,
    labelled_lines,
    list_items,
    logseq,
    numbered_lines,
    obsidian_callouts,
    obsidian_flashcards,
    obsidian_to_anki,
    percent_sides,
    qa_lines,
    remnote,
    table_choices,
    table_rows,
    term_lines,
    told_lines,
    verdicts,
    whole_notes,
)
from exporter.reading.dialects.dialect import Dialect

DIALECTS = (
    whole_notes.DIALECT,
    obsidian_to_anki.DIALECT,
    inka.DIALECT,
    front_back.DIALECT,
    labelled_headings.DIALECT,
    percent_sides.DIALECT,
    deck_headings.DIALECT,
    table_choices.DIALECT,
    choices.DIALECT,
    keyed.DIALECT,
    fill_ins.DIALECT,
    verdicts.DIALECT,
    exams.DIALECT,
    logseq.DIALECT,
    remnote.DIALECT,
    card_tags.DIALECT,
    obsidian_flashcards.DIALECT,
    qa_lines.DIALECT,
    labelled_lines.DIALECT,
    alternating_labels.DIALECT,
    told_lines.DIALECT,
    numbered_lines.DIALECT,
    cloze.DIALECT,
    obsidian_callouts.DIALECT,
    html_details.DIALECT,
    list_items.DIALECT,
    table_rows.DIALECT,
    term_lines.DIALECT,
    cloze.GAPS,
)
"""Explicit syntax, the clearest first. Headings and bold lines are what is tried where none of it dominates."""


def dialects_of(settings: SpacedRepetitionConfig) -> tuple[Dialect, ...]:
    """The dialects, with the signs that a deck or its vault has set."""
    own = obsidian_flashcards.flashcards(settings)
    return tuple(own if dialect is obsidian_flashcards.DIALECT else dialect for dialect in DIALECTS)
