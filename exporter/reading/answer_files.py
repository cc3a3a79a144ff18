"""A key in a file of its own: `exam.md` and `exam-answers.md`, or `answers.md` beside the only exam of a folder.

In: settings and the files of the notes. Out: the settings with the text of each key by the notes that it belongs to, and
what is to be said of keys that belong to none. A key belongs to notes if its name says that it is one, if it has the
numbers of their questions, and if no other notes beside it have them.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from markdown_it.token import Token

from exporter.config import Config
from exporter.diagnostics import Diagnostic, report
from exporter.reading.markdown import parse
from exporter.reading.note_text import note_text
from exporter.reading.page.answer_keys import Key, answered_by, find_keys, key_in_file
from exporter.reading.page.key_entries import Said
from exporter.reading.page.numbered import find_numbered
from exporter.reading.page.wording import is_answer_label, is_key_label
from exporter.source import SourceFile, Span, shown_path

_FEWEST, _SHARE = 2, 0.8
"""Answers that make a key, and the share of them that must have a question."""
_APART = re.compile(r"[\W_]+")


def with_keys(config: Config, files: Sequence[Path]) -> Config:
    """The settings with the keys that belong to files, and what there is to say of others."""
    keys: dict[str, tuple[str, str]] = {}
    said: list[Diagnostic] = []
    folders: defaultdict[Path, defaultdict[str, list[Path]]] = defaultdict(lambda: defaultdict(list))
    for file in files:
        folders[file.parent][file.stem].append(file)
    for key in files:
        beside = folders[key.parent]
        own = [file for notes in _notes_of(key.stem, beside) for file in beside[notes]]
        wanted = own or _others(key, beside)
        if not wanted or not (answers := key_in_file(_tokens(key, config))):
            continue
        missing = {file: found for file in wanted if (found := _missing(_tokens(file, config), answers)) is not None}
        path = shown_path(key, config.root)
        if len(missing) == 1:
            ((notes, numbers),) = missing.items()
            keys[shown_path(notes, config.root)] = (path, note_text(key, config))
            if numbers:
                message = f"{shown_path(notes, config.root)} has no question {', '.join(numbers)}"
                said.append(report("key-unmatched", Span(path), message, "number the questions as their answers are"))
        elif missing:
            names = ", ".join(shown_path(file, config.root) for file in missing)
            hint = f"call it as the notes are called: {next(iter(missing)).stem}-{key.name}"
            said.append(report("key-unused", Span(path), f"it may be the key of several files: {names}", hint))
        elif own:
            message = f"its numbers are not those of {shown_path(own[0], config.root)}, and it is used nowhere"
            said.append(report("key-unused", Span(path), message, "number the questions as their answers are"))
    return replace(config, keys=MappingProxyType(keys), said=(*config.said, *said)) if keys or said else config


def with_answers(tokens: Sequence[Token], key: str) -> tuple[Token, ...]:
    """The tokens of notes, and behind them what the text of their key says, which no output shows by itself."""
    if not key:
        return tuple(tokens)
    answers = key_in_file(_plain(parse(SourceFile.from_text("key", Path("key"), key)).value))
    return (*tokens, Token("comment", "", 0, hidden=True, meta={"answers": answers}))


def answers_of(path: str, config: Config) -> str:
    """Why a file holds no notes: it is the key of others; "" where it is none."""
    return next((f"it is the key of {notes}" for notes, (key, _) in config.keys.items() if key == path), "")


def _notes_of(stem: str, known: Container[str]) -> Iterator[str]:
    """The names among those `known` of which a key's name is one, with words for a key before or behind it, in order."""
    parts = {stem[:cut] for cut in range(1, len(stem))} | {stem[cut:] for cut in range(1, len(stem))}
    return (notes for notes in sorted(parts) if notes in known and _names_key(_rest(stem, notes)))


def _others(key: Path, beside: Mapping[str, Sequence[Path]]) -> list[Path]:
    """All files beside one whose whole name says that it is a key."""
    is_key = _names_key(_APART.sub(" ", key.stem).strip())
    return [file for files in beside.values() for file in files if file != key] if is_key else []


def _names_key(name: str) -> bool:
    return bool(name) and (is_key_label(name) or is_answer_label(name))


def _rest(name: str, notes: str) -> str:
    """What a name has beyond that of the notes, before or behind it."""
    return _APART.sub(" ", name.removeprefix(notes) if name.startswith(notes) else name.removesuffix(notes)).strip()


def _missing(notes: Sequence[Token], answers: dict[str, Said]) -> list[str] | None:
    """The numbers of answers that notes without a key have no question for; None where the key is not theirs.

    Nearly all must have one, that waits for its answer.
    """
    numbers = Counter(question.number for question in find_numbered(notes))
    missing = [number for number in answers if number not in numbers]
    is_unlike = len(missing) > (1 - _SHARE) * len(answers) or max(numbers.values(), default=0) > 1
    if (
        is_unlike
        or len(answers) < _FEWEST
        or find_keys(notes)
        or not answered_by(notes, Key(0, 0, answers, 0, len(notes)))
    ):
        return None
    return missing


def _tokens(file: Path, config: Config) -> Sequence[Token]:
    return parse(SourceFile.from_text(file.name, file, note_text(file, config))).value


def _plain(tokens: Iterable[Token]) -> list[Token]:
    """Tokens without their places: they stand in another file."""
    return [
        token.copy(map=None, children=_plain(token.children) if token.children else token.children, meta=_bare(token))
        for token in tokens
    ]


def _bare(token: Token) -> dict[str, object]:
    return {name: value for name, value in token.meta.items() if name != "piece"}
