"""What make-deck has to say about the notes: values, not exceptions.

In: findings of every stage. Out: `Diagnostic`, `Outcome`, and their text, JSON and GitHub forms. One table holds all
codes. Knows nothing of what is being diagnosed.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Generic, Literal, TypeVar

from exporter.machinery.printable import printable, printable_json
from exporter.source import Span

T_co = TypeVar("T_co", covariant=True)
Format = Literal["text", "json", "github"]


class Severity(StrEnum):
    """error: nothing is written. warning: the place is visible in the output. info: left out on purpose, and said."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `span` is None only where no file is to blame (a missing library, a wrong folder)."""

    code: str
    severity: Severity
    span: Span | None
    message: str
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.span}: " if self.span else ""
        hint = f"\n  hint: {printable(self.hint)}" if self.hint else ""
        return printable(f"{place}{self.severity}[{self.code}]: {self.message}") + hint


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T_co]):
    """What a stage made, and what it has to say about it."""

    value: T_co
    diagnostics: tuple[Diagnostic, ...] = ()


CODES = MappingProxyType(
    {
        # calling and configuration
        "config-invalid": (Severity.ERROR, "deck.toml is not valid TOML, or a value has the wrong type"),
        "config-foreign": (Severity.ERROR, "a deck.toml further up belongs to another user"),
        "vault-unread": (Severity.WARNING, "the settings of Obsidian's Spaced Repetition cannot be read"),
        "config-unknown-key": (Severity.ERROR, "deck.toml has a key that make-deck does not know"),
        "config-unmatched": (Severity.ERROR, "a pattern in [questions] matches no file"),
        "source-missing": (Severity.ERROR, "the file or folder to build does not exist or cannot be read"),
        "note-outside": (Severity.ERROR, "a Markdown file is a link to one outside the deck's folder, and is not read"),
        "not-notes": (Severity.ERROR, "the file that is given as notes is of another kind"),
        "no-markdown": (Severity.ERROR, "the folder holds no Markdown file"),
        "no-questions": (Severity.ERROR, "no question with an answer was found"),
        "make-deck-broken": (Severity.ERROR, "make-deck failed where it should not have"),
        "output-unwritable": (Severity.ERROR, "an output cannot be written"),
        "file-changed": (Severity.ERROR, "an image, sound or film changed or vanished while the deck was built"),
        # editions
        "lock-invalid": (Severity.ERROR, "the lock file cannot be read"),
        "lock-changed": (Severity.ERROR, "with --locked: this build would change the lock file"),
        "lock-unmerged": (Severity.ERROR, "merge-lock finds nothing that it could merge"),
        "lock-missing": (Severity.ERROR, "a package was built with a lock that is gone"),
        "lock-exists": (Severity.ERROR, "adopt would replace a lock file that is whole"),
        "duplicate-guid": (Severity.ERROR, "two notes have one guid"),
        "id-duplicate": (
            Severity.WARNING,
            "two questions of a file have one {#id}; the first keeps it, and both are cards",
        ),
        "question-ambiguous": (
            Severity.WARNING,
            "a new question may be an old one reworded, and only the author can tell",
        ),
        "history-anew": (Severity.WARNING, "a question becomes a card of another type, and its history begins anew"),
        "history-shallow": (Severity.WARNING, "an edition is made in a clone without its history"),
        "question-empty": (Severity.ERROR, "a question shows nothing, and Anki would make no card"),
        "note-no-card": (Severity.ERROR, "a cloze has no gap, and Anki would make no card"),
        "decision-unknown": (Severity.ERROR, "--accept or --refuse names nothing that can be decided"),
        "package-invalid": (Severity.ERROR, "a package cannot be adopted"),
        "history-unfit": (Severity.ERROR, "what is to be moved in cannot be read"),
        "history-strayed": (Severity.WARNING, "ids in the notes lead to no note of what is moved in"),
        "id-twice": (Severity.ERROR, "two questions have the same id of another tool"),
        "schedule-invalid": (Severity.ERROR, "a schedule of another tool cannot be"),
        "package-foreign": (Severity.WARNING, "a package holds notes of other note types, which were left out"),
        "template-invalid": (Severity.ERROR, "a template or theme cannot be rendered"),
        "template-untrusted": (Severity.ERROR, "a template of the deck's own does what needs your trust"),
        "revision-missing": (Severity.ERROR, "git does not have the revision that an edition is compared with"),
        # reading
        "encoding-invalid": (Severity.ERROR, "the file is neither UTF-8 nor GB18030"),
        "encoding-damaged": (Severity.WARNING, "the file holds U+FFFD: characters were lost before make-deck saw it"),
        "file-no-questions": (Severity.INFO, "no question was found in this file"),
        "answer-empty": (Severity.WARNING, "a question has no answer and became no card"),
        "answer-placeholder": (
            Severity.WARNING,
            "an answer says only that it is still to be written, and became no card",
        ),
        "answer-link": (Severity.WARNING, "an answer is nothing but a link and became no card"),
        "heading-missing": (
            Severity.WARNING,
            "an entry of the contents stands in the text as a link, not as a heading",
        ),
        "question-duplicate": (Severity.WARNING, "a question stands twice with the same answer, and became one card"),
        "text-left-out": (Severity.WARNING, "words, code or a picture of the notes are on no card and on no page"),
        "question-excluded": (Severity.INFO, "a question is marked no-card"),
        "key-unused": (
            Severity.WARNING,
            "answers may belong to several files or parts of questions, and are used by none",
        ),
        "option-missing": (Severity.WARNING, "an answer names an option that its question does not have"),
        "options-unanswered": (Severity.WARNING, "nothing says which options are right, and they became the answers"),
        "key-unmatched": (Severity.WARNING, "a list of answers has some that belong to no card"),
        "questions-without-answers": (Severity.WARNING, "the file is a list of questions without answers"),
        "override-invalid": (Severity.ERROR, "the front matter names a rule for cards that make-deck does not know"),
        "reading-held": (
            Severity.INFO,
            "this version of make-deck would find other questions in a file, and reads it as for the last edition",
        ),
        "files-unsure": (Severity.INFO, "files give no card, or make-deck is not sure which questions they mean"),
        "rule-unmatched": (Severity.ERROR, "a rule for questions finds none in the files that it is for"),
        "comment-unheard": (
            Severity.WARNING,
            "a <!-- comment --> for make-deck is misspelled, or says nothing where it stands",
        ),
        "tool-line-unknown": (Severity.WARNING, "a line for another flashcard tool is misspelled"),
        "front-matter-invalid": (Severity.WARNING, "an entry of a file's front matter cannot be read"),
        "gap-unused": (
            Severity.WARNING,
            "a {{c1::gap}} stands in no question, or does not end where it could, and becomes no card",
        ),
        "row-incomplete": (Severity.INFO, "a row of a table whose rows are cards lacks its word or its answer"),
        "logseq-hidden": (Severity.INFO, "a query of Logseq, or its reference to a block elsewhere, is hidden"),
        "typed-unfit": (Severity.WARNING, "an answer is too long to be typed, and the card stays a basic one"),
        "comment-unclosed": (Severity.WARNING, "a %% comment %% is never closed, and is shown as text"),
        "markup-unclosed": (
            Severity.WARNING,
            "a sign of Markdown lacks its end, or what makes it one, and is shown as text",
        ),
        "fence-unclosed": (Severity.WARNING, "a code fence is never closed"),
        # more than the settings allow
        "notes-too-many": (Severity.ERROR, "the folder holds more Markdown files than are read"),
        "note-too-large": (Severity.ERROR, "a Markdown file is too large to be read"),
        "nesting-too-deep": (Severity.WARNING, "elements stand too deep in each other; the deepest lose their marks"),
        "span-too-wide": (Severity.WARNING, "a table cell covers too many columns or rows"),
        "formula-refused": (
            Severity.WARNING,
            "a formula says what could do more than show it, and is shown as its source",
        ),
        "expansion-too-large": (Severity.ERROR, "a file would become far more on cards than it is"),
        "formula-too-long": (Severity.WARNING, "a formula is too long to be typeset, and is shown as its source"),
        "image-too-large": (Severity.WARNING, "an image has too many pixels"),
        "media-too-large": (Severity.WARNING, "an image, sound or film is too large a file"),
        # images
        "image-missing": (Severity.WARNING, "an image file is not there"),
        "image-invalid": (Severity.WARNING, "a file is no image that Anki and print can show"),
        "image-outside": (Severity.WARNING, "an image, sound or film lies outside the deck's folder and is not read"),
        "image-partial": (Severity.WARNING, "print leaves out parts of a picture that browsers and Anki draw"),
        "image-remote": (Severity.WARNING, "an image lies on the network and is not fetched"),
        "media-missing": (Severity.WARNING, "an audio or video file is not there"),
        # what cannot be shown
        "diagram-unsupported": (Severity.WARNING, "a diagram language that is not drawn"),
        "media-unsupported": (
            Severity.WARNING,
            "an embedded page in HTML, or sound or film that is not a file of the deck",
        ),
        "embed-unsupported": (Severity.WARNING, "an embedded note, canvas or document is shown as a link"),
        "answer-long": (Severity.INFO, "an answer takes more than four screens of a phone"),
        "embed-missing": (Severity.WARNING, "an embedded note, heading or block is not there"),
        "embed-circular": (Severity.WARNING, "a note embeds itself, or one that embeds it"),
        "link-private": (Severity.INFO, "a link opens only on its author's own machine"),
        "math-invalid": (Severity.WARNING, "MathJax cannot typeset a formula"),
        "link-broken": (Severity.INFO, "a link inside the notes leads nowhere"),
        "glyph-missing": (Severity.WARNING, "no font has a character"),
        # printing
        "theme-unknown": (Severity.ERROR, "there is no theme of that name, neither make-deck's nor the deck's own"),
        "theme-unfit": (Severity.WARNING, "a theme leaves hardly any room for text, or sets it too small to be read"),
        "theme-changed": (Severity.ERROR, "the cards of a published deck cannot change their theme"),
        "cards-unfit": (Severity.ERROR, "[print.flashcards] asks for cards that the page does not hold"),
        "quiz-empty": (Severity.ERROR, "no question has the tags that the quiz asks for"),
        "pango-missing": (Severity.WARNING, "WeasyPrint's system libraries are missing, so no PDF was written"),
        "points-differ": (
            Severity.WARNING,
            "a heading of a test says another sum of points than its questions are worth",
        ),
        "print-broken": (Severity.WARNING, "a chapter or form could not be typeset"),
        "print-cut": (Severity.WARNING, "something leaves its page or card, or is too small there to be read"),
        "print-unrefined": (Severity.WARNING, "WeasyPrint has changed inside, and pages are without something"),
        # pushing
        "push-unavailable": (Severity.ERROR, "nothing answers there, or not as a sync server or AnkiConnect does"),
        "push-refused": (Severity.ERROR, "the push was not agreed to, by a person, the server or make-deck"),
        "push-conflict": (Severity.ERROR, "a sync would have to overwrite the whole collection"),
        "push-foreign": (Severity.WARNING, "the collection has notes of this deck that no push of it brought"),
        "push-incomplete": (Severity.WARNING, "the collection did not take a note"),
    }
)
"""Every code, its severity and what it means. `tests/errors/` has a case of each."""


OF_PAPER = frozenset(
    {
        "theme-unknown", "theme-unfit", "cards-unfit", "quiz-empty", "pango-missing", "points-differ", "print-broken", "print-cut",
        "print-unrefined", "glyph-missing", "image-partial",
    }
)  # fmt: skip
"""What is found as pages are made, and of no interest to who makes none."""


_LONGEST = 600
"""Characters of a message, and of a hint: words of a stranger in it may have no end."""


def report(code: str, span: Span | None, message: str, hint: str = "") -> Diagnostic:
    """A diagnostic with the severity that the table gives its code. An unknown code is a bug: KeyError."""
    return Diagnostic(code, CODES[code][0], span, _shortened(message), _shortened(hint))


def _shortened(text: str) -> str:
    """A text of which the middle is left out where it is too long: what is said of the words stands around them."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST * 2 // 3]} … {text[-_LONGEST // 3 :]}"


def write_record(diagnostic: Diagnostic) -> list[object]:
    """A diagnostic as a list that JSON can hold, to be kept."""
    span = diagnostic.span
    place = span and [span.path, span.line, span.col, span.end_line]
    return [diagnostic.code, str(diagnostic.severity), place, diagnostic.message, diagnostic.hint]


def read_record(record: Sequence[Any]) -> Diagnostic:
    """The reverse of `write_record`. Raises ValueError or TypeError for anything else."""
    code, severity, place, message, hint = record
    return Diagnostic(code, Severity(severity), Span(*place) if place else None, message, hint)


def suggest(name: str, candidates: Iterable[str]) -> str:
    """A hint that names the candidate most like `name`, or nothing."""
    close = difflib.get_close_matches(name, list(candidates), n=1, cutoff=0.6)
    return f'did you mean "{close[0]}"?' if close else ""


def settle(diagnostics: Iterable[Diagnostic], *, strict: bool = False) -> tuple[Diagnostic, ...]:
    """Drop repetitions, sort by place and, when strict, make errors of warnings."""
    unique = dict.fromkeys(diagnostics)
    if strict:
        unique = {replace(d, severity=Severity.ERROR) if d.severity is Severity.WARNING else d: None for d in unique}
    return tuple(sorted(unique, key=lambda d: (d.span is None, d.span or Span(""), d.code, d.message)))


def failed(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any of them is an error."""
    return any(d.severity is Severity.ERROR for d in diagnostics)


def render_diagnostics(diagnostics: Sequence[Diagnostic], form: Format, folder: str = "") -> str:
    """All diagnostics as text, as one JSON array, or as GitHub workflow commands (`::warning file=…`).

    `folder` is the deck's, from the root of its repository: annotations are found by their paths from there.
    """
    match form:
        case "text":
            return "".join(f"{d}\n" for d in diagnostics)
        case "json":
            return printable_json([_as_json(d) for d in diagnostics]) + "\n"
        case "github":
            return "".join(f"{_as_github(d, folder)}\n" for d in diagnostics)


def _as_json(diagnostic: Diagnostic) -> dict[str, str | int | None]:
    span = diagnostic.span
    return {
        "path": span.path if span else None,
        "line": span.line if span else None,
        "col": span.col if span else None,
        "severity": str(diagnostic.severity),
        "code": diagnostic.code,
        "message": diagnostic.message,
        "hint": diagnostic.hint,
    }


def _as_github(diagnostic: Diagnostic, folder: str) -> str:
    # Escapes as GitHub's runner reads them: %, and , : inside properties. There is no line end.
    def escape(text: str) -> str:
        return printable(text).replace("%", "%25")

    level = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}[diagnostic.severity]
    place = ""
    if span := diagnostic.span:
        whole = f"{folder}/{span.path}" if folder and not span.path.startswith("/") else span.path
        path = escape(whole).replace(":", "%3A").replace(",", "%2C")
        place = f" file={path},line={span.line},col={span.col}"
    text = diagnostic.message + (f" ({diagnostic.hint})" if diagnostic.hint else "")
    return f"::{level}{place}::{escape(f'[{diagnostic.code}] {text}')}"
