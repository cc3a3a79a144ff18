"""The ways people mark questions, one file each. A new dialect is a new file and a line in `DIALECTS`.

In: the tokens of a page. Out: `Question`s in places of these tokens. `dialect` says what a dialect is. Which of them a
file means is for `detection` to find out.
"""

from exporter.reading.dialects import (
    cloze,
    html_details,
    list_items,
    logseq,
    obsidian_callouts,
    obsidian_flashcards,
    qa_lines,
)

DIALECTS = (
    logseq.DIALECT,
    obsidian_flashcards.DIALECT,
    qa_lines.DIALECT,
    cloze.DIALECT,
    obsidian_callouts.DIALECT,
    html_details.DIALECT,
    list_items.DIALECT,
    cloze.GAPS,
)
"""Explicit syntax, the clearest first. Headings and bold lines are what is tried where none of it dominates."""
