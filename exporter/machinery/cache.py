"""Bytes by digest, kept between builds.

In: what something is made of. Out: what was made of it, or None. An entry of another version of make-deck, damaged,
half-written, or not made by this user is as good as none. The folder may be deleted at any time; a build gives the same
bytes without it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache as once
from pathlib import Path
from typing import Any

from exporter import __version__
from exporter.machinery.plain_files import list_folder, read_plain, walk
from exporter.machinery.templates import PACKAGE
from exporter.machinery.whole_files import write_plain

_DIGEST_BYTES = 32
_LIMIT_BYTES = 500_000_000


class Cache:
    """A folder of entries. `Cache(None)` keeps nothing; with `read_only` nothing is written, and what is there is found.

    The folder lies in the deck, and a deck may come from strangers: an entry counts only with a digest that nobody can
    make who does not know this user's `secret`.
    """

    def __init__(self, folder: Path | None, secret: bytes | None = None, *, read_only: bool = False) -> None:
        self._folder = None if folder and folder.is_symlink() else folder
        self._read_only = read_only
        self._is_ignored = False
        self._secret = secret or (user_secret(make=not read_only) if folder else b"")

    @property
    def keeps(self) -> bool:
        """Whether anything is kept."""
        return self._folder is not None and not self._read_only

    def remember(self, kind: str, parts: tuple[object, ...], make: Callable[[], bytes]) -> bytes:
        """What `make` gives; from the folder where the same `kind` and `parts` were asked for before."""
        known = self.find(kind, parts)
        if known is not None:
            return known
        made = make()
        self.keep(kind, parts, made)
        return made

    def has(self, kind: str, parts: tuple[object, ...]) -> bool:
        """Whether there is an entry, good or bad."""
        return self._folder is not None and self._file(kind, parts).is_file()

    def find(self, kind: str, parts: tuple[object, ...]) -> bytes | None:
        """What was kept for this `kind` and `parts`."""
        if self._folder is None:
            return None
        file = self._file(kind, parts)
        try:
            data = read_plain(file, _LIMIT_BYTES)
        except OSError:
            return None
        content = data[_DIGEST_BYTES:]
        if not hmac.compare_digest(self._sign(file, content), data[:_DIGEST_BYTES]):
            return None
        if not self._read_only:
            with suppress(OSError):
                os.utime(file)  # used lately
        return content

    def keep(self, kind: str, parts: tuple[object, ...], content: bytes) -> None:
        """Keep something for the next time.

        Half an entry has the wrong digest, so it needs no temporary file that a killed build could leave. A full or
        read-only disk costs the cache, never the build.
        """
        if not self.keeps:
            return
        file = self._file(kind, parts)
        if any(place.is_symlink() for place in (file, file.parent, file.parent.parent)):
            return  # a stranger's deck may have put it there, and it leads who knows where
        try:
            self._ignore()
            write_plain(file, self._sign(file, content) + content)
        except OSError:
            with suppress(OSError):
                file.unlink(missing_ok=True)

    def _ignore(self) -> None:
        """Keep version control out of the folder, without a line in anybody's `.gitignore`."""
        if self._folder is not None and not self._is_ignored:
            self._is_ignored = True
            if not os.path.lexists(self._folder / ".gitignore"):
                write_plain(self._folder / ".gitignore", b"*\n")

    def find_json(self, kind: str, parts: tuple[object, ...]) -> Any:
        """What was kept as JSON for this `kind` and `parts`; None where there is nothing."""
        known = self.find(kind, parts)
        return None if known is None else json.loads(known.decode("utf-8", "surrogatepass"))

    def keep_json(self, kind: str, parts: tuple[object, ...], value: object) -> None:
        """Keep a value of lists, tables, texts and numbers; a tuple comes back as a list."""
        if self.keeps:
            text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
            self.keep(kind, parts, text.encode("utf-8", "surrogatepass"))

    def _file(self, kind: str, parts: tuple[object, ...]) -> Path:
        assert self._folder
        key = hashlib.sha256(
            repr((__version__, sys.version, _own_code(), kind, *parts)).encode("utf-8", "surrogatepass")
        ).hexdigest()
        return self._folder / kind / key[:2] / key[2:]

    def _sign(self, file: Path, content: bytes) -> bytes:
        """The digest of an entry in its place: one that was moved to another is none."""
        return hmac.digest(self._secret, f"{file.parent.name}{file.name}".encode() + content, "sha256")

    def trim(self, limit: int = _LIMIT_BYTES) -> None:
        """Delete the entries that were not used for longest, until the folder holds at most `limit` bytes."""
        if self._folder is None:
            return
        with suppress(OSError):  # another build trims it too, or it cannot be written: the next one does the rest
            # what lies in "push" is whole or nothing
            kinds = [kind for kind in list_folder(self._folder) if kind.name != "push" and not kind.is_symlink()]
            entries = [(file.lstat(), file) for kind in kinds for file in walk(kind, lambda _: True)]
            excess = sum(stat.st_size for stat, _ in entries) - limit
            for stat, file in sorted(entries, key=lambda entry: entry[0].st_mtime):
                if excess <= 0:
                    return
                file.unlink(missing_ok=True)
                excess -= stat.st_size


@once
def user_secret(*, make: bool = True) -> bytes:
    """What only this user knows: the bytes of `key` in the user's cache folder, which the first build makes.

    Where there is no such file, or it cannot be written, a secret that ends with this process.
    """
    from platformdirs import user_cache_path

    made = secrets.token_bytes(_DIGEST_BYTES)
    try:
        file = user_cache_path("make-deck", appauthor=False) / "key"
        known = read_plain(file) if file.exists() else b""
        if make and len(known) != _DIGEST_BYTES:
            _write_key(file, made)
            known = read_plain(file)
    except (OSError, RuntimeError):  # RuntimeError: there is no home
        return made
    return known if len(known) == _DIGEST_BYTES else made


def _write_key(file: Path, key: bytes) -> None:
    """Write a file that only this user reads, whole or not at all; of two builds that begin at once, the last one wins."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    spare = file.with_name(f"key.{os.getpid()}")
    spare.touch(mode=0o600)
    write_plain(spare, key)
    spare.replace(file)


@once
def _own_code() -> str:
    """The state of make-deck's own code in a checkout, which has many of one version; "" where it is installed."""
    if not (PACKAGE.parent / "pyproject.toml").is_file():
        return ""
    stats = [(file, file.stat()) for file in sorted(PACKAGE.rglob("*.*")) if file.suffix in (".py", ".toml", ".json")]
    state = repr([(file.name, stat.st_size, stat.st_mtime_ns) for file, stat in stats])
    return hashlib.sha256(state.encode()).hexdigest()
