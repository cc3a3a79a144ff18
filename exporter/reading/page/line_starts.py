"""What lines begin with: labels of questions and answers, chapters, numbers.

Out: patterns over the words of all languages, for texts in lower case.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from exporter.reading.page.vocabulary import LETTER, counted, exam_words, lower, numerals, pairs, words_of

_DIGITS = r"\d{1,3}(?:\.\d{1,3}){0,9}"
_SEPARATOR = r"\s*(?:[.、:：)）．\]]|[-–—](?=\s))\s*"

_WORTH = rf"\s*[(（\[]\s*\d{{1,3}}(?:[.,]\d{{1,2}})?\s*{LETTER}{{1,10}}\.?\s*[)）\]]"
POINTS = rf"(?:{_WORTH}(?=\s*[:：]))?"
"""What a question is worth, between its label and a colon: `Aufgabe 1 (3 Punkte):`."""

EMOJI = {"question": "❓❔🙋🤔", "answer": "💡✅👉➡🅰"}
_BEHIND = (
    rf"(?P<number>\d{{1,3}})?{POINTS}"
    r"(?P<sign>\s*(?:[:：.．、)）\]】]|[–—-](?=\s))|(?=\s|$))[\s*_:：.–—-]*(?=\S|$)"
)


@dataclass(frozen=True, slots=True)
class Starts:
    """What a line may begin with, in lower case."""

    prefix: re.Pattern[str]
    spaced: re.Pattern[str]
    alone: re.Pattern[str]
    chapter: re.Pattern[str]
    part: re.Pattern[str]
    kind: re.Pattern[str]
    listing: re.Pattern[str]
    question: re.Pattern[str]
    answer: re.Pattern[str]
    key: re.Pattern[str]
    front: re.Pattern[str]
    glossary: re.Pattern[str]
    introduction: re.Pattern[str]
    figure: re.Pattern[str]


@cache
def line_starts() -> Starts:
    """The patterns, made when the first line is read."""
    word, digit = words_of("question"), numerals()
    answer = f"(?:{words_of('answer_line')}|{words_of('back_side')})"
    asked = counted("question_counted", r"\d{1,6}")
    divided = counted("chapter_counted", rf"(?:{digit}|\d)+")
    placed = rf"(?:\d+|[ivx]+|[a-h]|{words_of('ordinals')})(?!\w)"
    spaced, unspaced = (words_of("chapter", spaced=is_spaced) for is_spaced in (True, False))
    return Starts(
        prefix=re.compile(
            rf"[\[(（]?(?:(?P<lead>{_DIGITS})[.、\s:：]*+)?(?:{word}\s*+(?:[-#.]\s*+)?(?P<number>{_DIGITS}|{digit}{{1,9}})?"
            rf"|{asked}){POINTS}{_SEPARATOR}(?=\S)"
        ),
        spaced=re.compile(rf"{word}\s?(?P<number>{_DIGITS})\s+(?=\S)"),
        alone=re.compile(rf"{word}\s*+(?:[-#.]\s*+)?(\d{{1,6}})(?:{_WORTH})?\s*$"),
        chapter=re.compile(
            rf"{divided}|(?:{spaced}(?:\s+|\s*[-.#]\s*)|{unspaced}\s*)(?:\d+|[ivx]+|{words_of('ordinals')})(?!\w)"
        ),
        part=re.compile(
            rf"(?:{divided}|{asked}|(?:{spaced}(?:\s+|\s*[-.#]\s*)|{unspaced}\s*){placed}|{digit}+\s*[、.．]|[(（]{digit}+[)）]"
            r"|[ivx]{1,5}\.\s)\s*[:：.–—-]*\s*"
        ),
        kind=re.compile(exam_words("kind", whole=False), re.IGNORECASE),
        listing=re.compile(rf"(?:{digit}+\s*[、.．]|[(（]{digit}+[)）]|[IVX]{{1,5}}\.\s)\s*(?=\S)"),
        question=re.compile(rf"\s*+{word}\s*+\d*+{POINTS}\s*+[:：]\s*+(?=\S)"),
        answer=re.compile(
            rf"\s*+(?:{answer}\s*+\d*+\s*+[:：]{{1,2}}|[\[【]{answer}[\]】]\s*[:：]?"
            rf"|(?={LETTER}{{2}}){answer}(?:\s[-–—]\s|\u3000)\s*+(?=\S)|(?={LETTER}{{2,4}}\.\s){answer}\.\s++(?=\S))"
        ),
        key=re.compile(rf"\W*{words_of('key')}[\s*_]*[:：]"),
        front=re.compile(rf"\s*{words_of('front_side')}\s*[:：]\s*(?=\S)"),
        glossary=re.compile(rf"(?<!\w){words_of('glossary', spaced=True)}(?!\w)|{words_of('glossary', spaced=False)}"),
        introduction=re.compile(rf"\s*{words_of('introduces')}"),
        figure=re.compile(rf"{words_of('points_to_figure')}\s*$"),
    )


@cache
def any_label(role: str) -> re.Pattern[str]:
    """What begins a question or an answer, with any sign or none behind it: a word, a letter that stands for it, a sign."""
    letters = "|".join(re.escape(lower(pair[role == "answer"])) for pair in pairs())
    words = words_of("question" if role == "question" else "answer_line")
    return re.compile(rf"\s*[\[(（【]?(?P<label>{words}|{letters}|[{EMOJI[role]}]\ufe0f?)\s*{_BEHIND}")


@cache
def short_answer() -> re.Pattern[str]:
    """What stands short for an answer, and is no label by itself: `R: `, `R. `."""
    known = {pair[1] for pair in pairs() if not line_starts().answer.match(f"{lower(pair[1])}:")}
    letters = "|".join(sorted(re.escape(lower(letter)) for letter in known))
    return re.compile(rf"\s*(?:{letters})\s*[:：.]\s+(?=\S)")
