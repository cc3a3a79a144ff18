"""What must hold for any bytes: a stage ends with a value or a diagnostic, never with an exception.

Each target takes bytes and fails with an AssertionError, or with the exception that got out.
"""

from __future__ import annotations

import io
import json
import os
import re
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import jinja2

from exporter.cards.naming import tag_part
from exporter.cards.notetypes import _own_script, card_environment, load_notetype
from exporter.config import Config, LimitsConfig, load_config
from exporter.diagnostics import Diagnostic, failed, render_diagnostics, settle
from exporter.editions.edition import Edition, plan_edition
from exporter.editions.identity import Lock, render_lock
from exporter.editions.identity.lock_reader import parse_lock
from exporter.editions.packages import Package, _read_file
from exporter.machinery.addresses import far_address
from exporter.machinery.exclusion import read_patterns
from exporter.machinery.printable import HIDDEN, printable, printable_json
from exporter.machinery.strange_databases import UnfitError
from exporter.machinery.templates import Own
from exporter.markup.html.placeholders import CLOSES, OPENS
from exporter.media.looks import Look, Unfit, _look, takes_much
from exporter.model import Book
from exporter.pipeline.book import read_book
from exporter.pipeline.faults import template_fault
from exporter.reading.chapter import cut_chapter
from exporter.reading.checks import check_links
from exporter.reading.outline import outline_as_json

NOW = 1_760_000_000
MARKS = (OPENS, CLOSES)
"""Our own marks, which must not get out."""

BACK, SHEET, LABELS = "templates/anki/basic/back.html", "templates/anki/theme.css", "templates/anki/labels.toml"
ANKIS_OWN = re.compile(r"\{\{[^{}]*\b(?:text|tts)\b[^{}]*:|\[(?:sound:|anki:|latex\]|\$)|\\[(\[]", re.IGNORECASE)
"""What a template may bring to no card, whatever it is put together of."""

_HOME = tempfile.TemporaryDirectory(prefix="make-deck-fuzz-", ignore_cleanup_errors=True)  # until the process ends
FOLDER = Path(_HOME.name)
DECK = Config(name="fuzz", root=FOLDER, source_path=FOLDER)
STILL = "## What is a mutex?\n\nA lock that one thread holds at a time, and the others wait for it.\n\n## Why?\n\nBecause.\n"


def fuzz_notes(data: bytes) -> None:
    """The bytes of a note, through to the fields of Anki."""
    book, diagnostics = book_of(data)
    edition = edition_of(book)
    check_notes(edition[0])
    check_diagnostics((*diagnostics, *edition[1]), lines_of(book))
    outline_as_json(book)


def fuzz_lock(data: bytes) -> None:
    """The bytes of a lock; where they are one, the next edition."""
    parsed = parse_lock(data, "deck.lock")
    check_diagnostics(parsed.diagnostics, {"deck.lock": data.count(b"\n") + 2})
    if parsed.diagnostics:
        assert failed(parsed.diagnostics)
        assert parsed.value == Lock()
        return
    written = render_lock(parsed.value)
    again = parse_lock(written.encode(), "deck.lock")
    assert again.diagnostics == ()
    assert render_lock(again.value) == written
    lock = place("deck.lock", data)
    try:
        edition, _ = edition_of(book_of(STILL.encode())[0], lock=lock)
    finally:
        lock.unlink()
    before = {entry.guid: entry for entry in parsed.value.notes}
    after = {entry.guid: entry for entry in edition.lock.notes}
    assert before.keys() <= after.keys()
    assert all(after[guid].mod >= entry.mod for guid, entry in before.items())
    assert all(after[guid].mod > e.mod or after[guid].digest == e.digest for guid, e in before.items() if not e.removed)
    if parsed.value.mod < 10**11:  # there is no later time than the year 9999
        assert parse_lock(render_lock(edition.lock).encode(), "deck.lock").diagnostics == ()


def fuzz_config(data: bytes) -> None:
    """The bytes of a deck.toml; where they are one, a deck with it."""
    file = place("deck.toml", data)
    try:
        loaded = load_config(FOLDER)
        check_diagnostics(loaded.diagnostics, {"deck.toml": data.count(b"\n") + data.count(b"\r") + 2})
        config = loaded.value
        if config is None:
            assert failed(loaded.diagnostics)
            return
        read_book(config, FOLDER / "dist")
        config = replace(config, source_path=FOLDER, fetch=False)
        edition, _ = edition_of(book_of(STILL.encode(), config=config)[0], config)
        check_notes(edition)
    finally:
        file.unlink()


def fuzz_template(data: bytes) -> None:
    """The bytes of a deck's own template, style sheet and words: they make a note type without scripts, or are a mistake there."""
    for name in (BACK, SHEET, LABELS):
        file = place(name, data)
        try:
            notetype = load_notetype("basic", card_environment(Own(FOLDER)), "mine")
        except jinja2.TemplateError as error:
            check_diagnostics((template_fault(error),), {name: data.count(b"\n") + data.count(b"\r") + 1})
        else:
            if name == BACK:
                back = notetype.templates[0].back.replace(_own_script(), "")
                check_markup(back)
                assert not ANKIS_OWN.search(back)
                assert not re.search(r"<style>(?!.*</style>)", notetype.templates[0].back, re.DOTALL)
            assert not re.search(r"</|<!|@import|url\(\s*[\"']?\s*(?:[a-z]+:)?//", notetype.css, re.IGNORECASE)
        finally:
            file.unlink()


def fuzz_picture(data: bytes) -> None:
    """The bytes of a picture."""
    seen = _look(data, LimitsConfig())
    assert isinstance(seen, Look | Unfit)
    takes_much(data)


def fuzz_package(data: bytes) -> None:
    """The bytes of a package; the same as the database in one."""
    for content in (data, packed(data)):
        file = place("x.apkg", content)
        try:
            read = _read_file(file)
        finally:
            file.unlink()
        assert isinstance(read, UnfitError | Package)
        assert not isinstance(read, UnfitError) or (str(read) and "\n" not in str(read))


def fuzz_name(data: bytes) -> None:
    """The bytes of a word: as a tag, in an address, as a pattern, on a terminal."""
    text = data.decode(errors="surrogateescape")
    tag = tag_part(text)
    assert tag
    assert not re.search(rf"[{HIDDEN}\s<>]|::", tag)
    assert not re.search(rf"[{HIDDEN}]|^\s*::|##\w*\[", printable(text))
    assert json.loads(printable_json(text)) == text
    address = far_address(text)
    assert address is None or re.match(r"(?:https?://|mailto:)[^\s\"'<>]+$", address, re.IGNORECASE)
    with suppress(ValueError):
        read_patterns([text]).match_file("a/b.md")


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "notes": fuzz_notes, "lock": fuzz_lock, "config": fuzz_config, "template": fuzz_template, "picture": fuzz_picture,
    "package": fuzz_package, "name": fuzz_name,
}  # fmt: skip


def packed(data: bytes) -> bytes:
    """An archive with these bytes as a collection."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("collection.anki2", data)
    return out.getvalue()


class Markup(HTMLParser):
    """What a browser makes of HTML, and what of it nobody may bring to a card."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in FORBIDDEN, tag
        for name, value in attrs:
            assert not name.startswith("on"), name
            if name == "href":
                assert re.match(r"https?://|mailto:|#|\{\{", value or "#", re.IGNORECASE), value


FORBIDDEN = frozenset(
    "script iframe frame object embed applet base meta link form input button svg math template".split()
)


def check_markup(markup: str) -> None:
    """HTML that runs nothing, and leads to the network by links alone."""
    parser = Markup()
    parser.feed(markup)
    parser.close()


def place(name: str, data: bytes) -> Path:
    """A file that was written long ago."""
    file = FOLDER / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    os.utime(file, (1, 1))
    return file


def book_of(*files: bytes, config: Config = DECK) -> tuple[Book, tuple[Diagnostic, ...]]:
    """A book with a chapter of each file that can be read."""
    read = [cut_chapter(data, FOLDER / f"{number}.md", config) for number, data in enumerate(files)]
    chapters = tuple(outcome.value for outcome in read if outcome.value)
    book = Book(config.title or config.name, config.lang or "en", chapters, {})
    return book, (*(d for outcome in read for d in outcome.diagnostics), *check_links(chapters))


def edition_of(
    book: Book, config: Config = DECK, lock: Path = FOLDER / "none.lock"
) -> tuple[Edition, tuple[Diagnostic, ...]]:
    planned = plan_edition(book, config, lock, NOW)
    str(planned.value.changes)
    return planned.value, planned.diagnostics


def lines_of(book: Book) -> dict[str, int]:
    return {chapter.source.path: len(chapter.source.lines) for chapter in book.chapters}


def check_notes(edition: Edition) -> None:
    """Notes as Anki takes them."""
    for note in edition.plan.notes:
        assert note.guid
        assert not any(mark in value for mark in MARKS for value in note.fields)
        for value in note.fields:
            check_markup(value)
        assert not any(" " in tag or not tag for tag in note.tags)


def check_diagnostics(diagnostics: tuple[Diagnostic, ...], lines: Mapping[str, int]) -> None:
    """Places that exist, and forms that can be printed."""
    for diagnostic in diagnostics:
        if diagnostic.span and diagnostic.span.path in lines:
            assert 1 <= diagnostic.span.line <= lines[diagnostic.span.path], diagnostic
            assert diagnostic.span.col >= 1, diagnostic
        assert "\n" not in diagnostic.message, diagnostic
    for form in ("text", "json", "github"):
        render_diagnostics(settle(diagnostics), form).encode()
