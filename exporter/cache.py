"""Bytes by digest, kept between builds.

In: what something is made of. Out: what was made of it, or None. An entry of another version of make-deck, damaged or
half-written is as good as none. The folder may be deleted at any time; a build gives the same bytes without it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from exporter import __version__

_DIGEST_BYTES = 32
_LIMIT_BYTES = 500_000_000


class Cache:
    """A folder of entries. `Cache(None)` keeps nothing."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def remember(self, kind: str, parts: tuple[object, ...], make: Callable[[], bytes]) -> bytes:
        """What `make` gives; from the folder where the same `kind` and `parts` were asked for before."""
        known = self.find(kind, parts)
        if known is not None:
            return known
        made = make()
        self.keep(kind, parts, made)
        return made

    def find(self, kind: str, parts: tuple[object, ...]) -> bytes | None:
        """What was kept for this `kind` and `parts`."""
        return _read(self._file(kind, parts)) if self._folder else None

    def keep(self, kind: str, parts: tuple[object, ...], content: bytes) -> None:
        """Keep something for the next time."""
        if self._folder:
            _write(self._file(kind, parts), content)

    def _file(self, kind: str, parts: tuple[object, ...]) -> Path:
        assert self._folder
        key = hashlib.sha256(repr((__version__, kind, *parts)).encode()).hexdigest()
        return self._folder / kind / key[:2] / key[2:]

    def trim(self, limit: int = _LIMIT_BYTES) -> None:
        """Delete the entries that were not used for longest, until the folder holds at most `limit` bytes."""
        if self._folder is None:
            return
        with suppress(OSError):  # another build trims it too, or it cannot be written: the next one does the rest
            # what lies in "push" is whole or nothing
            kinds = (kind for kind in self._folder.iterdir() if kind.name != "push")
            entries = [(f.stat(), f) for kind in kinds for f in kind.rglob("*") if f.is_file()]
            excess = sum(stat.st_size for stat, _ in entries) - limit
            for stat, file in sorted(entries, key=lambda entry: entry[0].st_mtime):
                if excess <= 0:
                    return
                file.unlink(missing_ok=True)
                excess -= stat.st_size


def _read(file: Path) -> bytes | None:
    """The content of an entry whose digest is right."""
    try:
        data = file.read_bytes()
    except OSError:
        return None
    with suppress(OSError):
        os.utime(file)  # used lately
    content = data[_DIGEST_BYTES:]
    return content if hashlib.sha256(content).digest() == data[:_DIGEST_BYTES] else None


def _write(file: Path, content: bytes) -> None:
    """Write an entry. Half of one has the wrong digest, so it needs no temporary file that a killed build could leave.

    A full or read-only disk costs the cache, never the build.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(hashlib.sha256(content).digest() + content)
    except OSError:
        with suppress(OSError):
            file.unlink(missing_ok=True)
