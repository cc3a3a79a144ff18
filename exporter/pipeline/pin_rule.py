"""A rule for the questions of a file, written into `deck.toml` as its author would have.

In: settings, a path of a note, a rule. Out: the file with one line more (or one changed), and all else as it stood.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import tomlkit

from exporter.config import Config
from exporter.diagnostics import Diagnostic, report
from exporter.machinery.plain_files import read_whole
from exporter.machinery.whole_files import write_files
from exporter.model import Card, Chapter
from exporter.pipeline.faults import unwritable
from exporter.reading.chapter import read_chapter
from exporter.reading.detection.choice import INTERVIEW
from exporter.reading.dialects import DIALECTS
from exporter.reading.unsure_files import learned_rules
from exporter.source import Span

_LARGEST = 1_000_000
"""Bytes of a `deck.toml`."""
_TRIED = (
    *(f"h{level}" for level in range(1, 7)),
    "bold",
    "list",
    "table",
    "term",
    "definition",
    "paragraph",
    "term-lines",
)
"""Rules that may find questions where make-deck chose none."""
_SHOWN = 60
"""Characters of a question that show what a rule finds."""


def pin_rule(config: Config, path: str, rule: str) -> tuple[Diagnostic, ...]:
    """Write a rule for the file at `path` (from the deck's root). Nothing is written where something is wrong."""
    if config.file is None:
        hint = '"make-deck init" makes one; or write "cards: …" into the front matter'
        return (report("source-missing", Span("deck.toml"), "no deck.toml to write the rule into", hint),)
    file = config.file
    before = read_whole(file, _LARGEST, within=file.parent)
    after = with_rule(before.decode("utf-8-sig"), key_of(path, config), rule)
    mark = b"\xef\xbb\xbf" if before.startswith(b"\xef\xbb\xbf") else b""
    try:
        written = write_files(
            {file: mark + after.encode()}, still=lambda: read_whole(file, _LARGEST, within=file.parent) == before
        )
    except OSError as error:
        return (unwritable(error, file.parent),)
    return () if written else pin_rule(config, path, rule)


def key_of(path: str, config: Config) -> str:
    """A path of a note as a pattern of `[questions]`: below the source, its own signs of a pattern in brackets."""
    below = path.removeprefix(f"{config.source}/") if config.source != "." else path
    return "".join(f"[{char}]" if char in "*?[" else char for char in below)


def with_rule(text: str, pattern: str, rule: str) -> str:
    """The text of a `deck.toml` with a rule behind all others, since the last that matches holds."""
    document = tomlkit.parse(text)
    if "questions" not in document:
        document["questions"] = tomlkit.table()
    table = document["questions"]
    if pattern in table and [*table][-1] != pattern:
        del table[pattern]
    table[pattern] = rule
    written = tomlkit.dumps(document)
    return written.replace("\r\n", "\n").replace("\n", "\r\n") if "\r\n" in text else written


def rules_to_pin(chapters: Iterable[Chapter], config: Config) -> Mapping[str, str]:
    """By path: the rule that pins what make-deck chose by itself; the rule of a tool where its syntax alone asks.

    The lock has "interview" for both, and keeps it.
    """
    chapters = tuple(chapters)
    rules = dict(learned_rules(chapters))
    tools = {dialect.words: dialect.rule for dialect in DIALECTS}
    for chapter in chapters:
        path, rule = chapter.source.path, tools.get(chapter.rule, "")
        if rule and rules.get(path) == INTERVIEW:
            pinned = read_chapter(chapter.source.file, replace(config, questions={path: rule})).value
            if pinned and [(c.span, c.text) for c in pinned.cards] == [(c.span, c.text) for c in chapter.cards]:
                rules[path] = rule
    return rules


def possible_rules(chapter: Chapter, config: Config) -> Mapping[str, tuple[Card, ...]]:
    """The rules that would find questions in a file, each with its cards, most of them first; each cut of it once."""
    found: dict[tuple[int, ...], tuple[str, tuple[Card, ...]]] = {}
    for rule in _TRIED:
        read = read_chapter(chapter.source.file, replace(config, questions={chapter.source.path: rule})).value
        if read and read.cards:
            found.setdefault(tuple(card.span.line for card in read.cards), (rule, read.cards))
    return dict(sorted(found.values(), key=lambda entry: -len(entry[1])))


def proposed(path: str, rules: Mapping[str, tuple[Card, ...]], config: Config) -> str:
    """What a file without a card could be, as lines of `[questions]` that are commented out."""
    if not rules:
        return f"# {path}: no rule finds a question; <!-- card --> above a line makes it one"
    table = tomlkit.document()
    lines = [f"# {path}: nothing was chosen. It could be:"]
    for rule, cards in rules.items():
        table[key_of(path, config)] = rule
        count = "1 card" if len(cards) == 1 else f"{len(cards)} cards"
        lines.append(f"# {tomlkit.dumps(table).strip()}  # {count}, first: {_shortened(cards[0].text)}")
    return "\n".join(lines)


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def suggested(rules: Mapping[str, str], config: Config) -> str:
    """Rules by path as lines of `[questions]`, ready to paste; without the table's head where `deck.toml` has it."""
    table = tomlkit.document()
    if not rules:
        return "# make-deck chose nothing by itself"
    for path, rule in rules.items():
        table[key_of(path, config)] = rule
    head = "" if config.questions else "[questions]\n"
    return head + tomlkit.dumps(table).rstrip("\n")
