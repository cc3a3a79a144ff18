"""Chapters and images in memory: what did not change on disk is not read again.

In: files. Out: the same values as `reader` and `assets` give, remembered by the digest of a note's bytes and by an
image's size and time. One refresh is one `with` block; what it did not ask for is forgotten.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from exporter.config import Config, LimitsConfig
from exporter.diagnostics import Outcome
from exporter.editions.identity import Lock, deck_identity
from exporter.machinery.plain_files import read_plain
from exporter.media.assets import load_image
from exporter.media.download import Way
from exporter.media.fetch import fetch_images
from exporter.media.looks import Unfit
from exporter.model import Asset, Chapter
from exporter.pipeline.book import Sources
from exporter.reading.chapter import read_chapter
from exporter.reading.folder import Read
from exporter.reading.rules import held_rule
from exporter.source import shown_path

_Stamp = tuple[int, int, int]
_Image = tuple[_Stamp, Asset | Unfit]
_Read = tuple[Path, str, str]
"""A file, with the rules that the last edition and the files beside it have for it."""
_Reading = tuple[bytes, Outcome[Chapter | None]]


class Library:
    """Remembers between refreshes. `read` takes the place of `read_chapter`. Not for two threads at once."""

    def __init__(self, read: Read | None = None) -> None:
        self._read_file = read
        self._config: Config | None = None
        self._chapters: dict[_Read, _Reading] = {}
        self._images: dict[tuple[Path, str, LimitsConfig], _Image] = {}
        self._fetched: dict[str, Path | Unfit] = {}
        self._used: set[object] = set()
        self._identity = ""

    def identity_of(self, chapters: Iterable[Chapter], lock: Lock, name: str) -> str:
        """What the guids of a deck come from; without a lock, as it was at first, lest an edit makes every card another."""
        self._identity = lock.identity or self._identity or deck_identity(chapters, lock, name)
        return self._identity

    @contextmanager
    def refresh(self, config: Config) -> Iterator[Sources]:
        """Ways to read that remember. Other settings than last time make all of it new."""
        if config != self._config:
            self._config = config
            self._chapters.clear()
            self._fetched.clear()
        self._used.clear()
        yield Sources(self._read, self._load, self._fetch)
        self._chapters = {key: known for key, known in self._chapters.items() if key in self._used}
        self._images = {key: known for key, known in self._images.items() if key in self._used}

    def _read(self, file: Path, config: Config) -> Outcome[Chapter | None]:
        path = shown_path(file, config.root)
        key = (file, held_rule(path, config), config.beside.get(path, ""))
        self._used.add(key)
        digest = _digest(file, config)
        known = self._chapters.get(key)
        if known and known[0] == digest:
            return known[1]
        outcome = (self._read_file or read_chapter)(file, config)
        if (
            digest is not None and _digest(file, config) == digest
        ):  # else it was written to meanwhile, and the next refresh follows
            self._chapters[key] = (digest, outcome)
        return outcome

    def _load(self, file: Path, name: str, limits: LimitsConfig) -> Asset | Unfit:
        key = (file, name, limits)
        self._used.add(key)
        try:
            stat = file.stat()
        except OSError:
            return load_image(file, name, limits)
        stamp = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        known = self._images.get(key)
        if known is None or known[0] != stamp:
            known = self._images[key] = (stamp, load_image(file, name, limits))
        return known[1]

    def _fetch(
        self, addresses: Iterable[str], cache: Path, limits: LimitsConfig, way: Way, *, share: int
    ) -> Mapping[str, Path | Unfit]:
        """An address that failed is tried again only with other settings: a save must not wait for the network."""
        addresses = tuple(addresses)
        missing = [address for address in addresses if address not in self._fetched]
        self._fetched.update(fetch_images(missing, cache, limits, way, share=share))
        return {address: self._fetched[address] for address in addresses}


def _digest(file: Path, config: Config) -> bytes | None:
    try:
        return hashlib.sha256(read_plain(file, config.limits.note_bytes)).digest()
    except OSError:
        return None
