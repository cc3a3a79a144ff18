"""What a reader typed, beside what was expected, as Anki's reviewer shows it.

In: both as plain text. Out: HTML with Anki's own classes. Anki compares letter by letter, and writes a hyphen for each
letter that is missing (`rslib/src/typeanswer.rs`).
"""

from __future__ import annotations

import difflib
import html
import unicodedata


def compare_typed(expected: str, typed: str) -> str:
    """The comparison; only the expected answer where nothing was typed."""
    wanted, given = unicodedata.normalize("NFC", expected.strip()), unicodedata.normalize("NFC", typed)
    if not given:
        return f"<code id=typeans>{_escape(wanted)}</code>"
    if given == wanted:
        return f"<code id=typeans>{_span('Good', wanted)}</code>"
    ours, theirs = [], []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, given, wanted, autojunk=False).get_opcodes():
        is_same = kind == "equal"
        missing = "-" * (d - c) if kind == "insert" else ""
        ours.append(_span("Good" if is_same else "Bad", given[a:b]) + _span("Missed", missing))
        theirs.append(_span("Good" if is_same else "Missed", wanted[c:d]))
    return f"<code id=typeans>{''.join(ours)}<br><span id=typearrow>&darr;</span><br>{''.join(theirs)}</code>"


def _span(kind: str, text: str) -> str:
    return f"<span class=type{kind}>{_escape(text)}</span>" if text else ""


def _escape(text: str) -> str:
    return html.escape(text, quote=False)
