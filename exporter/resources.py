"""Finding templates and fonts.

In: a name such as `anki/card.css`. Out: the file, from the deck's own `templates/`, else from the installed package,
else from beside it (a checkout; an editable install leaves no copy in the package).
"""

from __future__ import annotations

import importlib.util
import re
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

_PACKAGE = Path(__file__).parent


def template_folders(deck_root: Path | None) -> tuple[Path, ...]:
    """The folders searched for templates, first wins: the deck's own, the checkout's, the installed ones."""
    sibling = _PACKAGE.parent / "templates"
    checkout = (_PACKAGE.parent / "pyproject.toml").is_file() and sibling.is_dir()
    own = deck_root / "templates" if deck_root else None
    folders = [own if own and own != sibling else None, sibling if checkout else _PACKAGE / "templates"]
    return tuple(folder for folder in folders if folder and folder.is_dir())


def find_template(name: str, deck_root: Path | None = None) -> Path | None:
    """The file of a template, or None where no folder has it."""
    return next((folder / name for folder in template_folders(deck_root) if (folder / name).is_file()), None)


@cache
def library_versions() -> tuple[str, ...]:
    """The versions of all that make-deck is installed with: what it makes may change with each of them."""
    try:
        required = requires("make-deck") or ()
    except PackageNotFoundError:
        return ()
    names = (match[0] for line in required if "extra ==" not in line and (match := re.match(r"[\w.-]+", line)))
    return tuple(f"{name} {version(name)}" for name in (*names, "pydyf"))


def package_file(package: str, name: str) -> Path:
    """A file inside an installed package that is not imported for it. FileNotFoundError where it is not there."""
    spec = importlib.util.find_spec(package)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        if (found := Path(folder) / name).is_file():
            return found
    raise FileNotFoundError(f"{package}: {name}")
