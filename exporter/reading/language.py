"""The language of a text, by its letters."""

from __future__ import annotations

import re


def language(text: str) -> str:
    """The language of a text by its letters: zh-CN, ja, ko or en."""
    sample = text[:20_000]
    han = len(re.findall(r"[\u4e00-\u9fff]", sample))
    kana = len(re.findall(r"[\u3041-\u30ff]", sample))
    hangul = len(re.findall(r"[\uac00-\ud7af]", sample))
    words = len(re.findall(r"[A-Za-z]{2,}", sample))
    if hangul > max(han, words) / 2:
        return "ko"
    if kana > (han + kana) / 10 and kana > words / 4:
        return "ja"
    return "zh-CN" if han > words / 3 else "en"
