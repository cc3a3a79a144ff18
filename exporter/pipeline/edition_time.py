"""The moment at which an edition is made: the time it gets, and the lock as it is then."""

from __future__ import annotations

import os
import time
from pathlib import Path

from exporter.editions.identity import read_lock
from exporter.machinery.plain_files import read_whole


def now(lock_file: Path) -> int:
    """The time that new and changed notes get: `SOURCE_DATE_EPOCH` (reproducible-builds.org), else the clock, in seconds.

    An epoch that is no later than the last change in the lock cannot be the time of the next one: a reader who tagged a
    note since then would never get its correction. So the clock dates it, once; with that lock, the bytes are the same.
    Eleven digits go to the year 5138; Anki and SQLite could not keep a time of twenty.
    """
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    if given.isdecimal() and len(given) <= 11 and int(given) > read_lock(lock_file, lock_file.name).value.mod:
        return int(given)
    return int(time.time())


def lock_bytes(lock_file: Path) -> bytes | None:
    """The bytes of a lock, by which one sees whether it is still the one that an edition was planned with.

    Otherwise the edition would lose another's guids.
    """
    try:
        return read_whole(lock_file, within=lock_file.parent)
    except OSError:
        return None
