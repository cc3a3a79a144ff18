"""What the fuzzers found, each in its smallest form."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from exporter.editions.identity import Lock
from exporter.editions.identity.lock_reader import parse_lock
from tests.fuzz.targets import book_of, edition_of, fuzz_config, fuzz_lock, fuzz_name, fuzz_notes, fuzz_template

DIGITS = "1" * 5000
"""More digits than Python makes a number of."""

FOUND: dict[str, tuple[Callable[[bytes], None], str]] = {
    "a gap with a number of 5,000 digits": (fuzz_notes, f"## Q? {{{{c{DIGITS}::a\n\nx {{{{c1::b}}}}\n"),
    "a cell that covers a power of columns": (fuzz_notes, '## Q?\n\n<table><tr><td colspan="²">a</td></tr></table>\n'),
    "a cell that covers 5,000 digits of columns": (
        fuzz_notes,
        f"## Q?\n\n<table><tr><td colspan={DIGITS}>a</td></tr></table>\n",
    ),
    "a tag of many colons": (fuzz_name, "!:::!"),
    "a bracket in brackets": (fuzz_name, "[[]"),
    "a sheet without an end": (fuzz_template, "<style>"),
    "a template with a null byte": (fuzz_template, "<script>\0"),
    "a lock of brackets": (fuzz_lock, "[" * 100_000),
    "settings of brackets": (fuzz_config, "a = " + "[" * 100_000),
    "settings with a number of 5,000 digits": (fuzz_config, f"a = {DIGITS}"),
}


@pytest.mark.parametrize("name", FOUND)
def test_what_was_found_has_an_answer(name: str) -> None:
    fuzz, text = FOUND[name]
    fuzz(text.encode())


ENTRY = {"guid": "AAAAAAAAAAAA", "path": "notes.md", "question": "Why?", "digest": "0", "mod": 1}


@pytest.mark.parametrize(
    "wrong",
    [
        {"guid": ""},
        {"mod": -1, "guid": "\n"},
        {"mod": -1},
        {"mod": 10**18},
        {"gaps": 10**9},
        {"kind": "other"},
        {"becomes": ["notes.md"]},
        {"becomes": [1, 2]},
        {"refused": [None]},
        {"answer": "38:"},
        {"answer": "0:AAAA"},
        {"answer": "-1:AAAA"},
        {"answer": "38:?"},
        {"question": "\ud800"},
    ],
    ids=str,
)
def test_a_value_that_would_break_an_edition_is_an_error_of_the_lock(wrong: dict[str, object]) -> None:
    data = json.dumps({"version": 1, "notetypes": {}, "notes": [ENTRY | wrong]}).encode()
    fuzz_lock(data)
    parsed = parse_lock(data, "deck.lock")
    assert parsed.value == Lock()
    (found,) = parsed.diagnostics
    assert found.code == "lock-invalid"
    assert f'"{list(wrong)[-1]}" of the note' in found.message


@pytest.mark.parametrize("wrong", [[], ["0"], ["0", "1"], ["0", 1, 1, "", 2], ["0", 1, True], ["0", -1], "ab", None])
def test_a_note_type_that_is_none_is_an_error_of_the_lock(wrong: object) -> None:
    data = json.dumps({"version": 1, "notetypes": {"basic": wrong}, "notes": []}).encode()
    fuzz_lock(data)
    assert [d.code for d in parse_lock(data, "deck.lock").diagnostics] == ["lock-invalid"]


def test_a_gap_that_is_never_closed_stays_out_of_the_next_one() -> None:
    edition, _ = edition_of(book_of(b"<!-- cloze -->\n## Q {{c5::a?\n\nx {{c1::b}}\n")[0])
    (note,) = edition.plan.notes
    assert "{{c5::" not in note.fields[0]
    assert "{{c1::b}}" in note.fields[0]
