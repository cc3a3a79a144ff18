"""What readers may have already, where the lock says less.

After `git revert` of an edition, or a merge that took the older side, notes would go out with a `mod` that Anki ignores,
and the withdrawn text would stay for good.

In: the lock file. Out: the latest `mod` of each note in the locks that git has, and in the last lock that was built here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from exporter.editions.identity import Lock
from exporter.editions.identity.lock import LATEST
from exporter.machinery.cache import Cache
from exporter.machinery.git import GitError, commits_of, read_blobs, sizes_of, top_of

_KIND = "published"
_COMMITS = 40
_MOST_BYTES = 40_000_000
_ENTRY = re.compile(rb'^\{"guid": "([^"]+)".*?"digest": "[0-9a-f]*", "mod": (\d{1,12})\b', re.MULTILINE)

_RELEASED = re.compile(rb'^"released": \[\d{1,12}, (\d{1,12})\],$', re.MULTILINE)


def latest_mods(lock_file: Path, cache: Cache) -> Mapping[str, int]:
    """The latest `mod` (seconds since 1970) of each note that went out, as far as git and the last build know.

    Where an author releases, that is what was released; else every lock that was committed or built here.
    """
    mods: dict[str, int] = {}
    for data in _committed(lock_file):
        released = _RELEASED.search(data)
        latest = min(int(released[1]), LATEST) if released else LATEST  # what was written later was a draft
        for guid, mod in _ENTRY.findall(data):
            name = guid.decode(errors="replace")
            if (seconds := int(mod)) <= latest:
                mods[name] = max(mods.get(name, 0), seconds)
    known = cache.find_json(_KIND, (str(lock_file),))
    for guid, mod in (known or {}).items():
        mods[guid] = max(mods.get(guid, 0), mod)
    return mods


def remember_mods(lock: Lock, lock_file: Path, cache: Cache) -> None:
    """Keep the `mod` of each note for the next build."""
    if lock.released and lock.mod > lock.released_at:  # a draft, which nobody has
        return
    cache.keep_json(_KIND, (str(lock_file),), {entry.guid: entry.mod for entry in lock.notes})


def _committed(lock_file: Path) -> Iterator[bytes]:
    """The last states of a lock in git, the newest first; none where there is no git."""
    if top_of(lock_file.parent) is None:
        return
    folder = lock_file.parent
    try:
        names = [f"{commit}:./{lock_file.name}" for commit in commits_of(lock_file, _COMMITS)]
        wanted: list[tuple[str, int]] = []
        left = _MOST_BYTES
        for name, size in zip(names, sizes_of(folder, names) if names else (), strict=True):
            if size is None:  # the commit that removed it
                continue
            left -= size  # a file of zeros is small in git, and large outside
            if left < 0:
                break
            wanted.append((name, size))
        yield from read_blobs(folder, wanted)
    except GitError:
        return
