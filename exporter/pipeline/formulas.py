"""Formulas that MathJax cannot read, where no page is made that would say so: Anki's MathJax cannot read them either.

In: a book, settings, MathJax. Out: a diagnostic for each. What was found in a chapter is kept, so that one that did
not change costs nothing; and of a file the formulas that were right, so that an edit beside them does not start MathJax.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from markdown_it.token import Token

from exporter.config import Config
from exporter.diagnostics import Diagnostic, read_record, report, write_record
from exporter.machinery.cache import Cache
from exporter.machinery.libraries import library_versions
from exporter.markup.html.inline import tex_of
from exporter.markup.math import MathError, MathJax, expand, refusal
from exporter.markup.math.simple import is_simple
from exporter.model import Body, Book, Chapter
from exporter.reading.references import bodies_of

_KIND = "formulas"
_RIGHT = "right-formulas"
_SHOWN = 60

_Formula = tuple[str, bool]
"""A formula with its macros written out, and whether it stands alone."""


def check_formulas(book: Book, config: Config, mathjax: MathJax, cache: Cache) -> tuple[Diagnostic, ...]:
    """What is wrong with the formulas of all cards."""
    return tuple(said for chapter in book.chapters for said in check_chapter(chapter, config, mathjax, cache))


def only_checked(config: Config) -> bool:
    """Whether formulas are checked here: a handout would say itself what it cannot set."""
    return "apkg" in config.outputs and "handout" not in config.outputs


def check_chapter(chapter: Chapter, config: Config, mathjax: MathJax, cache: Cache) -> tuple[Diagnostic, ...]:
    """What is wrong with the formulas of a chapter's cards."""
    key = (chapter.digest, sorted(config.math.macros.items()), library_versions())
    if (known := cache.find_json(_KIND, key)) is not None:
        return tuple(map(read_record, known))
    place = (chapter.source.path, *key[1:])
    before = {(tex, display) for tex, display in cache.find_json(_RIGHT, place) or ()}
    right: dict[_Formula, None] = {}

    def find_fault(formula: _Formula) -> MathError | None:
        tex, display = formula
        if is_simple(tex):
            return None
        fault = None if formula in before or formula in right else mathjax.find_fault(tex, display=display)
        if fault is None:
            right[formula] = None
        return fault

    found = tuple(_faults(chapter, config, find_fault))
    cache.keep_json(_RIGHT, place, [*right])
    cache.keep_json(_KIND, key, [*map(write_record, found)])
    return found


def _faults(
    chapter: Chapter, config: Config, find_fault: Callable[[_Formula], MathError | None]
) -> Iterator[Diagnostic]:
    for card in chapter.cards:
        for body in bodies_of(card):
            for formula in _formulas(body):
                tex = expand(tex_of(formula), config.math.macros)
                display = formula.type == "math_block" or bool(formula.meta.get("display"))
                fault = refusal(tex) or find_fault((tex, display))
                if fault:
                    first = formula.content.strip().partition("\n")[0]
                    span = chapter.source.find(first, body.span.line - 1, body.span.end_line)
                    shown = first if len(first) <= _SHOWN else first[: _SHOWN - 3] + "…"
                    yield report("math-invalid", span, f"{fault.message}: {shown}")


def _formulas(body: Body) -> Iterator[Token]:
    for token in body.tokens:
        for piece in (token, *(token.children or ())):
            if piece.type in ("math", "math_block"):
                yield piece
