"""A published package becomes a lock again.

In: an .apkg that make-deck wrote, or that Anki exported from such a deck. Out: a `Lock` with guid, place, question and
sketch of each note, so that the next edition finds them. What a package does not say (explicit ids, when a note was
new) is found again by the question. Notes of other note types are left out: Anki never updates a note across types.
"""

from __future__ import annotations

import html
import json
import re
import sqlite3
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from exporter.cards.naming import branch_of
from exporter.cards.notetypes import DEFAULT_THEME, card_environment, load_notetype
from exporter.diagnostics import Diagnostic, Outcome, failed, report
from exporter.editions.identity import (
    Entry,
    Lock,
    TypeEntry,
    digest_note,
    read_lock,
    render_lock,
)
from exporter.editions.tombstones import REMOVED_TAG
from exporter.machinery.whole_files import write_files
from exporter.model import CardKind, Note, NoteType
from exporter.reading.fingerprints import grams, question_key, render_sketch
from exporter.source import Span

_MEMBERS = ("collection.anki21b", "collection.anki21", "collection.anki2")
"""Newest first: newer exports hold an empty older collection that asks for an update."""

_CRUMB = re.compile(r'<span class="crumb">(.*?)</span>')
_FIRST_BLOCK = re.compile(r"\s*<(p|h\d)\b[^>]*>(.*?)</\1>", re.DOTALL)
_PICTURE = re.compile(r"<img\b[^>]*?\balt=\"([^\"]*)\"[^>]*>(?:<figcaption>.*?</figcaption>)?", re.DOTALL)
_MISSING = re.compile(r'<(\w+) class="[^"]*missing[^"]*">[^<]*</\1>')
_RIGHT = re.compile(r'<li class="[^"]*\bis-right\b[^"]*">.*?</li>', re.DOTALL)
_GAP = re.compile(r"\{\{c(\d+)::(.*?)(?:::[^{}]*?)?\}\}", re.DOTALL)


def adopt(packages: Sequence[Path], lock_file: Path, *, anyway: bool = False) -> Outcome[int]:
    """Write the lock that a published edition implies, and say how many notes it has.

    An edition may be cut into several packages. `anyway` replaces a lock that is whole, too.
    """
    if not anyway and lock_file.exists() and not failed(read_lock(lock_file, lock_file.name).diagnostics):
        hint = "nothing is lost, then; --replace adopts anyway"
        return Outcome(0, (report("lock-exists", Span(lock_file.name), "this lock is whole", hint),))
    adopted = [adopt_package(package) for package in packages]
    diagnostics = tuple(diagnostic for outcome in adopted for diagnostic in outcome.diagnostics)
    locks = [outcome.value for outcome in adopted if outcome.value is not None]
    if len(locks) < len(packages):
        return Outcome(0, diagnostics)
    lock = _join(locks)
    try:
        write_files({lock_file: render_lock(lock).encode()})
    except OSError as error:
        hint = "choose another folder with -o"
        return Outcome(0, (report("output-unwritable", Span(str(lock_file)), error.strerror or str(error), hint),))
    return Outcome(len(lock.notes), diagnostics)


def _join(locks: Sequence[Lock]) -> Lock:
    """One lock for several packages; of a note that two of them have, the newer state."""
    entries: dict[str, Entry] = {}
    types: dict[str, TypeEntry] = {}
    for lock in locks:
        for entry in lock.notes:
            known = entries.setdefault(entry.guid, entry)
            entries[entry.guid] = max(known, entry, key=lambda entry: entry.mod)
        for kind, notetype in lock.notetypes.items():
            known_type = types.setdefault(kind, notetype)
            types[kind] = max(known_type, notetype, key=lambda notetype: notetype.mod)
    return Lock(tuple(entries.values()), types)


def adopt_package(file: Path) -> Outcome[Lock | None]:
    """The lock of a package, or why there is none."""
    try:
        database = _read_collection(file)
        connection = sqlite3.connect(":memory:")
        connection.deserialize(database)
        connection.create_collation("unicase", lambda a, b: (a.lower() > b.lower()) - (a.lower() < b.lower()))
        notetypes = _known_notetypes(connection)
        entries, foreign = _read_entries(connection, notetypes)
    except (OSError, zipfile.BadZipFile, sqlite3.Error, KeyError, ValueError, _NeedsZstd) as error:
        hint = "give an .apkg that make-deck wrote, or export the deck from Anki with older versions supported"
        return Outcome(None, (report("package-invalid", Span(str(file)), f"cannot be adopted: {error}", hint),))
    if not entries:
        hint = "only decks that make-deck made can be adopted"
        return Outcome(None, (report("package-invalid", Span(str(file)), "holds no note of make-deck", hint),))
    latest = max(entry.mod for entry in entries)
    themes = {notetype.key: notetype.theme for notetype in notetypes.values()}
    types = {kind: TypeEntry("", latest, theme=themes[kind]) for kind in {entry.kind for entry in entries}}
    return Outcome(Lock(tuple(entries), types), _foreign(foreign, file))


class _NeedsZstd(Exception):  # noqa: N818 - it says what is missing
    pass


def _read_collection(file: Path) -> bytes:
    with zipfile.ZipFile(file) as archive:
        name = next((name for name in _MEMBERS if name in archive.namelist()), None)
        if name is None:
            raise ValueError("it holds no collection")
        data = archive.read(name)
    return _decompress(data) if name.endswith("b") else data


def _decompress(data: bytes) -> bytes:
    """Zstandard, which Python has from 3.14 on; before, where a package brings it."""
    import importlib

    for module in ("compression.zstd", "backports.zstd", "pyzstd"):
        try:
            return bytes(importlib.import_module(module).decompress(data))
        except ImportError:
            continue
    raise _NeedsZstd("it is in Anki's new form, which needs Python 3.14")


def _known_notetypes(connection: sqlite3.Connection) -> dict[int, NoteType]:
    """Those of our note types that the package has, by id, in the theme that their names end with: `… Basic (ink)`."""
    (packed,) = connection.execute("SELECT models FROM col").fetchone()
    if packed and packed != "{}":
        names = {int(number): str(model["name"]) for number, model in json.loads(packed).items()}
    else:
        names = dict(connection.execute("SELECT id, name FROM notetypes"))
    found = (re.fullmatch(r"make-deck [^()]+ \((.+)\)", name) for name in names.values())
    themes = {DEFAULT_THEME, *(match[1] for match in found if match)}
    environment = card_environment(None)
    loaded = [load_notetype(kind, environment, theme) for theme in sorted(themes) for kind in CardKind]
    return {notetype.id: notetype for notetype in loaded if notetype.id in names}


def _read_entries(connection: sqlite3.Connection, notetypes: Mapping[int, NoteType]) -> tuple[list[Entry], int]:
    decks = _read_decks(connection)
    homes = dict(connection.execute("SELECT nid, did FROM cards ORDER BY ord DESC"))
    entries: list[Entry] = []
    seen: Counter[tuple[str, str]] = Counter()
    last: dict[str, str] = {}
    foreign = 0
    for nid, guid, mid, mod, tags, values in connection.execute(
        "SELECT id, guid, mid, mod, tags, flds FROM notes ORDER BY id"
    ):
        if mid not in notetypes:
            foreign += 1
            continue
        entry = _entry(guid, notetypes[mid], mod, tags.split(), values.split("\x1f"))
        entry = replace(
            entry,
            deck=decks.get(homes.get(nid, 0), ""),
            nth=seen[entry.path, question_key(entry.question)],
            follows="" if entry.removed else last.get(entry.path, ""),
        )
        if not entry.removed:
            last[entry.path] = guid
        seen[entry.path, question_key(entry.question)] += 1
        entries.append(entry)
    return entries, foreign


def _read_decks(connection: sqlite3.Connection) -> dict[int, str]:
    """Names by id: a table in newer collections, JSON in older ones."""
    (packed,) = connection.execute("SELECT decks FROM col").fetchone()
    if packed:
        return {int(number): str(deck["name"]) for number, deck in json.loads(packed).items()}
    return {
        int(number): name.replace("\x1f", "::") for number, name in connection.execute("SELECT id, name FROM decks")
    }


def _entry(guid: str, notetype: NoteType, mod: int, tags: list[str], values: list[str]) -> Entry:
    fields = dict(zip(notetype.field_names, values, strict=True))
    path = re.sub(r":\d+$", "", text_of(fields["Source"]))
    question = fields["Question"]
    removed = REMOVED_TAG in tags
    gaps = max((int(number) for number, _ in _GAP.findall(question)), default=0) if notetype.is_cloze else 0
    first = None if removed else _FIRST_BLOCK.match(question)
    title = first[2] if first else question.split("<br>{{c")[0] if removed else question
    branch = branch_of(text_of(crumb) for crumb in _CRUMB.findall(fields["Breadcrumb"]))
    note = Note(guid, notetype.key, "", tuple(values), tuple(tags), (), 0, Span(path), mod, (branch,))
    return Entry(
        guid=guid,
        path=path,
        question=re.sub(r"\s+", " ", text_of(title)),
        digest="" if removed else digest_note(note, notetype.field_names),
        mod=mod,
        number=text_of(fields["Number"]),
        kind=notetype.key,
        gaps=gaps,
        removed=removed,
        answer="" if removed else render_sketch(grams(text_of(_evidence(fields, notetype)))),
    )


def _evidence(fields: Mapping[str, str], notetype: NoteType) -> str:
    """The fields that a card's answer went to (`identity.cards.answer_text`)."""
    match notetype.key:
        case CardKind.CLOZE:
            parts = [fields["Question"]]
        case CardKind.CHOICE:
            parts = _RIGHT.findall(fields["Options"])
        case _:
            parts = [fields["Typed"]]
    return "\n".join((*parts, fields["Answer"]))


def text_of(markup: str) -> str:
    """The words of a field, as a reader sees them; a picture counts with its alternative text."""
    markup = _PICTURE.sub(r"\1", _MISSING.sub("", markup))
    markup = re.sub(r"</(?:p|div|li|td|th|tr|h\d|pre)>|<br>", "\n", markup)
    while _GAP.search(markup):
        markup = _GAP.sub(r"\2", markup)
    return re.sub(r"\\[()\[\]]", "$", html.unescape(re.sub(r"<[^>]*>", "", markup))).strip()


def _foreign(count: int, file: Path) -> tuple[Diagnostic, ...]:
    if not count:
        return ()
    return (report("package-foreign", Span(str(file)), f"{count} notes of other note types are left out"),)
