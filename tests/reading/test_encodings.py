"""Which bytes are text: UTF-8, Chinese in GB18030, and nothing that only looks like it."""

from __future__ import annotations

import pytest

from exporter.source import decode

CHINESE = [
    "使用Python的时候，a是b的c。",
    "## 什么是细胞\n\n生命的单位。",
    "用 a类 和 b类 的 x值",
    "C语言中的n个a数组",
]
LATIN = [
    "## Was ist eine Bücherei?\n\nÖffentlich, größer als früher.",
    "Élève: où est l’été à Noël ? Naïve façade.",
    "São Paulo não é João",
    "Año, señor, ¿qué más?",
]


@pytest.mark.parametrize("text", CHINESE)
def test_chinese_of_another_encoding_is_read(text: str) -> None:
    assert decode(text.encode("gb18030")) == text


@pytest.mark.parametrize("text", LATIN)
def test_latin_of_another_encoding_is_not_taken_for_chinese(text: str) -> None:
    assert isinstance(decode(text.encode("cp1252")), int)
