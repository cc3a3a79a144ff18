"""Images: from the address in the notes to a file, its real format and its size.

In: chapters. Out: `Asset`s by (chapter, address), and a diagnostic for each image that is not there or cannot be shown.
Looks beside the file and at the deck's root, and reads nothing outside the deck's folder.
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import astuple
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from exporter.config import LIMIT, LimitsConfig
from exporter.diagnostics import Diagnostic, Outcome, report, suggest
from exporter.machinery.cache import Cache
from exporter.machinery.libraries import library_versions
from exporter.machinery.plain_files import digest_of, is_inside, list_folder, read_whole, walk
from exporter.media.embedded import BESIDE, is_embedded
from exporter.media.looks import Look, Unfit, look_at
from exporter.model import Asset, Chapter
from exporter.reading.markdown import MEDIA_TYPES, is_film_page, is_media
from exporter.source import Span

_PICTURE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".avif", ".bmp", ".tif", ".tiff"})
_SHOWN_SUFFIXES = _PICTURE_SUFFIXES | MEDIA_TYPES.keys()
_SHOWN = 100
_MOST_HINTS = 50
"""Each takes as long as there are files in a folder."""
_REMOTE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)

_NO_CACHE = Cache(None)

Fetched = Mapping[str, Path | Unfit]
"""Where images from the network, and those in the notes themselves, lie, or why they do not."""


_NOT_FETCHED = Unfit(
    "image-remote", "is not fetched", "--fetch brings it into your cache; better: save it beside the notes"
)
_NOT_KEPT = Unfit("image-invalid", "is not read", BESIDE)

Load = Callable[[Path, str, LimitsConfig], Asset | Unfit]
"""From a file, and the name that the notes give it, to an asset."""


def load_assets(
    chapters: Iterable[Chapter],
    root: Path,
    fetched: Fetched,
    load: Load | None = None,
    *,
    limits: LimitsConfig = LimitsConfig(),
) -> Outcome[Mapping[tuple[str, str], Asset]]:
    """Every image of the chapters that lies below `root` or was fetched. `load` takes the place of `load_image`."""
    assets: dict[tuple[str, str], Asset] = {}
    diagnostics: list[Diagnostic] = []
    loaded: dict[Path, Asset | Unfit] = {}
    folders = _Folders(Path(os.path.realpath(root)))
    for chapter in chapters:
        for mention in chapter.images:
            address, span = mention.address, mention.span
            key = (chapter.source.path, address)
            if key in assets:
                continue
            if is_remote(address) and not is_embedded(address) and (is_media(address) or is_film_page(address)):
                found: Path | Diagnostic = _far_media(address, span)
            elif is_remote(address):
                found = _kept(address, span, fetched)
            else:
                found = folders.find(address, span, chapter.source.file.parent)
            if isinstance(found, Path):
                if found not in loaded:
                    name = _name(address, found)
                    loaded[found] = (load or load_image)(found, name, limits)
                asset = loaded[found]
                if isinstance(asset, Asset):
                    assets[key] = asset
                    continue
                found = report(asset.code, span, f'"{_short(address)}": {asset.reason}', asset.hint)
            diagnostics.append(found)
    return Outcome(assets, tuple(diagnostics))


def _name(address: str, file: Path) -> str:
    """What a picture is called: as its file, as the end of its address, or just that."""
    if is_embedded(address):
        return "picture"
    return PurePosixPath(urlsplit(address).path).name if is_remote(address) else file.name


def embedded_addresses(chapters: Iterable[Chapter]) -> tuple[str, ...]:
    """The addresses of all pictures that stand in the notes themselves."""
    return tuple(dict.fromkeys(m.address for chapter in chapters for m in chapter.images if is_embedded(m.address)))


def remote_addresses(chapters: Iterable[Chapter]) -> tuple[str, ...]:
    """The addresses of all images that lie on the network."""
    found = (mention.address for chapter in chapters for mention in chapter.images)
    return tuple(
        dict.fromkeys(a for a in found if is_remote(a) and not (is_media(a) or is_film_page(a) or is_embedded(a)))
    )


def is_remote(address: str) -> bool:
    """Whether an address has a scheme or begins with `//`."""
    return bool(_REMOTE.match(address))


def _kept(address: str, span: Span, kept: Fetched) -> Path | Diagnostic:
    found = kept.get(address, _NOT_KEPT if is_embedded(address) else _NOT_FETCHED)
    if isinstance(found, Path):
        return found
    return report(found.code, span, f'"{_short(address)}" {found.reason}', found.hint)


def _far_media(address: str, span: Span) -> Diagnostic:
    hint = "" if is_film_page(address) else "save it beside the notes"
    return report(
        "media-unsupported", span, f'"{_short(address)}" lies on the network: a link on cards, a QR code on paper', hint
    )


class _Folders:
    """Looks up files below the deck's root. Listings are read once, for one call of `load_assets`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._listings: dict[Path, dict[str, Path]] = {}
        self._everywhere: dict[str, list[Path]] | None = None
        self._hints = _MOST_HINTS

    def find(self, address: str, span: Span, folder: Path) -> Path | Diagnostic:
        """The file that an address means, or why there is none."""
        path = address.strip().replace("\\", "/")
        names = dict.fromkeys(form for p in (path, re.sub(r"(?<=.)[?#].*$", "", path)) for form in (unquote(p), p))
        for name in names:
            for base in (folder, self._root):
                place = Path(os.path.normpath(base / name.lstrip("/")))
                if is_inside(place, self._root):
                    if found := self._lookup(place):
                        return found
                elif base is folder:
                    hint = "only files below the deck's folder are read; a deck.toml in a folder further up widens it"
                    return report("image-outside", span, f'"{_short(name)}" lies outside "{self._root.name}"', hint)
        name = next(iter(names))
        if "/" not in name and len(anywhere := self._named(name)) == 1:
            return anywhere[0]  # Obsidian's way: the name alone, wherever the file is
        code = "media-missing" if is_media(name) else "image-missing"
        return report(code, span, f'no file "{_short(name)}"', self._hint(name, folder))

    def _lookup(self, place: Path) -> Path | None:
        """The file at a place inside the root; names that differ only in Unicode form (NFC, NFD) are the same."""
        try:
            if place.is_file():
                return Path(os.path.realpath(place))
        except (OSError, ValueError):  # a name too long, or with a null byte
            return None
        found = self._listing(place.parent).get(unicodedata.normalize("NFC", place.name))
        return found if found and is_inside(found, self._root) else None

    def _listing(self, folder: Path) -> Mapping[str, Path]:
        if folder not in self._listings:
            inside = folder == self._root or is_inside(folder, self._root)
            entries = [entry for entry in list_folder(folder) if entry.is_file()] if inside else []
            self._listings[folder] = {
                unicodedata.normalize("NFC", entry.name): Path(os.path.realpath(entry)) for entry in entries
            }
        return self._listings[folder]

    def _named(self, name: str) -> list[Path]:
        if self._everywhere is None:
            self._everywhere = {}
            for file in walk(
                self._root, lambda f: not f.name.startswith(".") and f.name not in ("node_modules", "dist")
            ):
                if file.suffix.lower() in _SHOWN_SUFFIXES:
                    self._everywhere.setdefault(unicodedata.normalize("NFC", file.name), []).append(file)
        found = self._everywhere.get(unicodedata.normalize("NFC", name), [])
        return [Path(os.path.realpath(file)) for file in found if is_inside(file, self._root)]

    def _hint(self, name: str, folder: Path) -> str:
        """The existing file most like `name` in the folder that it names. After some, one knows where to look."""
        if not self._hints:
            return ""
        self._hints -= 1
        near: dict[str, Path] = {}
        for base in (folder, self._root):
            near |= self._listing(Path(os.path.normpath(base / name.lstrip("/"))).parent)
        last = unicodedata.normalize("NFC", PurePosixPath(name).name)
        if not near and (moved := self._named(last)):  # its folder is not there, or is called otherwise
            return f'did you mean "{os.path.relpath(moved[0], os.path.realpath(folder)).replace(os.sep, "/")}"?'
        prefix = name[: len(name) - len(PurePosixPath(name).name)]
        same_stem = [entry for entry in near if Path(entry).stem.casefold() == Path(last).stem.casefold()]
        hint = f'did you mean "{same_stem[0]}"?' if same_stem else suggest(last[:_SHOWN], near)
        return hint.replace('mean "', f'mean "{prefix}')


def _short(address: str) -> str:
    return address if len(address) <= _SHOWN else address[:_SHOWN] + "…"


def load_image(file: Path, name: str, limits: LimitsConfig, cache: Cache = _NO_CACHE) -> Asset | Unfit:
    """The asset of a file, or what is wrong with it. The bytes decide the format, not the suffix.

    What a picture is that was looked at before says the cache.
    """
    try:
        if (size := file.stat().st_size) > limits.media_bytes:
            message = f"{size:,} bytes; the limit is {limits.media_bytes:,}"
            return Unfit("media-too-large", message, f"make it smaller, or raise the limit: {LIMIT}media_bytes=…")
        if file.suffix.lower() in MEDIA_TYPES:
            return _load_media(file, name)
        data = read_whole(file, limits.media_bytes)
        digest = hashlib.sha256(data).hexdigest()
        key = (digest, limits.image_pixels, library_versions())
        seen = _look_kept(data, key, limits, cache)
    except OSError as error:
        return Unfit("image-invalid", f"cannot be read ({error.strerror})")
    if isinstance(seen, Unfit):
        return seen
    return Asset(file, name, seen.media_type, digest, seen.width, seen.height, seen.is_light, seen.is_line_art)


def _look_kept(data: bytes, key: tuple[object, ...], limits: LimitsConfig, cache: Cache) -> Look | Unfit:
    """What a picture is, from the cache where it was looked at before."""
    known = cache.find_json("looks", key)
    if known is not None:
        return Look(*known) if isinstance(known[1], int) else Unfit(*known)
    seen = look_at(data, limits)
    cache.keep_json("looks", key, astuple(seen))
    return seen


def _load_media(file: Path, name: str) -> Asset | Unfit:
    """The asset of a sound or a film. Anki leaves its format to mpv, which reads the bytes. Raises OSError."""
    digest, size = digest_of(file)
    if not size:
        return Unfit("image-invalid", "is empty")
    return Asset(file, name, MEDIA_TYPES[file.suffix.lower()], digest, 0, 0)
