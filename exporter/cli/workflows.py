"""`make-deck init --workflow`: what a service that hosts a repository does with a deck by itself.

In: the deck's folder, the service, and what pip installs there. Out: files from `templates/workflows/`, put where the
service looks for them. A file that exists is left as it is.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

from exporter.config import load_config
from exporter.machinery.git import folder_of, main_branch, top_of
from exporter.machinery.plain_files import is_inside, list_folder, read_plain
from exporter.machinery.templates import template_folders
from exporter.machinery.whole_files import write_files

Service = Literal["github", "gitlab", "forgejo"]

_PLACES: dict[Service, str] = {"github": ".github/workflows", "gitlab": ".gitlab", "forgejo": ".forgejo/workflows"}
_ATTRIBUTES = " merge=make-deck linguist-generated\n"
_INCLUDE = "include: .gitlab/make-deck.yml\n"


@dataclass(frozen=True, slots=True)
class Made:
    """Files that were written, and those that were there already."""

    new: tuple[Path, ...]
    kept: tuple[Path, ...]


def fill_workflows(folder: Path, service: Service, install: str) -> dict[Path, bytes]:
    """The workflows of the repository around a deck, or of its folder, by their places. Raises OSError."""
    top = top_of(folder) or folder.absolute()
    words = {"INSTALL": install, "DECK": _as_argument(folder_of(folder)), "BRANCH": main_branch(top)}
    filled: dict[Path, bytes] = {}
    for place, text in (*_files(top, service), (top / ".gitattributes", _attributes(folder))):
        if not os.path.lexists(place) and not is_inside(place, top):
            raise OSError(errno.EXDEV, "it leads out of the folder", str(place.parent))
        for name, word in words.items():
            if "$" in word and name != "INSTALL":
                raise OSError(errno.EINVAL, f'"{word}" has a $, behind which services put what they know', str(folder))
            text = text.replace(f"@@{name}@@", json.dumps(word, ensure_ascii=False)[1:-1])  # noqa: PLW2901 - filled in
        try:
            filled[place] = text.encode()
        except UnicodeEncodeError as error:
            raise OSError(errno.EILSEQ, "its name is not UTF-8, as workflows are", str(folder)) from error
    return filled


def _as_argument(path: str) -> str:
    """A folder as it stands on a command line: none may be called as an option is, or as a pattern of git's."""
    return f"./{path}" if path[:1] in ("-", ":", "~") else path or "."


def write_workflows(filled: Mapping[Path, bytes]) -> Made:
    """Put workflows where nothing is yet. Raises OSError."""
    new = {place: data for place, data in filled.items() if not os.path.lexists(place)}
    write_files(new)
    return Made(tuple(new), tuple(place for place in filled if place not in new))


def _files(top: Path, service: Service) -> Iterator[tuple[Path, str]]:
    shipped = next(f / "workflows" / service for f in template_folders(None) if (f / "workflows").is_dir())
    for file in list_folder(shipped):
        yield top / _PLACES[service] / file.name, read_plain(file).decode()
    if service == "gitlab":
        yield top / ".gitlab-ci.yml", _INCLUDE


def _attributes(folder: Path) -> str:
    """How git shall merge the locks: each of several decks has one."""
    config = load_config(folder).value
    names = [f"{name}.lock" for name in config.decks] if config else []
    shown = (json.dumps(name, ensure_ascii=False) if " " in name else name for name in names or ["deck.lock"])
    return "".join(f"{name}{_ATTRIBUTES}" for name in shown)


def installed_from() -> str:
    """What pip was told to install when it installed this make-deck from a repository; "" where it came from elsewhere."""
    try:
        record = json.loads(metadata.distribution("make-deck").read_text("direct_url.json") or "{}")
        version = record["vcs_info"]
        return f"make-deck @ {version['vcs']}+{record['url']}@{version['commit_id']}"
    except (metadata.PackageNotFoundError, ValueError, KeyError, TypeError):
        return ""
