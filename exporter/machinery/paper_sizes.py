"""Sizes of paper and cards: by name, or as lengths such as 148x210mm and 5x3in.

In: what somebody wrote. Out: width and height in mm, or what is wrong with it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from types import MappingProxyType

PAGE_SIZES: Mapping[str, tuple[float, float]] = MappingProxyType({
    "A4": (210, 297), "A5": (148, 210), "A6": (105, 148), "B5": (176, 250), "Letter": (215.9, 279.4), "Legal": (215.9, 355.6),
})  # fmt: skip
"""Width and height in mm (ISO 216, ANSI/ASME Y14.1)."""

_SMALLEST, _LARGEST = 90.0, 600.0
"""The shortest side of a page that a book can be read on, and the longest that is printed at home or in a shop, in mm."""

_MM = {"mm": 1.0, "cm": 10.0, "in": 25.4}
_SIZE = re.compile(r"(\d{1,4}(?:\.\d{1,3})?)\s*[x×]\s*(\d{1,4}(?:\.\d{1,3})?)\s*(mm|cm|in)", re.IGNORECASE)


def read_size(text: str) -> tuple[float, float] | None:
    """Width and height of `148x210mm` or `5x3in` in mm; None for anything else."""
    match = _SIZE.fullmatch(text.strip())
    return (float(match[1]) * _MM[match[3].lower()], float(match[2]) * _MM[match[3].lower()]) if match else None


def page_size(name: str) -> tuple[float, float]:
    """Width and height of a page in mm. A name that `page_fault` finds fault with is A4."""
    return PAGE_SIZES.get(name) or read_size(name) or PAGE_SIZES["A4"]


def page_fault(name: str) -> str:
    """What is wrong with the name of a page size; "" where nothing is."""
    if name in PAGE_SIZES:
        return ""
    size = read_size(name)
    if size is None:
        near = difflib.get_close_matches(name.upper(), [known.upper() for known in PAGE_SIZES], n=1)
        meant = next((known for known in PAGE_SIZES if near and known.upper() == near[0]), "")
        known = f"one of {', '.join(PAGE_SIZES)}, or a size such as 148x210mm or 6x9in"
        return f'"{name}" is no size of paper: {known}' + (f'; did you mean "{meant}"?' if meant else "")
    if min(size) < _SMALLEST or max(size) > _LARGEST:
        return f'"{name}" is no size for a page: sides are {_SMALLEST:g} to {_LARGEST:g} mm long'
    return ""
