"""What a reader typed, beside what was expected, as Anki's reviewer shows it.

In: both as plain text. Out: HTML with Anki's own classes. Anki compares letter by letter, and writes a hyphen for each
letter that is missing (`rslib/src/typeanswer.rs`).
"""

from __future__ import annotations

import difflib
import unicodedata

from exporter.machinery.html_text import Html, escape


def compare_typed(expected: str, typed: str) -> Html:
    """The comparison; only the expected answer where nothing was typed."""
    wanted, given = unicodedata.normalize("NFC", expected.strip()), unicodedata.normalize("NFC", typed)
    frame = Html("<code id=typeans>{}</code>")
    if not given:
        return frame.format(escape(wanted, quote=False))
    if given == wanted:
        return frame.format(_span("Good", wanted))
    ours: list[Html] = []
    theirs: list[Html] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, given, wanted, autojunk=False).get_opcodes():
        is_same = kind == "equal"
        missing = "-" * (d - c) if kind == "insert" else ""
        ours.append(_span("Good" if is_same else "Bad", given[a:b]) + _span("Missed", missing))
        theirs.append(_span("Good" if is_same else "Missed", wanted[c:d]))
    return frame.format(
        Html("{}<br><span id=typearrow>&darr;</span><br>{}").format(Html().join(ours), Html().join(theirs))
    )


def _span(kind: str, text: str) -> Html:
    return Html("<span class=type{}>{}</span>").format(kind, escape(text, quote=False)) if text else Html()
