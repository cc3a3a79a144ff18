"""What the last build was made of and what it made, so that a build of the same again is done at once.

In: settings, and the deck's folder. Out: the former `Outcome`, where every file in the folder, every output and
make-deck itself are what they were; else None. What is only told of the notes is told again in the same way. Files are
told apart by size, time and inode, as git does; a file that was written shortly before the last build or since is not
trusted, since times are coarse.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from exporter.config import Config
from exporter.diagnostics import Outcome, failed, read_record, write_record
from exporter.machinery.cache import Cache
from exporter.machinery.libraries import library_versions
from exporter.machinery.plain_files import digest_of
from exporter.machinery.templates import PACKAGE, template_folders

T = TypeVar("T")

_KIND = "receipts"
_COARSE_NS = 2_000_000_000
"""The coarsest clock of a file system in use: FAT's."""

_MOST_FILES = 20_000
"""In a folder with more, looking at all of them is no shortcut."""

_NOT_READ = frozenset({".make-deck", ".git", "__pycache__"})

_PASSING = frozenset({"pango-missing", "print-broken", "glyph-missing", "file-changed"})
"""What may be otherwise next time though no file of the deck changed."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a build made: the files by output, and what its summary counts. `stays_out` counts files in no output.

    `unchanged` says that nothing was made, because all of it was there; `edition` what readers of the last one will see.
    """

    files: Mapping[str, Path] = field(default_factory=dict)
    cards: int = 0
    images: int = 0
    pages: int = 0
    stays_out: int = 0
    unchanged: bool = False
    edition: str = ""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a build is made of: the call, a digest of all files, and when the youngest was written (ns since 1970)."""

    call: str
    digest: str
    newest: int
    lock_file: Path


def make_unless_made(
    config: Config, destination: Path, options: tuple[object, ...], make: Callable[[], Outcome[Built]]
) -> Outcome[Built]:
    """What the last build made and said, where all is as it was then; else what `make` makes. `options` are those of the call."""
    if config.fetch:
        return make()
    began = time.time_ns()
    cache = Cache(config.cache_folder(destination))
    inputs = survey(config, destination, *options)
    if inputs is None:
        return make()
    known = _find_receipt(cache, inputs)
    if known.value:
        return Outcome(known.value, known.diagnostics)
    made = make()
    if not failed(made.diagnostics):
        _keep_receipt(cache, inputs, began, made)
    return made


def tell_unless_told(
    config: Config, destination: Path, options: tuple[object, ...], cache: Cache, tell: Callable[[], T]
) -> T:
    """What was told of the notes the last time, where all is as it was then; else what `tell` tells: anything that JSON has."""
    began = time.time_ns()
    inputs = survey(config, destination, *options)
    if inputs is None:
        return tell()
    known = cache.find_json(_KIND, (inputs.call,))
    try:
        if known and _is_as_then(known, inputs):
            told: T = known["told"]
            return told
    except (OSError, ValueError, KeyError, TypeError):
        pass
    told = tell()
    record = {"inputs": inputs.digest, "began": began, "lock": _digest(inputs.lock_file), "told": told}
    cache.keep_json(_KIND, (inputs.call,), record)
    return told


def survey(config: Config, destination: Path, *options: object) -> Inputs | None:
    """The deck's folder and all that a build depends on beside it; None for a folder of too many files.

    `options` are those of the call.
    """
    call = repr((config, destination, options, os.environ.get("SOURCE_DATE_EPOCH"), library_versions(), _fonts(config)))
    digest = hashlib.sha256(call.encode())
    newest = 0
    lock_file = config.lock_file(destination)
    for folder in (PACKAGE, *template_folders(None), config.root):
        for count, (entry, stat) in enumerate(_files(folder, destination)):
            if count > _MOST_FILES:
                return None
            if Path(entry.path) != lock_file:
                line = f"{entry.path}\0{stat.st_size}\0{stat.st_mtime_ns}\0{stat.st_ino}\n"
                digest.update(line.encode(errors="surrogatepass"))
                newest = max(newest, stat.st_mtime_ns)
    return Inputs(call, digest.hexdigest(), newest, lock_file)


def _fonts(config: Config) -> tuple[object, ...]:
    """The fonts of this machine, where the deck names any: asking for them takes a moment."""
    if not (config.print.fonts or config.print.heading_fonts):
        return ()
    from exporter.print.fonts import installed_fonts

    return tuple(installed_fonts())


def _files(folder: Path, without: Path) -> Iterator[tuple[os.DirEntry[str], os.stat_result]]:
    """Every file below a folder, but those of make-deck, Git and Python."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.name in _NOT_READ or Path(entry.path) == without:
            continue
        try:
            if entry.is_dir(follow_symlinks=False):
                yield from _files(Path(entry.path), without)
            else:
                yield entry, entry.stat()
        except OSError:
            continue


def _find_receipt(cache: Cache, inputs: Inputs) -> Outcome[Built | None]:
    """What the last build made and said, where it would be the same again."""
    try:
        known = cache.find_json(_KIND, (inputs.call,)) or {}
        if not _is_as_then(known, inputs):
            return Outcome(None)
        files = {key: Path(path) for key, (path, _) in known["files"].items()}
        if any(_stamp(Path(path)) != stamp for path, stamp in known["files"].values()):
            return Outcome(None)
        said = tuple(map(read_record, known["said"]))
        cards, images, pages, out = known["counts"]
        return Outcome(Built(files, cards, images, pages, out, unchanged=True), said)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Outcome(None)


def _is_as_then(known: Mapping[str, Any], inputs: Inputs) -> bool:
    same: bool = known["inputs"] == inputs.digest and inputs.newest < known["began"] - _COARSE_NS
    return same and bool(known["lock"] == _digest(inputs.lock_file))


def _keep_receipt(cache: Cache, inputs: Inputs, began: int, made: Outcome[Built]) -> None:
    """Keep what a build that began then (ns since 1970) made and said."""
    if any(diagnostic.code in _PASSING for diagnostic in made.diagnostics):
        return
    built = made.value
    known = {
        "inputs": inputs.digest,
        "began": began,
        "lock": _digest(inputs.lock_file),
        "files": {key: [str(path), _stamp(path)] for key, path in built.files.items()},
        "counts": [built.cards, built.images, built.pages, built.stays_out],
        "said": [*map(write_record, made.diagnostics)],
    }
    cache.keep_json(_KIND, (inputs.call,), known)


def _stamp(file: Path) -> list[int]:
    stat = file.stat()
    return [stat.st_size, stat.st_mtime_ns, stat.st_ino]


def _digest(file: Path) -> str:
    try:
        return digest_of(file)[0]
    except OSError:
        return ""
