"""No pattern may read the same signs in many ways: twice the signs take about twice the time, whatever they are.

Each compiled pattern of make-deck is tried as its module calls it, behind the words that it holds, with signs that repeat.
"""

from __future__ import annotations

import importlib
import itertools
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

import exporter

SIGNS = (
    " ",
    "\n",
    "a",
    "A",
    "1",
    ".",
    ",",
    "-",
    "*",
    "_",
    "(",
    "[",
    "{",
    "<",
    '"',
    "=",
    "|",
    ":",
    "\\",
    "$",
    "`",
    "#",
    "/",
)
REPEATED = (*SIGNS, " ,", ", ", "a ", "A ", "1 ", "1.", "a-", "a.", "- ", "# ", "#a", "[a", "(a", "{a", "<a", "a=", " (", "\n ",
            "a: ", "1) ", "A, ", "[](", "{{", "\\a", " |", "&nbsp;", "和 ", " and ")  # fmt: skip
COUNT = 700
MUCH_S = 0.004
"""What takes less for so many signs takes seconds only for more than any note has."""


def patterns() -> Iterator[tuple[str, re.Pattern[str], tuple[str, ...]]]:
    """The patterns of all modules, with the methods by which they are used there."""
    known: set[str] = set()
    for found in pkgutil.walk_packages(exporter.__path__, "exporter."):
        module = importlib.import_module(found.name)
        source = Path(module.__file__ or "").read_text(encoding="utf-8")
        for name, value in list(vars(module).items()):
            made = _made(value) if getattr(value, "__module__", found.name) == found.name else None
            for pattern in _within(value if made is None else made):
                uses = re.findall(
                    rf"\b{re.escape(name)}(?:\(\))?\.(search|split|sub|finditer|findall|fullmatch)\(", source
                )
                if isinstance(pattern.pattern, str) and pattern.pattern not in known:
                    known.add(pattern.pattern)
                    yield f"{found.name}.{name}", pattern, tuple(dict.fromkeys(("match", *uses)))


def _made(value: Any) -> Any:
    """What a cached function without arguments returns."""
    try:
        return value() if hasattr(value, "cache_info") else None
    except TypeError:
        return None


def _within(value: Any) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        yield from (one for one in value.values() if isinstance(one, re.Pattern))
    elif isinstance(value, (tuple, list)):
        yield from (one for one in value if isinstance(one, re.Pattern))
    elif is_dataclass(value) and not isinstance(value, type):
        yield from (one for field in fields(value) if isinstance(one := getattr(value, field.name), re.Pattern))


PATTERNS = tuple(patterns())


def heads(pattern: str) -> tuple[str, ...]:
    """What a pattern may begin with: its own words, and what notes often begin with."""
    begin = re.match(r"\^?((?:\\?[^\\()\[\]?*+|{}.^$\s])+)", pattern)
    words = itertools.islice(re.finditer(r"[A-Za-z<:=#!\-]{3,}", pattern), 3)
    own = [re.sub(r"\\(?=[^a-zA-Z])", "", begin[1])] if begin else []
    return tuple(dict.fromkeys(("", "1. A", "x (", *own, *(word[0] for word in words))))


def seconds(call: Callable[..., Any], method: str, text: str) -> float:
    arguments = ("", text) if method == "sub" else (text,)
    begin = time.thread_time()
    result = call(*arguments)
    if method == "finditer":
        list(result)
    return time.thread_time() - begin


@pytest.mark.parametrize("part", range(4))
def test_patterns_read_in_one_way(part: int) -> None:
    grown = []
    for name, pattern, methods in PATTERNS[part::4]:
        for head, signs, method in itertools.product(heads(pattern.pattern), REPEATED, methods):
            call = getattr(pattern, method)
            few, many = (f"{head}{signs * (count // len(signs))}\x01" for count in (COUNT, 2 * COUNT))
            if (short := seconds(call, method, few)) > MUCH_S and seconds(call, method, many) > 2.8 * short:
                grown.append(f"{name}.{method}: {head!r} + {signs!r} * n took {short:.4f} s")
                break
    assert not grown, "\n".join(grown)
