"""The parts of a class test: what its notes set under a heading of its own stays together, with that heading.

In: a chapter, and which headings are wanted. Out: for each place in the chapter the heading of its part. Headings of an
exam say so: they give points, are numbered as parts, or name a kind of question. Those of notes are topics, which may
give an answer away, and on a sheet their questions are mixed.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from exporter.config import Headings
from exporter.model import Chapter, Section
from exporter.print.pages.test_points import says_points

_NUMBERED = re.compile(
    r"^\W*(?:part|section|teil|aufgabenteil|partie|parte|sección|sezione|seção|secção|часть|частина|раздел|deel|onderdeel|del"
    r"|część|bölüm|phần|bagian|μέρος|ενότητα|القسم|الجزء|بخش|חלק|भाग|खंड|ส่วนที่|ตอนที่)\s+(?:[A-ZА-Я]|\d{1,2}|[IVX]+|[אבגד]|[أاب]\w*)\b"
    r"|^\W*第\s*[一二三四五六七八九十\d]+\s*(?:部分|大题|大題|部)",
    re.IGNORECASE,
)
_KIND = re.compile(
    r"\bmultiple[ -]choice\b|\btrue\s*(?:or|/|and)\s*false\b|\b(?:short|long|essay|open|written)[ -](?:answers?|questions?)\b"
    r"|\bmatching\b|\bfill[ -]in\b|\b(?:cloze|gap)[ -](?:text|test)s?\b|\bessays?$"
    r"|richtig oder falsch|wahr oder falsch|lückentext|zuordnung|ankreuz|kurzantwort|offene fragen"
    r"|vrai ou faux|choix multiples?|\bQCM\b|questions? ouvertes?|texte à trous"
    r"|verdadero o falso|opción múltiple|selección múltiple|respuesta corta|verdadeiro ou falso|múltipla escolha"
    r"|vero o falso|scelta multipla|risposta (?:aperta|breve)|верно или неверно|тестовые"
    r"|(?:选择|選擇|填空|判断|判斷|简答|簡答|问答|問答|论述|論述|计算|計算|匹配|连线|改错|名词解释|名詞解釋|翻译|作文|应用|證明|证明|多选|单选|單選|分析)[题題]?"
    r"(?:[（(].*)?$"
    r"|正誤|選択問題|記述|穴埋め|객관식|주관식|단답형|서술형|참 ?거짓|صح (?:أو|و) ?خطأ|اختيار من متعدد|אמריקאי|רב[- ]ברירה",
    re.IGNORECASE,
)


def is_part(heading: str) -> bool:
    """Whether a heading is one of an exam."""
    return says_points(heading) or bool(_NUMBERED.search(heading) or _KIND.search(heading))


def part_places(chapter: Chapter, wanted: Headings) -> tuple[int, ...]:
    """The places of the headings that begin a part, in order; -1 is the title of the chapter.

    Where one is that of an exam, all of its level are: "Grammar" beside "Reading (20 points)".
    """
    if wanted == "none":
        return ()
    sections = [(place, item) for place, item in enumerate(chapter.items) if isinstance(item, Section)]
    if wanted == "all":
        return (-1, *(place for place, _ in sections))
    levels = [section.level for _, section in sections if is_part(section.text)]
    places = tuple(place for place, section in sections if levels and section.level == min(levels))
    return (-1, *places) if is_part(chapter.title) else places


def part_of(position: int, places: tuple[int, ...]) -> int | None:
    """The place of the heading that the item at a position stands below; None for none."""
    count = bisect_right(places, position)
    return places[count - 1] if count else None
