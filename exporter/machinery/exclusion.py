"""Which files a deck leaves out, in the grammar of gitignore(5).

In: patterns. Out: a `GitIgnoreSpec`. They are a stranger's, so RE2 matches them: Python's `re` needs hours for
`*a*a*a*a*a*b` and a long name.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


def read_patterns(patterns: Iterable[str]) -> GitIgnoreSpec:
    """What matches the files that are left out. A pattern that git would not understand is a `ValueError`."""
    import re
    import warnings

    import re2  # type: ignore[import-untyped]  # it has no stubs
    from pathspec import GitIgnoreSpec

    try:
        with warnings.catch_warnings(action="ignore", category=FutureWarning):  # of "[[]", which Python may read anew
            spec = GitIgnoreSpec.from_lines(patterns, backend="re2")
    except (re.error, re2.error, RecursionError, OverflowError) as error:
        raise ValueError(str(error)) from error
    return spec
