"""`deck.toml`: what an author may set, with a default for everything.

In: a path on the command line. Out: `Config`, or errors that name file, line and what is allowed. A key that is not in
the dataclasses below is an error. Knows nothing of what the settings do.
"""

from __future__ import annotations

import copyreg
import difflib
import os
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from exporter.diagnostics import Diagnostic, Outcome, report, suggest
from exporter.machinery.addresses import far_address
from exporter.machinery.exclusion import read_patterns
from exporter.machinery.plain_files import is_inside, list_folder, read_plain, read_whole
from exporter.machinery.templates import Own
from exporter.machinery.trust import is_trusted
from exporter.source import Span, shown_name

CACHE_FOLDER = ".make-deck"

Output = Literal["apkg", "handout", "quiz", "test", "flashcards", "testpage"]
PageSize = Literal["A4", "A5", "Letter"]
Volumes = Literal["book", "folder", "file"]
Variant = Literal["", "pdf/ua-1", "pdf/a-3b", "pdf/a-3u"]
Duplex = Literal["long", "short"]
Space = Literal["ruled", "grid", "box", "blank", "none"]


@dataclass(frozen=True, slots=True)
class AnkiConfig:
    """`[anki]`. `deck` is the name of the root deck; `image_max` the longer side of an image in px.

    `tombstones` is for how many editions a removed question is shipped once more, to say that it was removed. `theme` is a
    file in `templates/anki/themes/`; another than the default gives the deck note types of its own. `packages` says what
    becomes a package of its own. `shuffle` lets the options of a choice stand in another order each time; `show_path` puts
    a question's file and line on its card where there is no `source_url`.
    """

    deck: str = ""
    subdecks: bool = True
    tags: tuple[str, ...] = ()
    image_max: int = 1600
    tombstones: int = 3
    theme: str = "paper"
    packages: Volumes = "book"
    shuffle: bool = False
    show_path: bool = False


@dataclass(frozen=True, slots=True)
class QuizConfig:
    """`[print.quiz]`. `seed` shuffles (0: the order of the notes); `count` is how many to ask (0: all); `tags` chooses."""

    seed: int = 0
    count: int = 0
    tags: tuple[str, ...] = ()
    space: Space = "ruled"


@dataclass(frozen=True, slots=True)
class ClassTestConfig:
    """`[print.test]`. `versions` are the names of the sheets (none: one without a name); `seed` shuffles them.

    `points` is what a question is worth that does not say so; `space` is the room to write. `[print.quiz]` chooses.
    """

    versions: tuple[str, ...] = ()
    seed: int = 0
    points: int = 1
    space: Space = "ruled"


@dataclass(frozen=True, slots=True)
class FlashcardsConfig:
    """`[print.flashcards]`. `cards` is a grid (columns x rows) or a card size; "" is a grid that suits the page.

    `duplex` is the edge over which the printer turns the sheet; `shift_x` (right) and `shift_y` (down) move the backs,
    in mm; `largest` and `smallest` are sizes of text in pt.
    """

    cards: str = ""
    duplex: Duplex = "long"
    largest: float = 11.0
    smallest: float = 7.0
    shift_x: float = 0.0
    shift_y: float = 0.0


@dataclass(frozen=True, slots=True)
class PrintConfig:
    """`[print]`. `fonts` and `heading_fonts` are families that are tried before the packaged ones.

    `include` are patterns of files that are printed though they hold no question.
    `binding` is what the handout's margin along the fold is wider than the outer one, in mm.
    `volumes` says what becomes a PDF of its own; `accessible` is short for `variant = "pdf/ua-1"`.
    """

    page: PageSize = "A4"
    theme: str = "paper"
    fonts: tuple[str, ...] = ()
    heading_fonts: tuple[str, ...] = ()
    binding: float = 0.0
    volumes: Volumes = "book"
    accessible: bool = False
    variant: Variant = ""
    include: tuple[str, ...] = ()
    quiz: QuizConfig = QuizConfig()
    test: ClassTestConfig = ClassTestConfig()
    flashcards: FlashcardsConfig = FlashcardsConfig()


@dataclass(frozen=True, slots=True)
class LimitsConfig:
    """`[limits]`: what is far more than any real notes need, so that hostile or broken ones cannot stop a build.

    `notes` is the number of Markdown files, `note_bytes` and `media_bytes` the size of one file. `table_span` is the
    number of columns or rows that one cell may cover, 1,000 at most (HTML's own limit). An image from the network may
    weigh `fetch_bytes` and take `fetch_seconds`. Typesetting a chapter may take `print_bytes` of memory and, for each
    100 kB of its HTML, `print_seconds`.
    """

    notes: int = 10_000
    note_bytes: int = 10_000_000
    media_bytes: int = 100_000_000
    image_pixels: int = 120_000_000
    formula_chars: int = 5_000
    table_span: int = 100
    fetch_bytes: int = 20_000_000
    fetch_seconds: int = 15
    print_bytes: int = 4_000_000_000
    print_seconds: int = 120


@dataclass(frozen=True, slots=True)
class OwnSettings:
    """What a user allows every deck. A deck that is a stranger's asks for less, or for nothing."""

    fetch: bool = False
    limits: LimitsConfig = LimitsConfig()


@dataclass(frozen=True, slots=True)
class MathConfig:
    """`[math]`. `macros` maps a name without backslash to its TeX, with `#1` … for arguments."""

    macros: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Config:
    """All settings, and where they came from. `breaks`: a line of the notes is a line of the text, as in verses.

    `exclude` are files below the source that are no part of the deck, in the grammar of gitignore(5).

    `root` is the deck's folder; `source_path` the file or folder to read; `file` the `deck.toml`, or None. Without one
    nothing is written outside the output folder. `trusted` says that the user lets the deck's templates do anything.
    """

    name: str = ""
    title: str = ""
    lang: str = ""
    author: str = ""
    url: str = ""
    license: str = ""
    source_url: str = ""
    source: str = "source"
    exclude: tuple[str, ...] = ()
    outputs: tuple[Output, ...] = ("apkg", "handout")
    anki: AnkiConfig = AnkiConfig()
    print: PrintConfig = PrintConfig()
    math: MathConfig = MathConfig()
    limits: LimitsConfig = LimitsConfig()
    fetch: bool = False
    breaks: bool = False
    questions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    # not keys of the file:
    root: Path = Path()
    source_path: Path = Path()
    file: Path | None = None
    trusted: bool = False

    @property
    def own_templates(self) -> Own | None:
        """Where templates of the deck's own may lie."""
        return Own(self.root, self.trusted) if self.file else None

    def cache_folder(self, destination: Path) -> Path:
        """Where caches lie: in the deck's root, or beside the outputs where there is no `deck.toml`."""
        return (self.root if self.file else destination) / CACHE_FOLDER

    @property
    def part(self) -> str:
        """The file or folder below the root that was asked for, where that is less than the deck; else ""."""
        if not self.file or self.source_path == self.root / self.source:
            return ""
        return unicodedata.normalize("NFC", self.source_path.relative_to(self.root).as_posix())

    def lock_file(self, destination: Path) -> Path:
        """Where the lock lies: in the deck's root, or beside the outputs where there is no `deck.toml`."""
        return self.root / "deck.lock" if self.file else destination / f"{self.name}.lock"


_LARGEST = 1_000_000
_MOST = 10**12
_FARTHEST = 1000.0
"""Settings that are no whole numbers are lengths on paper, in mm and pt."""

LIMIT = "--limit "
"""How a user allows more than make-deck does."""

_LONGEST_URL = 500
"""A QR code of so many bytes can still be read from paper (version 15 with correction M holds 412, version 17 504)."""

_LONGEST_VERSION = 8
_MOST_VERSIONS = 50
"""Each of them is typeset anew."""

_NOT_KEYS = frozenset({"root", "source_path", "file", "trusted"})


def load_config(path: Path | None, given: Mapping[str, int] = MappingProxyType({})) -> Outcome[Config | None]:
    """The settings that hold for `path`, a Markdown file or a folder; without one, for the current folder.

    The deck's root is the nearest folder upwards with a `deck.toml`. A path that is not that root narrows the source.
    `given` are limits from the command line, over those of the user's own settings; a deck may lower them.
    """
    own = _own_settings(given)
    if own.value is None:
        return Outcome(None, own.diagnostics)
    return _load(path, own.value)


def user_file() -> Path:
    """The user's own settings, of all decks: `fetch` and `[limits]`."""
    from platformdirs import user_config_path

    return user_config_path("make-deck", appauthor=False) / "config.toml"


def _own_settings(given: Mapping[str, int]) -> Outcome[OwnSettings | None]:
    try:
        file = user_file()
        table = _read_toml(file) if file.exists() else {}
    except RuntimeError:  # there is no home
        table = {}
    if isinstance(table, Diagnostic):
        return Outcome(None, (table,))
    faults: list[Diagnostic] = []
    own = _read_table(OwnSettings, table, file, "", faults)
    return Outcome(None, tuple(faults)) if faults else Outcome(replace(own, limits=replace(own.limits, **given)))


def _load(path: Path | None, own: OwnSettings) -> Outcome[Config | None]:
    target = Path(os.path.abspath(path or Path()))  # noqa: PTH100 - the parents of ../notes are not those of this folder
    if not _exists(target):
        near = [entry.name for entry in list_folder(target.parent)]
        place = Span(str(path))
        return Outcome(None, (report("source-missing", place, "no such file or folder", suggest(target.name, near)),))
    home = target if target.is_dir() else target.parent
    file = next((f / "deck.toml" for f in (home, *home.parents) if (f / "deck.toml").is_file()), None)
    if file is None:
        name = shown_name(target.name if target.is_dir() else target.stem)
        return Outcome(Config(name=name, root=home, source_path=target, fetch=own.fetch, limits=own.limits))
    if file.parent != home and _is_foreign(file, home):
        hint = f"if you mean it, name its folder: {file.parent}"
        return Outcome(None, (report("config-foreign", Span(str(file)), "it belongs to another user", hint),))
    loaded = _read_file(file, own)
    if loaded.value is None:
        return loaded
    root = file.parent
    config = replace(loaded.value, root=root, file=file, name=loaded.value.name or shown_name(root.name))
    source_path = root / config.source if path is None or target == root else target
    if source_path not in (target, root) and not is_inside(source_path, root):
        message = f'"source" leads out of the deck\'s folder: "{config.source}"'
        return Outcome(None, (report("config-invalid", place_of(file, "source"), message, "put the notes below it"),))
    if not _exists(source_path):
        hint = f'create the folder, or set "source" (now "{config.source}")'
        return Outcome(None, (report("source-missing", place_of(file, "source"), f'no "{config.source}"', hint),))
    return Outcome(replace(config, source_path=source_path, trusted=(root / "templates").exists() and is_trusted(root)))


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name that is too long, a folder that may not be entered
        return False


def _is_foreign(file: Path, home: Path) -> bool:
    """Whether a `deck.toml` further up is neither the user's nor that of whoever has the notes: anybody may put one into /tmp."""
    owners = {home.stat().st_uid, os.geteuid()} if hasattr(os, "geteuid") else {file.stat().st_uid}
    return file.stat().st_uid not in owners


def _read_toml(file: Path) -> dict[str, Any] | Diagnostic:
    try:
        return tomllib.loads(read_whole(file, _LARGEST, within=file.parent).decode("utf-8-sig"))
    except RecursionError:
        return report("config-invalid", Span(file.name), "brackets stand too deep in each other")
    except OSError as error:
        return report("config-invalid", Span(file.name), f"cannot be read ({error.strerror})")
    except ValueError as error:  # tomllib lets those of int() through
        match = re.search(r"line (\d+), column (\d+)", str(error))
        line, col = (int(match[1]), int(match[2])) if match else (1, 1)
        return report("config-invalid", Span(file.name, line, col), str(error))


def _read_file(file: Path, own: OwnSettings) -> Outcome[Config | None]:
    table = _read_toml(file)
    if isinstance(table, Diagnostic):
        return Outcome(None, (table,))
    faults: list[Diagnostic] = []
    config = _read_table(Config, table, file, "", faults)
    faults.extend(_check_names(config, file))
    faults.extend(_check_addresses(config, file))
    faults.extend(_check_exclude(config, file))
    faults.extend(_check_versions(config, file))
    faults.extend(_check_permissions(config, table, own, file))
    limits = table.get("limits")
    lowered = {name: getattr(config.limits, name) for name in limits} if isinstance(limits, dict) and not faults else {}
    config = replace(config, fetch=own.fetch, limits=replace(own.limits, **lowered))
    return Outcome(None if faults else config, tuple(faults))


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


def _check_names(config: Config, file: Path) -> Iterator[Diagnostic]:
    """What is wrong with `name`, which names files, and with `lang` (BCP 47)."""
    if re.search(r'[/\\:*?"<>|\x00-\x1f]', config.name) or config.name.strip(". ") != config.name:
        message = '"name" must be a name of files, without / and the like'
        yield report("config-invalid", place_of(file, "name"), message, "the folder is chosen with -o")
    if config.lang and not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", config.lang):
        message = f'"lang" must be a language tag, not "{config.lang}"'
        yield report("config-invalid", place_of(file, "lang"), message, 'such as "zh-CN", "en" or "ja"')


def _check_versions(config: Config, file: Path) -> Iterator[Diagnostic]:
    """What is wrong with the names of the sheets of a class test."""
    if fault := misnamed_version(config.print.test.versions):
        yield report("config-invalid", place_of(file, "versions", "print.test"), f'"print.test.versions": {fault}')


def misnamed_version(names: Sequence[str]) -> str:
    """What is wrong with names of sheets, which become part of file names; "" where nothing is."""
    wrong = (n for n in names if not n.isalnum() or len(n) > _LONGEST_VERSION or n.lower() == "key")
    if (name := next(wrong, None)) is not None:
        return f'"{name}" is no name of letters and digits, such as A'
    if len({name.casefold() for name in names}) < len(names):
        return "two sheets cannot have one name"
    return f"a test has at most {_MOST_VERSIONS} sheets" if len(names) > _MOST_VERSIONS else ""


def _check_exclude(config: Config, file: Path) -> Iterator[Diagnostic]:
    """Which of `exclude` are no patterns."""
    for pattern in config.exclude:
        try:
            read_patterns([pattern])
        except ValueError:
            message = f'"exclude" has no pattern of a .gitignore in "{pattern[:_LONGEST_URL]}"'
            yield report("config-invalid", place_of(file, "exclude"), message, 'such as "Private/" or "*.draft.md"')


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


def _read_table(kind: type, table: Mapping[str, Any], file: Path, prefix: str, faults: list[Diagnostic]) -> Any:
    """An instance of the dataclass `kind` from a TOML table; what does not fit goes to `faults`."""
    hints = get_type_hints(kind)
    keys = [f.name for f in fields(kind) if f.name not in _NOT_KEYS]
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in keys:
            near = difflib.get_close_matches(key, keys, n=1)
            hint = f'did you mean "{near[0]}"?' if near else f"known here: {', '.join(keys)}"
            faults.append(report("config-unknown-key", place_of(file, key), f'unknown key "{prefix}{key}"', hint))
        elif is_dataclass(hints[key]) and isinstance(value, dict):
            values[key] = _read_table(hints[key], value, file, f"{prefix}{key}.", faults)
        elif (reason := _misfit(value, hints[key])) is not None:
            faults.append(report("config-invalid", place_of(file, key), f'"{prefix}{key}" must be {reason}'))
        else:
            values[key] = _freeze(value)
    return kind(**values)


def _misfit(value: object, hint: Any) -> str | None:
    """What a value of type `hint` must be, where `value` is none; None where it fits."""
    if get_origin(hint) is tuple:
        item = get_args(hint)[0]
        reason = None if isinstance(value, list) else "a list"
        return reason or next((f"a list of {r}" for v in value if (r := _misfit(v, item))), None)  # type: ignore[attr-defined]
    if get_origin(hint) is Literal:
        return None if value in get_args(hint) else "one of " + ", ".join(f'"{a}"' for a in get_args(hint))
    if get_origin(hint) is Mapping:
        strings = isinstance(value, dict) and all(isinstance(v, str) for v in value.values())
        return None if strings else "a table of strings"
    if hint is int:
        return None if type(value) is int and 0 < value <= _MOST else "a whole number above 0"
    if hint is float:  # no NaN is between two numbers
        return None if type(value) in (int, float) and -_FARTHEST <= value <= _FARTHEST else "a number"  # type: ignore[operator]
    if hint is bool:
        return None if isinstance(value, bool) else "true or false"
    if is_dataclass(hint):
        return "a table"
    return None if isinstance(value, str) else "a string"


def _freeze(value: object) -> object:
    if isinstance(value, list):
        return tuple(value)
    return _frozen_table(value) if isinstance(value, dict) else value


def _frozen_table(table: dict[str, object]) -> MappingProxyType[str, object]:
    return MappingProxyType(table)


copyreg.pickle(MappingProxyType, lambda table: (_frozen_table, (dict(table),)))  # settings go to other processes


def place_of(file: Path, key: str, table: str = "") -> Span:
    """Where a key stands in `deck.toml`: the line on which `key` stands (tomllib keeps no places).

    With `table`, the first one behind its header, such as `[anki]`.
    """
    pattern = re.compile(rf"^\s*(?:\[.*?\b)?(\"?){re.escape(key)}\1\s*[=\].]")
    inside = not table
    try:
        lines = read_plain(file, _LARGEST).decode().split("\n")
    except (OSError, UnicodeDecodeError):  # it changed since it was read
        lines = []
    for number, line in enumerate(lines, 1):
        inside = inside or line.strip().startswith(f"[{table}]")
        if inside and (match := pattern.search(line)):
            return Span(file.name, number, line.index(key, match.start()) + 1)
    return Span(file.name)


def with_outputs(config: Config, outputs: tuple[Output, ...]) -> Config:
    """The settings with other outputs, where any are given."""
    return replace(config, outputs=outputs) if outputs else config
