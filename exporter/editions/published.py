"""What readers may have already, where the lock says less.

After `git revert` of an edition, or a merge that took the older side, notes would go out with a `mod` that Anki ignores,
and the withdrawn text would stay for good.

In: the lock file. Out: the latest `mod` of each note in the locks that git has, and in the last lock that was built here.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from exporter.editions.identity import Lock
from exporter.editions.identity.lock import LATEST
from exporter.machinery.cache import Cache

_KIND = "published"
_COMMITS = 40
_MOST_BYTES = 40_000_000
_SECONDS = 10
_ENTRY = re.compile(rb'^\{"guid": "([^"]+)".*?"digest": "[0-9a-f]*", "mod": (\d{1,12})\b', re.MULTILINE)

_PLUMBING = ("git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "protocol.allow=never")
"""Git as far as it only reads objects: what a repository's own settings could start stays off."""

_QUIET = {"GIT_ALLOW_PROTOCOL": "", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"}
"""A missing object is fetched from nowhere. A repository can allow itself any protocol but for `GIT_ALLOW_PROTOCOL`, and
no git before 2.45 knows `GIT_NO_LAZY_FETCH`: a remote's `uploadpack` would be a command that runs here."""


def latest_mods(lock_file: Path, cache: Cache) -> Mapping[str, int]:
    """The latest `mod` (seconds since 1970) of each note that was ever built or committed."""
    mods: dict[str, int] = {}
    for data in _committed(lock_file):
        for guid, mod in _ENTRY.findall(data):
            name = guid.decode(errors="replace")
            if (seconds := int(mod)) <= LATEST:
                mods[name] = max(mods.get(name, 0), seconds)
    known = cache.find_json(_KIND, (str(lock_file),))
    for guid, mod in (known or {}).items():
        mods[guid] = max(mods.get(guid, 0), mod)
    return mods


def remember_mods(lock: Lock, lock_file: Path, cache: Cache) -> None:
    """Keep the `mod` of each note for the next build."""
    cache.keep_json(_KIND, (str(lock_file),), {entry.guid: entry.mod for entry in lock.notes})


def _committed(lock_file: Path) -> Iterable[bytes]:
    """The last states of a lock in git, the newest first; none where there is no git."""
    if not any((folder / ".git").exists() for folder in lock_file.absolute().parents):
        return
    listed = _git(lock_file, "rev-list", f"--max-count={_COMMITS}", "HEAD", "--", lock_file.name)
    left = _MOST_BYTES
    for commit in listed.decode("ascii", "replace").split():
        name = f"{commit}:./{lock_file.name}"
        size = _git(lock_file, "cat-file", "-s", name).strip()  # a file of zeros is small in git, and large outside
        if not size.isdigit() or len(size) > len(str(left)) or (left := left - int(size)) < 0:
            return
        yield _git(lock_file, "cat-file", "blob", name)


def _git(lock_file: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(
            [*_PLUMBING, *arguments],
            cwd=lock_file.parent,
            env={**os.environ, **_QUIET},
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return b""
    return done.stdout if done.returncode == 0 else b""
