"""The language of a text: by its letters, then by its most frequent words and what it calls questions and answers.

In: the text of a file. Out: the tag of a language of `page/words/`. Only prose counts: no code, no addresses, no
formulas. Without any evidence it is English.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from exporter.reading.page.vocabulary import MARKS, SCRIPTS, label_words, languages, stop_words

_SAMPLE = 10_000
"""Characters of a file that tell its language."""
_NO_PROSE = re.compile(
    r"^[ \t]*(?P<fence>```+|~~~+).*?(?:^[ \t]*(?P=fence)|\Z)|\A---\n.*?\n---\n|<!--.*?(?:-->|\Z)|\$\$.*?\$\$|\$[^$\n]+\$|`[^`\n]*`"
    r"|\]\([^)\n]*\)|<[^<>\n]*>|https?://\S+",
    re.DOTALL | re.MULTILINE,
)
_WORDS = re.compile(rf"[^\W\d_](?:[^\W_]|[{MARKS}\u200c\u200d])*")
_WIDE = 3
"""A Chinese character says as much as so many Latin letters."""
_ALPHABETS = ("Cyrillic", "Arabic", "Hebrew", "Devanagari", "Greek", "Thai")
_LETTER = 0.5
"""What a word with a letter of its own counts, against a frequent word of one language."""
_FEWEST = 3
"""Evidence that another language than English needs."""
_LABEL = 3
"""What a label of one language counts (`Antwort:`), however often it comes."""
_LABELS = re.compile(r"^(?:[^\w\n]|[\d_])*+([^\W\d_]{4,})\s*+\d*+[*_\s]*+[:：]", re.MULTILINE)
_OPTIONS = re.compile(r"(?<![\w'’])[A-Za-z]\s?[.):：](?=\s|$)")
"""What an option begins with: a letter that is no word."""


def language(text: str) -> str:
    """The language of a text: `zh-CN`, `zh-TW`, or a tag of two letters."""
    sample = _OPTIONS.sub(" ", _NO_PROSE.sub(" ", text[:_SAMPLE]))
    if sample.isascii():
        return _closest(sample, "Latin")
    counts = {script: len(pattern.findall(sample)) for script, pattern in _runs().items()}
    han, latin = counts["Han"], counts["Latin"]
    if counts["Hangul"] > max(han, latin) / 2:
        return "ko"
    if counts["Kana"] > (han + counts["Kana"]) / 10 and counts["Kana"] > latin / 4:
        return "ja"
    if han > latin / 3 and not _is_a_part(sample, "Han"):
        return "zh-TW" if _is_traditional(sample) else "zh-CN"
    script = max(_ALPHABETS, key=counts.__getitem__)
    is_of_script = counts[script] > latin / 3 and not _is_a_part(sample, script)
    return _closest(sample, script if is_of_script else "Latin")


def _is_a_part(sample: str, script: str) -> bool:
    """Whether a script stands in lines of its own only, and more of the text in Latin ones: a chapter of Latin notes.

    Notes in another script mention Latin words in its lines, so that these may be many.
    """
    letter = re.compile(f"[{SCRIPTS[script]}]")
    lines = [line for line in sample.split("\n") if any(map(str.isalpha, line))]
    own = sum(len(line) * (_WIDE if script == "Han" else 1) for line in lines if letter.search(line))
    return sum(len(line) for line in lines if not letter.search(line)) > own


def is_cjk(tag: str) -> bool:
    """Whether a language is set in Chinese, Japanese or Korean letters."""
    return tag.partition("-")[0].lower() in ("zh", "ja", "ko")


@cache
def _runs() -> dict[str, re.Pattern[str]]:
    """What counts in a script: a letter where words are not parted by spaces, else a word of two letters or more."""
    single = ("Han", "Kana", "Hangul")
    return {
        name: re.compile(f"[{letters}]" if name in single else f"[{letters}]{{2,}}")
        for name, letters in SCRIPTS.items()
    }


@cache
def _of_script(script: str) -> dict[str, frozenset[str]]:
    """The languages of a script, and the letters that the others lack."""
    tables = languages().items()
    return {tag: frozenset(table.get("letters", "")) for tag, table in tables if table["script"] == script}


def _is_traditional(sample: str) -> bool:
    table = languages()["zh"]
    simplified, traditional = (sum(map(sample.count, table[kind])) for kind in ("simplified", "traditional"))
    return traditional > simplified


def _closest(sample: str, script: str) -> str:
    """The language of a script with the most frequent words and letters of its own; a word of several counts less."""
    tags = _of_script(script)
    if len(tags) == 1:
        return next(iter(tags))
    scores = dict.fromkeys(sorted(tags), 0.0)
    known = stop_words()
    for word, count in Counter(_WORDS.findall(sample.lower())).items():
        of = [tag for tag in known.get(word, ()) if tag in tags]
        for tag in of:
            scores[tag] += count / len(of)
        for tag, letters in () if word.isascii() else tags.items():
            if not letters.isdisjoint(word):
                scores[tag] += _LETTER * count
    labels = label_words()
    for label in {match.lower() for match in _LABELS.findall(sample)}:
        of = [tag for tag in labels.get(label, ()) if tag in tags]
        for tag in of:
            scores[tag] += _LABEL / len(of)
    best = max(scores, key=scores.__getitem__)
    return best if script != "Latin" or scores[best] >= _FEWEST else "en"
