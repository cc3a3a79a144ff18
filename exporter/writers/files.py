"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path


def write_files(contents: Mapping[Path, bytes]) -> None:
    """Write all files beside their places, then rename each. Raises OSError, with nothing renamed, when one fails.

    A rename within a folder replaces the old file in one step, so that a reader sees the old bytes or the new ones.
    """
    staged: list[tuple[Path, Path]] = []
    try:
        for place, data in contents.items():
            place.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=f".{place.name[:40]}.", dir=place.parent)
            staged.append((Path(name), place))
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(0o666 & ~_umask())
        for temporary, place in staged:
            temporary.replace(place)
    finally:
        for temporary, _ in staged:
            temporary.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
