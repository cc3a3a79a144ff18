"""What a math backend takes and gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from exporter.machinery.control_words import refused_word


@dataclass(frozen=True, slots=True)
class Typeset:
    r"""A formula as SVG. Width, height and depth (below the baseline) in em; `tag` is the number given by `\tag`."""

    svg: str
    width: float
    height: float
    depth: float
    tag: str = ""


@dataclass(frozen=True, slots=True)
class MathError:
    """Why a formula cannot be typeset, in the backend's words. A `passing` error may be gone the next time."""

    message: str
    passing: bool = False


def refusal(tex: str, *, has_macros: bool = False) -> MathError | None:
    """Why nobody is asked for a formula: it has a word that it may not have (see `control_words.refused_word`)."""
    word = refused_word(tex, has_macros=has_macros)
    return MathError(f"{word} is unknown or not allowed") if word else None


class MathBackend(Protocol):
    """Something that typesets TeX."""

    def typeset(self, tex: str, *, display: bool) -> Typeset | MathError:
        """The picture of one formula, or what is wrong with it. Formulas do not see each other's definitions."""
        ...
