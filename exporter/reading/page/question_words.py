"""Whether a text has words with which people ask, in whatever language it is.

In: a text in lower case without decoration. Words that one language asks with are ordinary in another (`die`, `come`,
`was`), so the other words of the text must not speak for another language.
"""

from __future__ import annotations

import re

from exporter.reading.page.vocabulary import MARKS, SCRIPTS, inner_openers, openers, stop_words

_WORDS = re.compile(rf"[^\W\d_](?:\w|[{MARKS}\u200c\u200d])*")
_MOST_WORDS = 40
"""Words of a line that tell its language."""
_OPENING = "¿\"'“‘«([*_„"
_ACCENTS = re.compile("[\u00c0-\u024f\u1e00-\u1eff]")
_KANA = re.compile(f"[{SCRIPTS['Kana']}]")


def has_question_words(bare: str) -> bool:
    """Whether a text begins or ends with words that ask, or has one within where no spaces part words."""
    return _asks_inside(bare) or _asks_by_words(bare)


def _asks_inside(bare: str) -> bool:
    """Whether a text without spaces between its words has one that asks. Han letters beside kana are Japanese."""
    if bare.isascii():
        return False
    is_japanese = bool(_KANA.search(bare))
    for script, pattern in inner_openers().items():
        if (is_japanese == (script == "Kana") or script not in ("Han", "Kana")) and pattern.search(bare):
            return True
    return False


def _asks_by_words(bare: str) -> bool:
    """Whether a text begins or ends with words that ask, in the language that its other words are of."""
    asks, words = openers(), _WORDS.findall(bare)
    if not words or not bare.lstrip(_OPENING).startswith(words[0]):
        return False
    tags: set[str] = set()
    for size in range(min(asks.longest, len(words)), 0, -1):
        tags |= asks.first.get(" ".join(words[:size]), frozenset()) if not tags else set()
    for size in range(min(asks.longest, len(words)), 0, -1):
        tags |= asks.last.get(" ".join(words[-size:]), frozenset())
    if not bare.isascii():
        tags = tags.union(*(asks.anywhere.get(word, frozenset()) for word in words))
    return bool(tags) and _is_in(tags, words)


def _is_in(tags: set[str], words: list[str]) -> bool:
    """Whether no other language than one of these has more of the words; English goes without accents."""
    counts: dict[str, int] = {}
    known = stop_words()
    for word in words[:_MOST_WORDS]:
        for tag in known.get(word, ()) if len(word) > 1 else ():
            counts[tag] = counts.get(tag, 0) + 1
    if "en" in counts and any(map(_ACCENTS.search, words)):
        counts["en"] -= 1
    most = max(counts.values(), default=0)
    if most <= 0:
        return True
    leading = {tag for tag, count in counts.items() if count == most}
    return not leading.isdisjoint(tags) and ("en" not in leading or "en" in tags)
