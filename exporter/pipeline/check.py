"""Everything that a build has to say, and nothing written."""

from __future__ import annotations

from pathlib import Path

from exporter.config import Config
from exporter.diagnostics import Outcome, failed, settle
from exporter.machinery.cache import Cache
from exporter.machinery.workers import Workers
from exporter.markup.math import CachedMath, MathJax
from exporter.model import Book
from exporter.pipeline.book import kept_sources, read_book
from exporter.pipeline.held_rules import as_published
from exporter.pipeline.pages_ahead import render_with
from exporter.pipeline.planning import plan_now
from exporter.print.pages import plan_cards, render_handout, render_quiz, render_test
from exporter.reading.checks import long_answers


def check(config: Config, destination: Path, *, strict: bool = False) -> Outcome[Book]:
    """The book, with everything that a build has to say of it. Writes nothing."""
    config = as_published(config, destination)
    cache = Cache(config.cache_folder(destination), read_only=True)
    book = read_book(config, destination, kept_sources(cache))
    diagnostics = [*book.diagnostics, *long_answers(book.value.chapters)]
    if not failed(diagnostics):
        edition = plan_now(book.value, config, destination, cache)
        render = render_with(CachedMath(MathJax(), cache), config, cache, Workers(1))
        mod = edition.value.lock.mod
        diagnostics.extend((*edition.diagnostics, *render_handout(book.value, config, render, mod).diagnostics))
        if "quiz" in config.outputs:
            diagnostics.extend(render_quiz(book.value, config, render, mod).diagnostics)
        if "test" in config.outputs:
            diagnostics.extend(render_test(book.value, config, render, mod).diagnostics)
        if "flashcards" in config.outputs:
            diagnostics.extend(plan_cards(book.value, config, render, mod).diagnostics)
    return Outcome(book.value, settle(tuple(dict.fromkeys(diagnostics)), strict=strict))
