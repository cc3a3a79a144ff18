"""Images: from the address in the notes to a file, its real format and its size.

In: chapters. Out: `Asset`s by (chapter, address), and a diagnostic for each image that is not there or cannot be shown.
Looks beside the file and at the deck's root, and reads nothing outside the deck's folder.
"""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from markdown_it.token import Token

from exporter.diagnostics import Diagnostic, Outcome, report, suggest
from exporter.model import Asset, Body, Card, Chapter
from exporter.source import Span

_FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "MPO": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp",
            "AVIF": "image/avif", "BMP": "image/bmp", "TIFF": "image/tiff"}  # fmt: skip
"""Pillow's names of the formats that can be shown, and their media types."""

_MAX_PIXELS = 120_000_000
_REMOTE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
_SVG = re.compile(rb"<svg[\s>]")
_SVG_SIZE = re.compile(rb"<svg[^>]*?\bviewBox\s*=\s*[\"'][-\d.]+[\s,]+[-\d.]+[\s,]+([\d.]+)[\s,]+([\d.]+)")


def load_assets(chapters: Iterable[Chapter], root: Path) -> Outcome[Mapping[tuple[str, str], Asset]]:
    """Every image of the chapters that lies below `root`."""
    assets: dict[tuple[str, str], Asset] = {}
    diagnostics: list[Diagnostic] = []
    root = root.resolve()
    loaded: dict[Path, Asset | str] = {}
    for chapter in chapters:
        for address, span in _images(chapter):
            key = (chapter.source.path, address)
            if key in assets:
                continue
            found = _find(address, span, chapter.source.file.parent, root)
            if isinstance(found, Path):
                if found not in loaded:
                    loaded[found] = _load(found, found.relative_to(root).as_posix())
                asset = loaded[found]
                if isinstance(asset, Asset):
                    assets[key] = asset
                    continue
                found = report("image-invalid", span, f'"{address}": {asset}')
            diagnostics.append(found)
    return Outcome(assets, tuple(diagnostics))


def _images(chapter: Chapter) -> Iterator[tuple[str, Span]]:
    """Each address with its place, in source order."""
    for item in chapter.items:
        bodies = [item.front, item.back, item.hint, item.extra] if isinstance(item, Card) else [getattr(item, "body", None)]
        for body in bodies:
            if body:
                yield from _images_of(body, chapter)


def _images_of(body: Body, chapter: Chapter) -> Iterator[tuple[str, Span]]:
    after = (0, 0)
    for token in body.tokens:
        if token.type not in ("inline", "figure"):
            continue
        start, end = token.map or (body.span.line - 1, body.span.end_line)
        for image in _walk(token.children or ()):
            address = str(image.attrs["src"])
            span = chapter.source.find(address, start, end, after)
            if span.col > 1 or span.line > start + 1:
                after = (span.line - 1, span.col)
            yield address, span


def _walk(tokens: Iterable[Token]) -> Iterator[Token]:
    for token in tokens:
        if token.type == "image":
            yield token


def _find(address: str, span: Span, folder: Path, root: Path) -> Path | Diagnostic:
    """The file that an address means, or why there is none."""
    path = address.strip().replace("\\", "/")
    if _REMOTE.match(path):
        hint = "save it beside the notes and refer to that file"
        return report("image-remote", span, f'"{path[:120]}" is not fetched', hint)
    names = dict.fromkeys(unquote(p) if u else p for u in (True, False) for p in (path, re.sub(r"[?#].*$", "", path)))
    for name in names:
        for base in (folder, root):
            found = _lookup(base, name)
            if found is not None:
                if not found.is_relative_to(root):
                    hint = "only files below the deck's folder are read; a deck.toml in a folder further up widens it"
                    return report("image-outside", span, f'"{name}" lies outside "{root.name}"', hint)
                return found
    name = next(iter(names))
    return report("image-missing", span, f'no file "{name}"', _hint(name, folder, root))


def _lookup(base: Path, name: str) -> Path | None:
    """The file `name` below `base`; names that differ only in Unicode form (NFC, NFD) are the same."""
    candidate = base / name.lstrip("/")
    try:
        if candidate.is_file():
            return candidate.resolve()
        wanted = unicodedata.normalize("NFC", candidate.name)
        if candidate.parent.is_dir():
            return _listing(candidate.parent).get(wanted)
    except (OSError, ValueError):  # a name too long, or with a null byte
        return None
    return None


@cache
def _listing(folder: Path) -> Mapping[str, Path]:
    return {unicodedata.normalize("NFC", entry.name): entry.resolve() for entry in folder.iterdir() if entry.is_file()}


def _hint(name: str, folder: Path, root: Path) -> str:
    """The existing file most like `name`: in its folder, else anywhere near the notes."""
    parents = {(base / name.lstrip("/")).parent for base in (folder, root)}
    near: dict[str, Path] = {}
    for parent in sorted(p for p in parents if p.is_dir()):
        near |= {entry: path for entry, path in _listing(parent).items() if path.is_relative_to(root)}
    stem = unicodedata.normalize("NFC", Path(name).name)
    prefix = name[: len(name) - len(Path(name).name)]
    same_stem = [entry for entry in near if Path(entry).stem.casefold() == Path(stem).stem.casefold()]
    if same_stem:
        return f'did you mean "{prefix}{same_stem[0]}"?'
    hint = suggest(stem, near)
    return hint.replace('mean "', f'mean "{prefix}') if hint else ""


def _load(file: Path, name: str) -> Asset | str:
    """The asset of a file, or what is wrong with it. The bytes decide the format, not the suffix."""
    from PIL import Image, UnidentifiedImageError

    try:
        data = file.read_bytes()
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    digest = hashlib.sha256(data).hexdigest()
    if _SVG.search(data[:2000]):
        size = _SVG_SIZE.search(data)
        width, height = (round(float(size[1])), round(float(size[2]))) if size else (0, 0)
        return Asset(file, name, "image/svg+xml", digest, width, height)
    try:
        Image.MAX_IMAGE_PIXELS = None  # our own cap, below, speaks to the author
        with Image.open(io.BytesIO(data)) as image:
            width, height = image.size
            if image.format not in _FORMATS:
                return f"{image.format} is no format that Anki and print can show"
            media_type = _FORMATS[image.format]
            if width * height > _MAX_PIXELS:
                return f"{width} × {height} pixels are more than {_MAX_PIXELS // 1_000_000} million"
            image.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return "is no image, or a damaged one"
    return Asset(file, name, media_type, digest, width, height)
