"""The door by which files go out: through no link, whole or not at all, also when others write at the same moment."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_PART = ".make-deck-part"
"""How the names of temporary files end. They begin with a dot, and lie beside what they become."""

_ABANDONED_S = 3600
"""Age from which a temporary file is nobody's, where builds cannot keep out of each other's way."""


def write_files(contents: Mapping[Path, bytes], *, still: Callable[[], bool] = lambda: True) -> bool:
    """Write all files beside their places, then rename each. Raises OSError, with all as it was, when one fails.

    A rename within a folder replaces the old file in one step, so that a reader sees the old bytes or the new ones. They
    are renamed in the order of `contents`: killed in between, the first are new. Nobody else writes into these folders
    meanwhile; `still` is asked then, and where it says no, nothing is written and the answer is False. What a killed
    build left behind is removed.
    """
    for place in contents:
        place.parent.mkdir(parents=True, exist_ok=True)
    folders = sorted({place.parent.resolve() for place in contents})  # one folder may have two names
    with ExitStack() as stack:
        for folder in folders:
            alone = stack.enter_context(_alone(folder))
            _sweep(folder, 0 if alone else _ABANDONED_S)
        if not still():
            return False
        staged: dict[Path, Path] = {}
        try:
            for place, data in contents.items():
                _stage(place, data, staged)
            _rename(staged)
        finally:
            for temporary in staged.values():
                temporary.unlink(missing_ok=True)
    return True


def write_plain(place: Path, data: bytes) -> None:
    """Write a file that may be lost or cut, through no link and into no pipe. Raises OSError."""
    place.parent.mkdir(parents=True, exist_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    flags |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(place, flags, 0o666), "wb") as file:
        file.write(data)


def write_copies(places: Iterable[Path], data: bytes) -> None:
    """Write a file under several names, which is one file where the drive has links. Those that it does not take are left out."""
    first: Path | None = None
    for place in places:
        with suppress(OSError, ValueError):
            place.parent.mkdir(parents=True, exist_ok=True)
            if first:
                with suppress(OSError):
                    place.hardlink_to(first)
                    continue
            write_plain(place, data)
            first = place


@contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    """Wait until no other process writes into a folder; False where the system cannot tell.

    The lock is on the folder itself, so that it leaves no file, and the system lets go of it when the process dies.
    """
    with ExitStack() as stack:
        alone = fcntl is not None
        try:
            if fcntl is not None:
                handle = os.open(folder, os.O_RDONLY)
                stack.callback(os.close, handle)
                fcntl.flock(handle, fcntl.LOCK_EX)
        except OSError:  # some network drives
            alone = False
        yield alone


def _sweep(folder: Path, age_s: float) -> None:
    """Remove what killed builds left."""
    for file in folder.glob(f".*{_PART}"):
        with suppress(OSError):
            if file.stat().st_mtime <= time.time() - age_s or not age_s:
                file.unlink()


def _stage(place: Path, data: bytes, staged: dict[Path, Path]) -> None:
    """Write a temporary file beside its place, down to the disk."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{place.name[:40]}.", suffix=_PART, dir=place.parent)
        staged[place] = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o666 & ~_umask())
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(place)) from error


def _rename(staged: Mapping[Path, Path]) -> None:
    """Put all files in their places; where one cannot be had (a PDF that is open on Windows), none."""
    former: dict[Path, Path | None] = {}
    try:
        for place, temporary in staged.items():
            former[place] = _second_name(place)
            temporary.replace(place)
    except BaseException:  # Ctrl-C too
        for place, kept in former.items():
            if kept:
                kept.replace(place)
            elif not staged[place].exists():
                place.unlink(missing_ok=True)
        raise
    finally:
        for kept in filter(None, former.values()):
            kept.unlink(missing_ok=True)


def _second_name(place: Path) -> Path | None:
    """The file that stands there under a second name; None where there is none."""
    kept = place.with_name(f".{place.name[:40]}.{os.getpid()}{_PART}")
    try:
        kept.hardlink_to(place)
    except FileNotFoundError:
        return None
    except OSError:  # a folder stands there, or the drive has no links
        shutil.copy2(place, kept)
    return kept


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
