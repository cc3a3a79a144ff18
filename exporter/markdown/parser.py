"""The parser, put together from its rules."""

from __future__ import annotations

from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from exporter.diagnostics import Diagnostic, Outcome
from exporter.markdown import emphasis, fences, front_matter, glued_lists, html_blocks, html_tags, images, math, soft_breaks
from exporter.source import SourceFile

RULES = (front_matter, emphasis, soft_breaks, glued_lists, fences, math, html_tags, html_blocks, images)
"""What the notes need beyond CommonMark and GFM tables, strikethrough and task lists; one file each."""

_MAX_NESTING = 60


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


def parse(source: SourceFile) -> Outcome[tuple[Token, ...]]:
    """The block tokens of a file (inline ones are their children), with what the rules had to repair."""
    diagnostics: list[Diagnostic] = []
    tokens = _parser().parse(source.text, {"source": source, "diagnostics": diagnostics})
    return Outcome(tuple(tokens), tuple(diagnostics))
