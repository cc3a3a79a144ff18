"""Packages of strangers: each kind of damage is one diagnostic, and none takes long."""

from __future__ import annotations

import io
import os
import sqlite3
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from exporter.cards.apkg import write_apkg
from exporter.config import load_config
from exporter.editions.adopt import adopt_package, text_of
from exporter.editions.edition import plan_edition
from exporter.editions.moving_in.old_notes import read_old_notes
from exporter.editions.packages import read_package
from exporter.machinery import workers
from exporter.machinery.cache import Cache
from exporter.machinery.strange_databases import UnfitError
from exporter.pipeline.book import read_book
from tests.backend import collection

NOTE = "## What is a prism?\n\nGlass that bends light.\n\n## What is a lens?\n\nGlass that gathers it.\n"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    root = tmp_path_factory.mktemp("deck")
    (root / "notes.md").write_text(NOTE, encoding="utf-8")
    config = load_config(root).value
    assert config
    book = read_book(config, root / "dist")
    plan = plan_edition(book.value, config, root / "none.lock", 1_760_000_000).value.plan
    return write_apkg(plan, 1_760_000_000, Cache(None))


def repack(package: bytes, change: Callable[[bytes], bytes], name: str = "collection.anki2") -> bytes:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        data = change(archive.read("collection.anki2"))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return out.getvalue()


def query(*statements: str) -> Callable[[bytes], bytes]:
    """The collection after some SQL."""

    def change(data: bytes) -> bytes:
        connection = sqlite3.connect(":memory:")
        connection.deserialize(data)
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        return connection.serialize()

    return change


def as_view(table: str, select: str) -> Callable[[bytes], bytes]:
    return query(f"DROP TABLE {table}", f"CREATE VIEW {table} AS {select}")


ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x"

SQL: dict[str, Callable[[bytes], bytes]] = {
    "fields without end": query("UPDATE notes SET flds = flds || replace(hex(zeroblob(500000)), '0', char(31))"),
    "no row in col": query("DELETE FROM col"),
    "no table col": query("DROP TABLE col"),
    "no table notes": query("DROP TABLE notes"),
    "no table cards": query("DROP TABLE cards"),
    "models that are no JSON": query("UPDATE col SET models = 'x'"),
    "models that are a list": query("UPDATE col SET models = '[1]'"),
    "models that are a number": query("UPDATE col SET models = '7'"),
    "models that are a BLOB": query("UPDATE col SET models = x'00ff'"),
    "models without names": query("UPDATE col SET models = '{\"1\": {}}'"),
    "models by words": query("UPDATE col SET models = '{\"x\": {\"name\": \"y\"}}'"),
    "models that stand deep": query("UPDATE col SET models = '" + "[" * 100_000 + "'"),
    "many themes": query(
        "UPDATE col SET models = '{0}'".replace(
            "0", ",".join(f'"{n}": {{"name": "make-deck Basic ({n})"}}' for n in range(9_000))
        )
    ),
    "decks that are a list": query("UPDATE col SET decks = '[]x'"),
    "a field that is a BLOB": query("UPDATE notes SET flds = x'00ff'"),
    "a field that is null": query("PRAGMA writable_schema = 0", "UPDATE notes SET flds = CAST(x'ff' AS BLOB)"),
    "too few fields": query("UPDATE notes SET flds = 'x'"),
    "too many fields": query("UPDATE notes SET flds = flds || replace(hex(zeroblob(500)), '0', char(31))"),
    "a guid that is a number": query("UPDATE notes SET guid = x'01'"),
    "a guid that is empty": query("UPDATE notes SET guid = ''"),
    "a guid with a unit separator": query("UPDATE notes SET guid = 'a' || char(31) || id"),
    "a guid of a megabyte": query("UPDATE notes SET guid = hex(zeroblob(500000)) || id"),
    "two notes with one guid": query("UPDATE notes SET guid = 'abc'"),
    "a time before all": query("UPDATE notes SET mod = -1"),
    "a time after all": query("UPDATE notes SET mod = 9223372036854775807"),
    "a time that is a word": query("UPDATE notes SET mod = 'x'"),
    "tags that are a BLOB": query("UPDATE notes SET tags = x'00'"),
    "a question of another script": query("UPDATE notes SET flds = CAST(x'ff80' AS TEXT) || flds"),
    "a view without end": as_view("notes", f"{ENDLESS} AS id, 'g' AS guid, 1 AS mid, 1 AS mod, '' AS tags, '' AS flds FROM n"),
    "a view of cards": as_view("cards", f"{ENDLESS} AS nid, 1 AS did, 0 AS ord FROM n"),
    "a table that computes": query(
        "ALTER TABLE notes RENAME TO others",
        "CREATE TABLE notes (id INTEGER, guid TEXT, mid INTEGER, mod INTEGER, tags TEXT, "
        "flds TEXT AS (hex(zeroblob(15000000))))",
        "INSERT INTO notes (id, guid, mid, mod, tags) SELECT id, guid, mid, mod, tags FROM others",
    ),
}  # fmt: skip


def mark(place: int, value: int) -> Callable[[bytes], bytes]:
    """The archive with a byte of its last entry changed: 8 are its flags, 10 its compression, 16 its sum."""

    def change(package: bytes) -> bytes:
        data = bytearray(repack(package, bytes))
        data[data.rindex(b"PK\x01\x02") + place] ^= value
        return bytes(data)

    return change


BYTES: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda _: b"",
    "half of it": lambda package: package[: len(package) // 2],
    "no collection": lambda package: repack(package, bytes, "other"),
    "a collection that is none": lambda package: repack(package, lambda _: b"SQLite format 3\0" + b"x" * 5000),
    "a collection that is empty": lambda package: repack(package, lambda _: b""),
    "flipped bytes": lambda package: repack(package, lambda data: data[:100] + bytes(b ^ 0xFF for b in data[100:])),
    "a collection without its end": lambda package: repack(package, lambda data: data[:5000]),
    "zeros without end": lambda package: repack(package, lambda _: bytes(100_000_000)),
    "an encrypted member": mark(8, 1),
    "an unknown compression": mark(10, 77),
    "a wrong sum": mark(16, 0xFF),
    **{name: lambda package, change=change: repack(package, change) for name, change in SQL.items()},  # type: ignore[misc]
}  # fmt: skip


@pytest.mark.parametrize("name", BYTES)
def test_damage_is_one_diagnostic(name: str, package: bytes, tmp_path: Path) -> None:
    file = tmp_path / "x.apkg"
    file.write_bytes(BYTES[name](package))
    begin = time.process_time()
    outcome = adopt_package(file)
    assert time.process_time() - begin < 20
    assert outcome.value is None
    (found,) = outcome.diagnostics
    assert found.code == "package-invalid"
    assert len(found.message) < 200
    assert "\n" not in found.message
    if name not in FOREIGN:
        with pytest.raises(UnfitError, match=r"^.{1,200}$"):
            read_old_notes(file)


FOREIGN = {
    "too few fields", "too many fields", "many themes", "a question of another script", "models without names",
    "decks that are a list",
}  # fmt: skip
"""What only a deck of make-deck's own cannot be: another tool's notes have the fields that they have."""


def test_a_whole_package_is_adopted(package: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.apkg").write_bytes(package)
    lock = adopt_package(tmp_path / "x.apkg").value
    assert lock
    assert sorted(entry.question for entry in lock.notes) == ["What is a lens?", "What is a prism?"]


def test_what_needs_too_much_is_said(package: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workers._beside().stop()  # one that has worked has memory to spare
    monkeypatch.setattr("exporter.editions.packages._BYTES", 50_000_000)
    long = query("UPDATE notes SET flds = flds || hex(randomblob(2000000)) || hex(zeroblob(7500000))")
    (tmp_path / "x.apkg").write_bytes(repack(package, long))
    (found,) = adopt_package(tmp_path / "x.apkg").diagnostics
    assert "it needs more memory than there is" in found.message or "0.05 GB of memory" in found.message


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes are POSIX's")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.apkg")
    assert adopt_package(tmp_path / "x.apkg").value is None


@pytest.mark.parametrize(
    "piece",
    [
        "{{c1::",
        "{{c1::a::",
        "}}",
        "{{c1::a}}",
        "<img ",
        '<img alt="',
        '<li class="is-right',
        '<a class="missing',
        "<",
        "<figcaption>",
    ],
)
def test_the_words_of_a_field_take_linear_time(piece: str) -> None:
    def seconds(count: int) -> float:
        begin = time.thread_time()
        text_of(piece * count)
        return time.thread_time() - begin

    small, large = (min(seconds(count) for _ in range(3)) for count in (2_000, 16_000))
    assert large < max(0.05, 24 * small)


def test_gaps_become_their_words() -> None:
    assert text_of("a {{c1::b {{c2::c::hint}}::hint}} d }} {{c3::e") == "a b c d }} {{c3::e"


@pytest.mark.parametrize("form", ["apkg", "old apkg", "colpkg", "old colpkg", "collection"])
def test_every_form_that_anki_writes_is_read(form: str, tmp_path: Path) -> None:
    from anki.collection import ExportAnkiPackageOptions

    with collection(tmp_path / "reader") as col:
        note = col.new_note(col.models.by_name("Basic"))
        note["Front"], note["Back"] = "What is a prism?", "Glass that bends light."
        col.add_note(note, col.decks.id("Physics::Light"))
        guid, file = note.guid, tmp_path / f"x.{form.rsplit(maxsplit=1)[-1]}"
        if "apkg" in form:
            options = ExportAnkiPackageOptions(with_scheduling=True, legacy=form.startswith("old"))
            col.export_anki_package(out_path=str(file), options=options, limit=None)
        elif "colpkg" in form:
            col.export_collection_package(str(file), include_media=True, legacy=form.startswith("old"))
    if form == "collection":
        file = tmp_path / "reader" / "collection.anki2"
    package = read_package(file)
    (found,) = package.notes
    assert (found.guid, found.deck, found.reviews) == (guid, "Physics::Light", 0)
    assert found.fields == ("What is a prism?", "Glass that bends light.")
    assert package.notetypes[found.notetype] == "Basic"
    assert package.fields[found.notetype] == ("Front", "Back")
