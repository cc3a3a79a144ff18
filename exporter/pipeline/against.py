"""What changes between a revision in git and the notes as they are now.

In: settings, and the name of a revision. Out: what a build there would have known of its notes, and `Changes` against it.
The lock of a revision may be behind its notes, where somebody without make-deck wrote them; so the notes of both sides are
read. Nothing of the repository runs, and nothing is written but into a temporary folder that is gone afterwards.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from exporter.config import Config, load_config, one_deck
from exporter.diagnostics import Diagnostic, Outcome, failed, report
from exporter.editions.changes import Changes, compare
from exporter.editions.edition import Edition, plan_after
from exporter.editions.identity import How, Lock, Matching
from exporter.editions.identity.lock_reader import parse_lock
from exporter.machinery.cache import Cache
from exporter.machinery.git import GitError, files_of, find_commit, is_shallow, read_blobs, stored_size, top_of
from exporter.machinery.plain_files import read_plain
from exporter.machinery.whole_files import write_copies
from exporter.pipeline.book import kept_sources, read_book
from exporter.pipeline.edition_time import now
from exporter.pipeline.held_rules import as_published

_MOST_BYTES = 2_000_000_000
_PACKED, _ANYWAY = 50, 100_000_000
"""Bytes that come out for each byte that git stores, and for any repository: zeros pack a thousand times, notes ten times."""
_NOTES_PACKED, _NOTES_ANYWAY = 10, 5_000_000
"""The same for notes, which are read: a text can stand under any number of names."""

_LEFT_OUT = frozenset({"dist", ".make-deck"})
_POINTER = re.compile(rb"version https://git-lfs\.github\.com/spec/v1\noid sha256:([0-9a-f]{64})\nsize \d+\n")
"""What git has instead of a file that lies in Git LFS."""


@dataclass(frozen=True, slots=True)
class Base:
    """A revision: the lock that a build there would write, the bytes of the lock that it has, and what was said of it."""

    lock: Lock
    committed: bytes
    said: frozenset[tuple[str, str, str]] = frozenset()

    def is_news(self, diagnostic: Diagnostic) -> bool:
        """Whether the revision did not have the same to be said of it, wherever in its file."""
        return _told(diagnostic) not in self.said


def _told(diagnostic: Diagnostic) -> tuple[str, str, str]:
    return diagnostic.code, diagnostic.span.path if diagnostic.span else "", diagnostic.message


def read_base(config: Config, revision: str, cache: Cache) -> Outcome[Base | None]:
    """What a build at a revision would have known of its notes."""
    if config.file is None:
        hint = '"make-deck init" makes one'
        return Outcome(None, (report("revision-missing", None, "without a deck.toml there is no lock in git", hint),))
    try:
        with tempfile.TemporaryDirectory(prefix="make-deck-") as folder:
            root = Path(folder) / config.root.name
            _check_out(config, find_commit(config.root, revision), root)
            return _plan_there(config, root, cache)
    except GitError as error:
        return Outcome(None, (_missing(config.root, revision, error),))


def changes_against(base: Base, edition: Edition, *, tombstones: int) -> Changes:
    """What an edition changes for who has all that the revision had, released or not."""
    entries = {entry.guid: entry for entry in base.lock.notes}
    dates = {entry.guid: entry.mod for entry in edition.lock.notes}
    known = {entry.guid for entry in parse_lock(base.committed, "").value.notes}
    entries |= {  # what no lock had yet got its date right now
        guid: entry._replace(mod=dates.get(guid, entry.mod)) for guid, entry in entries.items() if guid not in known
    }
    links = tuple(
        link._replace(
            entry=entries.get(link.guid),
            how=How.TEXT if link.how is How.NEW and link.guid in entries else link.how,
        )
        for link in edition.matching.links
    )
    here = {link.guid for link in links}
    matching = Matching(links, tuple(entry for guid, entry in entries.items() if guid not in here))
    before = replace(base.lock, notes=tuple(entries.values()), released=0, released_at=0)
    after = replace(edition.lock, released=0, released_at=0)
    crossing = replace(edition.crossing, matching=matching)
    changes = compare(before, after, crossing, edition.offers, tombstones=tombstones)
    return replace(changes, held=edition.held, unreleased=False)


def _missing(root: Path, revision: str, error: GitError) -> Diagnostic:
    """Why a revision cannot be had, and how it could be."""
    message = f'"{revision}": {error}'
    if top_of(root) is None:
        return report("revision-missing", None, f'"{revision}": no git repository is around the deck', "git init")
    if is_shallow(root):
        hint = 'this clone has only the last commits: "git fetch --unshallow", or fetch-depth: 0 in a workflow'
        return report("revision-missing", None, message, hint)
    hint = error.hint or '"git fetch" may bring it; "git branch -a" and "git tag" list names'
    return report("revision-missing", None, message, hint)


def _check_out(config: Config, commit: str, root: Path) -> None:
    """Put the files of a commit below a folder."""
    blobs = [b for b in files_of(config.root, commit) if b.path.partition("/")[0] not in _LEFT_OUT]
    blobs = [blob for blob in blobs if blob.size <= config.limits.media_bytes]
    room = most = min(_MOST_BYTES, _PACKED * stored_size(config.root) + _ANYWAY)
    too_much = GitError(f"it holds more than {most:,} bytes")
    if sum(blob.size for blob in blobs) > most:
        raise too_much
    notes = sum(blob.size for blob in blobs if blob.path.lower().endswith(".md"))
    if notes > (most := _NOTES_PACKED * stored_size(config.root) + _NOTES_ANYWAY):
        raise GitError(f"its notes have more than {most:,} bytes, which is many times what git stores")
    objects: dict[tuple[str, int], list[str]] = {}
    for blob in blobs:
        objects.setdefault((blob.object, blob.size), []).append(blob.path)
    for paths, data in zip(objects.values(), read_blobs(config.root, objects), strict=True):
        whole = _whole(data, paths, config)
        room -= len(whole) * len(paths)  # more than git says, where it comes from Git LFS
        if room < 0:
            raise too_much
        write_copies([root / path for path in paths], whole)


def _whole(data: bytes, paths: Sequence[str], config: Config) -> bytes:
    """A file of Git LFS in the place of its pointer, where it still lies here under one of its names."""
    pointer = _POINTER.fullmatch(data)
    for path in paths if pointer else ():
        with suppress(OSError):
            whole = read_plain(config.root / path, config.limits.media_bytes, within=config.root)
            if pointer and hashlib.sha256(whole).hexdigest() == pointer[1].decode():
                return whole
    return data


def _plan_there(config: Config, root: Path, cache: Cache) -> Outcome[Base | None]:
    """The edition of what was checked out. Where its notes have errors, its lock has to do; before the first deck, none is."""
    lock_file = root / config.lock_file(root).name
    committed = read_plain(lock_file) if lock_file.is_file() else b""
    read = parse_lock(committed, f"{lock_file.name} of the revision") if committed else Outcome(Lock())
    if failed(read.diagnostics):
        return Outcome(None, read.diagnostics)
    there = load_config(root).value if (root / "deck.toml").is_file() else None
    if there is not None and config.one_of:
        there = one_deck(there, config.one_of) if config.one_of in there.decks else None
    if there is None:
        return Outcome(Base(read.value, committed))
    there = as_published(
        replace(there, limits=config.limits, fetch=config.fetch, proxy=config.proxy, trusted=False), root
    )
    book = read_book(there, root / "dist", kept_sources(cache))
    if failed(book.diagnostics):
        return Outcome(Base(read.value, committed))
    planned = plan_after(read.value, book.value, there, now(lock_file), cache)
    said = frozenset(map(_told, (*book.diagnostics, *planned.diagnostics)))
    return Outcome(Base(read.value if failed(planned.diagnostics) else planned.value.lock, committed, said))
