"""What counts the options of a choice, in every script: A, Ａ, ①, б, γ, الف, ख, イ.

The keys of a language lie in its file of words. Out: the place of a key, from 0, patterns that find one, and what counts
the options that are shown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from string import ascii_uppercase

from exporter.reading.page.vocabulary import languages, lower, words_of

_EVERYWHERE = ("a b c d e f g h", "ａ ｂ ｃ ｄ ｅ ｆ ｇ ｈ", "① ② ③ ④ ⑤ ⑥ ⑦ ⑧")
_ROUND = "[①-⑧]"
_ASKING_ENDS = (")", "）", "?", "？", "؟", ":", "：", "_", "。")
_ABJAD = "أبجدهوزحطي"
_SHOWN = {"ar": _ABJAD, "fa": _ABJAD, "he": "אבגדהוזחטי"}
"""What counts options to which no key was given, where that is not A, B, C; `frame.css` has the same."""


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


@cache
def _behind_question() -> re.Pattern[str]:
    key = key_pattern()
    return re.compile(rf"(?:(?<=[)）?？؟。:：_])|(?<=\s))(?:[(（]({key})[)）]|({key})\s?[)）.．、]|([①-⑧]))\s*(?=\S)")


def options_behind(text: str) -> int:
    """Where in a line that begins with a question its options begin: `Capital? A. Lyon B. Paris`; 0 where there are none.

    Behind a question mark, a gap or a colon the first of them counts A, and the next B.
    """
    found = [match for match in _behind_question().finditer(text) if match.start()]
    for first, second in pairwise(found):
        before = text[: first.start()].rstrip()
        if before.endswith(_ASKING_ENDS) and (key_of(first), key_of(second)) == ("A", "B"):
            return first.start()
    return 0


def key_of(match: re.Match[str]) -> str:
    """The key that `option_start` found, as the Latin letter of its place."""
    return chr(ord("A") + key_place(written_key(match)))


def written_key(match: re.Match[str]) -> str:
    """The key that `option_start` found, as it is written."""
    return next(group for group in match.groups() if group)


def usual_keys(count: int, lang: str) -> tuple[str, ...]:
    """What counts options where their author does not say."""
    series = _SHOWN.get(lang.partition("-")[0].lower(), ascii_uppercase)
    return tuple(series[place] if place < len(series) else str(place + 1) for place in range(count))


def shown_keys(written: Sequence[str], lang: str) -> tuple[str, ...]:
    """What counts options, from the first to the last, whatever order they are in: their author's keys, Latin ones as capitals."""
    if not all(written):
        return usual_keys(len(written), lang)
    return tuple(_capital(key) for key in sorted(written, key=key_place))


def _capital(key: str) -> str:
    full = unicodedata.normalize("NFKC", key)
    return full.upper() if full.isascii() and full.isalpha() else key
