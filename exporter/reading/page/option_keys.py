"""What counts the options of a choice, in every script: A, Ａ, ①, б, γ, الف, ख, イ.

The keys of a language lie in its file of words. Out: the place of a key, from 0, and patterns that find one.
"""

from __future__ import annotations

import re
from functools import cache

from exporter.reading.page.vocabulary import languages, lower, words_of

_EVERYWHERE = ("a b c d e f g h", "ａ ｂ ｃ ｄ ｅ ｆ ｇ ｈ", "① ② ③ ④ ⑤ ⑥ ⑦ ⑧")
_ROUND = "[①-⑧]"


@cache
def _places() -> dict[str, int]:
    rows = [*_EVERYWHERE, *(row for table in languages().values() for row in table.get("options", ()))]
    places: dict[str, int] = {}
    for row in rows:
        for place, key in enumerate(row.split()):
            places.setdefault(lower(key), place)
    return places


def key_place(key: str) -> int:
    """The place of an option that a key counts."""
    return _places()[lower(key)]


@cache
def key_pattern() -> str:
    """A pattern for one key, the longest first, in either case."""
    keys = sorted(_places(), key=lambda key: (-len(key), key))
    return "(?:" + "|".join(re.escape(form) for key in keys for form in dict.fromkeys((key, key.upper()))) + ")"


@cache
def option_start() -> re.Pattern[str]:
    """What an option begins with; one of its groups is the key: `A.`, `(a)`, `[b]`, `① `, `ア `."""
    key = key_pattern()
    return re.compile(
        rf"\s*(?:[\[(（【]({key})[\])）】]|({key})\s*[)）.．、:：]|({_ROUND})|([ア-ク])[ \u3000])\s*(?=\S)"
    )


@cache
def may_begin() -> re.Pattern[str]:
    """What is quick to see of Markdown that may begin an option."""
    key = key_pattern()
    return re.compile(rf"[\s*_(（\[【]*(?:{key}\s*(?:\*\*|__)?\\?[)\]）】.．、:：]|{_ROUND}|[ア-ク][ \u3000])")


@cache
def first_option() -> re.Pattern[str]:
    """A line of a file that may be the first option of several, or an item that says that it is right."""
    first = "|".join(dict.fromkeys(form for key, at in _places().items() if not at for form in (key, key.upper())))
    return re.compile(
        rf"^[ \t>*_+-]*(?:[\[(（【]?(?:{first})(?:\*\*|__)?\\?[)\]）】.．、:：]|①|ア[ \u3000]|\[[ xX]\] |[(（][ xX√]?[)）] )"
        rf"|^[ \t>]*(?:[-*+]|\d+[.)]) .*(?:[✓✔✅☑√]|(?:[(（\[【←-])\s*{words_of('right')}\s*[)）\]】]?)[*_ \t]*$"
        r"|^[ \t>]*(?:[-*+]|\d+[.)]) [✓✔✅☑√]"
        rf"|^[ \t>*_+-]*(?:{words_of('true')}|{words_of('false')})[*_]*[ \t]*$",
        re.MULTILINE | re.IGNORECASE,
    )


def key_of(match: re.Match[str]) -> str:
    """The key that `option_start` found, as the Latin letter of its place."""
    return chr(ord("A") + key_place(next(group for group in match.groups() if group)))
