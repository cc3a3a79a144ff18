"""Finding templates, and other folders that come with make-deck.

In: a name such as `anki/card.css`. Out: the file, from the deck's own `templates/`, else from the installed package,
else from beside it (a checkout; an editable install leaves no copy in the package).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from exporter.machinery.plain_files import is_inside

PACKAGE = Path(__file__).parent.parent
"""The folder of make-deck's own code."""


@dataclass(frozen=True, slots=True)
class Own:
    """A deck that may have templates of its own in `root`; `trusted` where the user said that they may do anything."""

    root: Path
    trusted: bool = False


def template_folders(own: Own | None) -> tuple[Path, ...]:
    """The folders searched for templates, first wins: the deck's own, the checkout's, the installed ones."""
    first = own.root / "templates" if own else None
    has_own = own and first and first != PACKAGE.parent / "templates" and is_inside(first, own.root)
    folders = [first if has_own else None, shipped_folder("templates", "templates")]
    return tuple(folder for folder in folders if folder and folder.is_dir())


def shipped_folder(checkout: str, package: str) -> Path:
    """A folder that comes with make-deck, by its name in a checkout and in the installed package."""
    beside = PACKAGE.parent / checkout
    return beside if (PACKAGE.parent / "pyproject.toml").is_file() and beside.is_dir() else PACKAGE / package
