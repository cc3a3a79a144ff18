"""The parser, put together from its rules."""

from __future__ import annotations

from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from exporter.config import Config
from exporter.diagnostics import Diagnostic, Outcome
from exporter.reading.markdown import (
    abbreviations,
    anki_markup,
    callouts,
    cloze,
    critic,
    definitions,
    emoji_codes,
    emphasis,
    equation_labels,
    fences,
    footnotes,
    front_matter,
    glued_lists,
    hashtags,
    hidden,
    highlights,
    html_blocks,
    html_tags,
    images,
    limits,
    list_numbers,
    logseq_lines,
    loose_blocks,
    math,
    media,
    misspelt_tools,
    numbered,
    raised,
    soft_breaks,
    tables,
    tool_lines,
    visible_pieces,
    wiki_links,
)
from exporter.source import SourceFile

RULES = (
    tool_lines,
    misspelt_tools,
    logseq_lines,
    front_matter,
    hashtags,
    hidden,
    emphasis,
    highlights,
    raised,
    critic,
    soft_breaks,
    glued_lists,
    loose_blocks,
    definitions,
    fences,
    callouts,
    math,
    equation_labels,
    anki_markup,
    tables,
    html_tags,
    html_blocks,
    footnotes,
    wiki_links,
    cloze,
    emoji_codes,
    abbreviations,
    media,
    images,
    numbered,
    list_numbers,
    limits,
    visible_pieces,
)
"""What the notes need beyond CommonMark and GFM tables, strikethrough and task lists; one file each."""

_USUAL = Config()
_MAX_NESTING = 60
"""Quotes and lists in each other, in levels. No setting: markdown-it calls itself for each, on Python's own stack."""


@cache
def _parser() -> MarkdownIt:
    md = MarkdownIt("commonmark", {"html": True, "maxNesting": _MAX_NESTING, "tasklists": True})
    md.enable(["table", "strikethrough"])
    # Any address is kept as it is written: what a card or a page may show is decided by the sanitiser.
    md.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005
    md.normalizeLink = lambda url: url  # type: ignore[method-assign]
    for rule in RULES:
        rule.install(md)
    return md


def parse(source: SourceFile, config: Config = _USUAL, *, lang: str = "en") -> Outcome[tuple[Token, ...]]:
    """The block tokens of a file (inline ones are their children), with what the rules had to repair.

    `lang` is what figures and tables are named in.
    """
    diagnostics: list[Diagnostic] = []
    told = {
        "source": source,
        "diagnostics": diagnostics,
        "limits": config.limits,
        "breaks": config.breaks,
        "lang": lang,
        "signs": config.spaced_repetition,
        "in_vault": config.in_vault,
        "blocks": config.blocks,
    }
    tokens = _parser().parse(source.text, told)
    return Outcome(tuple(tokens), tuple(diagnostics))
