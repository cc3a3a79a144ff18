"""The words of all languages, by what they are for.

In: the files of `words/`, one a language, read when the first word is asked for. Out: sets and patterns, each made when
it is first needed. An entry of a file is a word or phrase; one with signs such as ( ) | ? * is a pattern. The kinds:

`asks`: `first` words and `last` words of a question, words that ask `anywhere`, and `tasks`, with which an exam begins
("explain"). `labels`: whole texts that name something (an answer, the contents, a part of an answer), and what stands
before a number (`question`, `chapter`; `{}` is a number), or anywhere in a heading (`glossary`). `options`: what counts
the options of a choice, in order. `pairs`: what is short for question and answer. `columns`: heads of tables. `stop`: the
most frequent words, `letters`: those that languages of the same script lack; both tell one language from another.

`exam`: what a class test is read by. `points`, and what says that each question has so many (`before_each`, `after_each` of
them); what numbers its parts (`part`, `{}` is the number, else it follows), and kinds of questions that head one (`kind`);
what begins an option that stays `last`; what stands before the `letter` of an option, and what judges one behind it
(`judged`); tasks to `match` and to `order`; `and`, `or`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from exporter.machinery.toml_text import read_toml_text

_FOLDER = Path(__file__).parent / "words"
_SIGNS = re.compile(r"[|()\[\]?*+\\.^${}]")
_FIRST = re.compile(r"[^\W_](?![?*{])")
_GROUP = re.compile(r"\([^()]*\)")
_CAPTURES = re.compile(r"(?<!\\)\((?!\?)")

MARKS = (
    "\u0300-\u036f\u0591-\u05bd\u05bf\u05c1-\u05c2\u05c4-\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u0900-\u0903\u093a-\u094f\u0955-\u0963\u0981-\u0983\u09bc-\u09d7\u0a01-\u0a03\u0a3c-\u0a51\u0a70-\u0a75"
    "\u0a81-\u0a83\u0abc-\u0acd\u0b01-\u0b03\u0b3c-\u0b57\u0b82\u0bbe-\u0bd7\u0c00-\u0c04\u0c3c-\u0c56"
    "\u0c81-\u0c83\u0cbc-\u0cd6\u0d00-\u0d03\u0d3b-\u0d4d\u0d57\u0d81-\u0d83\u0dca-\u0ddf\u0df2-\u0df3"
    "\u0e31-\u0e3a\u0e47-\u0e4e\u0eb1-\u0ebc\u0ec8-\u0ecd\u0f18-\u0f19\u0f35\u0f37\u0f39\u0f3e-\u0f3f"
    "\u0f71-\u0f84\u0f86-\u0fbc\u102b-\u103e\u1056-\u1074\u1082-\u108f\u109a-\u109d\u17b4-\u17d3\u17dd"
    "\u1b00-\u1b04\u1b34-\u1b44\ua980-\ua983\ua9b3-\ua9c0"
)
"""Vowel signs and accents that stand behind their letter: parts of a word, though no letters to `\\w`."""

LETTER = rf"(?:[^\W\d_]|[{MARKS}])"
"""A pattern for one letter, or a mark that belongs to one."""

SCRIPTS: Mapping[str, str] = {
    "Latin": "A-Za-z\u00c0-\u024f\u1e00-\u1eff",
    "Cyrillic": "\u0400-\u04ff",
    "Greek": "\u0370-\u03ff",
    "Arabic": "\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc",
    "Hebrew": "\u0590-\u05ff",
    "Devanagari": "\u0900-\u097f",
    "Thai": "\u0e00-\u0e7f",
    "Hangul": "\uac00-\ud7af",
    "Kana": "\u3041-\u30ff",
    "Han": "\u3400-\u9fff",
}
UNSPACED = ("Thai", "Hangul", "Kana", "Han")
"""Scripts whose question words are found within other letters."""


@dataclass(frozen=True, slots=True)
class Label:
    """Texts that say one thing. Compare with a text in lower case, without decoration."""

    words: frozenset[str]
    patterns: Mapping[str, str]
    """By the letter that they begin with; "" for what may begin with any."""

    def is_all(self, text: str) -> bool:
        """Whether the text says this and nothing else."""
        if text in self.words:
            return True
        pattern = self.patterns.get(text[:1]) or self.patterns[""]
        return _compile(pattern).fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Openers:
    """Words that ask, in languages that put spaces, each with its languages. `longest` counts words of a phrase."""

    first: Mapping[str, frozenset[str]]
    last: Mapping[str, frozenset[str]]
    anywhere: Mapping[str, frozenset[str]]
    longest: int


@cache
def languages() -> Mapping[str, Mapping[str, Any]]:
    """The tables of all files, by the tag of their language, in order."""
    files = sorted(_FOLDER.glob("*.toml"))
    return {file.stem: read_toml_text(file.read_text(encoding="utf-8")) for file in files}


def lower(text: str) -> str:
    """A text in lower case and of the same length: İ is one letter."""
    small = text.lower()
    return small if len(small) == len(text) else "".join(char.lower()[0] for char in text)


@cache
def label(*kinds: str) -> Label:
    """All that the labels of these kinds say, in any language."""
    entries = [lower(entry) for kind in kinds for entry in _entries("labels", kind)]
    return _as_label(entries)


def entries(kind: str) -> tuple[str, ...]:
    """The labels of a kind as the files have them, in all languages."""
    return tuple(_entries("labels", kind))


@cache
def first_words(kind: str) -> frozenset[str]:
    """What the labels of a kind may begin with, as one run of letters: with and without a letter that `?` makes optional."""
    forms = (form for entry in entries(kind) for form in (entry.replace("?", ""), re.sub(r".\?", "", entry)))
    return frozenset(lower(form).split()[0] for form in forms)


@cache
def column(role: str) -> Label:
    """What a head of a table says over a column of this role."""
    return _as_label([lower(entry) for entry in _entries("columns", role)])


@cache
def words_of(kind: str, *, spaced: bool | None = None) -> str:
    """A pattern for one of the labels of a kind, the longest first. `spaced`: only of languages that put spaces."""
    entries = {_as_pattern(lower(entry)) for entry in _entries("labels", kind, spaced=spaced)}
    return f"(?:{'|'.join(sorted(entries, key=lambda entry: (-len(entry), entry)))})" if entries else "(?!)"


@cache
def counted(kind: str, number: str) -> str:
    """A pattern for labels that stand around a number, the longest first: 第3部分, 第3部."""
    entries = sorted(_entries("labels", kind), key=lambda entry: (-len(entry), entry))
    return "|".join(entry.replace("{}", rf"\s*{number}\s*") for entry in entries)


@cache
def exam_words(kind: str, *, whole: bool = True) -> str:
    """A pattern for what an exam says; of languages that put spaces, whole words only if it is to be."""
    spaced, unspaced = (
        [_CAPTURES.sub("(?:", entry) for entry in _entries("exam", kind, spaced=is_spaced)]
        for is_spaced in (True, False)
    )
    words = rf"(?<!\w)(?:{'|'.join(spaced)})(?!\w)" if whole else "|".join(spaced)
    return f"(?:{'|'.join([words, *unspaced])})"


@cache
def exam_parts(number: str) -> str:
    """A pattern for what numbers the parts of an exam: Part 2, 第二部分."""
    counted = f"(?:{number}|{numerals()}{{1,3}})"
    entries = _entries("exam", "part")
    return "|".join(
        entry.replace("{}", rf"\s*{counted}\s*") if "{}" in entry else rf"{entry}\s+{number}\b" for entry in entries
    )


@cache
def numerals() -> str:
    """A class of the characters that count in words: 一二三."""
    return f"[{''.join(dict.fromkeys(''.join(table.get('numerals', '') for table in languages().values())))}]"


@cache
def pairs() -> tuple[tuple[str, str], ...]:
    """What stands short for question and answer: Q and A, F and A."""
    found = (unicodedata.normalize("NFC", pair).split() for table in languages().values() for pair in table["pairs"])
    return tuple(dict.fromkeys((question, answer) for question, answer in found))


def belong(question: str, answer: str) -> bool:
    """Whether two labels in lower case are of one kind: two words, two signs, or the letters of one language."""
    if min(len(question), len(answer)) == 1 and question.isalpha() and answer.isalpha():
        return (question, answer) in {(lower(asked), lower(told)) for asked, told in pairs()}
    return question[0].isalpha() == answer[0].isalpha()


@cache
def openers() -> Openers:
    """The words that ask, of languages that put spaces."""
    first, last, anywhere = (_phrases(*kinds) for kinds in (("first", "tasks"), ("last",), ("anywhere",)))
    longest = max(phrase.count(" ") + 1 for phrase in (*first, *last))
    return Openers(first, last, anywhere, longest)


@cache
def inner_openers() -> Mapping[str, re.Pattern[str]]:
    """By script: what asks within other letters, or at the end."""
    patterns: dict[str, re.Pattern[str]] = {}
    for table in languages().values():
        if table["script"] in UNSPACED:
            inside, last = (table["asks"].get(kind, []) for kind in ("anywhere", "last"))
            patterns[table["script"]] = re.compile("|".join([*inside, *(f"(?:{entry})$" for entry in last)]) or "(?!)")
    return patterns


@cache
def stop_words() -> Mapping[str, frozenset[str]]:
    """The frequent words of languages that put spaces, and their question words, each with its languages."""
    found: dict[str, set[str]] = {}
    for tag, table in languages().items():
        asking = [entry for entry in table["asks"].get("first", []) if " " not in entry]
        for word in (*table.get("stop", "").split(), *table.get("lookalikes", "").split(), *asking):
            found.setdefault(lower(word), set()).add(tag)
    return {word: frozenset(tags) for word, tags in found.items()}


@cache
def label_words() -> Mapping[str, frozenset[str]]:
    """The labels of one word that say that a question or an answer follows, each with its languages."""
    found: dict[str, set[str]] = {}
    for tag, table in languages().items():
        for kind in ("question", "answer_line"):
            for entry in table["labels"].get(kind, ()):
                word = entry.removesuffix("s?")
                if " " not in word and not _SIGNS.search(word):
                    found.setdefault(lower(unicodedata.normalize("NFC", word)), set()).add(tag)
    return {word: frozenset(tags) for word, tags in found.items()}


def _entries(section: str, kind: str, *, spaced: bool | None = None) -> Iterable[str]:
    for table in languages().values():
        if spaced is None or spaced is (table["script"] not in UNSPACED):
            yield from (unicodedata.normalize("NFC", entry) for entry in table.get(section, {}).get(kind, ()))


def _phrases(*kinds: str) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for tag, table in languages().items():
        if table["script"] not in UNSPACED:
            for kind in kinds:
                for entry in table["asks"].get(kind, ()):
                    found.setdefault(lower(unicodedata.normalize("NFC", entry)), set()).add(tag)
    return {phrase: frozenset(tags) for phrase, tags in found.items()}


def _as_pattern(entry: str) -> str:
    return entry if _SIGNS.search(entry) else re.escape(entry).replace("\\ ", r"\s+")


def _as_label(entries: Iterable[str]) -> Label:
    entries = tuple(dict.fromkeys(entries))
    patterns = [entry for entry in entries if _SIGNS.search(entry)]
    words = frozenset(entry for entry in entries if not _SIGNS.search(entry))
    letters = [_first_letter(pattern) for pattern in patterns]

    def beginning(letter: str) -> str:
        fitting = (pattern for pattern, own in zip(patterns, letters, strict=True) if own in ("", letter))
        return "|".join(f"(?:{pattern})" for pattern in fitting) or "(?!)"

    return Label(words, {letter: beginning(letter) for letter in {"", *letters}})


def _first_letter(pattern: str) -> str:
    """The letter that a pattern begins with; "" where it may begin with others, as what has a bar outside of brackets."""
    first, outside, before = _FIRST.match(pattern), pattern, ""
    while outside != before:
        outside, before = _GROUP.sub("", outside), outside
    return first[0] if first and "|" not in outside else ""


@cache
def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
