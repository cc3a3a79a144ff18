"""Letters of every script: words that differ only in a vowel are two; signs, case and width make no difference."""

from __future__ import annotations

import re
import sys
import unicodedata
from zlib import crc32

import pytest

from exporter.reading import text_fingerprints
from exporter.reading.letters import letters
from exporter.reading.page.vocabulary import MARKS
from exporter.reading.page.wording import fold
from exporter.reading.text_fingerprints import grams, question_key, title_words

PAIRS = [
    ("कि", "का"), ("दिन", "दीन"), ("क", "क्"),  # Hindi
    ("กา", "กี"), ("ใกล้", "ไกล"), ("มา", "ม้า"),  # Thai
    ("கி", "கா"), ("பல்", "பால்"),  # Tamil
    ("কি", "কী"), ("ਕਿ", "ਕੀ"), ("ક", "કે"), ("కి", "కా"), ("ಕಿ", "ಕಾ"), ("കി", "കാ"), ("කි", "කා"),
    ("ខ", "ខា"), ("ກາ", "ກີ"), ("က", "ကာ"),
    ("كَتَبَ", "كُتُب"), ("דָּבָר", "דֶּבֶר"),
    ("pêche", "péché"), ("C++", "C#"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_words_that_differ_in_a_vowel_are_two(one: str, other: str) -> None:
    assert question_key(one) != question_key(other)
    assert title_words(one) != title_words(other) or "+" in one
    assert fold(one) != fold(other) or "+" in one


@pytest.mark.parametrize(
    ("one", "other"),
    [("What is it?", "what is it"), ("Ｗｈａｔ", "what"), ("leaf ⭐️", "leaf"), ("का।", "का"), ("a_b", "ab")],
)
def test_signs_case_and_width_make_no_difference(one: str, other: str) -> None:
    assert letters(one) == letters(other)


def test_the_marks_in_patterns_are_marks() -> None:
    """Between their ends the ranges hold letters of the same script too, never a sign that parts words."""
    named = re.compile(f"[{MARKS}]")
    wrong = [chr(code) for code in range(sys.maxunicode) if named.match(chr(code)) and not letters(chr(code))]
    assert [char for char in wrong if unicodedata.category(char) != "Cn"] == []


@pytest.mark.parametrize(
    "answer", ["", "a", "abc", "abcd", "The quick brown fox; 12 of them.", "naïve", "深度学习的方法", "x" * 999]
)
def test_the_pieces_of_an_answer_have_the_hashes_that_locks_have_kept(answer: str) -> None:
    text = text_fingerprints.fold(answer)
    pieces = {text[start : start + 4] for start in range(max(len(text) - 3, 1))} - {""}
    assert grams(answer) == {crc32(piece.encode()) & 0xFFFFFF for piece in pieces}
