"""A published package becomes a lock again.

In: an .apkg that make-deck wrote, or that Anki exported from such a deck. Out: a `Lock` with guid, place, question and
sketch of each note, so that the next edition finds them. What a package does not say (explicit ids, when a note was
new) is found again by the question. Notes of other note types are left out: Anki never updates a note across types.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Mapping, Sequence
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
from exporter.editions.identity.lock_reader import parse_lock
from exporter.editions.packages import Package, PackedNote, read_package
from exporter.editions.tombstones import REMOVED_TAG
from exporter.machinery.strange_databases import UnfitError
from exporter.machinery.whole_files import write_files
from exporter.model import CardKind, NoteType
from exporter.reading.text_fingerprints import grams, question_key, render_sketch
from exporter.source import Span

_FIRST_BLOCK = re.compile(r"\s*<(p|h\d)\b[^>]*>(.*?)</\1>", re.DOTALL)
_PICTURE = re.compile(r"<img\b(?=[^<>]*>)[^<>]*?\balt=\"([^\"<>]*)\"[^<>]*>(?:<figcaption>[^<]*</figcaption>)?")
_FRAMED = re.compile(r'<(\w+) class="([^"<>]*)">[^<]*</\1>')
_OPTION = re.compile(r'<li class="([^"<>]*)"[^<>]*>')
_GAP_OPENS = re.compile(r"\{\{c(\d{1,9})(?:,\d{1,9})*::")
_GAP_MARK = re.compile(r"\{\{c\d+(?:,\d+)*::|\}\}")
_DEEPEST = 50
_CRUMB = re.compile(r'<span class="crumb">([^<]*)</span>')
_MOST_THEMES = 50


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
    """The lock of a package, or why there is none. What is written is read back before: a lock is whole or none."""
    try:
        package = read_package(file)
        notetypes = _known_notetypes(package)
        entries, foreign = _read_entries(package, notetypes)
    except UnfitError as error:
        hint = "give an .apkg that make-deck wrote, or that Anki exported"
        return Outcome(None, (report("package-invalid", Span(str(file)), f"cannot be adopted: {error}", hint),))
    if not entries:
        hint = 'only decks of make-deck can be adopted; notes of other tools come in with "make-deck move-in"'
        return Outcome(None, (report("package-invalid", Span(str(file)), "holds no note of make-deck", hint),))
    latest = max(entry.mod for entry in entries)
    themes = {notetype.key: notetype.theme for notetype in notetypes.values()}
    types = {kind: TypeEntry("", latest, theme=themes[kind]) for kind in {entry.kind for entry in entries}}
    lock = Lock(tuple(entries), types)
    if damage := parse_lock(render_lock(lock).encode(errors="replace"), "its notes").diagnostics:
        hint = "the package was changed by something else than make-deck and Anki"
        return Outcome(
            None, (report("package-invalid", Span(str(file)), f"cannot be adopted: {damage[0].message}", hint),)
        )
    return Outcome(lock, _foreign(foreign, file))


def _known_notetypes(package: Package) -> dict[int, NoteType]:
    """Those of our note types that the package has, by id, in the theme that their names end with: `… Basic (ink)`."""
    found = (re.fullmatch(r"make-deck [^()]+ \((.+)\)", name) for name in package.notetypes.values())
    themes = {DEFAULT_THEME, *(match[1] for match in found if match)}
    if len(themes) > _MOST_THEMES:
        raise UnfitError(f"it has more than {_MOST_THEMES} themes")
    environment = card_environment(None)
    loaded = [load_notetype(kind, environment, theme) for theme in sorted(themes) for kind in CardKind]
    return {notetype.id: notetype for notetype in loaded if notetype.id in package.notetypes}


def _read_entries(package: Package, notetypes: Mapping[int, NoteType]) -> tuple[list[Entry], int]:
    entries: list[Entry] = []
    seen: Counter[tuple[str, str]] = Counter()
    last: dict[str, str] = {}
    foreign = 0
    for note in package.notes:
        if note.notetype not in notetypes:
            foreign += 1
            continue
        entry = _entry(note, notetypes[note.notetype])
        entry = entry._replace(
            nth=seen[entry.path, question_key(entry.question)],
            follows="" if entry.removed else last.get(entry.path, ""),
        )
        if not entry.removed:
            last[entry.path] = note.guid
        seen[entry.path, question_key(entry.question)] += 1
        entries.append(entry)
    return entries, foreign


def _entry(packed: PackedNote, notetype: NoteType) -> Entry:
    if len(packed.fields) != len(notetype.field_names):
        raise UnfitError(
            f"the note {packed.guid[:20]!r} has {len(packed.fields)} fields and not {len(notetype.field_names)}"
        )
    fields = dict(zip(notetype.field_names, packed.fields, strict=True))
    path = re.sub(r":\d+$", "", text_of(fields["Source"]))
    question = fields["Question"]
    removed = REMOVED_TAG in packed.tags
    gaps = max(map(int, _GAP_OPENS.findall(question)), default=0) if notetype.is_cloze else 0
    first = None if removed else _FIRST_BLOCK.match(question)
    title = first[2] if first else question.split("<br>{{c")[0] if removed else question
    branch = branch_of(text_of(crumb) for crumb in _CRUMB.findall(fields["Breadcrumb"]))
    return Entry(
        guid=packed.guid,
        path=path,
        deck=packed.deck,
        question=re.sub(r"\s+", " ", text_of(title)),
        digest="" if removed else digest_note(notetype.key, fields, packed.tags, (branch,)),
        mod=packed.mod,
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
            parts = _right_options(fields["Options"])
        case _:
            parts = [fields["Typed"]]
    return "\n".join((*parts, fields["Answer"]))


def _right_options(options: str) -> list[str]:
    """The options that are marked as right."""
    _, *pieces = _OPTION.split(options)  # a class, what follows it, the next class, …
    return [
        text.partition("</li>")[0] for kinds, text in zip(pieces[::2], pieces[1::2], strict=True) if "is-right" in kinds
    ]


def text_of(markup: str) -> str:
    """The words of a field, as a reader sees them; a picture counts with its alternative text."""
    markup = _FRAMED.sub(lambda match: "" if "missing" in match[2] else match[0], markup)
    markup = _PICTURE.sub(r"\1", markup)
    markup = re.sub(r"</(?:p|div|li|td|th|tr|h\d|pre)>|<br>", "\n", markup)
    markup = _without_gaps(markup)
    return re.sub(r"\\[()\[\]]", "$", html.unescape(re.sub(r"<[^<>]*>", "", markup))).strip()


def _without_gaps(markup: str) -> str:
    """A text whose gaps are filled in, without their hints; one that never ends, or stands too deep, is left as it is."""
    parts: list[str] = []
    opened: list[int] = []
    position = 0
    for mark in _GAP_MARK.finditer(markup):
        parts.append(markup[position : mark.start()])
        position = mark.end()
        if mark[0] != "}}":
            opened.append(len(parts))
            parts.append(mark[0])
        elif not opened:
            parts.append(mark[0])
        elif len(opened) > _DEEPEST:
            opened.pop()
        else:
            start = opened.pop()
            parts[start:] = ["".join(parts[start + 1 :]).partition("::")[0]]
    return "".join((*parts, markup[position:]))


def _foreign(count: int, file: Path) -> tuple[Diagnostic, ...]:
    if not count:
        return ()
    return (report("package-foreign", Span(str(file)), f"{count} notes of other note types are left out"),)
