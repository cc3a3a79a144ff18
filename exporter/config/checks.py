"""What is wrong with settings whose types fit: names, addresses, patterns, and what is not a deck's to ask for.

In: settings as they were read. Out: a diagnostic for each that cannot be meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any

from exporter.config.settings import Config
from exporter.config.tables import LONGEST_SIGN, MOST_CLOZES, MOST_TAGS, OwnSettings
from exporter.config.toml import key_names, place_of
from exporter.diagnostics import Diagnostic, report, suggest
from exporter.machinery.addresses import far_address
from exporter.machinery.exclusion import read_patterns
from exporter.machinery.paper_sizes import page_fault

LIMIT = "--limit "
"""How a user allows more than make-deck does."""

_LONGEST_URL = 500
"""A QR code of so many bytes can still be read from paper (version 15 with correction M holds 412, version 17 504)."""

_MOST_DECKS = 50
_MOST_ENTRIES = 1_000
_FEWER = {"clozes": MOST_CLOZES, "tags": MOST_TAGS, "fonts": 20, "heading_fonts": 20, "keywords": 50}
"""Of patterns, which are held against each file, and macros; of what is looked for in each line, or stands on each card."""

_LONGEST = 1_000
_SHORTER = dict.fromkeys(
    ("separator", "reversed_separator", "line", "reversed_line", "end_line", "clozes"), LONGEST_SIGN
)
"""Characters of a text, and of what is looked for in each line."""

_WIDEST_BINDING = 40
_FEWEST_DPI, _MOST_DPI = 50, 2400
_LONGEST_VERSION = 8
_MOST_VERSIONS = 50
"""Each of them is typeset anew."""


def check_settings(config: Config, table: Mapping[str, Any], own: OwnSettings, file: Path) -> Iterator[Diagnostic]:
    """Everything that is wrong. `table` is the file's own, `own` what its user allows."""
    yield from _check_lengths(config, file)
    yield from _check_names(config, file)
    yield from _check_addresses(config, file)
    yield from _check_exclude(config, file)
    yield from _check_versions(config, file)
    yield from _check_page(config, file)
    yield from _check_permissions(config, table, own, file)


def _check_lengths(config: Config, file: Path) -> Iterator[Diagnostic]:
    """Which lists, tables and texts take time for each file, line or card, and are too long for that."""
    for name, value in _values(config):
        texts = (
            (value,) if isinstance(value, str) else (*value, *(value.values() if isinstance(value, Mapping) else ()))
        )
        most, longest = _FEWER.get(name, _MOST_ENTRIES), _SHORTER.get(name, _LONGEST)
        if len(value) > most and not isinstance(value, str):
            message = f'"{name}" has {len(value):,} entries, and {most:,} are the most'
            yield report("config-invalid", place_of(file, name), message)
        elif any(len(text) > longest for text in texts if isinstance(text, str)):
            message = f'"{name}" has a text of more than {longest:,} characters'
            yield report("config-invalid", place_of(file, name), message, "shorten it")


def _values(settings: Any) -> Iterator[tuple[str, Any]]:
    """All texts, lists and tables of texts, by their keys."""
    for name in key_names(type(settings)):
        value = getattr(settings, name)
        if is_dataclass(value):
            yield from _values(value)
        elif isinstance(value, Mapping) and any(map(is_dataclass, value.values())):
            for inner in value.values():
                yield from _values(inner)
        elif isinstance(value, (str, tuple, Mapping)):
            yield name, value


def _names_files(name: str) -> bool:
    return not re.search(r'[/\\:*?"<>|\x00-\x1f]', name) and name.strip(". ") == name


def _check_names(config: Config, file: Path) -> Iterator[Diagnostic]:
    """What is wrong with `name`, which names files, and with `lang` (BCP 47)."""
    if not _names_files(config.name):
        message = '"name" must be a name of files, without / and the like'
        yield report("config-invalid", place_of(file, "name"), message, "the folder is chosen with -o")
    if len(config.decks) > _MOST_DECKS:
        message = f'there are {len(config.decks):,} "decks"; each is read and built, so {_MOST_DECKS} are the most'
        yield report("config-invalid", place_of(file, "decks"), message)
    have_twins = len({*map(str.casefold, config.decks)}) < len(config.decks)
    for name in config.decks:
        if not name or not _names_files(name) or have_twins:
            message = f'"decks.{name}" must be a name of files, and no other deck\'s, whatever its case'
            yield report("config-invalid", place_of(file, name), message, "its title may have any letters")
    if config.lang and not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", config.lang):
        message = f'"lang" must be a language tag, not "{config.lang[:_LONGEST_URL]}"'
        yield report("config-invalid", place_of(file, "lang"), message, 'such as "zh-CN", "en" or "ja"')


def _check_addresses(config: Config, file: Path) -> Iterator[Diagnostic]:
    """What is wrong with `url` and `source_url`: no address of the network, or a placeholder that is none."""
    if config.url and (not far_address(config.url) or len(config.url) > _LONGEST_URL):
        message = f'"url" must be an address of the network, of at most {_LONGEST_URL} characters'
        yield report("config-invalid", place_of(file, "url"), message, "such as https://example.org/my-deck")
    url = config.source_url
    place = place_of(file, "source_url")
    for name in re.findall(r"\{([^{}]*)\}", url):
        if name not in ("path", "line"):
            hint = suggest(name, ("path", "line")).replace('"path"', '"{path}"').replace('"line"', '"{line}"')
            message = f'"source_url" has {{{name}}}; there are {{path}} and {{line}}'
            yield report("config-invalid", place, message, hint)
    if url and (not far_address(url) or len(url) > _LONGEST_URL):
        yield report("config-invalid", place, '"source_url" must be an address, such as https://…/{path}#L{line}')


def _check_exclude(config: Config, file: Path) -> Iterator[Diagnostic]:
    """Which of `include` and `exclude` are no patterns."""
    lists = [("include", config.include), ("exclude", config.exclude)]
    lists += [("include", deck.include) for deck in config.decks.values()]
    lists += [("exclude", deck.exclude) for deck in config.decks.values()]
    lists.append(("decks", tuple(key for key in config.anki.decks if not key.startswith("#"))))
    for key, patterns in lists:
        for pattern in patterns:
            try:
                read_patterns([pattern])
            except ValueError:
                message = f'"{key}" has no pattern of a .gitignore in "{pattern[:_LONGEST_URL]}"'
                yield report("config-invalid", place_of(file, key), message, 'such as "Private/" or "*.draft.md"')


def _check_versions(config: Config, file: Path) -> Iterator[Diagnostic]:
    """What is wrong with the names of the sheets of a class test."""
    if fault := misnamed_version(config.print.test.versions):
        yield report("config-invalid", place_of(file, "versions", "print.test"), f'"print.test.versions": {fault}')


def _check_page(config: Config, file: Path) -> Iterator[Diagnostic]:
    """What is wrong with the size of the paper, with what a binding takes of it, and with pictures."""
    if fault := page_fault(config.print.page):
        yield report("config-invalid", place_of(file, "page", "print"), f'"print.page": {fault}')
    if not 0 <= config.print.binding <= _WIDEST_BINDING:
        message = f'"print.binding" must be between 0 and {_WIDEST_BINDING} mm'
        yield report("config-invalid", place_of(file, "binding", "print"), message)
    if not _FEWEST_DPI <= config.print.image_dpi <= _MOST_DPI:
        message = f'"print.image_dpi" must be between {_FEWEST_DPI} and {_MOST_DPI}'
        yield report("config-invalid", place_of(file, "image_dpi", "print"), message)


def misnamed_version(names: Sequence[str]) -> str:
    """What is wrong with names of sheets, which become part of file names; "" where nothing is."""
    wrong = (n for n in names if not n.isalnum() or len(n) > _LONGEST_VERSION or n.lower() == "key")
    if (name := next(wrong, None)) is not None:
        return f'"{name}" is no name of letters and digits, such as A'
    if len({name.casefold() for name in names}) < len(names):
        return "two sheets cannot have one name"
    return f"a test has at most {_MOST_VERSIONS} sheets" if len(names) > _MOST_VERSIONS else ""


def _check_permissions(config: Config, table: Mapping[str, Any], own: OwnSettings, file: Path) -> Iterator[Diagnostic]:
    """What a deck asks for that is its user's: the network, and more than his limits."""
    if config.fetch:
        hint = "--fetch does so for a call, fetch = true in your own settings always: make-deck --help"
        yield report("config-invalid", place_of(file, "fetch"), '"fetch" is not a deck\'s to switch on', hint)
    limits = table.get("limits", {})
    for name in limits if isinstance(limits, dict) else ():
        if (most := getattr(own.limits, name, None)) is not None and getattr(config.limits, name) > most:
            message = f'"limits.{name}" is more than the {most:,} that you allow: a deck may only lower it'
            yield report("config-invalid", place_of(file, name), message, f"{LIMIT}{name}=… allows more")
