"""Which files of a folder go out: those with cards, and those that an author asks for. Why the others stay where they are.

In: a file with what was read of it, and settings. Out: the reason why it is in no output, or "". Passwords and journals
lie beside notes, and nobody asked for them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from markdown_it.token import Token

from exporter.config import Config
from exporter.model import Card, Chapter
from exporter.source import SourceFile

NO_QUESTION = "no question was found in it"
OTHER_TAGS = "none of its questions has a tag of this deck"

_TEMPLATE_FOLDERS = frozenset("templates template _templates 模板 vorlagen plantillas modèles modelli szablony".split())
_PLACEHOLDER = re.compile(
    r"\{\{\s*(?:title|date|time|author|value)\b[^{}\n]*\}\}|<%(?:(?!<%)[\s\S])*?%>", re.IGNORECASE
)
_PLUGINS = re.compile(r"^[^\S\n]*+(excalidraw|kanban)-plugin\s*:", re.MULTILINE)
_DRAWN = {"excalidraw": "it is a drawing of Excalidraw", "kanban": "it is a Kanban board"}


def why_no_notes(source: SourceFile, tokens: Sequence[Token]) -> str:
    """Why a file holds no notes, whatever stands in it: a template, a drawing, a board."""
    if source.file.name.lower().endswith(".excalidraw.md"):
        return _DRAWN["excalidraw"]
    if tokens and tokens[0].type == "front_matter" and (plugin := _PLUGINS.search(tokens[0].content)):
        return _DRAWN[plugin[1]]
    folders = {part.lower() for part in source.path.split("/")[:-1]}
    return "it is a template" if folders & _TEMPLATE_FOLDERS and _PLACEHOLDER.search(source.text) else ""


def why_out(chapter: Chapter, config: Config) -> str:
    """Why a chapter is in no output, "" where it is in all. Without a question it goes out where `[print] include` names it."""
    if chapter.stays_out or chapter.cards:
        return chapter.stays_out
    path = chapter.source.path
    asked = any(fnmatchcase(path, p) or fnmatchcase(path, f"{config.source}/{p}") for p in config.print.include)
    return "" if asked else NO_QUESTION


def split_chapters(chapters: Sequence[Chapter], config: Config) -> tuple[tuple[Chapter, ...], tuple[Chapter, ...]]:
    """The chapters that go out, and those that stay, with the reason."""
    chapters = [_tagged(chapter, config.only_tags) for chapter in chapters] if config.only_tags else chapters
    reasons = [why_out(chapter, config) for chapter in chapters]
    going = tuple(chapter for chapter, reason in zip(chapters, reasons, strict=True) if not reason)
    staying = tuple(
        chapter if chapter.stays_out else replace(chapter, stays_out=reason)
        for chapter, reason in zip(chapters, reasons, strict=True)
        if reason
    )
    return going, staying


def _tagged(chapter: Chapter, tags: Sequence[str]) -> Chapter:
    """A chapter with the questions that have one of the tags, or one below it (`verbs` has `verbs/irregular`)."""
    wanted = [tag_levels(tag) for tag in tags]

    def is_wanted(card: Card) -> bool:
        return any(tag_levels(tag)[: len(levels)] == levels for tag in card.tags for levels in wanted)

    items = tuple(item for item in chapter.items if not isinstance(item, Card) or is_wanted(item))
    if len(items) == len(chapter.items):
        return chapter
    digest = hashlib.sha256(f"{chapter.digest}\0{tags}".encode()).hexdigest()
    reason = chapter.stays_out if any(isinstance(item, Card) for item in items) else chapter.stays_out or OTHER_TAGS
    return replace(chapter, items=items, digest=digest, stays_out=reason)


def tag_levels(tag: str) -> list[str]:
    """A tag as its levels, whatever its case: `#Verbs/irregular` and `verbs::irregular` are the same."""
    return [level for level in re.split(r"::|/", tag.removeprefix("#").casefold()) if level]
