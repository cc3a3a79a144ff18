"""The moment at which an edition is made: the time it gets, and the lock as it is then."""

from __future__ import annotations

import os
import time
from pathlib import Path

from exporter.machinery.plain_files import read_whole


def now() -> int:
    """The time that new notes get: `SOURCE_DATE_EPOCH` (reproducible-builds.org), else the clock, in seconds.

    Eleven digits go to the year 5138; Anki and SQLite could not keep a time of twenty.
    """
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    return int(given) if given.isdecimal() and len(given) <= 11 else int(time.time())


def lock_bytes(lock_file: Path) -> bytes | None:
    """The bytes of a lock, by which one sees whether it is still the one that an edition was planned with.

    Otherwise the edition would lose another's guids.
    """
    try:
        return read_whole(lock_file, within=lock_file.parent)
    except OSError:
        return None
