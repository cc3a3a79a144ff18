"""`make-deck init`: a deck folder to start from.

In: a folder. Out: the files that were put there, from `templates/starter/`. A file that exists is left as it is.
"""

from __future__ import annotations

from pathlib import Path

from exporter.machinery.templates import template_folders

_NAMES = {"gitignore": ".gitignore"}
"""What cannot lie in a package under its own name."""


def create_deck(folder: Path) -> tuple[Path, ...]:
    """Copy the starter into `folder`; the files that were new. Raises OSError where nothing can be written."""
    starter = next(f / "starter" for f in template_folders(None) if (f / "starter").is_dir())
    made: list[Path] = []
    for file in sorted(path for path in starter.rglob("*") if path.is_file()):
        place = folder / file.relative_to(starter).parent / _NAMES.get(file.name, file.name)
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(file.read_bytes())
            made.append(place)
    return tuple(made)
