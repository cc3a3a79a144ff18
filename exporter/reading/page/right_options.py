"""Which options a text says are right: `Answer: B, D`, `答案：ABD`, by letters or by their words.

In: texts. Out: places of options, from 0. Knows nothing of how options are written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from exporter.reading.page.option_keys import key_pattern, key_place
from exporter.reading.page.vocabulary import LETTER, words_of
from exporter.reading.page.wording import answer_line, are_opposites, fold, is_verdict, truth

_CORRECT = re.compile(r"[\s*_]*(?:the\s+)?(?:correct|right|richtige?|正确)\s*(?=\w)", re.IGNORECASE)
_BARE_LABEL = re.compile(r"[\s*_]*(?:correct|right|正确)\s*[:：]", re.IGNORECASE)
_PARTS = re.compile(r"(?<!\s)\s*+(?:[,，、;；/&+]|\b(?:and|und|et|y|e|och|og|en|и|i|ve)\b|和|与)\s*")
_BRACKETED = re.compile(r"[\s*_]*[\[(（【]([^\[\](（)）【】]{2,60}[:：][^\[\](（)）【】]{1,60})[\])）】][\s.*_]*$")
_LONGEST_LABEL = 60
_LONGEST_SENTENCE = 300
"""Characters of a line that names what is right."""
_REMEMBERED = 1 << 12
"""A line is asked by every way of writing questions; so many of them are looked through only once."""
_BECAUSE = re.compile(
    r"[(（]|(?:because|since|as|weil|denn|da|car|parce que|porque|pois|perché|poiché|потому|bo|omdat|want|因为|因為)\b|因[为為]",
    re.IGNORECASE,
)
_SEVERAL = re.compile(r"[A-H]{2,8}")


@cache
def _any_label() -> re.Pattern[str]:
    """Words of any language with a colon, and nothing behind them but letters of options: `Válasz: b`."""
    one = rf"[(（\[【]?{key_pattern()}[)）\]】]?"
    return re.compile(
        rf"[\s*_]*{LETTER}{{2,}}(?: {LETTER}+){{0,3}}[\s*_]*[:：][\s*_]*(?={one}(?:\s*[,;/]\s*{one})*[\s.*_]*$)"
    )


@cache
def _says_is() -> re.Pattern[str]:
    """A sentence that names what is right by its letter, up to there: `The correct answer is B because …`, 答案是B."""
    spaced, unspaced = (
        f"(?:{words_of('right', spaced=is_spaced)}|{words_of('answer_line', spaced=is_spaced)})"
        for is_spaced in (True, False)
    )
    return re.compile(
        rf"[\s*_]*(?:(?:{LETTER}+ ){{0,2}}(?={LETTER}{{2}}){spaced}(?: {LETTER}+){{0,3}}(?: [-–—])? |{unspaced}[^\W\d_]{{0,2}}\s?)"
        rf"[*_]*(?=[(（\[【]?{key_pattern()}[)）\]】*_]*\s?(?:[.。,，;；:：]|$|{_BECAUSE.pattern}))",
        re.IGNORECASE,
    )


@cache
def _one() -> re.Pattern[str]:
    return re.compile(rf"[(（\[【]?({key_pattern()})[)）\]】.]?")


@cache
def _with_words() -> re.Pattern[str]:
    return re.compile(rf"\s*[(（\[【]?({key_pattern()})\s*([)）\]】.．、:：,，;；]|[-–—]|\s|$)\s*(.*)$", re.DOTALL)


@cache
def _alone() -> re.Pattern[str]:
    return re.compile(rf"\s*[(（\[【]\s?{key_pattern()}\s?[)）\]】][\s.。]*")


def is_letter_alone(text: str) -> bool:
    """Whether a line is one letter in brackets: below options it says which is right."""
    return _alone().fullmatch(text) is not None


@lru_cache(maxsize=_REMEMBERED)
def label_length(text: str) -> int:
    """How long a label is that says which option is right (`Answer:`, `Correct answer:`), 0 where there is none."""
    if match := _BARE_LABEL.match(text):
        return match.end()
    if len(text) < _LONGEST_SENTENCE and (match := _says_is().match(text)):
        return match.end()
    if bracket := _BRACKETED.match(text):
        return bracket.start(1) + label_length(bracket[1])
    lead = match.end() if (match := _CORRECT.match(text)) else 0
    if length := answer_line(text[lead:]):
        return lead + length
    match = _any_label().match(text) if len(text) < _LONGEST_LABEL else None
    return match.end() if match else 0


def right_options(text: str, options: Sequence[str]) -> frozenset[int]:
    """The places of the options that a text names, by letters or by their words; none where it says anything else."""
    bare = re.sub(r"[*_`]+", "", text).strip().rstrip("。.").strip()
    count = len(options)
    if count == 2 and are_opposites(*options) and is_verdict(bare):
        return _said_by(bare, options)
    parts = [part for part in _PARTS.split(bare) if part]
    singles = [match[1] for part in parts if (match := _one().fullmatch(part))]
    letters = "".join(map(_letter, singles)) if parts and len(singles) == len(parts) else ""
    if not letters and (_SEVERAL.fullmatch(bare) and list(bare) == sorted(set(bare))):
        letters = bare
    folded = [fold(option) for option in options]
    if not letters and (match := _with_words().match(bare)) and (place := key_place(match[1])) < count:
        words = fold(match[3])
        same = bool(words) and (words.startswith(folded[place]) or folded[place].startswith(words))
        letters = _letter(match[1]) if same or _is_letter(match) else ""
    found = frozenset(ord(letter) - ord("A") for letter in letters)
    if not found:
        named = [fold(bare)] if fold(bare) in folded else [fold(part) for part in parts]
        known = all(name in folded for name in named) and all(named)
        found = frozenset(folded.index(name) for name in named) if known else frozenset()
    return found if all(place < count for place in found) else frozenset()


def _said_by(verdict: str, options: Sequence[str]) -> frozenset[int]:
    """Which of two options, true and false, a verdict names: by its words, else by what it means (`T`)."""
    named = frozenset(place for place, option in enumerate(options) if fold(option) == fold(verdict))
    meant = frozenset(place for place, option in enumerate(options) if truth(option) & truth(verdict))
    return named or (meant if len(meant) == 1 else frozenset())


def reason_start(text: str, options: Sequence[str]) -> int:
    """Where in a text that names one option by its letter begins why, 0 where it says no more than the option does."""
    match = _with_words().match(text)
    if match is None or (place := key_place(match[1])) >= len(options) or right_options(match[3], options):
        return 0
    words, option = fold(match[3]), fold(options[place])  # `A, C` and `B) the words of B` give no reason
    return match.start(3) if words and not option.startswith(words) else 0


def _is_letter(match: re.Match[str]) -> bool:
    """Whether a letter is one by what stands behind it: a sign, or a bracket or word that begins a reason."""
    if match[2] in (",", "，", ";", "；", "-", "–", "—"):
        return not _one().match(match[3]) or bool(_BECAUSE.match(match[3]))
    return bool(match[2].strip()) or bool(_BECAUSE.match(match[3]))


def _letter(key: str) -> str:
    return chr(ord("A") + key_place(key))
