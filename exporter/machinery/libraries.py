"""The libraries that make-deck is installed with.

Out: their versions, on which depends what is kept between builds, and files that lie in their packages.
"""

from __future__ import annotations

import importlib.util
import re
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path


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
