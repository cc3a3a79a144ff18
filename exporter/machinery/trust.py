"""Whose templates may do anything: a deck's own, once its user has read them and said so.

In: a deck's folder. Out: whether `make-deck trust` was said of it. The word is kept in the user's own settings with a
digest of the templates, as direnv does: when one of them changes, it is asked for again.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

from exporter.machinery.plain_files import is_inside, read_plain, walk
from exporter.machinery.whole_files import write_files

_LARGEST = 10_000_000


def own_templates(root: Path) -> tuple[Path, ...]:
    """The files in a deck's `templates/`, in the order of names.

    Raises OSError for a folder that cannot be listed: one may still read in it what nobody was shown.
    """
    folder = root / "templates"
    return tuple(sorted(walk(folder, lambda _: True, whole=True))) if is_inside(folder, root) else ()


def is_trusted(root: Path) -> bool:
    """Whether the user trusts the templates as they are now."""
    known = _read()
    try:
        return str(os.path.realpath(root)) in known and known[os.path.realpath(root)] == _digest(root)
    except OSError:
        return False


def trust(root: Path) -> None:
    """Remember that the user trusts the templates as they are now. Raises OSError."""
    known = {**_read(), os.path.realpath(root): _digest(root)}
    write_files({_file(): json.dumps(known, indent=1).encode()})


def _digest(root: Path) -> str:
    digest = hashlib.sha256()
    for file in own_templates(root):
        data = read_plain(file, _LARGEST, within=root)
        name = os.fsencode(file.relative_to(root))
        digest.update(b"%d %d " % (len(name), len(data)) + name + data)
    return digest.hexdigest()


def _file() -> Path:
    from platformdirs import user_config_path

    return user_config_path("make-deck", appauthor=False) / "trusted.json"


def _read() -> dict[str, str]:
    try:
        known = json.loads(read_plain(_file()))
    except (OSError, ValueError, RuntimeError):  # RuntimeError: there is no home
        return {}
    return {str(root): str(digest) for root, digest in known.items()} if isinstance(known, dict) else {}
