"""Two locks of one deck become one: three files that git hands to its merge driver, or the three sides of a conflict.

In: files, or a lock that git could not merge. Out: the merged lock in the place of ours; nothing where one is damaged.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from exporter.diagnostics import Diagnostic, Outcome, failed, report
from exporter.editions.identity import Lock, render_lock
from exporter.editions.identity.lock_reader import parse_lock
from exporter.editions.merge import merge_locks
from exporter.machinery.git import GitError, read_blobs, sizes_of, top_of
from exporter.machinery.plain_files import read_plain
from exporter.machinery.whole_files import write_files
from exporter.pipeline.faults import unwritable
from exporter.source import Span

_LARGEST = 200_000_000
"""Bytes of the sides together: a note takes about 300."""
_SIDES = ("base", "ours", "theirs")


def merge_files(base: Path, ours: Path, theirs: Path) -> Outcome[int]:
    """Merge what git's merge driver gets as %O, %A and %B into the second of them; how many notes it has then."""
    contents: list[bytes] = []
    for file in (base, ours, theirs):
        try:
            contents.append(read_plain(file, _LARGEST))
        except OSError as error:
            hint = "git gives them as %O, %A and %B"
            return Outcome(0, (report("lock-unmerged", Span(str(file)), error.strerror or str(error), hint),))
    return _merge(contents, ours)


def merge_conflict(lock_file: Path) -> Outcome[int]:
    """Settle a merge that git left open, from the three sides that its index has; how many notes the lock has then."""
    hint = (
        'it is for a merge with a conflict in this file; "make-deck merge-lock --help" says how git does it by itself'
    )
    if top_of(lock_file.parent) is None:
        return Outcome(0, (report("lock-unmerged", Span(lock_file.name), "no git repository is around it", hint),))
    names = [f":{stage}:./{lock_file.name}" for stage in (1, 2, 3)]
    try:
        sizes = sizes_of(lock_file.parent, names)
        found = [(name, size) for name, size in zip(names, sizes, strict=True) if size is not None]
        if sum(size for _, size in found) > _LARGEST:
            message = f"its sides have more than {_LARGEST:,} bytes"
            return Outcome(0, (report("lock-unmerged", Span(lock_file.name), message, "no lock is as large"),))
        blobs = dict(zip((name for name, _ in found), read_blobs(lock_file.parent, found), strict=True))
    except GitError as error:
        return Outcome(0, (report("lock-unmerged", Span(lock_file.name), f"git cannot be asked: {error}", hint),))
    if not {names[1], names[2]} <= blobs.keys():
        return Outcome(0, (report("lock-unmerged", Span(lock_file.name), "git has no conflict in it", hint),))
    return _merge([blobs.get(name, b"") for name in names], lock_file)


def _merge(contents: Sequence[bytes], place: Path) -> Outcome[int]:
    locks: list[Lock] = []
    diagnostics: list[Diagnostic] = []
    for side, data in zip(_SIDES, contents, strict=True):
        # git has no base where both sides began the file; a side without a word would take every note away
        is_begun = side == "base" and not data.strip()
        read = Outcome(Lock()) if is_begun else parse_lock(data, f"deck.lock ({side})")
        locks.append(read.value)
        diagnostics.extend(read.diagnostics)
    if failed(diagnostics):
        return Outcome(0, tuple(diagnostics))
    merged = merge_locks(*locks)
    try:
        write_files({place: render_lock(merged).encode()})
    except OSError as error:
        return Outcome(0, (unwritable(error, place.parent),))
    return Outcome(len(merged.notes))
