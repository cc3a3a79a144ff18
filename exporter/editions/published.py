"""What readers may have already, where the lock says less.

After `git revert` of an edition, or a merge that took the older side, notes would go out with a `mod` that Anki ignores,
and the withdrawn text would stay for good.

In: the lock file. Out: the latest `mod` of each note, and the last edition, in the locks that git has and in the last lock
that was built here; or why git does not have them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from exporter.editions.identity import Lock
from exporter.editions.identity.lock import LATEST
from exporter.machinery.cache import Cache
from exporter.machinery.git import GitError, commits_of, find_commit, is_shallow, read_blobs, sizes_of, top_of

_KIND = "published"
_COMMITS = 40
_MOST_BYTES = 40_000_000
_ENTRY = re.compile(rb'^\{"guid": "([^"]+)".*?"digest": "[0-9a-f]*", "mod": (\d{1,12})\b', re.MULTILINE)

_RELEASED = re.compile(rb'^"released": \[(\d{1,12}), (\d{1,12})\],$', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Published:
    """What went out: the latest `mod` of each note, and the last edition with its date (seconds since 1970, all of them)."""

    mods: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    released: int = 0
    released_at: int = 0

    def carry(self, lock: Lock) -> Lock:
        """A lock that went back, with the number of the last edition: a number is given once."""
        if self.released <= lock.released:
            return lock
        return replace(lock, released=self.released, released_at=max(self.released_at, lock.released_at))


def find_published(lock_file: Path, cache: Cache) -> Published:
    """What went out, as far as git and the last build know.

    Where an author releases, that is what was released; else every lock that was committed or built here.
    """
    known = cache.find_json(_KIND, (str(lock_file),)) or {}
    mods: dict[str, int] = dict(known.get("mods", {}))
    last = tuple(known.get("released", (0, 0)))
    for data in _committed(lock_file):
        released = _RELEASED.search(data)
        edition, at = (min(int(number), LATEST) for number in released.groups()) if released else (0, LATEST)
        last = max(last, (edition, at)) if edition else last
        for guid, mod in _ENTRY.findall(data):
            name = guid.decode(errors="replace")
            if (seconds := int(mod)) <= at:  # what was written later was a draft
                mods[name] = max(mods.get(name, 0), seconds)
    return Published(mods, *last)


def remember_published(lock: Lock, lock_file: Path, cache: Cache) -> None:
    """Keep what went out for the next build."""
    if lock.released and lock.mod > lock.released_at:  # a draft, which nobody has
        return
    known = {"mods": {entry.guid: entry.mod for entry in lock.notes}, "released": [lock.released, lock.released_at]}
    cache.keep_json(_KIND, (str(lock_file),), known)


def why_forgotten(lock_file: Path) -> tuple[str, str] | None:
    """Why a clone cannot tell what went out before, and what helps; None where it can, or where no git is."""
    folder = lock_file.parent
    if top_of(folder) is None:
        return None
    if is_shallow(folder):
        return "this clone has only the last commits", '"git fetch --unshallow", or fetch-depth: 0 in a workflow'
    try:
        find_commit(folder, "HEAD")
    except GitError as error:  # without a hint: nothing was ever committed
        return (f"git does not read this clone, as {error}", error.hint) if error.hint else None
    try:
        _states(lock_file)
    except GitError:
        return "this clone lacks older files", '"git fetch --refetch --no-filter" brings them'
    return None


def _states(lock_file: Path) -> list[tuple[str, int | None]]:
    """The names of a lock's last states in git, the newest first, with their sizes in bytes. Raises GitError."""
    names = [f"{commit}:./{lock_file.name}" for commit in commits_of(lock_file, _COMMITS)]
    return list(zip(names, sizes_of(lock_file.parent, names) if names else (), strict=True))


def _committed(lock_file: Path) -> Iterator[bytes]:
    """The last states of a lock in git, the newest first; none where there is no git."""
    if top_of(lock_file.parent) is None:
        return
    folder = lock_file.parent
    try:
        wanted: list[tuple[str, int]] = []
        left = _MOST_BYTES
        for name, size in _states(lock_file):
            if size is None:  # the commit that removed it
                continue
            left -= size  # a file of zeros is small in git, and large outside
            if left < 0:
                break
            wanted.append((name, size))
        yield from read_blobs(folder, wanted)
    except GitError:
        return
