"""From a file or folder to chapters.

In: `Config`. Out: one `Chapter` for each Markdown file, in natural order. Each file is decoded, parsed once and cut into
sections, prose and cards by `dialects`. Knows nothing of what becomes of them.
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from exporter.checks import check_chapter
from exporter.config import Config, place_of
from exporter.diagnostics import Diagnostic, Outcome, report, suggest
from exporter.dialects import RULES, Document, read_document
from exporter.markdown import parse
from exporter.mentions import find_images, find_links
from exporter.model import Card, Chapter
from exporter.resources import library_versions
from exporter.source import SourceFile, Span, decode, read_whole

_SUFFIXES = (".md", ".markdown")
_SKIPPED = frozenset({"node_modules", "dist", "logseq", "__pycache__"})
"""Folders that hold no notes, besides those that begin with a dot."""

_REPLACEMENT = "\ufffd"

Read = Callable[[Path, Config], Outcome[Chapter | None]]
"""From a file to a chapter."""

Cut = Callable[[bytes, Path, Config], Outcome[Chapter | None]]
"""From the bytes of a file to a chapter."""


def read_chapters(
    config: Config, *, skip: Path | None = None, read: Read | None = None
) -> Outcome[tuple[Chapter, ...]]:
    """All chapters below `config.source_path`; `skip` is the output folder. A file that cannot be read is an error.

    `read` takes the place of `read_chapter`.
    """
    files = find_files(config.source_path, skip)
    if not files:
        place = Span(_shown(config.source_path, config.root))
        hint = f"notes end in {' or '.join(_SUFFIXES)}"
        return Outcome((), (report("no-markdown", place, "no Markdown file here", hint),))
    if len(files) > config.limits.notes:
        message = f"{len(files):,} Markdown files here; the limit is {config.limits.notes:,}"
        hint = 'build the folder that holds the deck, or raise "notes" in [limits] of deck.toml'
        return Outcome((), (report("notes-too-many", Span(_shown(config.source_path, config.root)), message, hint),))
    chapters: list[Chapter] = []
    diagnostics = list(_check_rules(config, files))
    for file in files:
        chapter = (read or read_chapter)(file, config)
        diagnostics.extend(chapter.diagnostics)
        if chapter.value is not None:
            chapters.append(chapter.value)
    if chapters and not any(chapter.cards for chapter in chapters) and len(chapters) == len(files):
        place = Span(_shown(config.source_path, config.root))
        hint = 'run "make-deck outline" to see what was read; [questions] in deck.toml or <!-- card --> marks questions'
        diagnostics.append(report("no-questions", place, "no question with an answer was found", hint))
    return Outcome(tuple(chapters), tuple(diagnostics))


def find_files(path: Path, skip: Path | None = None) -> tuple[Path, ...]:
    """The Markdown files below `path` (or `path` itself), numbers in names counted as numbers."""
    if path.is_file():
        return (path,)
    found: list[Path] = []
    for folder, names, files in os.walk(path):
        here = Path(folder)
        names[:] = [n for n in names if n not in _SKIPPED and not n.startswith(".") and here / n != skip]
        found.extend(here / name for name in files if name.lower().endswith(_SUFFIXES) and not name.startswith("."))
    return tuple(sorted(found, key=lambda file: [natural_key(part) for part in file.relative_to(path).parts]))


def natural_key(name: str) -> tuple[tuple[int, int | str], ...]:
    """A sort key by which "2" comes before "10"."""
    parts = re.split(r"(\d+)", unicodedata.normalize("NFC", name).casefold())
    return tuple((0, int(part)) if part.isdecimal() else (1, part) for part in parts if part)


def read_chapter(file: Path, config: Config, cut: Cut | None = None) -> Outcome[Chapter | None]:
    """One file as a chapter; None, with an error, where it cannot be read. `cut` takes the place of `cut_chapter`."""
    shown = _shown(file, config.root)
    if file.is_symlink() and file != config.source_path and not file.resolve().is_relative_to(config.root.resolve()):
        hint = "put the file itself here, or build the folder that holds both"
        return Outcome(None, (report("note-outside", Span(shown), "a link to a file outside the deck's folder", hint),))
    try:
        data = read_whole(file, config.limits.note_bytes)
    except OSError as error:
        return Outcome(None, (report("source-missing", Span(shown), f"cannot be read ({error.strerror})"),))
    if len(data) > config.limits.note_bytes:
        message = f"the file is larger than the limit of {config.limits.note_bytes:,} bytes"
        hint = 'divide it, or raise "note_bytes" in [limits] of deck.toml'
        return Outcome(None, (report("note-too-large", Span(shown), message, hint),))
    return (cut or cut_chapter)(data, file, config)


def chapter_digest(data: bytes, file: Path, config: Config) -> str:
    """A digest of all that `cut_chapter` makes a chapter of."""
    shown = _shown(file, config.root)
    digest = hashlib.sha256(data).hexdigest()
    parts = (shown, digest, _rule(shown, config), config.lang, config.limits, library_versions())
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def cut_chapter(data: bytes, file: Path, config: Config) -> Outcome[Chapter | None]:
    """The bytes of a file as a chapter; None, with an error, where they are no text."""
    shown = _shown(file, config.root)
    text = decode(data)
    if isinstance(text, int):
        return Outcome(None, (_undecodable(data, shown, text),))
    source = SourceFile.from_text(shown, file, text)
    parsed = parse(source, config.limits)
    reading = read_document(Document(source, parsed.value), _rule(shown, config))
    diagnostics = [*_damage(source), *parsed.diagnostics, *reading.diagnostics]
    value = reading.value
    if not any(d.code in ("questions-without-answers", "override-invalid") for d in diagnostics):
        diagnostics.extend(_without_questions(source, value.rule) if not _has_cards(value.items) else ())
    chapter = Chapter(
        slug=_slug(shown),
        title=value.title or _title(file),
        lang=config.lang or language(source.text),
        rule=value.rule,
        items=value.items,
        left_out=value.left_out,
        source=source,
        images=find_images(value.items, source),
        links=find_links(value.items, source),
        digest=chapter_digest(data, file, config),
    )
    return Outcome(chapter, (*diagnostics, *check_chapter(chapter)))


def _has_cards(items: Iterable[object]) -> bool:
    return any(isinstance(item, Card) for item in items)


def _rule(path: str, config: Config) -> str:
    """The rule that deck.toml gives for a path: the last pattern that matches wins."""
    matching = [name for pattern, name in config.questions.items() if _matches(path, pattern, config)]
    return matching[-1] if matching and matching[-1] in RULES else "auto"


def _matches(path: str, pattern: str, config: Config) -> bool:
    return fnmatchcase(path, pattern) or fnmatchcase(path, f"{config.source}/{pattern}")


def _check_rules(config: Config, files: Iterable[Path]) -> Iterator[Diagnostic]:
    """Whether the rules of `[questions]` are known, and its patterns match anything."""
    paths = [_shown(file, config.root) for file in files]
    if config.file is None:
        return
    for pattern, name in config.questions.items():
        place = place_of(config.file, pattern)
        if name not in RULES:
            hint = suggest(name, RULES) or f"known are {', '.join(RULES)}"
            yield report("config-invalid", place, f'no rule is called "{name}"', hint)
        elif config.source_path == config.root / config.source and not any(
            _matches(path, pattern, config) for path in paths
        ):
            hint = "a pattern is a path below the source, with * for anything"
            yield report("config-unmatched", place, f'no file matches "{pattern}"', hint)


def _shown(file: Path, root: Path) -> str:
    """A path as people see it: relative to the deck's root where it lies below it, NFC, with `/`."""
    shown = file.relative_to(root) if file.is_relative_to(root) else file
    return unicodedata.normalize("NFC", shown.as_posix())


def _slug(path: str) -> str:
    """A name for anchors, unique for each file: its path without what HTML ids do not take, and a digest of it all."""
    words = re.sub(r"[^\w-]+", "-", path.rpartition(".")[0]).strip("-") or "chapter"
    return f"{words}-{hashlib.sha256(path.encode()).hexdigest()[:6]}"


def _title(file: Path) -> str:
    """A title from the file's name, without the number that orders it."""
    stem = unicodedata.normalize("NFC", file.stem)
    return re.sub(r"^\d+[-_. 、]+(?=\S)", "", stem).replace("_", " ") or stem


def language(text: str) -> str:
    """The language of a text by its letters: zh-CN, ja, ko or en."""
    sample = text[:20_000]
    han = len(re.findall(r"[\u4e00-\u9fff]", sample))
    kana = len(re.findall(r"[\u3041-\u30ff]", sample))
    hangul = len(re.findall(r"[\uac00-\ud7af]", sample))
    words = len(re.findall(r"[A-Za-z]{2,}", sample))
    if hangul > max(han, words) / 2:
        return "ko"
    if kana > (han + kana) / 10 and kana > words / 4:
        return "ja"
    return "zh-CN" if han > words / 3 else "en"


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
    yield report("file-no-questions", Span(source.path), text, hint)
