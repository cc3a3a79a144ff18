"""`make-deck init`: a deck folder to start from.

In: a folder. Out: the files that were put there: settings around the notes that lie there already, or a first chapter
and all from `templates/starter/`. A file that exists is left as it is.
"""

from __future__ import annotations

import errno
import json
import os
import re
from pathlib import Path
from string import Template

from exporter.machinery.plain_files import is_inside, read_plain, walk
from exporter.machinery.printable import printable
from exporter.machinery.templates import template_folders
from exporter.machinery.whole_files import write_files
from exporter.reading.folder import find_files

_NAMES = {"gitignore": ".gitignore"}
"""What cannot lie in a package under its own name."""


def has_notes(folder: Path) -> bool:
    """Whether notes lie in a folder that has no settings yet."""
    return folder.is_dir() and not os.path.lexists(folder / "deck.toml") and bool(find_files(folder))


def create_settings(folder: Path, settings: str) -> Path:
    """Write the `deck.toml` of a folder of notes. Raises OSError where nothing can be written."""
    write_files({folder / "deck.toml": settings.encode()})
    return folder / "deck.toml"


def deck_names(folder: Path) -> tuple[str, str]:
    """The name of a deck's files and its title, by its folder."""
    title = printable(folder.resolve().name) or "notes"
    return re.sub(r'[/\\:*?"<>|\x00-\x1f]+', "-", title).strip(". ") or "notes", title


def create_deck(folder: Path) -> tuple[Path, ...]:
    """Copy the starter into `folder`; the files that were new. Raises OSError where nothing can be written."""
    starter = next(f / "starter" for f in template_folders(None) if (f / "starter").is_dir())
    names = {
        key: json.dumps(text, ensure_ascii=False)
        for key, text in zip(("name", "title"), deck_names(folder), strict=True)
    }
    made: list[Path] = []
    for file in sorted(walk(starter, lambda _: True)):
        place = folder / file.relative_to(starter).parent / _NAMES.get(file.name, file.name)
        if not os.path.lexists(place):  # a link that leads nowhere is there, too
            if not is_inside(place, folder):
                raise OSError(errno.EXDEV, "it leads out of the folder", str(place.parent))
            data = read_plain(file)
            is_settings = place.name == "deck.toml"
            write_files({place: Template(data.decode()).substitute(names).encode() if is_settings else data})
            made.append(place)
    return tuple(made)
