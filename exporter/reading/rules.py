"""The rules of `[questions]` in deck.toml: which one holds for a file, and whether they make sense."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from exporter.config import Config, place_of
from exporter.diagnostics import Diagnostic, report, suggest
from exporter.model import Chapter
from exporter.reading.detection.rule_names import describe_kind
from exporter.reading.questions import DIALECTS, RULES, is_rule
from exporter.source import shown_path

_MEANINGS = {
    "auto": "make-deck finds out, which is the default",
    "none": "the file has no questions",
    "file": "the whole file is one card, and its title asks",
    **{f"h{level}": f"every heading of level {level}: {'#' * level} or <h{level}>" for level in range(1, 7)},
    "bold": "every line in bold",
    "choice": "every question with options to tick: - [ ] and - [x]",
    "interview": "headings that are called questions or are numbered as such, on any level",
    "table": "every row of a table: the first cell asks",
    "term": "every paragraph or list item that begins with a term and a colon or dash",
    "definition": "every term of a definition list",
    "paragraph": "every paragraph that asks",
    **{dialect.rule: dialect.words for dialect in DIALECTS},
    "qa": "every line with Q: and its A: (in 23 languages)",
    "labels": "every line with Q., [Q], Q — or the like, and its answer, with A. or without a label",
    "term-lines": "every line that has a term, a sign and what the term means, where a paragraph has several",
    "turns": "every line of the first of two labels that take turns, in any language; the second answers",
    "cloze": "every paragraph with {{c1::gaps}}, ==marks==, or C: and [brackets]",
    "details": "every <summary>; what it folds away is the answer",
    "callout": "every callout that asks: > [!question] q",
    "list": "every list item that asks, with its answer in the rest of the item",
    "fill-ins": "every numbered item that ends with its answer, in bold or in brackets",
    "choices": "every paragraph, heading or item with options, where the file says which are right",
    "table-choices": "every row of a table whose columns are options, with one that says which is right",
    "keyed": "every numbered question whose answer stands in a list of answers below all of them",
    "logseq": "every bullet with #card",
    "flashcards": "Obsidian's Spaced Repetition: question::answer, and ? on a line between the two",
    "card-tags": "flashcards-obsidian: every heading or line with #card",
    "start-end": "Obsidian_to_Anki: START ... END",
    "remnote": "RemNote's arrows in bullets",
    "sides": "Mochi and yanki: a file is a card, its sides parted by ---",
    "inka": "inka's blocks between --- lines, with Deck: or Tags:",
    "front-back": "headings that are called Front and Back",
    "percent": "ankdown: cards between --- lines, their sides parted by %",
    "deck": "mdanki, md2apkg and others: every heading of the level that has the tool's sign",
}

RULE_MEANINGS = {rule: _MEANINGS[rule] for rule in RULES}
"""What each rule takes for a question, in words."""


def rule_meaning(name: str) -> str:
    """What a rule takes for a question; "" for a name that is no rule's."""
    if name in RULE_MEANINGS:
        return RULE_MEANINGS[name]
    return describe_kind(name) if is_rule(name) else ""


_MOST_UNMATCHED = 20
"""For each, all files are looked through for what it may mean."""

_ANYTHING = frozenset({"auto", "none", "cloze"})
"""Rules that are no promise that a file has questions."""


def rule_for(path: str, config: Config) -> str:
    """The rule that deck.toml gives for a path: the last pattern that matches wins."""
    pattern = _pattern_for(path, config)
    return config.questions[pattern] if pattern and is_rule(config.questions[pattern]) else "auto"


def held_rule(path: str, config: Config) -> str:
    """The rule that read a file for the last edition; "" where none is known, or deck.toml says something of the file."""
    return "" if _pattern_for(path, config) else config.held.get(path, "")


def _pattern_for(path: str, config: Config) -> str:
    matching = [pattern for pattern in config.questions if _matches(path, pattern, config)]
    return matching[-1] if matching else ""


def _matches(path: str, pattern: str, config: Config) -> bool:
    return fnmatchcase(path, pattern) or fnmatchcase(path, f"{config.source}/{pattern}")


def check_rules(config: Config, files: Iterable[Path]) -> Iterator[Diagnostic]:
    """Whether the rules of `[questions]` are known, and its patterns match anything."""
    paths = [shown_path(file, config.root) for file in files]
    if config.file is None:
        return
    for pattern in config.print.include if config.source_path == config.root / config.source else ():
        if not any(_matches(path, pattern, config) for path in paths):
            below = [path.removeprefix(f"{config.source}/") for path in paths]
            hint = suggest(pattern, below) or "a pattern is a path below the source, with * for anything"
            yield report("config-unmatched", place_of(config.file, "include"), f'no file matches "{pattern}"', hint)
    unmatched = 0
    for pattern, name in config.questions.items():
        place = place_of(config.file, pattern)
        if not is_rule(name):
            hint = suggest(name, RULES) or f"known are {', '.join(RULES)}"
            yield report("config-invalid", place, f'no rule is called "{name}"', hint)
        elif (
            unmatched < _MOST_UNMATCHED
            and config.source_path == config.root / config.source
            and not any(_matches(path, pattern, config) for path in paths)
        ):
            unmatched += 1
            below = [path.removeprefix(f"{config.source}/") for path in paths]
            folders = dict.fromkeys(f"{path.rpartition('/')[0]}/*.md" for path in below if "/" in path)
            hint = suggest(pattern, [*folders, *below]) or "a pattern is a path below the source, with * for anything"
            yield report("config-unmatched", place, f'no file matches "{pattern}"', hint)


def check_found(config: Config, chapters: Iterable[Chapter]) -> Iterator[Diagnostic]:
    """Rules of `[questions]` that find no question in any file that they rule, answered or not."""
    ruled: dict[str, list[Chapter]] = {}
    for chapter in chapters:
        ruled.setdefault(_pattern_for(chapter.source.path, config), []).append(chapter)
    for pattern, found in ruled.items():
        rule = config.questions.get(pattern, "auto")
        if rule in _ANYTHING or not is_rule(rule) or any(chapter.cards or chapter.left_out for chapter in found):
            continue
        place = place_of(config.file, pattern) if config.file else None
        files = found[0].source.path if len(found) == 1 else f"the {len(found)} files of this pattern"
        hint = f'"make-deck outline {found[0].source.path}" shows what is there'
        yield report("rule-unmatched", place, f'"{rule}" finds no question in {files}', hint)
