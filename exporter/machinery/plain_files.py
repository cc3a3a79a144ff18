"""The door by which files come in: ordinary ones, inside the folder that was asked for, no larger than they may be.

In: a path that a stranger may have written, or put something under. Out: bytes, names of files, or OSError with a reason.
Nothing here waits on a pipe or reads a device, and no link leads out of a folder.
"""

from __future__ import annotations

import errno
import hashlib
import os
import signal
import stat
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import IO

_REST_S = 0.05
"""How long a file must not have been written to: to empty it and to fill it are two writes."""

_OPEN_REST_S = 1.0
"""The same where a program has it open for writing: in the middle of a save, though on a busy machine, or for hours."""

_TRIES = 40
_CHUNK = 1 << 20


class TooLargeError(OSError):
    """A file that is larger than may be read."""


def is_inside(path: Path, folder: Path) -> bool:
    """Whether a path lies in a folder with all links followed. What is no path lies nowhere."""
    try:
        return os.path.realpath(path).startswith(os.path.join(os.path.realpath(folder), ""))  # noqa: PTH118 - with its last /
    except (OSError, ValueError):  # ValueError: a null byte
        return False


def read_plain(file: Path, limit: int | None = None, *, within: Path | None = None) -> bytes:
    """The bytes of an ordinary file that lies in the folder `within`. Raises OSError, `TooLargeError` above `limit`."""
    with closing(open_plain(file, within)) as stream:
        return _read(stream, limit, file)


def read_whole(file: Path, limit: int | None = None, *, within: Path | None = None) -> bytes:
    """The same of a file that nobody is writing to.

    Whoever saves a file may empty it first and fill it then: read in between, all its questions would seem removed.
    """
    for _ in range(_TRIES):
        with closing(open_plain(file, within)) as stream:
            before = os.fstat(stream.fileno())
            age = time.time() - before.st_mtime
            if not 0 <= age < _REST_S:
                is_at_rest = not 0 <= age < _OPEN_REST_S or not _is_being_written(stream.fileno())
                data = _read(stream, limit, file)
                after = os.fstat(stream.fileno())
                if is_at_rest and (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, after.st_size):
                    return data
        time.sleep(_REST_S)
    raise OSError(errno.EBUSY, "it is being written to", str(file))


def _is_being_written(descriptor: int) -> bool:
    """Whether any program has the file open for writing: then Linux gives no lease to read it. False where none can say."""
    if sys.platform != "linux":
        return False
    import fcntl

    try:
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)  # who wants to write meanwhile: a signal that is ignored
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN  # else the file is another user's, or its disk knows no leases
    return False


def digest_of(file: Path) -> tuple[str, int]:
    """The SHA-256 of an ordinary file, which may be large, and its size in bytes. Raises OSError."""
    digest, size = hashlib.sha256(), 0
    with closing(open_plain(file)) as stream:
        while data := stream.read(_CHUNK):
            digest.update(data)
            size += len(data)
    return digest.hexdigest(), size


def list_folder(folder: Path) -> list[Path]:
    """What lies in a folder, in the order of names; nothing where it cannot be read."""
    try:
        return sorted(folder.iterdir())
    except (OSError, ValueError):  # ValueError: a null byte
        return []


def walk(folder: Path, enters: Callable[[Path], bool], *, whole: bool = False) -> Iterator[Path]:
    """The files below a folder, links too, but none below a linked folder or one that `enters` says no to.

    A folder that cannot be listed has none; `whole` raises OSError for it, where it is there at all.
    """
    for place, names, files in os.walk(folder, onerror=_unlisted if whole else None):
        here = Path(place)
        names[:] = [name for name in names if enters(here / name)]
        yield from (here / name for name in files)


def _unlisted(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error


def folders_below(folder: Path) -> Iterator[Path]:
    """A folder and those in it."""
    return (Path(place) for place, _, _ in os.walk(folder))


def _read(stream: IO[bytes], limit: int | None, file: Path) -> bytes:
    if limit is None:
        return stream.read()
    too_large = os.fstat(stream.fileno()).st_size > limit
    data = b"" if too_large else stream.read(limit + 1)
    if too_large or len(data) > limit:
        raise TooLargeError(errno.EFBIG, f"it is larger than {limit:,} bytes", str(file))
    return data


def open_plain(file: Path, within: Path | None = None) -> IO[bytes]:
    """An ordinary file that lies in the folder `within`, to be closed. Raises OSError."""
    if within is not None and not is_inside(file, within):
        raise OSError(errno.EXDEV, "it leads out of the folder", str(file))
    try:
        handle = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except ValueError as error:  # a null byte
        raise OSError(errno.EINVAL, "no name of a file", str(file)) from error
    stream = os.fdopen(handle, "rb")
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        stream.close()
        raise OSError(errno.EINVAL, "no ordinary file", str(file))
    return stream
