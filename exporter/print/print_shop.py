"""Printed form → PDF: its parts are typeset in other processes, and bound.

In: a `Page`. Out: the bytes of a PDF and its number of pages; a diagnostic for each character that no font has, and for
each part that could not be typeset. Parts that are what they were in the last build come from the cache.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from exporter.config import LIMIT, Config
from exporter.diagnostics import Diagnostic, Outcome, report
from exporter.machinery.cache import Cache
from exporter.machinery.html_text import Html, rewrite
from exporter.machinery.libraries import library_versions
from exporter.machinery.workers import Fault, Work, Workers
from exporter.model import Book
from exporter.print.fonts import FontSet, installed_fonts
from exporter.print.kept_fonts import fonts_of
from exporter.print.pages import Cards, Page, Part, plain
from exporter.print.press.binding import Bound, bind, first_pages
from exporter.print.press.cards import Run, impose, typeset_run
from exporter.print.press.headings import level_headings
from exporter.print.press.overflow_report import report_cuts
from exporter.print.press.press import PANGO_HINT, find_pango, report_glyphs, report_refinements
from exporter.print.press.typeset import Job, Typeset, typeset
from exporter.source import Span

Written = Outcome[tuple[bytes, int] | None]
"""A PDF and its number of pages; None, with a warning, where it could not be made."""

In = TypeVar("In")

_ID = re.compile(r'\bid="([^"]+)"')
_PICTURE = re.compile(r"deck:[0-9a-f]{64}")
_BODY = re.compile(r"<body>.*</body>", re.DOTALL)
_PAGE_CHARACTERS = 700
_ORDINARY_CHARACTERS = 100_000
_ROUNDS = 4
_CARDS = 5
"""How many times cards are set until each side fits, about."""
_SMALLER = f"scale it down, or raise the limit: {LIMIT}print_bytes=…"
_START_SECONDS, _START_BYTES = 120, 4_000_000_000


class PrintShop:
    """Where forms are printed: processes, and a cache. `progress` is told the name of each step."""

    def __init__(self, workers: Workers, cache: Cache, progress: Callable[[str], None] = lambda step: None) -> None:  # noqa: ARG005
        self._workers = workers
        self._cache = cache
        self._progress = progress
        self._has_press = False
        self._told: set[str] = set()

    def open_early(self, parts: int) -> None:
        """Start processes for about so many parts, while there is other work to do."""
        self._workers.prepare(find_pango, parts)

    def print(self, page: Page, book: Book, config: Config) -> Written:
        """The PDF of a page, of the kind and within the limits that settings give."""
        self._progress("choosing fonts")
        is_bound = len(page.parts) > 1
        fonts = fonts_of(page, self._cache, numbered=is_bound)
        if _variant(config) == "pdf/ua-1":
            page = replace(page, parts=level_headings(page.parts))
        try:
            if is_bound:
                return self._print_bound(page, fonts, book, config)
            return self._print_whole(page, fonts, book, config)
        except _NoPressError as error:
            return Outcome(None, (error.why,))

    def _print_whole(self, page: Page, fonts: FontSet, book: Book, config: Config) -> Written:
        part = page.parts[0]
        return self._outcome(self._typeset([part.html], page, fonts, config, bound=False)[0], part, book)

    def print_cards(self, cards: Cards, book: Book, config: Config) -> Written:
        """The PDF of cards to cut out: their sides are fitted, run by run, and then shown on sheets."""
        self._progress("choosing fonts")
        page, runs = cards.page, cards.runs()
        fonts = fonts_of(page, self._cache, numbered=False)
        try:
            made = self._fit(runs, page, fonts, config)
            faults = [
                _report(run.page.parts[0], part)
                for run, part in zip(runs, made, strict=True)
                if isinstance(part, Fault)
            ]
            fitted = [part for part in made if isinstance(part, Typeset)]
            if faults:
                return Outcome(None, tuple(faults))
            counts = [
                part.anchors.count((side.id,)) for run, part in zip(runs, fitted, strict=True) for side in run.sides
            ]
            sheets = cards.sheets({side.id: count for side, count in zip(cards.sides, counts, strict=True)})
            shown = self._typeset([sheets.markup], page, fonts, config, bound=True)[0]
        except _NoPressError as error:
            return Outcome(None, (error.why,))
        if isinstance(shown, Fault):
            return Outcome(None, (_report(replace(page.parts[0], title=book.title), shown),))
        self._progress("binding")
        data = impose(shown, fitted, sheets.places, fonts, cards.grid.height)
        fitted = [_with_places(part, run) for part, run in zip(fitted, runs, strict=True)]
        return Outcome((data, len(shown.anchors)), self._report_losses([*fitted, shown], book))

    def _fit(self, runs: Sequence[Cards], page: Page, fonts: FontSet, config: Config) -> list[Typeset | Fault]:
        """The sides of each run, in the largest text that fits."""
        markups = [run.page.parts[0].html for run in runs]
        stamp = _stamp(fonts, config, bound=True)
        tight = [
            run.sides_markup(run.sides, run.ways[-1].with_large_figures) for run in runs
        ]  # all that a template may ask
        keys = [(*pair, stamp, run.ways, run.grid) for *pair, run in zip(markups, tight, runs, strict=True)]
        works = [
            Work(
                Run(run, _pictures(markup, page), fonts, config.print.image_dpi),
                _CARDS * config.limits.print_seconds * (1 + len(markup) / _ORDINARY_CHARACTERS),
                config.limits.print_bytes,
            )
            for markup, run in zip(markups, runs, strict=True)
        ]
        return self._make("cards", keys, typeset_run, works)

    def _print_bound(self, page: Page, fonts: FontSet, book: Book, config: Config) -> Written:
        """Typeset parts until every field has as many digits as its number: as a rule once."""
        parts = page.parts
        faults: dict[int, Diagnostic] = {}
        numbers = _estimate(parts)
        column = len(str(numbers[""] * 3 // 2))
        set_parts: list[Typeset] = []
        fields: list[tuple[str, tuple[str, ...]]] = []
        for _ in range(_ROUNDS):
            last, fields = fields, [part.with_fields(numbers, column) for part in parts]
            if fields == last:
                break
            made = self._typeset([markup for markup, _ in fields], page, fonts, config, bound=True)
            broken = {index: fault for index, fault in enumerate(made) if isinstance(fault, Fault)}
            if broken:
                if faults.keys() & broken:  # not even its notice: it is not the chapter's fault
                    return Outcome(None, tuple(faults.values()))
                faults |= {index: _report(parts[index], fault) for index, fault in broken.items()}
                parts = tuple(_notice(p, broken[i]) if i in broken else p for i, p in enumerate(parts))
                continue
            set_parts = [part for part in made if isinstance(part, Typeset)]
            numbers = first_pages(set_parts)
            column = max(column, len(str(numbers[""])))
        if not set_parts:
            return Outcome(None, tuple(faults.values()))
        self._progress("binding")
        bound = [Bound(part, targets) for part, (_, targets) in zip(set_parts, fields, strict=True)]
        return Outcome((bind(bound, fonts), numbers[""]), (*faults.values(), *self._report_losses(set_parts, book)))

    def _outcome(self, made: Typeset | Fault, part: Part, book: Book) -> Written:
        """What comes of a form that is one document."""
        if isinstance(made, Fault):
            return Outcome(None, (_report(part, made),))
        return Outcome((made.data, len(made.anchors)), self._report_losses([made], book))

    def _report_losses(self, parts: Sequence[Typeset], book: Book) -> tuple[Diagnostic, ...]:
        """What pages lack: refinements, pictures that could not be drawn, characters that no font has."""
        lacking = {name: why for part in parts for name, why in part.lacking if name not in self._told}
        self._told.update(lacking)
        missing = "".join(dict.fromkeys("".join(part.missing for part in parts)))
        cuts = {cut: None for part in parts for cut in part.cuts}
        return (
            *report_refinements(lacking), *_report_pictures(parts, book), *report_cuts(cuts, book), *report_glyphs(missing, book),
        )  # fmt: skip

    def _typeset(
        self, markups: Sequence[str], page: Page, fonts: FontSet, config: Config, *, bound: bool
    ) -> list[Typeset | Fault]:
        """Each HTML as a part."""
        variant, limits = _variant(config) if page.tagged else "", config.limits
        stamp = _stamp(fonts, config, bound=bound)
        evens = [page.even and place < len(markups) - 1 for place in range(len(markups))]
        keys = [
            (markup, stamp, variant, bound, page.fills_pages, page.tagged, even)
            for markup, even in zip(markups, evens, strict=True)
        ]
        works = [
            Work(
                Job(
                    markup,
                    _pictures(markup, page),
                    fonts,
                    variant,
                    bound,
                    page.fills_pages,
                    page.tagged,
                    even,
                    config.print.image_dpi,
                ),
                limits.print_seconds * (1 + len(markup) / _ORDINARY_CHARACTERS),
                limits.print_bytes,
            )
            for markup, even in zip(markups, evens, strict=True)
        ]
        return self._make("pages", keys, typeset, works)

    def _make(
        self,
        kind: str,
        keys: Sequence[tuple[object, ...]],
        function: Callable[[In], Typeset],
        works: Sequence[Work[In]],
    ) -> list[Typeset | Fault]:
        """What the function gives for each work: from the cache, else from processes, the longest first."""
        self._progress("typesetting")
        made: dict[int, Typeset | Fault] = {}
        for index, key in enumerate(keys):
            if (known := self._cache.find(kind, key)) is not None:
                made[index] = Typeset.from_bytes(known)
        if len(made) < len(works):
            self._find_press()
        todo = sorted((i for i in range(len(works)) if i not in made), key=lambda i: -works[i].seconds)

        def keep(place: int, result: Typeset | Fault) -> None:  # at once: a build that is interrupted goes on from here
            made[todo[place]] = result
            if isinstance(result, Typeset) and not result.lost:
                self._cache.keep(kind, keys[todo[place]], result.to_bytes())

        self._workers.run(function, [works[i] for i in todo], keep)
        return [made[index] for index in range(len(works))]

    def _find_press(self) -> None:
        """Raise `_NoPressError` where WeasyPrint cannot be imported."""
        if self._has_press:
            return
        missing = self._workers.call(find_pango, _START_SECONDS, _START_BYTES)
        if isinstance(missing, Fault):
            raise _NoPressError(report("print-broken", None, f"WeasyPrint could not be started: {missing.reason}"))
        if missing:
            raise _NoPressError(report("pango-missing", None, f"no PDF: WeasyPrint cannot load {missing}", PANGO_HINT))
        self._has_press = True


class _NoPressError(Exception):
    """WeasyPrint cannot work here, and `why`."""

    def __init__(self, why: Diagnostic) -> None:
        super().__init__(why.message)
        self.why = why


def _variant(config: Config) -> str:
    """The kind of PDF: "", "pdf/ua-1" (ISO 14289-1), "pdf/a-3b" or "pdf/a-3u" (ISO 19005-3)."""
    return config.print.variant or ("pdf/ua-1" if config.print.accessible else "")


def _stamp(fonts: FontSet, config: Config, *, bound: bool) -> tuple[object, ...]:
    """What pages look like depends on besides their HTML. A bound part holds no font, so what fonts lack is not its own."""
    faces = (hashlib.sha256(face.data).hexdigest() for face in fonts.faces)
    own: tuple[object, ...] = fonts.stamp if bound else tuple(faces)
    fonts_there = installed_fonts() if config.print.fonts or config.print.heading_fonts else ()
    return (*own, config.print.image_dpi, *library_versions(), *fonts_there, fonts.body, fonts.mono)


def _pictures(markup: str, page: Page) -> Mapping[str, Path]:
    return {address: page.pictures[address] for address in _PICTURE.findall(markup) if address in page.pictures}


def _estimate(parts: Sequence[Part]) -> Mapping[str, int]:
    """About where each anchor will stand, and under "" how many pages there will be."""
    numbers: dict[str, int] = {}
    page = 1
    for part in parts:
        numbers |= dict.fromkeys(map(html.unescape, _ID.findall(part.html)), page)
        page += 1 + len(plain(part.html)) // _PAGE_CHARACTERS
    return numbers | {"": page - 1}


def _report(part: Part, fault: Fault) -> Diagnostic:
    hint = (
        f"the rest is printed; {LIMIT}print_seconds=… and {LIMIT}print_bytes=… give it more time and memory, else "
        "halve the note until you find what cannot be typeset"
    )
    return report("print-broken", Span(part.path) if part.path else None, f'"{part.title}": {fault.reason}', hint)


def _report_pictures(parts: Sequence[Typeset], book: Book) -> tuple[Diagnostic, ...]:
    lost = {address.removeprefix("deck:"): reason for part in parts for address, reason in part.lost}
    return tuple(
        report("print-broken", Span(path), f'"{asset.name}" could not be drawn: {lost[asset.sha256]}', _SMALLER)
        for (path, _), asset in book.assets.items()
        if asset.sha256 in lost
    )


def _with_places(part: Typeset, run: Cards) -> Typeset:
    """A run of cards whose cuts are at the anchors of the book's items: its own are those of sides."""
    anchors = {side.id: side.item.anchor for side in run.sides}
    return replace(part, cuts=tuple(replace(cut, anchor=anchors[cut.anchor]) for cut in part.cuts))


def _notice(part: Part, fault: Fault) -> Part:
    """A page that says what is missing, with all the anchors that other parts refer to."""
    anchors = "".join(f'<a id="{anchor}"></a>' for anchor in _ID.findall(part.html))
    words = Html("<h2>{}</h2><p>{}</p>").format(part.title, fault.reason)
    body = f"<body>{words}{anchors}</body>"
    return replace(part, html=rewrite(part.html, lambda markup: _BODY.sub(lambda _: body, markup)))
