"""Where links inside the notes lead: `#heading`, `other.md#heading`, `[[other#heading]]`, `[[other#^block]]`."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from exporter.model import Chapter, Prose
from exporter.reading.letters import letters


@dataclass(frozen=True, slots=True)
class Anchors:
    """Page anchors by chapter path and link target, the lines of anchors, and paths by what wiki links call a note."""

    places: Mapping[tuple[str, str], str] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> frozenset[str]:
        """What the notes are called, for somebody who looks for one."""
        return frozenset(path.rpartition("/")[2].rpartition(".")[0] for path in self.notes.values())


def anchor_of(chapter: Chapter, position: int | None = None) -> str:
    """The page anchor of a chapter, or of its item at `position`."""
    return f"c-{chapter.slug}" if position is None else f"c-{chapter.slug}.{position}"


def anchor_index(chapters: Iterable[Chapter]) -> Anchors:
    """Where links into chapters lead; targets and notes are also found without punctuation and case."""
    index: dict[tuple[str, str], str] = {}
    loose: dict[tuple[str, str], str] = {}
    lines: dict[str, int] = {}
    notes: dict[str, str] = {}
    aliases: dict[str, str] = {}
    for chapter in chapters:
        path = chapter.source.path
        index[path, ""] = anchor_of(chapter)
        lines[anchor_of(chapter)] = 1
        for name in _names(path):
            notes.setdefault(loosely(name), path)
        for name in chapter.aliases:
            aliases.setdefault(loosely(name), path)
        for position, item in enumerate(chapter.items):
            if isinstance(item, Prose):
                continue
            lines[anchor_of(chapter, position)] = item.span.line
            for name in item.anchors:
                index.setdefault((path, name), anchor_of(chapter, position))
                loose.setdefault((path, loosely(name)), anchor_of(chapter, position))
    return Anchors(loose | index, lines, aliases | notes)


def _names(path: str) -> list[str]:
    """How a wiki link may call a note: its name, with any of the folders that it lies in."""
    parts = path.rpartition(".")[0].split("/")
    return ["/".join(parts[start:]) for start in range(len(parts) - 1, -1, -1)]


def find_anchor(index: Anchors, path: str, href: str) -> tuple[str, str] | None:
    """The chapter path and page anchor that a link means: `#id`, `other.md`, `other.md#id`, `other#id`; None for none."""
    file, _, fragment = unquote(html.unescape(href)).partition("#")
    if not file and not fragment:
        return None
    target = find_note(index, path, file) if file else path
    if target is None:
        return None
    # a third of the links in one book are broken under GitHub's slugs, and right but for punctuation and case
    fragment = fragment.rpartition("#")[2]  # Obsidian: note#heading#heading below it
    anchor = index.places.get((target, fragment)) or (
        index.places.get((target, loosely(fragment))) if fragment else None
    )
    if anchor is None and not file.lower().endswith((".md", ".markdown")):
        anchor = index.places.get((target, "")) if file else None  # a wiki link: the note at least
    return (target, anchor) if anchor else None


def find_note(index: Anchors, path: str, file: str) -> str | None:
    """The path of the chapter that a link in `path` calls `file`: by its place, else by its name or alias."""
    parts = [*path.split("/")[:-1]]
    for part in file.replace("\\", "/").split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part)
    target = unicodedata.normalize("NFC", "/".join(parts))
    if (target, "") in index.places:
        return target
    if f"{target}.md" in index.notes.values():
        return f"{target}.md"
    name = re.sub(r"\.(?:md|markdown)$", "", file.strip("/"), flags=re.IGNORECASE)
    is_path = name != file.strip("/")
    return None if is_path and "/" in name else index.notes.get(loosely(name))


def loosely(name: str) -> str:
    """A name as links are compared: without signs and case; the name of a block as it is."""
    return name.casefold() if name.startswith("^") else f"~{letters(name)}"
