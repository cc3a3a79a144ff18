"""What the front matter says: title, tags, language, the rule for cards, and what a title page has.

In: a file and its tokens. Out: `FrontMatter`, and a diagnostic for each entry that cannot be read. Of YAML only the
structure is read: every value is the text that was written (no dates, no numbers, no `no` that means false), and what
an alias stands for is never multiplied. An entry that is broken takes no other with it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from markdown_it.token import Token

from exporter.diagnostics import Diagnostic, Outcome, report, suggest
from exporter.machinery.toml_text import read_toml_text
from exporter.model import Imprint
from exporter.reading.page.tool_data import MOST_TAGS, deck_of_tag, read_deck
from exporter.source import SourceFile

if TYPE_CHECKING:
    from yaml import Node

_DECKS = ("cards-deck", "deck", "Deck", "anki-deck", "deckName")
"""How flashcards-obsidian, md2anki, inka and others call the deck of a file."""

_DEPTH = 32
_ALIASES = 20
"""More than any front matter has; twenty aliases can still stand for millions of values, but none is looked into."""

_ENTRY = re.compile(r"[^\s#\-\]}]")
"""How a line at the margin begins that is a new entry: not indented, no comment, no item, no closing bracket."""

_TAG_LINE = re.compile(r"tags?\s*:|\s*-\s+#\w", re.IGNORECASE)
_TAG_SIGN = re.compile(r"(?<=[\s,\[])#(?=\w)")
_TOML_LINE = re.compile(r"\s*(?:#[^\n]*\n\s*)*[\w-]+\s*=")
_MOST_FAULTS = 20
"""What is said of the entries of one file."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")

_KEY_VALUE = 'an entry is a line such as "title: Mechanics"'

Value = str | tuple[str, ...] | None
"""A text, a list of texts, or None for anything else."""


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The keys that make-deck uses. `cards_line` is the line (from 0) of `cards`. `deck` has `::`."""

    title: str = ""
    lang: str = ""
    cards: str = ""
    cards_line: int = 0
    tags: tuple[str, ...] = ()
    deck: str = ""
    aliases: tuple[str, ...] = ()
    imprint: Imprint = Imprint()


@dataclass(frozen=True, slots=True)
class _Fault(Exception):  # noqa: N818 - a finding with its place (from 0, in the front matter), raised to leave the parser
    line: int
    col: int
    message: str
    hint: str = ""
    too_much: bool = False


@dataclass(slots=True)
class _Entries:
    """What was read: values and lines (from 0, in the front matter) by key, and what was wrong."""

    values: dict[str, Value] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    faults: list[_Fault] = field(default_factory=list)

    def add(self, key: str, value: Value, line: int, col: int = 0) -> None:
        if key in self.values:
            hint = f"the first one holds, in line {self.lines[key] + 2}"
            self.faults.append(_Fault(line, col, f'"{key}" stands twice in the front matter', hint))
            return
        self.values[key] = value
        self.lines[key] = line

    def text(self, *keys: str) -> str:
        """The first of these keys that has a text."""
        values = (self.values.get(key, "") for key in keys)
        return next((" ".join(value.split()) for value in values if isinstance(value, str) and value.strip()), "")

    def ask_text(self, key: str) -> None:
        """Find fault with another shape. Only of keys that are ours alone: `name` may be anything in other tools' files."""
        if not isinstance(self.values.get(key, ""), str):
            self.faults.append(_Fault(self.lines[key], 0, f'"{key}" must be a text', _quoted(key)))

    def ask_spelling(self) -> None:
        """Find fault with a key that is nearly another tool's for its deck: `cards-dek`."""
        for key in self.values:
            if key not in _DECKS and difflib.get_close_matches(key, ("cards-deck", "anki-deck"), n=1, cutoff=0.86):
                self.faults.append(_Fault(self.lines[key], 0, f'no deck is named by "{key}"', suggest(key, _DECKS)))

    def names(self, *keys: str) -> tuple[str, ...]:
        """The texts of the first of these keys that has any. Names have spaces; a text alone may name several, by commas."""
        value = next((value for key in keys if (value := self.values.get(key))), None) or ()
        parts = value.split(",") if isinstance(value, str) else value
        return tuple(name for part in parts if (name := " ".join(part.split())))

    def list(self, key: str) -> tuple[str, ...]:
        value = self.values.get(key, "")
        if value is None:
            self.faults.append(_Fault(self.lines[key], 0, f'"{key}" must be a list', f"{key}: [one, two]"))
            return ()
        parts = re.split(r"[,\s]+", value) if isinstance(value, str) else value
        names = tuple(name for part in parts if (name := part.strip("# ")))
        if len(names) > MOST_TAGS:
            message = f'"{key}" has {len(names):,} entries, and the first {MOST_TAGS} are read'
            self.faults.append(_Fault(self.lines[key], 0, message, "each card has all of them"))
        return names[:MOST_TAGS]


def read_front_matter(source: SourceFile, tokens: Sequence[Token]) -> Outcome[FrontMatter]:
    """Read the front matter of a file; an empty one where there is none."""
    token = next((token for token in tokens[:1] if token.type == "front_matter"), None)
    if token is None:
        return Outcome(FrontMatter())
    toml = token.markup == "+++" or _TOML_LINE.match(token.content)  # hashcards: TOML between ---
    entries = _read_toml(token.content) if toml else _read_yaml(token.content)
    entries.ask_text("title")
    entries.ask_text("cards")
    entries.ask_spelling()
    tags = entries.list("tags") or entries.list("tag")
    lang = entries.text("lang", "language")
    matter = FrontMatter(
        title=entries.text("title", "name"),
        lang=lang if _LANGUAGE.fullmatch(lang) else "",
        cards=entries.text("cards").lower(),
        cards_line=entries.lines.get("cards", 0) + 1,
        tags=tags,
        deck=read_deck(entries.text(*_DECKS)) or deck_of_tag(tags),
        aliases=entries.names("aliases", "alias"),
        imprint=Imprint(
            ", ".join(entries.names("author", "authors")),
            entries.text("subtitle"),
            _date(entries.text("date")),
            ", ".join(entries.names("keywords")),
        ),
    )
    return Outcome(matter, tuple(_diagnostics(source, entries.faults)))


def _date(text: str) -> str:
    """A date as it is written, but for Quarto's words for that of a build, and without the time of day."""
    return "" if text in ("today", "now", "last-modified") else re.sub(r"(?<=\d)[T ]\d{1,2}:\d.*$", "", text)


def _diagnostics(source: SourceFile, faults: Sequence[_Fault]) -> Iterator[Diagnostic]:
    for fault in faults:
        span = source.span(fault.line + 1, col=fault.col + 1)
        yield report("front-matter-invalid", span, fault.message, fault.hint)


def _read_toml(text: str) -> _Entries:
    entries = _Entries()
    try:
        table = read_toml_text(text)
    except RecursionError:
        entries.faults.append(_Fault(0, 0, "brackets stand too deep in each other"))
        return entries
    except ValueError as error:
        found = re.search(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", str(error), re.DOTALL)
        line, col = (int(found[2]) - 1, int(found[3]) - 1) if found and found[2] else (0, 0)
        problem = found[1] if found else str(error)
        entries.faults.append(_Fault(line, col, f"the front matter is no TOML ({problem}), and none of it is read"))
        return entries
    lines: dict[str, int] = {}
    for number, written in enumerate(text.split("\n")):
        key, is_entry, _ = written.partition("=")
        if is_entry:
            lines.setdefault(key.strip().strip("\"'"), number)
    for key, value in table.items():
        entries.add(key, _toml_value(value), lines.get(key, 0))
    return entries


def _toml_value(value: object) -> Value:
    if isinstance(value, list):
        return tuple(str(part) for part in value if not isinstance(part, list | dict))
    return None if isinstance(value, dict) else str(value)


def _read_yaml(text: str) -> _Entries:
    """All of it at once; where that fails, each entry by itself."""
    lines = [_TAG_SIGN.sub(" ", line) if _TAG_LINE.match(line) else line for line in text.split("\n")]
    entries = _Entries()
    try:
        _add_yaml(entries, "\n".join(lines), 0)
    except _Fault as whole:
        entries = _Entries()
        starts = [number for number, line in enumerate(lines) if _ENTRY.match(line)]
        for start, stop in zip(starts, [*starts[1:], len(lines)], strict=True):
            try:
                _add_yaml(entries, "\n".join(lines[start:stop]), start)
            except _Fault as fault:
                entries.faults.append(fault)
                if len(entries.faults) >= _MOST_FAULTS:
                    break
        if whole.too_much or not entries.faults:
            entries.faults = [whole]
    return entries


def _add_yaml(entries: _Entries, text: str, first: int) -> None:
    """Add the entries of a mapping that begins in the line `first`. Raises _Fault where it is none."""
    from yaml import MappingNode

    node = _compose(text, first)
    if node is None:
        return
    if not isinstance(node, MappingNode):
        raise _Fault(first + node.start_mark.line, node.start_mark.column, "no entry of the front matter", _KEY_VALUE)
    for key, value in node.value:
        name = _yaml_value(key)
        if isinstance(name, str):
            entries.add(name, _yaml_value(value), first + key.start_mark.line, key.start_mark.column)


def _compose(text: str, first: int) -> Node | None:
    """The nodes of a YAML text. Raises _Fault, with the line in the front matter, where it is none or too intricate."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # a tenth of the time, where it is there
    depth = aliases = 0
    try:
        for event in yaml.parse(text, loader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            aliases += isinstance(event, yaml.AliasEvent)
            if (depth > _DEPTH or aliases > _ALIASES) and (mark := event.start_mark):
                message = "values stand too deep in each other" if depth > _DEPTH else f"more than {_ALIASES} aliases"
                raise _Fault(first + mark.line, mark.column, message, too_much=True)
        node: Node | None = yaml.compose(text, loader)
    except yaml.YAMLError as error:
        mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
        line, col = (mark.line, mark.column) if mark else (0, 0)
        key = re.match(r"([^:\n]{1,60}):", text)
        if key is None:
            raise _Fault(first + line, col, "no entry of the front matter", _KEY_VALUE) from error
        tabs = re.search(r"^ *\t", text, re.MULTILINE)
        hint = "indent with spaces, not with tabs" if tabs else _quoted(key[1].strip())
        raise _Fault(first + line, col, f'"{key[1].strip()}" cannot be read', hint) from error
    return node


def _quoted(key: str) -> str:
    return f'put the value in quotes: {key}: "…"'


def _yaml_value(node: Node) -> Value:
    from yaml import ScalarNode, SequenceNode

    if isinstance(node, SequenceNode):
        parts = (_yaml_value(part) for part in node.value if isinstance(part, ScalarNode))
        return tuple(part for part in parts if isinstance(part, str) and part)
    if not isinstance(node, ScalarNode):
        return None
    return "" if node.tag == "tag:yaml.org,2002:null" else str(node.value)
