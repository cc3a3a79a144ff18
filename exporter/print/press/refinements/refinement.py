"""What a refinement is, and how one asks whether WeasyPrint still has the shape that it needs.

In: WeasyPrint's functions and objects. Out: what they lack, in words; "" where nothing is.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Refinement:
    """A way to have better pages than WeasyPrint makes by itself, which knows how it works inside.

    `lacks` says what WeasyPrint is without, of all that the refinement needs: "" for nothing. `without` says what pages are
    then, to those who print them.
    """

    name: str
    without: str
    lacks: Callable[..., str]


def lacks_parameters(function: Any, *names: str) -> str:
    """What is wrong with a function that should take these arguments first, in this order."""
    if not callable(function):
        return "a function is not there"
    taken = tuple(inspect.signature(function).parameters)
    if taken[: len(names)] == names:
        return ""
    return f"{function.__name__} takes {', '.join(taken) or 'nothing'}"


def lacks_attributes(thing: Any, *names: str) -> str:
    """What is wrong with an object or class that should have these attributes."""
    missing = [name for name in names if not hasattr(thing, name)]
    owner = thing if isinstance(thing, type) else type(thing)
    return f"{owner.__name__} has no {', '.join(missing)}" if missing else ""
