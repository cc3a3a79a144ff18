"""From a Markdown file to a chapter.

In: a file, and settings. Out: a `Chapter`: sections, prose and cards, what was left out, and what it mentions. Knows
nothing of what becomes of it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from markdown_it.token import Token

from exporter.config import LIMIT, Config
from exporter.diagnostics import Diagnostic, Outcome, Severity, report
from exporter.machinery.libraries import library_versions
from exporter.machinery.plain_files import TooLargeError, is_inside, read_whole
from exporter.model import Card, Chapter
from exporter.reading.answer_files import answers_of, with_answers
from exporter.reading.checks import check_chapter
from exporter.reading.conservation import account
from exporter.reading.held_reading import agrees, hold_reading
from exporter.reading.language import language
from exporter.reading.markdown import parse
from exporter.reading.markdown.logseq_lines import referred_blocks
from exporter.reading.neighbours import follow_folder
from exporter.reading.questions import Document, Reading, read_document
from exporter.reading.references import find_images, find_labels, find_links
from exporter.reading.rules import held_rule, rule_for
from exporter.reading.staying_out import why_no_notes
from exporter.source import SourceFile, Span, decode, shown_name, shown_path

_REPLACEMENT = "\ufffd"
_QUESTION_MARKS = ("?", "？", "؟")

Cut = Callable[[bytes, Path, Config], Outcome[Chapter | None]]
"""From the bytes of a file to a chapter."""


def read_chapter(file: Path, config: Config, cut: Cut | None = None) -> Outcome[Chapter | None]:
    """One file as a chapter; None, with an error, where it cannot be read. `cut` takes the place of `cut_chapter`."""
    shown = shown_path(file, config.root)
    if file.is_symlink() and file != config.source_path and not is_inside(file, config.root):
        hint = "put the file itself here, or build the folder that holds both"
        return Outcome(None, (report("note-outside", Span(shown), "a link to a file outside the deck's folder", hint),))
    try:
        data = read_whole(file, config.limits.note_bytes)
    except TooLargeError:
        message = f"the file is larger than the limit of {config.limits.note_bytes:,} bytes"
        hint = f"divide it, or raise the limit: {LIMIT}note_bytes=…"
        return Outcome(None, (report("note-too-large", Span(shown), message, hint),))
    except OSError as error:
        return Outcome(None, (report("source-missing", Span(shown), f"cannot be read ({error.strerror})"),))
    return (cut or cut_chapter)(data, file, config)


def chapter_digest(data: bytes, file: Path, config: Config) -> str:
    """A digest of all that `cut_chapter` may make a chapter of."""
    shown = shown_path(file, config.root)
    digest = hashlib.sha256(data).hexdigest()
    referred = referred_blocks(data.decode("utf-8", "replace")) if config.blocks else ()
    parts = (
        shown,
        digest,
        rule_for(shown, config),
        held_rule(shown, config),
        config.beside.get(shown, ""),
        config.keys.get(shown, ""),
        answers_of(shown, config),
        config.lang,
        config.limits,
        config.breaks,
        config.spaced_repetition,
        config.in_vault,
        [(name, config.blocks.get(name)) for name in sorted(referred)],
        library_versions(),
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def without_held(config: Config) -> Config:
    """The settings as if there were no last edition."""
    return replace(config, held=MappingProxyType({})) if config.held else config


def cut_chapter(data: bytes, file: Path, config: Config) -> Outcome[Chapter | None]:
    """The bytes of a file as a chapter; None, with an error, where they are no text."""
    shown = shown_path(file, config.root)
    text = decode(data)
    if isinstance(text, int):
        return Outcome(None, (_undecodable(data, shown, text),))
    source = SourceFile.from_text(shown, file, text)
    signs = config.spaced_repetition
    lang = config.lang or language(source.text)
    parsed = parse(source, config, lang=lang)
    no_notes = why_no_notes(source, parsed.value) or answers_of(shown, config)
    key = config.keys.get(shown, ("", ""))[1]

    def document(tokens: Sequence[Token]) -> Document:
        return Document(source, with_answers(tokens, key), signs)

    reading = read_document(document(parsed.value), "none" if no_notes else rule_for(shown, config))
    is_free = True
    if not no_notes:

        def again(rule: str) -> Outcome[Reading]:
            return read_document(document(parse(source, config).value), rule)

        reading = follow_folder(reading, config.beside.get(shown, ""), again)
        is_free = agrees(reading.value.decision, held := held_rule(shown, config))
        reading = hold_reading(reading, held, again, shown)
    diagnostics = [*_damage(source), *parsed.diagnostics, *reading.diagnostics]
    value = reading.value
    accounts, lost = account(source, parsed.value, value.items, value.aside)
    diagnostics += lost
    if not any(
        d.code in ("questions-without-answers", "override-invalid", "rule-unmatched", "comment-unheard")
        for d in diagnostics
    ):
        diagnostics.extend(_without_questions(source, value.rule) if not _has_cards(value.items) else ())
    chapter = Chapter(
        slug=_slug(shown),
        title=value.title or _title(file),
        lang=value.lang or lang,
        rule=value.rule,
        decision=value.decision,
        items=value.items,
        left_out=value.left_out,
        source=source,
        images=find_images(value.items, source),
        links=find_links(value.items, source),
        labels=find_labels(value.items),
        digest=chapter_digest(data, file, without_held(config) if is_free else config),
        accounts=accounts,
        aliases=value.aliases,
        asking=value.asking,
        imprint=value.imprint,
        stays_out=no_notes or ("it is set to none" if value.withheld else ""),
    )
    if chapter.stays_out:
        return Outcome(chapter, tuple(d for d in diagnostics if d.severity is Severity.ERROR))
    return Outcome(chapter, (*diagnostics, *check_chapter(chapter)))


def _has_cards(items: Iterable[object]) -> bool:
    return any(isinstance(item, Card) for item in items)


def _slug(path: str) -> str:
    """A name for anchors, unique for each file: its path without what HTML ids do not take, and a digest of it all."""
    words = re.sub(r"[^\w-]+", "-", path.rpartition(".")[0]).strip("-") or "chapter"
    return f"{words}-{hashlib.sha256(path.encode()).hexdigest()[:6]}"


def _title(file: Path) -> str:
    """A title from the file's name, without the number that orders it: not the 3 of `3 Body Problem`, nor a date."""
    stem = shown_name(file.stem)
    return re.sub(r"^(?:\d{1,3}[-_]+|0\d*[. 、]+)(?=\S)", "", stem).replace("_", " ") or stem


def _undecodable(data: bytes, shown: str, offset: int) -> Diagnostic:
    before = data[:offset]
    line = before.count(b"\n") + 1
    col = len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
    hint = "save the file as UTF-8"
    return report(
        "encoding-invalid", Span(shown, line, col), f"byte 0x{data[offset]:02X} is neither UTF-8 nor GB18030", hint
    )


def _damage(source: SourceFile) -> Iterator[Diagnostic]:
    for number, line in enumerate(source.lines):
        if _REPLACEMENT in line:
            col = line.index(_REPLACEMENT) + 1
            hint = "the character was lost before make-deck saw it; write it anew"
            yield report("encoding-damaged", source.span(number, col=col), "a character is lost (U+FFFD)", hint)


def _without_questions(source: SourceFile, rule: str) -> Iterator[Diagnostic]:
    hint = 'if it has questions, name their rule in [questions] of deck.toml or mark them with "<!-- card -->"'
    text = "no question here" if rule == "none" else f"no question with an answer here (looked for: {rule})"
    if asking := sum(line.rstrip(" *_`").endswith(_QUESTION_MARKS) for line in source.lines):
        lines = "1 line ends" if asking == 1 else f"{asking} lines end"
        text += f", though {lines} in a question mark"
    yield report("file-no-questions", Span(source.path), text, hint)
