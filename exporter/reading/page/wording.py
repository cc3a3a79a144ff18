"""How a line announces a question: its number, its prefix, and the words that ask.

In: the plain text of a heading or line, in any language. Out: `Wording` and answers to "is this …?". The words lie in
`words/`, a file a language; how they stand together is here, so that the dialects agree. Knows nothing of tokens.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from exporter.reading.letters import letters
from exporter.reading.page.line_starts import line_starts
from exporter.reading.page.question_words import has_question_words
from exporter.reading.page.vocabulary import MARKS, SCRIPTS, column, label, lower, pairs


class Style(StrEnum):
    """What stands before the words of a heading."""

    PREFIX = "prefix"  # Q1, Q., 问题1：, 面试问题：, 4.1.1.1 面试问题：
    NUMBER = "number"  # 1. / 1、 / (1)
    DECIMAL = "decimal"  # 2.1.3
    CHAPTER = "chapter"  # 第一章, 【一】, Part II
    LIST = "list"  # 一、 / II.
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Wording:
    """A line taken apart. `cut` characters of it are number and prefix; `number` is only the digits, "" where none."""

    style: Style
    number: str
    cut: int


_DECIMAL = re.compile(r"(\d{1,3}(?:\.\d{1,3}){1,9})(?:[.、:：)）]\s*|\s+|(?=[\u4e00-\u9fff「【《“]))(?=\S)")
_NUMBER = re.compile(r"(?:[(（](\d{1,3})[)）]\s*|(\d{1,3})\s*(?:\.(?!\d)|[、:：)）．])\s*|(\d{1,3})-\s+)(?=\S)")
_REMEMBERED = 1 << 14
"""Headings are compared, and asked what they say, again and again; so many of them only once."""
_RUN = rf"(?<![^\w{MARKS}_])(?<!_)(?:[^\w{MARKS}]|_)+"
"""Signs that are no letters, from their first one: from every other, a long run would be read again."""
_DECORATION = re.compile(rf"^[^\w\s(（【「《\"“'‘`$<#+\-\\/¿]+\s*|{_RUN}$")
_AROUND = re.compile(rf"^[\W_]+|{_RUN}$")
_START = 80
"""Characters of a paragraph that announce what it is."""
_QUESTION_MARKS = ("?", "？", "؟")
_GREEK = re.compile(f"[{SCRIPTS['Greek']}]")
_THAI = re.compile(f"[{SCRIPTS['Thai']}]")
_LONGEST_UNMARKED = 60
"""Characters of a question in Thai, which has no question mark; longer ones may only hold such words."""
_GREEK_MARKS = (";", "\u037e")
_ARROWS = re.compile("[⬆⇧↑↥]")
_TRUE, _FALSE = "√✓✔☑✅○", "×✗✘❌✖☒╳"
_AROUND_VERDICT = " *_.。!！\ufe0f"
_LONGEST_VERDICT = 24
_LONGEST_PART = 60
"""Characters of a title that says what kind of questions follows."""
_MOST_WORDS = 6
_AND = frozenset("and und et y e och og en и и i та ve".split())
"""Words between true and false where a text speaks of both, and does not ask for one."""
_WORTH = re.compile(r"[(（\[【][^()（）\[\]【】]*[)）\]】]\s*$")
_WORD = re.compile(rf"[^\W\d_{MARKS}][^\W\d_]*(?:[{MARKS}][^\W\d_]*)*")
_BLANK = re.compile(r"[?？]+|-+|_+")


def is_spaced_label(text: str) -> bool:
    """Whether a text begins with a label without punctuation: `Q4 earnings`. Alone in a file it is none."""
    starts, small = line_starts(), lower(text)
    return bool(not text[:1].islower() and starts.spaced.match(small) and not starts.prefix.match(small))


@lru_cache(maxsize=_REMEMBERED)
def read_wording(text: str, *, spaced: bool = True) -> Wording:
    """Take the plain text of a heading apart. `spaced`: a label may do without punctuation (`Q4 What …`)."""
    starts, small = line_starts(), lower(text)
    if match := starts.prefix.match(small):
        number = match["lead"] or match["number"] or ""
        if not number and (found := re.search(r"\d+", match[0])):
            number = found[0]
        return Wording(Style.PREFIX, number, match.end())
    if spaced and not text[:1].islower() and (match := starts.spaced.match(small)):
        return Wording(Style.PREFIX, match["number"], match.end())
    if match := starts.alone.match(small):
        return Wording(Style.PREFIX, match[1], 0)
    if starts.chapter.match(small):
        return Wording(Style.CHAPTER, "", 0)
    if match := _DECIMAL.match(text):
        return Wording(Style.DECIMAL, match[1], match.end())
    if match := _NUMBER.match(text):
        return Wording(Style.NUMBER, match[1] or match[2] or match[3], match.end())
    if starts.listing.match(text):
        return Wording(Style.LIST, "", 0)
    return Wording(Style.PLAIN, "", 0)


def counts(text: str) -> bool:
    """Whether a line begins with the number of a question, and goes on: `3. …`, `Q3: …`, `問3 …`."""
    wording = read_wording(text[:_START])
    return wording.style in (Style.NUMBER, Style.PREFIX) and bool(wording.number) and wording.cut > 0


@lru_cache(maxsize=_REMEMBERED)
def fold(text: str) -> str:
    """A text as it is compared: letters and digits only, one width, one case."""
    return letters(text)


@lru_cache(maxsize=_REMEMBERED)
def _bare(text: str) -> str:
    """A text in lower case, without decoration."""
    bare = _DECORATION.sub("", _DECORATION.sub("", text.strip())).strip()
    return " ".join(lower(unicodedata.normalize("NFC", bare)).split())


@lru_cache(maxsize=_REMEMBERED)
def asking(text: str) -> float:
    """How much a text without its number reads like a question: 1 with a mark (in Thai without), 0.6 by its words, 0."""
    end = text[-12:]
    if any(mark in end for mark in _QUESTION_MARKS) or "¿" in text[:12]:
        return 1.0
    if end.rstrip(' *_`"»”').endswith(_GREEK_MARKS) and _GREEK.search(text):
        return 1.0
    bare = _bare(text)
    if not has_question_words(bare) or label("role", "answer").is_all(bare):
        return 0.0
    return 1.0 if len(bare) <= _LONGEST_UNMARKED and _THAI.search(bare) else 0.6


def asks(text: str) -> bool:
    """Whether a text without its number reads like a question or a task."""
    return asking(text) > 0


def question_line(text: str) -> int:
    """The length of a label that says that a question follows (`Q:`, `Frage 3:`), 0 where there is none."""
    match = line_starts().question.match(lower(text[:_START]))
    return match.end() if match else 0


def front_line(text: str) -> int:
    """The length of a label that says that the front of a card follows (`Front:`), 0 where there is none."""
    match = line_starts().front.match(lower(text[:_START]))
    return match.end() if match else 0


@lru_cache(maxsize=_REMEMBERED)
def side_of(text: str) -> str:
    """What side of a card a heading names: "front", "back", or ""."""
    bare = _bare(text)
    return next((side for side in ("front", "back") if label(f"{side}_side").is_all(bare)), "")


def answer_line(text: str) -> int:
    """The length of a label that says that the answer follows (`A:`, 答：), 0 where there is none."""
    return _answer_length(text[:_START])


@lru_cache(maxsize=_REMEMBERED)
def _answer_length(start: str) -> int:
    match = line_starts().answer.match(lower(start))
    return match.end() if match else 0


@lru_cache(maxsize=_REMEMBERED)
def key_line(text: str) -> int:
    """The length of a label that says that the answers to several questions follow (`Answers:`), 0 where there is none."""
    match = line_starts().key.match(lower(text[:_START]))
    return match.end() if match else 0


@lru_cache(maxsize=_REMEMBERED)
def is_key_label(text: str) -> bool:
    """Whether a text only says that answers to several questions follow: `Answer key`."""
    return label("key").is_all(_bare(text).rstrip(":： "))


def is_right_word(text: str) -> bool:
    """Whether a text only says "right", "answer" or "answers"."""
    return label("right", "answer", "key").is_all(_bare(text)) or is_answer_heading(text)


def column_role(head: str) -> str:
    """What a head says of its column: "front", "back", "language", "reading", or "" where it says nothing of the kind."""
    bare = _bare(head)
    return next((role for role in ("front", "back", "language", "reading") if column(role).is_all(bare)), "")


def name_sides(heads: Iterable[str]) -> bool:
    """Whether the heads of a table say what asks and what answers: `Term`, `Meaning`, or a word or language and another."""
    roles = [column_role(head) for head in heads]
    return {"front", "back"} <= {*roles} or roles.count("language") > ("front" not in roles)


def is_interview_question(text: str) -> bool:
    """Whether a prefix says outright that a question for the reader follows: 面试问题：."""
    prefix = text[: read_wording(text).cut]
    return any(word in prefix for word in label("interview").words)


@lru_cache(maxsize=_REMEMBERED)
def is_contents(text: str) -> bool:
    """Whether a heading announces a table of contents."""
    return label("contents").is_all(_bare(text))


def is_glossary(text: str) -> bool:
    """Whether a heading says somewhere that words and what they mean follow."""
    return line_starts().glossary.search(_bare(text)) is not None


@lru_cache(maxsize=_REMEMBERED)
def is_epilogue(text: str) -> bool:
    """Whether a heading announces what stands around the notes: goals before them, references and thanks behind."""
    return label("epilogue", "prologue").is_all(_bare(text))


@lru_cache(maxsize=_REMEMBERED)
def is_summary(text: str) -> bool:
    """Whether a heading only says "summary": of an answer or of the whole file."""
    return label("summary").is_all(_bare(text))


@lru_cache(maxsize=_REMEMBERED)
def is_answer_label(text: str) -> bool:
    """Whether a text only says "answer": a summary to click on, a label before the answer."""
    return label("answer").is_all(_bare(text))


def is_question_label(text: str) -> bool:
    """Whether a text only says "question", and which: `Question`, `Question 3`."""
    bare = lower(text.strip(" *_:：[]【】"))
    return label("question").is_all(bare) or line_starts().alone.match(bare) is not None


def is_short_label(text: str) -> bool:
    """Whether a text only is what stands short for question or answer: `Q —`, `F3.`."""
    bare = "".join(filter(str.isalpha, text.casefold()))
    return len(bare) < 8 and any(bare in map(str.casefold, pair) for pair in pairs())


def is_answer_heading(text: str) -> bool:
    """Whether a heading or title says "answer", with or without a colon, and no more of it (核心回答)."""
    bare = text.strip().rstrip(":：").rstrip()
    return len(bare) > 1 and answer_line(f"{bare}:") > len(bare)


@lru_cache(maxsize=_REMEMBERED)
def is_role(text: str) -> bool:
    """Whether a heading names a part of an answer."""
    return label("role", "answer").is_all(_bare(text))


def is_hint(text: str) -> bool:
    """Whether a text only says "hint"."""
    return label("hint").is_all(_bare(text))


@lru_cache(maxsize=_REMEMBERED)
def truth(text: str) -> frozenset[bool]:
    """What a text says that is only a word, a letter or a sign for true or false; letters mean both in some languages."""
    bare = text.strip(_AROUND_VERDICT)
    if len(bare) == 1 and bare in _TRUE + _FALSE:
        return frozenset({bare in _TRUE})
    bare = _bare(bare)
    return frozenset(said for said in (True, False) if label(str(said).lower()).is_all(bare))


def is_verdict(text: str) -> bool:
    """Whether a text says true or false, and no more."""
    return len(text) <= _LONGEST_VERDICT and bool(truth(text))


def are_opposites(first: str, second: str) -> bool:
    """Whether of two texts one says true and the other false."""
    return (
        is_verdict(first)
        and is_verdict(second)
        and len(truth(first) | truth(second)) > 1
        and fold(first) != fold(second)
    )


def part_length(text: str) -> int:
    """The length of what counts a part of an exam (`二、`, `Part B:`, `III. `), 0 where nothing does."""
    match = line_starts().part.match(lower(text))
    return match.end() if match else 0


@lru_cache(maxsize=_REMEMBERED)
def names_part(text: str) -> bool:
    """Whether a title only says what kind of questions follows: `二、判断题（每题2分）`, `Part B: True or false?`."""
    if len(text) > _LONGEST_PART or not _has_kind(text.strip(" *_[]【】")):
        return False
    return not answer_line(text) and not is_verdict(text)  # "not true" has both words in Hebrew


def _has_kind(text: str) -> bool:
    """Whether a title is a kind of questions, or has words for true and false side by side."""
    wording = read_wording(text)
    counter = wording.cut if wording.style is Style.PREFIX else part_length(text)
    bare = _WORTH.sub("", text[counter:]).strip(" *_:：?？.。")
    if line_starts().kind.fullmatch(_bare(bare)):
        return True
    words = _WORD.findall(bare)
    if not 1 < len(words) <= _MOST_WORDS or not _AND.isdisjoint(words):
        return False
    said = [truth(word) if len(word) > 1 else frozenset() for word in words]
    near = [*pairwise(said), *zip(said, said[2:], strict=False)]
    return any(len(a | b) == 2 for a, b in near if a and b)


def is_extra(text: str) -> bool:
    """Whether a text only says that more follows than the answer."""
    return label("extra").is_all(_bare(text))


def is_invitation(text: str) -> bool:
    """Whether a summary only invites to unfold, or says nothing at all."""
    bare = lower(_AROUND.sub("", text))
    return not bare or label("unfold", "answer").is_all(bare)


def is_placeholder(text: str) -> bool:
    """Whether an answer only says that it is still to be written."""
    bare = text.strip().strip("*_.。…()（）[]【】!！:： ")
    return bool(_BLANK.fullmatch(bare)) or label("placeholder").is_all(lower(bare))


def is_back_to_top(text: str) -> bool:
    """Whether the text of a link only leads back to the top of the page."""
    return len(text) < 40 and _leads_to_top(text)


@lru_cache(maxsize=_REMEMBERED)
def _leads_to_top(text: str) -> bool:
    bare = _AROUND.sub("", text)
    return label("back_to_top").is_all(lower(bare)) if bare else bool(_ARROWS.search(text))


def introduces(text: str) -> bool:
    """Whether a paragraph only says what a section is about, or where it is from."""
    return bool(line_starts().introduction.match(lower(text[:_START])))


def points_to_figure(text: str) -> bool:
    """Whether a paragraph ends with a pointer to a figure: 如图所示."""
    return bool(line_starts().figure.search(text[-_START:]))
