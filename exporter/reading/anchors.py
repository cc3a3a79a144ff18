"""Where links inside the notes lead: from `#heading` and `other.md#heading` to anchors of pages."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Mapping
from urllib.parse import unquote

from exporter.model import Chapter, Prose


def anchor_of(chapter: Chapter, position: int | None = None) -> str:
    """The page anchor of a chapter, or of its item at `position`."""
    return f"c-{chapter.slug}" if position is None else f"c-{chapter.slug}.{position}"


def anchor_index(chapters: Iterable[Chapter]) -> Mapping[tuple[str, str], str]:
    """The page anchor for each (chapter path, link target); targets are also found without punctuation and case."""
    index: dict[tuple[str, str], str] = {}
    loose: dict[tuple[str, str], str] = {}
    for chapter in chapters:
        index[chapter.source.path, ""] = anchor_of(chapter)
        loose.setdefault(("", chapter.source.path.rpartition("/")[2].rpartition(".")[0]), anchor_of(chapter))
        for position, item in enumerate(chapter.items):
            if isinstance(item, Prose):
                continue
            for name in item.anchors:
                index.setdefault((chapter.source.path, name), anchor_of(chapter, position))
                loose.setdefault((chapter.source.path, _loosely(name)), anchor_of(chapter, position))
    return loose | index


def find_anchor(index: Mapping[tuple[str, str], str], path: str, href: str) -> tuple[str, str] | None:
    """The chapter path and page anchor that a link means: `#id`, `other.md`, `other.md#id`; None where there is none."""
    file, _, fragment = unquote(html.unescape(href)).partition("#")
    target = path
    if file:
        parts = [*path.split("/")[:-1]]
        for part in file.replace("\\", "/").split("/"):
            if part == "..":
                parts = parts[:-1]
            elif part not in ("", "."):
                parts.append(part)
        target = unicodedata.normalize("NFC", "/".join(parts))
    if not file and not fragment:
        return None
    # a third of the links in one book are broken under GitHub's slugs, and right but for punctuation and case
    anchor = index.get((target, fragment)) or (index.get((target, _loosely(fragment))) if fragment else None)
    anchor = anchor or index.get(("", file))  # a wiki link: the note's name alone
    return (target, anchor) if anchor else None


def _loosely(name: str) -> str:
    return "~" + re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name).casefold())
