"""Whether a repository is the one in which a folder lies: its objects are read then, and those of no other.

In: a folder, and the git directory that git found for it. Out: why it is another's, and what helps. An unpacked archive
may hold a `.git` that leads to any repository of this machine, or objects that lie in one: what is read there would be
shown as the deck's own. All of it is plain text and names (gitrepository-layout), so git itself is not asked.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

from exporter.machinery.plain_files import folders_below, is_inside, list_folder, read_plain

_LONGEST = 1_000_000
"""Bytes of settings, and of what names a folder."""

_WORK_TREE = re.compile(r"^[ \t]*+worktree[ \t]*+=(.*)$", re.MULTILINE | re.IGNORECASE)


def why_foreign(folder: Path, found: Path) -> tuple[str, str] | None:
    """What is wrong with the git directory `found`, with all links followed, and a hint; None where it is the folder's own."""
    real = Path(os.path.realpath(folder))
    link = next((above / ".git" for above in (real, *real.parents) if _leads_to(above / ".git") == found), None)
    if link is None or not (is_inside(found, link.parent) or _points_back(found, link)):
        hint = (
            'of a moved worktree or submodule: "git worktree repair", "git submodule update --init"; else a clone of it'
        )
        return "its .git leads to a repository elsewhere, which does not know this folder", hint
    common = _common(found)
    if common not in (found, found.parent.parent if found.parent.name == "worktrees" else found):
        return "its .git has its objects in a repository elsewhere", "make a clone of that one"
    if _borrows(common):
        return (
            "it borrows objects from elsewhere",
            '"git repack -a -d" fetches them, then delete .git/objects/info/alternates',
        )
    return None


def _leads_to(link: Path) -> Path | None:
    """The folder that a `.git` is, or names; None where there is none."""
    if link.is_dir():
        return Path(os.path.realpath(link))
    named = _text(link)
    return _real(link.parent, named.removeprefix("gitdir:").strip()) if named.startswith("gitdir:") else None


def _points_back(found: Path, link: Path) -> bool:
    """Whether a git directory knows the folder: a worktree by the file `gitdir`, a submodule by `core.worktree`."""
    if named := _text(found / "gitdir").strip():
        return _real(found, named) == Path(os.path.realpath(link))
    return any(
        _real(found, named.strip(' \t\r"')) == link.parent for named in _WORK_TREE.findall(_text(found / "config"))
    )


def _common(found: Path) -> Path:
    """The git directory that has the objects: for a worktree that of its repository."""
    named = _text(found / "commondir").strip()
    return _real(found, named) if named else found


def _borrows(common: Path) -> bool:
    """Whether objects lie elsewhere: by a list of other folders, or by links."""
    objects = common / "objects"
    lists = (objects / "info" / "alternates", objects / "info" / "http-alternates")
    if any(os.path.lexists(file) and _text(file, "elsewhere").strip() for file in lists):
        return True
    entries = (entry for folder in folders_below(objects) for entry in (folder, *list_folder(folder)))
    return any(entry.is_symlink() and not is_inside(entry, common) for entry in entries)


def _real(base: Path, named: str) -> Path:
    return Path(os.path.realpath(base / named.replace("\0", "")))


def _text(file: Path, unread: str = "") -> str:
    """What stands in a file, `unread` where it is none that can be read."""
    with suppress(OSError):
        return os.fsdecode(read_plain(file, _LONGEST))
    return unread
