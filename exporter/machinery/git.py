"""Git as far as it only reads objects: what a repository's own settings could start stays off.

In: a folder, and names of commits and files. Out: bytes, or `GitError` with a reason. A repository may be a stranger's:
it can name programs for file monitors, filters, remotes and hooks in its settings, and none of them runs here. Nothing is
written, a missing object is fetched from nowhere, and a `.git` that leads into another repository is not followed.
"""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

from exporter.machinery.own_repository import why_foreign

_SECONDS, _SECONDS_TO_BEGIN = 20, 5
_MOST_LISTED = 20_000_000
"""Bytes of names: a hundred thousand files."""
_AT_ONCE = 50_000_000
"""Bytes of objects that are held in memory."""

_PLUMBING = (
    "git", "--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "protocol.allow=never",
    "-c", "safe.bareRepository=explicit",
)  # fmt: skip

_QUIET = {"GIT_ALLOW_PROTOCOL": "", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"}
"""A repository can allow itself any protocol but for `GIT_ALLOW_PROTOCOL`, and no git before 2.45 knows
`GIT_NO_LAZY_FETCH`: a remote's `uploadpack` would be a command that runs here."""

_ELSEWHERE = frozenset(
    {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE"}
)  # fmt: skip
"""What git says to its hooks, of the repository in which one runs."""


class GitError(Exception):
    """Git has no answer; the message says why, and `hint` what helps where that is known."""

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(reason)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Blob:
    """A file of a commit: its path below the folder that was asked for, its object, its size in bytes."""

    path: str
    object: str
    size: int


def top_of(folder: Path) -> Path | None:
    """The folder of the repository around a folder; None where there is none."""
    folder = folder.absolute()
    return next((above for above in (folder, *folder.parents) if (above / ".git").exists()), None)


def folder_of(folder: Path) -> str:
    """The path of a folder from the root of the repository around it, with `/`; "" for that root, or where there is none."""
    top = top_of(folder)
    path = folder.absolute().relative_to(top).as_posix() if top else "."
    return "" if path == "." else path


def main_branch(folder: Path) -> str:
    """The branch that a repository publishes from: the remote's, else the one that is checked out, else "main"."""
    for name in ("refs/remotes/origin/HEAD", "HEAD"):
        with suppress(GitError):
            return (
                _git(folder, "symbolic-ref", "--short", name).decode(errors="replace").strip().removeprefix("origin/")
            )
    return "main"


def is_shallow(folder: Path) -> bool:
    """Whether a clone has only the last commits."""
    try:
        return _git(folder, "rev-parse", "--is-shallow-repository").strip() == b"true"
    except GitError:
        return False


def find_commit(folder: Path, revision: str) -> str:
    """The commit that a revision names, as git understands names."""
    if not revision.strip() or any(char in revision for char in "\n\r\0"):
        raise GitError("that is no name of a revision")
    found = _git(folder, "cat-file", "--batch-check", given=f"{revision}^{{commit}}\n").split()
    if len(found) != 3 or found[1] != b"commit":
        raise GitError("ambiguous" if found[-1:] == [b"ambiguous"] else "no such revision")
    return found[0].decode()


def commits_of(file: Path, most: int) -> list[str]:
    """The last commits that changed a file, the newest first, on all sides of every merge, one that is under way too."""
    heads = ["HEAD"]
    with suppress(GitError):
        heads.append(find_commit(file.parent, "MERGE_HEAD"))
    arguments = ("--full-history", f"--max-count={most}", *heads, "--", file.name)
    return _git(file.parent, "rev-list", *arguments).decode("ascii", "replace").split()


def files_of(folder: Path, commit: str) -> list[Blob]:
    """The ordinary files of a commit below a folder; no links, and no names that lead out of it."""
    blobs = []
    for line in _listing(folder, commit).decode("utf-8", "surrogateescape").split("\0"):
        about, _, path = line.partition("\t")
        mode, kind, name, size = about.split() if about else ("",) * 4
        if kind == "blob" and mode in ("100644", "100755") and size.isdecimal() and _is_below(path):
            blobs.append(Blob(path, name, int(size)))
    return blobs


def _is_below(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return (
        bool(parts)
        and not path.startswith("/")
        and not any(part in ("..", ".git") or set(part) & set("\\:") for part in parts)
    )


def stored_size(folder: Path) -> int:
    """How many bytes the objects of a repository take on its disk."""
    lines = _git(folder, "count-objects", "-v").decode("ascii", "replace").splitlines()
    sizes = dict(line.split(": ", 1) for line in lines if ": " in line)
    return 1024 * (int(sizes["size"]) + int(sizes["size-pack"]))


def sizes_of(folder: Path, names: Sequence[str]) -> list[int | None]:
    """The sizes of files in bytes, by names such as `<commit>:./<path>`; None for what is none."""
    answers = _git(folder, "cat-file", "--batch-check", given="".join(f"{name}\n" for name in names)).splitlines()
    fields = [answer.rsplit(b" ", 2) for answer in answers]
    return [int(field[2]) if len(field) == 3 and field[1] == b"blob" else None for field in fields]


def read_blobs(folder: Path, blobs: Iterable[tuple[str, int]]) -> Iterator[bytes]:
    """The bytes of files, by their names and sizes, in one process for many."""
    names: list[str] = []
    size = 0
    for name, more in blobs:
        if names and size + more > _AT_ONCE:
            yield from _read_batch(folder, names)
            names, size = [], 0
        names.append(name)
        size += more
    if names:
        yield from _read_batch(folder, names)


def _read_batch(folder: Path, names: Sequence[str]) -> Iterator[bytes]:
    answer = _git(folder, "cat-file", "--batch", given="".join(f"{name}\n" for name in names))
    place = 0
    for name in names:
        end = answer.find(b"\n", place)
        head = answer[place:end].rsplit(b" ", 2)
        if end < 0 or len(head) != 3 or head[1] != b"blob":
            raise GitError(f"{name} cannot be read")
        size = int(head[2])
        yield answer[end + 1 : end + 1 + size]
        place = end + 1 + size + 1


def _listing(folder: Path, commit: str) -> bytes:
    """What lies in a commit, as far as that is a deck: a tree that holds itself ten times, and so on, has files without end."""
    _be_allowed(folder)
    command = [*_PLUMBING, "ls-tree", "-r", "-l", "-z", commit]
    with subprocess.Popen(
        command, cwd=folder, env=_environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as git:
        late = threading.Timer(_SECONDS, git.kill)
        late.start()
        try:
            assert git.stdout
            found = git.stdout.read(_MOST_LISTED + 1)
        finally:
            late.cancel()
            git.kill()
    if len(found) > _MOST_LISTED:
        raise GitError("it holds more files than a deck has")
    return found


@cache
def _refusal(folder: Path) -> tuple[str, str] | None:
    """Why nothing is asked of a repository, and a hint.

    Its settings may include a pipe, in which nobody writes; and it may be another one than that of the folder.
    """
    command = [*_PLUMBING, "rev-parse", "--absolute-git-dir"]
    try:
        done = subprocess.run(
            command, cwd=folder, env=_environment(), capture_output=True, timeout=_SECONDS_TO_BEGIN, check=False
        )
    except FileNotFoundError:
        return "git is not installed", ""
    except (OSError, subprocess.TimeoutExpired):
        return "git does not answer", ""
    if done.returncode:  # it says why itself when it is asked for more
        return None
    return why_foreign(folder, Path(os.path.realpath(os.fsdecode(done.stdout.removesuffix(b"\n")))))


def _be_allowed(folder: Path) -> None:
    if refusal := _refusal(folder.absolute()):
        raise GitError(*refusal)


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in _ELSEWHERE} | _QUIET


def _git(folder: Path, *arguments: str, given: str = "") -> bytes:
    _be_allowed(folder)
    try:
        done = subprocess.run(
            [*_PLUMBING, *arguments],
            cwd=folder,
            env=_environment(),
            input=given.encode(errors="surrogateescape"),
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise GitError("git does not answer") from error
    if done.returncode:
        raise GitError(done.stderr.decode(errors="replace").strip().partition("\n")[0] or "git failed")
    return done.stdout
