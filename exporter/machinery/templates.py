"""Finding templates, and other folders that come with make-deck.

In: a name such as `anki/card.css`. Out: the file, from the deck's own `templates/`, else from the installed package,
else from beside it (a checkout; an editable install leaves no copy in the package).
"""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parent.parent
"""The folder of make-deck's own code."""


def template_folders(deck_root: Path | None) -> tuple[Path, ...]:
    """The folders searched for templates, first wins: the deck's own, the checkout's, the installed ones."""
    own = deck_root / "templates" if deck_root else None
    folders = [own if own and own != PACKAGE.parent / "templates" else None, shipped_folder("templates", "templates")]
    return tuple(folder for folder in folders if folder and folder.is_dir())


def shipped_folder(checkout: str, package: str) -> Path:
    """A folder that comes with make-deck, by its name in a checkout and in the installed package."""
    beside = PACKAGE.parent / checkout
    return beside if (PACKAGE.parent / "pyproject.toml").is_file() and beside.is_dir() else PACKAGE / package


def find_template(name: str, deck_root: Path | None = None) -> Path | None:
    """The file of a template, or None where no folder has it."""
    return next((folder / name for folder in template_folders(deck_root) if (folder / name).is_file()), None)
