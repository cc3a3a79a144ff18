"""Anything may stand in notes, locks and settings: hypothesis looks for what make-deck has no answer to.

`MAKE_DECK_FUZZ_SECONDS` is the time for each target, 3 by default, with the same examples in each run. Longer runs
look elsewhere each time: `MAKE_DECK_FUZZ_SECONDS=300 pytest tests/fuzz -s`. What is found is kept in `.hypothesis/` and
tried first the next time; mend it, and write it down as a test of its own.
"""

from __future__ import annotations

import json
import math
import os
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exporter.cards.apkg import write_apkg
from exporter.diagnostics import failed
from exporter.machinery.cache import Cache
from tests.fuzz.targets import (
    NOW,
    book_of,
    edition_of,
    fuzz_config,
    fuzz_lock,
    fuzz_name,
    fuzz_notes,
    fuzz_package,
    fuzz_picture,
    fuzz_template,
)
from tests.fuzz.words import (
    CONFIG,
    LOCK,
    MARKDOWN,
    PICTURE,
    TEMPLATE,
    WORD,
    collection,
    damaged,
    notes,
    pieces,
    repeated,
    saved,
    texts,
)

SECONDS = float(os.environ.get("MAKE_DECK_FUZZ_SECONDS") or 0)


def budget(per_second: int) -> settings:
    """As many examples as a small machine tries in the time; fewer where each one takes long."""
    return settings(
        max_examples=math.ceil(per_second * (SECONDS or 3)),
        derandomize=not SECONDS,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )


@budget(60)
@given(st.one_of(texts(MARKDOWN), notes()))
def test_any_note(text: str) -> None:
    fuzz_notes(text.encode())


@budget(60)
@given(st.binary(max_size=200))
def test_any_bytes_as_a_note(data: bytes) -> None:
    fuzz_notes(data)


@budget(100)
@given(texts(LOCK))
def test_any_lock(text: str) -> None:
    fuzz_lock(text.encode())


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=9), st.lists(st.text(max_size=3), max_size=3)
)
ENTRY = {
    "guid": st.text(min_size=1, max_size=12),
    "path": st.sampled_from(["notes.md", "other.md", ""]),
    "question": st.sampled_from(["What is a mutex?", "Why?", "Why not?", ""]),
    "digest": st.text(max_size=4),
    "mod": st.integers(min_value=0, max_value=2**40),
}
MORE = {
    "number": st.text(max_size=3),
    "nth": st.integers(),
    "deck": st.text(max_size=5),
    "kind": st.sampled_from(["basic", "cloze", "reversed", "typein", "choice", "other"]),
    "key": st.text(max_size=3),
    "gaps": st.integers(),
    "born": st.integers(),
    "edition": st.integers(),
    "removed": st.booleans(),
    "becomes": st.lists(st.sampled_from(["notes.md", "Why?"]), max_size=3),
    "refused": st.lists(st.sampled_from(["*", "why"]), max_size=2),
    "answer": st.one_of(st.text(max_size=9), st.just("38:AAAABBBBCCCC")),
}
KEY = st.sampled_from([*ENTRY, *MORE])


@st.composite
def locks(draw: st.DrawFn) -> bytes:
    """A lock, nearly right."""
    notes = draw(st.lists(st.fixed_dictionaries(ENTRY, optional=MORE), max_size=4, unique_by=lambda note: note["guid"]))
    if notes and draw(st.integers(0, 3)) == 0:
        notes[0][draw(KEY)] = draw(SCALARS)
    kind = st.one_of(st.sampled_from(["basic", "cloze", "other"]), st.text(max_size=3))
    entry = st.tuples(st.text(max_size=3), st.integers(0, 2**40), st.integers(0, 9)).map(list)
    types = draw(st.dictionaries(kind, st.one_of(entry, entry, st.lists(SCALARS, max_size=5)), max_size=3))
    return json.dumps({"version": 1, "notetypes": types, "notes": notes}).encode()


@budget(60)
@given(locks())
def test_a_lock_that_is_nearly_right(data: bytes) -> None:
    fuzz_lock(data)


@budget(100)
@given(texts(CONFIG))
def test_any_settings(text: str) -> None:
    fuzz_config(text.encode())


@budget(60)
@given(texts(TEMPLATE))
def test_any_template(text: str) -> None:
    fuzz_template(text.encode())


PICTURES = [saved(form) for form in ("PNG", "JPEG", "GIF", "WEBP", "AVIF", "BMP", "TIFF")]


@budget(100)
@given(st.one_of(pieces(PICTURE), damaged(PICTURES)))
def test_any_picture(data: bytes) -> None:
    fuzz_picture(data)


@budget(30)
@given(st.one_of(st.binary(max_size=300), damaged([collection()])))
def test_any_package(data: bytes) -> None:
    fuzz_package(data)


@budget(300)
@given(st.one_of(st.binary(max_size=50), texts(WORD).map(lambda text: text.encode(errors="surrogatepass"))))
def test_any_word(data: bytes) -> None:
    fuzz_name(data)


def seconds(work: Callable[[], object]) -> float:
    start = time.thread_time()
    work()
    return time.thread_time() - start


@budget(5)
@given(repeated(MARKDOWN))
def test_twice_the_notes_take_twice_the_time(unit: str) -> None:
    """Two, four and eight times as much of anything, through to the fields of Anki. Four times as much may take tenfold."""
    base = unit * max(1, 1500 // len(unit))

    def work(times: int) -> float:
        return seconds(lambda: edition_of(book_of((base * times).encode())[0]))

    if work(2) > 1 or work(8) > 0.3:  # a machine that is busy for a moment is slow once, not three times
        slow = [(work(2), work(8)) for _ in range(3)]
        assert any(large < max(0.3, 10 * small) for small, large in slow), slow


def test_every_card_of_fuzzed_notes_imports(tmp_path: Path) -> None:
    from tests.backend import collection, import_package

    files: list[bytes] = []

    @budget(40)
    @given(notes())
    def gather(text: str) -> None:
        data = text.encode()
        book, diagnostics = book_of(data)
        edition, more = edition_of(book)
        if edition.plan.notes and not failed((*diagnostics, *more)):
            files.append(data)

    gather()
    edition, _ = edition_of(book_of(*files)[0])
    (tmp_path / "deck.apkg").write_bytes(write_apkg(edition.plan, NOW, Cache(None)))
    with collection(tmp_path / "reader") as col:
        imported = import_package(col, tmp_path / "deck.apkg")
        assert (imported.new, imported.conflicting) == (len(edition.plan.notes), 0)
        with_cards = {note for (note,) in col.db.execute("SELECT DISTINCT nid FROM cards")}
        assert len(with_cards) == len(edition.plan.notes)
        assert not col.get_empty_cards().notes
        planned = {note.guid: note for note in edition.plan.notes}
        for number in col.find_notes(""):
            note = col.get_note(number)
            assert note.fields == [unicodedata.normalize("NFC", value) for value in planned[note.guid].fields]
            if planned[note.guid].notetype == "cloze":
                assert set(note.cloze_numbers_in_fields()) == {card.ord + 1 for card in note.cards()}
            for card in note.cards():
                assert card.question()
                assert card.answer()
